"""The list of alerts: one row each with its state, how to write one where there is room, and the keys."""

from textwrap import wrap

import msgspec
from rich.segment import Segment

from hybridtui.market.alerts.rules import Alert
from hybridtui.market.alerts.spelling import EXAMPLES, text_of
from hybridtui.render.lines import Line, Size, fill, fit, sanitise, spread_out, width_of
from hybridtui.render.palette import Palette
from hybridtui.render.pointed import first_row, hint_line
from hybridtui.render.times import past_text, shortened

_HINTS = ("a add", "d delete", "space on/off", "r re-arm", "e change", "↑↓ choose")
_MEANINGS = {
    "price": "> above, < below, x either way",
    "move": "within a time; +2% or -2% one way",
    "spread": "at least, in basis points",
    "wall": "a level within 1% of the mid",
    "trade": "one trade; trade 10 buy, or sell",
    "sweep": "of one millisecond and one side",
    "volume": "of a minute, times its average",
    "stale": "nothing answers any more",
    "lost": "the connection is gone",
}
_REPEAT = "Add repeat 5m for more than once."


class AlertRow(msgspec.Struct, frozen=True):
    """One alert as it stands now."""

    alert: Alert
    judged: bool = True
    """False while nothing trustworthy comes that it could be judged by."""
    market: str = ""
    """Whose alert it is, where that has to be said."""
    followed: bool = True
    """False where its kind needs its market on the screen, and that is another one."""


class AlertsView(msgspec.Struct, frozen=True):
    """What the list shows."""

    market: str
    rows: tuple[AlertRow, ...]
    chosen: int = 0
    """The number of the row that keys speak to."""
    said: str = ""
    """What is wrong with what was typed."""
    utc_offset_ms: int = 0
    """What to add to UTC for the user's own clock."""
    watched: str = ""
    """A watched market, as it is typed; empty where there is none."""
    now_ms: int | None = None
    """The present, ms UTC; None says the day of whatever fired."""


def alerts_height(rows: int, *, watched: bool = False) -> int:
    """The rows of the screen that the whole list of so many alerts takes."""
    return 2 + max(rows, 1) + 2 + len(EXAMPLES) + watched


def render_alerts(view: AlertsView, size: Size, palette: Palette) -> list[Line]:
    """The list with its pointer, exactly `size`; what is lower is scrolled, one row shows the chosen alert."""
    if size.height < 3:
        return fill(_rows(view, size.width, palette)[view.chosen :], size, palette.text)
    title = spread_out(
        [Segment(f" ALERTS {sanitise(view.market)}", palette.title_strong)],
        [Segment("esc back ", palette.title_muted)],
        size.width,
        palette.title,
    )
    room = size.height - 2
    said = _said(view.said, size.width, palette)[: max(room - 1, 0)]
    rows = _rows(view, size.width, palette)
    top = first_row(view.chosen, len(rows), max(room - len(said), 1))
    lines = rows[top : top + max(room - len(said), 1)] + said
    if len(lines) < room:
        lines += _examples(view.watched, size.width, room - len(lines), palette)
    hints = hint_line(_HINTS if view.rows else _HINTS[:1], size.width, palette)
    return [title, *fill(lines, Size(size.width, room), palette.text), hints]


def _rows(view: AlertsView, width: int, palette: Palette) -> list[Line]:
    if not view.rows:
        return [fit([Segment(" No alerts yet: press a.", palette.muted)], width, palette.text)]
    return [_row(row, number == view.chosen, view, width, palette) for number, row in enumerate(view.rows)]


def _row(row: AlertRow, pointed: bool, view: AlertsView, width: int, palette: Palette) -> Line:
    """`▸ [✓] price > 64500      fired 14:32:05`."""
    alert = row.alert
    name = palette.bright if pointed else palette.text if alert.armed else palette.muted
    mark, style = ("[!] ", palette.accent) if alert.spent else ("[✓] ", palette.up)
    if not alert.on:
        mark, style = "[ ] ", palette.muted
    left: Line = [
        Segment(" ▸" if pointed else "  ", palette.accent),
        Segment(mark, style),
        *([Segment(f"{sanitise(row.market)} ", palette.muted)] if row.market else []),
        Segment(text_of(alert), name),
    ]
    states = _states(row, view)
    state = next((each for each in states if width_of(left) + len(each) + 2 <= width), states[-1])
    return spread_out(
        left, [Segment(f" {state} ", palette.accent if alert.spent else palette.muted)], width, palette.text
    )


def _states(row: AlertRow, view: AlertsView) -> list[str]:
    """How the alert stands, in less and less room."""
    alert = row.alert
    fired = _fired(alert, view)
    if not alert.on:
        return [f"off, {each}" for each in fired] or ["off"]
    if not alert.spent and not row.followed:
        return ["only while on screen"]
    if not alert.spent and not row.judged:
        return ["no data to judge by"]
    return fired or ["armed"]


def _fired(alert: Alert, view: AlertsView) -> list[str]:
    """When it fired last and how many times it did, in less and less room; nothing where it never did."""
    if alert.fired_ms is None:
        return []
    times = f" ×{alert.fired}" if alert.fired > 1 else ""
    now_ms = None if view.now_ms is None else view.now_ms + view.utc_offset_ms
    return [f"fired{times} {each}" for each in shortened(past_text(alert.fired_ms + view.utc_offset_ms, now_ms))]


def _examples(watched: str, width: int, room: int, palette: Palette) -> list[Line]:
    """How alerts are written, as far as there is room."""
    column = max(map(len, EXAMPLES.values())) + 2
    lines: list[Line] = [[]]
    lines += [
        [Segment(f"  {EXAMPLES[kind]:<{column}}", palette.text), Segment(meaning, palette.muted)]
        for kind, meaning in _MEANINGS.items()
    ]
    lines.append([Segment(f"  {_REPEAT}", palette.muted)])
    if watched:
        example = f"  {sanitise(watched)} price > 1: of a watched market; also move, spread."
        lines.append([Segment(example, palette.muted)])
    return [fit(line, width, palette.text) for line in lines[:room]]


def _said(text: str, width: int, palette: Palette) -> list[Line]:
    """What is wrong, in whole words."""
    pieces = wrap(sanitise(text), max(width - 2, 4)) if text else []
    return [fit([Segment(f" {piece}", palette.down)], width, palette.text) for piece in pieces]
