"""The state of one market: what each event changes, which topics it names, and what health says of them."""

import pytest

from hybridtui.market.book import Level
from hybridtui.market.candles import Candle
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    Notice,
    Severity,
    SourceChanged,
    SymbolRefused,
    TickerSeen,
    TradesSeen,
    Traffic,
    ViewChanged,
)
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade

BTC = Instrument("tBTCUSD", "BTC", "USD")
ETH = Instrument("tETHUSD", "ETH", "USD")
START = 1_790_134_380_000
MINUTE = 60_000


@pytest.fixture
def state() -> MarketState:
    return MarketState(BTC, Timeframe.M1)


def book(symbol: str = "tBTCUSD", source: Source = Source.WEBSOCKET, at: float = 1.0) -> BookSnapshotSeen:
    return BookSnapshotSeen(symbol, ((100.0, 1, 1.0), (101.0, 2, -2.0)), source, at)


def trades(*rows: Trade, listing: bool = False, source: Source = Source.WEBSOCKET, at: float = 1.0) -> TradesSeen:
    return TradesSeen("tBTCUSD", rows, listing, source, at)


def candles(*rows: Candle, timeframe: Timeframe = Timeframe.M1, source: Source = Source.REST) -> CandlesSeen:
    return CandlesSeen("tBTCUSD", timeframe, rows, True, source, 1.0)


def candle(mts: int, volume: float = 5.0, close: float = 100.0) -> Candle:
    return Candle(mts, 100.0, close, 100.0, 100.0, volume)


def trade(number: int, mts: int, price: float = 100.0) -> Trade:
    return Trade(number, mts, 1.0, price)


def shown(state: MarketState) -> tuple[str, int]:
    return state.candles.timeframe.value, len(state.candles)


def refused(state: MarketState) -> str | None:
    return None if state.refused is None else state.refused.symbol


def notice(state: MarketState) -> str | None:
    return None if state.notice is None else state.notice.text


def touch(state: MarketState) -> tuple[float | None, float | None]:
    return state.touch


def test_every_piece_names_its_topic(state: MarketState) -> None:
    assert state.apply(TickerSeen("tBTCUSD", Ticker(last=1.0), Source.REST, 1.0)) == Topic.TICKER
    assert state.apply(book()) == Topic.BOOK
    assert state.apply(BookChanged("tBTCUSD", 99.0, 1, 1.0, 2.0)) == Topic.BOOK
    assert state.apply(BookChecked("tBTCUSD", True, 2.0)) == Topic.BOOK
    assert state.apply(trades(trade(1, START))) == Topic.TRADES
    assert state.apply(candles(candle(START))) == Topic.CANDLES
    assert state.apply(trades(trade(2, START))) == Topic.TRADES | Topic.CANDLES
    assert state.apply(Traffic(1.0, 2.0, 3.0, 4.0)) == Topic.LINK
    assert state.apply(Notice("Something.", Severity.INFO, 1.0)) == Topic.LINK
    assert state.apply(SourceChanged(LinkState.LIVE, Mode.AUTO, 1.0)) == Topic.ALL


@pytest.mark.parametrize(
    "event",
    [
        TickerSeen("tETHUSD", Ticker(last=1.0), Source.REST, 1.0),
        book("tETHUSD"),
        BookChanged("tETHUSD", 99.0, 1, 1.0, 2.0),
        BookChecked("tETHUSD", True, 2.0),
        TradesSeen("tETHUSD", (trade(1, START),), False, Source.REST, 1.0),
        CandlesSeen("tETHUSD", Timeframe.M1, (candle(START),), True, Source.REST, 1.0),
        CandlesSeen("tBTCUSD", Timeframe.H1, (candle(START),), True, Source.REST, 1.0),
        SymbolRefused("tETHUSD", ("tETHUST",), 1.0),
    ],
)
def test_what_belongs_to_another_view_changes_nothing(state: MarketState, event: BookSnapshotSeen) -> None:
    assert state.apply(event) == Topic.NONE
    assert not state.book.known
    assert len(state.trades) == len(state.candles) == 0
    assert state.last_price is None
    assert state.refused is None
    assert state.newest_arrival() is None


def test_a_repeated_trade_is_no_news_but_proves_the_source_alive(state: MarketState) -> None:
    state.apply(trades(trade(1, START), at=1.0))
    assert state.apply(trades(trade(1, START), at=5.0)) == Topic.NONE
    assert state.health(Topic.TRADES, 6.0).age == 1.0


def test_health_before_anything_came(state: MarketState) -> None:
    health = state.health(Topic.BOOK, 5.0)
    assert (health.source, health.age, health.fed, health.verified, health.mixed) == (None, None, False, None, False)


