"""The status bar: the state of the line in words and numbers, and what is being done about it."""

from collections.abc import Sequence

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from hybridtui.market.events import Severity, SourceChanged
from hybridtui.market.source import LinkState
from hybridtui.render.lines import Line, sanitise, spread_out, width_of
from hybridtui.render.numbers import age_text, rate_text
from hybridtui.render.palette import Palette
from hybridtui.render.times import shortened

_FULL_FROM = 30
"""The width from which the state is written out."""
_SEPARATOR = 3
_MUST_SAY = 2
"""Reason, notice and answers are cropped rather than left out, where there is nothing more important."""
_LEAST = 12
_KEYS_GAP = 3
_NOTICE_STYLES = {Severity.INFO: "title", Severity.WARNING: "polling", Severity.ERROR: "stale"}


class StatusView(msgspec.Struct, frozen=True):
    """What the status bar says. A None or an empty text is not shown."""

    state: str = "○ Connecting"
    """The text of `state_label`."""
    state_style: str = "connecting"
    """The name of its style in the palette."""
    latency_ms: float | None = None
    age: float | None = None
    """Seconds since the newest market data."""
    messages_per_s: float | None = None
    bytes_per_s: float | None = None
    reconnects: int = 0
    verified: bool | None = None
    """Whether the newest checksum of the book agreed; None where there is none."""
    checks: int = 0
    """How many checksums have agreed."""
    reason: str = ""
    """Why the socket is not there."""
    attempt: int = 0
    """The number of the coming retry."""
    retry_in: float | None = None
    """Seconds until it."""
    last_data: str = ""
    """When the newest data came, as `times.past_text` says it; shown while there is none that is fresh."""
    detail: str = ""
    """More about the source, `book 1/s, trades 1/5 s`."""
    notice: str = ""
    """The last notice."""
    notice_is_old: bool = False
    """It happened a while ago: worth a place only where there is one."""
    severity: Severity = Severity.INFO
    """How loud the notice is."""
    said: str = ""
    """The answer to a key, for a moment."""
    needs: str = ""
    """The size that the chosen layout would need, where it has less: `needs 80x20`."""
    keys: str = ""
    """The hint at the right edge, keys and words by turns: `r refresh  w WS`."""


_SHORT = {
    "WebSocket Live": "WS",
    "REST Polling": "REST",
    "Connecting": "conn",
    "Reconnecting": "reconn",
    "Maintenance": "maint",
}


def state_label(link: SourceChanged, stale_age: float | None) -> tuple[str, str]:
    """The state as the user reads it and the name of its style in the palette.

    `stale_age` is the age of the newest data in seconds, shown while the link is stale.
    """
    match link.state:
        case LinkState.LIVE:
            return "● WebSocket Live", "live"
        case LinkState.POLLING:
            return "◐ REST Polling", "polling"
        case LinkState.STALE:
            return ("○ STALE" if stale_age is None else f"○ STALE {age_text(stale_age)}"), "stale"
        case LinkState.MAINTENANCE:
            return "○ Maintenance", "maintenance"
        case LinkState.CONNECTING:
            return ("○ Reconnecting" if link.reconnecting else "○ Connecting"), "connecting"


def short_label(label: str) -> str:
    """The short form of a state label: `● WebSocket Live` is `● WS`; what has none stays as it is."""
    glyph, _, words = label.partition(" ")
    return f"{glyph} {_SHORT[words]}" if words in _SHORT else label


def render_status(view: StatusView, width: int, palette: Palette) -> Line:
    """The status bar, exactly `width` cells.

    What matters least is left out first, the keys before everything else; the state stays, short where need be.
    """
    state = f" {sanitise(view.state)}"
    if width < _FULL_FROM:
        state = f" {short_label(view.state)}"
    line: Line = [Segment(state, getattr(palette, view.state_style))]
    room = width - width_of(line) - 1
    parts = _parts_that_fit(view, room)
    for _, text, style in parts:
        line += [Segment(" │ ", palette.title_muted), Segment(_cropped(text, room), getattr(palette, style))]
    keys = keys_line(view.keys, width - width_of(line) - _KEYS_GAP, palette)
    return spread_out(line, keys, width, palette.title)


