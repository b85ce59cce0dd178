"""Which REST request is due when, inside the budget of each endpoint. PURE.

Every kind of request has an interval. A kind that is wanted is due at once and then once an interval; it is never asked
again before its answer is in, and never more often than its budget allows.
"""

from collections.abc import Mapping

from hybridtui.exchanges.base import RestKind
from hybridtui.feeds.budget import Budget
from hybridtui.market.source import Topic
from hybridtui.settings import Timings

KIND_OF = {
    Topic.TICKER: RestKind.TICKER,
    Topic.BOOK: RestKind.BOOK,
    Topic.TRADES: RestKind.TRADES,
    Topic.CANDLES: RestKind.CANDLES,
}
TOPIC_OF = {kind: topic for topic, kind in KIND_OF.items()}
_RESERVE = {RestKind.TRADES: 2, RestKind.CANDLES: 2}
"""Requests a minute that polling leaves for what is asked out of turn: what an outage took is to be filled in soon."""
TICKERS_EVERY = 10.0
"""Seconds between two requests for the tickers of all markets, while somebody looks at them."""


def intervals(timings: Timings) -> dict[RestKind, float]:
    """Seconds between two requests of each kind that is repeated."""
    return {
        RestKind.BOOK: timings.poll_book,
        RestKind.TRADES: timings.poll_trades,
        RestKind.TICKER: timings.poll_ticker,
        RestKind.CANDLES: timings.poll_candles,
        RestKind.STATUS: timings.poll_status,
    }


class Polling:
    """The schedule of all REST requests of one feed."""

    def __init__(self, timings: Timings, budgets: Mapping[str, int]) -> None:
        self._timings = timings
        self._intervals = intervals(timings)
        self._budgets = {kind: Budget(budgets[kind.value]) for kind in self._intervals}
        self._wanted_since: dict[RestKind, float] = {}
        self._asked_at: dict[RestKind, float] = {}
        self._in_flight: set[RestKind] = set()
        self._answered_at: dict[RestKind, float] = {}
        self.failures: dict[RestKind, str] = {}
        """Why the newest request of a kind failed; absent where it was answered."""
        self.postponed: dict[RestKind, str] = {}
        """Why the newest request of a kind was not even made; absent where one was answered since."""

    def want(self, wanted: Mapping[RestKind, float]) -> None:
        """Poll exactly these kinds from now on, each not before the moment given with it."""
        self._wanted_since = dict(wanted)

    def due(self, now: float) -> list[RestKind]:
        """The kinds to ask at this moment; they count as asked."""
        kinds = [kind for kind in self._wanted_since if self._due_at(kind, now) <= now]
        for kind in kinds:
            self._ask(kind, now)
        return kinds

    def ask_now(self, kind: RestKind, now: float) -> float:
        """Ask out of turn. Returns 0 where it counts as asked, else the seconds until the budget allows it."""
        wait = self._budgets[kind].free_at(now) - now
        if wait <= 0 and kind not in self._in_flight:
            self._ask(kind, now)
        return max(wait, 0.0)

    def deadline(self, now: float) -> float:
        """When the next request is due."""
        return min((self._due_at(kind, now) for kind in self._wanted_since), default=float("inf"))

    def answered(self, kind: RestKind, at: float) -> None:
        """An answer with data came, true at the moment `at`."""
        self._in_flight.discard(kind)
        self._answered_at[kind] = at
        self.failures.pop(kind, None)
        self.postponed.pop(kind, None)

    def page_ended(self, kind: RestKind) -> None:
        """What was asked of the past is no longer waited for."""
        self._in_flight.discard(kind)

    def failed(self, kind: RestKind, reason: str, blocked_until: float | None, postponed: bool = False) -> None:
        """A request failed; until `blocked_until` no other of its kind may be made.

        One that was `postponed` was not made: it cost nothing, and what was answered before is as good as it was.
        """
        self._in_flight.discard(kind)
        if postponed:
            self.postponed[kind] = reason
            self._budgets[kind].refund()
            return
        self.failures[kind] = reason
        if blocked_until is not None:
            self._budgets[kind].block(blocked_until)

    def forget(self, topics: Topic) -> None:
        """Another view: what was answered or asked for these topics counts no more."""
        for topic in topics:
            kind = KIND_OF[topic]
            self._in_flight.discard(kind)
            self._answered_at.pop(kind, None)
            self._asked_at.pop(kind, None)

    def hurry(self, topics: Topic) -> None:
        """What is wanted of these topics is wanted at once, however lately it was asked."""
        for topic in topics:
            self._asked_at.pop(KIND_OF[topic], None)

    def superseded(self, topic: Topic) -> None:
        """The socket delivers this topic now; what REST answered before is no longer what is shown."""
        self._answered_at.pop(KIND_OF[topic], None)

    def in_flight(self, kind: RestKind) -> bool:
        """True while a request of this kind waits for its answer."""
        return kind in self._in_flight

    def fed(self, now: float) -> Topic:
        """The topics that REST answered lately, not longer ago than three intervals, and did not fail to since."""
        fed = Topic.NONE
        for kind, topic in TOPIC_OF.items():
            if now < self.expiry(kind) and kind not in self.failures:
                fed |= topic
        return fed

    def expiry(self, kind: RestKind) -> float:
        """Until when the newest answer of a kind counts as fresh."""
        patience = max(3 * self._intervals[kind], self._timings.stale)
        return self._answered_at.get(kind, float("-inf")) + patience

    def _due_at(self, kind: RestKind, now: float) -> float:
        if kind in self._in_flight:
            return float("inf")
        regular = max(self._asked_at.get(kind, float("-inf")) + self._intervals[kind], self._wanted_since[kind])
        return regular if regular > now else self._budgets[kind].free_at(now, _RESERVE.get(kind, 0))

    def _ask(self, kind: RestKind, now: float) -> None:
        self._budgets[kind].spend(now)
        self._asked_at[kind] = now
        self._in_flight.add(kind)
