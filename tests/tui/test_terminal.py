"""The app on a real terminal: what it leaves behind when it ends, however it ends."""

import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte
import pytest

SCRIPT = Path(__file__).with_name("run_app.py")
PATIENCE = 50
"""Seconds for whatever should take one or two: the machine may be busy."""

pytestmark = pytest.mark.timeout(180)


class Terminal:
    """A pseudo-terminal with the app on it."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (100, 30), variables: Mapping[str, str] | None = None
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.settings = termios.tcgetattr(slave)
        self.slave = slave
        inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        environ = {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(variables or {})}
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            env=environ,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            start_new_session=True,
        )
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.output = b""

    def read(self, wait: float = 0.05) -> bool:
        """Take what the app has written; False when there will be no more."""
        ready, _, _ = select.select([self.master], [], [], wait)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.output += data
        # pyte does not know the private prefixes of the kitty keyboard protocol.
        self.stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
        return bool(data)

    def until(self, text: str) -> None:
        self.until_so(lambda: text in "\n".join(self.screen.display))

    def until_so(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "\n".join(self.screen.display)
            assert self.process.poll() is None
            self.read()

    def until_not(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text in "\n".join(self.screen.display):
            assert time.monotonic() < deadline, "\n".join(self.screen.display)
            self.read()

    def end(self) -> int:
        """Read until the app has ended. Returns its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline
            self.read()
        while self.read(0.05) and select.select([self.master], [], [], 0.05)[0]:
            pass
        return self.process.returncode

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def assert_restored(self) -> None:
        for switched_off in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l"):
            assert self.output.rfind(switched_off) > self.output.rfind(switched_off[:-1] + _opposite(switched_off))
        assert termios.tcgetattr(self.slave)[:4] == self.settings[:4]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()
        for descriptor in (self.master, self.slave):
            with suppress(OSError):
                os.close(descriptor)


def _opposite(sequence: bytes) -> bytes:
    return b"h" if sequence.endswith(b"l") else b"l"


@contextmanager
def terminal(
    *arguments: str, size: tuple[int, int] = (100, 30), variables: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    opened = Terminal(*arguments, size=size, variables=variables)
    try:
        yield opened
    finally:
        opened.close()


def test_q_leaves_the_terminal_as_it_was() -> None:
    with terminal("20") as shown:
        shown.until("● WebSocket Live")
        os.write(shown.master, b"q")
        assert shown.end() == 0
        shown.assert_restored()
        assert shown.errors() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals) -> None:
    with terminal("20") as shown:
        shown.until("● WebSocket Live")
        shown.process.send_signal(number)
        assert shown.end() == 0
        shown.assert_restored()
        assert shown.errors() == ""


