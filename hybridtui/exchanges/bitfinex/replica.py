"""A copy of the exchange's book as this socket described it, kept to compare checksums.

The market's own book may come from another source at any moment; what a checksum speaks of is only what this channel
sent. The text of each level is made when a checksum first needs it and kept until the level changes.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import zip_longest

from hybridtui.exchanges.bitfinex.constants import CHECKSUM_LEVELS
from hybridtui.exchanges.bitfinex.numbers import js_number, signed_crc32
from hybridtui.market.book import Row


class Side:
    """The levels of one side, `prices` ascending."""

    __slots__ = ("amounts", "prices", "texts")

    def __init__(self) -> None:
        self.amounts: dict[float, float] = {}
        """Price to amount, signed as on the wire."""
        self.prices: list[float] = []
        self.texts: dict[float, bytes] = {}
        """Price to `price:amount` in the exchange's digits, for levels that a checksum has met."""

    def remove(self, price: float) -> None:
        """Delete one level, if it is there."""
        if self.amounts.pop(price, None) is not None:
            del self.prices[bisect_left(self.prices, price)]
            self.texts.pop(price, None)

    def level_texts(self, prices: list[float]) -> list[bytes]:
        """`price:amount` of each of these levels."""
        texts = self.texts
        try:
            return [texts[price] for price in prices]
        except KeyError:
            for price in prices:
                if price not in texts:
                    texts[price] = f"{js_number(price)}:{js_number(self.amounts[price])}".encode("ascii")
            return [texts[price] for price in prices]


class Replica:
    """Both sides, built from one snapshot and the changes after it."""

    __slots__ = ("asks", "bids", "capacity", "outgrown")

    def __init__(self, rows: Iterable[Row], length: int) -> None:
        self.bids = Side()
        self.asks = Side()
        self.capacity = length + max(5, length // 5)
        """Levels a side beyond which the book is not the one that was asked for."""
        self.outgrown = False
        """True once a side held clearly more levels than were asked for: deletes must have been lost."""
        for price, count, amount in rows:
            if count:
                self.change(price, count, amount)

    def change(self, price: float, count: int, amount: float) -> bool:
        """Apply one row; True where it made a new level.

        A delete with amount 0 names no side and clears the price on both. This is the hot path: no call is made for a
        level that is there already.
        """
        if count:
            side = self.bids if amount > 0 else self.asks
            amounts = side.amounts
            if price in amounts:
                amounts[price] = amount
                if price in side.texts:
                    del side.texts[price]
                return False
            amounts[price] = amount
            insort(side.prices, price)
            if len(side.prices) > self.capacity:
                self.outgrown = True
            return True
        if amount >= 0:
            self.bids.remove(price)
        if amount <= 0:
            self.asks.remove(price)
        return False

    @property
    def crossed(self) -> bool:
        """True where the best bid is not below the best ask."""
        bids, asks = self.bids.prices, self.asks.prices
        return bool(bids and asks) and bids[-1] >= asks[0]

    def best(self, depth: int) -> list[tuple[float, float]]:
        """Price and signed amount of the best levels, `depth` a side: bids best first, then asks best first."""
        bids, asks = self.bids, self.asks
        return [
            *((price, bids.amounts[price]) for price in bids.prices[: -depth - 1 : -1]),
            *((price, asks.amounts[price]) for price in asks.prices[:depth]),
        ]

    def checksum(self) -> int:
        """What the exchange's `cs` frame says of this very book: CRC-32 over the 25 best levels of each side.

        Bid and ask alternate, best first; where a side has run out the other goes on alone.
        """
        bids = self.bids.level_texts(self.bids.prices[: -CHECKSUM_LEVELS - 1 : -1])
        asks = self.asks.level_texts(self.asks.prices[:CHECKSUM_LEVELS])
        if len(bids) == len(asks):
            parts = bids + asks
            parts[::2], parts[1::2] = bids, asks
            return signed_crc32(b":".join(parts))
        return signed_crc32(b":".join(part for pair in zip_longest(bids, asks) for part in pair if part is not None))
