"""The candle history: upsert, ranges, and the rule that more volume wins."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hybridtui.market.candles import Candle
from hybridtui.market.timeframe import Timeframe
from hybridtui.store import candles
from hybridtui.store.database import Database, open_database

URL = "https://exchange.test/v2"
VIEW = (URL, "tBTCUSD", Timeframe.H1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path, 0).database) as database:
        yield database


def candle(mts: int, volume: float = 1.0) -> Candle:
    return Candle(mts, 7e-7, 8e-7, 9e-7, 6.6e-7, volume)


def test_ranges_are_half_open_and_oldest_first(database: Database) -> None:
    candles.save(database, *VIEW, [candle(mts) for mts in (30, 10, 20, 40)])
    assert candles.between(database, *VIEW, 10, 30) == [candle(10), candle(20)]
    assert candles.between(database, *VIEW, 41, 99) == []
    assert candles.newest(database, *VIEW, 2) == [candle(30), candle(40)]
    assert candles.newest(database, *VIEW, 0) == []


def test_of_one_bucket_the_larger_volume_stays(database: Database) -> None:
    for volume in (2.0, 5.0, 3.0):
        candles.save(database, *VIEW, [candle(10, volume)])
    assert candles.newest(database, *VIEW, 9) == [candle(10, 5.0)]


def test_views_are_apart(database: Database) -> None:
    candles.save(database, *VIEW, [candle(10)])
    assert candles.newest(database, URL, "tBTCUSD", Timeframe.M1, 9) == []
    assert candles.newest(database, URL, "tETHUSD", Timeframe.H1, 9) == []
    assert candles.newest(database, "https://other.test", "tBTCUSD", Timeframe.H1, 9) == []


def test_saving_nothing_is_no_error(database: Database) -> None:
    candles.save(database, *VIEW, [])
    assert candles.newest(database, *VIEW, 9) == []