def test_a_vanished_terminal_ends_the_app() -> None:
    with terminal("50") as shown:
        shown.until("● WebSocket Live")
        os.close(shown.slave)
        os.close(shown.master)
        shown.process.wait(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("what", "words"), [("crash", "KeyError: 'made to break'"), ("crash-drawing", "AttributeError: 'str' object")]
)
def test_a_failure_is_one_line_and_a_report(
    what: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with terminal("0", what) as shown:
        assert shown.end() == 1
        shown.assert_restored()
        errors = shown.errors()
        assert errors.count("\n") == 1
        assert words in errors
        assert "Traceback" not in errors
    (report,) = tmp_path.rglob("crash-*.log")
    assert str(report) in errors
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "Traceback" in text
    assert words in text
    assert "100×30" in text
    assert "BookSnapshotSeen(" in text
    assert text.isprintable() or text.replace("\n", "").isprintable()


def test_hostile_text_does_not_steer_the_terminal() -> None:
    with terminal("0", "hostile") as shown:
        shown.until("[red]bold[/red]")
        assert "ORDER BOOK" in "\n".join(shown.screen.display)
        assert "owned" not in shown.screen.title
        assert b"\x9b5n" not in shown.output
        assert b"owned\x07" not in shown.output
        os.write(shown.master, b"q")
        assert shown.end() == 0


def test_a_terminal_that_takes_no_output_does_not_keep_the_app() -> None:
    with terminal("50") as shown:
        shown.until("● WebSocket Live")
        shown.process.send_signal(signal.SIGTERM)
        assert shown.process.wait(timeout=PATIENCE) in (0, 1)


def test_the_window_is_named_after_the_market_and_gets_its_old_name_back() -> None:
    with terminal("20") as shown:
        shown.until("● WebSocket Live")
        deadline = time.monotonic() + PATIENCE
        while not shown.screen.title.startswith("BTCUSD 64,21"):
            assert time.monotonic() < deadline
            shown.read()
        assert shown.screen.title.endswith(" ▲0.8% ●")
        os.write(shown.master, b"q")
        assert shown.end() == 0
        named = [shown.output.find(part) for part in (b"\x1b[22;2t", b"\x1b]2;BTCUSD", b"\x1b]2;\x1b\\\x1b[23;2t")]
        assert named == sorted(named)
        assert named[0] >= 0
        assert shown.output.count(b"\x1b[22;2t") == shown.output.count(b"\x1b[23;2t") == 1
        assert shown.output.rfind(b"\x1b]2;") == named[2], "no price stays behind"


def test_the_terminal_itself_says_how_large_it_is() -> None:
    with terminal("20", size=(100, 30), variables={"COLUMNS": "40", "LINES": "12"}) as shown:
        shown.until("WebSocket Live")
        shown.until_so(lambda: "? help" in shown.screen.display[-1] and "CHART" in shown.screen.display[1])
        fcntl.ioctl(shown.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        shown.screen.resize(24, 80)
        shown.screen.reset()
        os.killpg(shown.process.pid, signal.SIGWINCH)
        shown.until_so(lambda: "? help" in shown.screen.display[23])


def seconds_left(shown: Terminal) -> int:
    """Until the candle closes, which moves the whole chart: the countdown beside the tag of the price."""
    rows = shown.screen.display
    tag = next((at for at, row in enumerate(rows) if "◀" in row), 0)
    found = [re.search(r" 00:(\d\d) ", row) for row in (rows[tag + 1], rows[tag - 1])]
    return next((int(countdown[1]) for countdown in found if countdown), 0)


def age(shown: Terminal) -> int:
    """Whole seconds, as the status bar says."""
    said = re.search(r"age (\d+)s", shown.screen.display[-2])
    return int(said[1]) if said else 0


def test_an_idle_market_writes_only_the_ages() -> None:
    with terminal("0") as shown:
        shown.until_so(lambda: age(shown) >= 3 and seconds_left(shown) > 10)
        before, began = len(shown.output), age(shown)
        shown.screen.dirty.clear()
        shown.until_so(lambda: age(shown) >= began + 3)
        seconds = age(shown) - began
        for row in shown.screen.dirty:
            text = shown.screen.display[row]
            title, status = re.search(r" WS (quiet )?\d+s ", text), f"age {age(shown)}s" in text
            countdown = re.search(r"\d\d:\d\d  ", text)
            assert title or status or countdown, text
        assert len(shown.screen.dirty) < 7, [shown.screen.display[row] for row in sorted(shown.screen.dirty)]
        assert len(shown.output) - before < 3_300 * seconds


@pytest.mark.parametrize("size", [(1, 1), (20, 1), (100, 1), (7, 3), (30, 12), (60, 20)])
def test_it_starts_in_any_size(size: tuple[int, int]) -> None:
    with terminal("20", size=size) as shown:
        shown.until("64,21" if size[0] >= 20 else "…" if size[0] == 1 else "64,2")
        if size[0] >= 20:
            shown.until("●")
        os.write(shown.master, b"q")
        assert shown.end() == 0
        shown.assert_restored()
        assert shown.errors() == ""


PAGES = {b"?": "HELP", b"l": "EVENT LOG", b"m": "CONNECTION", b"\t": "WATCHLIST"}
LISTS = {b"/": "code or name", b"!": "ALERTS", b"i": "INDICATORS", b"\x10": "Search"}
VIEWS = {b"h": "HEATMAP", b"d": "DEPTH"}
ESCAPE = b"\x1b[27u"
"""As a terminal with the kitty protocol sends it: alone, it might be the beginning of something."""


def each_screen(shown: Terminal) -> Iterator[str]:
    """Every screen there is, one after the other, by the name of its key."""
    shown.until("WebSocket Live")
    yield "market"
    for key, words in {**PAGES, **LISTS}.items():
        os.write(shown.master, key)
        shown.until(words)
        yield words
        os.write(shown.master, ESCAPE)
        shown.until_not(words)
    for key, words in VIEWS.items():
        os.write(shown.master, key)
        shown.until(words)
        yield words


@pytest.mark.parametrize("size", [(120, 40), (40, 12)])
def test_ascii_leaves_nothing_else_in_any_cell(size: tuple[int, int]) -> None:
    with terminal("20", "", "ascii", size=size) as shown:
        screens = []
        for name in each_screen(shown):
            screens.append(name)
            strange = {char for row in shown.screen.display for char in row if ord(char) >= 0x80}
            assert strange == set(), name
        assert len(screens) == 11


COLOUR = re.compile(rb"\x1b\[([\d;]*)m")


def colours_in(output: bytes) -> set[bytes]:
    """The codes that choose a colour, but for the terminal's own."""
    codes = {code for match in COLOUR.finditer(output) for code in match[1].split(b";")}
    return {code for code in codes if code[:1] in b"349" and len(code) == 2 and code not in (b"39", b"49")} | {
        code for code in codes if code[:2] == b"10" and len(code) == 3
    }


def test_no_color_sends_no_colour() -> None:
    with terminal("20", variables={"NO_COLOR": "1"}) as shown:
        names = [*each_screen(shown)]
        assert len(names) == 11
        assert colours_in(shown.output) == set()
        assert re.search(rb"\x1b\[1[;m]", shown.output), "what matters is bold"
    with terminal("20") as shown:
        shown.until("WebSocket Live")
        assert colours_in(shown.output), "with colours there are some"


def test_sixteen_colours_are_the_terminals_own_and_none_is_on_a_ground_of_ours() -> None:
    with terminal("20", variables={"TERM": "xterm", "COLORTERM": ""}) as shown:
        shown.until("WebSocket Live")
        shown.until("ORDER BOOK")
        for row in shown.screen.buffer.values():
            for cell in row.values():
                assert cell.bg == "default"
                assert cell.fg in ("default", "red", "green", "brown", "blue", "magenta")


def press_mouse(shown: Terminal, x: int, y: int, button: int = 0, *, release: bool = True) -> None:
    """As a terminal or tmux with `mouse on` tells of a press, of a turn of the wheel with buttons 64 and 65."""
    os.write(shown.master, b"\x1b[<%d;%d;%dM" % (button, x + 1, y + 1))
    if release:
        os.write(shown.master, b"\x1b[<%d;%d;%dm" % (button, x + 1, y + 1))


def test_wheel_and_click_arrive() -> None:
    with terminal("20", size=(100, 30)) as shown:
        shown.until("WebSocket Live")
        shown.until("? help")
        press_mouse(shown, shown.screen.display[-1].index("? help") + 1, 29)
        shown.until("HELP")
        shown.until(" 1–29 of ")
        press_mouse(shown, 50, 15, 65, release=False)
        shown.until(" 4–32 of ")
        press_mouse(shown, 50, 15, 64, release=False)
        shown.until(" 1–29 of ")
        press_mouse(shown, 3, 0)
        shown.until("ORDER BOOK")
        book = next(x for row in shown.screen.display if (x := row.find("ORDER BOOK")) >= 0)
        shown.until("64,218 ")
        ask = next(y for y, row in enumerate(shown.screen.display) if row[book:].strip().startswith("64,218 "))
        press_mouse(shown, book + 5, ask)
        shown.until("buy to")


def test_what_is_copied_goes_to_the_clipboard_of_the_terminal() -> None:
    with terminal("0") as shown:
        shown.until("● WebSocket Live")
        os.write(shown.master, b"y")
        shown.until("copied 64210")
        assert b"\x1b]52;c;" + base64.b64encode(b"64210") + b"\a" in shown.output


def test_a_saved_file_takes_and_leaves_mouse_and_name_of_the_window() -> None:
    with terminal("20", "settings") as shown:
        shown.until("mouse, title: as saved.")
        for off in (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l"):
            assert off in shown.output
        shown.until("mouse: as saved.")
        assert shown.output.rfind(b"\x1b[?1003h") > shown.output.rfind(b"\x1b[?1003l")
        deadline = time.monotonic() + 20
        while b"\x1b[23;2t" not in shown.output:
            assert time.monotonic() < deadline
            shown.read()
        os.write(shown.master, b"q")
        assert shown.end() == 0
        assert shown.output.count(b"\x1b[22;2t") == shown.output.count(b"\x1b[23;2t") == 1
        shown.assert_restored()
