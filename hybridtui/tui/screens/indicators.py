"""The indicators to choose from, beside a chart that follows every choice at once."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.indicators.choice import StudyChoice, StudyChoices, has_parameters, studies_typed
from hybridtui.render.lines import Line, Size
from hybridtui.render.study_list import list_height, render_study_list, visible_rows
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.screens.corner import CornerScreen
from hybridtui.tui.screens.prompt import Prompt


class StudyList(LiveWidget):
    """The rows and the pointer."""

    class RowClicked(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    choices: reactive[StudyChoices] = reactive(StudyChoices, init=False, repaint=False)
    """What is on, with which parameters."""
    pointer: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of the row that keys speak to."""

    def __init__(self, market: HybridMarketData, choices: StudyChoices) -> None:
        super().__init__(market, id="studies")
        self.set_reactive(StudyList.choices, choices)

    @property
    def row(self) -> StudyChoice:
        """The row under the pointer."""
        return self.choices.rows[self.pointer]

    def lines(self, size: Size) -> list[Line]:
        """The list."""
        return render_study_list(self.choices.rows, self.pointer, size, self.palette)

    def row_at(self, y: int) -> int | None:
        """The number of the row in a row of the screen; None for a heading."""
        shown = visible_rows(self.choices.rows, self.pointer, self.size.height - 2)
        entry = shown[y - 1] if 1 <= y <= len(shown) else None
        return entry if isinstance(entry, int) else None

    def on_click(self, event: Click) -> None:
        """Tell which row it was."""
        event.stop()
        if (row := self.row_at(event.y)) is not None:
            self.post_message(self.RowClicked(row))

    def watch_choices(self) -> None:
        """Draw at once."""
        self.draw()

    def watch_pointer(self) -> None:
        """Draw at once."""
        self.draw()


class IndicatorScreen(CornerScreen[StudyList]):
    """Opened with i; tells every new choice."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,i,q", "dismiss", "Back"),
        ("up", "point(-1)", "Up"),
        ("down", "point(1)", "Down"),
        ("space,enter", "switch", "On or off"),
        ("e,right", "change", "Change the parameters"),
    ]
    list_width = 44

    def __init__(self, market: HybridMarketData, choices: StudyChoices, tell: Callable[[StudyChoices], object]) -> None:
        super().__init__()
        self.list = StudyList(market, choices)
        self._tell = tell

    def list_height(self) -> int:
        """A row for each, a title and a foot."""
        return list_height(self.list.choices.rows)

    def action_point(self, steps: int) -> None:
        """Move the pointer, from the last row to the first one and back."""
        self.list.pointer = (self.list.pointer + steps) % len(self.list.choices.rows)

    def action_switch(self) -> None:
        """On or off."""
        self._choose(self.list.choices.toggled(self.list.row.kind))

    def action_change(self) -> None:
        """Ask for other parameters; where there are none, switch it on or off."""
        row = self.list.row
        if not has_parameters(row.kind):
            self.action_switch()
            return

        def wrong(text: str) -> str:
            try:
                studies_typed(row.kind, text)
            except ValueError as error:
                return str(error)
            return ""

        def take(text: str | None) -> None:
            if text is not None:
                self._choose(self.list.choices.changed(row.kind, studies_typed(row.kind, text)))

        self.app.push_screen(Prompt(f"{row.studies[0].specification.short}:", row.parameters, wrong), take)

    def on_study_list_row_clicked(self, message: StudyList.RowClicked) -> None:
        """Point at a row, and switch it on or off."""
        message.stop()
        self.list.pointer = message.row
        self.action_switch()

    def on_click(self, event: Click) -> None:
        """Beside the list: go back."""
        event.stop()
        self.dismiss()

    def _choose(self, choices: StudyChoices) -> None:
        self.list.choices = choices
        self._tell(choices)
