"""How the two sides of the book stand against each other: the micro-price, and what lies near the mid."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from hybridtui.market.book import Book, Level
from hybridtui.market.exact import exact
from hybridtui.market.grouping import is_whole

WALL = 5
"""A level with so many times the median size of those that are seen is a wall."""
_WALL_AMONG = 6
"""Among fewer levels there is no telling what is usual."""


class Nearby(NamedTuple):
    """What stands on one side within some distance of the mid."""

    size: Decimal
    """In base currency."""
    complete: bool
    """False where the book ends before that distance: there is at least this much."""


def microprice(book: Book) -> float | None:
    """The mid, drawn to the side that has less: (bid x ask size + ask x bid size) / (bid size + ask size).

    None where a side is empty. Source: the "weighted mid-price" of S. Stoikov, "The micro-price: a high-frequency
    estimator of future prices", Quantitative Finance 18 (2018).
    """
    bid, ask = book.best_bid, book.best_ask
    if bid is None or ask is None:
        return None
    weight = bid.size / (bid.size + ask.size)
    return bid.price * (1 - weight) + ask.price * weight


def nearby(book: Book, shares: Sequence[Decimal]) -> list[tuple[Nearby, Nearby]]:
    """Bids and asks not further from the mid than each of `shares` of it (0.001 for 0.1 %), which ascend.

    Empty where there is no mid.
    """
    if book.mid is None:
        return []
    middle = exact(book.mid)
    bids = _within(book.bids(), [middle * (1 - share) for share in shares], book, asks=False)
    asks = _within(book.asks(), [middle * (1 + share) for share in shares], book, asks=True)
    return list(zip(bids, asks, strict=True))


def _within(side: Sequence[Level], bounds: Sequence[Decimal], book: Book, *, asks: bool) -> list[Nearby]:
    """What stands up to each bound, the nearest bound first; a side that goes on beyond it is complete there."""
    near: list[Nearby] = []
    total, whole = Decimal(0), is_whole(side, book)
    levels = iter(side)
    level = next(levels, None)
    for bound in bounds:
        while level is not None and (exact(level.price) <= bound if asks else exact(level.price) >= bound):
            total += exact(level.size)
            level = next(levels, None)
        near.append(Nearby(total, whole or level is not None))
    return near


def wall_from(sizes: Sequence[Decimal]) -> Decimal | None:
    """From which size on a level is a wall among levels of these sizes; None where they are too few to say."""
    return median(sizes) * WALL if len(sizes) >= _WALL_AMONG else None
