"""The market: header, chart, order book, tape, status bar and footer."""

from collections.abc import Mapping
from typing import ClassVar

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.screen import Screen

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Topic
from hybridtui.store.choices import Choices
from hybridtui.tui.board import LAYOUTS, Board, PlacesChanged
from hybridtui.tui.chosen import keys_of
from hybridtui.tui.keys import panel_bindings
from hybridtui.tui.keys.focus import Focus
from hybridtui.tui.layout import CHART, FOOTER
from hybridtui.tui.localtime import Zone
from hybridtui.tui.messages import BookRowsShown, ChartKindChosen, HistoryWanted, Touched, ZoneSwitched
from hybridtui.tui.panel import LiveWidget, MarketPanel
from hybridtui.tui.precision import Precision
from hybridtui.tui.presets import AUTO
from hybridtui.tui.views import DEEP_ROWS, VIEWS, LargeChosen, ViewAsked, ViewChoice
from hybridtui.tui.widgets.depth import DepthCurve
from hybridtui.tui.widgets.header_bar import HeaderBar
from hybridtui.tui.widgets.heatmap import Heatmap
from hybridtui.tui.widgets.key_footer import KeyFooter
from hybridtui.tui.widgets.large_trades import LargeTrades
from hybridtui.tui.widgets.order_book import OrderBook
from hybridtui.tui.widgets.price_chart import PriceChart
from hybridtui.tui.widgets.refusal import Refusal, is_wanted
from hybridtui.tui.widgets.status_bar import StatusBar
from hybridtui.tui.widgets.trade_tape import TradeTape


