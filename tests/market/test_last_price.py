"""Which of tape, ticker and candles tells the last price, and whether anything delivers it."""

import pytest

from hybridtui.market.candles import Candle
from hybridtui.market.events import CandlesSeen, SourceChanged, TickerSeen, TradesSeen, ViewChanged
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade

BTC = Instrument("tBTCUSD", "BTC", "USD")
START = 1_790_134_380_000
TAPE, TICKER, CLOSE = 100.0, 101.0, 102.0
"""The price that each of them tells."""


@pytest.fixture
def state() -> MarketState:
    return MarketState(BTC, Timeframe.M1)


def told(state: MarketState) -> tuple[float, Topic, bool] | None:
    last = state.last
    return None if last is None else (last.price, last.topic, last.fed)


def trade(state: MarketState, at: float, price: float = TAPE, source: Source = Source.REST) -> None:
    number = len(state.trades) + 1
    state.apply(TradesSeen(BTC.symbol, (Trade(number, START + number, 1.0, price),), True, source, at))


def ticker(state: MarketState, at: float, last: float | None = TICKER, source: Source = Source.REST) -> None:
    state.apply(TickerSeen(BTC.symbol, Ticker(last=last), source, at))


def candle(state: MarketState, at: float, close: float = CLOSE, minutes: int = 1) -> None:
    row = Candle(START - START % 60_000 + minutes * 60_000, close, close, close, close, 5.0)
    state.apply(CandlesSeen(BTC.symbol, Timeframe.M1, (row,), True, Source.REST, at))


def fed(state: MarketState, topics: Topic, at: float) -> None:
    state.apply(SourceChanged(LinkState.POLLING, Mode.AUTO, at, fed=topics))


def test_nothing_is_known_at_first(state: MarketState) -> None:
    assert told(state) is None
    ticker(state, 1.0, last=None)
    assert told(state) is None


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (Topic.DATA, (TAPE, Topic.TRADES, True)),
        (Topic.TRADES, (TAPE, Topic.TRADES, True)),
        (Topic.TICKER | Topic.CANDLES | Topic.BOOK, (TICKER, Topic.TICKER, True)),
        (Topic.CANDLES | Topic.BOOK, (CLOSE, Topic.CANDLES, True)),
        (Topic.BOOK, (TAPE, Topic.TRADES, False)),
    ],
)
def test_the_first_that_is_delivered_tells_it(
    state: MarketState, topics: Topic, expected: tuple[float, Topic, bool]
) -> None:
    trade(state, 1.0)
    ticker(state, 1.0)
    candle(state, 1.0)
    fed(state, topics, 1.0)
    assert told(state) == expected


def test_a_tape_without_a_trade_tells_nothing(state: MarketState) -> None:
    state.apply(TradesSeen(BTC.symbol, (), True, Source.REST, 1.0))
    ticker(state, 1.0)
    fed(state, Topic.DATA, 1.0)
    assert told(state) == (TICKER, Topic.TICKER, True)


def test_what_is_older_than_the_tape_does_not_set_the_price_back(state: MarketState) -> None:
    ticker(state, 1.0)
    trade(state, 9.0)
    fed(state, Topic.DATA, 9.0)
    fed(state, Topic.TICKER, 10.0)
    assert told(state) == (TAPE, Topic.TRADES, False), "the ticker has not spoken since"
    ticker(state, 12.0)
    assert told(state) == (TICKER, Topic.TICKER, True)


def test_candles_that_the_tape_has_reached_into_go_on_where_it_ended(state: MarketState) -> None:
    candle(state, 1.0, minutes=0)
    fed(state, Topic.DATA, 1.0)
    ticker(state, 2.0)
    trade(state, 9.0)
    fed(state, Topic.TICKER | Topic.CANDLES, 10.0)
    assert told(state) == (TAPE, Topic.CANDLES, True)


def test_all_lost_at_once_leaves_the_price_where_it_was(state: MarketState) -> None:
    trade(state, 1.0)
    ticker(state, 5.0)
    fed(state, Topic.DATA, 5.0)
    fed(state, Topic.NONE, 9.0)
    assert told(state) == (TAPE, Topic.TRADES, False)


def test_what_was_delivered_longest_is_the_newest_known(state: MarketState) -> None:
    trade(state, 1.0)
    fed(state, Topic.DATA, 1.0)
    fed(state, Topic.TICKER, 2.0)
    ticker(state, 3.0)
    fed(state, Topic.NONE, 9.0)
    assert told(state) == (TICKER, Topic.TICKER, False)
    trade(state, 12.0, 99.0)
    assert told(state) == (99.0, Topic.TRADES, False), "an answer that came after all was lost"


def test_remembered_prices_are_never_delivered(state: MarketState) -> None:
    trade(state, -3600.0, source=Source.CACHE)
    ticker(state, -3600.0, source=Source.CACHE)
    fed(state, Topic.DATA, 1.0)
    assert told(state) == (TAPE, Topic.TRADES, False)
    ticker(state, 1.0)
    assert told(state) == (TICKER, Topic.TICKER, True)


def test_the_price_is_as_old_as_its_newest_word(state: MarketState) -> None:
    trade(state, 1.0)
    fed(state, Topic.DATA, 1.0)
    trade(state, 4.0)
    last = state.last
    assert last is not None
    assert last.at == 4.0


def test_another_market_knows_none(state: MarketState) -> None:
    trade(state, 1.0)
    state.apply(ViewChanged(Instrument("tETHUSD", "ETH", "USD"), Timeframe.M1, 2.0))
    assert told(state) is None
