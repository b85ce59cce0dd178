"""Real frames through the real session, against slow references in exact arithmetic that share no code with it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import ChannelLost, ChannelSynced, HeartbeatSeen, RestartAnnounced, SessionOpened
from hybridtui.exchanges.bitfinex.numbers import js_number
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.book import Book
from hybridtui.market.events import BookChanged, BookSnapshotSeen, CandlesSeen, Notice, TickerSeen, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe

ReadLines = Callable[[str], list[str]]
MARKET = (TickerSeen, BookSnapshotSeen, BookChanged, TradesSeen, CandlesSeen)


class Reference:
    """One book and one tape as the recording tells them, slow and exact."""

    def __init__(self) -> None:
        self.book: dict[tuple[bool, Decimal], tuple[Decimal, Decimal]] = {}
        self.trades: dict[int, tuple[int, Decimal, Decimal]] = {}
        self.listed: list[int] = []
        self.channels: dict[int, str] = {}

    def read(self, text: str) -> None:
        frame = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        if isinstance(frame, dict):
            if frame["event"] == "subscribed":
                self.channels[frame["chanId"]] = frame["channel"]
            return
        name, payload = self.channels.get(frame[0]), frame[1]
        if name == "trades" and payload != "hb":
            self.trade(payload, frame)
        elif name == "book" and payload != "hb":
            if isinstance(payload[0], list):
                self.book.clear()
                for row in payload:
                    self.level(*row)
            else:
                self.level(*payload)

    def trade(self, payload: Any, frame: Any) -> None:
        rows = [frame[2]] if isinstance(payload, str) else payload
        if not isinstance(payload, str):
            self.listed = [int(row[0]) for row in rows]
        for id_, mts, amount, price in rows:
            assert self.trades.setdefault(int(id_), (int(mts), amount, price)) == (int(mts), amount, price)

    def level(self, price: Decimal, count: Decimal, amount: Decimal) -> None:
        key = amount > 0, price
        if count:
            self.book[key] = count, abs(amount)
        else:
            assert key in self.book, "a level is deleted that is not there"
            del self.book[key]

    def minutes(self, since: int) -> dict[int, tuple[Decimal, ...]]:
        """Open, close, high, low and volume of every minute that began after `since`."""
        runs: dict[int, list[tuple[int, int, Decimal, Decimal]]] = defaultdict(list)
        for id_, (mts, amount, price) in self.trades.items():
            runs[mts // 60_000 * 60_000].append((mts, id_, amount, price))
        candles: dict[int, tuple[Decimal, ...]] = {}
        for start, run in runs.items():
            prices = [price for _, _, _, price in sorted(run)]
            volume = sum((abs(amount) for _, _, amount, _ in run), Decimal(0))
            if start > since:
                candles[start] = (prices[0], prices[-1], max(prices), min(prices), volume)
        return candles


def exact(value: float) -> Decimal:
    return Decimal(js_number(value))


def levels(book: Book) -> dict[tuple[bool, Decimal], tuple[Decimal, Decimal]]:
    return {(a > 0, exact(p)): (Decimal(c), exact(abs(a))) for p, c, a in book.rows()}


def state_for(view: View) -> MarketState:
    state = MarketState(view.instrument, view.timeframe)
    state.apply(CandlesSeen(view.instrument.symbol, view.timeframe, (), True, Source.REST, 0.0))
    return state


def test_two_hours_of_btcusd(read_lines: ReadLines) -> None:
    frames = read_lines("btcusd-2018-11-12-two-hours.jsonl.gz")
    view = View(parse("BTCUSD"), Timeframe.M1, 100)
    session, state, reference = BitfinexSession(view), state_for(view), Reference()
    ids: list[int] = []
    for number, text in enumerate(frames):
        reference.read(text)
        for event in session.receive(text, number / 50):
            assert not isinstance(event, (ChannelLost, Notice)), event
            if isinstance(event, MARKET):
                state.apply(event)
            if isinstance(event, TradesSeen) and not event.listing:
                ids.append(event.trades[0].id)
        book = state.book
        assert len(book._bids) <= 100 >= len(book._asks)
        if book.known:
            assert not book.crossed
    assert levels(state.book) == reference.book
    assert session._book is not None
    assert len(session._book.replica.bids.prices) == len(state.book.bids())
    assert len(ids) == len(set(ids)), "one event a trade"
    assert ids == sorted(ids)
    assert set(ids) | set(reference.listed) == set(reference.trades)
    _assert_candles(state, reference)


def _assert_candles(state: MarketState, reference: Reference) -> None:
    since = min(reference.trades[id_][0] for id_ in reference.listed)
    expected = reference.minutes(since)
    candles = {candle.mts: candle for candle in state.candles.newest(10_000) if candle.mts > since}
    assert len(expected) > 100
    assert list(candles) == sorted(expected)
    for start, candle in candles.items():
        prices = [exact(price) for price in (candle.open, candle.close, candle.high, candle.low)]
        assert prices == list(expected[start][:4])
        assert candle.volume == pytest.approx(float(expected[start][4]), rel=1e-12)


def test_a_reconnect_leaves_one_book_and_no_trade_twice(read_lines: ReadLines) -> None:
    frames = read_lines("btcusd-2018-11-12-reconnect.jsonl.gz")
    view = View(parse("BTCUSD"), Timeframe.M1, 100)
    state, reference, session = state_for(view), Reference(), BitfinexSession(view)
    session.receive('{"event":"subscribed","channel":"trades","chanId":5262,"symbol":"tBTCUSD"}', 0.0)
    seen: list[Any] = []
    for number, text in enumerate(frames):
        if '"event":"info"' in text:
            session = BitfinexSession(view)
        reference.read(text)
        for event in session.receive(text, number / 50):
            seen.append(event)
            if isinstance(event, MARKET):
                state.apply(event)
    assert len([event for event in seen if isinstance(event, SessionOpened)]) == 1
    assert [event.topic for event in seen if isinstance(event, ChannelSynced)] == [Topic.TRADES, Topic.BOOK]
    assert not [event for event in seen if isinstance(event, ChannelLost)]
    assert levels(state.book) == reference.book
    tape = [trade.id for trade in state.trades.newest(5000)]
    assert len(tape) == len(set(tape)) >= len(reference.trades)
    assert set(reference.trades) <= set(tape)


def received(lines: Iterable[str]) -> list[tuple[float, str]]:
    return [(line["ts"], line["data"]) for line in map(json.loads, lines) if line["t"] == "recv"]


SEVEN = ["BFTUSD", "IOTETH", "DOGUSD", "MNABTC", "ODEUSD", "TESTBTC:TESTUSD", "SNGUSD"]


@pytest.mark.parametrize("symbol", SEVEN)
def test_every_frame_of_a_shared_socket_is_counted(read_lines: ReadLines, symbol: str) -> None:
    frames = received(read_lines("seven-symbols-2021-04-17.jsonl.gz"))
    view = View(parse(symbol), Timeframe.M1, 100)
    session, state = BitfinexSession(view), state_for(view)
    events = [event for at, text in frames for event in session.receive(text, at)]
    assert not [event for event in events if isinstance(event, ChannelLost)]
    synced = [event.topic for event in events if isinstance(event, ChannelSynced)]
    assert set(synced) == {Topic.TICKER, Topic.TRADES, Topic.BOOK}
    for event in events:
        if isinstance(event, MARKET):
            assert event.symbol == view.instrument.symbol
            state.apply(event)
    assert state.book.rows()
    assert not state.book.crossed
    missing = [text for _, text in frames if text.startswith("[")]
    session = BitfinexSession(view)
    events = [event for _, text in frames if text != missing[50] for event in session.receive(text, 0.0)]
    assert [event.topic for event in events if isinstance(event, ChannelLost)] == [Topic.DATA]


def test_single_messages_of_2021_and_2022(read_lines: ReadLines) -> None:
    sessions: dict[str, BitfinexSession] = {}
    kinds: dict[type, int] = defaultdict(int)
    for line in read_lines("messages-2021-2022.jsonl"):
        subscription, *content = json.loads(line)
        if isinstance(subscription, list):
            with pytest.raises(DecodeError):
                next(iter(sessions.values())).receive(line, 0.0)
            continue
        name = json.dumps(subscription, sort_keys=True)
        if name not in sessions:
            symbol = subscription.get("symbol") or subscription["key"].split(":", 2)[2]
            sessions[name] = BitfinexSession(View(parse(symbol), Timeframe.M1, int(subscription.get("len", 25))))
            sessions[name].receive(json.dumps({"event": "subscribed", "chanId": 7, **subscription}), 0.0)
            if subscription["channel"] == "trades":
                sessions[name].receive("[7,[]]", 0.0)
        for event in sessions[name].receive(json.dumps([7, *content]), 0.0):
            kinds[type(event)] += 1
    assert {kind: kinds[kind] for kind in MARKET} == {
        TickerSeen: 2,
        BookSnapshotSeen: 2,
        BookChanged: 2,
        TradesSeen: 4,
        CandlesSeen: 4,
    }


def test_frames_of_2026(read_lines: ReadLines) -> None:
    frames = read_lines("frames-2026-09-23.jsonl")
    session = BitfinexSession(View(parse("BTCF0:USTF0"), Timeframe.M1, 25))
    events = [event for text in frames for event in session.receive(text, 0.0)]
    assert isinstance(events[0], SessionOpened)
    book = BitfinexSession(View(parse("BTCF0:USTF0"), Timeframe.M1, 25))
    acknowledgement = next(text for text in frames if '"subscribed"' in text)
    for chan_id in (759362, 765277):
        book = BitfinexSession(View(parse("BTCF0:USTF0"), Timeframe.M1, 25))
        book.receive(acknowledgement.replace("943592", str(chan_id)), 0.0)
        mine = [event for text in frames if text.startswith(f"[{chan_id},") for event in book.receive(text, 0.0)]
        assert [type(event) for event in mine[-2:]] == (
            [BookSnapshotSeen, ChannelSynced] if chan_id == 765277 else [type(mine[-2]), ChannelLost]
        )
    bulk = next(text for text in frames if text.startswith("[853691"))
    book = BitfinexSession(View(parse("BTCF0:USTF0"), Timeframe.M1, 25))
    book.receive(acknowledgement.replace("943592", "853691"), 0.0)
    book.receive("[853691,[[86717,1,1],[86816,1,-1]],1,1790134414800]", 0.0)
    assert [event.price for event in book.receive(bulk, 0.0) if isinstance(event, BookChanged)] == [
        86717.0,
        86816.0,
        86647.0,
        86735.0,
    ]


def test_events_that_were_seen(read_lines: ReadLines) -> None:
    session = BitfinexSession(View(parse("BTCUSD")))
    seen: dict[type, int] = defaultdict(int)
    for line in read_lines("ws-events-seen.jsonl"):
        raw = json.loads(line)["raw"]
        for event in session.receive(raw, 0.0):
            seen[type(event)] += 1
            if isinstance(event, Notice):
                assert event.text.isprintable()
    assert seen[SessionOpened] == 2
    assert seen[RestartAnnounced] == 1
    assert seen[HeartbeatSeen] == seen[ChannelLost] == 0
