"""The list of markets under the line in which one is typed: the best first, with the last prices."""

import msgspec
from rich.segment import Segment

from hybridtui.render.lines import Line, Size, fill, fit, sanitise, spread_out, width_of
from hybridtui.render.numbers import age_text
from hybridtui.render.palette import Palette
from hybridtui.render.pointed import first_row, hint_line, marked
from hybridtui.render.quote_cells import (
    QuoteRow,
    change_text,
    columns_that_fit,
    last_text,
    left_aligned,
    price_cells,
    right_aligned,
    styled,
    volume_text,
    widest,
)

_HINTS = ("enter show", "esc back", "tab watch ★", "↑↓ choose")
_NAME_LEAST, _NAME_MOST = 10, 28


class PickerView(msgspec.Struct, frozen=True):
    """What the picker says."""

    rows: tuple[QuoteRow, ...] = ()
    """What was found, the best first."""
    pointer: int = 0
    """The number of the row that is chosen with enter."""
    known: int = 0
    """How many markets are known at all."""
    asked: bool = False
    """Whether something was typed."""
    age: float | None = None
    """Seconds since all markets were asked for and answered; None where they never were."""
    fresh: bool = False
    """Whether that is recent enough to be believed."""
    trouble: str = ""
    """Why there are no fresh prices, in one clause."""
    message: str = ""
    """What was wrong with what was chosen."""
    before: int = 0
    """How many of what was found come before `rows`."""
    found: int | None = None
    """How many were found; None where `rows` are all of them."""


def render_picker(view: PickerView, size: Size, palette: Palette) -> list[Line]:
    """Title, rows, and a hint, exactly `size`; what is lower has rows only."""
    if size.height < 3:
        return fill(_rows(view, size, palette), size, palette.text)
    room = Size(size.width, size.height - 2)
    body = _rows(view, room, palette)
    return [_title(view, size.width, palette), *fill(body, room, palette.text), _hint(view, size.width, palette)]


def row_at(view: PickerView, height: int, y: int) -> int | None:
    """The number of the row in a row of a picture of this height, None where there is none."""
    room, y = (height, y) if height < 3 else (height - 2, y - 1)
    number = first_row(view.pointer, len(view.rows), room) + y
    return number if 0 <= y < room and number < len(view.rows) else None


def _title(view: PickerView, width: int, palette: Palette) -> Line:
    found = len(view.rows) if view.found is None else view.found
    count = f"{found} of {view.known}" if view.asked else f"{view.known}"
    left: Line = [Segment(" MARKETS", palette.title_strong), Segment(f"  {count}", palette.title)]
    words, style = _truth(view)
    right: Line = [Segment(f" {sanitise(words)} ", getattr(palette, style))]
    return spread_out(fit(left, max(width - width_of(right), 0), palette.title), right, width, palette.title)


def _truth(view: PickerView) -> tuple[str, str]:
    """Where the prices come from and how old they are, and the name of a style."""
    if view.age is None:
        return ("no prices: " + view.trouble, "stale") if view.trouble else ("prices come…", "title_muted")
    if view.fresh:
        return f"REST {age_text(view.age)}", "title"
    return f"STALE {age_text(view.age)}" + (f" · {view.trouble}" if view.trouble else ""), "stale"


def _hint(view: PickerView, width: int, palette: Palette) -> Line:
    if view.message:
        return fit([Segment(f" {sanitise(view.message)}", palette.stale)], width, palette.title)
    return hint_line(_HINTS, width, palette)


def _rows(view: PickerView, size: Size, palette: Palette) -> list[Line]:
    if not view.rows:
        words = "Nothing is called that." if view.asked and view.known else "Which markets there are is not known yet."
        return [[Segment(f" {words}", palette.muted)]]
    top = first_row(view.pointer, len(view.rows), size.height)
    shown = view.rows[top : top + size.height]
    widths = {
        "label": widest([sanitise(row.label) for row in shown], 0),
        "last": widest([last_text(row) for row in shown]),
        "change": widest([change_text(row) for row in shown]),
        "volume": widest([volume_text(row) for row in shown]),
        "name": max(widest([sanitise(row.name) for row in shown]), _NAME_LEAST) if any(r.name for r in shown) else 0,
    }
    widths["name"] = min(widths["name"], _NAME_MOST)
    columns = columns_that_fit(widths, ("label", "last", "change", "volume", "name"), size.width - 4)
    return [_row(row, top + at == view.pointer, widths, columns, size.width, palette) for at, row in enumerate(shown)]


def _row(row: QuoteRow, pointed: bool, widths: dict[str, int], columns: set[str], width: int, palette: Palette) -> Line:
    """`▸★ BTC/USD  Bitcoin   64,213  ▲ +0.80%  834 BTC`."""
    colours = styled(row, palette)
    mark = "★" if row.watched else "·" if row.recent else " "
    label = left_aligned(sanitise(row.label), widths["label"])
    line: Line = [Segment(f"{mark} ", palette.accent), Segment(label, palette.bright if pointed else palette.text)]
    if "name" in columns:
        line.append(Segment("  " + left_aligned(sanitise(row.name), widths["name"] - 2), palette.muted))
    line += price_cells(row, widths, columns, colours)
    if "volume" in columns:
        line.append(Segment(right_aligned(volume_text(row), widths["volume"]), colours.muted))
    return fit(marked(line, pointed, palette), width, palette.text)
