"""The file on the disk: its rights, its damage, its versions, and several processes at once."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hybridtui.errors import StoreError
from hybridtui.market.candles import Candle
from hybridtui.market.timeframe import Timeframe
from hybridtui.store import candles, last_seen
from hybridtui.store.database import FILE_NAME, VERSION, Database, open_database
from hybridtui.store.last_seen import LastSeen

ROOT = Path(__file__).resolve().parents[2]
NOW = 1_790_134_380_000
URL = "https://exchange.test/v2"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path, NOW).database) as database:
        yield database


def remember(directory: Path, saved_at: int = NOW) -> None:
    opened = open_database(directory, NOW)
    assert opened.notice is None
    with closing(opened.database) as database:
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(saved_at))


def remembered(directory: Path) -> LastSeen | None:
    opened = open_database(directory, NOW)
    assert opened.notice is None
    with closing(opened.database) as database:
        return last_seen.load(database, URL, "tBTCUSD", Timeframe.M1)


def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    assert remembered(tmp_path / "new" / "folder") is None
    remember(tmp_path / "new" / "folder")
    assert remembered(tmp_path / "new" / "folder") == LastSeen(NOW)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    opened = open_database(folder, NOW)
    with closing(opened.database) as database:
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW))
        rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert FILE_NAME in rights
    assert f"{FILE_NAME}-wal" in rights
    assert {name: oct(mode) for name, mode in rights.items() if mode != 0o600} == {}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    remember(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    remember(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_readers_are_not_blocked_by_a_writer(tmp_path: Path, database: Database) -> None:
    with database.transaction() as transaction:
        transaction.execute("DELETE FROM last_seen")
        assert remembered(tmp_path) is None


def test_reading_does_not_wait_while_writing_waits_for_another_process(tmp_path: Path, database: Database) -> None:
    last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW))
    with other_writer(tmp_path) as process, ThreadPoolExecutor(1) as beside:
        writing = beside.submit(last_seen.save, database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW + 1))
        while not database._turn.locked():
            time.sleep(0.001)
        for _ in range(20):
            assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) == LastSeen(NOW)
        assert not writing.done(), "it still waits for the other process"
        process.kill()
        writing.result()
        assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) == LastSeen(NOW + 1)


@contextmanager
def other_writer(folder: Path) -> "Iterator[subprocess.Popen[str]]":
    """A process in the middle of a change of the file, which it never ends."""
    code = (
        "import sqlite3, sys, time; connection = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "connection.execute('BEGIN IMMEDIATE'); connection.execute('DELETE FROM last_seen');"
        "print('begun', flush=True); time.sleep(600)"
    )
    path = str(folder / FILE_NAME)
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            yield process
        finally:
            process.kill()


def test_what_was_written_is_read_at_once_by_any_thread(database: Database) -> None:
    with ThreadPoolExecutor(4) as beside:
        for number in range(100):
            beside.submit(last_seen.save, database, URL, "tBTCUSD", Timeframe.M1, LastSeen(number)).result()
            found = list(beside.map(lambda _: last_seen.load(database, URL, "tBTCUSD", Timeframe.M1), range(4)))
            assert found == [LastSeen(number)] * 4


def test_nobody_writes_where_rows_are_asked_for(database: Database) -> None:
    with pytest.raises(StoreError, match="readonly"):
        database.rows("DELETE FROM last_seen", ())


@pytest.mark.parametrize("damage", ["not a database", "torn page"])
def test_a_damaged_file_is_moved_aside_and_named(tmp_path: Path, damage: str) -> None:
    remember(tmp_path)
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    broken = b"x" * len(content) if damage == "not a database" else content[:4096] + b"\xff" * (len(content) - 4096)
    path.write_bytes(broken)
    opened = open_database(tmp_path, NOW)
    with closing(opened.database) as database:
        kept = path.with_name(f"{FILE_NAME}.damaged-{NOW}")
        assert opened.notice is not None
        assert str(kept) in opened.notice
        assert kept.read_bytes() == broken
        assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) is None
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW + 1))
    assert remembered(tmp_path) == LastSeen(NOW + 1)


def test_two_damaged_files_of_one_moment_are_both_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        (tmp_path / FILE_NAME).write_text(text * 300)
        opened = open_database(tmp_path, NOW)
        opened.database.close()
        assert opened.notice is not None
    kept = sorted(
        path.read_text()[:5] for path in tmp_path.glob("*.damaged-*") if not path.name.endswith(("wal", "shm"))
    )
    assert kept == ["first", "secon"]


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    remember(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    opened = open_database(tmp_path, NOW)
    with closing(opened.database) as database:
        assert opened.notice is not None
        assert "newer" in opened.notice
        assert database.path is None
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW + 5))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("SELECT saved_at FROM last_seen").fetchall() == [(NOW,)]


def test_a_folder_that_cannot_be_used_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    opened = open_database(tmp_path / "file", NOW)
    with closing(opened.database) as database:
        assert opened.notice is not None
        assert opened.notice.startswith("Nothing is remembered in this run")
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW))
        assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) == LastSeen(NOW)


def test_what_fails_in_use_is_one_error_of_ours(database: Database) -> None:
    database.close()
    with pytest.raises(StoreError, match="cannot be remembered"):
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(NOW))
    with pytest.raises(StoreError, match="cannot be remembered"):
        last_seen.load(database, URL, "tBTCUSD", Timeframe.M1)


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    good, bad = Candle(NOW, 1.0, 1.0, 1.0, 1.0, 1.0), Candle(NOW + 1, 1.0, 1.0, 1.0, 1.0, float("nan"))
    with pytest.raises(StoreError):
        candles.save(database, URL, "tBTCUSD", Timeframe.M1, [good, bad])
    assert candles.newest(database, URL, "tBTCUSD", Timeframe.M1, 10) == []


WRITER = """
import sys
from pathlib import Path
from hybridtui.market.candles import Candle
from hybridtui.market.timeframe import Timeframe
from hybridtui.store import candles, last_seen
from hybridtui.store.database import open_database

