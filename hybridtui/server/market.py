"""What a market behind the server must be able to tell: the seam between the protocol and whatever makes the prices.

The demo exchange and a recording played back are such markets. A market is pure: it moves only when `advance` is
called, and everything it is asked in between is the state at that moment.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from hybridtui.market.timeframe import Timeframe

BookRow = tuple[float, int, float]
"""`(price, count, amount)`: amount > 0 is a bid, < 0 an ask."""
TradeRow = tuple[int, int, float, float]
"""`(id, mts, amount, price)`: amount > 0 where the taker bought."""
CandleRow = tuple[int, float, float, float, float, float]
"""`(mts, open, close, high, low, volume)`."""
TickerRow = tuple[float | None, ...]
"""Ten fields: bid, bid size, ask, ask size, change, change ratio, last, volume, high, low."""


class Change(msgspec.Struct, frozen=True):
    """What happened to one symbol during an advance."""

    symbol: str
    """With its prefix, `tBTCUSD`."""
    trades: tuple[TradeRow, ...]
    """Executed, oldest first."""
    book: bool
    """True where the resting orders changed."""


class CandleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which candles of a symbol: at most `limit`, bucket starts within start and end, both inclusive, ms UTC."""

    timeframe: Timeframe
    limit: int
    start: int | None = None
    end: int | None = None
    oldest_first: bool = False
    """Also decides from which end the limit counts."""


class TradeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which trades of a symbol; the fields mean what they mean in `CandleQuery`."""

    limit: int
    start: int | None = None
    end: int | None = None
    oldest_first: bool = False


class Market(Protocol):
    """A market behind the server."""

    @property
    def symbols(self) -> Sequence[str]:
        """All symbols with prefix, in the order in which lists show them."""
        ...

    @property
    def now_ms(self) -> int:
        """The moment it was advanced to, ms UTC."""
        ...

    def advance(self, now_ms: int) -> list[Change]:
        """Let everything happen that happens until `now_ms`; an earlier moment changes nothing."""
        ...

    def next_ms(self) -> int | None:
        """When something will happen next, ms UTC; None where nothing ever will."""
        ...

    def book(self, symbol: str) -> Sequence[BookRow]:
        """All levels: bids from the best down, then asks from the best up; never crossed."""
        ...

    def trades(self, symbol: str, query: TradeQuery) -> list[TradeRow]:
        """Executed trades, newest first unless the query says otherwise."""
        ...

    def candles(self, symbol: str, query: CandleQuery) -> list[CandleRow]:
        """Candles, newest first unless the query says otherwise; buckets without trades are missing."""
        ...

    def ticker(self, symbol: str) -> TickerRow:
        """The summary of the last 24 hours."""
        ...
