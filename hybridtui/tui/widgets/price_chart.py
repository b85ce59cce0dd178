"""The chart panel: what the user chose about it, and the picture that follows from that."""

from typing import ClassVar

import msgspec
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import Progress
from hybridtui.market.indicators.choice import StudyChoices
from hybridtui.market.source import Health, Mode, Topic
from hybridtui.render.chart import (
    ChartKind,
    ChartOptions,
    ScaleKind,
    candle_under_cursor,
    price_under_cursor,
    render_chart,
)
from hybridtui.render.copied import copied_candle
from hybridtui.render.lines import Line, Size
from hybridtui.render.moves import (
    ZOOM,
    ZOOMS,
    crosshair_moved,
    history_wanted,
    oldest,
    panned,
    range_moved,
    range_shown,
    rescaled,
    third,
    zoomed,
)
from hybridtui.render.readout import candle_details, fitting, kind_details, measure_details
from hybridtui.render.title import TitleView
from hybridtui.store.choices import Choices
from hybridtui.tui.alerting import alert_levels
from hybridtui.tui.chosen import keys_of
from hybridtui.tui.localtime import Zone
from hybridtui.tui.messages import ChartKindChosen, HistoryWanted, ZoneSwitched
from hybridtui.tui.precision import Precision
from hybridtui.tui.widgets.chart_mouse import ChartMouse


class ChartChoices(msgspec.Struct, frozen=True):
    """What is remembered of the chart."""

    kind: ChartKind = ChartKind.CANDLES
    zoom: int = ZOOM
    """A place in `ZOOMS`."""
    scale: ScaleKind = ScaleKind.LINEAR


_AROUND = 22
"""Columns of the title row that its name and its truth take, about."""
_AGAIN = 10.0
"""Seconds until older candles are asked for again after a failure."""
_HISTORY_TEXTS = {
    Progress.IDLE: "",
    Progress.LOADING: "loading older …",
    Progress.ENDED: "no older candles",
    Progress.FULL: "no more is kept",
    Progress.FAILED: "older candles: no answer yet",
}