folder, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
opened = open_database(folder, 1)
assert opened.notice is None, opened.notice
for number in range(rounds):
    row = Candle(number, 1.0, 1.0, 1.0, 1.0, float(number))
    candles.save(opened.database, "url", name, Timeframe.M1, [row])
    seen = last_seen.LastSeen(number, candles=(row,) * 500)
    last_seen.save(opened.database, "url", name, Timeframe.M1, seen)
    print(number, flush=True)
"""


def writer(folder: Path, name: str, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(rounds)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_several_processes_write_at_once_and_lose_nothing(tmp_path: Path) -> None:
    names = ["tBTCUSD", "tETHUSD", "tDUSK:USD"]
    processes = [writer(tmp_path, name, 30) for name in names]
    for process in processes:
        output, _ = process.communicate(timeout=50)
        assert process.returncode == 0
        assert output.split()[-1] == "29"
    opened = open_database(tmp_path, NOW)
    assert opened.notice is None
    with closing(opened.database) as database:
        for name in names:
            rows = candles.newest(database, "url", name, Timeframe.M1, 100)
            assert [row.mts for row in rows] == list(range(30))
            seen = last_seen.load(database, "url", name, Timeframe.M1)
            assert seen is not None
            assert seen.saved_at == 29


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_process_killed_while_writing_harms_nothing(tmp_path: Path, after: int) -> None:
    process = writer(tmp_path, "tBTCUSD", 1_000_000)
    assert process.stdout is not None
    with process, process.stdout as lines:
        written = [int(next(lines)) for _ in range(after)][-1]
        process.send_signal(signal.SIGKILL)
    opened = open_database(tmp_path, NOW)
    assert opened.notice is None
    with closing(opened.database) as database:
        seen = last_seen.load(database, "url", "tBTCUSD", Timeframe.M1)
        assert seen is not None
        assert seen.saved_at >= written
        assert len(seen.candles) == 500
        rows = candles.newest(database, "url", "tBTCUSD", Timeframe.M1, 10_000_000)
        assert [row.mts for row in rows] == list(range(len(rows)))
        assert len(rows) >= written + 1
