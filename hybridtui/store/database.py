"""The one SQLite file: opening it, its tables, and what happens where it cannot be used.

Many processes may use it at once: the write-ahead log lets readers and one writer work side by side, a writer waits for
another one, and opening takes turns behind a lock file. So reading has a connection of its own and does not wait: the
event loop may read while a thread waits to write. A damaged file is moved aside, never deleted. Opening always
succeeds: where the disk does not let us, the memory takes its place and a notice says so.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from hybridtui.errors import StoreError

FILE_NAME = "hybridtui.sqlite3"
LOCK_NAME = "hybridtui.lock"
VERSION = 3
"""Grows with every change of the tables."""
BUSY_S = 5.0
"""How long a writer waits for another process."""

_TABLES = """
CREATE TABLE IF NOT EXISTS last_seen (
    url TEXT, symbol TEXT, timeframe TEXT, saved_at INTEGER NOT NULL,
    ticker BLOB NOT NULL, book BLOB NOT NULL, trades BLOB NOT NULL, candles BLOB NOT NULL,
    PRIMARY KEY (url, symbol, timeframe)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS candles (
    url TEXT, symbol TEXT, timeframe TEXT, mts INTEGER,
    open REAL NOT NULL, close REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, volume REAL NOT NULL,
    PRIMARY KEY (url, symbol, timeframe, mts)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS candle_spans (
    url TEXT, symbol TEXT, timeframe TEXT, start INTEGER, until INTEGER NOT NULL,
    PRIMARY KEY (url, symbol, timeframe, start)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spendings (
    ticket INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, endpoint TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS spendings_of_endpoint ON spendings (url, endpoint, at);
CREATE TABLE IF NOT EXISTS blocks (
    url TEXT, endpoint TEXT, until INTEGER NOT NULL, PRIMARY KEY (url, endpoint)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
    url TEXT, request TEXT, endpoint TEXT NOT NULL, wanted_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL DEFAULT 0, leased_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (url, request)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    url TEXT, request TEXT, true_at INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (url, request)
);
"""


class Database:
    """An open file. Every call may come from another thread; writers take turns, and so do readers."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path | None, reader: sqlite3.Connection | None = None
    ) -> None:
        """Without a `reader` there is one connection for all, as the memory needs it."""
        self._connection = connection
        self._turn = Lock()
        self._reader = reader or connection
        self._reading = self._turn if reader is None else Lock()
        self.path = path
        """Where the file is; None where nothing outlives this process."""

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises StoreError where the file cannot be written or read."""
        try:
            with self._turn, self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
        except (sqlite3.Error, OverflowError) as error:
            raise StoreError(_unusable(self.path, error)) from error

    def rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """The rows of a query; does not wait for writers. Raises StoreError where the file cannot be read."""
        try:
            with self._reading:
                return self._reader.execute(query, values).fetchall()
        except (sqlite3.Error, OverflowError) as error:
            raise StoreError(_unusable(self.path, error)) from error

    def close(self) -> None:
        """Close the file; what was saved is on the disk."""
        with self._reading:
            self._reader.close()
        with self._turn:
            self._connection.close()


class Opened(msgspec.Struct, frozen=True):
    """A database ready for use, and what the user should know about it."""

    database: Database
    notice: str | None = None
    """One sentence, None where all is well."""


def open_database(directory: Path, wall_ms: int) -> Opened:
    """Open the file in `directory`, making both where they are missing; readable by their owner only.

    `wall_ms` is the present moment in ms UTC; it names a damaged file that is moved aside.
    """
    path = directory / FILE_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _turn_to_open(directory):
            return _opened(path, wall_ms)
    except (OSError, sqlite3.Error) as error:
        return _in_memory(f"Nothing is remembered in this run: {path} cannot be used ({error}).")


def _opened(path: Path, wall_ms: int) -> Opened:
    try:
        version, connection = _connect(path)
        notice = None
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        kept = _move_aside(path, wall_ms)
        version, connection = _connect(path)
        notice = f"The remembered market was damaged ({error}); it is kept as {kept} and a new one was begun."
    if version > VERSION:
        connection.close()
        return _in_memory(
            f"Nothing is remembered in this run: {path} was written by a newer hybridtui; update this one."
        )
    return Opened(Database(connection, path, _reading_connection(path)), notice)


def _connect(path: Path) -> tuple[int, sqlite3.Connection]:
    """The version of the tables and a connection. Raises sqlite3.DatabaseError where the file is damaged."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    connection = _connection(str(path))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version < VERSION:
            _create_tables(connection)
            version = VERSION
    except sqlite3.Error:
        connection.close()
        raise
    return version, connection


def _connection(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)


def _reading_connection(path: Path) -> sqlite3.Connection:
    connection = _connection(str(path))
    connection.execute("PRAGMA query_only = ON")
    return connection


def _create_tables(connection: sqlite3.Connection) -> None:
    """All tables that are missing or none: a process that dies in here leaves the file as it was."""
    connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")


def _in_memory(notice: str) -> Opened:
    connection = _connection(":memory:")
    _create_tables(connection)
    return Opened(Database(connection, None), notice)


def _move_aside(path: Path, wall_ms: int) -> Path:
    """Rename the file and its log; returns the new name."""
    kept = path.with_name(f"{path.name}.damaged-{wall_ms}")
    count = 0
    while kept.exists():
        count += 1
        kept = path.with_name(f"{path.name}.damaged-{wall_ms}-{count}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept


@contextmanager
def _turn_to_open(directory: Path) -> Iterator[None]:
    """One process at a time: making the tables and moving a damaged file aside must not happen twice at once."""
    with closing(_Descriptor(directory / LOCK_NAME)) as lock:
        fcntl.flock(lock.number, fcntl.LOCK_EX)
        yield


class _Descriptor:
    """An open file of the operating system."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

    def close(self) -> None:
        os.close(self.number)


def _unusable(path: Path | None, error: Exception) -> str:
    return f"The market cannot be remembered in {path or 'memory'} ({error}); the screen goes on without."
