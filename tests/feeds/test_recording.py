"""Recordings of every form are read; damage ends them and is never a traceback."""

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.errors import SettingsError
from hybridtui.feeds.recording import Entry, FrameClock, Kind, clock_path, read_clock, read_recording


def read(path: Path) -> list[Entry]:
    return list(read_recording(path, read_clock(clock_path(path))))


def test_raw_frames_without_a_clock_come_fifty_a_second(tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl"
    path.write_text('[1,"hb"]\n\n[2,"hb"]\n')
    assert [(entry.at, entry.data) for entry in read(path)] == [(0.0, '[1,"hb"]'), (0.04, '[2,"hb"]')]


def test_raw_frames_with_a_clock_lie_between_its_points(tmp_path: Path) -> None:
    path = tmp_path / "raw.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write("[0]\n" * 7)
    (tmp_path / "raw.clock.csv").write_text("frame,trade_mts\n2,1000\n4,3000\n5,3000\n")
    assert [entry.at for entry in read(path)] == [-1.0, 0.0, 1.0, 2.0, 3.0, 3.0, 3.0]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5000)), max_size=10), st.integers(1, 300))
def test_the_clock_never_runs_back(steps: list[tuple[int, int]], frames: int) -> None:
    points, number, at = [], 0, 0.0
    for more, later in steps:
        number, at = number + more, at + later / 1000
        points.append((number, at))
    clock = FrameClock(points)
    moments = [clock.at(frame) for frame in range(frames)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(moments))


def test_objects_of_other_recorders_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(
        '{"t":"header","format":2}\n'
        '{"t":"connect","conn":"a","ts":1.5,"addr":"wss://x"}\n'
        '{"t":"send","ts":1.6,"data":"{}"}\n'
        '{"t":"recv","ts":1.75,"data":"[1,\\"hb\\"]"}\n'
    )
    assert read(path) == [Entry(Kind.OPEN, 1.5), Entry(Kind.RECV, 1.75, data='[1,"hb"]')]


def test_a_recording_that_was_cut_off_ends_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    content = gzip.compress(b'[1,"hb"]\n' * 5000)
    path.write_bytes(content[:-9])
    assert len(read(path)) > 0
    plain = tmp_path / "cut.jsonl"
    plain.write_text('{"t":"recv","at":1,"data":"[1]"}\n{"t":"recv","at":2,"da')
    assert [entry.at for entry in read(plain)] == [1.0]


@pytest.mark.parametrize(
    "content",
    [b"not gzip at all", gzip.compress(b"[1]\n" * 5000)[:-8] + b"x" * 8],
    ids=["no gzip", "a wrong checksum"],
)
def test_a_file_that_is_no_recording_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be read"):
        read(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path / "missing.jsonl")


def test_a_clock_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "raw.jsonl").write_text("[1]\n")
    (tmp_path / "raw.clock.csv").write_text("frame,trade_mts\nthree,4\n")
    with pytest.raises(SettingsError, match="clock"):
        read(tmp_path / "raw.jsonl")
