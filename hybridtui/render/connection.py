"""The connection in numbers: uptime, lateness, age of each channel, traffic, budgets and counts."""

from collections.abc import Sequence

import msgspec
from rich.cells import set_cell_size
from rich.segment import Segment

from hybridtui.market.events import Traffic
from hybridtui.market.journal import Statistics
from hybridtui.market.samples import Summary
from hybridtui.market.source import Health, LinkState, Source
from hybridtui.render.lines import Line, Size, beside, fill, fit, sanitise
from hybridtui.render.numbers import age_text, rate_text
from hybridtui.render.palette import Palette, on_ground

TWO_COLUMNS_FROM = 76
"""The width from which there are two columns."""
HISTOGRAM_ROWS = 6
_NAME = 12
_STATES = {
    LinkState.LIVE: "live",
    LinkState.POLLING: "polling",
    LinkState.CONNECTING: "connecting",
    LinkState.STALE: "stale",
    LinkState.MAINTENANCE: "maintenance",
}
_SOURCES = {Source.WEBSOCKET: "WS", Source.REST: "REST", Source.CACHE: "CACHE"}


class ConnectionView(msgspec.Struct, frozen=True):
    """What the page shows."""

    state: str = "○ Connecting"
    """The text of `status.state_label`."""
    state_style: str = "connecting"
    mode: str = "auto"
    reason: str = ""
    retry_in: float | None = None
    """Seconds to the next try."""
    statistics: Statistics = Statistics()
    channels: tuple[tuple[str, Health], ...] = ()
    """Name and health of each."""
    traffic: Traffic | None = None
    written: tuple[float, float] | None = None
    """Bytes a second written to the terminal: now, and over the last minute; None where nobody counts."""


def column_width(width: int) -> int:
    """The width of one column on a page of this width, cells."""
    return (width - 2) // 2 if width >= TWO_COLUMNS_FROM else width


def render_connection(
    view: ConnectionView, width: int, palette: Palette, histogram: tuple[str, Sequence[Line]] | None = None
) -> list[Line]:
    """The page, each line exactly `width` cells; `histogram` is a name and lines put under the latencies."""
    column = column_width(width)
    first = [*_state(view, palette), *_uptime(view, palette), *_channels(view, palette), *_counts(view, palette)]
    second = [
        *_latency(view, palette),
        *_framed(histogram, palette),
        *_traffic(view, palette),
        *_budgets(view, palette),
    ]
    if column == width:
        return [fit(line, width, palette.text) for line in [*first, *second]]
    height = max(len(first), len(second))
    left = fill(first, Size(column, height), palette.text)
    right = fill(second, Size(width - column, height), palette.text)
    return beside([left, right])


def _heading(text: str, palette: Palette, more: str = "") -> Line:
    return [Segment(f" {text}", palette.bright), Segment(more, palette.muted)]


def _row(name: str, value: str, palette: Palette) -> Line:
    return [
        Segment(f"   {set_cell_size(sanitise(name), _NAME)}", palette.muted),
        Segment(sanitise(value), palette.text),
    ]


def _state(view: ConnectionView, palette: Palette) -> list[Line]:
    style = on_ground(getattr(palette, view.state_style), palette.text)
    lines: list[Line] = [
        _heading("State", palette),
        [Segment(f"   {sanitise(view.state)}", style), Segment(f"   mode {sanitise(view.mode)}", palette.muted)],
    ]
    if view.reason:
        lines.append([Segment(f"   {sanitise(view.reason)}", palette.text)])
    if view.retry_in is not None:
        lines.append([Segment(f"   next try in {max(view.retry_in, 0):.1f} s", palette.text)])
    return [*lines, []]


def _uptime(view: ConnectionView, palette: Palette) -> list[Line]:
    sums = view.statistics
    lines = [_heading("Since the start", palette, f"  {span_text(sums.uptime)}")]
    for state, style in _STATES.items():
        seconds = sums.seconds.get(state, 0.0)
        if seconds:
            share = seconds / sums.uptime if sums.uptime > 0 else 0.0
            row = _row(state, f"{share * 100:6.2f} %  {span_text(seconds)}", palette)
            lines.append([Segment(row[0].text, on_ground(getattr(palette, style), palette.text)), row[1]])
    for source, seconds in sums.first_data.items():
        lines.append(_row(f"first {_SOURCES[source]}", f"data after {seconds:.2f} s", palette))
    return [*lines, []]


