"""What the session makes of each kind of frame."""

import json
from typing import Any

import pytest

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import (
    ChannelLost,
    ChannelSynced,
    HeartbeatSeen,
    MaintenanceEnded,
    MaintenanceStarted,
    PongSeen,
    RestartAnnounced,
    SessionOpened,
)
from hybridtui.exchanges.bitfinex.replica import Replica
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    Notice,
    SymbolRefused,
    TickerSeen,
    TradesSeen,
)
from hybridtui.market.feed import View
from hybridtui.market.source import Source, Topic

CHANNELS = ["ticker", "trades", "book", "candles"]


def test_flags_and_subscriptions_go_out_at_once_and_only_once(wire: Any) -> None:
    requests = wire.sent()
    assert requests[0] == {"event": "conf", "flags": 65536 + 131072 + 32768}
    assert [request.pop("subId") is not None for request in requests[1:]] == [True] * 4
    assert requests[1:] == [
        {"event": "subscribe", "channel": "ticker", "symbol": "tBTCUSD"},
        {"event": "subscribe", "channel": "trades", "symbol": "tBTCUSD"},
        {"event": "subscribe", "channel": "book", "symbol": "tBTCUSD", "prec": "P0", "freq": "F0", "len": "25"},
        {"event": "subscribe", "channel": "candles", "key": "trade:1m:tBTCUSD"},
    ]
    assert wire.sent() == []


@pytest.mark.parametrize(
    ("info", "operative"),
    [
        ({"event": "info", "version": 2, "serverId": "x", "platform": {"status": 1}}, True),
        ({"event": "info", "version": 2, "platform": {"status": 0}}, False),
        ({"event": "info", "version": 2}, True),
    ],
)
def test_the_greeting_says_whether_the_platform_runs(wire: Any, info: object, operative: bool) -> None:
    assert wire.say(info) == [SessionOpened(operative, wire.now)]


def test_another_version_of_the_protocol_is_not_read(wire: Any) -> None:
    with pytest.raises(DecodeError, match="version"):
        wire.say({"event": "info", "version": 3})
    assert wire.serve()
    assert wire.events == [], "nor is anything else of it"


def test_each_channel_is_synced_right_after_its_first_data(wire: Any, of_type: Any) -> None:
    wire.greet()
    wire.serve()
    kinds = [type(event) for event in wire.events]
    for kind, topic in (
        (TickerSeen, Topic.TICKER),
        (TradesSeen, Topic.TRADES),
        (BookSnapshotSeen, Topic.BOOK),
        (CandlesSeen, Topic.CANDLES),
    ):
        at = kinds.index(kind)
        assert wire.events[at].source is Source.WEBSOCKET
        assert wire.events[at + 1] == ChannelSynced(topic, wire.now)
    assert len(of_type(wire.events, ChannelSynced)) == 4
    assert wire.session.deadline() is None


def test_acknowledgements_come_in_any_order_and_without_our_id(wire: Any, of_type: Any) -> None:
    wire.greet()
    requests = [request for request in wire.sent() if request["event"] == "subscribe"]
    for request in reversed(requests):
        bare = {name: value for name, value in request.items() if name not in ("subId", "freq")}
        if "len" in bare:
            bare["len"] = int(bare["len"])
        wire.acknowledge(bare)
        wire.data(request["channel"], []) if request["channel"] in ("trades", "candles") else None
    assert {event.topic for event in of_type(wire.events, ChannelSynced)} == {Topic.TRADES, Topic.CANDLES}


def test_the_older_spelling_of_a_week_is_recognised(view: View, wire: Any) -> None:
    from hybridtui.exchanges.bitfinex.session import BitfinexSession
    from hybridtui.market.timeframe import Timeframe

    session = BitfinexSession(View(view.instrument, Timeframe.W1))
    session.receive('{"event":"subscribed","channel":"candles","chanId":9,"key":"trade:7D:tBTCUSD"}', 1.0)
    events = session.receive("[9,[[0,1,1,1,1,1]]]", 1.0)
    assert isinstance(events[0], CandlesSeen)
    assert events[0].timeframe is Timeframe.W1