def test_health_follows_the_source(state: MarketState) -> None:
    state.apply(book(source=Source.REST, at=1.0))
    assert state.health(Topic.BOOK, 3.0).source is Source.REST
    assert not state.health(Topic.BOOK, 3.0).fed
    state.apply(SourceChanged(LinkState.LIVE, Mode.AUTO, 3.0, fed=Topic.BOOK))
    assert state.health(Topic.BOOK, 3.0).fed
    assert not state.health(Topic.TRADES, 3.0).fed, "nothing came yet"
    state.apply(book(at=4.0))
    state.apply(BookChanged("tBTCUSD", 99.0, 1, 1.0, 6.0))
    health = state.health(Topic.BOOK, 7.5)
    assert (health.source, health.age, health.mixed) == (Source.WEBSOCKET, 1.5, False)


def test_checks_count_until_one_disagrees_or_a_snapshot_comes(state: MarketState) -> None:
    state.apply(book())
    for _ in range(3):
        state.apply(BookChecked("tBTCUSD", True, 2.0))
    assert (state.health(Topic.BOOK, 2.0).verified, state.health(Topic.BOOK, 2.0).checks) == (True, 3)
    state.apply(BookChecked("tBTCUSD", False, 3.0))
    assert (state.health(Topic.BOOK, 3.0).verified, state.health(Topic.BOOK, 3.0).checks) == (False, 0)
    state.apply(book())
    assert state.health(Topic.BOOK, 3.0).verified is None


def test_rows_of_two_sources_are_called_mixed_and_remembered_ones_are_not(state: MarketState) -> None:
    state.apply(trades(trade(1, START), listing=True, source=Source.CACHE))
    state.apply(trades(trade(2, START), listing=True, source=Source.REST))
    assert not state.health(Topic.TRADES, 1.0).mixed
    state.apply(trades(trade(3, START)))
    assert state.health(Topic.TRADES, 1.0).mixed


def test_a_clock_that_seems_to_run_back_gives_no_negative_age(state: MarketState) -> None:
    state.apply(book(at=5.0))
    assert state.health(Topic.BOOK, 4.0).age == 0.0


def test_the_last_price_is_that_of_the_newest_trade(state: MarketState) -> None:
    state.apply(candles(candle(START, close=1.0)))
    assert state.last_price == 1.0
    state.apply(TickerSeen("tBTCUSD", Ticker(last=2.0), Source.REST, 1.0))
    assert state.last_price == 2.0
    state.apply(trades(trade(1, START, 3.0)))
    assert state.last_price == 3.0


def test_the_best_prices_are_those_of_the_book_unless_the_exchange_put_its_levels_together(state: MarketState) -> None:
    assert touch(state) == (None, None)
    state.apply(TickerSeen("tBTCUSD", Ticker(bid=100.5, ask=100.6), Source.REST, 1.0))
    state.apply(book())
    assert touch(state) == (100.0, 101.0)
    state.apply(BookSnapshotSeen("tBTCUSD", ((100.0, 1, 1.0), (110.0, 2, -2.0)), Source.WEBSOCKET, 2.0, precision=1))
    assert touch(state) == (100.5, 100.6)


def test_trades_that_came_before_the_first_candles_reach_into_them(state: MarketState) -> None:
    state.apply(trades(trade(1, START - MINUTE), trade(2, START, 101.0), listing=True))
    state.apply(candles(candle(START - MINUTE)))
    assert state.candles.last == Candle(START, 101.0, 101.0, 101.0, 101.0, 1.0)


def test_an_exchange_without_candles_yet_is_followed_all_the_same(state: MarketState) -> None:
    state.apply(trades(trade(1, START - MINUTE), trade(2, START, 101.0), listing=True))
    state.apply(candles())
    assert state.candles.last == Candle(START, 101.0, 101.0, 101.0, 101.0, 1.0)


def test_a_late_candle_does_not_set_the_close_back(state: MarketState) -> None:
    state.apply(candles(candle(START, volume=5.0)))
    state.apply(trades(trade(1, START + 5, 103.0)))
    state.apply(candles(candle(START, volume=7.0, close=100.0), source=Source.WEBSOCKET))
    last = state.candles.last
    assert last is not None
    assert (last.close, last.high, last.volume) == (103.0, 103.0, 7.0)


@pytest.mark.parametrize("source", [Source.REST, Source.CACHE])
def test_a_tape_that_is_not_delivered_does_not_set_the_close_back(source: Source) -> None:
    state, hour = MarketState(BTC, Timeframe.H1), START - START % (60 * MINUTE)
    state.apply(trades(trade(1, hour + MINUTE), listing=True, source=source))
    state.apply(candles(candle(hour), timeframe=Timeframe.H1, source=source))
    state.apply(SourceChanged(LinkState.POLLING, Mode.AUTO, 1.0, fed=Topic.DATA))
    state.apply(SourceChanged(LinkState.POLLING, Mode.AUTO, 2.0, fed=Topic.CANDLES))
    state.apply(candles(candle(hour, volume=9.0, close=110.0), timeframe=Timeframe.H1))
    assert state.candles.last is not None
    assert state.candles.last.close == 110.0
    state.apply(trades(trade(1, hour + MINUTE), trade(2, hour + 2 * MINUTE, 111.0), listing=True, source=Source.REST))
    assert state.candles.last.close == 111.0


