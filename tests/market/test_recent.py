"""The last events: bounded in number and in size."""

from hybridtui.market.candles import Candle
from hybridtui.market.events import BookChanged, BookSnapshotSeen, CandlesSeen, Notice, Severity, TradesSeen
from hybridtui.market.recent import RecentEvents
from hybridtui.market.source import Source
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade


def test_the_last_two_hundred_are_kept_as_they_were() -> None:
    recent = RecentEvents()
    for step in range(500):
        recent.note(BookChanged("tBTCUSD", float(step), 1, 1.0, 0.0))
    recent.note(TradesSeen("tBTCUSD", (Trade(7, 8, 1.0, 2.0),), False, Source.WEBSOCKET, 1.0))
    recent.note(Notice("that\x1b[2J", Severity.INFO, 1.0))
    lines = recent.lines()
    assert len(lines) == len(recent) == 200
    assert lines[0].startswith("BookChanged(symbol='tBTCUSD', price=302.0")
    assert "Trade(id=7, mts=8" in lines[-2]
    assert "\x1b" not in lines[-1]


def test_a_long_listing_is_not_kept_in_memory() -> None:
    recent = RecentEvents()
    candles = tuple(Candle(minute, 1.0, 1.0, 1.0, 1.0, 1.0) for minute in range(1000))
    recent.note(CandlesSeen("tBTCUSD", Timeframe.M1, candles, True, Source.REST, 3.0))
    recent.note(BookSnapshotSeen("tBTCUSD", ((1.0, 1, 1.0),) * 250, Source.REST, 3.0))
    first, second = recent.lines()
    assert "CandlesSeen" in first
    assert "1000 candles" in first
    assert "250 rows" in second
    assert len(first) < 1000 > len(second)
