"""The connection: how the data comes, how late it is and how reliable the line was."""

from typing import ClassVar

from textual.binding import BindingType

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import LinkState, Source, Topic
from hybridtui.render.cache import LineCache
from hybridtui.render.connection import HISTOGRAM_ROWS, ConnectionView, column_width, render_connection
from hybridtui.render.lines import Line, Size
from hybridtui.render.page import PageTitle
from hybridtui.render.status import state_label
from hybridtui.tui.screens.page import Page, PageScreen
from hybridtui.tui.terminal_news import written_of
from hybridtui.tui.widgets.header_bar import data_age

_CHANNELS = (
    (Topic.BOOK, "book"),
    (Topic.TRADES, "trades"),
    (Topic.TICKER, "ticker"),
    (Topic.CANDLES, "candles"),
)


class ConnectionPage(Page):
    """The numbers, drawn once a second and when the state changes."""

    cadence = 0.5

    def __init__(self, market: HybridMarketData, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(market, id=id)
        self._drawn = LineCache()

    def title(self) -> PageTitle:
        """The name and the keys."""
        return PageTitle("CONNECTION", "m or escape goes back, l shows the log")

    def view(self) -> ConnectionView:
        """What is known of the line at this moment."""
        market, now = self.market, self.market.clock.now()
        link = market.link
        label, style = state_label(link, data_age(market) if link.state is LinkState.STALE else None)
        return ConnectionView(
            state=label,
            state_style=style,
            mode=str(link.mode),
            reason=link.reason,
            retry_in=None if link.retry_at is None else link.retry_at - now,
            statistics=market.journal.statistics(now),
            channels=tuple((name, market.state.health(topic, now)) for topic, name in _CHANNELS),
            traffic=market.state.traffic,
            written=written_of(self.app),
        )

    def page_lines(self, width: int) -> list[Line]:
        """The numbers and the histogram."""
        return render_connection(self.view(), width, self.palette, self._histogram(width))

    def _histogram(self, width: int) -> tuple[str, list[Line]]:
        """How often which delay, or where the clocks cannot be compared which round trip, occurs."""
        from hybridtui.render.plot import HistogramOptions, render_histogram

        journal = self.market.journal
        name, values = "from the exchange to the screen", journal.delays()
        if not values:
            name, values = "round trips of the socket", journal.latencies(Source.WEBSOCKET)
        if not values:
            name, values = "round trips of REST", journal.latencies(Source.REST)
        size = Size(max(column_width(width) - 4, 1), HISTOGRAM_ROWS)
        key = (tuple(values), size, self.palette)
        return name, self._drawn.get(key, lambda: render_histogram(values, size, HistogramOptions(), self.palette))


class ConnectionScreen(PageScreen):
    """Opened and closed with m."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.connection", "Back")]

    def page_of(self, market: HybridMarketData) -> Page:
        """The numbers."""
        return ConnectionPage(market, id="page")
