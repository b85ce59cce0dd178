"""The history of an order book: what stood at which price, second by second, in columns of several widths of time.

Once a second somebody looks at the book and calls `sample`; while there is no live book nobody calls, and the missing
column is the outage: nothing is ever made up for it. A column wider than a second is the mean of its samples. Each
width keeps its own columns, at most `CAPACITY`, so the narrow ones reach back minutes and the wide ones hours.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from hybridtui.market.book import Book
from hybridtui.market.trades import Trade, Trades

INTERVALS_S = (1, 2, 5, 10, 30, 60)
"""The widths of the columns, seconds; each is a whole number of the first."""
CAPACITY = 480
"""Columns kept of each width: 8 minutes of the narrowest, 8 hours of the widest."""
LEVELS_MOST = 1000
"""Prices kept in one column; of more the smallest are left out."""
_SECOND = 1000
_SET_BACK = 10
"""A clock that falls back by more seconds than this was set, and the history begins anew."""
_NEXT = 3
"""After a longer pause, in seconds, the trades since are not those of one second."""
PRICE_MOST = 1e12
"""No price; what is beyond cannot be put on a grid of exact steps."""


class Traded(NamedTuple):
    """The trades of one column."""

    low: float
    high: float
    bought: float
    """In base currency, like the two below."""
    sold: float
    largest: float
    """The largest one, + bought, - sold."""
    largest_price: float


class LiquidityColumn(msgspec.Struct, frozen=True, eq=False, gc=False):
    """The book over one stretch of time. A value that never changes: its identity is its key."""

    mts: int
    """The start of the stretch, ms UTC."""
    samples: int
    """How many seconds of it were seen."""
    prices: Sequence[float]
    sizes: Sequence[float]
    """The mean size at each of the prices, base currency; in no order."""
    low: float
    high: float
    """The lowest and the highest price that the book reached: what lies outside is not known."""
    bid: float
    ask: float
    """The best prices at the end."""
    last: float | None
    """Price of the newest trade at the end, None where none was known or nothing delivered any."""
    traded: Traded | None = None
    """None where there was no trade."""
    precision: int = 0
    """That of the book, see `Book.precision`; columns of different precision are never put together."""

    @property
    def mid(self) -> float:
        """Half way between the best prices."""
        return (self.bid + self.ask) / 2


def traded_of(trades: Iterable[Trade]) -> Traded | None:
    """The sum of some trades, None where there are none."""
    rows = list(trades)
    if not rows:
        return None
    largest = max(rows, key=lambda row: abs(row.amount))
    return Traded(
        min(row.price for row in rows),
        max(row.price for row in rows),
        sum(row.amount for row in rows if row.amount > 0),
        -sum(row.amount for row in rows if row.amount < 0),
        largest.amount,
        largest.price,
    )


def merged(mts: int, parts: Sequence[LiquidityColumn]) -> LiquidityColumn:
    """The mean of columns of one second each, oldest first, at least one."""
    if len(parts) == 1:
        return msgspec.structs.replace(parts[0], mts=mts)
    sums: dict[float, float] = {}
    # A book that did not change is the same object again and again.
    for _, alike in groupby(parts, key=lambda part: id(part.prices)):
        same = list(alike)
        for price, size in zip(same[0].prices, same[0].sizes, strict=True):
            sums[price] = sums.get(price, 0.0) + size * len(same)
    rows = list(sums.items())
    if len(rows) > LEVELS_MOST:
        rows = sorted(rows, key=lambda row: row[1])[-LEVELS_MOST:]
    newest = parts[-1]
    return LiquidityColumn(
        mts,
        len(parts),
        array("d", [price for price, _ in rows]),
        array("f", [size / len(parts) for _, size in rows]),
        min(part.low for part in parts),
        max(part.high for part in parts),
        newest.bid,
        newest.ask,
        newest.last,
        _joined([part.traded for part in parts if part.traded is not None]),
        newest.precision,
    )


def _joined(parts: Sequence[Traded]) -> Traded | None:
    if not parts:
        return None
    largest = max(parts, key=lambda part: abs(part.largest))
    return Traded(
        min(part.low for part in parts),
        max(part.high for part in parts),
        sum(part.bought for part in parts),
        sum(part.sold for part in parts),
        largest.largest,
        largest.largest_price,
    )


class _Columns:
    """The columns of one width, and the one that is still growing."""

    def __init__(self, interval_s: int) -> None:
        self.length = interval_s * _SECOND
        self.done: dict[int, LiquidityColumn] = {}
        """By slot, a moment divided by the width; oldest first."""
        self._slot = 0
        self._parts: list[LiquidityColumn] = []
        self._growing: LiquidityColumn | None = None

    def add(self, part: LiquidityColumn) -> None:
        """Take the column of one second in, newer than all before."""
        slot = part.mts // self.length
        if slot != self._slot or not self._parts:
            self._close()
            self._slot = slot
        elif part.precision != self._parts[-1].precision:
            self._parts = []
        self._parts.append(part)
        self._growing = None

    def at(self, slot: int) -> LiquidityColumn | None:
        """The column of a slot, None where nothing was seen."""
        if slot == self._slot and self._parts:
            if self._growing is None:
                self._growing = merged(slot * self.length, self._parts)
            return self._growing
        return self.done.get(slot)

    def oldest(self) -> int | None:
        """The start of the oldest column kept, ms UTC."""
        slot = next(iter(self.done), self._slot if self._parts else None)
        return None if slot is None else slot * self.length

    def _close(self) -> None:
        growing = self.at(self._slot)
        if growing is not None:
            self.done[self._slot] = growing
            while len(self.done) >= CAPACITY:
                del self.done[next(iter(self.done))]
        self._parts = []


class LiquidityHistory:
    """The book of one market over time."""

    def __init__(self) -> None:
        self.revision = 0
        """Grows by one with every sample."""
        self._begin()

    def _begin(self) -> None:
        """Forget everything."""
        self._columns = {interval: _Columns(interval) for interval in INTERVALS_S}
        self._newest = 0
        """The newest sample's second."""
        self._seen: int | None = None
        """The newest trade that was known at the newest sample."""
        self._book: Book | None = None
        self._revision = -1
        self._shape: LiquidityColumn | None = None
        """Which book at which revision was sampled last, and its column; None where it had no middle."""

    @property
    def newest_mts(self) -> int:
        """The second of the newest sample, ms UTC; 0 where there is none."""
        return self._newest * _SECOND

    def __len__(self) -> int:
        """How many columns are kept in all."""
        return sum(len(columns.done) for columns in self._columns.values())

    def sample(self, mts: int, book: Book, trades: Trades, *, fed: bool = True) -> None:
        """Remember a live book as it stands at a moment, ms UTC; more than once a second changes nothing.

        Trades that are not `fed` (nothing delivers them) do not tell the price of this moment.
        """
        second = mts // _SECOND
        if second <= self._newest:
            if self._newest - second <= _SET_BACK:
                return
            self._begin()
        traded = traded_of(self._new_trades(second, trades))
        last = trades.last
        self._seen = None if last is None else last.id
        price = None if last is None or not fed or not 0 < last.price < PRICE_MOST else last.price
        if self._book is not book or self._revision != book.revision:
            self._book, self._revision, self._shape = book, book.revision, column_of(book)
        if self._shape is None:
            return
        # In a quiet market all but the time is the same as before.
        column = msgspec.structs.replace(self._shape, mts=second * _SECOND, last=price, traded=traded)
        for columns in self._columns.values():
            columns.add(column)
        self._newest = second
        self.revision += 1

    def columns(self, interval_s: int, until_mts: int, count: int) -> list[LiquidityColumn | None]:
        """`count` columns of a width, oldest first, the last of them that of a moment; None where nothing was seen."""
        columns = self._columns[interval_s]
        last = until_mts // columns.length
        return [columns.at(slot) for slot in range(last - count + 1, last + 1)]

    def oldest_mts(self, interval_s: int) -> int | None:
        """The start of the oldest column of a width that is kept, ms UTC; None where there is none."""
        return self._columns[interval_s].oldest()

    def _new_trades(self, second: int, trades: Trades) -> list[Trade]:
        """The trades since the sample before; none where that is long ago, nor such as were filled in only now."""
        last, seconds = trades.last, second - self._newest
        if self._seen is None or last is None or seconds > _NEXT:
            return []
        since = last.mts - (seconds + 1) * _SECOND
        return [trade for trade in trades.after(self._seen) if trade.mts > since and 0 < trade.price < PRICE_MOST]


def column_of(book: Book) -> LiquidityColumn | None:
    """A book as a column of one second, without time and trades; None where a side is empty: it has no middle."""
    rows = [(price, amount) for price, _, amount in book.rows() if 0 < price < PRICE_MOST]
    bids = [price for price, amount in rows if amount > 0]
    if not bids or len(bids) == len(rows):
        return None
    bid, ask = max(bids), min(price for price, amount in rows if amount < 0)
    prices = array("d", [price for price, _ in rows])
    sizes = array("f", [min(abs(amount), 1e30) for _, amount in rows])
    return LiquidityColumn(0, 1, prices, sizes, min(prices), max(prices), bid, ask, None, None, book.precision)
