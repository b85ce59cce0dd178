"""What was chosen is there at the next start, and nothing in the file can keep the program from starting."""

import fcntl
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.store.choices import Choices

ROOT = Path(__file__).resolve().parents[2]
KILLING = """
import json, os, signal, sys
from pathlib import Path
import msgspec
from hybridtui.store.choices import Choices
class Chosen(msgspec.Struct, frozen=True):
    number: int = 0
    copies: list[int] = []
folder = Path(sys.argv[1])
def write(first, done):
    choices = Choices(folder)
    for number in range(first, 1_000_000):
        choices.put("chart", Chosen(number, [number] * 5000))
        done(number)
first = 1
for turn in range(50):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            write(first, lambda number: os.write(writer, b"%d\\n" % number))
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as lines:
        for _ in range(1 + turn % 5):
            written = int(lines.readline())
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    chosen = Choices(folder).get("chart", Chosen())
    assert chosen.number >= written and chosen.copies == [chosen.number] * 5000, chosen.number
    first = chosen.number + 1
print(json.dumps([path.name for path in folder.iterdir() if not path.name.startswith(".")]))
"""


class Zoom(msgspec.Struct, frozen=True):
    columns: int = 2
    groups: dict[str, str] = {}


def test_what_was_put_is_there_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    Choices(folder).put("chart", Zoom(4, {"tBTCUSD": "0.5"}))
    assert Choices(folder).get("chart", Zoom()) == Zoom(4, {"tBTCUSD": "0.5"})
    assert Choices(folder).get("book", Zoom()) == Zoom()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    Choices(folder).put("chart", Zoom(4))
    assert stat.S_IMODE((folder / "chart.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["chart.json"]


def test_only_the_owner_can_read_what_it_lies_in(tmp_path: Path) -> None:
    Choices(tmp_path / "state" / "hybridtui" / "demo").put("chart", Zoom(3))
    for made in ("state", "state/hybridtui", "state/hybridtui/demo"):
        assert stat.S_IMODE((tmp_path / made).stat().st_mode) == 0o700


def test_without_a_directory_it_lasts_as_long_as_the_program(tmp_path: Path) -> None:
    choices = Choices()
    choices.put("chart", Zoom(4))
    assert choices.get("chart", Zoom()) == Zoom(4)


@given(content=st.binary(max_size=60) | st.sampled_from([b"[" * 100_000, b'{"columns":"x"}', b'{"columns":1e99}', b""]))
def test_a_damaged_file_is_as_none(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("state")
    (folder / "chart.json").write_bytes(content)
    assert isinstance(Choices(folder).get("chart", Zoom(7)), Zoom)


def test_a_disk_that_refuses_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    choices = Choices(tmp_path / "state")
    choices.put("chart", Zoom(4))
    assert choices.get("chart", Zoom()) == Zoom(4)


def test_the_same_choice_is_written_once(tmp_path: Path) -> None:
    choices = Choices(tmp_path)
    choices.put("chart", Zoom(4))
    (tmp_path / "chart.json").unlink()
    choices.put("chart", Zoom(4))
    assert not (tmp_path / "chart.json").exists()


def test_a_kill_while_writing_loses_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLING, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["chart.json"]
    left_over = [path for path in tmp_path.iterdir() if path.name != "chart.json"]
    Choices(tmp_path).put("chart", Zoom(9))
    assert not [path for path in left_over if path.exists()], "what killed processes left is cleared away"


# Panes side by side


class Names(msgspec.Struct, frozen=True):
    names: tuple[str, ...] = ()


def test_two_panes_keep_what_both_chose(tmp_path: Path) -> None:
    first, second = Choices(tmp_path), Choices(tmp_path)
    assert first.get("chart", Zoom()) == second.get("chart", Zoom())
    first.put("chart", Zoom(4))
    together = Zoom(4, {"tBTCUSD": "0.5"})
    second.put("chart", Zoom(2, {"tBTCUSD": "0.5"}))
    assert second.get("chart", Zoom()) == together
    assert Choices(tmp_path).get("chart", Zoom()) == together


def test_a_pane_that_never_reads_again_overwrites_nothing_by_its_next_choice(tmp_path: Path) -> None:
    first, second = Choices(tmp_path), Choices(tmp_path)
    first.get("chart", Zoom())
    second.get("chart", Zoom())
    second.put("chart", Zoom(2, {"a": "1"}))
    first.put("chart", Zoom(3))
    first.put("chart", Zoom(4))
    assert Choices(tmp_path).get("chart", Zoom()) == Zoom(4, {"a": "1"})


def test_what_another_pane_chose_is_taken_up(tmp_path: Path) -> None:
    first, second = Choices(tmp_path), Choices(tmp_path)
    assert second.renewed("chart", Zoom()) == Zoom()
    first.put("chart", Zoom(4))
    assert second.get("chart", Zoom()) == Zoom(), "whoever does not ask is not surprised"
    assert second.renewed("chart", Zoom()) == Zoom(4)
    (tmp_path / "chart.json").write_text("nonsense")
    assert second.renewed("chart", Zoom()) == Zoom(4)
    (tmp_path / "chart.json").unlink()
    assert second.renewed("chart", Zoom()) == Zoom(4)


def test_a_process_that_does_not_let_go_is_not_waited_for_long(tmp_path: Path) -> None:
    choices = Choices(tmp_path)
    choices.put("chart", Zoom(4))
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        choices.put("chart", Zoom(5))
    finally:
        os.close(handle)
    assert Choices(tmp_path).get("chart", Zoom()) == Zoom(5)


ADDING = """
import sys
from pathlib import Path
import msgspec
from hybridtui.store.choices import Choices
class Names(msgspec.Struct, frozen=True):
    names: tuple[str, ...] = ()
choices, who = Choices(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(60):
    known = choices.get("watchlist", Names()).names
    choices.put("watchlist", Names((*known, f"{who}{number}")))
    choices.put("watchlist", Names(tuple(name for name in (*known, f"{who}{number}") if name != f"{who}{number - 2}")))
"""


def test_two_processes_add_and_remove_at_the_same_time(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ADDING, str(tmp_path), who],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in "ab"
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=50)
        assert process.returncode == 0
    names = Choices(tmp_path).get("watchlist", Names()).names
    assert sorted(names) == ["a58", "a59", "b58", "b59"]
