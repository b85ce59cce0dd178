"""The liquidity heatmap panel."""

from msgspec.structs import replace
from textual.events import MouseEvent, MouseScrollDown, MouseScrollUp
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.liquidity import CAPACITY, INTERVALS_S
from hybridtui.market.source import Health, Topic
from hybridtui.render.heat_scale import HeatScale
from hybridtui.render.heatmap import HeatOptions, heat_scale, render_heatmap
from hybridtui.render.lines import Line, Size
from hybridtui.render.numbers import price_text
from hybridtui.render.title import TitleView
from hybridtui.store.choices import Choices
from hybridtui.tui.chosen import looks_of
from hybridtui.tui.keys.focus import ON_HEATMAP
from hybridtui.tui.localtime import Zone
from hybridtui.tui.messages import ZoneSwitched
from hybridtui.tui.precision import Precision
from hybridtui.tui.views import HEATMAP, ViewChoice, ViewPanel
from hybridtui.tui.widgets.large_trades import LargeTrades

_WHEEL = 3
"""Columns that a notch of the wheel moves the picture."""
_BEHIND_MS = 1500
"""The second that is not over yet may not have been looked at, and is not shown as missing."""


class Heatmap(ViewPanel):
    """The book over time, and the price in it."""

    topics = Topic.BOOK | Topic.TRADES | Topic.TICKER
    topic = Topic.BOOK
    keys = ON_HEATMAP
    cadence = 0.25

    interval_s: reactive[int] = reactive(INTERVALS_S[0], init=False, repaint=False)
    """The time of one column."""
    back: reactive[int] = reactive(0, init=False, repaint=False)
    """How many columns the right edge lies back in time."""

    def __init__(
        self,
        market: HybridMarketData,
        precision: Precision,
        choices: Choices,
        zone: Zone,
        large: LargeTrades,
        *,
        id: str = HEATMAP,  # noqa: A002
    ) -> None:
        super().__init__(market, zone, id=id)
        self.precision, self.choices, self.large = precision, choices, large
        chosen = choices.get("views", ViewChoice()).interval_s
        self.set_reactive(Heatmap.interval_s, chosen if chosen in INTERVALS_S else INTERVALS_S[0])
        self._held: HeatScale | None = None
        self._held_symbol = ""

    def tick(self) -> None:
        """A second is a column."""
        self.due()

    # What the keys say

    def action_zoom(self, steps: int) -> None:
        """Less time in a column (positive), or more."""
        at = min(max(INTERVALS_S.index(self.interval_s) - steps, 0), len(INTERVALS_S) - 1)
        seconds = self.back * self.interval_s
        self.set_reactive(Heatmap.back, min(seconds // INTERVALS_S[at], CAPACITY - 1))
        self.interval_s = INTERVALS_S[at]

    def action_pan(self, direction: int) -> None:
        """Back in time (negative) or towards the present, by a third of the picture."""
        self.action_stride(direction * max(self.size.width // 3, 1))

    def action_stride(self, direction: int) -> None:
        """Back in time (negative) or towards the present, by single columns."""
        self.back = min(max(self.back - direction, 0), self._furthest())

    def action_to_oldest(self) -> None:
        """To the oldest column."""
        self.back = self._furthest()

    def action_to_newest(self) -> None:
        """To the present."""
        self.back = 0

    def action_zone(self) -> None:
        """Local time or UTC, here and wherever else there are times."""
        self.zone.switch()
        self.post_message(ZoneSwitched())

    def action_leave(self) -> None:
        """Back to the present."""
        self.back = 0

    # The mouse

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Back in time; with ctrl less time in a column."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Towards the present; with ctrl more time in a column."""
        self._wheel(event, -1)

    def _wheel(self, event: MouseEvent, direction: int) -> None:
        event.stop()
        event.prevent_default()
        if event.ctrl:
            self.action_zoom(direction)
        else:
            self.action_stride(-direction * _WHEEL)

    def watch_interval_s(self) -> None:
        """Draw anew, and remember it."""
        self.choices.put("views", replace(self.choices.get("views", ViewChoice()), interval_s=self.interval_s))
        self.draw()

    def watch_back(self) -> None:
        """Draw anew."""
        self.draw()

    def _furthest(self) -> int:
        """How many columns lie behind the right edge when the oldest one is at the left."""
        oldest = self.market.liquidity.oldest_mts(self.interval_s)
        if oldest is None:
            return 0
        columns = (self._edge_ms() - oldest) // (self.interval_s * 1000)
        return int(max(columns - self.size.width * 2 // 3, 0))

    # Drawing

    def title(self, health: Health) -> TitleView:
        """`HEATMAP 1s × 0.5`: the time and the prices of a cell; while the present is not shown, how far back it is."""
        details = f"{self.interval_s}s"
        if self._held is not None:
            places = self._held.places
            details += f" × {price_text(self._held.ticks / 10.0**places, None)} {self.market.instrument.quote}"
        if self.back:
            seconds = self.back * self.interval_s
            details += f"  {seconds // 60}:{seconds % 60:02} ago"
        return TitleView("HEATMAP", details, health)

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The map."""
        history, last = self.market.liquidity, self.market.state.last
        if self.market.instrument.symbol != self._held_symbol:
            self._held, self._held_symbol = None, self.market.instrument.symbol
        options = HeatOptions(
            now_ms=self._edge_ms() // (self.interval_s * 1000) * self.interval_s * 1000,
            interval_s=self.interval_s,
            back=self.back,
            utc_offset_ms=self.zone.offset_ms(self.market.clock.wall_ms()),
            price_decimals=self.precision.decimals,
            last_price=None if last is None else last.price,
            last_old=last is not None and not last.fed,
            held=self._held,
            large=self.large.size,
            glyphs=looks_of(self.app).ascii or self.app.console.color_system != "truecolor",
            dimmed=dimmed,
        )
        self._held = heat_scale(history, size, options, self.palette)
        options = replace(options, held=self._held)
        key = (history, history.revision, size, options, self.palette)
        return self.cache.get(key, lambda: render_heatmap(history, size, options, self.palette))

    def _edge_ms(self) -> int:
        """The moment at the right edge of the present: the newest look at the book, or now where that is long ago."""
        return max(self.market.liquidity.newest_mts, self.market.clock.wall_ms() - _BEHIND_MS)
