"""Lists of which one row is pointed at: what can be seen of them, the pointer, and the keys below."""

from collections.abc import Sequence

from rich.segment import Segment

from hybridtui.render.lines import Line, fit
from hybridtui.render.palette import Palette


def first_row(pointer: int, count: int, room: int) -> int:
    """The number of the row at the top, so that the pointer is in the middle where that is possible."""
    return min(max(pointer - room // 2, 0), max(count - room, 0))


def marked(line: Line, pointed: bool, palette: Palette) -> Line:
    """The line with the pointer before it."""
    return [Segment("▸" if pointed else " ", palette.accent), *line]


def hint_line(hints: Sequence[str], width: int, palette: Palette) -> Line:
    """The keys in their order, as many as there is room for, exactly `width` cells."""
    shown = list(hints)
    while shown and len("  ".join(shown)) > width - 2:
        shown.pop()
    return fit([Segment(f" {'  '.join(shown)}", palette.title_muted)], width, palette.title)
