"""Watching other markets on the view's socket: what is asked, what is told, and that the view never suffers from it."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.exchanges.base import ChannelLost, ChannelSynced, HeartbeatSeen
from hybridtui.exchanges.bitfinex import constants
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.exchanges.bitfinex.watched import WATCHED_MOST
from hybridtui.market.events import SymbolRefused, TickerSeen
from hybridtui.market.feed import View
from hybridtui.market.quote_events import QuoteConfirmed, QuoteRefused, QuotesLost, QuotesSeen
from hybridtui.market.source import Source, Topic
from hybridtui.market.timeframe import Timeframe

TICKER = [1, 2, 3, 4, 5, 0.6, 7, 8, 9, 1, None]
MANY = tuple(f"t{first}{second}XUSD"[:7] for first in "ABCDE" for second in "ABCDE")


def symbols(requests: Sequence[dict[str, Any]], event: str = "subscribe") -> list[object]:
    return [request.get("symbol") for request in requests if request["event"] == event]


def watch(live: Any, *watched: str) -> dict[str, int]:
    """Watch these and let all be granted; their numbers by symbol."""
    live.session.watch(watched, live.now)
    numbers = {}
    for request in live.sent():
        if request["event"] == "subscribe":
            live.acknowledge(request)
            numbers[request["symbol"]] = live.ids["ticker"]
            live.data("ticker", TICKER)
    return numbers


def frame(live: Any, number: int, *parts: object) -> list[Any]:
    live.sequence += 1
    events: list[Any] = live.say([number, *parts, live.sequence])
    return events


def test_a_watched_ticker_is_a_quote_and_nothing_about_the_view(live: Any) -> None:
    live.session.watch(("tETHUSD",), live.now)
    (request,) = live.sent()
    assert (request["channel"], request["symbol"]) == ("ticker", "tETHUSD")
    live.acknowledge(request)
    assert live.events == []
    (event,) = live.data("ticker", TICKER)
    assert isinstance(event, QuotesSeen)
    assert (event.rows[0][0].symbol, event.rows[0][1].last, event.source) == ("tETHUSD", 7.0, Source.WEBSOCKET)
    assert live.data("ticker", "hb") == [QuoteConfirmed("tETHUSD", live.now)]


def test_the_views_own_ticker_goes_on_beside_it(live: Any) -> None:
    mine = live.ids["ticker"]
    watch(live, "tETHUSD")
    (event,) = frame(live, mine, TICKER)
    assert isinstance(event, TickerSeen)
    assert frame(live, mine, "hb") == [HeartbeatSeen(Topic.TICKER, live.now)]


def test_the_view_is_not_watched_twice(live: Any) -> None:
    live.session.watch(("tBTCUSD", "tETHUSD"), live.now)
    assert symbols(live.sent()) == ["tETHUSD"]


def test_another_view_hands_its_ticker_over_and_takes_one(live: Any) -> None:
    live.session.watch(("tBTCUSD", "tETHUSD"), live.now)
    live.serve()
    eth = live.ids["ticker"]
    live.events.clear()
    live.session.look_at(View(parse("ETHUSD"), Timeframe.M1, 25), live.now)
    requests = live.sent()
    assert {"event": "unsubscribe", "chanId": eth} in requests
    wanted = [(request["channel"], request.get("symbol")) for request in requests if request["event"] == "subscribe"]
    assert wanted.count(("ticker", "tETHUSD")) == 1
    assert wanted.count(("ticker", "tBTCUSD")) == 1
    order = [request.get("chanId", request.get("symbol")) for request in requests]
    assert order.index(eth) < order.index("tETHUSD"), "given back before it is asked for, so it is no double"
    for request in requests:
        if request["event"] == "subscribe" and request["channel"] == "ticker":
            live.acknowledge(request)
            live.data("ticker", TICKER)
    kinds = {type(event) for event in live.events}
    assert kinds == {TickerSeen, ChannelSynced, QuotesSeen}


def test_what_is_no_longer_watched_is_given_back(live: Any) -> None:
    numbers = watch(live, "tETHUSD", "tXRPBTC")
    live.session.watch(("tXRPBTC",), live.now)
    assert live.sent() == [{"event": "unsubscribe", "chanId": numbers["tETHUSD"]}]
    assert frame(live, numbers["tETHUSD"], TICKER) == []


def test_no_more_than_a_socket_carries(live: Any) -> None:
    numbers = watch(live, *MANY)
    assert list(numbers) == list(MANY[:WATCHED_MOST])
    assert len(numbers) + 4 + 4 <= constants.MAX_CHANNELS


def test_a_market_that_is_not_traded_is_no_refusal_of_the_view(live: Any) -> None:
    live.session.watch(("tNOPE:USD",), live.now)
    (request,) = live.sent()
    events = live.say({**request, "event": "error", "msg": "symbol: invalid", "code": 10300})
    assert events == [QuoteRefused("tNOPE:USD", "not traded there", live.now)]
    assert not any(isinstance(event, (SymbolRefused, ChannelLost)) for event in live.events)
    assert live.session.tick(live.now + 60) == []


def test_where_the_exchange_has_no_room_it_is_watched_no_more(live: Any) -> None:
    watch(live, "tETHUSD")
    live.session.watch(("tETHUSD", "tXRPBTC", "tLTCUSD"), live.now)
    first, second = live.sent()
    events = live.say({**first, "event": "error", "msg": "subscribe: limit", "code": 10305})
    assert {symbol for event in events for symbol in event.symbols} == {"tXRPBTC", "tLTCUSD"}
    assert all(isinstance(event, QuotesLost) for event in events)
    live.acknowledge(second)
    assert live.sent() == [{"event": "unsubscribe", "chanId": live.ids["ticker"]}], "dropped before it was granted"


def test_the_view_comes_first_where_the_exchange_has_no_room(live: Any) -> None:
    numbers = watch(live, "tETHUSD", "tXRPBTC", "tLTCUSD", "tSOLUSD", "tADAUSD")
    live.session.look_at(View(parse("BTCUSD"), Timeframe.H1, 25), live.now)
    (request,) = live.sent()
    events = live.say({**request, "event": "error", "msg": "subscribe: limit", "code": 10305})
    assert [type(event) for event in events] == [QuotesLost, ChannelLost]
    given_back = {request["chanId"] for request in live.sent()}
    assert len(given_back) == 4
    assert given_back < set(numbers.values())


def test_an_answer_that_never_comes_is_no_loss_of_the_view(live: Any) -> None:
    live.session.watch(("tETHUSD",), live.now)
    assert live.session.deadline() is None
    assert live.session.tick(live.now + 100) == []


def test_the_exchange_ends_a_watched_channel(live: Any) -> None:
    numbers = watch(live, "tETHUSD")
    (event,) = live.say({"event": "unsubscribed", "status": "OK", "chanId": numbers["tETHUSD"]})
    assert isinstance(event, QuotesLost)
    assert event.symbols == ("tETHUSD",)


def test_after_a_gap_everything_is_subscribed_anew(live: Any) -> None:
    numbers = watch(live, "tETHUSD", "tXRPBTC")
    live.session.resubscribe(Topic.DATA, live.now)
    requests = live.sent()
    assert set(numbers.values()) < {request.get("chanId") for request in requests}
    assert set(symbols(requests)) >= {"tETHUSD", "tXRPBTC", "tBTCUSD"}
    for request in requests:
        if request["event"] == "subscribe":
            live.acknowledge(request)
    live.session.resubscribe(Topic.BOOK, live.now)
    assert symbols(live.sent()) == ["tBTCUSD"]


def test_an_unreadable_ticker_harms_nothing(live: Any) -> None:
    numbers = watch(live, "tETHUSD")
    with pytest.raises(Exception, match="shape"):
        frame(live, numbers["tETHUSD"], ["x"])
    assert live.session.tick(live.now) == []
    assert [type(event) for event in frame(live, numbers["tETHUSD"], TICKER)] == [QuotesSeen]


class Exchange:
    """Counts channels as the exchange does, answers late, and refuses doubles and what is above its cap."""

    def __init__(self) -> None:
        self.open: dict[int, str] = {}
        self.most = 0
        self.refused = 0
        self._numbers = count(1000)

    def answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        if request["event"] == "unsubscribe":
            self.open.pop(request["chanId"], None)
            return {"event": "unsubscribed", "status": "OK", "chanId": request["chanId"]}
        if request["event"] != "subscribe":
            return None
        what = repr({key: value for key, value in request.items() if key not in ("event", "subId")})
        known = next((number for number, other in self.open.items() if other == what), None)
        if known is not None:
            self.refused += 1
            return {**request, "event": "error", "msg": "subscribe: dup", "code": 10301, "chanId": known}
        number = next(self._numbers)
        self.open[number] = what
        self.most = max(self.most, len(self.open))
        return {**request, "event": "subscribed", "chanId": number}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("look"), st.sampled_from(MANY)),
        st.tuples(st.just("watch"), st.lists(st.sampled_from(MANY), unique=True, max_size=25)),
        st.tuples(st.just("answer"), st.integers(1, 40)),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(steps)
def test_never_more_than_a_socket_carries_and_none_is_leaked(plan: list[tuple[str, Any]]) -> None:
    from json import dumps, loads

    view = View(parse("BTCUSD"), Timeframe.M1, 25)
    watched: list[str] = []
    session, exchange = BitfinexSession(view), Exchange()
    on_the_way: list[dict[str, Any]] = []

    def exchange_answers(most: int) -> None:
        for _ in range(most):
            on_the_way.extend(map(loads, session.outgoing()))
            if not on_the_way:
                return
            answer = exchange.answer(on_the_way.pop(0))
            if answer is not None:
                events = session.receive(dumps(answer), 1.0)
                assert not any(isinstance(event, (ChannelLost, SymbolRefused)) for event in events)

    session.receive(dumps({"event": "info", "version": 2, "platform": {"status": 1}}), 0.0)
    for kind, value in plan:
        if kind == "look":
            view = View(parse(value[1:]), Timeframe.M1, 25)
            session.look_at(view, 1.0)
        elif kind == "watch":
            watched = value
            session.watch(watched, 1.0)
        else:
            exchange_answers(value)
    exchange_answers(10_000)
    assert exchange.most <= constants.MAX_CHANNELS
    beside = [symbol for symbol in watched if symbol != view.instrument.symbol][:WATCHED_MOST]
    assert len(exchange.open) == 4 + len(beside)
    of_view = [what for what in exchange.open.values() if view.instrument.symbol in what]
    assert len(of_view) == 4
