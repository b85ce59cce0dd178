"""The event log: every connect, drop, fallback, resync and gap with its time, the newest first."""

from typing import ClassVar

from textual.binding import BindingType

from hybridtui.hybrid import HybridMarketData
from hybridtui.render.cache import LineCache
from hybridtui.render.lines import Line
from hybridtui.render.log import LogOptions, log_text, render_log
from hybridtui.render.page import PageTitle
from hybridtui.tui.keys.focus import ON_LOG
from hybridtui.tui.localtime import utc_offset_ms
from hybridtui.tui.screens.page import Page, PageScreen


class LogPage(Page):
    """The entries of the journal."""

    def __init__(self, market: HybridMarketData, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(market, id=id)
        wall_ms = market.clock.wall_ms()
        self.options = LogOptions(wall_ms - market.clock.now() * 1000, utc_offset_ms(wall_ms))
        self._drawn = LineCache()

    def title(self) -> PageTitle:
        """The name and the keys."""
        return PageTitle("EVENT LOG", "l or escape goes back, y copies it")

    def page_lines(self, width: int) -> list[Line]:
        """The entries, the newest first."""
        journal = self.market.journal
        key = (journal.revision, width, self.palette)
        return self._drawn.get(key, lambda: render_log(journal.entries, width, self.options, self.palette))

    def copied(self) -> str:
        """The whole log, with the date of each entry, the oldest first."""
        return log_text(self.market.journal.entries, self.options)


class LogScreen(PageScreen):
    """Opened and closed with l."""

    keys_here = ON_LOG
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "app.log", "Back")]

    def page_of(self, market: HybridMarketData) -> Page:
        """The log."""
        return LogPage(market, id="page")
