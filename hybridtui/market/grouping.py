"""Price grouping in steps of money (1, 2 or 5 times a power of ten), and which book of the exchange such steps need.

Bids go down to the step below, asks up to the step above, so that a group never promises a better price than its
levels have; everything is exact.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import NamedTuple

from hybridtui.market.book import Book, Level
from hybridtui.market.exact import exact
from hybridtui.market.feed import BOOK_LENGTHS, book_length_for

_FACTORS = (1, 2, 5)
_FIGURES = 5
"""Significant figures of a price in the exchange's own book; each precision above 0 has one less."""
_COARSEST_PRECISION = 4


class Group(NamedTuple):
    """The levels of one step of price, together."""

    price: float
    """The step: the worst price that a level in it can have."""
    size: Decimal
    """In base currency."""
    orders: int
    """How many there are."""
    partial: bool
    """The book does not reach to the end of this step: there may be more."""


class BookShape(NamedTuple):
    """Which book of the exchange: see `View.book_precision` and `View.book_length`."""

    precision: int
    length: int


# Steps


def tick_of(price: float, decimals: int) -> Decimal:
    """The least step between two prices of a market: that of its decimals, or of five figures where it has none."""
    return Decimal(1).scaleb(-decimals) if decimals > 0 else max(Decimal(1), grid(price, 0))


def grid(price: float, precision: int) -> Decimal:
    """The distance between two prices of a book of this precision, near `price`: five significant figures in P0."""
    return Decimal(1).scaleb(exact(abs(price)).adjusted() - _FIGURES + 1 + precision)


def coarser(step: Decimal | None, tick: Decimal, price: float) -> Decimal | None:
    """The next greater step; the same where `step` is as coarse as one significant figure of the price."""
    greater = _neighbour(tick if step is None else step, above=True)
    return greater if greater <= grid(price, _COARSEST_PRECISION) else step


def finer(step: Decimal | None, tick: Decimal) -> Decimal | None:
    """The next smaller step; None, the exchange's own levels, where that is no more than a tick."""
    smaller = None if step is None else _neighbour(step, above=False)
    return None if smaller is None or smaller <= tick else smaller


def step_from(text: str) -> Decimal | None:
    """A step that was remembered as text, None where it is none."""
    if not (text.isascii() and len(text) < 40 and text.replace(".", "", 1).isdigit()):
        return None
    step = Decimal(text).normalize()
    digits = step.as_tuple().digits
    return step if digits in ((1,), (2,), (5,)) else None


def step_text(step: Decimal) -> str:
    """The step without exponent: `0.5`, `50`."""
    return f"{step:f}"


def _neighbour(step: Decimal, *, above: bool) -> Decimal:
    """The next 1, 2 or 5 times a power of ten on one side."""
    power = step.adjusted()
    scale = [Decimal(factor).scaleb(power + shift) for shift in (-1, 0, 1) for factor in _FACTORS]
    return min(each for each in scale if each > step) if above else max(each for each in scale if each < step)


# Groups


def grouped(levels: Iterable[Level], step: Decimal, *, asks: bool, whole: bool) -> list[Group]:
    """The groups of one side, whose levels come best first; `whole` where the side has no more levels than these."""
    groups: list[Group] = []
    price, size, count, worst = 0.0, Decimal(0), 0, 0.0
    for level in levels:
        place = group_price(level.price, step, asks)
        if count and place != price:
            groups.append(Group(price, size, count, False))
            size, count = Decimal(0), 0
        price, worst = place, level.price
        size, count = size + exact(level.size), count + level.count
    if count:
        groups.append(Group(price, size, count, not whole and worst != price))
    return groups


@lru_cache(maxsize=32768)
def group_price(price: float, step: Decimal, asks: bool) -> float:
    """The multiple of the step at or below a bid's price, at or above an ask's."""
    power = step.adjusted()
    factor = int(step.scaleb(-power))
    in_powers = int(exact(price).scaleb(-power).to_integral_value(ROUND_CEILING if asks else ROUND_FLOOR))
    multiple = -(-in_powers // factor) if asks else in_powers // factor
    return float(Decimal(multiple * factor).scaleb(power))


# Books


def is_whole(side: Sequence[object], book: Book) -> bool:
    """Whether the exchange has no more levels on this side than these, all that the book holds of it."""
    return 0 < len(side) < book.length


def spacing(book: Book) -> float | None:
    """The distance between two neighbouring prices of the denser side, on average, in quote currency.

    Infinite where nothing is missing on either side; None where the book is not the exchange's own or too small to say.
    """
    if book.precision or not book.known:
        return None
    sides = [side for side in (book.bids(), book.asks()) if side and not is_whole(side, book)]
    if not sides:
        return float("inf") if book.best_bid and book.best_ask else None
    if any(len(side) < 2 for side in sides):
        return None
    return min(abs(side[-1].price - side[0].price) / (len(side) - 1) for side in sides)


def book_needed(step: Decimal | None, rows: int, price: float | None, distance: float | None) -> BookShape:
    """The book that fills `rows` rows a side with groups of `step` around `price`.

    `distance` is the `spacing` of the market's own levels; where it is None they may stand at every price. As long as
    the longest book of the exchange's own levels reaches far enough it is that; else the finest one that does and
    whose prices fall on multiples of the step.
    """
    if step is None or price is None or price <= 0:
        return BookShape(0, book_length_for(rows))
    reach = float(step) * rows
    fitting = [precision for precision in range(1, _COARSEST_PRECISION + 1) if grid(price + reach, precision) <= step]
    for precision in (0, *fitting):
        between = max(distance or 0.0 if precision == 0 else 0.0, float(grid(price, precision)))
        if reach / between < BOOK_LENGTHS[-1]:
            return BookShape(precision, book_length_for(int(reach / between) + 1))
    return BookShape(max(fitting, default=0), BOOK_LENGTHS[-1])
