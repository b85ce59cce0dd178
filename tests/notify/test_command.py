"""The command of an alert gets its input, is limited in number and time, and whatever goes wrong is one sentence."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from hybridtui.errors import SettingsError
from hybridtui.notify.command import MOST_AT_ONCE, MOST_WAITING, CommandRunner
from hybridtui.notify.words import command_words
from tests.waiting import until


def python(code: str, *args: str) -> list[str]:
    return [sys.executable, "-c", code, *args]


def children() -> set[str]:
    """The processes that this one has started and not yet taken leave of."""
    mine = str(os.getpid())
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == mine:
            found.add(stat.parent.name)
    return found


async def test_it_gets_its_input_and_leaves_no_process(tmp_path: Path) -> None:
    said: list[str] = []
    before, target = children(), tmp_path / "got"
    code = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    runner = CommandRunner(python(code, str(target)), said.append)
    runner.run(b'{"a": 1}\n')
    await until(lambda: target.exists() and target.read_text() == '{"a": 1}\n')
    await until(lambda: children() == before)
    await runner.close()
    assert said == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (python("import sys; sys.exit('no such\\nphone')"), "ended with exit code 1: no such"),
        (python("import os; os.kill(os.getpid(), 9)"), "ended with signal 9"),
        (["/nonexistent/program"], "cannot be run: No such file or directory"),
    ],
)
async def test_what_goes_wrong_is_one_sentence(words: list[str], sentence: str) -> None:
    said: list[str] = []
    runner = CommandRunner(words, said.append)
    runner.run(b"{}")
    await until(lambda: said)
    await runner.close()
    [line] = said
    assert line == f"the alert command {Path(words[0]).name} {sentence}"


async def test_one_that_does_not_read_is_no_failure() -> None:
    said: list[str] = []
    before = children()
    runner = CommandRunner(["true"], said.append)
    runner.run(b"x" * 1_000_000)
    await until(lambda: children() == before and not runner._running)
    assert said == []


async def test_one_that_does_not_end_is_stopped_with_all_its_children() -> None:
    said: list[str] = []
    before = children()
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    runner = CommandRunner(python(code), said.append, time_limit=0.3)
    runner.run(b"{}")
    await until(lambda: said)
    await until(lambda: children() == before)
    assert said == [f"the alert command {Path(sys.executable).name} did not end within 0.3 s and was stopped"]


async def test_one_that_says_a_lot_is_read_to_its_end() -> None:
    said: list[str] = []
    runner = CommandRunner(python("import sys; sys.stderr.write('x' * 1_000_000); sys.exit(3)"), said.append)
    runner.run(b"{}")
    await until(lambda: said)
    assert len(said[0]) < 300


async def test_not_more_than_a_few_run_and_wait(tmp_path: Path) -> None:
    said: list[str] = []
    log, gate = tmp_path / "log", tmp_path / "gate"
    code = (
        "import os, sys, time; text = sys.stdin.read(); open(sys.argv[1], 'a').write('+' + text + '\\n')\n"
        "while not os.path.exists(sys.argv[2]): time.sleep(0.01)\n"
    )
    runner = CommandRunner(python(code, str(log), str(gate)), said.append)
    for number in range(100):
        runner.run(str(number).encode())
    await until(lambda: log.exists() and log.read_text().count("+") == MOST_AT_ONCE)
    assert runner.runs == MOST_AT_ONCE
    assert len(said) == 100 - MOST_AT_ONCE - MOST_WAITING
    gate.touch()
    await until(lambda: log.read_text().count("+") == MOST_AT_ONCE + MOST_WAITING)
    await until(lambda: not runner._running)
    assert "+99\n" in log.read_text(), "the newest is told"


async def test_closing_leaves_nothing_behind() -> None:
    before = children()
    runner = CommandRunner(["sleep", "60"], lambda _: None)
    runner.run(b"{}")
    await until(lambda: children() != before)
    async with asyncio.timeout(30):
        await runner.close()
    assert children() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "needs a program"), ("  ", "needs a program"), ("'x", "close the quotes"), ("no-such-program-x y", "PATH")],
)
def test_what_cannot_be_a_command_is_refused(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        command_words(text)


def test_there_is_no_shell() -> None:
    assert command_words("echo 'a b' $HOME; ls") == ("echo", "a b", "$HOME;", "ls")
