"""Runs the user's command when an alert fired: a program and its arguments, no shell, with JSON on its standard input.

Not more than a few at the same time, none for longer than its time limit, and none longer than this program. What goes
wrong is one sentence, never an exception.
"""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence

MOST_AT_ONCE = 2
MOST_WAITING = 8
TIME_LIMIT = 10.0
"""Seconds a command may take."""
LEAVE = 1.0
"""Seconds that commands still have when the program ends."""
_SAID_MOST = 2000


class CommandRunner:
    """Runs one command again and again, each time with other input."""

    def __init__(self, words: Sequence[str], complain: Callable[[str], object], time_limit: float = TIME_LIMIT) -> None:
        """`complain` takes one sentence about what went wrong."""
        self._words = tuple(words)
        self._complain = complain
        self._time_limit = time_limit
        self._waiting: deque[bytes] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self.runs = 0
        """How many have been started."""

    def run(self, message: bytes) -> None:
        """Run it with this input as soon as there is room; where too many wait, the oldest is given up."""
        if len(self._running) < MOST_AT_ONCE:
            self._start(message)
            return
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self._say(f"is slower than the alerts, so one was not told to it ({MOST_WAITING} are waiting)")
        self._waiting.append(message)

    async def close(self) -> None:
        """Let those that run end, but not for long; start none."""
        self._waiting.clear()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=LEAVE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, message: bytes) -> None:
        self.runs += 1
        task = asyncio.get_running_loop().create_task(self._one(message), name="alert command")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            raise bug
        if self._waiting and not task.cancelled():
            self._start(self._waiting.popleft())

    async def _one(self, message: bytes) -> None:
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._words, stdin=pipe, stdout=nowhere, stderr=pipe, start_new_session=True
            )
        except OSError as error:
            self._say(f"cannot be run: {error.strerror}")
            return
        try:
            async with asyncio.timeout(self._time_limit):
                said = await _talk(process, message)
            if process.returncode:
                self._say(f"ended with {_exit_text(process.returncode)}{_first_line(said)}")
        except TimeoutError:
            self._say(f"did not end within {self._time_limit:g} s and was stopped")
        finally:
            await _put_down(process)

    def _say(self, what: str) -> None:
        self._complain(f"the alert command {os.path.basename(self._words[0])} {what}")  # noqa: PTH119 - a word


async def _talk(process: asyncio.subprocess.Process, message: bytes) -> bytes:
    """Give it its input, and wait for its end. Returns the beginning of what it complained of."""
    assert process.stdin is not None
    assert process.stderr is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nobody has to read
        process.stdin.write(message)
        await process.stdin.drain()
    process.stdin.close()
    said = b""
    while piece := await process.stderr.read(4096):
        said += piece[: max(_SAID_MOST - len(said), 0)]
    await process.wait()
    return said


async def _put_down(process: asyncio.subprocess.Process) -> None:
    """End it with all its children, if it has not ended, and let nothing of it be left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _exit_text(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"


def _first_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return f": {lines[0][:200]}" if lines else ""
