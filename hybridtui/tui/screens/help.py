"""The help: every key, and what the signs mean."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import BindingType

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Topic
from hybridtui.render.lines import Line, Size, beside, fill
from hybridtui.render.page import PageTitle
from hybridtui.render.palette import Palette
from hybridtui.tui.chosen import keys_of
from hybridtui.tui.keys import ALL_KEYS, KeyBinding
from hybridtui.tui.keys.focus import LEAVE, ON_CHART, Focus
from hybridtui.tui.screens.page import Page, PageScreen

_SIGNS = (
    ("● WebSocket Live", "every change as it happens"),
    ("◐ REST Polling", "asked again and again, a little late"),
    ("○ Connecting", "nothing fresh yet"),
    ("○ Reconnecting", "the line is lost, the next try is coming"),
    ("○ STALE 14s", "nothing new for so long: do not trade by it"),
    ("○ Maintenance", "the exchange says that it is closed"),
    ("WS ✓ 412 0.1s", "in a title: source, checksums that agreed, age"),
    ("P1 step 50", "book prices put together; P1 and above by the exchange itself"),
    ("◆ + ≥ in the book", "a wall, 5 times the median; there may be more than the book holds"),
    ("12 bp", "slippage: the average price against the mid, in hundredths of a per cent"),
    ("▲ ▼", "the last price rose, fell; a taker bought, sold"),
    ("◆ ×3 →", "a large trade; the fills of one sweep, from its best price to its worst"),
    ("╱╱ in the heatmap", "there was no live book; plain ground: nothing is known"),
)


_COLUMN = 60
"""Cells that a column of the help needs to be read in comfort; there are as many side by side as fit, at most three."""
_INDENT = 9
_SIGN_INDENT = 23
_ROOM = 24
"""Cells that an explanation needs beside what it explains; with less it stands below."""
_BELOW = 5
"""Where it begins there."""


def help_lines(
    width: int, palette: Palette, keys: Sequence[KeyBinding] = ALL_KEYS, focus: Focus = ON_CHART
) -> list[Line]:
    """The help, each line exactly `width` cells: what has the focus first; side by side where there is room."""
    count = min(max(width // _COLUMN, 1), 3)
    widths = [width // count] * (count - 1)
    widths.append(width - sum(widths))
    blocks = [_keys_block(title, rows, widths[0], palette) for title, rows in _groups((*keys, LEAVE), focus)]
    columns = _columns([*blocks, _block("Signs", _SIGNS, _SIGN_INDENT, widths[0], palette)], count)
    height = max(len(column) for column in columns) - 1  # the blank line below the last block
    sized = [
        fill(column, Size(its_width, height), palette.text) for column, its_width in zip(columns, widths, strict=True)
    ]
    return beside(sized)


def _groups(keys: Sequence[KeyBinding], focus: Focus) -> Iterable[tuple[str, list[KeyBinding]]]:
    """Headings and keys: first those of what has the focus, then those of its group, then the others."""
    first = focus.name.capitalize()
    if focus.ids:
        yield f"{first}, now", [key for name in focus.ids for key in keys if key.id == name]
    for group in sorted(dict.fromkeys(key.group for key in keys), key=lambda group: group != focus.group):
        now = group == focus.group and not focus.ids
        yield f"{first}, now" if now else group, [key for key in keys if key.group == group]


def _columns(blocks: Sequence[list[Line]], count: int) -> list[list[Line]]:
    """The blocks in their order in so many columns, no column much higher than the others."""
    height = max(sum(map(len, blocks)) // count, 1)
    while len(columns := _filled(blocks, height)) > count:
        height += 1
    return columns + [[]] * (count - len(columns))


def _filled(blocks: Sequence[list[Line]], height: int) -> list[list[Line]]:
    """Columns of at most this height, unless a block alone is higher."""
    columns: list[list[Line]] = [[]]
    for block in blocks:
        if columns[-1] and len(columns[-1]) + len(block) > height + 1:  # a blank line at the end costs nothing
            columns.append([])
        columns[-1] += block
    return columns


def _keys_block(title: str, keys: Sequence[KeyBinding], width: int, palette: Palette) -> list[Line]:
    rows = [(key.shown, key.description) for key in keys]
    indent = max(_INDENT, *(cell_len(shown) + 4 for shown, _ in rows))
    return _block(title, rows, indent, width, palette)


def _block(title: str, rows: Iterable[tuple[str, str]], indent: int, width: int, palette: Palette) -> list[Line]:
    """A heading, a row for each pair with its second part wrapped, and a blank line."""
    lines: list[Line] = [[Segment(f" {title}", palette.bright)]]
    if width - indent < _ROOM:
        for left, right in rows:
            lines.append([Segment(f"   {left}", palette.accent)])
            lines += [
                [Segment(" " * _BELOW + row, palette.text)]
                for row in wrap(right, max(width - _BELOW - 1, 1), break_on_hyphens=False)
            ]
        return [*lines, []]
    for left, right in rows:
        first, *others = wrap(right, max(width - indent - 1, 1), break_on_hyphens=False) or [""]
        lines.append([Segment(set_cell_size(f"   {left}", indent), palette.accent), Segment(first, palette.text)])
        lines += [[Segment(" " * indent + other, palette.text)] for other in others]
    return [*lines, []]


class HelpPage(Page):
    """The lines of the help."""

    topics = Topic.NONE

    def __init__(self, market: HybridMarketData, focus: Focus) -> None:
        super().__init__(market, id="page")
        self._focus = focus

    def title(self) -> PageTitle:
        """The name and the keys."""
        shown = next(key.shown for key in keys_of(self.app) if key.id == "help")
        return PageTitle("HELP", f"{shown} or Esc goes back")

    def page_lines(self, width: int) -> list[Line]:
        """Every key and every sign."""
        return help_lines(width, self.palette, keys_of(self.app), self._focus)


class HelpScreen(PageScreen):
    """Opened and closed with ?."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.help", "Back")]

    def __init__(self, market: HybridMarketData, focus: Focus = ON_CHART) -> None:
        """`focus` is what the keys spoke to before."""
        self._focus = focus
        super().__init__(market)

    def page_of(self, market: HybridMarketData) -> Page:
        """The help."""
        return HelpPage(market, self._focus)
