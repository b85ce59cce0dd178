"""The report of a crash: complete, private, harmless, and no trouble of its own."""

import os
from pathlib import Path

import pytest

from hybridtui.tui.crash import crash_folder, write_report

NOON = 1_790_164_800_000


def test_what_is_needed_to_find_the_bug_is_in_the_report(tmp_path: Path) -> None:
    try:
        raise ZeroDivisionError("made\x1b[2J to break")
    except ZeroDivisionError as error:
        path = write_report(tmp_path / "log", error, ["first event", "last \x1b]0;event"], (100, 30), NOON)
    assert path is not None
    assert path.name == f"crash-20260923-120000-{os.getpid()}.log"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    text = path.read_text()
    assert "test_crash.py" in text
    assert "ZeroDivisionError: made[2J to break" in text
    assert "textual 8" in text
    assert text.splitlines()[-2:] == ["first event", "last ]0;event"]
    assert "\x1b" not in text


def test_a_folder_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    assert write_report(tmp_path / "log", ValueError(), [], (80, 24), NOON) is None


def test_old_reports_are_deleted(tmp_path: Path) -> None:
    paths = [write_report(tmp_path, ValueError(), [], (80, 24), NOON + 1000 * second) for second in range(14)]
    assert sorted(tmp_path.iterdir()) == paths[-10:]


def test_reports_are_kept_with_the_users_logs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert "hybridtui" in crash_folder().parts
