"""The first picture on a real terminal: there before the screen's toolkit, true, and never a blank between it and live.

The exchange is the demo exchange behind real sockets; the terminal is a pseudo-terminal read by pyte.
"""

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
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from platformdirs import user_cache_path

from hybridtui import firstpaint
from hybridtui.cli import cli, places
from hybridtui.demo.process import DemoProcess, start_demo
from hybridtui.demo.run import DemoSettings
from hybridtui.firstpaint import (
    FLAGS,
    OPTIONS,
    SETTINGS,
    cache_directory,
    first_paint,
    last_market,
    plain_settings,
    render_picture,
    settings_path,
    state_directory,
)
from hybridtui.market.watchlist import LAST_MARKET, LastMarket
from hybridtui.settings import Settings
from hybridtui.store.choices import Choices
from hybridtui.store.database import FILE_NAME
from hybridtui.store.picture import FOLDER, Picture
from hybridtui.store.settings_file import understood

ROOT = Path(__file__).resolve().parents[1]
COLUMNS, LINES = 120, 40
UNKNOWN_TO_PYTE = (b"\x1b[>25u", b"\x1b[<u", b"\x1b[?2026$p", b"\x1b[?2048$p")
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
DONE, FIRST_OF_TOOLKIT = b"\x1b[?2026l", b"\x1b[?1000h"
"""The end of the first picture, and what Textual writes first, the alternate screen left out."""
PATIENCE = 50
"""Seconds for whatever should take one or two: the machine may be busy."""

pytestmark = pytest.mark.timeout(180)


