"""The footer: the keys of what has the focus, then as many others as the width allows. A click on one presses it."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from rich.cells import cell_len
from rich.segment import Segment
from textual import events

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Mode, Topic
from hybridtui.render.cache import LineCache
from hybridtui.render.lines import Line, Size, fit
from hybridtui.render.palette import Palette
from hybridtui.tui.chosen import keys_of
from hybridtui.tui.keys import KeyBinding
from hybridtui.tui.keys.focus import LEAVE, Focus
from hybridtui.tui.panel import LiveWidget

_WORDS_FROM = 140
"""The width from which WebSocket is written out."""
_MODES = {Mode.WEBSOCKET: "websocket", Mode.REST: "rest", Mode.AUTO: "auto"}
_TOGETHER = {"shorter": ("shorter", "longer")}
"""Keys that share a label, by the id of the first one."""


class FooterEntry(msgspec.Struct, frozen=True):
    """Keys and the word for what they do; without keys it is the name of a mode."""

    keys: tuple[KeyBinding, ...]
    label: str
    rank: int
    """The highest rank is left out first."""
    marked: bool = False

    @property
    def parts(self) -> list[tuple[str, KeyBinding | None]]:
        """What is written, and which key each part is; the label belongs to the last one."""
        if not self.keys:
            return [(f" {self.label} ", None)]
        before, after = ("‹", "›") if self.marked else (" ", " ")
        shown = [(f"{' ' if at else before}{key.shown}", key) for at, key in enumerate(self.keys)]
        return [*shown, (f" {self.label}{after}", self.keys[-1])]

    @property
    def width(self) -> int:
        """Its cells."""
        return sum(cell_len(text) for text, _ in self.parts)


def footer_entries(
    table: Sequence[KeyBinding], focus: Focus, marked: str, labels: Mapping[str, str]
) -> list[FooterEntry]:
    """All that could be shown. `marked` is the id of the chosen source; `labels` replaces the labels of some ids."""
    by_id = {key.id: key for key in (*table, LEAVE)}
    first = [
        FooterEntry(tuple(by_id[name] for name in names), label, _rank(names, focus)) for names, label in focus.footer
    ]
    if focus.mode:
        first.insert(0, FooterEntry((), focus.name, 3))
    used = {name for names, _ in focus.footer for name in names}
    used |= {name for names in _TOGETHER.values() for name in names[1:]}
    others = []
    for key in table:
        names = _TOGETHER.get(key.id, (key.id,))
        label = labels.get(names[-1], by_id[names[-1]].label)
        if label and key.id not in used:
            others.append(FooterEntry(tuple(by_id[name] for name in names), label, key.rank, key.id == marked))
    return first + others


def _rank(names: tuple[str, ...], focus: Focus) -> int:
    """In a mode its keys matter, and the way out most; of a panel's keys the first ones do."""
    if focus.mode:
        return 1 if LEAVE.id in names else 2
    return 5 if names == focus.footer[0][0] else 6


def fitting(entries: Sequence[FooterEntry], width: int) -> list[FooterEntry]:
    """Those that there is room for; the highest rank goes first, and of one rank the last one."""
    shown = list(entries)
    while shown and sum(entry.width for entry in shown) > width:
        shown.remove(max(reversed(shown), key=lambda entry: entry.rank))
    return shown


def footer_line(shown: Sequence[FooterEntry], width: int, palette: Palette) -> Line:
    """What is shown, exactly `width` cells."""
    line: Line = []
    for entry in shown:
        *keys, (label, _) = entry.parts
        line += [Segment(text, palette.title_strong) for text, _ in keys]
        strong = entry.marked or not entry.keys
        style = palette.polling if not entry.keys else palette.title_strong if strong else palette.title_muted
        line.append(Segment(label, style))
    return fit(line, width, palette.title_muted)


def key_at(shown: Sequence[FooterEntry], x: int) -> KeyBinding | None:
    """The key in a column of the footer."""
    column = 0
    for text, key in (part for entry in shown for part in entry.parts):
        column += cell_len(text)
        if x < column:
            return key
    return None


class KeyFooter(LiveWidget):
    """One line."""

    topics = Topic.LINK | Topic.CANDLES
    cadence = 0.25

    def __init__(
        self,
        market: HybridMarketData,
        focus: Callable[[], Focus],
        chart_kind: str,
        *,
        id: str = "footer",  # noqa: A002
    ) -> None:
        """`focus` tells what the keys speak to; `chart_kind` is how the chart is drawn at the start."""
        super().__init__(market, id=id)
        self.cache = LineCache()
        self._focus = focus
        self._named: Focus | None = None
        """What had the focus when it was drawn."""
        self.busy = False
        """True while fresh snapshots are being fetched."""
        self.chart_kind = chart_kind
        """How the chart is drawn at the moment."""

    def tick(self) -> None:
        """Nothing here grows old."""

    def follow(self) -> None:
        """Draw anew where something else has the focus by now."""
        if self._focus() != self._named:
            self.draw()

    def shown(self, width: int) -> list[FooterEntry]:
        """What this width has room for."""
        labels = {
            "refresh": "fetching…" if self.busy else "refresh",
            "longer": str(self.market.timeframe),
            "kind": self.chart_kind,
        }
        if width < _WORDS_FROM:
            labels["websocket"] = "WS"
        marked = _MODES[self.market.link.mode]
        return fitting(footer_entries(keys_of(self.app), self._focus(), marked, labels), width)

    def lines(self, size: Size) -> list[Line]:
        """The footer."""
        self._named = self._focus()
        said = (self.market.link.mode, self.market.timeframe, self.chart_kind, self.busy)
        key = (size, keys_of(self.app), self._named, said, self.palette)
        return self.cache.get(key, lambda: [footer_line(self.shown(size.width), size.width, self.palette)])

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        event.stop()
        key = key_at(self.shown(self.size.width), event.x)
        if key is not None:
            self.app.call_later(self.app.run_action, key.spoken)
