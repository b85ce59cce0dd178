"""The title row of a panel: its name, and at the right its own truth (source, verified mark, age)."""

import msgspec
from rich.cells import cell_len
from rich.segment import Segment

from hybridtui.market.source import Health, Source
from hybridtui.render.lines import Line, fit, sanitise, spread_out, width_of
from hybridtui.render.numbers import age_text
from hybridtui.render.palette import Palette
from hybridtui.render.times import shortened

QUIET_AFTER = 10.0
"""Seconds without news on a channel that is fed after which the title says that the market is quiet."""


class TitleView(msgspec.Struct, frozen=True):
    """What a title row says."""

    name: str
    """`ORDER BOOK`."""
    details: str = ""
    """`P0 ×1`."""
    health: Health | None = None
    """The truth about its topic; None shows none, as for a panel without data of its own."""
    cached_at: str = ""
    """For data of the cache: when it was true, as `times.past_text` says it."""


def render_title(view: TitleView, width: int, palette: Palette) -> Line:
    """The title row, exactly `width` cells; where there is no room the details go first, the truth last."""
    truth, style = _truth(view, width)
    right: Line = [Segment(f"{truth} ", getattr(palette, style))] if truth else []
    room = width - width_of(right) - 2
    if room < 0 and right:
        return fit(right, width, palette.title)
    name = sanitise(view.name)
    name = _whole_words(name, room) if right else name
    left: Line = [Segment(f" {name}", palette.title_strong)]
    room -= cell_len(name) + 1 + bool(right)
    details = sanitise(view.details)
    if details and room > 0:
        left.append(Segment(f" {_whole_parts(details, room)}", palette.title))
    return spread_out(left, right, width, palette.title)


def _whole_parts(text: str, room: int) -> str:
    """As many parts, two blanks apart, as there is room for; of the first one its words where it does not fit."""
    parts = text.split("  ")
    while len(parts) > 1 and cell_len("  ".join(parts)) > room:
        parts.pop()
    return _whole_words("  ".join(parts), room)


def _truth(view: TitleView, width: int) -> tuple[str, str]:
    """The truth, with the count of checks where the whole title has room for it, its moment where the name has."""
    if view.health is None:
        return "", "title_muted"
    room = width - cell_len(sanitise(view.name)) - 3
    text, style = truth_text(view.health, view.cached_at, counted=True)
    if cell_len(sanitise(view.details)) + 1 + cell_len(text) <= room:
        return text, style
    texts = [truth_text(view.health, moment)[0] for moment in shortened(view.cached_at)]
    return next((text for text in texts if cell_len(text) <= room), texts[-1]), style


def _whole_words(text: str, room: int) -> str:
    """As many words from the left as there is room for, without a bare name whose number was cut off."""
    if cell_len(text) <= room:
        return text
    words, cut = text.split(" "), ""
    while words and cell_len(" ".join(words)) > room:
        cut = words.pop()
    if words and words[-1].isalpha() and (len(words[-1]) == 1 or cut[:1].isdigit()):
        words.pop()
    return " ".join(words).rstrip()


def truth_text(health: Health, cached_at: str = "", *, counted: bool = False) -> tuple[str, str]:
    """Source, verified mark and age of a panel's data, and the name of the style in the palette.

    `counted` adds how many checksums have agreed.
    """
    if health.source is None or health.age is None:
        return "waiting", "title_muted"
    if health.source is Source.CACHE:
        return f"CACHED {sanitise(cached_at) or age_text(health.age)}", "polling"
    name = "REST" if health.source is Source.REST else "WS"
    age = age_text(health.age)
    if not health.fed:
        return f"STALE {age} · {name}", "stale"
    if health.verified is False:
        return f"{name} ✗ {age}", "stale"
    name = "REST+WS" if health.mixed and health.source is Source.WEBSOCKET else name
    mark = (
        f" ✓ {health.checks}"
        if health.verified and counted
        else " ✓"
        if health.verified
        else " ?"
        if health.verifiable and health.source is Source.WEBSOCKET
        else ""
    )
    quiet = " quiet" if health.source is Source.WEBSOCKET and health.age >= QUIET_AFTER else ""
    return f"{name}{mark}{quiet} {age}", "title"
