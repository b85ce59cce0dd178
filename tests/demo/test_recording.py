"""A recording as a market, with the real two hours of 2018."""

import gzip
from itertools import islice
from pathlib import Path

import pytest

from hybridtui.demo.recording import RecordedMarket, RecordingError
from hybridtui.market.timeframe import Timeframe
from hybridtui.server.market import CandleQuery, TradeQuery, TradeRow

RECORDINGS = Path(__file__).resolve().parents[2] / ".." / "shared" / "recordings"
START = 1_790_134_414_850
FRAMES = 20_000
"""The first minutes are enough."""

needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside the project")


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    frames = tmp_path / "frames.jsonl"
    with gzip.open(RECORDINGS / "btcusd-2018-11-12-two-hours.jsonl.gz", "rb") as file:
        frames.write_bytes(b"".join(islice(file, FRAMES)))
    rows = (RECORDINGS / "btcusd-2018-11-12-two-hours.clock.csv").read_text().splitlines()
    kept = [row for row in rows[1:] if int(row.split(",")[0]) < FRAMES]
    (tmp_path / "clock.csv").write_text("\n".join([rows[0], *kept]))
    return tmp_path


def recorded(folder: Path, *, warmup_ms: int = 60_000, rate: float = 1.0) -> RecordedMarket:
    return RecordedMarket(folder / "frames.jsonl", folder / "clock.csv", START, warmup_ms=warmup_ms, rate=rate)


def length_ms(folder: Path) -> int:
    rows = (folder / "clock.csv").read_text().splitlines()
    return int(rows[-1].split(",")[1]) - int(rows[1].split(",")[1])


@needs_recordings
def test_the_warm_up_is_past_and_the_rest_comes_at_its_pace(beginning: Path) -> None:
    market, seen = recorded(beginning), list[TradeRow]()
    assert market.symbols == ("tBTCUSD",)
    before = market.trades("tBTCUSD", TradeQuery(limit=1000))
    assert before[0][1] <= START
    assert market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.M1, limit=10))
    while (moment := market.next_ms()) is not None:
        for change in market.advance(moment):
            seen += change.trades
            assert all(trade[1] == moment for trade in change.trades)
    assert len(seen) > 20
    assert market.now_ms - START == length_ms(beginning) - 60_000
    assert market.trades("tBTCUSD", TradeQuery(limit=10_000)) == [*reversed(seen), *before]


@needs_recordings
def test_the_book_survives_the_reconnect_and_stays_at_the_end() -> None:
    frames, clock = (RECORDINGS / f"btcusd-2018-11-12-reconnect.{end}" for end in ("jsonl.gz", "clock.csv"))
    market = RecordedMarket(frames, clock, START, warmup_ms=90_000)
    rows = market.book("tBTCUSD")
    for moment in range(START, START + 400_000, 1000):
        market.advance(moment)
        rows = market.book("tBTCUSD")
        bids, asks = [row for row in rows if row[2] > 0], [row for row in rows if row[2] < 0]
        assert bids[0][0] < asks[0][0]
        assert max(len(bids), len(asks)) <= 100
    assert market.next_ms() is None
    assert market.advance(START + 10_000_000) == []
    assert market.book("tBTCUSD") == rows


@needs_recordings
def test_the_rate_shortens_what_is_to_come(beginning: Path) -> None:
    market = recorded(beginning, warmup_ms=0, rate=10.0)
    while (moment := market.next_ms()) is not None:
        market.advance(moment)
    assert market.now_ms - START == round(length_ms(beginning) / 10)


@needs_recordings
def test_candles_and_ticker_are_made_of_the_trades(beginning: Path) -> None:
    market = recorded(beginning, warmup_ms=10_000_000)
    trades = market.trades("tBTCUSD", TradeQuery(limit=10_000))
    (day,) = market.candles("tBTCUSD", CandleQuery(timeframe=Timeframe.D1, limit=1))
    prices = [row[3] for row in trades]
    assert day[1:5] == (prices[-1], prices[0], max(prices), min(prices))
    assert day[5] == pytest.approx(sum(abs(row[2]) for row in trades))
    assert list(market.ticker("tBTCUSD")[6:10]) == [day[2], pytest.approx(day[5]), day[3], day[4]]
    assert market.ticker("tBTCUSD")[4] == round(day[2] - day[1], 8)


@pytest.mark.parametrize("content", ["", "frame,trade_mts\n", "a,b\n1,2\n", "frame,trade_mts\nx,y\n"])
def test_a_clock_file_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    clock, frames = tmp_path / "clock.csv", tmp_path / "frames.jsonl"
    clock.write_text(content)
    frames.write_text("")
    with pytest.raises(RecordingError, match="clock file"):
        RecordedMarket(frames, clock, START)


@pytest.mark.parametrize("content", ["", "nonsense\n", '{"event":"info"}\n', '[1,"te",["x"]]\n'])
def test_a_recording_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    clock, frames = tmp_path / "clock.csv", tmp_path / "frames.jsonl"
    clock.write_text("frame,trade_mts\n1,1000\n")
    frames.write_text(content)
    with pytest.raises(RecordingError, match=r"frames\.jsonl"):
        RecordedMarket(frames, clock, START)


@needs_recordings
def test_it_stands_still_while_it_is_skipped_and_leaves_out_trades(beginning: Path) -> None:
    market = recorded(beginning)
    moment = market.next_ms()
    assert moment is not None
    market.skip(START + 60_000)
    assert market.now_ms == START + 60_000
    assert market.next_ms() == moment + 60_000
    before = market.trades("tBTCUSD", TradeQuery(limit=10_000))
    market.trading = False
    changes = market.advance(START + 120_000)
    assert changes
    assert not any(change.trades for change in changes)
    assert market.trades("tBTCUSD", TradeQuery(limit=10_000)) == before
