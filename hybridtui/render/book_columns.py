"""The columns of the order book: how wide each is, what is left out where there is no room, and their names."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.segment import Segment

from hybridtui.market.book import Row
from hybridtui.render.book_options import BookOptions
from hybridtui.render.lines import Line
from hybridtui.render.numbers import price_text
from hybridtui.render.palette import Palette

_AMOUNT = 9
"""The width of an amount column, unless its whole parts need more."""
_AMOUNT_LEAST = 5
_BARS_LEAST = 4
_BARS_BEFORE_COUNT = 6
"""So wide are the bars before the count of orders is shown."""
_SIGNS = 2
"""Cells beside a size for its signs."""
_COUNT = len("count")
_GAP_MOST = 4


class Columns(NamedTuple):
    """Widths in cells; 0 leaves a column out. One cell before the size and one after it and the total is for signs."""

    gap: int
    price: int
    size: int
    total: int
    orders: int
    bars: int
    places: int
    """Decimals of a price."""
    size_places: int
    total_places: int


def columns_of(
    width: int, rows: Sequence[Row], places: int, options: BookOptions, *, with_bars: bool = True
) -> Columns:
    """Fit the columns of these rows, the whole book, into `width`: first the count goes, then bars, total and size.

    `places` are the decimals of the market's prices. The widths depend on the magnitude of all numbers, not on those
    that can be seen, so that nothing jumps.
    """
    step = options.step
    places = places if step is None else decimals_of(step)
    price = max(5, *(len(price_text(edge, places)) for edge in (min(rows)[0], max(rows)[0])))
    sums = _side_sums(rows)
    size, size_places = _amount_column(max(sums if step else (abs(row[2]) for row in rows)), options.amount_decimals)
    total, total_places = _amount_column(max(sums), options.amount_decimals)
    spare = width - price - 1
    if spare - size < _SIGNS:
        size = spare - _SIGNS if spare >= _AMOUNT_LEAST + _SIGNS else 0
    spare -= size + 1 if size else 0
    total = total if size and spare > total + 1 else 0
    spare -= total + 1 if total else 0
    count = _COUNT if total and spare > _COUNT + (_BARS_BEFORE_COUNT + 2 if with_bars else 1) else 0
    spare -= count + 1 if count else 0
    bars = min(spare - 1, max(8, width // 3)) if with_bars and total and spare > _BARS_LEAST else 0
    spare -= bars + 1 if bars else 0
    shown = 1 + bool(size) + bool(total) + bool(count)
    gap = min(max(spare - 1, 0) // shown, _GAP_MOST)
    return Columns(gap, price, size, total, count, bars, places, size_places, total_places)


def decimals_of(step: Decimal) -> int:
    """The decimals that multiples of a step need."""
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(-exponent, 0)


def heading(columns: Columns, options: BookOptions, palette: Palette) -> Line:
    """The names of the columns, and what the bars show."""
    text = "".join(f" {' ' * columns.gap}{name:>{width}}" for name, width in _named(columns))
    shown = f"by {options.bars}"
    if columns.bars >= len(shown):
        text += f" {shown}"
    return [Segment(text, palette.muted)]


def mirrored_heading(columns: Columns, palette: Palette) -> Line:
    """The same from right to left."""
    gap = " " * columns.gap
    text = "".join(f"{gap} {name:>{width}}" for name, width in reversed(_named(columns)[1:]))
    return [Segment(f"{text} {gap}{'price':>{columns.price}} ", palette.muted)]


def _named(columns: Columns) -> list[tuple[str, int]]:
    names = (("price", columns.price), ("size", columns.size), ("total", columns.total), ("count", columns.orders))
    return [(name, width) for name, width in names if width]


def _side_sums(rows: Sequence[Row]) -> tuple[float, float]:
    """All bids and all asks, in base currency."""
    return sum(row[2] for row in rows if row[2] > 0), -sum(row[2] for row in rows if row[2] < 0)


def _amount_column(largest: float, places: int) -> tuple[int, int]:
    """The width and the decimals of a column whose largest amount is this."""
    whole = len(f"{largest:,.0f}")
    places = min(places, max(_AMOUNT - whole - 1, 0))
    return max(_AMOUNT, whole), places
