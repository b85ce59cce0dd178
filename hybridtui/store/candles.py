"""The history of candles: what the exchange told once need not be asked again."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from hybridtui.market.candles import Candle
from hybridtui.market.timeframe import Timeframe
from hybridtui.store.database import Database

_COLUMNS = "mts, open, close, high, low, volume"
_ONE_VIEW = "url = ? AND symbol = ? AND timeframe = ?"


def save(database: Database, url: str, symbol: str, timeframe: Timeframe, candles: Iterable[Candle]) -> None:
    """Remember candles of the exchange at `url`.

    The volume of a bucket only grows, so of two candles of one bucket the one with more volume is kept: a process that
    saw less than another one spoils nothing. Raises StoreError where they cannot be written.
    """
    rows = [
        (url, symbol, timeframe.value, row.mts, row.open, row.close, row.high, row.low, row.volume) for row in candles
    ]
    with database.transaction() as transaction:
        transaction.executemany(
            f"INSERT INTO candles (url, symbol, timeframe, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
            " ON CONFLICT DO UPDATE SET open = excluded.open, close = excluded.close, high = excluded.high,"
            " low = excluded.low, volume = excluded.volume WHERE excluded.volume >= volume",
            rows,
        )


def between(database: Database, url: str, symbol: str, timeframe: Timeframe, start: int, end: int) -> list[Candle]:
    """The candles with start <= mts < end (ms UTC), oldest first. Raises StoreError where they cannot be read."""
    query = f"SELECT {_COLUMNS} FROM candles WHERE {_ONE_VIEW} AND mts >= ? AND mts < ? ORDER BY mts"  # noqa: S608
    return _candles(database.rows(query, (url, symbol, timeframe.value, start, end)))


def newest(database: Database, url: str, symbol: str, timeframe: Timeframe, count: int) -> list[Candle]:
    """The newest `count` candles, oldest first. Raises StoreError where they cannot be read."""
    query = f"SELECT {_COLUMNS} FROM candles WHERE {_ONE_VIEW} ORDER BY mts DESC LIMIT ?"  # noqa: S608
    return _candles(database.rows(query, (url, symbol, timeframe.value, max(count, 0))))[::-1]


def _candles(rows: list[tuple[Any, ...]]) -> list[Candle]:
    fields = Candle.__struct_fields__
    return msgspec.convert([dict(zip(fields, row, strict=True)) for row in rows], list[Candle])


class CandleArchive:
    """Candles of one exchange, and the spans of time of which all of them are there. Any thread may call.

    Every method raises StoreError where the file cannot be read or written.
    """

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url

    def before(self, symbol: str, timeframe: Timeframe, end: int, count: int) -> list[Candle]:
        """The newest `count` candles that start before `end` (ms UTC), as far as none is missing, oldest first."""
        spans = self._spans(symbol, timeframe, "start < ? AND until >= ?", (end, end))
        if not spans:
            return []
        query = f"SELECT {_COLUMNS} FROM candles WHERE {_ONE_VIEW} AND mts >= ? AND mts < ? ORDER BY mts DESC LIMIT ?"  # noqa: S608
        values = (self._url, symbol, timeframe.value, spans[0][0], end, count)
        return _candles(self._database.rows(query, values))[::-1]

    def told_until(self, symbol: str, timeframe: Timeframe, end: int) -> int:
        """The end of the newest span that ends before `end`, 0 where there is none."""
        spans = self._spans(symbol, timeframe, "until < ?", (end,))
        return max((until for _, until in spans), default=0)

    def keep(self, symbol: str, timeframe: Timeframe, candles: Sequence[Candle], start: int, end: int) -> None:
        """Keep all candles that there are with start <= mts < end; spans that touch become one."""
        save(self._database, self._url, symbol, timeframe, candles)
        view = (self._url, symbol, timeframe.value)
        with self._database.transaction() as transaction:
            touching = f"{_ONE_VIEW} AND start <= ? AND until >= ?"
            rows = transaction.execute(
                f"SELECT start, until FROM candle_spans WHERE {touching}",  # noqa: S608
                (*view, end, start),
            ).fetchall()
            first, last = min([start, *(row[0] for row in rows)]), max([end, *(row[1] for row in rows)])
            transaction.execute(f"DELETE FROM candle_spans WHERE {touching}", (*view, end, start))  # noqa: S608
            transaction.execute("INSERT INTO candle_spans VALUES (?, ?, ?, ?, ?)", (*view, first, last))

    def _spans(self, symbol: str, timeframe: Timeframe, where: str, values: tuple[int, ...]) -> list[tuple[int, int]]:
        query = f"SELECT start, until FROM candle_spans WHERE {_ONE_VIEW} AND {where} ORDER BY start"  # noqa: S608
        return [(row[0], row[1]) for row in self._database.rows(query, (self._url, symbol, timeframe.value, *values))]
