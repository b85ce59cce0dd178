"""A page that covers the market: a title row that stays, and lines that can be scrolled under it."""

from collections.abc import Sequence

import msgspec
from rich.segment import Segment

from hybridtui.render.lines import Line, Size, fill, fit, sanitise, spread_out
from hybridtui.render.palette import Palette


class PageTitle(msgspec.Struct, frozen=True):
    """What the title row says."""

    name: str
    hint: str = ""
    """How to get away, and what else can be done."""


def last_top(count: int, height: int) -> int:
    """The furthest that `count` lines can be scrolled on a page of this height, in lines."""
    return max(0, count - max(height - 1, 1)) if height > 1 else max(0, count - 1)


def render_page(title: PageTitle, lines: Sequence[Line], top: int, size: Size, palette: Palette) -> list[Line]:
    """The title and the lines from number `top` on, exactly `size`; a page of one row has no title."""
    top = min(max(top, 0), last_top(len(lines), size.height))
    if size.height < 2:
        return fill(lines[top : top + 1], size, palette.text)
    shown = lines[top : top + size.height - 1]
    return [_title(title, top, len(shown), len(lines), size.width, palette), *_body(shown, size, palette)]


def _body(shown: Sequence[Line], size: Size, palette: Palette) -> list[Line]:
    return fill(shown, Size(size.width, size.height - 1), palette.text)


def _title(title: PageTitle, top: int, shown: int, count: int, width: int, palette: Palette) -> Line:
    left: Line = [Segment(f" {sanitise(title.name)}", palette.title_strong)]
    if title.hint:
        left.append(Segment(f"   {sanitise(title.hint)}", palette.title_muted))
    where = f" {top + 1}–{top + shown} of {count} " if shown < count else ""
    return spread_out(
        fit(left, max(width - len(where), 0), palette.title), [Segment(where, palette.title)], width, palette.title
    )
