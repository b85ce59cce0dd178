"""A terminal that may vanish: the driver of Textual, made to notice, and never to wait for one that is gone."""

import asyncio
import sys
import termios
from collections.abc import Callable
from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver

_ALTERNATE_SCREEN = "\x1b[?1049h"
_KEEP_NAME, _OLD_NAME = "\x1b[22;2t", "\x1b[23;2t"
"""The name of the window is put on the terminal's stack of names, and taken from there."""


def _name_of_window(name: str) -> str:
    return f"\x1b]2;{name}\x1b\\"


class VanishingFile:
    """Writes to a terminal; once that has failed, writes go nowhere and `gone` has been called."""

    def __init__(self, file: IO[str], gone: Callable[[], object]) -> None:
        self._file = file
        self._gone = gone
        self._vanished = False
        self.written = 0
        """Bytes so far."""

    def write(self, text: str) -> None:
        """Write, unless the terminal is gone."""
        self.written += len(text) if text.isascii() else len(text.encode(errors="replace"))
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Flush, unless the terminal is gone."""
        self._attempt(self._file.flush)

    def fileno(self) -> int:
        """The file descriptor."""
        return self._file.fileno()

    def _attempt(self, act: Callable[[], object]) -> None:
        if self._vanished:
            return
        try:
            act()
        except OSError:
            self._vanished = True
            self._gone()


class TerminalDriver(LinuxDriver):
    """Ends the app when the terminal has vanished; its writer thread never dies, so nobody waits for it for ever."""

    take_over: Callable[[], object] | None = None
    """Called when the terminal is taken over from someone who is on the alternate screen already; None where nobody is.

    What that one has painted stays until the first frame: entering once more would clear it on some terminals.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._loop = asyncio.get_running_loop()
        self._entered = False
        self._named = False
        # Textual draws on stderr; on stdout the picture stays where it is when errors are sent to a file.
        screen = sys.__stdout__ or self._file
        self._file: Any = VanishingFile(screen, self._vanished)

    def start_application_mode(self) -> None:
        """Take the terminal, for the first time or after having been suspended."""
        take_over, self.take_over = self.take_over, None
        self._entered = take_over is not None
        if take_over is not None:
            take_over()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._entered = False

    def stop_application_mode(self) -> None:
        """Give the terminal back, its window named as before. What keeps no names gets an empty one: no old price."""
        self.unname_window()
        super().stop_application_mode()

    @property
    def written(self) -> int:
        """Bytes written to the terminal so far."""
        file: VanishingFile = self._file
        return file.written

    def name_window(self, name: str) -> None:
        """Name the terminal's window, or the pane; `name` must be without control characters."""
        assert name.isprintable(), "a name cannot steer the terminal"
        if not self._named:
            self._named = True
            self.write(_KEEP_NAME)
        self.write(_name_of_window(name))

    def unname_window(self) -> None:
        """Name the window as it was before us."""
        if self._named:
            self._named = False
            self.write(f"{_name_of_window('')}{_OLD_NAME}")

    def use_mouse(self, wanted: bool) -> None:
        """Take the mouse from the terminal, or leave it to that."""
        if not wanted:
            self._disable_mouse_support()
        self._mouse = wanted
        if wanted:
            self._enable_mouse_support()

    def write(self, data: str) -> None:
        """Write to the terminal, but do not enter the alternate screen twice."""
        if not (self._entered and data == _ALTERNATE_SCREEN):
            super().write(data)

    def _vanished(self) -> None:
        """Called from the writer thread."""
        self._loop.call_soon_threadsafe(self._app.exit)


def driver_taking_over(take_over: Callable[[], object]) -> type[TerminalDriver]:
    """The driver for a terminal on which a first picture stands."""
    return type("PaintedTerminalDriver", (TerminalDriver,), {"take_over": staticmethod(take_over)})


def terminal_gone() -> bool:
    """True where standard input was a terminal that has hung up; reading it would spin."""
    stdin = sys.__stdin__
    if stdin is None or stdin.closed:
        return True
    try:
        termios.tcgetattr(stdin.fileno())
    except termios.error as error:
        return error.args[:1] == (5,)
    return False
