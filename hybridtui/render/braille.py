"""Curves in braille dots: two across and four down in a cell."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from hybridtui.render.canvas import Canvas

DOTS_DOWN = 4
"""Dots of a cell, one below the other."""
BLANK = 0x2800
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bits of a braille pattern (Unicode chapter 21.1): its left and its right column, each from above."""


def _mask(side: int, first: int, last: int) -> int:
    return sum(_BITS[side][first : last + 1])


RUNS = tuple(
    tuple(tuple(_mask(side, first, last) for last in range(DOTS_DOWN)) for first in range(DOTS_DOWN)) for side in (0, 1)
)
"""The dots of one column of a cell from the one to the other: `RUNS[side][first][last]`."""
_FULL = chr(BLANK + 0xFF)


Cells = dict[tuple[int, int], int]
"""Dots by row and column of the cell."""


class Curve(NamedTuple):
    """For each column of dots from `left` on, the uppermost and the lowest dot of the curve, counted from above."""

    left: int
    spans: list[tuple[int, int]]


def curve_through(points: Sequence[tuple[int, int]], width: int) -> Curve:
    """A curve through points (column of cells, dot from above) from the left, as far as it is within `width` cells."""
    inside = [(2 * x, y) for x, y in points if 0 <= x < width]
    if not inside:
        return Curve(0, [])
    spans = [(inside[0][1], inside[0][1])]
    for (x, y), (to, end) in pairwise(inside):
        before = y
        for step in range(1, to - x + 1):
            here = y + round((end - y) * step / (to - x))
            upper = before + 1 if here > before else here
            lower = before - 1 if here < before else here
            spans.append((upper, lower))
            before = here
    return Curve(inside[0][0], spans)


def dots_of(curve: Curve, rows: int, ink: Sequence[bool] = (True,), *, heavy: bool = False) -> Cells:
    """The dots of the cells that a curve goes through in `rows` rows.

    `ink` says, again and again, which columns of dots have any; a `heavy` curve is two dots thick where it is level.
    """
    last = DOTS_DOWN * rows - 1
    cells: Cells = {}
    for at, (upper, lower) in enumerate(curve.spans, curve.left):
        if not ink[at % len(ink)] or lower < 0 or upper > last:
            continue
        if heavy and lower == upper:
            lower += 1  # noqa: PLW2901
        row, runs = upper // DOTS_DOWN, RUNS[at % 2]
        if row == lower // DOTS_DOWN:
            cell = row, at // 2
            cells[cell] = cells.get(cell, 0) | runs[upper % DOTS_DOWN][lower % DOTS_DOWN]
            continue
        first, end = max(upper, 0), min(lower, last)
        for crossed in range(first // DOTS_DOWN, end // DOTS_DOWN + 1):
            above = crossed * DOTS_DOWN
            dots = runs[max(first - above, 0)][min(end - above, DOTS_DOWN - 1)]
            cells[crossed, at // 2] = cells.get((crossed, at // 2), 0) | dots
    return cells


def draw_curve(canvas: Canvas, curve: Curve, rows: int, key: str) -> None:
    """The curve into the first `rows` rows, over whatever is there."""
    for (row, x), dots in dots_of(curve, rows).items():
        canvas.put(x, row, chr(BLANK + dots), key)


def fill_below(canvas: Canvas, curve: Curve, rows: int, key: str, over: str = "") -> None:
    """Fill from the curve down to the last of `rows` rows, behind whatever is there but the lines that `over` names.

    The dots of the curve join in.
    """
    for at in range(0, len(curve.spans), 2):
        x = (curve.left + at) // 2
        pair = [curve.spans[at], curve.spans[min(at + 1, len(curve.spans) - 1)]]
        top, full = min(upper for upper, _ in pair), max(lower for _, lower in pair) + 1
        for row in range(max(top // DOTS_DOWN, 0), rows):
            if canvas.keys[row][x] == over:
                canvas.chars[row][x] = " "
            if row <= full // DOTS_DOWN:
                _fill_cell(canvas, x, row, [upper for upper, _ in pair], key)
            else:
                canvas.put_below(x, row, _FULL, key)


def _fill_cell(canvas: Canvas, x: int, row: int, tops: Sequence[int], key: str) -> None:
    """Fill a cell below the tops of its two columns of dots."""
    if not (0 <= x < canvas.width and 0 <= row < canvas.height):
        return
    there = canvas.chars[row][x]
    dots = 0
    for side, top in enumerate(tops):
        first = top - row * DOTS_DOWN
        if first < DOTS_DOWN:
            dots |= RUNS[side][max(first, 0)][DOTS_DOWN - 1]
    if there == " ":
        canvas.put(x, row, chr(BLANK + dots), key)
    elif BLANK <= ord(there) <= BLANK + 0xFF:
        canvas.chars[row][x] = chr(ord(there) | dots)