class Program:
    """The program on a pseudo-terminal, and the terminal as its user sees it."""

    def __init__(self, arguments: Sequence[str], cache: Path, size: tuple[int, int], **environment: str) -> None:
        columns, lines = size
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.settings = termios.tcgetattr(self.slave)
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
        kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        kept |= {name: str(cache) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hybridtui", *arguments],
            cwd=ROOT,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=kept | environment,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            start_new_session=True,
        )
        self.screen = pyte.Screen(columns, lines)
        self.output = b""
        self.steps: list[bytes] = []
        self._stream = pyte.ByteStream(self.screen)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def row(self, y: int) -> str:
        """One row of the screen; much quicker than all of them."""
        return "".join(self.screen.buffer[y][x].data for x in range(self.screen.columns))

    def read(self) -> None:
        """Take in all that was written."""
        self.step()
        while self.steps:
            self._stream.feed(self.steps.pop(0))

    def step(self) -> None:
        """Take in what was written next: one escape sequence and the text behind it."""
        if not self.steps and select.select([self.master], [], [], 0.05)[0]:
            with suppress(OSError):
                data = os.read(self.master, 65536)
                self.output += data
                for sequence in UNKNOWN_TO_PYTE:
                    data = data.replace(sequence, b"")
                first, *others = data.split(b"\x1b")
                self.steps = [first, *(b"\x1b" + step for step in others)]
        if self.steps:
            self._stream.feed(self.steps.pop(0))

    def until(self, *words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not all(word in self.text for word in words):
            assert time.monotonic() < deadline, self.text
            assert self.process.poll() is None or self.steps, self.text
            self.read()

    def until_painted(self, *words: str) -> None:
        """Take in the first picture and nothing after it, however much has been written by now; it has these words."""
        deadline = time.monotonic() + PATIENCE
        while not (self.steps and self.steps[0].startswith(DONE)):
            assert time.monotonic() < deadline, self.text
            assert self.process.poll() is None or self.steps, self.text
            self.step()
        assert all(word in self.text for word in words), self.text

    def quit(self) -> int:
        os.write(self.master, b"q")
        return self.end()

    def end(self) -> int:
        """Wait for the end. Returns the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None or select.select([self.master], [], [], 0.05)[0] or self.steps:
            assert time.monotonic() < deadline, self.text
            self.read()
        return self.process.returncode

    def assert_restored(self) -> None:
        for off in (LEAVE, b"\x1b[?25h", b"\x1b[?7h"):
            assert self.output.rfind(off) > self.output.rfind(off[:-1] + (b"l" if off.endswith(b"h") else b"h")), off
        assert termios.tcgetattr(self.slave)[:4] == self.settings[:4]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture(scope="module")
def exchange() -> Iterator[DemoProcess]:
    with start_demo(DemoSettings(seed=3), timeout=50) as running:
        yield running


def addresses(exchange: DemoProcess) -> list[str]:
    return ["--rest-url", exchange.rest_url, "--ws-url", exchange.ws_url]


@contextmanager
def program(
    arguments: Sequence[str], cache: Path, size: tuple[int, int] = (COLUMNS, LINES), **environment: str
) -> Iterator[Program]:
    opened = Program(arguments, cache, size, **environment)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def cache(exchange: DemoProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run of the program that saw the market live has left behind."""
    folder = tmp_path_factory.mktemp("cache")
    with program(["BTCUSD", *addresses(exchange)], folder) as shown:
        shown.until("● WebSocket Live", "TRADES")
        assert shown.quit() == 0
    assert list((folder / "hybridtui" / FOLDER).iterdir())
    return folder


def price_of(line: str) -> str:
    """The last price in the header, "" where there is none: the number behind the market, and an arrow or a blank."""
    found = re.match(r" \S+ ([\d,.]*\d)[▲▼ ] ", line)
    return found[1] if found else ""


def test_from_the_first_picture_on_there_is_always_a_price_and_never_a_lie(exchange: DemoProcess, cache: Path) -> None:
    with program(["btc/usd", *addresses(exchange)], cache) as shown:
        deadline = time.monotonic() + PATIENCE
        while "Starting" not in shown.row(LINES - 2):
            assert time.monotonic() < deadline, shown.text
            shown.step()
        seen: list[str] = []
        while not (seen and "● WebSocket Live" in seen[-1]) or "CACHED" in shown.row(1):
            assert time.monotonic() < deadline, shown.text
            shown.step()
            header, titles = shown.row(0), shown.row(1)
            assert price_of(header), shown.text
            assert "ORDER BOOK" in titles, shown.text
            assert re.search(r"\d\d,\d{3}", shown.row(10)), shown.text
            if header not in seen[-1:]:
                seen.append(header)
            truth = titles.partition("ORDER BOOK")[2]
            assert not ("CACHED" in truth and "✓" in truth), titles
        assert seen[0].rstrip().endswith("ago)")
        assert any("○ Connecting" in line for line in seen)
        assert FIRST_OF_TOOLKIT not in shown.output.partition(DONE)[0]
        assert shown.output.count(ENTER) == 1, "entering twice clears the screen on some terminals"
        assert b"\x1b[2J" not in shown.output.partition(b"Starting")[2]
        assert shown.quit() == 0
        shown.assert_restored()


def test_the_picture_alone_says_that_it_is_old(exchange: DemoProcess, cache: Path) -> None:
    with program(["BTCUSD", *addresses(exchange)], cache) as shown:
        shown.until_painted("CACHED", "ago)", "Starting", "ORDER BOOK", "TRADES", "CHART")
        picture = shown.text
        assert "Live" not in picture
        assert "✓" not in picture
        titles = [line for line in shown.screen.display if "CHART" in line or "ORDER BOOK" in line or "TRADES" in line]
        assert sum(line.count("CACHED ") for line in titles) == 3
        assert shown.screen.cursor.hidden
        assert shown.screen.display[LINES - 2].startswith(" ○ Starting · remembered, not live")
        colours = {shown.screen.buffer[y][x].fg for y in range(LINES) for x in range(COLUMNS)}
        assert len(colours) > 3


def test_a_terminal_of_another_size_gets_the_price_and_its_age(exchange: DemoProcess, cache: Path) -> None:
    with program(["BTCUSD", *addresses(exchange)], cache, (60, 20)) as shown:
        shown.until_painted("CACHED", "Starting")
        assert price_of(shown.screen.display[0])
        assert "ORDER BOOK" not in shown.text
        assert shown.screen.display[19].startswith(" ○ Starting")
        shown.until("● W")
        assert shown.quit() == 0


def test_another_kind_of_terminal_gets_no_colours(exchange: DemoProcess, cache: Path) -> None:
    with program(["BTCUSD", *addresses(exchange)], cache, NO_COLOR="1") as shown:
        shown.until_painted("CACHED", "ago)", "ORDER BOOK", "Starting")
        picture = shown.output.partition(b"Starting")[0]
        assert {step.partition(b"m")[0] for step in picture.split(b"\x1b[") if b"m" in step[:3]} <= {b"2", b"0"}
        assert b"38;2" not in picture
        assert b"48;2" not in picture


@pytest.mark.parametrize(
    "arguments",
    [["ETHUSD"], ["BTCUSD", "--timeframe", "5m"], ["BTCUSD", "--timeframe=5m"], ["BTCUSD", "--nope"], ["--version"]],
)
def test_nothing_is_shown_of_what_was_not_asked_for(exchange: DemoProcess, cache: Path, arguments: list[str]) -> None:
    with program([*arguments, *addresses(exchange)], cache) as shown:
        deadline = time.monotonic() + PATIENCE
        while b"\x1b[?1003h" not in shown.output and shown.process.poll() is None:
            assert time.monotonic() < deadline
            shown.read()
        assert b"CACHED" not in shown.output
        assert b"ago)" not in shown.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_starting_leaves_the_terminal_as_it_was(
    exchange: DemoProcess, cache: Path, number: signal.Signals
) -> None:
    with program(["BTCUSD", *addresses(exchange)], cache) as shown:
        shown.until_painted("CACHED")
        shown.process.send_signal(number)
        assert shown.end() in (-number, 0)
        shown.assert_restored()


def test_what_is_typed_while_starting_is_not_echoed_and_not_lost(exchange: DemoProcess, cache: Path) -> None:
    with program(["BTCUSD", *addresses(exchange)], cache) as shown:
        shown.until_painted("CACHED", "Starting")
        assert shown.quit() == 0
        assert shown.output.partition(DONE)[2].startswith(FIRST_OF_TOOLKIT)
        shown.assert_restored()


def test_a_refusal_is_read_on_the_terminal_as_it_was(exchange: DemoProcess, cache: Path) -> None:
    with program(["BTCUSD", *addresses(exchange), "--fps", "99"], cache) as shown:
        assert shown.end() == 2
        before, _, after = shown.output.partition(LEAVE)
        assert ENTER in before
        assert after.startswith(b"hybridtui: ")
        assert b"--fps" in after
        shown.assert_restored()


def test_a_damaged_memory_is_moved_aside_and_the_screen_says_so(exchange: DemoProcess, tmp_path: Path) -> None:
    folder = tmp_path / "hybridtui"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(b"this is no database" * 1000)
    with program(["BTCUSD", *addresses(exchange)], tmp_path, (200, 40)) as shown:
        shown.until("The remembered market was damaged")
        assert list(folder.glob(f"{FILE_NAME}.damaged-*"))
        assert shown.quit() == 0


def test_the_demo_has_no_past(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firstpaint, "_terminal_size", lambda _environment: (COLUMNS, LINES))
    monkeypatch.setattr(firstpaint, "load_picture", lambda *_: pytest.fail("looked for a picture"))
    for arguments, environment in ((["--demo"], {}), (["BTCUSD", "--demo"], {}), ([], {"HYBRIDTUI_DEMO": "1"})):
        assert not first_paint(arguments, environment).shown


def test_without_a_terminal_nothing_is_painted() -> None:
    assert not first_paint(["BTCUSD"], {"TERM": "dumb"}).shown
    assert not first_paint(["BTCUSD"], {}).shown


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (100, [" BTC/USD 64,213▲  +0.80%", "(3 h ago) "]),
        (34, [" BTC/USD 64,213▲ ", " CACHED "]),
        (20, ["64,213▲ ", "CACHED "]),
    ],
)
def test_price_and_age_come_before_all_else(width: int, words: list[str]) -> None:
    now = 1_790_134_380_000
    remembered = Picture(
        saved_at=now - 3 * 3_600_000,
        size=(width, 1),
        colours="",
        title="",
        state="",
        header=[" BTC/USD", " 64,213▲ ", " +0.80%", "   H 65,000  L 63,000"],
        rows=[],
    )
    screen = pyte.Screen(width, 1)
    pyte.Stream(screen).feed(render_picture(remembered, (width, 1), "", now))
    [line] = screen.display
    assert line.strip().startswith(words[0].strip())
    assert words[1] in line
    assert line.endswith(" ")


