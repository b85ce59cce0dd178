"""The rows of the order book, one a rung: price, size, total, count and bar, with the signs that go with them."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from hybridtui.render.blocks import horizontal_bar
from hybridtui.render.book_columns import Columns
from hybridtui.render.book_options import BarsBy, BookOptions
from hybridtui.render.ladder import Rung, bar_eighths
from hybridtui.render.lines import Line, width_of
from hybridtui.render.numbers import amount_text, price_text
from hybridtui.render.palette import Palette, bar, on_ground

WALL_SIGN = "◆"
PARTIAL_SIGN = "+"
CURSOR_SIGN = "▸"
SWEPT_SIGN = "│"


class Look(NamedTuple):
    """What the rows of one side have in common."""

    asks: bool
    columns: Columns
    largest: Decimal
    """What the longest bar stands for."""
    wall: Decimal | None
    """From this size on a rung is a wall."""
    swept: int
    """So many rungs from the touch are traded away by what is read out; 0 where nothing is."""
    ends: bool
    """The last of these is where the read-out ends, and not only where the visible rows do."""
    options: BookOptions
    palette: Palette

    @property
    def color(self) -> Style:
        """Of the prices."""
        return self.palette.down if self.asks else self.palette.up

    @property
    def bars(self) -> Style:
        """Colour and ground of the bars."""
        return self.palette.ask_bar if self.asks else self.palette.bid_bar


def side_lines(side: Sequence[Rung], look: Look) -> list[Line]:
    """The lines of one side, best first, with bars at the right."""
    columns, filling = look.columns, bar(look.bars, look.palette.text)
    lines: list[Line] = []
    before = ""
    for at, rung in enumerate(side, 1):
        cells, before = _cells(rung, at, before, look)
        line = [segment for cell in cells for segment in cell]
        if columns.bars:
            blocks = horizontal_bar(bar_eighths(_barred(rung, look), look.largest, columns.bars))
            line.append(Segment(f"{blocks:<{columns.bars}}", filling))
        lines.append(_highlighted(line, at, look))
    return lines


def half_lines(side: Sequence[Rung], width: int, look: Look) -> list[Line]:
    """The lines of one side, best first, `width` wide, with the bars behind the text: bids to the left, asks right."""
    lines: list[Line] = []
    before = ""
    for at, rung in enumerate(side, 1):
        cells, before = _cells(rung, at, before, look)
        mirrored = cells if look.asks else cells[::-1]
        line = [segment for cell in mirrored for segment in cell]
        blank = [Segment(" " * max(width - width_of(line), 0), look.palette.text)]
        line = [*line, *blank] if look.asks else [*blank, *line]
        cells_filled = (bar_eighths(_barred(rung, look), look.largest, width) + 7) // 8
        start = 0 if look.asks else width - cells_filled
        lines.append(_highlighted(_on_bar(line, start, start + cells_filled, look.bars), at, look))
    return lines


def _cells(rung: Rung, at: int, before: str, look: Look) -> tuple[list[Line], str]:
    """The columns of one row from the price outwards, and the text of its price for the row after it.

    Digits that a price shares with the one before it are muted.
    """
    columns, palette = look.columns, look.palette
    flashing = (look.asks, rung.price) in look.options.flashing
    price = price_text(rung.price, columns.places).rjust(columns.price)
    shared = _shared(before, price)
    gap = " " * columns.gap
    mark = (CURSOR_SIGN if look.ends and at == look.swept else SWEPT_SIGN) if at <= look.swept else " "
    styles = (palette.bright, palette.bright) if flashing else (palette.muted, look.color)
    cells: list[Line] = [
        [Segment(mark, palette.accent)],
        _joined((gap + price[:shared], styles[0]), (price[shared:], styles[1])),
    ]
    plus = PARTIAL_SIGN if rung.partial else " "
    if columns.size:
        wall = look.wall is not None and rung.size >= look.wall
        size = _size(rung, columns, palette, flashing=flashing, wall=wall)
        cells.append([*size, Segment(" " if columns.total else plus, palette.accent)])
    if columns.total:
        text = amount_text(rung.total, columns.total_places, columns.total)
        cells.append([Segment(gap + text.rjust(columns.total), palette.muted), Segment(plus, palette.accent)])
    if columns.orders:
        cells.append([Segment(gap + f"{rung.orders:>{columns.orders}} ", palette.muted)])
    return cells, price


def _barred(rung: Rung, look: Look) -> Decimal:
    return rung.total if look.options.bars is BarsBy.TOTAL else rung.size


def _shared(before: str, price: str) -> int:
    """How many leading characters are the same; never all of them."""
    for at, (old, new) in enumerate(zip(before, price, strict=False)):
        if old != new:
            return at
    return 0


def _size(rung: Rung, columns: Columns, palette: Palette, *, flashing: bool, wall: bool) -> Line:
    """A size, one cell wider than its column for the sign of a wall; zeros at its end are muted, or all of a part."""
    text = amount_text(rung.size, columns.size_places, columns.size)
    kept = text.rstrip("0").rstrip(".") if "." in text and not text.startswith("<") else text
    style = palette.bright if flashing or wall else palette.muted if rung.partial else palette.text
    sign = (WALL_SIGN if wall else " ").rjust(columns.gap + columns.size - len(text) + 1)
    if not wall:
        return _joined((sign + kept, style), (text[len(kept) :], palette.muted))
    return _joined((sign, palette.accent), (kept, style), (text[len(kept) :], palette.muted))


def _joined(*parts: tuple[str, Style]) -> Line:
    """Those of the parts that have a text."""
    return [Segment(text, style) for text, style in parts if text]


def _highlighted(line: Line, at: int, look: Look) -> Line:
    """The row that the read-out ends in stands on the ground of a title."""
    if not look.ends or at != look.swept:
        return line
    return [Segment(text, _grounded(style, look.palette.title) if style else style) for text, style, _ in line]


@lru_cache(maxsize=64)
def _grounded(style: Style, ground: Style) -> Style:
    """The style on another background, still bold where it was."""
    return on_ground(style, ground) + Style(bold=bool(style.bold))


def _on_bar(line: Line, start: int, end: int, ground: Style) -> Line:
    """The line with the cells from `start` to `end` on the ground of a bar; nothing in it is wider than its length."""
    parts: Line = []
    column = 0
    for text, style, _ in line:
        after = column + len(text)
        if after <= start or column >= end:
            parts.append(Segment(text, style))
        else:
            first, last = max(start - column, 0), min(end, after) - column
            pieces = (text[:first], style), (text[first:last], _grounded(style or ground, ground)), (text[last:], style)
            parts += [Segment(piece, its) for piece, its in pieces if piece]
        column = after
    return parts
