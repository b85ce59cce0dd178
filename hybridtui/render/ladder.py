"""The rungs of a ladder: levels of one side, put together by price steps where wanted, and added up from the touch."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from math import sqrt
from typing import NamedTuple

from hybridtui.market.book import Book, Level
from hybridtui.market.exact import exact
from hybridtui.market.grouping import Group, grouped, is_whole


class Rung(NamedTuple):
    """One row of the ladder."""

    price: float
    size: Decimal
    """In base currency."""
    total: Decimal
    """The sizes from the touch to here."""
    orders: int
    """How many there are."""
    partial: bool = False
    """The book ends inside of this step: size and total are the least that is there."""


class Ladder(NamedTuple):
    """Both sides as they can be seen, each best first."""

    asks: tuple[Rung, ...]
    bids: tuple[Rung, ...]

    @property
    def sizes(self) -> list[Decimal]:
        """Of all rungs."""
        return [rung.size for side in self for rung in side]


def ladder(book: Book, above: int, below: int, step: Decimal | None) -> Ladder:
    """The best `above` asks and `below` bids of a book."""
    if step is None:
        return Ladder(_climb(map(_own, book.asks(above))), _climb(map(_own, book.bids(below))))
    asks, bids = book.asks(), book.bids()
    return Ladder(rungs(asks, above, step, book, asks=True), rungs(bids, below, step, book, asks=False))


def rungs(side: Sequence[Level], depth: int, step: Decimal, book: Book, *, asks: bool) -> tuple[Rung, ...]:
    """The best `depth` rungs of a whole side of the book, put together."""
    return _climb(islice(grouped(side, step, asks=asks, whole=is_whole(side, book)), depth))


def _own(level: Level) -> Group:
    return Group(level.price, exact(level.size), level.count, partial=False)


def _climb(groups: "islice[Group] | map[Group]") -> tuple[Rung, ...]:
    climbed, total = [], Decimal(0)
    for price, size, orders, partial in groups:
        total += size
        climbed.append(Rung(price, size, total, orders, partial))
    return tuple(climbed)


def bar_eighths(amount: Decimal, largest: Decimal, cells: int) -> int:
    """The length of a depth bar in eighths of a cell: by the square root, so that no whale flattens the rest."""
    if largest <= 0 or amount <= 0:
        return 0
    return max(1, round(sqrt(min(float(amount / largest), 1.0)) * cells * 8))


def bid_share(shown: Ladder) -> float | None:
    """The bids' part of the size on both sides of the visible ladder, 0 to 1; None where there is nothing."""
    bid, ask = (side[-1].total if side else Decimal(0) for side in (shown.bids, shown.asks))
    return float(bid / (bid + ask)) if bid + ask > 0 else None
