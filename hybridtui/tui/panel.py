"""Widgets that show the market: drawn at the eye's rate, row by row, and only where something changed.

`LiveWidget` decides when: at once for the first change after a pause, from then on once per cadence, not at all while
hidden. `MarketPanel` adds the title row, which tells the truth about the data below it.
"""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec
from rich.segment import Segment
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Offset, Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Health, Source, Topic
from hybridtui.render.cache import LineCache
from hybridtui.render.lines import Line, Size
from hybridtui.render.palette import Palette, subdued
from hybridtui.render.title import TitleView, render_title
from hybridtui.tui.chosen import looks_of
from hybridtui.tui.keys.focus import ON_CHART, Focus
from hybridtui.tui.localtime import Zone
from hybridtui.tui.theme import colours_of, palette_of, plain_palette

_SLACK = 0.03
"""Seconds before its time that a panel is drawn, so that what changed together is drawn together."""


class LiveWidget(Widget):
    """Lines drawn from the model by a pure function and served as strips."""

    topics: ClassVar[Topic] = Topic.NONE
    """What this widget is drawn from."""
    cadence: ClassVar[float] = 0.25
    """The least time between two draws, seconds."""

    frame: reactive[int] = reactive(0, init=False, repaint=False)
    """Counts the draws; setting it is what draws."""

    def __init__(self, market: HybridMarketData, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.market = market
        self.palette = Palette()
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._drawn_size = Size(0, 0)
        self._drawn_at = float("-inf")
        self._later: asyncio.TimerHandle | None = None
        self._shown = False
        self._missed = False
        self._filters: Sequence[LineFilter] = ()
        self._ground = Color(0, 0, 0)

    def lines(self, size: Size) -> list[Line]:
        """The picture: exactly `size.height` lines of `size.width` cells."""
        raise NotImplementedError

    def remembered(self, size: Size) -> list[Strip]:
        """The picture as the next start may show it: subdued, and without a word that was true only now."""
        lines = [
            [Segment(text, subdued(style) if style else style) for text, style, _ in line] for line in self.lines(size)
        ]
        return [self.strip(line, size.width) for line in lines]

    # When to draw

    @property
    def on_screen(self) -> bool:
        """True while the user can see this widget: every screen above its own lets what is below show through."""
        stack = self.app.screen_stack
        if not self._shown or not self.size or self.screen not in stack:
            return False
        return all(screen.styles.background.a < 1 for screen in stack[stack.index(self.screen) + 1 :])

    def due(self, _topics: Topic = Topic.NONE) -> None:
        """Something changed: draw now, or as soon as the cadence allows, or when shown again."""
        if not self.on_screen:
            self._missed = True
        elif self._later is None:
            wait = self._drawn_at + self.cadence - self.market.clock.now()
            if wait <= _SLACK:
                self.draw()
            else:
                self._later = asyncio.get_running_loop().call_later(wait, self.draw)

    def draw(self) -> None:
        """Draw at once: after a key press, or when due."""
        if not self.on_screen:
            self._missed = True
            return
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._missed = False
        self._drawn_at = self.market.clock.now()
        self.frame += 1

    def tick(self) -> None:
        """A second has passed: ages and countdowns move on."""
        self.draw()

    def catch_up(self) -> None:
        """Visible again: draw what was missed."""
        if self._missed:
            self.draw()

    # Drawing

    def watch_frame(self) -> None:
        """Draw, and tell Textual of the rows that changed."""
        size = Size(*self.size)
        if size != self._drawn_size:
            self._redraw(size)
            self.refresh()
        else:
            self._show(self.lines(size))

    def _redraw(self, size: Size) -> None:
        self._drawn_size = size
        self._lines = list(self.lines(size))
        self._strips = [self.strip(line, size.width) for line in self._lines]

    def _show(self, lines: list[Line], first: int = 0) -> None:
        """Put lines in place from row `first` on, and repaint the rows that differ from those before."""
        changed = [row for row, line in enumerate(lines, first) if line != self._lines[row]]
        for row in changed:
            self._lines[row] = lines[row - first]
            self._strips[row] = self.strip(self._lines[row], self._drawn_size.width)
        if changed:
            self.refresh(*_runs(changed, self._drawn_size.width))

    def strip(self, line: Line, width: int) -> Strip:
        """A line of `width` cells as this terminal can show it."""
        strip = Strip(line, width)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self._ground)
        return strip

    def render_line(self, y: int) -> Strip:
        """One row of the newest picture."""
        size = Size(*self.size)
        if size != self._drawn_size:
            self._redraw(size)
        return self._strips[y] if y < len(self._strips) else Strip.blank(size.width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows as they are: without borders, padding or opacity Textual's cache of styled rows has nothing to add.

        That cache costs more than all the drawing.
        """
        size = Size(*self.size)
        if size != self._drawn_size:
            self._redraw(size)
        strips = self._strips[crop.y : crop.bottom]
        return strips if crop.column_span == (0, size.width) else [strip.crop(*crop.column_span) for strip in strips]

    # Textual

    def on_mount(self) -> None:
        """Listen to the model and to changes of the theme."""
        self._use(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self._unsubscribe = self.market.subscribe(self.topics, self.due)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._unsubscribe()
        if self._later is not None:
            self._later.cancel()

    def on_show(self) -> None:
        """Visible again."""
        self._shown = True
        self.catch_up()

    def on_hide(self) -> None:
        """No longer visible: draw nothing."""
        self._shown = False

    def _theme_changed(self, theme: Theme) -> None:
        self._use(theme)
        self._drawn_size = Size(0, 0)
        self.refresh()

    def _use(self, theme: Theme) -> None:
        app = self.app
        self.palette = plain_palette() if app.no_color else palette_of(theme, looks_of(app), colours_of(app))
        self._ground = Color.parse(self.app.theme_variables["background"])
        # The palette has colours of the terminal only where the theme wants just these.
        self._filters = [each for each in self.get_line_filters() if not isinstance(each, ANSIToTruecolor)]


def _runs(rows: list[int], width: int) -> list[Region]:
    """Ascending rows as regions, neighbours joined."""
    runs: list[Region] = []
    for row in rows:
        if runs and runs[-1].bottom == row:
            runs[-1] = runs[-1].grow((0, 0, 1, 0))
        else:
            runs.append(Region(0, row, width, 1))
    return runs


class MarketPanel(LiveWidget):
    """A title row with the truth about one topic, and the content below it."""

    topic: ClassVar[Topic]
    """The topic whose health the title tells."""
    keys: ClassVar[Focus] = ON_CHART
    """The keys that matter while it has the focus."""

    def __init__(self, market: HybridMarketData, zone: Zone, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(market, id=id)
        self.zone = zone
        self.cache = LineCache()

    @property
    def keys_here(self) -> Focus:
        """The keys that matter in the mode that it is in."""
        return self.keys

    @property
    def draws(self) -> int:
        """How many times the content was drawn."""
        return self.cache.drawn

    @property
    def health(self) -> Health:
        """The truth about the data of this panel."""
        return self.market.state.health(self.topic, self.market.clock.now())

    def title(self, health: Health) -> TitleView:
        """What the title row says; since when remembered data is old is added to it."""
        raise NotImplementedError

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The lines below the title, from the cache where nothing changed; `dimmed` where the data is old."""
        raise NotImplementedError

    def lines(self, size: Size) -> list[Line]:
        """Title and content; a panel too low for a title has content only."""
        return self._lines_of(self.health, size, self.market.clock.wall_ms())

    def remembered(self, size: Size) -> list[Strip]:
        """The panel as it looks with data of the cache."""
        cached = Health(source=Source.CACHE, age=self.health.age, fed=False, verified=None)
        lines = self._lines_of(cached, size, read_ms=None)
        return [self.strip(line, size.width) for line in lines]

    def _lines_of(self, health: Health, size: Size, read_ms: int | None) -> list[Line]:
        """The picture of data in this state, for who reads it at the moment `read_ms`, or nobody knows when."""
        dimmed = health.source is not None and not health.fed
        if size.height < 3:
            return self.content(size, dimmed=dimmed)
        content = self.content(Size(size.width, size.height - 1), dimmed=dimmed)
        return [self._title_row(health, size.width, read_ms), *content]

    def _title_row(self, health: Health, width: int, read_ms: int | None) -> Line:
        title = msgspec.structs.replace(self.title(health), cached_at=self._cached_at(health, read_ms))
        return render_title(title, width, self.palette)

    def _cached_at(self, health: Health, read_ms: int | None) -> str:
        """For remembered data: when it was true."""
        if health.source is not Source.CACHE or health.age is None:
            return ""
        return self.zone.past_text(self.market.clock.wall_ms() - int(health.age * 1000), read_ms)

    @property
    def mouse(self) -> Offset | None:
        """The cell of the content under the mouse, from its left upper corner; None while that is elsewhere."""
        if self.app.mouse_over is not self:
            return None
        place = self.app.mouse_position - self.region.offset
        return place if self.size.height < 3 else place - Offset(0, 1)

    def copied(self) -> str:
        """What is under the cursor, or under the mouse, as a line to paste; nothing where neither is on anything."""
        return ""

    def action_leave(self) -> None:
        """Escape: end whatever mode the panel is in."""

    def tick(self) -> None:
        """Let the age in the title move on; the content is not touched."""
        if self.on_screen and self._drawn_size.height >= 3 and Size(*self.size) == self._drawn_size:
            self._show([self._title_row(self.health, self._drawn_size.width, self.market.clock.wall_ms())])