def _parts_that_fit(view: StatusView, room: int) -> list[tuple[int, str, str]]:
    """What is said, in its order on the screen; the moment of the newest data in as few words as it takes."""
    fitting: list[tuple[int, str, str]] = []
    for last_data in shortened(view.last_data):
        fitting = _fitting(_parts(msgspec.structs.replace(view, last_data=last_data)), room)
        if f"last data {last_data}" in {text for _, text, _ in fitting}:
            break
    return fitting


def _cropped(text: str, room: int) -> str:
    """The text, with an ellipsis where it alone is wider than the whole room."""
    return text if cell_len(text) + _SEPARATOR <= room else set_cell_size(text, max(room - _SEPARATOR - 1, 0)) + "…"


def _fitting(parts: Sequence[tuple[int, str, str]], room: int) -> list[tuple[int, str, str]]:
    """Those parts that fit, the most important first; the first one always does, cropped."""
    chosen: set[int] = set()
    for at in sorted(range(len(parts)), key=lambda at: parts[at][0]):
        cells = cell_len(parts[at][1]) + _SEPARATOR
        if cells <= room:
            chosen.add(at)
            room -= cells
        elif not chosen and parts[at][0] <= _MUST_SAY and room > _LEAST:
            return [parts[at]]
    return [parts[at] for at in sorted(chosen)]


def _parts(view: StatusView) -> list[tuple[int, str, str]]:
    """What there is to say in its order on the screen: (importance, lowest first; text; style)."""
    parts = [
        (0, _trouble(view), "stale" if view.state_style == "stale" else "title_strong"),
        (1, view.needs, "polling"),
        (9, view.notice, "title_muted") if view.notice_is_old else (2, view.notice, _NOTICE_STYLES[view.severity]),
        (2, view.said, "title_strong"),
        (2, f"last data {view.last_data}" if view.last_data else "", "title"),
        (3, "" if view.latency_ms is None else f"{view.latency_ms:.0f} ms", "title"),
        (6, "" if view.age is None else f"age {age_text(view.age)}", "title"),
        (4, "" if view.messages_per_s is None else f"{view.messages_per_s:.0f} msg/s", "title"),
        (5, "" if view.bytes_per_s is None else rate_text(view.bytes_per_s), "title"),
        (7, _book(view), "title" if view.verified is not False else "stale"),
        (8, f"reconnects {view.reconnects}", "title_muted"),
        (9, view.detail, "title_muted"),
    ]
    return [(importance, sanitise(text), style) for importance, text, style in parts if text]


def _trouble(view: StatusView) -> str:
    """`socket: closed by the exchange (1006), retry 3 in 2 s`."""
    if view.retry_in is None:
        return view.reason
    number = f"retry {view.attempt}" if view.attempt else "retry"
    when = f"{number} now" if view.retry_in < 0.5 else f"{number} in {view.retry_in:.0f} s"
    return f"{view.reason}, {when}" if view.reason else when


def _book(view: StatusView) -> str:
    if view.verified is None:
        return ""
    return f"book ✓ {view.checks}" if view.verified else "book ✗"


def keys_line(keys: str, width: int, palette: Palette) -> Line:
    """A hint of keys and words by turns, `r refresh  w WS  ? help`, at most `width` cells: the keys stand out.

    Where there is no room the last hint stays, which tells where to find the others.
    """
    hints = sanitise(keys).split("  ")
    while hints and cell_len("  ".join(hints)) + 1 > width:
        hints.pop(-2 if len(hints) > 1 else -1)
    line: Line = []
    for hint in hints:
        key, _, word = hint.partition(" ")
        while len(word) > 1 and word[1] == " ":
            key, word = f"{key} {word[0]}", word[2:]
        line += [Segment(key, palette.title_strong), Segment(f" {word}  " if word else "  ", palette.title_muted)]
    if line:
        line[-1] = Segment(line[-1].text[:-1], palette.title_muted)
    return line