class MarketScreen(Screen[None], inherit_bindings=False):
    """The one screen that counts."""

    BLANK = True
    BINDINGS: ClassVar = [*panel_bindings(), ("escape", "leave", "Back to the plain picture")]

    def __init__(
        self,
        market: HybridMarketData,
        choices: Choices,
        *,
        layout: str = AUTO,
        layouts: tuple[str, ...] = LAYOUTS,
    ) -> None:
        """`layout` and `layouts`, which the layout key goes through, are what the settings say, without mistakes."""
        super().__init__(id="market")
        self.market = market
        self.choices = choices
        """What the user chose; a panel keeps its own part under its own name."""
        precision, zone, large = Precision(market), Zone(choices), LargeTrades(market, choices)
        self.board = Board(choices, layout, layouts)
        view = choices.get("views", ViewChoice()).shown
        self.board.places.view = view if view in VIEWS else CHART
        self.header = HeaderBar(market, precision)
        self.chart = PriceChart(market, precision, choices, zone)
        self.book = OrderBook(market, precision, choices, zone)
        self.tape = TradeTape(market, precision, zone, large)
        self.heatmap = Heatmap(market, precision, choices, zone, large)
        self.depth = DepthCurve(market, precision, zone)
        self.refusal = Refusal(market, id="notice")
        self.status = StatusBar(market, zone)
        self.footer = KeyFooter(market, lambda: self.keys_here, str(self.chart.kind))

    @property
    def parts(self) -> tuple[LiveWidget, ...]:
        """Everything that is drawn from the model."""
        middle = (self.chart, self.heatmap, self.depth, self.book, self.tape, self.refusal)
        return (self.header, *middle, self.status, self.footer)

    @property
    def panels(self) -> Mapping[str, MarketPanel | Board]:
        """What keys can speak to, by name: the panels, and the board that they stand on."""
        panels = {part.id or "": part for part in self.parts if isinstance(part, MarketPanel)}
        return {**panels, "board": self.board}

    @property
    def keys_here(self) -> Focus:
        """What the keys speak to."""
        panel = self.panels[self.board.focused]
        assert isinstance(panel, MarketPanel)
        return panel.keys_here

    def compose(self) -> ComposeResult:
        """One flat board: the layout does the rest."""
        with self.board:
            yield from self.parts

    def on_mount(self) -> None:
        """Let ages move on once a second, and watch for a refused symbol."""
        self.set_interval(1.0, self._tick)
        self._unsubscribe = self.market.subscribe(Topic.ALL, self._changed)
        self._show_deep_book()

    def on_unmount(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def on_resize(self) -> None:
        """Everything has its place; say what did not get one, and which keys matter to what did."""
        self._name_keys()
        self._tell_needs()
        self.footer.follow()

    def on_places_changed(self, message: PlacesChanged) -> None:
        """Say what stands where now."""
        message.stop()
        self._name_keys()
        self._tell_needs()
        self.footer.follow()
        self.status.say(message.said)
        self._show_deep_book()

    def _tell_needs(self) -> None:
        needs = self.board.needs
        said = "" if needs is None else f"needs {needs.width}x{needs.height}"
        if said != self.status.needs:
            self.status.needs = self.header.needs = said
            self.status.draw()
            self.header.draw()

    def on_book_rows_shown(self, message: BookRowsShown) -> None:
        """Subscribe to as much of the book as can be seen."""
        message.stop()
        self.market.show_book_rows(message.rows, message.step)

    def on_chart_kind_chosen(self, message: ChartKindChosen) -> None:
        """Name the new way of drawing in the footer."""
        message.stop()
        self.footer.chart_kind = str(message.kind)
        self.footer.draw()

    def on_history_wanted(self, message: HistoryWanted) -> None:
        """Load older candles."""
        message.stop()
        self.market.want_history(message.start_ms)

    def on_touched(self, message: Touched) -> None:
        """Show the keys that matter now."""
        message.stop()
        self.footer.follow()

    def on_zone_switched(self, message: ZoneSwitched) -> None:
        """Show every time anew."""
        message.stop()
        self.redraw()

    def on_large_chosen(self, message: LargeChosen) -> None:
        """Mark the trades anew."""
        message.stop()
        self.redraw()

    def on_view_asked(self, message: ViewAsked) -> None:
        """Put this into the chart's place, or the chart again."""
        message.stop()
        if message.view != self.board.places.view and self.board.shows(message.view):
            self.board.action_toggle_panel(message.view)
        else:
            self.show_view(CHART if message.view == self.board.places.view else message.view)

    def show_view(self, view: str) -> None:
        """Put this into the chart's place, and remember it."""
        self.choices.put("views", replace(self.choices.get("views", ViewChoice()), shown=view))
        self.board.places.view = view
        self.board.rearrange()
        self._show_deep_book()

    def listener(self, panel: str, action: str) -> MarketPanel | Board | None:
        """The panel meant by a key: what stands in the chart's place takes those of the chart's keys that it knows.

        None where the chart is meant, is not shown, and nobody else knows the action.
        """
        shown = self.board.places.view
        if panel != CHART or shown == CHART or self.board.shows(CHART):
            meant: MarketPanel | Board | None = self.panels[panel]
        else:
            other = self.panels[shown]
            meant = other if hasattr(other, f"action_{action.partition('(')[0]}") else None
        if isinstance(meant, MarketPanel) and meant.id is not None:
            self.board.used = meant.id
        return meant

    def _show_deep_book(self) -> None:
        """Heatmap and depth curve show more of the book than the ladder."""
        if any(self.board.shows(view) for view in VIEWS if view != CHART):
            self.market.deepen_book(DEEP_ROWS)

    def on_screen_resume(self) -> None:
        """Back from a page: draw what was missed."""
        self.market.shown(in_time=False)
        for part in self.parts:
            part.catch_up()

    def redraw(self) -> None:
        """Draw everything at once: the user did something."""
        self._name_keys()
        for part in self.parts:
            part.draw()

    def _name_keys(self) -> None:
        """Without a footer the status bar names the two keys that matter most."""
        keys = {key.id: key.shown for key in keys_of(self.app)}
        hint = f"{keys['help']} help  {keys['quit']} quit"
        self.status.keys = "" if self.board.shows(FOOTER) else hint

    def action_leave(self) -> None:
        """Every panel back to its plain picture."""
        for panel in self.panels.values():
            panel.action_leave()
        if self.board.places.view != CHART:
            self.show_view(CHART)
        self.footer.follow()

    def _tick(self) -> None:
        for part in self.parts:
            part.tick()

    def _changed(self, _topics: Topic) -> None:
        refused = is_wanted(self.market)
        if refused != self.board.places.refused:
            self.board.places.refused = refused
            self.board.rearrange()