def test_it_means_what_the_command_line_means() -> None:
    settings = Settings()
    defaults = (firstpaint.SYMBOL, firstpaint.TIMEFRAME, firstpaint.REST_URL)
    assert defaults == (settings.symbol, settings.timeframe, settings.rest_url)
    options = {
        name
        for parameter in cli.commands["screen"].params
        if isinstance(parameter, click.Option) and not parameter.is_flag
        for name in parameter.opts
    }
    assert options - {"--seed", "--recording", "--clock"} >= OPTIONS
    switches = {
        name
        for parameter in cli.commands["screen"].params
        if isinstance(parameter, click.Option) and parameter.is_flag
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert switches - {"--demo", "--ascii", "--no-ascii"} == FLAGS


def test_it_looks_where_the_program_remembers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for environment in ({"XDG_CACHE_HOME": str(tmp_path)}, {"XDG_CACHE_HOME": " "}):
        monkeypatch.setenv("XDG_CACHE_HOME", environment["XDG_CACHE_HOME"])
        assert cache_directory(environment) == str(user_cache_path("hybridtui", appauthor=False))


def test_it_remembers_what_the_program_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for home in (str(tmp_path), " "):
        monkeypatch.setenv("XDG_STATE_HOME", home)
        assert state_directory({"XDG_STATE_HOME": home}) == str(places.state_directory())
    assert last_market(str(tmp_path)) == {}
    for chosen in (LastMarket("BTCF0:USTF0", "14D"), LastMarket("", "1m"), LastMarket("a\\", "b\u2028")):
        Choices(tmp_path).put(LAST_MARKET, chosen)
        read = {"symbol": "", "timeframe": ""} | last_market(str(tmp_path))
        assert read == {"symbol": chosen.symbol.rstrip("\\a"), "timeframe": chosen.timeframe}


@pytest.mark.parametrize(
    "text", ["", '"', '":', '"symbol": "', "symbol: ETH", '{"symbol": 3, "timeframe": null}', "[["]
)
def test_a_memory_that_is_not_ours_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / f"{LAST_MARKET}.json").write_text(text)
    found = last_market(str(tmp_path))
    assert not any(found.get(name) for name in ("symbol", "timeframe"))