def test_a_book_change_is_one_event_whatever_the_layout(live: Any) -> None:
    book = live.ids["book"]
    numbered = live.data("book", [101.5, 0, 1])
    assert numbered == [BookChanged("tBTCUSD", 101.5, 0, 1.0, live.now)]
    for frame in ([book, [101.25, 2, 3]], [book, [101.25, 2, 3], 1790134414850]):
        assert live.say(frame) == [BookChanged("tBTCUSD", 101.25, 2, 3.0, live.now)]
    live.sequence += 1
    assert live.say([book, [101.25, 2, 4], live.sequence]) == [BookChanged("tBTCUSD", 101.25, 2, 4.0, live.now)]
    assert live.data(
        "book",
        [101.25, 2, 5, "new field"],
    ) == [BookChanged("tBTCUSD", 101.25, 2, 5.0, live.now)]


def test_frames_without_numbers_are_never_missed(wire: Any, of_type: Any) -> None:
    wire.say({"event": "info", "version": 2})
    assert len(of_type(wire.say({"event": "conf", "status": "FAILED"}), Notice)) == 1
    for request in wire.sent():
        if request.get("channel") == "book":
            wire.acknowledge(request)
    wire.say([wire.ids["book"], [[100, 1, 1], [101, 1, -1]]])
    wire.say([wire.ids["book"], [100, 2, 2]])
    wire.say([wire.ids["book"], "hb"])
    assert of_type(wire.events, ChannelLost) == []


def test_a_batch_in_one_frame_is_many_changes(live: Any) -> None:
    events = live.data("book", [[101.5, 0, 1], [102, 0, -1], [100, 3, 0.5]])
    assert [(event.price, event.count, event.amount) for event in events] == [
        (101.5, 0, 1),
        (102, 0, -1),
        (100, 3, 0.5),
    ]


def test_a_gap_in_the_numbers_loses_the_whole_socket_once(live: Any, of_type: Any) -> None:
    live.sequence += 1
    events = live.data("book", [101, 2, 2])
    assert [event.topic for event in of_type(events, ChannelLost)] == [Topic.DATA]
    assert of_type(events, BookChanged)
    assert of_type(live.data("book", [101, 2, 3]), ChannelLost) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_heartbeats_count_and_are_alive(live: Any, channel: str) -> None:
    assert live.data(channel, "hb") == [HeartbeatSeen(Topic[channel.upper()], live.now)]
    assert live.data("book", [101, 2, 3]) == [BookChanged("tBTCUSD", 101.0, 2, 3.0, live.now)]


def test_unknown_numbers_are_ignored_but_counted(live: Any) -> None:
    live.ids["stranger"] = 7
    for parts in (["hb"], [[1, 2, 3]], ["te", [1, 2, 3, 4]], ["cs", 5], ["new", "thing"]):
        assert live.data("stranger", *parts) == []
    assert len(live.data("book", [101, 2, 3])) == 1


def test_a_heartbeat_may_come_before_the_acknowledgement(wire: Any, of_type: Any) -> None:
    wire.greet()
    wire.ids["book"] = 537
    assert wire.data("book", "hb") == []
    wire.serve()
    assert of_type(wire.events, ChannelLost) == []
    assert len(of_type(wire.events, ChannelSynced)) == 4


def test_a_trade_is_passed_on_once(live: Any, of_type: Any) -> None:
    row = [13, 1790134415000, 0.5, 101]
    first = of_type(live.data("trades", "te", row), TradesSeen)
    assert [(event.listing, event.trades[0].id) for event in first] == [(False, 13)]
    assert live.data("trades", "tu", row) == []
    assert live.data("trades", "te", [12, 1790134414850, -0.5, 101]) == [], "it was in the snapshot"
    changed = live.data("trades", "tu", [13, 1790134415000, 0.75, 101])
    assert changed[0].trades[0].amount == 0.75
    assert live.data("trades", "tu", [14, 1790134415001, 0.5, 101])[0].trades[0].id == 14


def test_candle_updates_are_no_listings(live: Any) -> None:
    snapshot = live.data("candles", [[1790134440000, 1, 2, 3, 1, 4]])
    update = live.data("candles", [1790134440000, 1, 2, 3, 1, 5])
    assert [event.listing for event in (*snapshot, *update)] == [True, False]


