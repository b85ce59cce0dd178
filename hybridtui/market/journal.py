"""The story of the connection: what happened when, and what it amounts to. PURE; `at` and `now` are monotonic seconds.

The journal is fed with what is rare beside changes of the book: verdicts, notices, checksums, measurements. Of market
data it notes only the first of each source.
"""

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from hybridtui.market.events import (
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    MarketEvent,
    Notice,
    SourceChanged,
    SymbolRefused,
    TickerSeen,
    TradesSeen,
    Traffic,
    ViewChanged,
)
from hybridtui.market.samples import SKEW_WINDOW, Samples, Skew, Summary, summarise
from hybridtui.market.source import LinkState, Mode, Source, Topic

CAPACITY = 1000
"""Entries that are kept; the oldest go first."""
_NO_TRADES_WORTH_TELLING = 1.0
"""Seconds without trades being delivered that are told as a gap."""


class Kind(StrEnum):
    """What an entry is about."""

    START = "start"
    LIVE = "live"
    POLLING = "polling"
    CONNECT = "connect"
    DROP = "drop"
    STALE = "stale"
    MAINTENANCE = "maintenance"
    RESYNC = "resync"
    GAP = "gap"
    RATE_LIMIT = "rate limit"
    MODE = "mode"
    VIEW = "view"
    SYMBOL = "symbol"
    NOTICE = "notice"
    ALERT = "alert"


class Entry(msgspec.Struct, frozen=True):
    """One line of the story."""

    at: float
    """When it happened, monotonic seconds."""
    kind: Kind
    text: str
    """One clause or sentence; may hold text of the exchange, so it is not to be trusted with a terminal."""


class Statistics(msgspec.Struct, frozen=True):
    """What the story amounts to at one moment."""

    uptime: float = 0.0
    """Seconds since the first verdict."""
    seconds: dict[LinkState, float] = {}
    """Seconds spent in each state; they add up to `uptime`."""
    first_data: dict[Source, float] = {}
    """Seconds from the start to the first data of each source."""
    reconnects: int = 0
    drops: int = 0
    """How often the line was lost, or a try failed."""
    fallbacks: int = 0
    """How often REST took over."""
    resyncs: int = 0
    """How often a channel was subscribed anew because it was not to be trusted."""
    agreed: int = 0
    """Checksums of the book that agreed, since the start."""
    disagreed: int = 0
    ping: Summary | None = None
    """Round trips of the socket, ms."""
    rest: Summary | None = None
    """Round trips of REST, ms."""
    delay: Summary | None = None
    """From the exchange's timestamp on a frame to its arrival here, ms, the skew of the clocks taken off."""
    screen: Summary | None = None
    """From the exchange's timestamp on a frame until it has been written to the terminal, ms, as above."""
    skew_ms: float | None = None
    """How far the clock of this computer is ahead of the exchange's, an estimate."""


