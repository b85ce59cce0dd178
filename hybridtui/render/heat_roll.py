"""A map that moves on by a column is not drawn anew: what stays is moved to the left, and only what is new is drawn."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from hybridtui.render.lines import Line

_MOST = 4
"""Maps that are remembered."""
_STEPS = 3
"""A map that moves by more columns at once is drawn anew."""

Cells = Sequence[tuple[str, Style]]
"""What a column shows, one glyph and style for each row, from above."""


class _Map(NamedTuple):
    columns: tuple[object, ...]
    lines: list[Line]


class RollingMaps:
    """Remembers the last maps. What it gives back shows the same as a map that is drawn anew."""

    def __init__(self) -> None:
        self._maps: OrderedDict[Hashable, _Map] = OrderedDict()

    def get(
        self,
        key: Hashable,
        columns: tuple[object, ...],
        draw: Callable[[], list[Line]],
        cells: Callable[[int], Cells],
    ) -> list[Line]:
        """The lines of these columns, oldest first.

        `key` is everything else they depend on; `draw` draws them all, `cells` one by its number. A column is drawn
        from itself and the one before it; the newest may still grow.
        """
        known = self._maps.pop(key, None)
        lines = None if known is None else _moved(known, columns, cells)
        self._maps[key] = _Map(columns, draw() if lines is None else lines)
        while len(self._maps) > _MOST:
            self._maps.popitem(last=False)
        return self._maps[key].lines


def _moved(known: _Map, columns: tuple[object, ...], cells: Callable[[int], Cells]) -> list[Line] | None:
    """The map with new columns at its right end, None where it is not the one that is known, moved a little."""
    width = len(columns)
    if columns == known.columns:
        return known.lines
    for steps in range(min(_STEPS, width - 2) + 1):
        kept = width - 1 - steps
        if len(known.columns) == width and columns[:kept] == known.columns[steps : width - 1]:
            added = [cells(number) for number in range(kept, width)]
            return [_row(line, steps, [column[at] for column in added]) for at, line in enumerate(known.lines)]
    return None


def _row(line: Line, steps: int, added: Sequence[tuple[str, Style]]) -> Line:
    """A row without its first `steps` cells and its last one, and with those that are added."""
    row = list(line)
    while steps:
        text, style, _ = row[0]
        if len(text) > steps:
            row[0] = Segment(text[steps:], style)
            break
        steps -= len(text)
        del row[0]
    text, style, _ = row.pop()
    if len(text) > 1:
        row.append(Segment(text[:-1], style))
    for glyph, style in added:
        if row and row[-1].style == style and row[-1].text[0] == glyph:
            row[-1] = Segment(row[-1].text + glyph, style)
        else:
            row.append(Segment(glyph, style))
    return row
