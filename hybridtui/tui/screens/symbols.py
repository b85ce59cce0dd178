"""Finding a market: a line to type in and the markets that it fits, above a market that goes on."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Input

from hybridtui.errors import SymbolError
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import Instrument
from hybridtui.market.quotes import REST_PATIENCE
from hybridtui.market.source import Topic
from hybridtui.render.lines import Line, Size
from hybridtui.render.picker import PickerView, render_picker, row_at
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.symbols import Symbols

_WIDTH, _HEIGHT = 84, 26
"""The most cells and rows that it takes."""
_STAR = 2
"""Cells at the left of a row: a click there watches the market."""
_LONGEST = 40
"""Letters that are looked for."""


class MarketList(LiveWidget):
    """The markets that were found."""

    topics = Topic.MARKETS | Topic.LINK
    cadence = 0.25

    pointer: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of the row that keys speak to."""

    def __init__(self, market: HybridMarketData, symbols: Symbols) -> None:
        super().__init__(market, id="markets")
        self._symbols = symbols
        self._found: tuple[object, list[Instrument]] = (None, [])
        self.query_text = ""
        """What is looked for."""
        self.message = ""
        """What is wrong with what was chosen."""

    @property
    def instruments(self) -> list[Instrument]:
        """What was found, the best first; found anew where the text or what is known changed."""
        key = (self.query_text, self.market.state.quotes.revision, self._symbols.recent)
        if self._found[0] != key:
            self._found = key, [market.instrument for market in self._symbols.found(self.query_text)]
        return self._found[1]

    @property
    def pointed(self) -> Instrument | None:
        """The market under the pointer, None where none was found."""
        return self.instruments[self._place] if self.instruments else None

    @property
    def _place(self) -> int:
        return min(max(self.pointer, 0), max(len(self.instruments) - 1, 0))

    def view(self, height: int) -> PickerView:
        """What the list says; only rows that can be seen are made."""
        quotes, now, place = self.market.state.quotes, self.market.clock.now(), self._place
        first = max(place - height, 0)
        rows = tuple(self._symbols.row(each) for each in self.instruments[first : place + height + 1])
        age = None if quotes.listed_at is None else max(0.0, now - quotes.listed_at)
        return PickerView(
            rows,
            place - first,
            max(len(quotes.instruments), len(self.instruments)),
            bool(self.query_text.strip()),
            age,
            age is not None and age <= REST_PATIENCE,
            quotes.missed,
            self.message,
            before=first,
            found=len(self.instruments),
        )

    def lines(self, size: Size) -> list[Line]:
        """The list."""
        return render_picker(self.view(size.height), size, self.palette)

    def at(self, y: int) -> int | None:
        """The number of the market in a row of the screen."""
        view = self.view(self.size.height)
        row = row_at(view, self.size.height, y)
        return None if row is None else row + view.before

    def move(self, steps: int) -> None:
        """Move the pointer, not beyond an end."""
        self.message = ""
        self.pointer = min(max(self._place + steps, 0), max(len(self.instruments) - 1, 0))
        self.draw()

    def watch_pointer(self) -> None:
        """Draw at once."""
        self.draw()


class SymbolPicker(ModalScreen[None]):
    """Opened with /. What is chosen is told, and the screen closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("up", "point(-1)", "Up"),
        ("down", "point(1)", "Down"),
        ("pageup", "page(-1)", "Up by what can be seen"),
        ("pagedown", "page(1)", "Down by what can be seen"),
        ("tab", "watch", "Watch, or watch no more"),
    ]
    DEFAULT_CSS = """
    SymbolPicker { background: transparent; align: center top; }
    SymbolPicker Input { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, market: HybridMarketData, symbols: Symbols, choose: Callable[[Instrument], object]) -> None:
        super().__init__()
        self.list = MarketList(market, symbols)
        self._market, self._symbols, self._choose = market, symbols, choose

    def compose(self) -> ComposeResult:
        """A line to type in, and what it finds."""
        with Vertical():
            yield Input(placeholder="code or name: btc, dusk, tether usd", compact=True, max_length=_LONGEST)
            yield self.list

    def on_mount(self) -> None:
        """Type at once."""
        self._symbols.look_for(True)
        self.set_interval(1.0, self.list.tick)
        self.query_one(Input).focus()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._symbols.look_for(False)

    def on_resize(self, event: Resize) -> None:
        """The whole of a small screen, a part of a large one."""
        width, height = event.size
        styles = self.query_one(Vertical).styles
        styles.width = width if width < _WIDTH + 10 else _WIDTH
        rows = height if height < 20 else min(height - 4, _HEIGHT)
        styles.height = rows
        self.list.styles.width, self.list.styles.height = "100%", max(rows - 1, 0)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Find anew."""
        message.stop()
        self.list.query_text, self.list.message = message.value, ""
        self.list.pointer = 0
        self.list.draw()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Look at what is under the pointer; where nothing was found, at what was typed."""
        message.stop()
        pointed = self.list.pointed
        try:
            self._take(pointed or self._market.named(message.value))
        except SymbolError as error:
            self.list.message = str(error)
            self.list.draw()

    def action_point(self, steps: int) -> None:
        """Move the pointer."""
        self.list.move(steps)

    def action_page(self, pages: int) -> None:
        """Move the pointer by what can be seen."""
        self.list.move(pages * max(self.list.size.height - 3, 1))

    def action_watch(self) -> None:
        """Watch the market under the pointer, or watch it no more."""
        if self.list.pointed is not None:
            self._symbols.toggle(self.list.pointed.symbol)
            self.list.draw()

    def on_click(self, event: Click) -> None:
        """Choose the row; at its left edge, watch it; beside the list, go back."""
        event.stop()
        x, y = event.screen_offset
        if self.list.region.contains(x, y):
            row = self.list.at(y - self.list.region.y)
            if row is not None:
                self.list.pointer = row
                if x - self.list.region.x <= _STAR:
                    self.action_watch()
                elif self.list.pointed is not None:
                    self._take(self.list.pointed)
        elif not self.query_one(Input).region.contains(x, y):
            self.dismiss()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.list.move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.list.move(-1)

    def _take(self, instrument: Instrument) -> None:
        self.dismiss()
        self._choose(instrument)
