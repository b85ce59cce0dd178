"""Lines of braille dots through values: finer than blocks, and they leave room around them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from hybridtui.render.braille import BLANK, DOTS_DOWN, curve_through, dots_of
from hybridtui.render.canvas import Canvas
from hybridtui.render.scale import Scale

_FAR = 20
"""Heights are kept within so many times the scale, so that a line that leaves it hardly bends and nothing overflows."""

Point = tuple[int, float | None]
"""Column, and the value there; None interrupts the line."""


class Stroke(StrEnum):
    """How a line is drawn; the value is its sample in a legend."""

    SOLID = "──"
    DASHED = "╌╌"
    HEAVY = "━━"
    DOTTED = "┈┈"


_INK = {
    Stroke.SOLID: (True,),
    Stroke.HEAVY: (True,),
    Stroke.DASHED: (True, True, True, True, False, False),
    Stroke.DOTTED: (True, False, False, False),
}
"""Which columns of dots have any, again and again."""


def draw_line(
    canvas: Canvas, points: Sequence[Point], scale: Scale, key: str, stroke: Stroke = Stroke.SOLID, top: int = 0
) -> None:
    """Join the points, left to right, in the rows of the scale from row `top` on, below whatever is drawn already.

    `key` is a style of lines only: where two lines meet in one cell their dots are joined. Values outside the scale are
    left out.
    """
    for run in _runs(points, scale):
        curve = curve_through(run, canvas.width)
        for (row, x), dots in dots_of(curve, scale.rows, _INK[stroke], heavy=stroke is Stroke.HEAVY).items():
            if 0 <= top + row < canvas.height:
                _put(canvas, x, top + row, dots, key)


def _runs(points: Sequence[Point], scale: Scale) -> Iterator[list[tuple[int, int]]]:
    """The points between two interruptions, with their heights in dots from above."""
    last = DOTS_DOWN * scale.rows - 2
    run: list[tuple[int, int]] = []
    for x, value in points:
        if value is not None:
            run.append((x, round(min(max(scale.share(value), -_FAR), _FAR) * last)))
        elif run:
            yield run
            run = []
    yield run


def _put(canvas: Canvas, x: int, row: int, dots: int, key: str) -> None:
    """Into an empty cell, or to the dots of another line in it; that one's colour stays."""
    there = canvas.chars[row][x]
    if there == " ":
        canvas.chars[row][x] = chr(BLANK + dots)
        canvas.keys[row][x] = key
    elif is_line(canvas.keys[row][x]) and BLANK <= ord(there) <= BLANK + 0xFF:
        canvas.chars[row][x] = chr(ord(there) | dots)


_KEYS = "αβγδεζηθικλμνξοπρστυφχψω"


def line_key(number: int) -> str:
    """The style key of a line: each has its own."""
    return _KEYS[number % len(_KEYS)]


def is_line(key: str) -> bool:
    """Whether this is the style key of such a line."""
    return key in _KEYS
