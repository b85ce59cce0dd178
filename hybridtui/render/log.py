"""The event log: the story of the connection as lines for the screen and as text for a report."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from textwrap import wrap

import msgspec
from rich.cells import chop_cells
from rich.segment import Segment

from hybridtui.market.journal import Entry, Kind
from hybridtui.render.lines import Line, fit, sanitise
from hybridtui.render.palette import Palette, on_ground
from hybridtui.render.times import clock_text, day_text

_KIND_WIDTH = 12
_WIDE_FROM = 60
"""From this width on kind and text stand on one line."""
_STYLES = {
    Kind.LIVE: "live",
    Kind.POLLING: "polling",
    Kind.CONNECT: "connecting",
    Kind.MAINTENANCE: "maintenance",
    Kind.DROP: "stale",
    Kind.STALE: "stale",
    Kind.RESYNC: "stale",
    Kind.GAP: "stale",
    Kind.RATE_LIMIT: "polling",
}


class LogOptions(msgspec.Struct, frozen=True):
    """How monotonic moments become times of day."""

    epoch_ms: float = 0.0
    """The date, ms UTC, at which the monotonic clock stood at 0."""
    utc_offset_ms: int = 0
    """What to add to UTC for the user's own clock."""


def render_log(entries: Iterable[Entry], width: int, options: LogOptions, palette: Palette) -> list[Line]:
    """The entries, the newest first, each line exactly `width` cells; long texts are wrapped, days are headed."""
    lines: list[Line] = []
    day = ""
    for entry in reversed(list(entries)):
        mts = round(options.epoch_ms + entry.at * 1000)
        if (this_day := day_text(mts, options.utc_offset_ms)) != day:
            day = this_day
            lines.append([Segment(f" {day}", palette.bright)])
        lines += _entry(entry, clock_text(mts, options.utc_offset_ms), width, palette)
    if not lines:
        lines = [[Segment(" nothing has happened yet", palette.muted)]]
    return [fit(line, width, palette.text) for line in lines]


def _entry(entry: Entry, time: str, width: int, palette: Palette) -> list[Line]:
    style = on_ground(getattr(palette, _STYLES.get(entry.kind, "title")), palette.text)
    if width >= _WIDE_FROM:
        indent = 1 + len(time) + 2 + _KIND_WIDTH
        head: Line = [Segment(f" {time}  ", palette.muted), Segment(f"{entry.kind:<{_KIND_WIDTH}}", style)]
        first, *others = _wrapped(entry.text, width - indent)
        return [[*head, Segment(first, palette.text)], *_indented(others, indent, palette)]
    head = [Segment(f" {time}  ", palette.muted), Segment(entry.kind, style)]
    return [head, *_indented(_wrapped(entry.text, width - 3), 3, palette)]


def _indented(texts: Iterable[str], indent: int, palette: Palette) -> list[Line]:
    return [[Segment(" " * indent + text, palette.text)] for text in texts]


def _wrapped(text: str, width: int) -> list[str]:
    """The text in pieces of at most `width` cells, parted between words where that is possible."""
    width = max(width, 4)
    pieces = wrap(sanitise(text), width) or [""]
    return [part for piece in pieces for part in chop_cells(piece, width) or [""]]


def log_text(entries: Iterable[Entry], options: LogOptions) -> str:
    """The entries as plain text, the oldest first, with the date and its distance from UTC."""
    zone = timezone(timedelta(milliseconds=options.utc_offset_ms))
    rows = []
    for entry in entries:
        when = datetime.fromtimestamp((options.epoch_ms + entry.at * 1000) / 1000, UTC).astimezone(zone)
        rows.append(f"{when.isoformat(sep=' ', timespec='milliseconds')}  {entry.kind:<11} {sanitise(entry.text)}")
    return "\n".join(rows) + "\n" if rows else ""
