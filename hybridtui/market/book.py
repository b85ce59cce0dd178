"""The order book: two sides of price levels, kept sorted with a dictionary and a bisected list.

A change of one level costs well under a microsecond; nothing is copied on the way in.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

import msgspec

Row = tuple[float, int, float]
"""`(price, count, amount)` as the exchange sends it: amount > 0 is a bid, < 0 an ask; count 0 deletes."""


class Level(msgspec.Struct, frozen=True, gc=False):
    """One price level of one side."""

    price: float
    """In quote currency."""
    count: int
    """Number of orders."""
    size: float
    """Sum of the orders in base currency, always positive."""


class BookSide:
    """The levels of one side. `prices` ascends on both sides; the best bid is its last, the best ask its first."""

    __slots__ = ("levels", "prices")

    def __init__(self) -> None:
        self.levels: dict[float, tuple[int, float]] = {}
        """Price to (count, size)."""
        self.prices: list[float] = []

    def __len__(self) -> int:
        return len(self.prices)

    def remove(self, price: float) -> bool:
        """Delete one level; False where there was none."""
        if self.levels.pop(price, None) is None:
            return False
        del self.prices[bisect_left(self.prices, price)]
        return True

    def fill(self, levels: dict[float, tuple[int, float]]) -> None:
        """Replace the whole side."""
        self.levels = levels
        self.prices = sorted(levels)

    def level(self, price: float) -> Level:
        """The level at a price that is in the book."""
        count, size = self.levels[price]
        return Level(price, count, size)


class Book:
    """Both sides of one market."""

    def __init__(self) -> None:
        self._bids = BookSide()
        self._asks = BookSide()
        self.revision = 0
        """Grows by one with every change; equal revisions of one book mean equal contents."""
        self.known = False
        """False until the first snapshot: an empty book and an unknown one are not the same."""
        self.precision = 0
        """0 where the levels are the exchange's own; above that it put them together, bids down and asks up."""
        self.length = 0
        """So many levels a side were asked for: a side with fewer is whole. 0 where that is not known."""

    def replace(self, rows: Iterable[Row], precision: int = 0, length: int = 0) -> None:
        """Forget everything and take a snapshot."""
        bids: dict[float, tuple[int, float]] = {}
        asks: dict[float, tuple[int, float]] = {}
        for price, count, amount in rows:
            if count > 0 and amount > 0:
                bids[price] = (count, amount)
            elif count > 0 and amount < 0:
                asks[price] = (count, -amount)
        self._bids.fill(bids)
        self._asks.fill(asks)
        self.precision, self.length = precision, length
        self.known = True
        self.revision += 1

    def change(self, price: float, count: int, amount: float) -> None:
        """Apply one delta; the meaning of the three numbers is that of `Row`.

        A delete with amount 0, which old servers sent, names no side and clears the price on both; a level of amount 0
        is none and changes nothing, as in a snapshot. This is the hot path: setting a level makes no call.
        """
        self.revision += 1
        if count > 0:
            if amount > 0:
                side, size = self._bids, amount
            elif amount < 0:
                side, size = self._asks, -amount
            else:
                return
            if price not in side.levels:
                insort(side.prices, price)
            side.levels[price] = (count, size)
        else:
            if amount >= 0:
                self._bids.remove(price)
            if amount <= 0:
                self._asks.remove(price)

    def bids(self, depth: int | None = None) -> list[Level]:
        """The best `depth` bids, best first; all of them where None."""
        side = self._bids
        prices = side.prices if depth is None else side.prices[-depth:] if depth else []
        return [side.level(price) for price in reversed(prices)]

    def asks(self, depth: int | None = None) -> list[Level]:
        """The best `depth` asks, best first; all of them where None."""
        return [self._asks.level(price) for price in self._asks.prices[:depth]]

    def rows(self) -> list[Row]:
        """The whole book as rows: bids best to worst, then asks best to worst."""
        bids = [(price, *self._bids.levels[price]) for price in reversed(self._bids.prices)]
        asks = [(price, count, -size) for price in self._asks.prices for count, size in [self._asks.levels[price]]]
        return [*bids, *asks]

    @property
    def best_bid(self) -> Level | None:
        """The highest bid."""
        return self._bids.level(self._bids.prices[-1]) if self._bids.prices else None

    @property
    def best_ask(self) -> Level | None:
        """The lowest ask."""
        return self._asks.level(self._asks.prices[0]) if self._asks.prices else None

    @property
    def spread(self) -> float | None:
        """Best ask minus best bid in quote currency, None where a side is empty; negative while crossed."""
        if not self._bids.prices or not self._asks.prices:
            return None
        return self._asks.prices[0] - self._bids.prices[-1]

    @property
    def mid(self) -> float | None:
        """Half way between best bid and best ask, None where a side is empty."""
        if not self._bids.prices or not self._asks.prices:
            return None
        return self._asks.prices[0] / 2 + self._bids.prices[-1] / 2  # halves are exact, and no sum of them is too large

    @property
    def spread_bp(self) -> float | None:
        """The spread in basis points of the mid."""
        spread, mid = self.spread, self.mid
        return None if spread is None or not mid else spread / mid * 10_000

    @property
    def crossed(self) -> bool:
        """True where the best bid is not below the best ask; between two frames of a batch this can be so."""
        spread = self.spread
        return spread is not None and spread <= 0
