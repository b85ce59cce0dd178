"""Completion in real shells: what is typed on a terminal, a tab, and what the shell makes of it."""

import fcntl
import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hybridtui.cli import main

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30
SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
PREPARE = {
    "bash": 'eval "$(hybridtui completion bash)"',
    "zsh": 'autoload -U compinit; compinit -D; eval "$(hybridtui completion zsh)"',
    "fish": "hybridtui completion fish | source",
}
ANSWERS = {b"\x1b[c": b"\x1b[?62c", b"\x1b[0c": b"\x1b[?62c", b"\x1b[6n": b"\x1b[1;1R"}
"""What a terminal answers when it is asked what it is; fish waits for it."""


class Shell:
    """An interactive shell on a pseudo-terminal."""

    def __init__(self, name: str, folder: Path) -> None:
        program = folder / "hybridtui"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hybridtui "$@"\n')
        program.chmod(0o700)
        self.master, slave = pty.openpty()
        environment = {
            **os.environ,
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "TERM": "vt100",
            "PS1": "> ",
        }
        self.process = subprocess.Popen(
            SHELLS[name],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=folder,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            start_new_session=True,
        )
        os.close(slave)
        self.output = b""

    def type(self, text: str) -> None:
        """Forget what was written so far, and type."""
        self.output = b""
        os.write(self.master, text.encode())

    def until(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words.encode() not in self.output:
            assert time.monotonic() < deadline, self.output
            if select.select([self.master], [], [], 0.1)[0]:
                data = os.read(self.master, 65536)
                self.output += data
                for question, answer in ANSWERS.items():
                    if question in data:
                        os.write(self.master, answer)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@contextmanager
def shell(name: str, folder: Path) -> Iterator[Shell]:
    opened = Shell(name, folder)
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.parametrize("name", SHELLS)
def test_a_tab_completes(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    with shell(name, tmp_path) as typing:
        typing.type(f"{PREPARE[name]}; echo rea''dy\n")
        typing.until("ready")
        for typed, completed in (("doc", "doctor"), ("BTCUSD --timef", "--timeframe"), ("--mode web", "websocket")):
            typing.type(f"hybridtui {typed}\t")
            typing.until(completed)
            typing.type("\x15")


def suggested(words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is suggested for the last of these words."""
    monkeypatch.setenv("_HYBRIDTUI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]


def test_what_is_suggested(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    pictures = tmp_path / "hybridtui" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / "DUSKUSD-1m-0011aabb.80x24").touch()
    first = suggested("hybridtui ", capsys, monkeypatch)
    assert {"demo", "doctor", "config", "completion", "DUSKUSD", "BTCUSD"} <= set(first)
    assert suggested("hybridtui btcu", capsys, monkeypatch) == ["BTCUSD", "BTCUST"]
    assert suggested("hybridtui config s", capsys, monkeypatch) == ["schema", "show"]
    assert suggested("hybridtui completion ", capsys, monkeypatch) == ["bash", "zsh", "fish"]
    assert "--theme" in suggested("hybridtui BTCUSD --t", capsys, monkeypatch)
    assert suggested("hybridtui doctor D", capsys, monkeypatch) == ["DUSKUSD"]


def test_a_broken_settings_file_does_not_disturb(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "hybridtui").mkdir()
    (tmp_path / "hybridtui" / "settings.toml").write_text("broken")
    assert suggested("hybridtui --timef", capsys, monkeypatch) == ["--timeframe"]


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["completion", "tcsh"])
    assert ended.value.code == 2
    assert "tcsh" in capsys.readouterr().err
