"""The demo exchange in a process of its own, which cannot outlive the one that started it.

The child ends when the pipe on its standard input ends, and that end is closed by the system when this process ends in
whatever way. On Linux it also asks the kernel for a signal; that comes when the *thread* that started it ends, so start
it from one that lives as long as the demo is wanted.
"""

import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import hybridtui
from hybridtui.demo.run import DemoError, DemoSettings


class DemoProcess:
    """A running child; a context manager that ends it."""

    def __init__(self, child: "subprocess.Popen[bytes]", rest_url: str, ws_url: str) -> None:
        self._child = child
        self.rest_url = rest_url
        """The base of the REST paths."""
        self.ws_url = ws_url
        """Where WebSockets connect to."""

    @property
    def pid(self) -> int:
        """The number of the child process."""
        return self._child.pid

    def close(self) -> None:
        """End the child and wait for it; more than once is fine."""
        _end(self._child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()


def start_demo(settings: DemoSettings = DemoSettings(), *, timeout: float = 15.0) -> DemoProcess:  # noqa: B008
    """Start the demo exchange and wait until it listens, at most `timeout` seconds.

    Raises DemoError, with what the child said where it said something.
    """
    root = str(Path(hybridtui.__file__).parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-m", "hybridtui.demo", "--until-eof", *_arguments(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in the terminal is for the app, which ends the demo itself
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    try:
        rest_url, ws_url = _addresses(child, time.monotonic() + timeout)
    except BaseException:
        _end(child)
        raise
    return DemoProcess(child, rest_url, ws_url)


def _arguments(settings: DemoSettings) -> list[str]:
    named = {
        "--host": settings.host,
        "--port": settings.port,
        "--seed": settings.seed,
        "--rate": settings.rate,
        "--recording": settings.recording,
        "--clock": settings.clock_file,
        "--warmup": settings.warmup,
        "--scenario": settings.scenario,
    }
    faults = [f"--fault={fault}" for fault in settings.faults]
    return [f"{name}={value}" for name, value in named.items() if value is not None] + faults


def _addresses(child: "subprocess.Popen[bytes]", deadline: float) -> tuple[str, str]:
    """Read what the child says until it tells where it listens."""
    assert child.stdout is not None
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            part = os.read(child.stdout.fileno(), 4096)
            said += part
            for line in said.decode(errors="replace").splitlines(keepends=True):
                words = line.split()
                if line.endswith("\n") and len(words) == 4 and words[::2] == ["REST", "WebSocket"]:
                    return words[1], words[3]
            if not part:
                last = said.decode(errors="replace").strip().splitlines()[-1:]
                raise DemoError(f"The demo exchange did not start: {' '.join(last) or 'it ended without a word.'}")
    raise DemoError("The demo exchange did not start in time: try again, or use the real exchange.")


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Close the pipe, which ends it; what does not end by itself is terminated, then killed."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.close()
    for last_word in (child.terminate, child.kill, None):
        try:
            child.wait(timeout=3)
            break
        except subprocess.TimeoutExpired:
            assert last_word is not None, "a killed process has to end"
            last_word()
    child.stdout.close()