def test_a_candle_of_a_timeframe_chosen_while_the_tape_is_not_delivered_is_as_the_exchange_says(
    state: MarketState,
) -> None:
    hour = START - START % (60 * MINUTE)
    state.apply(trades(trade(1, hour + MINUTE), listing=True))
    state.apply(SourceChanged(LinkState.LIVE, Mode.AUTO, 1.0, fed=Topic.DATA))
    state.apply(SourceChanged(LinkState.POLLING, Mode.AUTO, 2.0, fed=Topic.CANDLES))
    state.apply(ViewChanged(BTC, Timeframe.H1, 3.0))
    state.apply(candles(candle(hour, close=110.0), timeframe=Timeframe.H1))
    assert state.candles.last == candle(hour, close=110.0)


def test_another_timeframe_keeps_the_old_candles_until_its_answer(state: MarketState) -> None:
    state.apply(candles(candle(START)))
    state.apply(book())
    assert state.apply(ViewChanged(BTC, Timeframe.H1, 2.0)) == Topic.ALL
    assert shown(state) == ("1m", 1)
    assert state.apply(candles(candle(START + MINUTE))) == Topic.NONE, "a late answer for the old timeframe"
    state.apply(candles(candle(START), candle(START - 60 * MINUTE), timeframe=Timeframe.H1))
    assert shown(state) == ("1h", 2)
    assert state.book.known


def test_another_market_forgets_everything_of_the_old_one(state: MarketState) -> None:
    state.apply(book())
    state.apply(trades(trade(1, START)))
    state.apply(SymbolRefused("tBTCUSD", (), 1.0))
    assert refused(state) == "tBTCUSD"
    state.apply(ViewChanged(ETH, Timeframe.M1, 2.0))
    assert state.instrument == ETH
    assert not state.book.known
    assert state.book.best_bid is None
    assert state.last_price is None
    assert refused(state) is None
    assert state.apply(book()) == Topic.NONE, "a late answer for the old market"
    state.apply(book("tETHUSD"))
    assert state.book.best_bid == Level(100.0, 1, 1.0)


def test_an_empty_notice_takes_the_last_one_back(state: MarketState) -> None:
    state.apply(Notice("The exchange asks us to slow down.", Severity.WARNING, 1.0))
    assert notice(state) == "The exchange asks us to slow down."
    state.apply(Notice("", Severity.INFO, 2.0))
    assert notice(state) is None
    assert state.notices == 1


def past(event: TradesSeen) -> TradesSeen:
    return TradesSeen(event.symbol, event.trades, True, Source.REST, event.at, of_the_past=True)


def test_a_page_of_the_past_says_nothing_about_the_present(state: MarketState) -> None:
    rows = [Trade(number, START + number, 1.0, 100.0) for number in range(100)]
    state.apply(trades(*rows[:5], listing=True, at=100.0))
    state.apply(SourceChanged(LinkState.LIVE, Mode.AUTO, 101.0, Topic.DATA))
    state.apply(trades(*rows[90:], listing=True, at=105.0))
    state.apply(SourceChanged(LinkState.CONNECTING, Mode.AUTO, 106.0, Topic.NONE, confirmed_at=106.0))
    state.apply(past(trades(*rows[4:91], at=110.0)))
    assert len(state.trades) == 100, "but its trades are taken in"
    assert state.trades.interrupted
    assert state.arrivals[Topic.TRADES].source is Source.WEBSOCKET
    assert state.arrivals[Topic.TRADES].at == 105.0
    assert state.health(Topic.TRADES, 111.0).mixed
    assert all(gap.closed for gap in state.trades.gaps)


def test_candles_of_the_past_do_not_take_the_place_of_remembered_ones(state: MarketState) -> None:
    known = tuple(Candle(START + at * MINUTE, 1.0, 1.0, 1.0, 1.0, 1.0) for at in range(10))
    state.apply(CandlesSeen("tBTCUSD", Timeframe.M1, known, True, Source.CACHE, 0.0))
    older = CandlesSeen("tBTCUSD", Timeframe.M1, known[:3], True, Source.REST, 5.0, of_the_past=True)
    state.apply(older)
    assert len(state.candles) == 10
    assert state.arrivals[Topic.CANDLES].source is Source.CACHE
