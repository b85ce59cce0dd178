"""The market last seen comes back as it was, per exchange, symbol and timeframe."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hybridtui.market.candles import Candle
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from hybridtui.store import last_seen
from hybridtui.store.database import Database, open_database
from hybridtui.store.last_seen import LastSeen

URL = "https://exchange.test/v2"
NOW = 1_790_134_380_000

SEEN = LastSeen(
    NOW,
    Ticker(bid=64210.0, last=2e-8, volume=None),
    ((6443.1, 3, 0.72), (0.00000712, 1, -2.8e-7)),
    (Trade(1_782_004_416, NOW - 5, -0.31, 64214.0), Trade(1_782_004_417, NOW - 5, 0.0125, 64213.0)),
    (Candle(NOW - 60_000, 64201.0, 64213.0, 64220.0, 64198.0, 0.0008369499999999999),),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path, NOW).database) as database:
        yield database


def test_it_comes_back_to_the_last_digit(database: Database) -> None:
    last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, SEEN)
    assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) == SEEN


@pytest.mark.parametrize(
    "other",
    [
        ("https://other.test/v2", "tBTCUSD", Timeframe.M1),
        (URL, "tETHUSD", Timeframe.M1),
        (URL, "tBTCUSD", Timeframe.MONTH),
    ],
)
def test_another_view_is_not_this_one(database: Database, other: tuple[str, str, Timeframe]) -> None:
    last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, SEEN)
    assert last_seen.load(database, *other) is None


def test_the_later_one_stays(database: Database) -> None:
    for saved_at in (5, 9, 7):
        last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, LastSeen(saved_at))
    assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) == LastSeen(9)


def test_the_views_seen_longest_ago_are_forgotten(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "VIEWS_KEPT", 3)
    for number in range(6):
        last_seen.save(database, URL, f"tAA{number}USD", Timeframe.M1, LastSeen(number))
    kept = [last_seen.load(database, URL, f"tAA{number}USD", Timeframe.M1) is not None for number in range(6)]
    assert kept == [False, False, False, True, True, True]


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x93\x01\x02\x03"])
def test_what_can_no_longer_be_understood_was_never_seen(database: Database, content: bytes) -> None:
    last_seen.save(database, URL, "tBTCUSD", Timeframe.M1, SEEN)
    with database.transaction() as transaction:
        transaction.execute("UPDATE last_seen SET book = ?", (content,))
    assert last_seen.load(database, URL, "tBTCUSD", Timeframe.M1) is None
