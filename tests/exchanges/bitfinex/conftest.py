"""A session whose other end is played by the test."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.feed import View
from hybridtui.market.source import Topic
from hybridtui.market.timeframe import Timeframe

SNAPSHOTS: dict[str, list[Any]] = {
    "ticker": [1, 2, 3, 4, 5, 0.6, 7, 8, 9, 1, None],
    "trades": [[12, 1790134414850, -0.5, 101], [11, 1790134414850, 0.25, 102]],
    "book": [[101.5, 2, 0.25], [101, 1, 3], [102, 1, -0.5], [102.5, 4, -7.125]],
    "candles": [[1790134380000, 101, 102, 103, 100, 3.5], [1790134320000, 100, 101, 102, 99, 1]],
}


class Wire:
    """The exchange's end of one session: reads what the session sends, answers, and keeps all events."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.session = BitfinexSession(view)
        self.now = 100.0
        self.events: list[Any] = []
        self.ids: dict[str, int] = {}
        """Channel name to the newest number given out."""
        self.sequence = 0
        self._next_id = 500

    def sent(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        return [json.loads(text) for text in self.session.outgoing()]

    def say(self, value: object) -> list[Any]:
        """Send one frame; its events."""
        events = list(self.session.receive(value if isinstance(value, (str, bytes)) else json.dumps(value), self.now))
        self.events += events
        return events

    def data(self, channel: str, *parts: object) -> list[Any]:
        """Send a data frame of a channel, numbered and timed."""
        self.sequence += 1
        return self.say([self.ids[channel], *parts, self.sequence, 1790134414850])

    def acknowledge(self, request: dict[str, Any]) -> None:
        """Grant one subscription."""
        self._next_id += 37
        self.ids[request["channel"]] = self._next_id
        self.say({**request, "event": "subscribed", "chanId": self._next_id})

    def greet(self) -> None:
        """Say hello and grant the flags."""
        self.say({"event": "info", "version": 2, "platform": {"status": 1}})
        self.say({"event": "conf", "status": "OK", "flags": 229376})

    def serve(self) -> list[dict[str, Any]]:
        """Grant every subscription asked for since the last call, each followed by its snapshot."""
        requests = self.sent()
        for request in requests:
            if request["event"] == "subscribe":
                self.acknowledge(request)
                self.data(request["channel"], SNAPSHOTS[request["channel"]])
        return requests


@pytest.fixture
def view() -> View:
    return View(parse("BTCUSD"), Timeframe.M1, 25)


@pytest.fixture
def wire(view: View) -> Wire:
    """A session just created."""
    return Wire(view)


@pytest.fixture
def live(wire: Wire) -> Wire:
    """A session with all four channels in place."""
    wire.greet()
    wire.serve()
    wire.events.clear()
    return wire


Named = Callable[[Sequence[object], type], list[Any]]


@pytest.fixture
def of_type() -> Named:
    """The events of one type."""
    return lambda events, kind: [event for event in events if isinstance(event, kind)]


@pytest.fixture
def topics() -> tuple[Topic, ...]:
    return (Topic.TICKER, Topic.TRADES, Topic.BOOK, Topic.CANDLES)
