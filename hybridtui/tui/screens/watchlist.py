"""The watchlist: the markets that the user keeps an eye on, and the keys that change it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Source, Topic
from hybridtui.render.lines import Line
from hybridtui.render.page import PageTitle
from hybridtui.render.watchlist import HEADINGS, WatchView, render_watchlist
from hybridtui.tui.keys.focus import ON_WATCHLIST
from hybridtui.tui.keys.symbols import WATCHLIST_KEYS
from hybridtui.tui.screens.page import Page, PageScreen
from hybridtui.tui.symbols import Symbols

_EMPTY = "Nothing is watched yet: / finds a market and Tab there watches it; + watches the one on the screen."
_OVER_REST = "over REST, every ten seconds: a socket carries no more, or is not there."


class WatchPage(Page):
    """The rows and the pointer."""

    topics = Topic.MARKETS | Topic.TICKER | Topic.LINK
    cadence = 0.25

    pointer: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of the row that keys speak to."""

    def __init__(self, market: HybridMarketData, symbols: Symbols) -> None:
        super().__init__(market, id="page")
        self._symbols = symbols

    @property
    def pointed(self) -> Instrument | None:
        """The market under the pointer."""
        watched = self._symbols.watched
        return watched[min(self.pointer, len(watched) - 1)] if watched else None

    def title(self) -> PageTitle:
        """The name and the keys."""
        return PageTitle("WATCHLIST", "enter shows it · del removes · ⇧↑ ⇧↓ move · / adds · tab goes back")

    def page_lines(self, width: int) -> list[Line]:
        """The markets, and what there is to say about them."""
        watched = self._symbols.watched
        rows = tuple(self._symbols.row(each, day=True) for each in watched)
        by_rest = sum(row.fed and row.source is Source.REST and not row.here for row in rows)
        notes = [] if rows else [_EMPTY]
        notes += [f"{by_rest} of {len(rows)} {_OVER_REST}"] if by_rest else []
        missed = self.market.state.quotes.missed
        notes += [f"REST does not answer for the others: {missed}"] if missed and not all(r.fed for r in rows) else []
        place = min(self.pointer, max(len(rows) - 1, 0))
        return render_watchlist(WatchView(rows, place, tuple(notes)), width, self.palette)

    def scroll_lines(self, lines: int) -> None:
        """Move the pointer; what it is on can be seen."""
        self.pointer = min(max(self.pointer + lines, 0), max(len(self._symbols.watched) - 1, 0))
        room = max(self.size.height - 1, 1)
        place = self.pointer + HEADINGS
        least = place - room + 1
        self.top = 0 if self.pointer == 0 else min(max(self.top, least), place)

    def watch_pointer(self) -> None:
        """Draw at once."""
        self.draw()

    def row_at(self, y: int) -> int | None:
        """The number of the market in a row of the screen."""
        place = y + self.top - HEADINGS - (self.size.height > 1)
        return place if 0 <= place < len(self._symbols.watched) else None


class WatchScreen(PageScreen):
    """Opened and closed with tab."""

    keys_here = ON_WATCHLIST
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "app.watchlist", "Back"),
        *(Binding(key.key, key.action, key.description, id=key.id, show=False) for key in WATCHLIST_KEYS),
    ]

    def __init__(self, market: HybridMarketData, symbols: Symbols) -> None:
        self._market, self._symbols = market, symbols
        super().__init__(market)

    def page_of(self, market: HybridMarketData) -> Page:
        """The list."""
        self.list = WatchPage(market, self._symbols)
        return self.list

    def on_mount(self) -> None:
        """Somebody looks."""
        super().on_mount()
        self._symbols.show(True)

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._symbols.show(False)

    def action_show(self) -> None:
        """Look at the market under the pointer."""
        if self.list.pointed is not None:
            self._market.select(self.list.pointed.symbol[1:])
            self.dismiss()

    def action_add(self) -> None:
        """Watch the market on the screen."""
        self._symbols.change(self._symbols.watchlist.added(self._market.instrument.symbol))
        self.list.draw()

    def action_remove(self) -> None:
        """Watch the one under the pointer no more."""
        if self.list.pointed is not None:
            self._symbols.change(self._symbols.watchlist.removed(self.list.pointed.symbol))
            self.list.scroll_lines(0)
            self.list.draw()

    def action_move(self, steps: int) -> None:
        """Move the one under the pointer, and the pointer with it."""
        if self.list.pointed is not None:
            self._symbols.change(self._symbols.watchlist.moved(self.list.pointed.symbol, steps))
            self.list.scroll_lines(steps)
            self.list.draw()

    def on_click(self, event: Click) -> None:
        """Look at the market of the row."""
        event.stop()
        row = self.list.row_at(event.y)
        if row is not None:
            self.list.pointer = row
            self.action_show()
