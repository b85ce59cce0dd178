"""A recording played back gives the market and the status it was recorded from, through the real protocol."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from hybridtui.errors import SettingsError
from hybridtui.exchanges.registry import exchange
from hybridtui.feeds.record import Recorder
from hybridtui.feeds.recording import FrameClock, Kind, read_recording
from hybridtui.feeds.replay import ReplayFeed
from hybridtui.market.events import MarketEvent, Notice, SourceChanged, TradesSeen, Traffic
from hybridtui.market.feed import View
from hybridtui.market.source import LinkState, Mode, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from tests.fakes import ManualClock

RECORDINGS = Path(__file__).resolve().parents[2] / ".." / "shared" / "recordings"
needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside the project")

INFO = '{"event":"info","version":2,"platform":{"status":1}}'
TRADES_ACK = '{"event":"subscribed","channel":"trades","chanId":7,"symbol":"tBTCUSD","pair":"BTCUSD"}'
BOOK_ACK = (
    '{"event":"subscribed","channel":"book","chanId":8,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100",'
    '"pair":"BTCUSD"}'
)
BOOK = "[8,[[6443,1,2],[6443.1,2,-1.5]]]"
TRADES = "[7,[[2,1542045947738,0.5,6443.1],[1,1542045895966,-0.25,6443]]]"
SOCKET = [INFO, TRADES_ACK, TRADES, BOOK_ACK, BOOK]


def view(symbol: str = "BTCUSD", timeframe: Timeframe = Timeframe.M1) -> View:
    return View(exchange().instrument(symbol), timeframe)


class Watcher:
    """A state that is fed by a replay and can be waited for."""

    def __init__(self, look_at: View) -> None:
        self.state = MarketState(look_at.instrument, look_at.timeframe)
        self.events: list[MarketEvent] = []
        self._changed = asyncio.Event()

    def accept(self, event: MarketEvent) -> None:
        self.events.append(event)
        self.state.apply(event)
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def links(self) -> list[tuple[LinkState, Topic]]:
        return [(event.state, event.fed) for event in self.events if isinstance(event, SourceChanged)]

    def ended(self) -> bool:
        return self.state.link.state is LinkState.STALE


@asynccontextmanager
async def playing(feed: ReplayFeed, watcher: Watcher) -> AsyncIterator[None]:
    task = asyncio.create_task(feed.run(watcher.accept))
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def played(path: Path, look_at: View) -> Watcher:
    feed = ReplayFeed(exchange(), look_at, path, clock=ManualClock(), speed=0)
    watcher = Watcher(look_at)
    async with playing(feed, watcher):
        await watcher.until(watcher.ended)
    return watcher


def raw(path: Path, frames: list[str]) -> Path:
    path.write_text("\n".join(frames) + "\n")
    return path


async def test_raw_frames_make_a_market_and_a_status(tmp_path: Path) -> None:
    watcher = await played(raw(tmp_path / "raw.jsonl", SOCKET), view())
    state = watcher.state
    assert state.book.rows() == [(6443.0, 1, 2.0), (6443.1, 2, -1.5)]
    assert [trade.id for trade in state.trades.newest(9)] == [2, 1]
    assert [candle.volume for candle in state.candles.newest(9)] == [0.5], "the older minute is not covered"
    assert watcher.links() == [
        (LinkState.CONNECTING, Topic.NONE),
        (LinkState.LIVE, Topic.TRADES | Topic.CANDLES),
        (LinkState.LIVE, Topic.TRADES | Topic.CANDLES | Topic.BOOK),
        (LinkState.STALE, Topic.NONE),
    ]
    assert state.link.reason == "the recording has ended"


async def test_a_second_greeting_is_a_new_socket(tmp_path: Path) -> None:
    again = [INFO, BOOK_ACK.replace('"chanId":8', '"chanId":9'), "[9,[[100,1,1],[101,1,-1]]]"]
    watcher = await played(raw(tmp_path / "raw.jsonl", [*SOCKET, *again]), view())
    assert watcher.state.book.rows() == [(100.0, 1, 1.0), (101.0, 1, -1.0)]
    assert watcher.state.link.reconnects == 1
    assert (LinkState.CONNECTING, Topic.NONE) in watcher.links()[1:]


async def test_what_was_recorded_is_replayed_the_same(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "own.jsonl.gz", ManualClock())
    recorder.answered("/book/tBTCUSD/P0", 200, b"[[6442,1,2],[6444,2,-1.5]]", 1.0)
    recorder.answered("/book/tETHUSD/P0", 200, b"[[1,1,2]]", 1.0)
    recorder.opened(1.0)
    for number, frame in enumerate(SOCKET):
        recorder.received(frame.encode(), 1.5 + number / 10)
    recorder.answered("/book/tBTCUSD/P0", 200, b"[[1,1,2]]", 2.0)
    recorder.closed("closed by the exchange (1006)", 3.0)
    recorder.answered("/ticker/tBTCUSD", 500, b'["error",10020,"symbol: invalid"]', 4.0)
    recorder.close()
    watcher = await played(tmp_path / "own.jsonl.gz", view())
    assert watcher.state.book.rows() == [(6443.0, 1, 2.0), (6443.1, 2, -1.5)], "an older REST book is not let in"
    links = [event for event in watcher.events if isinstance(event, SourceChanged)]
    assert [link.state for link in links if link.state is not LinkState.LIVE] == [
        LinkState.CONNECTING,
        LinkState.POLLING,
        LinkState.POLLING,
        LinkState.STALE,
    ]
    assert links[-2].reason == "closed by the exchange (1006)"
    assert any(isinstance(event, Notice) for event in watcher.events)


async def test_maintenance_is_shown(tmp_path: Path) -> None:
    frames = [
        *SOCKET,
        '{"event":"info","code":20060,"msg":"maintenance"}',
        '{"event":"info","code":20061,"msg":"over"}',
    ]
    watcher = await played(raw(tmp_path / "raw.jsonl", frames), view())
    assert [state for state, _ in watcher.links()][-3:] == [LinkState.MAINTENANCE, LinkState.LIVE, LinkState.STALE]


async def test_a_line_that_cannot_be_read_is_told_and_does_no_harm(tmp_path: Path) -> None:
    watcher = await played(raw(tmp_path / "raw.jsonl", [*SOCKET[:3], "{{{", *SOCKET[3:]]), view())
    assert any(isinstance(event, Notice) and "could not be read" in event.text for event in watcher.events)
    assert watcher.state.book.known


async def test_the_pace_is_that_of_the_recording_times_the_speed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    recorder = Recorder(tmp_path / "own.jsonl", clock)
    for number, frame in enumerate([*SOCKET, *(f"[8,[{6440 - more},1,1]]" for more in range(20))]):
        recorder.received(frame.encode(), 50.0 + number * 0.5)
    recorder.close()
    look_at = view()
    feed = ReplayFeed(exchange(), look_at, tmp_path / "own.jsonl", clock=clock, speed=2.0)

    async def pause(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(feed, "_pause", pause)
    watcher, began = Watcher(look_at), clock.now()
    async with playing(feed, watcher):
        await watcher.until(watcher.ended)
    assert clock.now() - began == pytest.approx(24 * 0.5 / 2)
    rates = [event.messages_per_s for event in watcher.events if isinstance(event, Traffic)]
    assert rates[-1] == pytest.approx(4, abs=0.5)


async def test_another_timeframe_is_made_from_the_trades(tmp_path: Path) -> None:
    look_at = view()
    feed = ReplayFeed(exchange(), look_at, raw(tmp_path / "raw.jsonl", SOCKET), clock=ManualClock(), speed=0)
    watcher = Watcher(look_at)
    async with playing(feed, watcher):
        await watcher.until(watcher.ended)
        hour = view(timeframe=Timeframe.M5)
        watcher.state.timeframe = Timeframe.M5
        feed.select(hour)
        await watcher.until(lambda: watcher.state.candles.timeframe is Timeframe.M5)


async def test_the_mode_is_shown_and_refreshing_asks_nobody(tmp_path: Path) -> None:
    look_at = view()
    feed = ReplayFeed(exchange(), look_at, raw(tmp_path / "raw.jsonl", SOCKET), clock=ManualClock(), speed=0)
    watcher = Watcher(look_at)
    async with playing(feed, watcher):
        await watcher.until(watcher.ended)
        feed.force(Mode.REST)
        assert watcher.state.link.mode is Mode.REST
        assert watcher.state.link.state is LinkState.STALE
        await feed.refresh()
    assert feed.instrument("ethusd").symbol == "tETHUSD"


def own(path: Path, *looked_at: View) -> Path:
    """What this program records of one socket that looks at one market after the other, ids of its own and all."""
    session = exchange().session(looked_at[0])
    frames, number = [INFO], 0
    for each in looked_at:
        session.look_at(each, 0.0)
        for request in map(msgspec.json.decode, session.outgoing()):
            if request["event"] == "subscribe":
                number += 1
                frames.append(msgspec.json.encode({**request, "event": "subscribed", "chanId": number}).decode())
                frames.append(f"[{number},{snapshot(request, number)}]")
        for frame in frames:
            session.receive(frame, 0.0)
    return raw(path, frames)


def snapshot(request: dict[str, str], price: int) -> str:
    return {
        "ticker": f"[{price},1,{price + 1},1,0,0,{price},9,9,1]",
        "trades": f"[[2,1542045947738,0.5,{price}],[1,1542045895966,-0.25,{price}]]",
        "book": f"[[{price},1,2],[{price + 1},1,-2]]",
        "candles": f"[[1542045840000,{price},{price},{price},{price},7]]",
    }[request["channel"]]


async def test_a_market_that_was_not_recorded_is_not_made_of_another_one(tmp_path: Path) -> None:
    path = own(tmp_path / "own.jsonl", view())
    watcher = await played(path, view("ETHUSD"))
    state = watcher.state
    assert not state.book.known
    assert state.ticker.last is None
    assert (len(state.trades), len(state.candles)) == (0, 0)
    assert [each for each, _ in watcher.links()] == [LinkState.CONNECTING, LinkState.STALE]
    links = [event for event in watcher.events if isinstance(event, SourceChanged)]
    assert [link.reason for link in links] == [
        "the recording begins without a book of ETH/USD",
        "the recording has nothing of ETH/USD; look at the market that was recorded",
    ]
    watcher = await played(path, view())
    assert watcher.state.book.rows() == [(3.0, 1, 2.0), (4.0, 1, -2.0)]


async def test_each_market_of_a_recording_is_found_whatever_its_ids(tmp_path: Path) -> None:
    path = own(tmp_path / "own.jsonl", view(), view("ETHUSD"))
    for symbol, price in (("BTCUSD", 3.0), ("ETHUSD", 7.0)):
        watcher = await played(path, view(symbol))
        assert watcher.state.book.rows() == [(price, 1, 2.0), (price + 1, 1, -2.0)]
        assert watcher.state.ticker.last == price - 2


async def test_candles_of_another_timeframe_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    path = own(tmp_path / "own.jsonl", view())
    recorded = (await played(path, view())).state.candles.newest(9)
    assert 7 in [candle.volume for candle in recorded]
    made = (await played(path, view(timeframe=Timeframe.M5))).state.candles.newest(9)
    assert [candle.volume for candle in made] == [0.5], "from the trades alone"


async def test_a_longer_book_than_is_wanted_is_played_as_what_it_is(tmp_path: Path) -> None:
    path = own(tmp_path / "own.jsonl", msgspec.structs.replace(view(), book_length=250))
    watcher = await played(path, msgspec.structs.replace(view(), book_length=25))
    assert watcher.state.book.length == 250


def test_a_recording_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        ReplayFeed(exchange(), view(), tmp_path / "missing.jsonl", clock=ManualClock())


@needs_recordings
async def test_a_real_reconnect_is_replayed() -> None:
    watcher = await played(RECORDINGS / "btcusd-2018-11-12-reconnect.jsonl.gz", view())
    state = watcher.state
    assert state.book.known
    assert not state.book.crossed
    assert 0 < len(state.book.bids()) <= 100
    ids = [trade.id for event in watcher.events if isinstance(event, TradesSeen) for trade in event.trades]
    assert len(state.trades) == len(set(ids))
    assert not [event for event in watcher.events if isinstance(event, Notice)]


@needs_recordings
async def test_several_markets_of_one_socket_can_be_looked_at_in_turn() -> None:
    path = RECORDINGS / "seven-symbols-2021-04-17.jsonl.gz"
    acks = [
        msgspec.json.decode(entry.data)
        for entry in islice(read_recording(path, FrameClock(())), 500)
        if entry.t is Kind.RECV and '"subscribed"' in entry.data and '"book"' in entry.data
    ]
    symbols = [ack["symbol"].removeprefix("t") for ack in acks]
    assert len(symbols) >= 2
    first, second = view(symbols[0]), view(symbols[1])
    feed = ReplayFeed(exchange(), first, path, clock=ManualClock(), speed=0)
    watcher = Watcher(first)
    async with playing(feed, watcher):
        await watcher.until(watcher.ended)
        assert watcher.state.book.known
        watcher.state = MarketState(second.instrument, second.timeframe)
        feed.select(second)
        await watcher.until(watcher.ended)
        assert watcher.state.book.known
        assert watcher.state.ticker.last is not None


@pytest.mark.slow
@needs_recordings
async def test_two_real_hours_are_replayed_to_the_last_trade() -> None:
    path = RECORDINGS / "btcusd-2018-11-12-two-hours.jsonl.gz"
    watcher = await played(path, view())
    state = watcher.state
    trades = {trade.id: trade for event in watcher.events if isinstance(event, TradesSeen) for trade in event.trades}
    assert len(trades) > 1000
    assert len(state.trades) == len(trades)
    assert state.trades.covered_since == min(trade.mts for trade in trades.values())
    assert 0 < len(state.book.bids()) <= 100
    assert not state.book.crossed
    buckets: dict[int, float] = {}
    for trade in trades.values():
        buckets[trade.mts // 60_000 * 60_000] = buckets.get(trade.mts // 60_000 * 60_000, 0.0) + abs(trade.amount)
    shown = {candle.mts: candle.volume for candle in state.candles.newest(10_000)}
    covered = {mts: volume for mts, volume in buckets.items() if mts > state.trades.covered_since}
    assert shown == pytest.approx(covered)
    assert not [event for event in watcher.events if isinstance(event, Notice)]
