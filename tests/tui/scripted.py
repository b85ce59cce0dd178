"""A feed that delivers what a test tells it to, and what a small made-up market looks like."""

import asyncio
from collections.abc import Callable

from hybridtui.errors import SymbolError
from hybridtui.market.book import Row
from hybridtui.market.candles import Candle
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    MarketEvent,
    SourceChanged,
    TickerSeen,
    TradesSeen,
    Traffic,
)
from hybridtui.market.feed import Interest, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade

BTC = Instrument("tBTCUSD", "BTC", "USD")
SYMBOL = BTC.symbol
MINUTE = 60_000


class ScriptedFeed:
    """A `MarketFeed` without a network: `emit` delivers, and what was asked of it is remembered."""

    def __init__(self, *events: MarketEvent) -> None:
        self.first = events
        self.forced: list[Mode] = []
        self.views: list[View] = []
        self.refreshed = 0
        self.interest = Interest()
        self.history: list[int] = []
        self.answered = asyncio.Event()
        self.answered.set()
        self.running = False
        self.broken: asyncio.Future[None] | None = None
        self._accept: Callable[[MarketEvent], object] | None = None

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        self._accept = accept
        self.running = True
        self.broken = asyncio.get_running_loop().create_future()
        try:
            self.emit(*self.first)
            await self.broken
        finally:
            self.running = False

    def emit(self, *events: MarketEvent) -> None:
        assert self._accept is not None, "the feed does not run yet"
        for event in events:
            self._accept(event)

    def fail(self, error: Exception) -> None:
        assert self.broken is not None
        self.broken.set_exception(error)

    def select(self, view: View) -> None:
        self.views.append(view)

    def force(self, mode: Mode) -> None:
        self.forced.append(mode)

    async def refresh(self) -> None:
        self.refreshed += 1
        await self.answered.wait()

    def want_history(self, start_ms: int) -> None:
        self.history.append(start_ms)

    def watch(self, interest: Interest) -> None:
        self.interest = interest

    def instrument(self, text: str) -> Instrument:
        if len(text) != 6:
            raise SymbolError(f"{text!r} is not the form of a pair.")
        return Instrument(f"t{text}", text[:3], text[3:])


def live(at: float, state: LinkState = LinkState.LIVE, mode: Mode = Mode.AUTO, **more: object) -> SourceChanged:
    fed = Topic.DATA if state in (LinkState.LIVE, LinkState.POLLING) else Topic.NONE
    return SourceChanged(state, mode, at=at, fed=fed, **more)  # type: ignore[arg-type]


def book_rows(levels: int = 25, bid: int = 64_210) -> tuple[Row, ...]:
    bids = [(float(bid - step), 1 + step % 3, 0.05 + 0.37 * (step * 7 % 11)) for step in range(levels)]
    asks = [(float(bid + 5 + step), 1 + step % 4, -0.04 - 0.41 * (step * 5 % 13)) for step in range(levels)]
    return (*bids, *asks)


def trades(count: int, now_ms: int, first: int = 1) -> tuple[Trade, ...]:
    made = []
    for step in range(count):
        side = 1 if step * 7 % 5 < 3 else -1
        at = now_ms - (count - step) * 700
        made.append(Trade(first + step, at, side * 0.0125 * (1 + step * 13 % 40), 64_210.0 + (3 if side > 0 else 0)))
    return tuple(made)


def candles(count: int, now_ms: int, length: int = MINUTE) -> tuple[Candle, ...]:
    made, price, start = [], 64_000.0, now_ms - now_ms % length - (count - 1) * length
    for step in range(count):
        change = (step * 37 % 41) - 19.0 + (12 if step % 29 < 9 else -4)
        close = price + change
        high, low = max(price, close) + step % 7 * 3, min(price, close) - step % 5 * 4
        made.append(Candle(start + step * length, price, close, high, low, 1 + step * 17 % 23 / 3))
        price = close
    lift = 64_213.0 - price
    return tuple(Candle(c.mts, c.open + lift, c.close + lift, c.high + lift, c.low + lift, c.volume) for c in made)


def market(now: float, now_ms: int, source: Source = Source.WEBSOCKET) -> tuple[MarketEvent, ...]:
    """Everything a live market has delivered once it stands."""
    state = LinkState.LIVE if source is Source.WEBSOCKET else LinkState.POLLING
    return (
        live(now, state),
        TickerSeen(
            SYMBOL,
            Ticker(64_210.0, 31.2, 64_215.0, 28.4, 512.5, 0.0080, 64_213.0, 834.12, 64_590.0, 63_105.0),
            source,
            now,
        ),
        BookSnapshotSeen(SYMBOL, book_rows(), source, now),
        TradesSeen(SYMBOL, trades(60, now_ms), True, source, now),
        CandlesSeen(SYMBOL, Timeframe.M1, candles(240, now_ms), True, source, now),
        BookChecked(SYMBOL, True, now),
        Traffic(52.0, 1900.0, 42.0, now),
    )


def traded(trades: tuple[Trade, ...], at: float) -> TradesSeen:
    """Trades of the stream."""
    return TradesSeen(SYMBOL, trades, False, Source.WEBSOCKET, at)


def deltas(step: int, now: float, now_ms: int) -> tuple[MarketEvent, ...]:
    """What one message of a busy market changes."""
    if step % 10 == 0:
        price = 64_210.0 + (3 if step % 20 else 0)
        trade = Trade(1_000 + step, now_ms, 0.01 * (1 + step % 9), price)
        return (TradesSeen(SYMBOL, (trade,), False, Source.WEBSOCKET, now),)
    level = 64_210.0 - step * 7 % 12
    return (BookChanged(SYMBOL, level, 1, 0.1 + step % 50 / 10, now),)
