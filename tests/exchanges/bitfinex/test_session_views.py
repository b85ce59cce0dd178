"""What is subscribed and dropped when somebody looks at something else."""

from typing import Any

import msgspec

from hybridtui.exchanges.base import ChannelLost, ChannelSynced
from hybridtui.exchanges.bitfinex.numbers import checksum
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.events import BookChanged, BookSnapshotSeen, CandlesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import Source, Topic
from hybridtui.market.timeframe import Timeframe


def asked(requests: list[dict[str, Any]]) -> list[tuple[str, object]]:
    return [(request["event"], request.get("channel", request.get("chanId"))) for request in requests]


def test_another_timeframe_changes_only_the_candles(live: Any) -> None:
    live.session.look_at(View(live.view.instrument, Timeframe.H1, 25), live.now)
    (request,) = live.sent()
    assert (request["event"], request["key"]) == ("subscribe", "trade:1h:tBTCUSD")
    old = live.ids["candles"]
    live.acknowledge(request)
    live.sequence += 1
    still = live.say([old, [1790134440000, 1, 2, 3, 1, 4], live.sequence])
    assert [event.timeframe for event in still] == [Timeframe.M1]
    first = live.data("candles", [[1790132400000, 1, 2, 3, 1, 4]])
    assert [type(event) for event in first] == [CandlesSeen, ChannelSynced]
    assert first[0].timeframe is Timeframe.H1
    assert asked(live.sent()) == [("unsubscribe", old)]
    live.sequence += 1
    assert live.say([old, [1790134440000, 1, 2, 3, 1, 4], live.sequence]) == []


def test_a_longer_book_takes_over_in_one_step(live: Any) -> None:
    live.session.look_at(View(live.view.instrument, Timeframe.M1, 100), live.now)
    (request,) = live.sent()
    assert request["len"] == "100"
    old = live.ids["book"]
    live.acknowledge(request)
    live.sequence += 1
    assert live.say([old, [101, 9, 9], live.sequence]) == [BookChanged("tBTCUSD", 101.0, 9, 9.0, live.now)]
    first = live.data("book", [[99, 1, 1], [103, 1, -1]])
    assert [type(event) for event in first] == [BookSnapshotSeen, ChannelSynced]
    live.sequence += 1
    assert live.say([old, [101, 9, 8], live.sequence]) == [], "the old book is gone in that very step"
    assert live.data("book", [99, 2, 2]) == [BookChanged("tBTCUSD", 99.0, 2, 2.0, live.now)]
    assert asked(live.sent()) == [("unsubscribe", old)]


def test_a_coarser_book_is_a_book_of_its_own(live: Any) -> None:
    live.session.look_at(View(live.view.instrument, Timeframe.M1, 100, book_precision=1), live.now)
    (request,) = live.sent()
    assert (request["prec"], request["len"]) == ("P1", "100")
    old = live.ids["book"]
    live.acknowledge(request)
    live.sequence += 1
    assert live.say([old, [101, 9, 9], live.sequence]) == [BookChanged("tBTCUSD", 101.0, 9, 9.0, live.now)]
    snapshot, synced = live.data("book", [[90, 1, 1], [110, 1, -1]])
    assert (snapshot.precision, snapshot.length, synced.topic) == (1, 100, Topic.BOOK)
    live.sequence += 1
    assert live.say([old, [101, 9, 8], live.sequence]) == [], "no change of the old book reaches the new one"
    assert asked(live.sent()) == [("unsubscribe", old)]
    assert live.data("book", "cs", checksum(["90", "1", "110", "-1"]))[0].agreed
    theirs = BookSnapshotSeen("tBTCUSD", ((101.0, 1, 1.0),), Source.REST, live.now)
    assert not live.session.contradicted_by(theirs), "another precision cannot be compared"
    assert live.session.contradicted_by(msgspec.structs.replace(theirs, precision=1))


def test_back_to_the_shorter_book_before_the_longer_came_keeps_the_old_channel(live: Any) -> None:
    live.session.look_at(View(live.view.instrument, Timeframe.M1, 100), live.now)
    (request,) = live.sent()
    live.session.look_at(live.view, live.now)
    assert live.sent() == []
    old = live.ids["book"]
    live.acknowledge(request)
    assert asked(live.sent()) == [("unsubscribe", live.ids["book"])]
    live.sequence += 1
    assert live.say([old, [101, 9, 9], live.sequence]) == [BookChanged("tBTCUSD", 101.0, 9, 9.0, live.now)]


