"""`hybridtui watch`: alerts as lines, over real sockets; every end has its exit code, and leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hybridtui.cli import main
from hybridtui.cli.watch import alerts_of
from hybridtui.market.alerts.joining import joined
from hybridtui.store.choices import Choices

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z BTC/USD (.+)")


def refusal(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["watch", *args])
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    return shown.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--alert", "prise > 1"], ["--alert", "'prise' is no kind of alert"]),
        (["BT$", "--alert", "stale"], ["not a trading pair"]),
        (["--alert", "stale", "--on-alert", "no-such-program-x"], ["--on-alert", "PATH"]),
        (["--alert", "stale", "--on-alert", "'x"], ["close the quotes"]),
        (["--alert", "stale", "--seed", "3"], ["--demo"]),
        (["--demo", "--alert", "stale", "--rest-url", "https://example.com/v2"], ["--rest-url", "--demo"]),
        (["ETHUSD"], ["no alert for ETH/USD", "--alert"]),
        (["--nope"], ["--nope"]),
    ],
)
def test_a_refusal_is_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    args: list[str],
    words: list[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said = refusal(capsys, *args)
    assert all(word in said for word in words), said


@contextmanager
def watching(folder: Path, *args: str) -> Iterator["subprocess.Popen[str]"]:
    homes = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "STATE", "CACHE")}
    process = subprocess.Popen(
        [sys.executable, "-m", "hybridtui", "watch", "--demo", *args],
        cwd=ROOT,
        env={**os.environ, **homes},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_ends_when_every_alert_has_fired_and_tells_the_command(tmp_path: Path) -> None:
    target = tmp_path / "got"
    code = f"import sys; open({str(target)!r}, 'a').write(sys.stdin.read())"
    with watching(tmp_path, "--alert", "spread 0.001bp", "--on-alert", f'{sys.executable} -c "{code}"') as process:
        out, err = process.communicate(timeout=50)
    assert process.returncode == 0, err
    assert err == "watching BTC/USD: spread 0.001bp\n"
    matched = LINE.fullmatch(out.strip())
    assert matched is not None, out
    assert re.fullmatch(r"spread 0\.001bp: the spread is [\d.]+ bp", matched[1])
    read = json.loads(target.read_text())
    assert read["symbol"] == "tBTCUSD"
    assert read["demo"] is True
    assert read["alerts"][0]["kind"] == "spread"
    assert read["alerts"][0]["value"] > 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_end_it_ends_in_good_order(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with watching(tmp_path, "--alert", "spread 0.001bp", "--alert", "price > 10000000000") as process:
        assert process.stdout is not None
        assert "the spread is" in process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=50)
    assert process.returncode == code
    assert out == ""
    assert err.count("\n") == 1


@pytest.mark.slow
def test_it_ends_quietly_when_nobody_reads_any_more(tmp_path: Path) -> None:
    with watching(tmp_path, "--alert", "trade 0.000001 repeat 1s") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "trade" in process.stdout.readline()
        process.stdout.close()
        assert process.wait(40) == 0
        assert process.stderr.read().count("\n") == 1


def set_on_the_screen(folder: Path, text: str, *, demo: bool) -> Path:
    """As if somebody had set this alert there. Returns the file that it is remembered in."""
    home = folder / "state" / "hybridtui" / ("demo" if demo else ".")
    Choices(home).put("alerts_tBTCUSD", alerts_of((text,)), joined)
    return home / "alerts_tBTCUSD.json"


def test_the_demo_spends_no_alert_of_the_exchange(tmp_path: Path) -> None:
    kept = set_on_the_screen(tmp_path, "spread 0.001bp", demo=False)
    before = kept.read_bytes()
    with watching(tmp_path) as process:
        out, err = process.communicate(timeout=50)
    assert (process.returncode, out) == (2, "")
    assert "no alert for BTC/USD in the demo" in err
    assert "with --demo" in err
    assert kept.read_bytes() == before


def test_the_demo_watches_for_its_own(tmp_path: Path) -> None:
    exchange = set_on_the_screen(tmp_path, "price > 10000000000", demo=False)
    before = exchange.read_bytes()
    kept = set_on_the_screen(tmp_path, "spread 0.001bp", demo=True)
    with watching(tmp_path) as process:
        _, err = process.communicate(timeout=50)
    assert process.returncode == 0, err
    assert json.loads(kept.read_bytes())["alerts"][0]["fired"] == 1
    assert exchange.read_bytes() == before
