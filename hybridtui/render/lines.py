"""Lines of an exact width, measured in terminal cells."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

Line = list[Segment]
"""One row of the screen, left to right."""


class Size(NamedTuple):
    """A rectangle of the screen."""

    width: int
    """In cells."""
    height: int
    """In rows."""


def sanitise(text: str) -> str:
    """The text without control characters, so that nothing from outside can steer the terminal or break a line."""
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())


def width_of(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_len(segment.text) for segment in line)


def blank(width: int, style: Style) -> Line:
    """An empty line."""
    return [Segment(" " * width, style)] if width > 0 else []


def fit(line: Line, width: int, style: Style) -> Line:
    """The line cropped, or padded on the right with `style`, to exactly `width` cells."""
    fitted: Line = []
    left = width
    for segment in line:
        cells = cell_len(segment.text)
        if cells >= left:
            if left > 0:
                text = segment.text if cells == left else set_cell_size(segment.text, left)
                fitted.append(Segment(text, segment.style))
            return fitted
        if cells:
            fitted.append(segment)
            left -= cells
    return [*fitted, *blank(left, style)]


def text_line(text: str, width: int, style: Style) -> Line:
    """One text in one style, exactly `width` cells."""
    return [Segment(set_cell_size(sanitise(text), width), style)] if width > 0 else []


def spread_out(left: Line, right: Line, width: int, style: Style) -> Line:
    """`left` at the left edge and `right` at the right edge; where they do not both fit, `right` is cropped away."""
    gap = width - width_of(left) - width_of(right)
    return fit([*left, *blank(gap, style), *right] if gap >= 0 else left, width, style)


def fill(lines: Sequence[Line], size: Size, style: Style) -> list[Line]:
    """Exactly `size.height` lines of exactly `size.width` cells: cropped or padded below and at the right."""
    fitted = [fit(line, size.width, style) for line in lines[: max(size.height, 0)]]
    return fitted + [blank(size.width, style) for _ in range(size.height - len(fitted))]


def sentence(text: str, size: Size, style: Style) -> list[Line]:
    """A calm sentence in the middle of an otherwise empty panel."""
    text = sanitise(text)
    indent = max((size.width - cell_len(text)) // 2, 0)
    above: list[Line] = [blank(size.width, style) for _ in range((size.height - 1) // 2)]
    return fill([*above, text_line(" " * indent + text, size.width, style)], size, style)


def beside(columns: Iterable[Sequence[Line]]) -> list[Line]:
    """Join blocks of lines of equal height side by side."""
    return [[segment for line in row for segment in line] for row in zip(*columns, strict=True)]


def plain(lines: Iterable[Line]) -> str:
    """The text of the lines without its styles, one row a line."""
    return "\n".join("".join(segment.text for segment in line) for line in lines)