def test_another_market_drops_everything_at_once(live: Any) -> None:
    old = dict(live.ids)
    live.session.look_at(View(parse("DUSK:USD")), live.now)
    requests = live.serve()
    assert asked(requests) == [
        *(("unsubscribe", old[name]) for name in ("ticker", "trades", "book", "candles")),
        *(("subscribe", name) for name in ("ticker", "trades", "book", "candles")),
    ]
    assert {event.symbol for event in live.events if hasattr(event, "symbol")} == {"tDUSK:USD"}
    for chan_id in old.values():
        live.sequence += 1
        assert live.say([chan_id, "hb", live.sequence]) == []


def test_a_market_left_before_its_answers_is_unsubscribed_when_they_come(wire: Any) -> None:
    wire.greet()
    first = [request for request in wire.sent() if request["event"] == "subscribe"]
    wire.session.look_at(View(parse("ETHUSD")), wire.now)
    second = [request for request in wire.sent() if request["event"] == "subscribe"]
    for request in (*first, *second):
        wire.acknowledge(request)
    dropped = wire.sent()
    assert [request["event"] for request in dropped] == ["unsubscribe"] * 4
    assert {request["chanId"] for request in dropped}.isdisjoint(wire.ids.values())


def test_there_and_back_again_before_any_answer_ends_where_it_began(wire: Any) -> None:
    wire.greet()
    first = [request for request in wire.sent() if request["event"] == "subscribe"]
    wire.session.look_at(View(parse("ETHUSD")), wire.now)
    wire.session.look_at(wire.view, wire.now)
    for request in first:
        wire.acknowledge(request)
    for request in wire.sent():
        if request["event"] == "subscribe" and "ETH" not in str(request):
            wire.say({**request, "event": "error", "code": 10301, "msg": "subscribe: dup"})
        elif request["event"] == "subscribe":
            wire.say({**request, "event": "subscribed", "chanId": 7000 + len(str(request))})
    wire.data("book", [[100, 1, 1]])
    assert wire.events[-1] == ChannelSynced(Topic.BOOK, wire.now)
    assert not [event for event in wire.events if isinstance(event, ChannelLost)]


def test_resubscribing_brings_a_fresh_snapshot(live: Any) -> None:
    old = live.ids["book"]
    live.data("book", "cs", 1)
    live.session.resubscribe(Topic.BOOK, live.now)
    live.sequence += 1
    assert live.say([old, [101, 9, 9], live.sequence]) == [], "frames of the old number are ignored"
    assert live.session.deadline() == live.now + 15
    assert asked(live.serve()) == [("unsubscribe", old), ("subscribe", "book")]
    assert live.data("book", "cs", 1186656595)[0].agreed
    assert live.session.deadline() is None


def test_resubscribing_everything_after_maintenance(live: Any) -> None:
    live.session.resubscribe(Topic.DATA, live.now)
    live.events.clear()
    assert len(live.serve()) == 8
    assert len([event for event in live.events if isinstance(event, ChannelSynced)]) == 4


def test_resubscribing_what_was_never_answered_asks_again(wire: Any) -> None:
    wire.greet()
    wire.sent()
    wire.now += 15
    assert len(wire.session.tick(wire.now)) == 4
    wire.session.resubscribe(Topic.BOOK, wire.now)
    (request,) = wire.sent()
    assert request["channel"] == "book"
    assert wire.session.deadline() == wire.now + 15
    wire.acknowledge(request)
    wire.data("book", [[100, 1, 1]])
    assert wire.events[-1] == ChannelSynced(Topic.BOOK, wire.now)


def test_a_refused_market_can_be_left_and_met_again(wire: Any) -> None:
    wire.greet()
    for _ in range(2):
        for request in wire.sent():
            if request["event"] == "subscribe":
                wire.say({**request, "event": "error", "code": 10300, "msg": "symbol: invalid"})
        wire.session.look_at(View(parse("ETHUSD")), wire.now)
        wire.serve()
        wire.session.look_at(wire.view, wire.now)
    assert len([event for event in wire.events if type(event).__name__ == "SymbolRefused"]) == 2


def test_back_before_the_other_timeframe_came_asks_for_the_old_one_anew(live: Any) -> None:
    """Candles of the other one may have come over REST by now, so the old channel's changes alone would not do."""
    old = live.ids["candles"]
    live.session.look_at(View(live.view.instrument, Timeframe.H1, 25), live.now)
    (withdrawn,) = live.sent()
    live.session.look_at(live.view, live.now)
    requests = live.sent()
    assert asked(requests) == [("unsubscribe", old), ("subscribe", "candles")]
    assert requests[-1]["key"] == "trade:1m:tBTCUSD"
    live.acknowledge(withdrawn)
    assert asked(live.sent()) == [("unsubscribe", live.ids["candles"])]
    live.acknowledge(requests[-1])
    first = live.data("candles", [[1790134380000, 101, 102, 103, 100, 3.5]])
    assert [type(event) for event in first] == [CandlesSeen, ChannelSynced], "it is told that it is in charge again"
