"""A week is `1W` or `7D`: what the exchange refuses is asked for by its other name."""

import json

import pytest

from hybridtui.errors import ExchangeRefusedError
from hybridtui.exchanges.base import ChannelLost, RestKind
from hybridtui.exchanges.bitfinex.exchange import Bitfinex
from hybridtui.market.feed import View
from hybridtui.market.source import Topic
from hybridtui.market.timeframe import Timeframe

EXCHANGE = Bitfinex()
WEEKS = View(EXCHANGE.instrument("BTCUSD"), Timeframe.W1)


def test_a_refused_week_is_asked_for_as_seven_days_over_rest() -> None:
    exchange = Bitfinex()
    request = exchange.request(RestKind.CANDLES, WEEKS)
    assert request.path == "/candles/trade:1W:tBTCUSD/hist"
    with pytest.raises(ExchangeRefusedError):
        exchange.parse_rest(request, 500, b'["error",10020,"time_interval: invalid"]', 1.0)
    assert exchange.request(RestKind.CANDLES, WEEKS).path == "/candles/trade:7D:tBTCUSD/hist"
    assert '"trade:7D:tBTCUSD"' in "".join(exchange.session(WEEKS).outgoing())


def test_a_refused_week_is_asked_for_as_seven_days_on_the_socket() -> None:
    session = Bitfinex().session(WEEKS)
    asked = [json.loads(text) for text in session.outgoing()]
    [candles] = [request for request in asked if request.get("channel") == "candles"]
    assert candles["key"] == "trade:1W:tBTCUSD"
    refusal = {**candles, "event": "error", "msg": "key: invalid", "code": 10300}
    events = session.receive(json.dumps(refusal), 1.0)
    assert [type(event) for event in events] == [ChannelLost]
    session.resubscribe(Topic.CANDLES, 2.0)
    [again] = [json.loads(text) for text in session.outgoing()]
    assert again["key"] == "trade:7D:tBTCUSD"


def test_other_timeframes_have_one_name() -> None:
    exchange = Bitfinex()
    for timeframe in Timeframe:
        view = View(WEEKS.instrument, timeframe)
        assert exchange.request(RestKind.CANDLES, view).path == f"/candles/trade:{timeframe}:tBTCUSD/hist"