def test_a_checksum_is_compared_with_what_this_channel_sent(live: Any) -> None:
    assert live.data("book", "cs", 1186656595) == [BookChecked("tBTCUSD", True, live.now)]
    live.data("book", [101.5, 3, 0.5])
    expected = Replica([(101.5, 2, 0.5), (101, 1, 3), (102, 1, -0.5), (102.5, 4, -7.125)], 25).checksum()
    assert live.data("book", "cs", expected) == [BookChecked("tBTCUSD", True, live.now)]


def test_a_checksum_that_disagrees_loses_the_book_once(live: Any) -> None:
    checked, lost = live.data("book", "cs", 1)
    assert checked == BookChecked("tBTCUSD", False, live.now)
    assert (type(lost), lost.topic) == (ChannelLost, Topic.BOOK)
    assert live.data("book", "cs", 1) == []


def test_a_book_that_outgrows_its_length_is_lost(live: Any, of_type: Any) -> None:
    events = [event for step in range(60) for event in live.data("book", [90 - step / 10, 1, 1])]
    assert [event.topic for event in of_type(events, ChannelLost)] == [Topic.BOOK]
    assert len(of_type(events, BookChanged)) == 60


@pytest.mark.parametrize("code", [20051, "20051"])
def test_a_restart_is_announced(live: Any, code: object) -> None:
    assert live.say({"event": "info", "code": code, "msg": "Stopping."}) == [RestartAnnounced(live.now)]


def test_nothing_is_expected_during_maintenance(wire: Any) -> None:
    wire.greet()
    assert wire.session.deadline() is not None
    assert wire.say({"event": "info", "code": 20060}) == [MaintenanceStarted(wire.now)]
    assert wire.session.deadline() is None
    wire.now += 100
    assert list(wire.session.tick(wire.now)) == []
    assert wire.say({"event": "info", "code": "20061"}) == [MaintenanceEnded(wire.now)]
    assert wire.session.deadline() == wire.now + 15


def test_pings_are_matched_by_their_number(live: Any) -> None:
    for _ in range(2):
        live.session.ping(live.now)
        live.now += 1
    first, second = live.sent()
    assert live.say({"event": "pong", "ts": 1, "cid": second["cid"]}) == [PongSeen(1.0, live.now)]
    assert live.say({"event": "pong", "ts": 1, "cid": first["cid"]}) == []
    live.session.ping(live.now)
    assert live.say({"event": "pong"}) == [PongSeen(0.0, live.now)]
    assert live.say({"event": "pong", "cid": [1]}) == []


def error(request: dict[str, Any], code: int, text: str, **more: object) -> dict[str, Any]:
    return {**request, "event": "error", "msg": text, "code": code, **more}


def test_an_unknown_symbol_is_reported_once_and_nothing_more_is_expected(wire: Any) -> None:
    wire.greet()
    wire.events.clear()
    for request in wire.sent()[1:]:
        wire.say(error(request, 10300, "symbol: invalid"))
    assert wire.events == [SymbolRefused("tBTCUSD", (), wire.now)]
    assert wire.session.deadline() is None


def test_other_refusals_lose_the_channel(wire: Any) -> None:
    wire.greet()
    wire.events.clear()
    book = next(request for request in wire.sent() if request.get("channel") == "book")
    wire.say(error(book, 10305, "subscribe: limit\x1b[2J"))
    (lost,) = wire.events
    assert (type(lost), lost.topic) == (ChannelLost, Topic.BOOK)
    assert "limit" in lost.reason
    assert lost.reason.isprintable()


def test_a_duplicate_is_a_success_that_is_on_its_way(wire: Any, of_type: Any) -> None:
    wire.greet()
    book = next(request for request in wire.sent() if request.get("channel") == "book")
    assert wire.say(error(book, 10301, "subscribe: dup", chanId=537)) == []
    wire.acknowledge(book)
    wire.ids["book"] = 537
    wire.data("book", [[100, 1, 1]])
    assert [event.topic for event in of_type(wire.events, ChannelSynced)] == [Topic.BOOK]


