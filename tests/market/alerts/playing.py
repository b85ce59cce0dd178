"""Playing events to the engine the way the program does: what is due is judged before the next event is taken in."""

from collections.abc import Iterable
from typing import NamedTuple

from hybridtui.market.alerts.engine import AlertEngine
from hybridtui.market.alerts.outcome import Fired, Outcome, Unjudged
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.alerts.spelling import parse_alert
from hybridtui.market.events import MarketEvent
from hybridtui.market.instrument import Instrument
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe

BTC = Instrument("tBTCUSD", "BTC", "USD")


def alerts_of(*texts: str) -> AlertList:
    """Alerts as they would be typed."""
    alerts = AlertList()
    for text in texts:
        alerts = alerts.added(*parse_alert(text))
    return alerts


class Played(NamedTuple):
    """What came of it."""

    engine: AlertEngine
    state: MarketState
    outcomes: list[Outcome]

    @property
    def fired(self) -> list[Fired]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Fired)]

    @property
    def unjudged(self) -> list[Unjudged]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, Unjudged)]

    def go_on(self, events: Iterable[MarketEvent]) -> list[Outcome]:
        """Play more. Returns what came of these."""
        before = len(self.outcomes)
        for event in events:
            self.until(event.at)
            self.state.apply(event)
            self.outcomes.extend(self.engine.feed(event, event.at))
        return self.outcomes[before:]

    def until(self, now: float) -> list[Outcome]:
        """Let time pass."""
        before = len(self.outcomes)
        while (due := self.engine.deadline()) <= now:
            self.outcomes.extend(self.engine.tick(max(due, 0.0)))
        return self.outcomes[before:]


def play(alerts: AlertList, events: Iterable[MarketEvent] = ()) -> Played:
    """An engine that has been through these events."""
    state = MarketState(BTC, Timeframe.M1)
    played = Played(AlertEngine(state, alerts, 0.0), state, [])
    played.go_on(events)
    return played
