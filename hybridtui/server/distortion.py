"""A market seen through faults: crossed, one-sided or empty books, nothing happening, a wrong clock. PURE."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from hybridtui.market.timeframe import Timeframe
from hybridtui.server.faults import Faults
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, Market, TickerRow, TradeQuery, TradeRow

_BOOK_FAULTS = ("crossed-book", "one-sided-book", "empty-book")


@runtime_checkable
class Steerable(Protocol):
    """A market that can be told to stand still or not to trade; one that cannot just waits, or trades on."""

    trading: bool
    """False: orders come and go, none is executed."""

    def skip(self, now_ms: int) -> None:
        """Let the time until `now_ms` pass without anything happening in it, now or later."""
        ...


class DistortedMarket:
    """A `hybridtui.server.market.Market` that shows another one as the faults want it."""

    def __init__(self, market: Market, faults: Faults) -> None:
        self._market, self._faults = market, faults
        self._shown: tuple[object, ...] = (False,) * len(_BOOK_FAULTS)

    @property
    def symbols(self) -> Sequence[str]:
        """All symbols with prefix."""
        return self._market.symbols

    @property
    def now_ms(self) -> int:
        """The moment that the exchange believes it is, ms UTC."""
        return self._market.now_ms + self.skew_ms

    @property
    def skew_ms(self) -> int:
        """By how much the exchange's clock is ahead."""
        return round(self._faults.number("clock-skew", "skew") * 1000) if "clock-skew" in self._faults else 0

    @property
    def still(self) -> bool:
        """True where nothing happens: it is flat, or the platform is under maintenance."""
        return "flat-market" in self._faults or not self._faults.operative

    def advance(self, now_ms: int) -> list[Change]:
        """Let everything happen that is allowed to; `now_ms` is the true time."""
        changes: list[Change] = []
        if isinstance(self._market, Steerable):
            self._market.trading = "no-trades" not in self._faults
        if not self.still:
            changes = self._market.advance(now_ms)
        elif isinstance(self._market, Steerable):
            self._market.skip(now_ms)
        if self.skew_ms:
            changes = [Change(one.symbol, tuple(map(self._dated, one.trades)), one.book) for one in changes]
        return self._book_changes() + changes

    def next_ms(self) -> int | None:
        """When something will happen next, ms UTC of the true time."""
        return None if self.still else self._market.next_ms()

    def book(self, symbol: str) -> Sequence[BookRow]:
        """All levels, as wrong as they have to be."""
        rows = self._market.book(symbol)
        if "empty-book" in self._faults:
            return []
        if "one-sided-book" in self._faults:
            missing_bids = self._faults.text("one-sided-book", "side") == "bids"
            return [row for row in rows if (row[2] > 0) is not missing_bids]
        return _crossed(rows) if "crossed-book" in self._faults else rows

    def trades(self, symbol: str, query: TradeQuery) -> list[TradeRow]:
        """Executed trades, dated as the exchange dates them."""
        skew = self.skew_ms
        asked = TradeQuery(
            limit=query.limit,
            start=None if query.start is None else query.start - skew,
            end=None if query.end is None else query.end - skew,
            oldest_first=query.oldest_first,
        )
        return [self._dated(row) for row in self._market.trades(symbol, asked)]

    def candles(self, symbol: str, query: CandleQuery) -> list[CandleRow]:
        """Candles, moved by as many whole ones as come nearest to the wrong clock; months stay."""
        length = query.timeframe.length_ms
        moved = 0 if query.timeframe is Timeframe.MONTH else round(self.skew_ms / length) * length
        asked = CandleQuery(
            timeframe=query.timeframe,
            limit=query.limit,
            start=None if query.start is None else query.start - moved,
            end=None if query.end is None else query.end - moved,
            oldest_first=query.oldest_first,
        )
        return [(row[0] + moved, *row[1:]) for row in self._market.candles(symbol, asked)]

    def ticker(self, symbol: str) -> TickerRow:
        """The summary, whose best prices are those of the book as it is shown."""
        row = self._market.ticker(symbol)
        if not any(name in self._faults for name in _BOOK_FAULTS):
            return row
        book = self.book(symbol)
        bids, asks = ([level for level in book if (level[2] > 0) is buys] for buys in (True, False))
        bid = (bids[0][0], row[1]) if bids else (None, None)
        ask = (asks[0][0], row[3]) if asks else (None, None)
        return (*bid, *ask, *row[4:])

    def _dated(self, row: TradeRow) -> TradeRow:
        return (row[0], row[1] + self.skew_ms, row[2], row[3])

    def _book_changes(self) -> list[Change]:
        """Every book changes where a fault of the book begins or ends."""
        active = [self._faults.get(name) for name in _BOOK_FAULTS]
        shown = tuple(one is not None and tuple(one.parameters.items()) for one in active)
        before, self._shown = self._shown, shown
        return [] if shown == before else [Change(symbol, (), book=True) for symbol in self.symbols]


def _crossed(rows: Sequence[BookRow]) -> Sequence[BookRow]:
    """A bid more, at the price of the second best ask (the best where there is only one)."""
    asks = [row for row in rows if row[2] < 0][:2]
    return [(asks[-1][0], 1, -asks[-1][2]), *rows] if asks else rows
