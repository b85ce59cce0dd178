"""The list of all studies to choose from: one row each, on or off, with its parameters."""

from collections.abc import Sequence

from rich.segment import Segment

from hybridtui.market.indicators.choice import StudyChoice, has_parameters
from hybridtui.market.indicators.study import SPECIFICATIONS
from hybridtui.render.lines import Line, Size, fill, fit, spread_out
from hybridtui.render.palette import Palette
from hybridtui.render.pointed import first_row, hint_line

_NAME_LEAST = 12
_INDENT = 6
"""Columns of the pointer and the mark."""


def list_height(rows: Sequence[StudyChoice]) -> int:
    """The rows that the whole list takes."""
    return len(_entries(rows, with_headings=True)) + 2


def render_study_list(rows: Sequence[StudyChoice], chosen: int, size: Size, palette: Palette) -> list[Line]:
    """The list with the pointer on row `chosen`, exactly `size`; what is lower has no headings, then it is scrolled."""
    title = spread_out(
        [Segment(" INDICATORS", palette.title_strong)],
        [Segment("esc back ", palette.title_muted)],
        size.width,
        palette.title,
    )
    if size.height < 3:
        return fill([_row(rows, chosen, chosen, size.width, palette)], size, palette.text)
    room = size.height - 2
    shown = visible_rows(rows, chosen, room)
    lines = [
        fit([Segment(f" {entry}", palette.muted)], size.width, palette.text)
        if isinstance(entry, str)
        else _row(rows, entry, chosen, size.width, palette)
        for entry in shown
    ]
    hints = ("space on/off", *(("e change",) if has_parameters(rows[chosen].kind) else ()), "↑↓ choose")
    below = hint_line(hints, size.width, palette)
    return [title, *fill(lines, Size(size.width, room), palette.text), below]


def visible_rows(rows: Sequence[StudyChoice], chosen: int, room: int) -> list[str | int]:
    """What stands below the title, from above: headings, and the numbers of the rows."""
    entries = _entries(rows, with_headings=True)
    if len(entries) > room:
        entries = _entries(rows, with_headings=False)
    top = first_row(entries.index(chosen), len(entries), room)
    return entries[top : top + room]


def _entries(rows: Sequence[StudyChoice], *, with_headings: bool) -> list[str | int]:
    places = dict.fromkeys(SPECIFICATIONS[row.kind].place for row in rows)
    entries: list[str | int] = []
    for place in places:
        entries += [str(place)] if with_headings else []
        entries += [number for number, row in enumerate(rows) if SPECIFICATIONS[row.kind].place is place]
    return entries


def _row(rows: Sequence[StudyChoice], number: int, chosen: int, width: int, palette: Palette) -> Line:
    """`▸ [✓] SMA 20 50   Simple moving average`; the words go where they do not fit."""
    row, column = rows[number], max(_NAME_LEAST, *(len(each.name) for each in rows))
    pointed = number == chosen
    name = palette.bright if pointed else palette.text if row.on else palette.muted
    line: Line = [
        Segment(" ▸" if pointed else "  ", palette.accent),
        Segment("[✓] " if row.on else "[ ] ", palette.up if row.on else palette.muted),
        Segment(f"{row.name:<{column}}", name),
    ]
    words = SPECIFICATIONS[row.kind].title
    if _INDENT + column + 1 + len(words) <= width:
        line.append(Segment(f" {words}", palette.text if pointed else palette.muted))
    return fit(line, width, palette.text)
