"""Pages that cover the market until they are closed: lines under a title row, scrolled with the keys or the wheel."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.reactive import reactive
from textual.screen import Screen

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Topic
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.page import PageTitle, last_top, render_page
from hybridtui.tui.keys import page_bindings
from hybridtui.tui.keys.focus import ON_PAGE, Focus
from hybridtui.tui.panel import LiveWidget

_WHEEL = 3
"""Lines that one notch of the wheel scrolls."""


class Page(LiveWidget):
    """Lines of any number; what a page shows says `page_lines`."""

    topics = Topic.LINK
    cadence = 0.25

    top: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of the first line shown."""

    def title(self) -> PageTitle:
        """What the title row says."""
        raise NotImplementedError

    def page_lines(self, width: int) -> list[Line]:
        """The whole page, each line `width` cells."""
        raise NotImplementedError

    def lines(self, size: Size) -> list[Line]:
        """What can be seen of the page."""
        return render_page(self.title(), self.page_lines(size.width), self.top, size, self.palette)

    def copied(self) -> str:
        """The whole page as text."""
        rows = (row.rstrip() for row in plain(self.page_lines(self.size.width)).split("\n"))
        return "\n".join([self.title().name, *rows]) + "\n"

    def scroll_lines(self, lines: int) -> None:
        """Scroll down by so many lines, up where negative, not beyond an end."""
        end = last_top(len(self.page_lines(self.size.width)), self.size.height)
        self.top = min(max(self.top + lines, 0), end)

    def watch_top(self) -> None:
        """Draw at once."""
        self.draw()

    def on_click(self, event: Click) -> None:
        """A click on the title goes back."""
        if event.y == 0 and self.size.height > 1:
            event.stop()
            self.screen.dismiss()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.scroll_lines(-_WHEEL)


class PageScreen(Screen[None], inherit_bindings=False):
    """Covers the market; the keys of the market keep working, and the toolkit's own do not take any of them."""

    BLANK = True
    BINDINGS: ClassVar = page_bindings()
    keys_here: ClassVar[Focus] = ON_PAGE
    """The keys that matter here."""

    def __init__(self, market: HybridMarketData) -> None:
        super().__init__()
        self.page = self.page_of(market)

    def page_of(self, market: HybridMarketData) -> Page:
        """The page that is shown."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Nothing but the page."""
        yield self.page

    def on_mount(self) -> None:
        """Let ages move on once a second."""
        self.set_interval(1.0, self.page.tick)

    def action_scroll_page(self, lines: int) -> None:
        """Scroll by lines."""
        self.page.scroll_lines(lines)

    def action_turn_page(self, pages: int) -> None:
        """Scroll by what can be seen."""
        self.page.scroll_lines(pages * max(self.page.size.height - 2, 1))

    def action_to_end(self, end: int) -> None:
        """To the first line (-1) or the last (1)."""
        self.page.scroll_lines(end * 1_000_000)
