"""Judges the alerts of one market on every event. PURE: events and the time go in, what fired comes out.

    engine = AlertEngine(state, alerts, now, epoch_ms)
    state.apply(event); outcomes = engine.feed(event, now)
    if engine.deadline() <= now: outcomes = engine.tick(now)

Only what can be trusted is judged. A trade is a fact, whoever tells it, unless it is only remembered. The book counts
while its source keeps delivering it, it is known not to be wrong, and its levels are the exchange's own. What an alert
could not be judged by for a second or more is told when it is there again.

Without an armed alert an event costs one comparison.
"""

from collections.abc import Sequence

from hybridtui.market.alerts.book_judge import BookJudge
from hybridtui.market.alerts.outcome import NOTHING, Fired, Outcome, Unjudged
from hybridtui.market.alerts.rules import AlertList, ConnectionLost, DataStale, Rule, needed
from hybridtui.market.alerts.tape_judge import TapeJudge
from hybridtui.market.alerts.watch import Watch, watches_of
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    MarketEvent,
    SourceChanged,
    TradesSeen,
    ViewChanged,
)
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState

UNJUDGED_LEAST = 1.0
"""Seconds; a shorter outage is not worth a word."""
_NEVER = float("inf")


class AlertEngine:
    """The armed alerts of the market that `state` tells of when this is made; of another one it judges nothing."""

    def __init__(self, state: MarketState, alerts: AlertList, now: float, epoch_ms: float = 0.0) -> None:
        """`epoch_ms` is the date, ms UTC, at which the monotonic clock stood at 0."""
        self._state = state
        self.symbol = state.instrument.symbol
        """The market that is judged."""
        self._epoch_ms = epoch_ms
        self._alerts = AlertList()
        self._watches: dict[int, Watch] = {}
        self._book: BookJudge | None = None
        self._tape: TapeJudge | None = None
        self._links: list[Watch] = []
        self._fired: list[Outcome] = []
        self._lost: dict[Topic, float] = {}
        """Since when a topic that could be judged cannot be, monotonic seconds."""
        self._could: set[Topic] = set()
        """The topics that can be judged."""
        self._catching_up = False
        """From the loss of the trades until a listing says what was missed."""
        self.revision = 0
        """Grows by one with every change of the list."""
        self.use(alerts, now)

    @property
    def alerts(self) -> AlertList:
        """The alerts as they are now: those that fired say so."""
        return self._alerts

    @property
    def judges_book(self) -> bool:
        """Whether changes of the book matter."""
        return self._book is not None

    def use(self, alerts: AlertList, now: float) -> None:
        """Judge these from now on; an alert that is as it was goes on where it was."""
        was_watching = bool(self._watches)
        self._alerts = alerts
        self.revision += 1
        self._watches = watches_of(alerts, self._watches, now, self._epoch_ms, self._fired.append)
        if not was_watching:
            self._lost, self._could, self._catching_up = {}, set(), False
            self._tape = None
        self._divide(now)
        self._look_at_sources(now)

    def _divide(self, now: float) -> None:
        """Bring every alert to its judge."""
        by_topic: dict[Topic, list[Watch]] = {Topic.BOOK: [], Topic.TRADES: [], Topic.NONE: []}
        for watch in self._watches.values():
            by_topic[needed(watch.alert.rule)].append(watch)
        state = self._state
        self._links = by_topic[Topic.NONE]
        books = by_topic[Topic.BOOK]
        self._book = BookJudge(books, state.book) if books else None
        if self._book is not None:
            self._book.replaced(state.book, now)
        tapes = by_topic[Topic.TRADES]
        if not tapes:
            self._tape = None
        elif self._tape is not None:
            self._tape.use(tapes)
        else:
            source = state.arrivals[Topic.TRADES].source
            self._tape = TapeJudge(tapes, state, source not in (None, Source.CACHE))

    def feed(self, event: MarketEvent, now: float) -> Sequence[Outcome]:
        """Judge what an event changed, which the state has taken in already. Returns what came of it."""
        if not self._watches:
            return NOTHING
        if type(event) is BookChanged:  # nearly all events are
            if self._book is not None and event.symbol == self.symbol:
                self._book.changed(event.price, event.count, event.amount, event.at)
            return NOTHING
        self._take(event, now)
        return self._outcomes(now) if self._fired else NOTHING

    def deadline(self) -> float:
        """When `tick` is to be called next, monotonic seconds; infinity where nothing waits."""
        due = self._book.due if self._book is not None else None
        waiting = [watch.quiet_until for watch in self._links if not watch.holds and self._is_so(watch.alert.rule)]
        return min(_NEVER if due is None else due, *waiting, _NEVER)

    def tick(self, now: float) -> Sequence[Outcome]:
        """Judge what waited for its time."""
        if self._book is not None and (due := self._book.due) is not None and due <= now:
            self._judge_book(now)
        self._judge_link(now)
        return self._outcomes(now) if self._fired else NOTHING

    def judgeable(self, rule: Rule) -> bool:
        """Whether there is anything trustworthy at the moment that the rule could be judged by."""
        topic = needed(rule)
        return topic is Topic.NONE or self._trusted(topic)

    # Events

    def _take(self, event: MarketEvent, now: float) -> None:
        match event:
            case TradesSeen():
                self._trades_seen(event, now)
            case BookSnapshotSeen() if event.symbol == self.symbol:
                if self._book is not None:
                    self._book.replaced(self._state.book, event.at)
                self._look_at_sources(now)
            case BookChecked() if event.symbol == self.symbol:
                self._look_at_sources(now)
                if self._book is not None and self._book.due is not None:
                    self._judge_book(now)
            case SourceChanged():
                self._look_at_sources(now, event.at if event.confirmed_at is None else event.confirmed_at)
                self._judge_link(now)
            case ViewChanged() if event.instrument.symbol != self.symbol:
                self.use(AlertList(), now)

    def _trades_seen(self, event: TradesSeen, now: float) -> None:
        if self._tape is None or event.symbol != self.symbol or event.source is Source.CACHE:
            return
        self._tape.take(event.trades, event.listing, self._catching_up, now)
        if event.listing:
            self._catching_up = False
        if Topic.TRADES not in self._could:
            self._look_at_sources(now)

    # What can be trusted

    def _trusted(self, topic: Topic) -> bool:
        state = self._state
        arrival = state.arrivals[topic]
        if arrival.source in (None, Source.CACHE) or topic not in state.link.fed:
            return False
        return topic is not Topic.BOOK or (arrival.verified is not False and state.book.precision == 0)

    def _look_at_sources(self, now: float, confirmed: float | None = None) -> None:
        """Note what is lost, and tell of what is there again."""
        for topic in (Topic.BOOK, Topic.TRADES):
            trusted = self._trusted(topic)
            if trusted == (topic in self._could):
                continue
            if trusted:
                self._could.add(topic)
                self._told_again(topic, now)
                if topic is Topic.BOOK and self._book is not None:
                    self._book.replaced(self._state.book, now)
            else:
                self._could.discard(topic)
                self._lost[topic] = now if confirmed is None else min(now, confirmed)
                self._catching_up |= topic is Topic.TRADES

    def _told_again(self, topic: Topic, now: float) -> None:
        seconds = now - self._lost.pop(topic, now)
        alerts = tuple(watch.alert for watch in self._watches.values() if needed(watch.alert.rule) is topic)
        if seconds >= UNJUDGED_LEAST and alerts:
            self._fired.append(Unjudged(alerts, seconds, now))

    # Judging

    def _judge_book(self, now: float) -> None:
        assert self._book is not None
        if self._trusted(Topic.BOOK):
            self._book.judge(self._state.book, now)
        else:
            self._book.put_off()

    def _judge_link(self, now: float) -> None:
        for watch in self._links:
            if watch.became(self._is_so(watch.alert.rule), now):
                reason = self._state.link.reason
                what = "the data is stale" if isinstance(watch.alert.rule, DataStale) else "the connection is lost"
                watch.fire(f"{what}: {reason}" if reason else what, now)

    def _is_so(self, rule: Rule) -> bool:
        link = self._state.link
        if isinstance(rule, DataStale):
            return link.state in (LinkState.STALE, LinkState.MAINTENANCE)
        assert isinstance(rule, ConnectionLost)
        return link.state is not LinkState.LIVE and bool(link.reason) and link.mode is not Mode.REST

    def _outcomes(self, now: float) -> Sequence[Outcome]:
        """What came of it; alerts that are spent are watched no longer."""
        outcomes = tuple(self._fired)
        self._fired.clear()
        for outcome in outcomes:
            if isinstance(outcome, Fired):
                self._alerts = self._alerts.changed(outcome.alert)
                self.revision += 1
        if any(watch.alert.spent for watch in self._watches.values()):
            self._watches = {number: watch for number, watch in self._watches.items() if not watch.alert.spent}
            self._divide(now)
        return outcomes
