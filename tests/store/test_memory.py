"""What is remembered of a market: no more than is known without a hole."""

from contextlib import closing
from pathlib import Path

from hybridtui.market.candles import Candle
from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, TickerSeen, TradesSeen
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Source
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from hybridtui.store.memory import Memory
from tests.fakes import ManualClock

BTC = Instrument("tBTCUSD", "BTC", "USD")
MINUTE = 60_000
BASE = 1_790_100_000_000


def candles(*minutes: int) -> CandlesSeen:
    rows = tuple(Candle(BASE + minute * MINUTE, 1.0, 1.0, 1.0, 1.0, 1.0) for minute in minutes)
    return CandlesSeen("tBTCUSD", Timeframe.M1, rows, True, Source.WEBSOCKET, 1000.0)


def live_state() -> MarketState:
    state = MarketState(BTC, Timeframe.M1)
    state.apply(TickerSeen("tBTCUSD", Ticker(last=1.0), Source.WEBSOCKET, 1000.0))
    state.apply(BookSnapshotSeen("tBTCUSD", ((1.0, 1, 1.0), (2.0, 1, -1.0)), Source.WEBSOCKET, 1000.0))
    state.apply(TradesSeen("tBTCUSD", (Trade(1, BASE, 1.0, 1.0),), True, Source.WEBSOCKET, 1000.0))
    return state


def test_candles_before_a_hole_are_not_remembered_as_if_there_were_none(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "https://exchange.test", ManualClock())
    assert memory.open() is None
    with closing(memory):
        state = live_state()
        state.apply(candles(*range(100)))
        state.apply(candles(*range(220, 300)))
        assert state.candles.unknown
        write = memory.keep(state)
        assert write is not None
        write()
        recalled = [event for event in memory.recall("tBTCUSD", Timeframe.M1) if isinstance(event, CandlesSeen)]
    (listing,) = recalled
    assert [(row.mts - BASE) // MINUTE for row in listing.candles] == list(range(220, 300))