class Journal:
    """A bounded list of entries and running sums; `revision` moves on with every change of the list."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=CAPACITY)
        """The oldest first."""
        self.revision = 0
        self._began: float | None = None
        self._link: SourceChanged | None = None
        self._state_since = 0.0
        self._seconds: dict[LinkState, float] = {}
        self._first: dict[Source, float] = {}
        self._now: float | None = None
        """When the newest event came."""
        self._trades_lost_at: float | None = None
        self._drops = self._fallbacks = self._resyncs = self._agreed = self._disagreed = 0
        self._ping, self._rest = Samples(), Samples()
        self._skew = Skew()
        self._to_screen: deque[float] = deque(maxlen=SKEW_WINDOW)
        self._shown_ms: float | None = None
        """How long the newest change waited to be shown, since the last measurement."""
        self._latency: float | None = None
        self._take: dict[type, Callable[[Any], None]] = {
            SourceChanged: self._source_changed,
            Notice: self._notice_given,
            SymbolRefused: self._symbol_refused,
            ViewChanged: self._view_changed,
            BookChecked: self._book_checked,
            Traffic: self._measured,
            **dict.fromkeys((TickerSeen, BookSnapshotSeen, TradesSeen, CandlesSeen), self._arrived),
        }

    def take(self, event: MarketEvent, now: float | None = None) -> None:
        """Take one event in; changes of the book are not for the journal, and need not be brought here.

        It came at the moment `now`; None takes the moment that its content is of, which for REST is earlier.
        """
        self._now = now
        handler = self._take.get(type(event))
        if handler is not None:
            handler(event)

    def statistics(self, now: float) -> Statistics:
        """The sums at the moment `now`."""
        if self._began is None or self._link is None:
            return Statistics()
        seconds = dict(self._seconds)
        state = self._link.state
        seconds[state] = seconds.get(state, 0.0) + max(0.0, now - self._state_since)
        began = self._began
        return Statistics(
            uptime=sum(seconds.values()),
            seconds=seconds,
            first_data={source: max(0.0, at - began) for source, at in self._first.items() if source != Source.CACHE},
            reconnects=self._link.reconnects,
            drops=self._drops,
            fallbacks=self._fallbacks,
            resyncs=self._resyncs,
            agreed=self._agreed,
            disagreed=self._disagreed,
            ping=self._ping.summary(),
            rest=self._rest.summary(),
            delay=summarise(self._skew.corrected(self._ping.least)),
            screen=summarise(self.delays()),
            skew_ms=self._skew.estimate(self._ping.least),
        )

    def latencies(self, source: Source) -> list[float]:
        """The newest round trips of a source, ms, the oldest first."""
        return list(self._rest.values if source is Source.REST else self._ping.values)

    def delays(self) -> list[float]:
        """The newest times from the exchange's timestamp to the terminal, ms, the skew of the clocks taken off."""
        return self._skew.corrected(self._ping.least, self._to_screen)

    def alerted(self, at: float, text: str) -> None:
        """An alert fired, or something went wrong about one; market data alone does not say so."""
        self._note(at, Kind.ALERT, text)

    def shown(self, waited_ms: float) -> None:
        """A change has been written to the terminal so long after it came."""
        self._shown_ms = waited_ms

    def _note(self, at: float, kind: Kind, text: str) -> None:
        self.entries.append(Entry(at, kind, text))
        self.revision += 1

    # Verdicts

    def _source_changed(self, event: SourceChanged) -> None:
        old, self._link = self._link, event
        if old is None:
            self._began = self._state_since = event.at
            self._note(event.at, Kind.START, f"started in mode {event.mode}")
            if event.state is not LinkState.CONNECTING:
                self._changed_state(event, LinkState.CONNECTING)
            return
        if event.mode is not old.mode:
            self._note(event.at, Kind.MODE, f"mode {event.mode} was chosen, {old.mode} before")
        if event.reason and event.reason != old.reason:
            self._drops += 1
            self._note(event.at, Kind.DROP, event.reason)
        if event.state is not old.state:
            self._seconds[old.state] = self._seconds.get(old.state, 0.0) + max(0.0, event.at - self._state_since)
            self._state_since = event.at
            self._changed_state(event, old.state)
        elif event.attempt > old.attempt:
            self._note(event.at, Kind.CONNECT, _plan(event))
        self._follow_trades(old, event)

    def _changed_state(self, event: SourceChanged, old: LinkState) -> None:
        if old is LinkState.MAINTENANCE:
            self._note(event.at, Kind.MAINTENANCE, "the maintenance of the exchange is over")
        match event.state:
            case LinkState.LIVE:
                again = f", connection {event.reconnects + 1}" if event.reconnects else ""
                self._note(event.at, Kind.LIVE, f"WebSocket live, every channel has its snapshot{again}")
            case LinkState.POLLING:
                fallback = event.mode is not Mode.REST
                self._fallbacks += fallback
                self._note(event.at, Kind.POLLING, "fallback to REST polling" if fallback else "REST polling")
            case LinkState.STALE:
                self._note(event.at, Kind.STALE, "nothing answers; what is shown is old")
            case LinkState.MAINTENANCE:
                self._note(event.at, Kind.MAINTENANCE, "the exchange says that it is under maintenance")
            case LinkState.CONNECTING:
                self._note(event.at, Kind.CONNECT, _plan(event))

    def _follow_trades(self, old: SourceChanged, event: SourceChanged) -> None:
        """Tell for how long no source delivered trades."""
        if Topic.TRADES in old.fed and Topic.TRADES not in event.fed:
            self._trades_lost_at = event.at
        elif Topic.TRADES in event.fed and self._trades_lost_at is not None:
            missing = event.at - self._trades_lost_at
            self._trades_lost_at = None
            if missing >= _NO_TRADES_WORTH_TELLING:
                self._note(event.at, Kind.GAP, f"no trades were delivered for {missing:.0f} s")

    # The rest

    def _arrived(self, event: TickerSeen | BookSnapshotSeen | TradesSeen | CandlesSeen) -> None:
        if event.source not in self._first:
            self._first[event.source] = event.at if self._now is None else self._now

    def _notice_given(self, event: Notice) -> None:
        if not event.text:
            return
        kind = Kind(event.concern) if event.concern else Kind.NOTICE
        self._resyncs += kind is Kind.RESYNC
        self._note(event.at, kind, event.text)

    def _symbol_refused(self, event: SymbolRefused) -> None:
        nearest = f"; nearest: {', '.join(event.nearest)}" if event.nearest else ""
        self._note(event.at, Kind.SYMBOL, f"the exchange does not know {event.symbol}{nearest}")

    def _view_changed(self, event: ViewChanged) -> None:
        self._note(event.at, Kind.VIEW, f"{event.instrument.label} {event.timeframe}")

    def _book_checked(self, event: BookChecked) -> None:
        self._agreed += event.agreed
        self._disagreed += not event.agreed

    def _measured(self, event: Traffic) -> None:
        """A measurement repeats the newest round trip until there is another, so equal ones are one."""
        if event.latency_ms is not None and event.latency_ms != self._latency:
            self._latency = event.latency_ms
            over_rest = event.latency_source is Source.REST
            (self._rest if over_rest else self._ping).add(event.latency_ms)
        if event.lag_ms is not None:
            self._skew.add(event.lag_ms)
            if self._shown_ms is not None:
                self._to_screen.append(event.lag_ms + self._shown_ms)
                self._shown_ms = None


def _plan(event: SourceChanged) -> str:
    """What is being done about a line that is not there."""
    if event.mode is Mode.REST:
        return "asking over REST"
    what = "reconnecting" if event.reconnecting else "connecting"
    if event.attempt and event.retry_at is not None:
        return f"{what}, try {event.attempt} in {max(0.0, event.retry_at - event.at):.1f} s"
    return f"{what}, try {event.attempt}" if event.attempt else what
