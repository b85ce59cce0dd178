"""The demo exchange: plausible, consistent and the same for the same seed."""

import pytest

from hybridtui.demo.aggregate import bucket_of
from hybridtui.demo.market import DemoMarket
from hybridtui.market.candles import candle_of
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from hybridtui.server.market import CandleQuery, TradeQuery

START = 1_790_134_414_850
SYMBOLS = ["tBTCUSD", "tETHUSD", "tXRPBTC", "tDUSK:USD", "tBTCF0:USTF0"]


def played(seconds: int, *, step: int = 1000, seed: int = 1) -> DemoMarket:
    market = DemoMarket(START, seed=seed)
    for moment in range(0, seconds * 1000 + 1, step):
        market.advance(START + moment)
    return market


def contents(market: DemoMarket) -> list[object]:
    return [
        [
            list(market.book(symbol)),
            market.trades(symbol, TradeQuery(limit=500)),
            market.candles(symbol, CandleQuery(timeframe=Timeframe.M15, limit=300)),
            market.ticker(symbol),
        ]
        for symbol in market.symbols
    ]


def test_the_same_seed_makes_the_same_market_however_often_it_is_moved() -> None:
    assert contents(played(60, step=50)) == contents(played(60, step=60_000))
    assert contents(played(60, seed=1)) != contents(played(60, seed=2))


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_book_is_deep_and_never_crossed(symbol: str) -> None:
    market = DemoMarket(START)
    for moment in range(0, 300_000, 500):
        market.advance(START + moment)
        rows = market.book(symbol)
        bids, asks = [row for row in rows if row[2] > 0], [row for row in rows if row[2] < 0]
        assert bids[0][0] < asks[0][0]
        assert len(bids) >= 200
        assert len(asks) >= 200


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_numbers_are_on_the_exchanges_grid(symbol: str) -> None:
    for price, count, amount in played(10).book(symbol):
        assert float(f"{price:.5g}") == price
        assert round(amount, 8) == amount != 0
        assert count >= 1


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.M5, Timeframe.H1])
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_candles_are_those_of_the_trades(symbol: str, timeframe: Timeframe) -> None:
    market = played(200)
    trades = [Trade(*row) for row in market.trades(symbol, TradeQuery(limit=10_000, start=START - 4 * 3_600_000))]
    candles = market.candles(symbol, CandleQuery(timeframe=timeframe, limit=3))
    assert len(candles) == 3
    for mts, *rest in candles:
        candle = candle_of(mts, [trade for trade in trades if bucket_of(trade.mts, timeframe) == mts])
        assert [candle.open, candle.close, candle.high, candle.low] == rest[:4]
        assert candle.volume == pytest.approx(rest[4], abs=1e-8)


@pytest.mark.parametrize("timeframe", list(Timeframe)[1:])
def test_all_timeframes_are_made_of_the_same_minutes(timeframe: Timeframe) -> None:
    market = played(90)
    newest = market.candles("tETHUSD", CandleQuery(timeframe=timeframe, limit=2))
    for mts, first, last, high, low, volume in newest:
        end = timeframe.next_bucket(mts) - 1
        minutes = market.candles("tETHUSD", CandleQuery(timeframe=Timeframe.M1, limit=100_000, start=mts, end=end))
        assert (minutes[-1][1], minutes[0][2]) == (first, last)
        assert (max(row[3] for row in minutes), min(row[4] for row in minutes)) == (high, low)
        assert sum(row[5] for row in minutes) == pytest.approx(volume)


def test_the_ticker_is_that_of_the_last_day() -> None:
    market = played(120)
    bid, _, ask, _, change, _, last, volume, high, low = market.ticker("tBTCUSD")
    start = market.now_ms - 86_400_000
    minutes = market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.M1, limit=2000, start=start))
    assert (high, low) == (max(row[3] for row in minutes), min(row[4] for row in minutes))
    assert volume == pytest.approx(sum(row[5] for row in minutes))
    assert last == market.trades("tBTCUSD", TradeQuery(limit=1))[0][3]
    assert change == last - minutes[-1][1]
    assert (bid, ask) == (market.book("tBTCUSD")[0][0], min(row[0] for row in market.book("tBTCUSD") if row[2] < 0))


def test_the_past_stays_as_it_was_when_the_demo_is_started_again_later() -> None:
    query = CandleQuery(timeframe=Timeframe.H1, limit=48, end=START - 3_600_000)
    assert DemoMarket(START).candles("tBTCUSD", query) == DemoMarket(START + 7_200_000).candles("tBTCUSD", query)


def test_trade_ids_grow_over_the_seam_between_past_and_present() -> None:
    rows = played(120).trades("tBTCUSD", TradeQuery(limit=2000))
    assert [row[0] for row in rows] == sorted({row[0] for row in rows}, reverse=True)
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert rows[0][1] > START > rows[-1][1]


def test_the_default_pace_is_that_of_a_lively_market() -> None:
    market, trades, seconds = DemoMarket(START), 0, 300
    for moment in range(seconds):
        for change in market.advance(START + 1000 * (moment + 1)):
            trades += len(change.trades) if change.symbol == "tBTCUSD" else 0
    assert 0.7 < trades / seconds < 2.5


def test_a_long_sleep_leaves_a_gap_and_the_market_goes_on() -> None:
    market = played(30)
    later = START + 8 * 3_600_000
    market.advance(later)
    starts = [row[0] for row in market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.M1, limit=4))]
    assert starts[0] > later - 120_000
    assert starts[-1] < START
    rows = market.book("tBTCUSD")
    assert min(row[0] for row in rows if row[2] < 0) > rows[0][0]


def test_a_skipped_time_stays_empty() -> None:
    market, quiet = played(30), START + 330_000
    book, newest = list(market.book("tBTCUSD")), market.trades("tBTCUSD", TradeQuery(limit=1))
    market.skip(quiet)
    assert market.now_ms == quiet
    assert market.advance(quiet) == []
    assert list(market.book("tBTCUSD")) == book
    market.advance(quiet + 60_000)
    since = market.trades("tBTCUSD", TradeQuery(limit=100, start=newest[0][1] + 1))
    assert since
    assert all(trade[1] >= quiet for trade in since)


def test_orders_come_and_go_where_nobody_trades() -> None:
    market = played(30)
    before = market.trades("tBTCUSD", TradeQuery(limit=20))
    market.trading = False
    books = []
    for minute in range(1, 6):
        changes = market.advance(START + 30_000 + minute * 60_000)
        assert all(change.book and not change.trades for change in changes)
        books.append(list(market.book("tBTCUSD")))
    assert len({str(book) for book in books}) == 5
    assert all(max(r[0] for r in book if r[2] > 0) < min(r[0] for r in book if r[2] < 0) for book in books)
    assert market.trades("tBTCUSD", TradeQuery(limit=20)) == before
    market.trading = True
    market.advance(START + 30_000 + 7 * 60_000)
    [newest] = market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.M1, limit=1))
    held = market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.M1, limit=10, start=START + 90_000))
    assert newest in held
    assert len(held) <= 3, "the minutes without trades have no candles"
