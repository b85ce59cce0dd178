"""Which request an answer belongs to: by our id and by what it repeats, which have to agree."""

from typing import Any

import pytest

from hybridtui.exchanges.base import ChannelLost, ChannelSynced
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.events import BookSnapshotSeen, SymbolRefused
from hybridtui.market.feed import View
from hybridtui.market.source import Topic
from hybridtui.market.timeframe import Timeframe
from tests.exchanges.bitfinex.conftest import SNAPSHOTS, Wire


def asked(wire: Wire) -> dict[str, dict[str, Any]]:
    """The subscriptions asked for since the last call, by channel."""
    return {request["channel"]: request for request in wire.sent() if request["event"] == "subscribe"}


def answer(wire: Wire, request: dict[str, Any], number: int, **other: object) -> list[Any]:
    """Acknowledge a request with other fields than it has, and send its snapshot. Returns what came of it."""
    fields = {name: value for name, value in {**request, **other}.items() if value is not None}
    wire.say({**fields, "event": "subscribed", "chanId": number})
    wire.ids[request["channel"]] = number
    return wire.data(request["channel"], SNAPSHOTS[request["channel"]])


@pytest.mark.parametrize(
    ("channel", "other"),
    [
        ("ticker", {"symbol": "tETHUSD"}),
        ("trades", {"symbol": "tETHUSD"}),
        ("book", {"symbol": "tETHUSD"}),
        ("book", {"len": "250"}),
        ("book", {"prec": "P1"}),
        ("candles", {"key": "trade:1m:tETHUSD"}),
        ("candles", {"key": "trade:5m:tBTCUSD"}),
        ("ticker", {"channel": "trades"}),
    ],
)
def test_our_id_on_what_we_did_not_ask_for_is_not_believed(wire: Wire, channel: str, other: dict[str, str]) -> None:
    wire.greet()
    requests = asked(wire)
    assert answer(wire, requests[channel], 900, **other) == []
    assert any(isinstance(event, ChannelSynced) for event in answer(wire, requests[channel], 901)), "it is still open"


@pytest.mark.parametrize(
    ("channel", "other"),
    [
        ("ticker", {"symbol": None, "pair": "BTCUSD"}),
        ("trades", {"pair": "BTCUSD"}),
        ("book", {"prec": None, "freq": None, "len": None}),
        ("book", {"len": 25}),
        ("candles", {"key": "trade:1m:tBTCUSD", "symbol": None}),
        *((name, {"subId": None}) for name in ("ticker", "trades", "book", "candles")),
    ],
)
def test_what_an_answer_leaves_out_is_no_contradiction(wire: Wire, channel: str, other: dict[str, object]) -> None:
    wire.greet()
    events = answer(wire, asked(wire)[channel], 900, **other)
    assert [event.topic for event in events if isinstance(event, ChannelSynced)] == [Topic[channel.upper()]]


@pytest.mark.parametrize("spelt", ["1W", "7D"])
def test_a_week_is_known_by_both_its_names(spelt: str) -> None:
    wire = Wire(View(parse("BTCUSD"), Timeframe.W1, 25))
    wire.greet()
    events = answer(wire, asked(wire)["candles"], 900, key=f"trade:{spelt}:tBTCUSD")
    assert any(isinstance(event, ChannelSynced) for event in events)


@pytest.mark.parametrize(
    "left_out", [(), ("prec", "freq", "len"), ("symbol", "prec", "freq", "len"), ("channel", "symbol", "key")]
)
@pytest.mark.parametrize("channel", ["book", "candles"])
def test_an_error_is_known_by_our_id_however_little_it_repeats(
    wire: Wire, channel: str, left_out: tuple[str, ...]
) -> None:
    wire.greet()
    fields = {name: value for name, value in asked(wire)[channel].items() if name not in left_out}
    [lost] = wire.say({**fields, "event": "error", "msg": "subscribe: limit", "code": 10305})
    assert isinstance(lost, ChannelLost)
    assert lost.topic is Topic[channel.upper()]


def test_a_refused_symbol_is_that_of_the_request(wire: Wire) -> None:
    wire.greet()
    request = asked(wire)["book"]
    wrong = {"event": "error", "msg": "symbol: invalid", "code": 10300}
    assert not [event for event in wire.say({**request, **wrong, "symbol": "tNOPE"}) if type(event) is SymbolRefused]
    [refused] = wire.say({**request, **wrong})
    assert refused == SymbolRefused("tBTCUSD", (), wire.now)


def test_an_id_that_is_not_ours_says_nothing_and_what_is_repeated_decides(wire: Wire) -> None:
    """As in a recording, whose ids another session gave."""
    wire.greet()
    events = answer(wire, asked(wire)["book"], 900, subId="book-77")
    assert any(isinstance(event, BookSnapshotSeen) for event in events)


def test_an_id_of_ours_that_is_not_known_any_more_answers_nobody(wire: Wire) -> None:
    wire.greet()
    old = asked(wire)["book"]
    wire.say({**old, "event": "error", "msg": "subscribe: failed", "code": 10300})
    wire.session.resubscribe(Topic.BOOK, wire.now)
    new = asked(wire)["book"]
    assert new["subId"] != old["subId"]
    assert answer(wire, old, 900) == []
    assert answer(wire, new, 901)
