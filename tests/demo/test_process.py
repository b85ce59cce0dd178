"""The demo in a process of its own: it answers, says what is wrong, and ends with its parent."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from hybridtui.demo.process import start_demo
from hybridtui.demo.run import DemoError, DemoSettings

ROOT = Path(__file__).resolve().parents[2]


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def running(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about yet does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_answers_and_ends_with_the_context() -> None:
    with start_demo(DemoSettings(seed=7)) as demo:
        assert httpx.get(f"{demo.rest_url}/platform/status").json() == [1]
        assert demo.ws_url.startswith("ws://127.0.0.1:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{demo.rest_url}/platform/status")


def test_it_fails_as_it_is_told_to(tmp_path: Path) -> None:
    scenario = tmp_path / "one.toml"
    scenario.write_text('[[step]]\nat = 0\nfault = "rest-404"\nendpoint = "ticker"\n', encoding="utf-8")
    with start_demo(DemoSettings(faults=("rest-500@0",), scenario=scenario)) as demo:
        status = f"{demo.rest_url}/platform/status"
        assert wait_until(lambda: httpx.get(status).status_code == 500)
    with start_demo(DemoSettings(scenario=scenario)) as demo:
        assert wait_until(lambda: httpx.get(f"{demo.rest_url}/ticker/tBTCUSD").status_code == 404)
        assert httpx.get(f"{demo.rest_url}/platform/status").status_code == 200
    with pytest.raises(DemoError, match="no fault named 'rest-5000'; did you mean rest-500"):
        start_demo(DemoSettings(faults=("rest-5000",)))


def test_what_keeps_it_from_starting_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(DemoError, match=r"Port \d+ of 127\.0\.0\.1 cannot be used .*--port"):
            start_demo(DemoSettings(port=taken.getsockname()[1]))
    with pytest.raises(DemoError, match="--clock"):
        start_demo(DemoSettings(recording=tmp_path / "frames.jsonl"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see which processes run")
def test_it_ends_when_its_parent_is_killed() -> None:
    text = (
        "import time; from hybridtui.demo.process import start_demo; demo = start_demo();"
        "print(demo.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert running(child)
        os.kill(parent.pid, signal.SIGKILL)
    assert wait_until(lambda: not running(child))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_alone_it_ends_quietly_on_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "hybridtui.demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline().startswith(b"REST http://127.0.0.1:")
        demo.send_signal(number)
        _, said = demo.communicate(timeout=50)
    assert (demo.returncode, said) == (0, b"")


def test_a_port_in_use_is_one_line_and_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "hybridtui.demo", "--port", str(taken.getsockname()[1])]
        found = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=30, check=False)
    assert (found.returncode, len(found.stderr.splitlines())) == (2, 1)


def test_it_loads_nothing_heavy() -> None:
    text = "import hybridtui.demo.__main__, sys; print({'textual', 'rich', 'httpx', 'plotext'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, cwd=ROOT, timeout=30, check=True)
    assert found.stdout.strip() == b"set()"
