"""The program in a terminal of its own: a pseudo-terminal whose other end is read as fast as it is written."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_=>])")


class Output(NamedTuple):
    """Something the program wrote."""

    at: float
    """When it arrived, monotonic seconds."""
    data: bytes


class Terminal:
    """A running program and everything it has written so far."""

    def __init__(self, pid: int, master: int, began: float) -> None:
        self.pid = pid
        self.began = began
        """When it was started, monotonic seconds."""
        self.outputs: list[Output] = []
        self._master = master
        self._closing = threading.Event()
        self._arrived = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, seen: Callable[[bytes], bool], patience: float = 20.0) -> float:
        """When that was seen for the first time in the text written so far, escapes removed; monotonic seconds.

        Raises TimeoutError where it is not seen in time.
        """
        deadline, done, text = time.monotonic() + patience, 0, b""
        with self._arrived:
            while True:
                for output in self.outputs[done:]:
                    text += output.data
                    if seen(_ESCAPES.sub(b"", text)):
                        return output.at
                done = len(self.outputs)
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"not seen in {patience:g} s; the last was {text[-400:]!r}")

    def press(self, keys: str) -> None:
        """Type something."""
        os.write(self._master, keys.encode())

    @property
    def written(self) -> int:
        """How many bytes it has written so far."""
        return sum(len(output.data) for output in self.outputs)

    def close(self) -> None:
        """End the program and wait for it."""
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.01)
        self._closing.set()
        self._reader.join()
        os.close(self._master)

    def _read(self) -> None:
        while not self._closing.is_set():
            if not select.select([self._master], [], [], 0.2)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            now = time.monotonic()
            with self._arrived:
                self.outputs.append(Output(now, data))
                self._arrived.notify_all()


@contextmanager
def app(
    arguments: Sequence[str], *, width: int = 120, height: int = 40, memory: Path | None = None
) -> Iterator[Terminal]:
    """Run `python -m hybridtui` with these arguments in a terminal of this size.

    `memory` is the user's cache directory; an empty one where None.
    """
    with tempfile.TemporaryDirectory() as empty:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _become([sys.executable, "-m", "hybridtui", *arguments], slave, memory or Path(empty))
        os.close(slave)
        terminal = Terminal(pid, master, began)
        try:
            yield terminal
        finally:
            terminal.close()


def _become(command: Sequence[str], terminal: int, cache: Path) -> None:
    """In the child: take the terminal and run the command."""
    try:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for number in (0, 1, 2):
            os.dup2(terminal, number)
        os.closerange(3, 256)
        os.chdir(ROOT)
        unwanted = ("PYTHONDONTWRITEBYTECODE", "NO_COLOR", "LINES", "COLUMNS")
        kept = {name: value for name, value in os.environ.items() if name not in unwanted}
        kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "XDG_CACHE_HOME": str(cache)}
        kept |= {"XDG_STATE_HOME": str(cache / "state"), "XDG_CONFIG_HOME": str(cache / "config")}
        os.execve(command[0], list(command), kept)
    finally:
        os._exit(127)