class PriceChart(ChartMouse):
    """Candles, Heikin-Ashi bars, a line or an area."""

    topics = Topic.CANDLES | Topic.TRADES | Topic.TICKER
    topic = Topic.CANDLES
    cadence: ClassVar[float] = 0.25

    kind: reactive[ChartKind] = reactive(ChartKind.CANDLES, init=False, repaint=False)
    """How prices are drawn."""
    zoom: reactive[int] = reactive(ZOOM, init=False, repaint=False)
    """The place in `ZOOMS`."""
    scale: reactive[ScaleKind] = reactive(ScaleKind.LINEAR, init=False, repaint=False)
    """How prices become heights."""
    studies: reactive[StudyChoices] = reactive(StudyChoices, init=False, repaint=False)
    """What is computed from the candles, and with which parameters."""

    def __init__(
        self,
        market: HybridMarketData,
        precision: Precision,
        choices: Choices,
        zone: Zone,
        *,
        id: str = "chart",  # noqa: A002
    ) -> None:
        super().__init__(market, zone, id=id)
        self.precision = precision
        self.choices = choices
        self._newest_start: int | None = None
        self._view = (market.instrument, market.candles.timeframe)
        chosen = choices.get("chart", ChartChoices())
        self.set_reactive(PriceChart.kind, chosen.kind)
        self.set_reactive(PriceChart.zoom, min(max(chosen.zoom, 0), len(ZOOMS) - 1))
        self.set_reactive(PriceChart.scale, chosen.scale)
        self.set_reactive(PriceChart.studies, choices.get("studies", StudyChoices()))

    def due(self, topics: Topic = Topic.NONE) -> None:
        """As the others, but a new candle is drawn at once."""
        newest = self.market.candles.last
        start = None if newest is None else newest.mts
        if start != self._newest_start and self.on_screen:
            self._newest_start = start
            self.draw()
        else:
            super().due(topics)

    def tick(self) -> None:
        """The countdown of the newest candle moves on with the second."""
        self.due()

    # What the keys say

    def action_cycle_kind(self) -> None:
        """The next way of drawing."""
        kinds = list(ChartKind)
        self.kind = kinds[(kinds.index(self.kind) + 1) % len(kinds)]

    def action_zoom(self, steps: int) -> None:
        """Nearer (positive) or farther; the crosshair, or the middle of the picture, stays in its place."""
        self.zoom_at(steps, None if self.cursor is None else self.cursor[0])

    def zoom_at(self, steps: int, focus_ms: int | None) -> None:
        """Zoom such that this moment stays in its place."""
        zoom = min(max(self.zoom + steps, 0), len(ZOOMS) - 1)
        right_ms = rescaled(self.market.candles, self.picture_size, self.options(), zoom, focus_ms)
        if zoom != self.zoom:
            self.set_reactive(PriceChart.right_ms, right_ms)
            self.zoom = zoom

    def action_pan(self, direction: int) -> None:
        """Back in time or towards the present by a third of the picture; with the crosshair on, move that by one."""
        if self.crosshair:
            self.action_step(direction)
        else:
            steps = direction * third(self.market.candles, self.picture_size, self.options())
            self.pan_by(steps)

    def action_step(self, steps: int) -> None:
        """By single candles: the crosshair where there is one, else the picture."""
        if self.crosshair:
            cursor_ms, right_ms = crosshair_moved(self.market.candles, self.picture_size, self.options(), steps)
            self.right_ms = right_ms
            self.cursor = None if cursor_ms is None else (cursor_ms, None)
        else:
            self.pan_by(steps)

    def action_stride(self, direction: int) -> None:
        """The crosshair by ten candles, or the picture by one."""
        self.action_step(direction * 10 if self.crosshair else direction)

    def pan_by(self, steps: int) -> None:
        """Move the picture by so many candles."""
        self.right_ms = panned(self.market.candles, self.picture_size, self.options(), steps)

    def action_to_oldest(self) -> None:
        """To the oldest candle known."""
        self.right_ms = oldest(self.market.candles, self.picture_size, self.options())

    def action_to_newest(self) -> None:
        """To the present, which is followed from then on."""
        self.right_ms = None

    def action_cycle_scale(self) -> None:
        """Linear, logarithmic, per cent."""
        kinds = list(ScaleKind)
        self.scale = kinds[(kinds.index(self.scale) + 1) % len(kinds)]

    def action_fix_range(self) -> None:
        """Keep the prices that are shown now, or again show whatever there is."""
        if self.price_range is None:
            self.price_range = range_shown(self.market.candles, self.picture_size, self.options())
        else:
            self.price_range = None

    def action_move_range(self, direction: int) -> None:
        """Show higher (positive) or lower prices, and keep to them."""
        size = self.picture_size
        self.price_range = range_moved(self.market.candles, size, self.options(), direction * size.height / 5)

    def action_indicators(self) -> None:
        """Choose what is computed from the candles; the chart follows at once."""
        from hybridtui.tui.screens.indicators import IndicatorScreen

        def tell(studies: StudyChoices) -> None:
            self.studies = studies

        self.app.push_screen(IndicatorScreen(self.market, self.studies, tell))

    def action_zone(self) -> None:
        """Local time or UTC, here and wherever else there are times."""
        self.zone.switch()
        self.post_message(ZoneSwitched())

    def action_crosshair(self) -> None:
        """Switch the crosshair on, at the newest candle shown, or off."""
        if self.crosshair:
            self.end_crosshair()
        else:
            cursor_ms, _ = crosshair_moved(self.market.candles, self.picture_size, self.options(), 0)
            self.crosshair = cursor_ms is not None
            self.cursor = None if cursor_ms is None else (cursor_ms, None)

    def action_measure(self) -> None:
        """Measure from the crosshair on, or stop measuring."""
        if not self.crosshair:
            self.action_crosshair()
        if self.measure_from is not None:
            self.measure_from = None
        elif (place := self.place_of_crosshair()) is not None:
            self.measure_from = place

    def action_leave(self) -> None:
        """Escape: end measuring and the crosshair; where there is neither, go back to the present."""
        if self.crosshair or self.measure_from is not None:
            self.end_crosshair()
        else:
            self.action_to_newest()

    # What follows from a change

    def watch_kind(self) -> None:
        """Draw anew at once, remember it, and tell."""
        self._remember()
        self.post_message(ChartKindChosen(self.kind))

    def watch_zoom(self) -> None:
        """Draw anew at once, and remember it."""
        self._remember()

    def watch_scale(self) -> None:
        """Draw anew at once, and remember it."""
        self._remember()

    def watch_studies(self) -> None:
        """Draw anew at once, and remember it."""
        self.choices.put("studies", self.studies)
        self.draw()

    def _remember(self) -> None:
        self.choices.put("chart", ChartChoices(self.kind, self.zoom, self.scale))
        self.draw()

    # The picture

    def place_of_crosshair(self) -> tuple[int, float] | None:
        """Moment of the crosshair, and the price that is read there; None where there was no price yet."""
        if self.cursor is None:
            return None
        price = price_under_cursor(self.market.candles, self.picture_size, self.options())
        return None if price is None else (self.cursor[0], price)

    @property
    def price_at_crosshair(self) -> float | None:
        """The price that the user reads at the crosshair; None where there is none to be seen."""
        place = self.place_of_crosshair() if self.on_screen else None
        return None if place is None else place[1]

    def copied(self) -> str:
        """The candle under the crosshair."""
        options = self.options()
        if options.cursor_ms is None or self.market.candles.timeframe is not self.market.timeframe:
            return ""
        candle = candle_under_cursor(self.market.candles, self.picture_size, options)
        return "" if candle is None else copied_candle(candle, self.zone.offset_ms(candle.mts), options.price_decimals)

    def title(self, health: Health) -> TitleView:
        """`CHART 1m candles` and a candle's prices, or what is measured; what is on its way while it is."""
        return TitleView("CHART", self._details(), health)

    def _details(self) -> str:
        candles, options = self.market.candles, self.options()
        if candles.timeframe is not self.market.timeframe:
            return f"{self.market.timeframe} {self.kind} loading …"
        kind = kind_details(self.market.timeframe, options)
        places = self.precision.decimals
        if self.measure_from is not None and (end := self.place_of_crosshair()) is not None:
            details = measure_details(candles, self.measure_from, end, options, places)
        elif len(candles):
            plain = options.cursor_ms is None and options.right_ms is None and options.candles_per_column == 1
            candle = candles.last if plain else candle_under_cursor(candles, self.picture_size, options)
            details = "no trades" if candle is None else candle_details(candle, places)
        else:
            return kind
        key = next(key.shown for key in keys_of(self.app) if key.id == "alerts")
        hint = f"{key} alert" if self.measure_from is None else ""
        return fitting(kind, details, self.size.width - _AROUND, read=self.cursor is not None, hint=hint)

    def options(self, *, dimmed: bool = False) -> ChartOptions:
        """Everything that was chosen, as a value."""
        now_ms, (bid, ask), last = self.market.clock.wall_ms(), self.market.state.touch, self.market.state.last
        cursor_ms, cursor_price = self.cursor or (None, None)
        options = ChartOptions(
            kind=self.kind,
            now_ms=now_ms - now_ms % 1000,
            utc_offset_ms=self.zone.offset_ms(now_ms if self.right_ms is None else self.right_ms),
            price_decimals=self.precision.decimals,
            last_price=None if last is None else last.price,
            last_old=last is not None and not last.fed,
            scale=self.scale,
            price_range=self.price_range,
            right_ms=self.right_ms,
            cursor_ms=cursor_ms,
            cursor_price=cursor_price,
            measure_from=self.measure_from,
            bid=bid,
            ask=ask,
            zone=self.zone.name,
            history=self._history_text(),
            studies=self.studies.studies,
            alerts=alert_levels(self.app),
            dimmed=dimmed,
        )
        return zoomed(options, self.zoom)

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The chart."""
        self._begin_anew_where_the_view_changed()
        candles, options = self.market.candles, self.options(dimmed=dimmed)
        key = (candles, candles.revision, size, options, self.palette)
        return self.cache.get(key, lambda: self._picture(size, options))

    def _picture(self, size: Size, options: ChartOptions) -> list[Line]:
        wanted = history_wanted(self.market.candles, size, options)
        if wanted is not None and self._may_ask_for_history():
            self.post_message(HistoryWanted(wanted))
        return render_chart(self.market.candles, size, options, self.palette)

    def _begin_anew_where_the_view_changed(self) -> None:
        """In another market, or among candles of another length, no place and no price means anything any more."""
        view = (self.market.instrument, self.market.candles.timeframe)
        if view != self._view:
            self._view = view
            self.set_reactive(PriceChart.crosshair, False)
            self.set_reactive(PriceChart.right_ms, None)
            self.set_reactive(PriceChart.price_range, None)
            self.set_reactive(PriceChart.cursor, None)
            self.set_reactive(PriceChart.measure_from, None)

    def _may_ask_for_history(self) -> bool:
        """Not where there is none, and not at once again where it failed."""
        history = self.market.state.history
        if history is None or history.progress in (Progress.IDLE, Progress.LOADING):
            return True
        return history.progress is Progress.FAILED and self.market.clock.now() >= history.at + _AGAIN

    def _history_text(self) -> str:
        if self.market.link.mode is Mode.WEBSOCKET:
            return "WebSocket only: older candles need REST"
        history = self.market.state.history
        return "" if history is None else _HISTORY_TEXTS[history.progress]
