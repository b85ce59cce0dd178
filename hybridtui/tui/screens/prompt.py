"""One question on the bottom row, above a market that goes on: what is typed is checked before it is taken."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Label


class Prompt(ModalScreen[str | None]):
    """Gives back the text that was typed, None after escape."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Cancel")]
    DEFAULT_CSS = """
    Prompt { background: transparent; align: left bottom; }
    Prompt Horizontal { height: 1; background: $panel; }
    Prompt Label { height: 1; background: $panel; color: $foreground; }
    Prompt Label.wrong { color: $text-error; }
    Prompt Input { width: 1fr; min-width: 4; }
    """

    def __init__(self, question: str, value: str = "", check: Callable[[str], str] = lambda _: "") -> None:
        """`check` tells what is wrong with a text, in a few words, or nothing where it can be taken."""
        super().__init__()
        self._question = question
        self._value = value
        self._check = check
        self._wrong = Label("", markup=False, classes="wrong")

    def compose(self) -> ComposeResult:
        """The question, what is typed, what is wrong with it."""
        with Horizontal():
            question = Label(f" {self._question} ", markup=False)
            question.styles.width = cell_len(self._question) + 2
            yield question
            yield Input(self._value, compact=True)
            yield self._wrong

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_changed(self) -> None:
        """A new text is not judged before it is given."""
        self._wrong.update("")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take it, or say what is wrong."""
        message.stop()
        wrong = self._check(message.value)
        if wrong:
            self._wrong.update(f" {wrong} ")
        else:
            self.dismiss(message.value)
