"""Whatever arrives, in whatever state: events or a DecodeError, and never a book that could not be."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import ChannelLost
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.events import MarketEvent
from hybridtui.market.feed import View
from hybridtui.market.source import Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe

VIEWS = [
    View(parse("BTCUSD")),
    View(parse("BTCUSD"), Timeframe.H1),
    View(parse("BTCUSD"), Timeframe.M1, 100),
    View(parse("DUSK:USD")),
]
NUMBERS = st.sampled_from(
    [0, 1, 2, 3, 9, -1, 1.5, -0.25, 20051, 20060, 20061, 10300, 10301, 1790134414850, 10**30, 1e300, True]
)
WORDS = st.sampled_from(
    ["hb", "te", "tu", "cs", "OK", "book", "trades", "ticker", "candles", "tBTCUSD", "P0", "trade:1m:tBTCUSD"]
)
EVENTS = st.sampled_from(["info", "conf", "subscribed", "unsubscribed", "error", "pong", "auth"])
FIELDS = st.sampled_from(
    [
        "version",
        "platform",
        "status",
        "code",
        "msg",
        "cid",
        "chanId",
        "channel",
        "symbol",
        "key",
        "prec",
        "len",
        "subId",
        "flags",
    ]
)
ANYTHING = st.recursive(
    st.none() | NUMBERS | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=15,
)
OBJECTS = st.tuples(EVENTS, st.dictionaries(FIELDS, ANYTHING, max_size=6)).map(
    lambda pair: {**pair[1], "event": pair[0]}
)
ROWS = st.lists(NUMBERS, min_size=2, max_size=7)
ARRAYS = st.tuples(st.integers(1, 5), ROWS | st.lists(ROWS, max_size=4) | WORDS, ANYTHING, NUMBERS).map(list)
FRAMES = (OBJECTS | ARRAYS | ANYTHING).map(json.dumps) | st.text() | st.binary(max_size=30)
STEPS = st.lists(
    FRAMES | st.sampled_from(VIEWS) | st.sampled_from([Topic.BOOK, Topic.DATA, Topic.TRADES]) | st.just(None),
    max_size=25,
)
GOOD = [
    '{"event":"info","version":2,"platform":{"status":1}}',
    '{"event":"subscribed","channel":"ticker","chanId":1,"symbol":"tBTCUSD"}',
    '{"event":"subscribed","channel":"trades","chanId":2,"symbol":"tBTCUSD"}',
    '{"event":"subscribed","channel":"book","chanId":3,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"25"}',
    '{"event":"subscribed","channel":"candles","chanId":4,"key":"trade:1m:tBTCUSD"}',
    "[1,[1,2,3,4,5,0.6,7,8,9,1,null],1,1790134414850]",
    "[2,[[12,1790134414850,-0.5,101],[11,1790134414850,0.25,102]],2,1790134414850]",
    "[3,[[101.5,2,0.25],[101,1,3],[102,1,-0.5]],3,1790134414850]",
    "[4,[[1790134380000,101,102,103,100,3.5]],4,1790134414850]",
    '[2,"te",[13,1790134415000,0.5,101.5],5,1790134414850]',
    "[3,[101.5,0,1],6,1790134414850]",
    "[3,[101.25,2,7e-7],7,1790134414850]",
    '[3,"cs",-123456,8,1790134414850]',
    '[3,"hb",9,1790134414850]',
    "[4,[1790134440000,102,102,102,102,0.5],10,1790134414850]",
]


def apply(session: BitfinexSession, state: MarketState, step: object, now: float) -> None:
    """One step of any kind: a frame, a change of view, a resubscription, or time."""
    if isinstance(step, View):
        session.look_at(step, now)
    elif isinstance(step, Topic):
        session.resubscribe(step, now)
    elif isinstance(step, (str, bytes)):
        for event in session.receive(step, now):
            if isinstance(event, MarketEvent):
                state.apply(event)
    else:
        session.ping(now)
        session.tick(now)


def check(session: BitfinexSession, state: MarketState) -> None:
    """What always holds: what goes out is JSON, sides are sorted and sized, and everything can be hashed and drawn."""
    for text in session.outgoing():
        assert "event" in json.loads(text)
    deadline = session.deadline()
    assert deadline is None or deadline == deadline
    for channel in session._channels:
        if channel.topic is Topic.BOOK:
            replica: Any = channel.replica  # type: ignore[attr-defined]
            for side in (replica.bids, replica.asks):
                assert side.prices == sorted(side.amounts)
                assert set(side.texts) <= set(side.prices)
            replica.checksum()
    for price, count, amount in state.book.rows():
        assert price > 0
        assert count > 0
        assert amount


@settings(max_examples=300, deadline=None)
@given(STEPS, st.integers(0, len(GOOD)))
def test_any_frames_in_any_state_give_events_or_decode_errors(steps: list[object], prefix: int) -> None:
    session, state = BitfinexSession(VIEWS[0]), MarketState(VIEWS[0].instrument, Timeframe.M1)
    for now, step in enumerate([*GOOD[:prefix], *steps]):
        with contextlib.suppress(DecodeError):
            apply(session, state, step, float(now * 4))
        check(session, state)


def damage(data: st.DataObject, text: str) -> str:
    """The text with up to three characters replaced."""
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))
    return (
        text[:at] + data.draw(st.sampled_from(["", "1", "-", "e9", '"', "[", "]", ",", "null", "0"])) + text[at + cut :]
    )


def check_same_book(session: BitfinexSession, state: MarketState) -> None:
    """What the checksums speak of is what is shown."""
    if session._book is not None:
        replica = session._book.replica
        shown = {(amount > 0, price): amount for price, _, amount in state.book.rows()}
        kept = {(True, price): amount for price, amount in replica.bids.amounts.items()}
        assert shown == kept | {(False, price): amount for price, amount in replica.asks.amounts.items()}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_frames_never_corrupt(data: st.DataObject) -> None:
    session, state = BitfinexSession(VIEWS[0]), MarketState(VIEWS[0].instrument, Timeframe.M1)
    for now, text in enumerate(GOOD):
        with contextlib.suppress(DecodeError):
            apply(session, state, damage(data, text) if data.draw(st.booleans()) else text, float(now))
        check(session, state)
        check_same_book(session, state)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_real_frames_never_corrupt(read_lines: Callable[[str], list[str]], data: st.DataObject) -> None:
    view = VIEWS[2]
    session, state = BitfinexSession(view), MarketState(view.instrument, Timeframe.M1)
    frames = read_lines("btcusd-2018-11-12-reconnect.jsonl.gz")
    start = next(number for number, text in enumerate(frames) if '"event":"info"' in text)
    for now, text in enumerate(frames[start : start + 5]):
        apply(session, state, text, float(now))
    later = data.draw(st.integers(start + 5, len(frames) - 20))
    for now, text in enumerate(frames[later : later + 20]):
        with contextlib.suppress(DecodeError):
            apply(session, state, damage(data, text), float(now))
    check(session, state)
    check_same_book(session, state)


@given(st.lists(st.sampled_from(GOOD[9:]), max_size=10), st.text() | ANYTHING.map(json.dumps))
def test_a_frame_that_is_refused_changes_nothing_that_is_shown(before: list[str], text: str) -> None:
    session, state = BitfinexSession(VIEWS[0]), MarketState(VIEWS[0].instrument, Timeframe.M1)
    for now, good in enumerate([*GOOD[:9], *before]):
        apply(session, state, good, float(now))
    book: Any = session._book
    amounts = dict(book.replica.bids.amounts), dict(book.replica.asks.amounts)
    try:
        session.receive(text, 99.0)
    except DecodeError:
        assert (book.replica.bids.amounts, book.replica.asks.amounts) == amounts
        assert all(isinstance(event, ChannelLost) for event in session.tick(99.0))
