"""Folds what fires at once, or nearly so, into one notice with a count: nobody reads ten thousand. PURE.

The first outcome after a pause waits `GATHER` seconds for its fellows; after a notice the next one is `PAUSE` seconds
away at least, and says what came until then.
"""

from collections.abc import Iterable

import msgspec

from hybridtui.market.alerts.outcome import Fired, Outcome, Unjudged
from hybridtui.market.alerts.spelling import text_of

GATHER = 0.05
PAUSE = 2.0
MOST_NAMED = 100
"""Outcomes that a notice keeps one by one; the others are only counted."""


class AlertNotice(msgspec.Struct, frozen=True):
    """What one toast, one bell, one notification and one command tell of."""

    fired: tuple[Fired, ...]
    """The first of what fired, the oldest first."""
    unjudged: tuple[Unjudged, ...]
    """Outages that ended."""
    count: int
    """How often something fired; more than `fired` holds where there was a storm."""
    at: float

    @property
    def text(self) -> str:
        """One line; holds text of the network, so it is not to be trusted with a terminal."""
        if self.fired:
            others = f" (and {self.count - 1:,} more)" if self.count > 1 else ""
            return f"{fired_text(self.fired[0])}{others}"
        return unjudged_text(self.unjudged[-1]) if self.unjudged else ""

    @property
    def markets(self) -> str:
        """Whose alerts they are: `BTC/USD`, `BTC/USD, ETH/USD`, `BTC/USD and 4 more markets`; empty where unsaid."""
        outcomes: tuple[Outcome, ...] = self.fired or self.unjudged[::-1]
        labels = list(dict.fromkeys(each.market.label for each in outcomes if each.market is not None))
        return f"{labels[0]} and {len(labels) - 1} more markets" if len(labels) > 2 else ", ".join(labels)


def fired_text(fired: Fired) -> str:
    """`price > 64500: the price rose above 64,500: 64,501`."""
    return f"{text_of(fired.alert)}: {fired.text}{', learned of after an outage' if fired.late else ''}"


def unjudged_text(unjudged: Unjudged) -> str:
    """`price > 64500 could not be judged for 43 s`, or the number of alerts where there are several."""
    several = len(unjudged.alerts) > 1
    who = f"{len(unjudged.alerts)} alerts" if several else text_of(unjudged.alerts[0])
    return f"{who} {unjudged.text}"


class Folder:
    """Gathers outcomes until their notice is due."""

    def __init__(self) -> None:
        self._fired: list[Fired] = []
        self._unjudged: list[Unjudged] = []
        self._count = 0
        self._due = float("inf")
        self._quiet_until = float("-inf")

    def feed(self, outcomes: Iterable[Outcome], now: float) -> None:
        """Take what came of judging."""
        for outcome in outcomes:
            self._due = min(self._due, max(now + GATHER, self._quiet_until))
            if isinstance(outcome, Fired):
                self._count += 1
                if len(self._fired) < MOST_NAMED:
                    self._fired.append(outcome)
            elif len(self._unjudged) < MOST_NAMED:
                self._unjudged.append(outcome)

    def deadline(self) -> float:
        """When the next notice is due, monotonic seconds; infinity where nothing waits."""
        return self._due

    def tick(self, now: float) -> AlertNotice | None:
        """The notice, where it is due."""
        return self.flush(now) if self._due <= now else None

    def flush(self, now: float) -> AlertNotice | None:
        """What was gathered, due or not; None where that is nothing."""
        if self._due == float("inf"):
            return None
        notice = AlertNotice(tuple(self._fired), tuple(self._unjudged), self._count, now)
        self._fired, self._unjudged, self._count = [], [], 0
        self._due, self._quiet_until = float("inf"), now + PAUSE
        return notice
