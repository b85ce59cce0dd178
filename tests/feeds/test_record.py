"""The recorder writes what came, verbatim, and harms nobody where it cannot."""

import gzip
import stat
from pathlib import Path

import pytest

from hybridtui.errors import SettingsError
from hybridtui.feeds.record import FLUSH_BYTES, FLUSH_S, Recorder
from hybridtui.feeds.recording import Entry, FrameClock, Kind, read_recording
from tests.fakes import FullDisk, ManualClock

FRAME = b'[5262,"te",[310628134,1542045968922,2.8e-7,6443.1]]'


def entries(path: Path) -> list[Entry]:
    return list(read_recording(path, FrameClock(())))


@pytest.mark.parametrize("name", ["market.jsonl", "market.jsonl.gz"])
def test_what_was_recorded_can_be_read(tmp_path: Path, name: str) -> None:
    clock = ManualClock(now=5.0, wall_ms=1000)
    recorder = Recorder(tmp_path / name, clock)
    recorder.opened(5.0)
    recorder.received(FRAME, 5.25)
    clock.advance(1.0)
    recorder.answered("/book/tBTCUSD/P0", 500, b'["error",10020,"len: invalid"]', 6.0)
    recorder.closed("closed by the exchange (1006)", 6.5)
    recorder.close()
    assert recorder.failure is None
    assert entries(tmp_path / name) == [
        Entry(Kind.OPEN, 5.0, 1000),
        Entry(Kind.RECV, 5.25, 1000, FRAME.decode()),
        Entry(Kind.REST, 6.0, 2000, '["error",10020,"len: invalid"]', "/book/tBTCUSD/P0", 500),
        Entry(Kind.CLOSE, 6.5, 2000, "closed by the exchange (1006)"),
    ]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    Recorder(tmp_path / "market.jsonl", ManualClock()).close()
    assert stat.S_IMODE((tmp_path / "market.jsonl").stat().st_mode) == 0o600


def test_an_older_recording_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "market.jsonl").write_text("precious")
    with pytest.raises(SettingsError, match="exists already"):
        Recorder(tmp_path / "market.jsonl", ManualClock())
    assert (tmp_path / "market.jsonl").read_text() == "precious"


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        Recorder(tmp_path / "missing" / "market.jsonl", ManualClock())


@pytest.mark.parametrize("name", ["market.jsonl", "market.jsonl.gz"])
def test_lines_are_on_the_disk_after_a_while_without_closing(tmp_path: Path, name: str) -> None:
    recorder = Recorder(tmp_path / name, ManualClock())
    recorder.received(FRAME, 1.0)
    recorder.received(FRAME, 1.0 + FLUSH_S / 2)
    size = (tmp_path / name).stat().st_size
    recorder.received(FRAME, 1.0 + FLUSH_S)
    assert (tmp_path / name).stat().st_size > size
    assert len(entries(tmp_path / name)) == 3, "as after a kill: the file was never closed"
    recorder.close()


def test_many_frames_of_one_moment_are_written_too(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "market.jsonl", ManualClock())
    for _ in range(FLUSH_BYTES // len(FRAME)):
        recorder.received(FRAME, 1.0)
    assert (tmp_path / "market.jsonl").stat().st_size >= FLUSH_BYTES
    recorder.close()


def test_a_full_disk_ends_the_recording_and_not_the_feed(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "market.jsonl", ManualClock())
    recorder._file = FullDisk(room=200)  # type: ignore[assignment]
    for second in range(20):
        recorder.received(FRAME, second * FLUSH_S)
    assert recorder.failure is not None
    assert "No space left" in recorder.failure
    recorder.close()


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "market.jsonl", ManualClock())
    recorder.received(b"\xff\x00[1]\n", 1.0)
    recorder.close()
    recorder.close()
    assert [entry.data for entry in entries(tmp_path / "market.jsonl")] == ["\\xff\x00[1]\n"]


def test_what_comes_after_the_end_is_not_kept(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "market.jsonl.gz", ManualClock())
    recorder.close()
    recorder.received(FRAME, 1.0)
    recorder.close()
    with gzip.open(tmp_path / "market.jsonl.gz") as file:
        assert file.read() == b""