def test_errors_of_nothing_in_particular_become_a_notice(live: Any) -> None:
    (notice,) = live.say({"event": "error", "msg": "event: invalid (x)\x1b]0;", "code": 10000})
    assert isinstance(notice, Notice)
    assert "10000" in notice.text
    assert notice.text.isprintable()
    assert live.say({"event": "error", "chanId": 5, "msg": "unsubscribe: invalid", "code": 10400}) == []


def test_unknown_events_are_ignored(live: Any) -> None:
    assert live.say({"event": "surprise", "more": [1, 2]}) == []


def test_what_never_comes_is_reported_once(wire: Any) -> None:
    assert wire.session.deadline() is None, "before the greeting the socket may not even be open"
    wire.greet()
    requests = [request for request in wire.sent() if request["event"] == "subscribe"]
    wire.now += 5
    wire.acknowledge(requests[2])
    assert wire.session.deadline() == 115.0
    assert list(wire.session.tick(114.9)) == []
    lost = wire.session.tick(115.0)
    assert [(event.topic, "not subscribed" in event.reason) for event in lost] == [
        (Topic.TICKER, True),
        (Topic.TRADES, True),
        (Topic.CANDLES, True),
    ]
    assert wire.session.deadline() == 120.0
    assert [(event.topic, "not filled" in event.reason) for event in wire.session.tick(120.0)] == [(Topic.BOOK, True)]
    assert wire.session.deadline() is None


def test_a_subscription_that_the_exchange_ends_is_lost(live: Any) -> None:
    (lost,) = live.say({"event": "unsubscribed", "status": "OK", "chanId": live.ids["ticker"]})
    assert (lost.topic, type(lost)) == (Topic.TICKER, ChannelLost)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", b"\xff", "null", "1", '"x"', "[]", "[1]", "[true,[1,2,3]]", '["a",[1]]', "[1,null]", '[1,"te"]', "{}",
        '{"event":1}', '{"event":"subscribed","channel":"book"}', '{"event":"subscribed","chanId":true}',
        '{"event":"unsubscribed"}', "[NaN,1]", "[1,[1e999]]", "\ud800", "[" * 100_000, '{"a":' * 50_000,
    ],
)  # fmt: skip
def test_shapes_that_the_protocol_does_not_have_are_decode_errors(live: Any, text: str | bytes) -> None:
    with pytest.raises(DecodeError):
        live.session.receive(text, live.now)
    assert live.data("book", [101, 2, 3]) == [BookChanged("tBTCUSD", 101.0, 2, 3.0, live.now)]


@pytest.mark.parametrize(
    "row", [[-1, 1, 1], [1, -1, 1], [1, 1, 0], [1, True, 1], [1], [[1]], ["1", 1, 1], [1e300, 1, 1]]
)
def test_a_book_change_that_cannot_be_read_changes_nothing_but_loses_the_book(live: Any, row: list[object]) -> None:
    with pytest.raises(DecodeError):
        live.data("book", row)
    assert live.session.deadline() == live.now
    assert [event.topic for event in live.session.tick(live.now)] == [Topic.BOOK]
    assert live.session.deadline() is None
    assert live.data("book", [101, 2, 3]) == [BookChanged("tBTCUSD", 101.0, 2, 3.0, live.now)]


def test_a_ticker_that_cannot_be_read_is_made_good_by_the_next(live: Any) -> None:
    with pytest.raises(DecodeError):
        live.data("ticker", [1, 2])
    assert live.session.deadline() is None


def test_bytes_are_as_good_as_text(live: Any) -> None:
    frame = json.dumps([live.ids["book"], [101, 2, 3]])
    assert live.session.receive(frame.encode(), 1.0) == live.session.receive(frame, 1.0)


def test_a_snapshot_that_comes_with_a_gap_puts_nothing_in_charge(wire: Any, of_type: Any) -> None:
    wire.greet()
    (request,) = [each for each in wire.sent() if each.get("channel") == "candles"]
    wire.acknowledge(request)
    wire.sequence += 1
    events = wire.data("candles", [[1790134380000, 101, 102, 103, 100, 3.5]])
    assert [event.topic for event in of_type(events, ChannelLost)] == [Topic.DATA]
    assert of_type(events, ChannelSynced) == [], "whoever hears of the loss has it subscribed anew"
