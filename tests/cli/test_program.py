"""The command line: what is meant is understood, what cannot be meant is one line and exit code 2."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hybridtui import __version__
from hybridtui.cli import main
from hybridtui.server.faults import FAULTS
from hybridtui.settings import checked_url


def refusal(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(args))
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("hybridtui: ")
    return shown.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["BT$"], ["BT$", "not a trading pair"]),
        ([""], ["No pair was given"]),
        (["BTC USD USD"], ["not a trading pair"]),
        (["BTCUSD", "--timeframe", "2m"], ["--timeframe", "2m"]),
        (["BTCUSD", "--mode", "telepathy"], ["--mode", "telepathy"]),
        (["BTCUSD", "--fps", "0"], ["--fps", "0"]),
        (["BTCUSD", "--fps", "many"], ["--fps", "many"]),
        (["--rest-url", "ftp://x"], ["--rest-url", "https://"]),
        (["--rest-url", "http://example.com/v2"], ["--rest-url", "without encryption"]),
        (["--ws-url", "wss://"], ["--ws-url", "names a host"]),
        (["--ws-url", "wss://host:port/"], ["--ws-url"]),
        (["--ws-url", "wss://user:secret@host/"], ["--ws-url", "more than"]),
        (["BTCUSD", "E$"], ["E$", "not a trading pair"]),
        (["--nope"], ["--nope"]),
        (["--recording", __file__], ["--demo"]),
        (["--log-file", "/nonexistent/folder/log"], ["/nonexistent/folder/log", "cannot be written"]),
        (["demo", "--port", "99999"], ["--port", "99999"]),
        (["demo", "--recording", "/nonexistent"], ["/nonexistent"]),
        (["demo", "--fault", "frezze"], ["frezze", "did you mean freeze"]),
        (["demo", "--scenario", "/nonexistent"], ["/nonexistent"]),
        (["--fault", "freeze"], ["--fault", "--demo"]),
        (["--demo", "--fault", "freeze:soon"], ["'soon'", "no number"]),
        (["--demo", "--scenario", __file__], ["no TOML"]),
    ],
)
def test_a_refusal_is_one_line(capsys: pytest.CaptureFixture[str], args: list[str], words: list[str]) -> None:
    said = refusal(capsys, *args)
    assert all(word in said for word in words), said


def test_all_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--list-faults"])
    assert ended.value.code == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FAULTS)


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "terminal" in refusal(capsys, "BTCUSD")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HYBRIDTUI_SYMBOL", "BT$"),
        ("HYBRIDTUI_TIMEFRAME", "2m"),
        ("HYBRIDTUI_MODE", "telepathy"),
        ("HYBRIDTUI_FPS", "0"),
        ("HYBRIDTUI_REST_URL", "nonsense"),
        ("HYBRIDTUI_WS_URL", "nonsense"),
        ("HYBRIDTUI_LOG_FILE", "/nonexistent/folder/log"),
    ],
)
def test_every_option_is_an_environment_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert value in refusal(capsys)


def test_a_flag_wins_over_the_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYBRIDTUI_FPS", "0")
    assert "terminal" in refusal(capsys, "BTCUSD", "--fps", "10")


def test_demo_and_an_address_contradict_each_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "--demo makes one up" in refusal(capsys, "--demo", "--rest-url", "http://localhost:1/v2")


def test_the_log_belongs_to_its_owner(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    refusal(capsys, "--log-file", str(log))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", [["-m", "hybridtui"], ["-c", "from hybridtui.cli import main; main()"]])
def test_the_version(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *command, "--version"], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == f"hybridtui {__version__}\n"


def test_the_help_fits_eighty_columns() -> None:
    environment = {**os.environ, "COLUMNS": "80"}
    commands: list[list[str]] = [[], ["demo"], ["doctor"], ["completion"], ["config"]]
    commands += [["config", name] for name in ("init", "path", "show", "check", "schema")]
    for command in ([*words, "--help"] for words in commands):
        done = subprocess.run(
            [sys.executable, "-m", "hybridtui", *command],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env=environment,
        )
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert done.stdout.startswith("Usage: hybridtui ")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api-pub.bitfinex.com/v2", "https://api-pub.bitfinex.com/v2"),
        ("https://example.com/v2/", "https://example.com/v2"),
        ("http://127.0.0.1:80/v2", "http://127.0.0.1:80/v2"),
        ("http://[::1]:80/v2", "http://[::1]:80/v2"),
        ("http://localhost/", "http://localhost"),
    ],
)
def test_addresses_that_are_taken(url: str, kept: str) -> None:
    assert checked_url(url, "https", "http") == kept
