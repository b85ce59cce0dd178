"""The last prices of other markets over REST: what the socket does not deliver, and the list of all markets.

One request brings the tickers of all markets, however many are watched. It is made only while somebody looks or alerts
depend on it, at most once in ten seconds, and never where REST is not wanted, but once for somebody who opens the list
of all markets. Nothing here says anything about the market that is looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from hybridtui.clock import Clock
from hybridtui.errors import ExchangeError, SymbolUnknownError, TransportError
from hybridtui.exchanges.base import Exchange, RestKind, RestRequest
from hybridtui.feeds.asking import PostponedError
from hybridtui.feeds.budget import Budget
from hybridtui.feeds.polling import TICKERS_EVERY
from hybridtui.market.events import CandlesSeen, MarketEvent
from hybridtui.market.feed import Interest, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import DaySeen, MarketsListed, QuoteRefused, QuotesLost, QuotesMissed, QuotesSeen
from hybridtui.market.quotes import DAY_MS, Quotes
from hybridtui.market.source import Mode, Source
from hybridtui.market.timeframe import Timeframe

Ask = Callable[[RestRequest], Awaitable[Sequence[object]]]
"""Sends a request and gives back what the answer tells; raises TransportError or ExchangeError."""

_LOOK = 1.0
"""Seconds between two looks at what the socket still delivers."""
_DAY_TIMEFRAME = Timeframe.M30
_DAY_AGAIN = 1800.0
"""Seconds after which the candles of a day are asked for anew."""
_DAYS_A_MINUTE = 6
"""A quarter of the budget for candles; the rest is for the market that is looked at."""
_AGAIN = 10.0
"""Seconds until what failed is tried once more."""


class Errand(msgspec.Struct, frozen=True):
    """One request that is wanted, not before `at`, monotonic seconds."""

    at: float
    kind: RestKind
    instrument: Instrument | None = None
    """Whose day, where the kind is CANDLES."""


class Quoting:
    """What is wanted of other markets, and the one task that asks for it."""

    def __init__(self, exchange: Exchange, quotes: Quotes | None, clock: Clock) -> None:
        """`quotes` is what the events make of them; without them nothing is asked for."""
        self._exchange, self._quotes, self._clock = exchange, quotes, clock
        self._interest = Interest()
        self._accept: Callable[[MarketEvent], object] = _nobody
        self._wake = asyncio.Event()
        self._budgets = {
            RestKind.TICKERS: Budget(exchange.budgets["tickers"]),
            RestKind.CANDLES: Budget(_DAYS_A_MINUTE),
            RestKind.MARKETS: Budget(max(exchange.budgets["conf"] // 2, 1)),
        }
        self._after: dict[RestKind, float] = {}
        """Before this moment none of the kind is asked for."""
        self._days: dict[str, float] = {}
        """When the day of a market was asked for."""
        self._opened: set[RestKind] = set()
        """What is asked for once whatever the mode, because somebody opened the list."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """What the socket should deliver."""
        return tuple(instrument.symbol for instrument in self._interest.watched)

    def want(self, interest: Interest) -> None:
        """Care for these from now on."""
        before, self._interest = self._interest, interest
        if interest.listing and not before.listing:
            self._opened = {RestKind.MARKETS, RestKind.TICKERS}
        self._wake.set()
        gone = tuple(each.symbol for each in before.watched if each not in interest.watched)
        if gone:
            self._accept(QuotesLost(gone, "no longer watched", self._clock.now()))

    def socket_lost(self) -> None:
        """The socket delivers nothing any more."""
        if self.symbols:
            self._accept(QuotesLost(None, "the socket is closed", self._clock.now()))

    async def run(
        self, ask: Ask, look: Callable[[], tuple[View, Mode]], accept: Callable[[MarketEvent], object]
    ) -> None:
        """Ask for whatever is wanted until cancelled."""
        self._accept = accept
        while True:
            now = self._clock.now()
            view, mode = look()
            errand = self.next_errand(now, view, mode)
            if errand is not None and errand.at <= now:
                await self._run(errand, view, ask)
                continue
            self._wake.clear()
            wait = None if self._interest.idle else _LOOK if errand is None else min(errand.at - now, _LOOK)
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def next_errand(self, now: float, view: View, mode: Mode) -> Errand | None:
        """What to ask for next at the moment `now`; None where nothing is wanted."""
        if self._quotes is None:
            return None
        wanted = [kind for kind in (RestKind.MARKETS, RestKind.TICKERS) if self._wants(kind, self._quotes, now, view)]
        if mode is Mode.WEBSOCKET:
            wanted = [kind for kind in wanted if kind in self._opened]
        errands = [Errand(self._free_at(kind, now), kind) for kind in wanted]
        if self._interest.shown and mode is not Mode.WEBSOCKET:
            older = [
                each for each in self._interest.watched if now >= self._days.get(each.symbol, -_DAY_AGAIN) + _DAY_AGAIN
            ]
            errands += [Errand(self._free_at(RestKind.CANDLES, now), RestKind.CANDLES, each) for each in older[:1]]
        return min(errands, key=lambda errand: errand.at, default=None)

    def _wants(self, kind: RestKind, quotes: Quotes, now: float, view: View) -> bool:
        if kind is RestKind.MARKETS:
            return self._interest.listing and not quotes.names_known
        wanted = self._interest
        return wanted.listing or ((wanted.shown or wanted.needed) and bool(self._unfed(quotes, now, view)))

    def _unfed(self, quotes: Quotes, now: float, view: View) -> list[Instrument]:
        """What is watched and the socket does not deliver. The market that is looked at has its own ticker."""

        def fed(symbol: str) -> bool:
            quote = quotes.get(symbol)
            return quote is not None and quote.source is Source.WEBSOCKET and quote.fed(now)

        others = (each for each in self._interest.watched if each != view.instrument)
        return [each for each in others if each.symbol not in quotes.refused and not fed(each.symbol)]

    def _free_at(self, kind: RestKind, now: float) -> float:
        return max(self._budgets[kind].free_at(now), self._after.get(kind, now))

    async def _run(self, errand: Errand, view: View, ask: Ask) -> None:
        now = self._clock.now()
        self._budgets[errand.kind].spend(now)
        self._after[errand.kind] = now + (0.0 if errand.kind is RestKind.CANDLES else TICKERS_EVERY)
        self._opened.discard(errand.kind)
        try:
            events = await ask(self._request(errand, view))
        except (TransportError, ExchangeError) as error:
            wait = max(error.wait, 0.0) if isinstance(error, PostponedError) else _AGAIN
            self._after[errand.kind] = self._clock.now() + wait
            if errand.instrument is None:
                self._accept(QuotesMissed(str(error), self._clock.now()))
            elif isinstance(error, SymbolUnknownError):
                self._days[errand.instrument.symbol] = now  # the others get their turn
            return
        if errand.instrument is not None:
            self._days[errand.instrument.symbol] = now
        for event in events:
            self._deliver(event)

    def _request(self, errand: Errand, view: View) -> RestRequest:
        """The request; that for a day begins on the grid of its candles, so that other panes can ask the same."""
        if errand.instrument is None:
            return self._exchange.request(errand.kind, view)
        length = _DAY_TIMEFRAME.length_ms
        end = self._clock.wall_ms() // length * length + length
        day = View(errand.instrument, _DAY_TIMEFRAME)
        return self._exchange.request(errand.kind, day, (end - DAY_MS, end))

    def _deliver(self, event: object) -> None:
        if isinstance(event, CandlesSeen):
            self._accept(DaySeen(event.symbol, event.candles, event.at))
        elif isinstance(event, MarketsListed):
            self._accept(event)
        elif isinstance(event, QuotesSeen):
            self._accept(event)
            listed = {instrument.symbol for instrument, _ in event.rows}
            for symbol in set(self.symbols) - listed:
                self._accept(QuoteRefused(symbol, "not traded there", event.at))


def _nobody(_: MarketEvent) -> None:
    """Before the feed runs nothing was delivered, so nothing can be lost."""
