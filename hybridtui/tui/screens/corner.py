"""Lists in the corner of the market, which goes on behind them: one row is pointed at, with keys or the wheel."""

from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp, Resize
from textual.screen import ModalScreen
from textual.widget import Widget

Rows = TypeVar("Rows", bound=Widget)
_BARS = 2
"""Rows of status bar and footer, left free where there is room."""


class CornerScreen(ModalScreen[None], Generic[Rows]):
    """Shows `list` in the corner, above the status bar where there is room."""

    DEFAULT_CSS = """
    CornerScreen { background: transparent; align: right bottom; }
    """
    list: Rows
    """What is shown."""
    list_width = 44
    """Its width where there is room, in cells."""

    def list_height(self) -> int:
        """The rows that the whole list takes."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Nothing but the list."""
        yield self.list

    def on_resize(self, event: Resize) -> None:
        """The corner has moved."""
        self.place(*event.size)

    def place(self, width: int, height: int) -> None:
        """Give the list its place on a screen of this size."""
        wanted = self.list_height()
        free = height - _BARS if height >= wanted + _BARS else height
        self.list.styles.width = min(self.list_width, width)
        self.list.styles.height = min(wanted, free)
        self.list.styles.margin = (0, 0, height - free, 0)

    def action_point(self, steps: int) -> None:
        """Move the pointer, from the last row to the first one and back."""
        raise NotImplementedError

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        self.action_point(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        self.action_point(-1)