def span_text(seconds: float) -> str:
    """A length of time in its two largest units: `42 s`, `3 m 07 s`, `2 h 05 m`, `4 d 01 h`."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02} s"
    if whole < 86_400:
        return f"{whole // 3600} h {whole // 60 % 60:02} m"
    return f"{whole // 86_400} d {whole // 3600 % 24:02} h"


def _channels(view: ConnectionView, palette: Palette) -> list[Line]:
    lines = [_heading("Channels", palette)]
    for name, health in view.channels:
        source = "–" if health.source is None else _SOURCES[health.source]
        age = "" if health.age is None else f"{age_text(health.age)} old"
        fed = "" if health.fed or health.source is None else "  not delivered now"
        row = _row(name, f"{source:<6}{age:<9}", palette)
        lines.append([*row, Segment(_verified(health), palette.up), Segment(fed, palette.down)])
    return [*lines, []]


def _verified(health: Health) -> str:
    if not health.verifiable or health.verified is None:
        return ""
    return f"✓ {health.checks}" if health.verified else "unverified"


def _counts(view: ConnectionView, palette: Palette) -> list[Line]:
    sums = view.statistics
    checks = f"{sums.agreed} agreed, {sums.disagreed} not" if sums.agreed or sums.disagreed else "none yet"
    return [
        _heading("Counts", palette),
        _row("reconnects", str(sums.reconnects), palette),
        _row("drops", str(sums.drops), palette),
        _row("fallbacks", str(sums.fallbacks), palette),
        _row("resyncs", str(sums.resyncs), palette),
        _row("checksums", checks, palette),
        [],
    ]


def _latency(view: ConnectionView, palette: Palette) -> list[Line]:
    sums = view.statistics
    lines = [_heading(f"{'Latency, ms':<14}", palette, f"{'p50':>6}{'p95':>6}{'p99':>6}{'max':>6}")]
    for name, summary in (("arrival", sums.delay), ("screen", sums.screen), ("ping", sums.ping), ("REST", sums.rest)):
        lines.append(_row(name, _percentiles(summary), palette))
    if sums.skew_ms is not None:
        ahead = "ahead of" if sums.skew_ms >= 0 else "behind"
        lines.append(_row("clock", f"{abs(sums.skew_ms):.0f} ms {ahead} Bitfinex's", palette))
    return [*lines, []]


def _framed(histogram: tuple[str, Sequence[Line]] | None, palette: Palette) -> list[Line]:
    """The bars, indented, under a word that says what they count."""
    if histogram is None:
        return []
    name, bars = histogram
    return [[Segment(f"   {name}", palette.muted)], *([Segment("   ", palette.text), *bar] for bar in bars), []]


def _percentiles(summary: Summary | None) -> str:
    if summary is None:
        return f"{'–':>6}{'–':>6}{'–':>6}{'–':>6}"
    return "".join(f"{value:>6.0f}" for value in (summary.p50, summary.p95, summary.p99, summary.most))


def _traffic(view: ConnectionView, palette: Palette) -> list[Line]:
    traffic = view.traffic
    messages, size, rest_messages, rest_size = (0.0, 0.0, 0.0, 0.0)
    if traffic is not None:
        rest_messages, rest_size = traffic.rest_messages_per_s, traffic.rest_bytes_per_s
        messages, size = traffic.messages_per_s - rest_messages, traffic.bytes_per_s - rest_size
    terminal = []
    if view.written is not None:
        now, minute = view.written
        terminal = [_row("terminal", f"{rate_text(now)} now, {rate_text(minute)} over a minute", palette)]
    return [
        _heading("Traffic", palette),
        *terminal,
        _row("WebSocket", f"{max(messages, 0):5.1f} msg/s  {rate_text(max(size, 0))}", palette),
        _row("REST", f"{rest_messages:5.1f} msg/s  {rate_text(rest_size)}", palette),
        [],
    ]


def _budgets(view: ConnectionView, palette: Palette) -> list[Line]:
    budgets = () if view.traffic is None else view.traffic.budgets
    rows = [_row(name, f"{left:3} of {limit} left", palette) for name, left, limit in budgets]
    return [_heading("REST budget", palette, "  a minute, this screen"), *rows, []]