def test_without_a_symbol_the_last_one_comes_back(exchange: DemoProcess, tmp_path: Path) -> None:
    with program(["BTCUSD", *addresses(exchange)], tmp_path) as shown:
        shown.until("● WebSocket Live")
        os.write(shown.master, b"/")
        shown.until("MARKETS", " ETH/USD")
        os.write(shown.master, b"eth")
        shown.until("▸  ETH/USD")
        os.write(shown.master, b"\r")
        shown.until("ETH/USD 3", "● WebSocket Live")
        os.write(shown.master, b"]")
        shown.until("CHART 5m candles  C 3,")
        assert shown.quit() == 0
    with program(addresses(exchange), tmp_path) as shown:
        shown.until_painted("Starting", "ETH/USD 3", "CHART 5m", "ago)")
        assert FIRST_OF_TOOLKIT not in shown.output.partition(DONE)[0], "before the toolkit"
        shown.until("ETH/USD 3", "● WebSocket Live", "CHART 5m candles")
        assert shown.quit() == 0


def test_it_imports_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import hybridtui.firstpaint; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"asyncio", "click", "msgspec", "pathlib", "re", "rich", "sqlite3", "textual", "typing"}
    assert set(done.stdout.split()) & heavy == set()


def test_it_finds_the_settings_where_the_program_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for home in (str(tmp_path), " "):
        monkeypatch.setenv("XDG_CONFIG_HOME", home)
        assert settings_path({"XDG_CONFIG_HOME": home}) == str(places.settings_path())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ""),
        ("# symbol = 'x'\n# a.symbol = 1\nfps = 3\n", ""),
        ("symbol = \"ETHUSD\" # mine\ntimeframe='5m'\n[looks]\nascii = true\n[timings]\ngrace = 1\n", "ETHUSD 5m true"),
        ('looks.ascii = false\nrest_url = "https://example.com/v2"\n', "false https://example.com/v2"),
        ('symbol = """\nETHUSD"""', None),
        ('symbol = "ETH\\u0055SD"', None),
        ("symbol = ETHUSD", None),
        ('symbol = "a"\nsymbol = "b"', None),
        ("symbol = ['a']", None),
    ],
)
def test_plain_settings_are_understood_and_doubtful_ones_are_not(text: str, found: str | None, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    read = plain_settings(str(path))
    assert (read is None) == (found is None)
    assert " ".join((read or {}).values()) == (found or "")
    full = understood(path, text.encode())
    if read is not None:
        assert full.problems == ()
        meant = {name.rpartition(".")[2]: str(value).removesuffix("e") for name, value in full.values.items()}
        assert all(str(meant[name]).lower() == value.removesuffix("e").lower() for name, value in read.items())


@given(
    values=st.dictionaries(st.sampled_from(sorted(SETTINGS)), st.text("abc\"'# =\\[]", max_size=5), max_size=4),
    rest=st.text("a=\"'[]#\n ", max_size=20),
)
def test_what_it_takes_for_settings_is_what_the_parser_reads(
    values: dict[str, str], rest: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    path.write_text("\n".join(f"{name} = '{value}'" for name, value in values.items()) + rest, encoding="utf-8")
    read = plain_settings(str(path))
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError:
        return  # refused a moment later
    for name, value in (read or {}).items():
        assert document.get(name) == value or value in ("true", "false")


def test_the_settings_decide_which_picture_is_shown(exchange: DemoProcess, cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hybridtui"
    folder.mkdir()
    (folder / "settings.toml").write_text(
        f'symbol = "btc/usd"\nrest_url = "{exchange.rest_url}"\nws_url = "{exchange.ws_url}"\nmouse = false\n'
    )
    with program([], cache, XDG_CONFIG_HOME=str(tmp_path)) as shown:
        shown.until_painted("CACHED", "ago)", "ORDER BOOK")
        shown.until("● WebSocket Live")
        assert b"\x1b[?1000h" not in shown.output
        assert shown.quit() == 0
    (folder / "settings.toml").write_text('symbol = "ETHUSD"\n')
    with program(addresses(exchange), cache, XDG_CONFIG_HOME=str(tmp_path)) as shown:
        shown.until("ETH/USD")
        assert b"CACHED" not in shown.output.partition(b"ETH/USD")[0]
    (folder / "settings.toml").write_text("[looks]\nascii = true\n")
    with program(["BTCUSD", *addresses(exchange)], cache, XDG_CONFIG_HOME=str(tmp_path)) as shown:
        shown.until("* WebSocket Live")
        assert shown.text.isascii()
        assert shown.output.isascii()
