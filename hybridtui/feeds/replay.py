"""A recording played back as a feed: the same frames through the same protocol, so the same market and status.

Nothing is fetched and nothing is sent. The status is derived from the recording: live while a socket of it delivers,
polling while only REST answers do, stale once it has ended. A recording holds one length of the book, whatever the
screen asks for; it is found by trying. Candles that it does not hold are made from its trades.

Another market is played from the beginning up to the present moment at once, and at the recorded pace from there on.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from hybridtui.clock import Clock
from hybridtui.errors import DecodeError, ExchangeError
from hybridtui.exchanges.base import (
    ChannelLost,
    ChannelSynced,
    Exchange,
    MaintenanceEnded,
    MaintenanceStarted,
    PairsListed,
    PlatformSeen,
    PongSeen,
    RestKind,
    Session,
    SessionEvent,
    SessionOpened,
)
from hybridtui.feeds.recording import Entry, Kind, clock_path, read_clock, read_recording
from hybridtui.feeds.traffic import TrafficMeter
from hybridtui.market.events import CandlesSeen, MarketEvent, Notice, Severity, SourceChanged
from hybridtui.market.feed import Interest, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic

_SESSION_EVENTS = SessionEvent.__args__
_AT_ONCE = 200
"""So many entries are delivered before others may run."""
_LENGTHS = (25, 100, 250)
_LOOK_AHEAD = 3000
"""The subscriptions of a recording are answered within so many entries."""
_TOPICS = {
    RestKind.TICKER: Topic.TICKER,
    RestKind.BOOK: Topic.BOOK,
    RestKind.TRADES: Topic.TRADES,
    RestKind.CANDLES: Topic.CANDLES,
}


class ReplayFeed:
    """A market.feed.MarketFeed that reads a file. Raises SettingsError where the file cannot be read."""

    def __init__(
        self, exchange: Exchange, view: View, path: Path, *, clock: Clock, speed: float = 1.0, mode: Mode = Mode.AUTO
    ) -> None:
        """`speed` 2 is twice as fast as it was recorded; 0 or infinity is as fast as possible."""
        self._exchange = exchange
        self._path = path
        self._clock = clock
        self._speed = speed if speed > 0 else float("inf")
        self._mode = mode
        self._begins_with_book = False
        """Whether a book of the market is at the beginning of the recording."""
        self._view = self._fitting(view)
        self._accept: Callable[[MarketEvent], object] = _nobody
        self._wake = asyncio.Event()
        self._restart = False
        self._position = 0
        """How many entries have been played."""
        self._begin()

    # The MarketFeed interface

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        """Deliver events until cancelled; after the last entry the market is stale."""
        self._accept = accept
        catch_up = 0
        while True:
            self._restart = False
            await self._play(catch_up)
            catch_up = max(catch_up, self._position)
            if not self._restart:
                self._end()
            while not self._restart:
                self._wake.clear()
                await self._wake.wait()

    def select(self, view: View) -> None:
        """Look at something else."""
        other_market = view.instrument != self._view.instrument
        self._view = (
            self._fitting(view) if other_market else msgspec.structs.replace(self._view, timeframe=view.timeframe)
        )
        if other_market:
            self._restart = True
        else:
            self._session.look_at(self._view, self._clock.now())
            self._no_candles_yet()
        self._wake.set()

    def force(self, mode: Mode) -> None:
        """A recording has no sources to choose from: shown, but without effect."""
        self._mode = mode
        if self._status is not None:
            self._say(self._status.state, self._status.fed, self._status.reason)

    async def refresh(self) -> None:
        """There is nothing to ask: what was recorded is all there is."""

    def want_history(self, start_ms: int) -> None:
        """A recording has nothing older."""

    def watch(self, interest: Interest) -> None:
        """A recording has one market."""

    def instrument(self, text: str) -> Instrument:
        """The instrument a user means by `text`. Raises SymbolError where it is not the form of a pair."""
        return self._exchange.instrument(text)

    # Time

    async def _play(self, catch_up: int) -> None:
        """All entries in order: the first `catch_up` at once, the others when their time has come."""
        self._begin()
        self._no_candles_yet()
        self._tell_status()
        offset: float | None = None
        for position, entry in enumerate(self._entries(), 1):
            self._position = position
            if position <= catch_up or self._speed == float("inf"):
                if position % _AT_ONCE == 0:
                    await self._pause(0.0)
            else:
                due = entry.at / self._speed
                if offset is None:
                    offset = self._clock.now() - due
                while not self._restart and (wait := due + offset - self._clock.now()) > 0:
                    await self._pause(min(wait, max(0.0, self._traffic.due_at - self._clock.now())))
                    self._measure()
            if self._restart:
                return
            self._take(entry, self._clock.now())
            self._measure()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than until something else is wanted."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _measure(self) -> None:
        measurement = self._traffic.tick(self._clock.now())
        if measurement is not None:
            self._accept(measurement)

    # Entries

    def _entries(self) -> Iterator[Entry]:
        return read_recording(self._path, read_clock(clock_path(self._path)))

    def _begin(self) -> None:
        """The state before the first entry."""
        self._session: Session = self._exchange.session(self._view)
        self._greeted = False
        self._maintenance = False
        self._sockets = 0
        self._delivered = False
        self._reason = ""
        self._fed = {Source.WEBSOCKET: Topic.NONE, Source.REST: Topic.NONE}
        self._status: SourceChanged | None = None
        self._traffic = TrafficMeter()

    def _take(self, entry: Entry, now: float) -> None:
        match entry.t:
            case Kind.RECV:
                self._receive(entry.data, now)
            case Kind.REST:
                self._answer(entry, now)
            case Kind.OPEN:
                self._new_socket("")
            case Kind.CLOSE:
                self._new_socket(entry.data or "the socket was closed")
        self._tell_status()

    def _new_socket(self, reason: str) -> None:
        self._session = self._exchange.session(self._view)
        self._greeted = False
        self._reason = reason
        self._fed[Source.WEBSOCKET] = Topic.NONE

    def _receive(self, text: str, now: float) -> None:
        self._traffic.received(len(text))
        try:
            events = self._session.receive(text, now)
        except DecodeError as error:
            self._accept(Notice(f"A message of the recording could not be read: {error}", Severity.WARNING, now))
            events = self._session.tick(now)
        for event in events:
            if not isinstance(event, _SESSION_EVENTS):
                self._accept(event)  # type: ignore[arg-type]
            elif isinstance(event, SessionOpened) and self._greeted:
                self._new_socket("")
                self._receive(text, now)
                return
            else:
                self._session_said(event, now)
        self._session.outgoing()

    def _session_said(self, event: SessionEvent, now: float) -> None:
        match event:
            case SessionOpened(operative):
                self._greeted, self._maintenance = True, not operative
                self._sockets += 1
            case ChannelSynced(topic):
                self._fed[Source.WEBSOCKET] |= topic
                self._delivered = True
            case ChannelLost(topic, reason):
                self._fed[Source.WEBSOCKET] &= ~topic
                self._reason = reason
                self._session.resubscribe(topic, now)
            case MaintenanceStarted():
                self._maintenance = True
            case MaintenanceEnded():
                self._maintenance = False
            case PongSeen(round_trip):
                self._traffic.latency(round_trip)

    def _answer(self, entry: Entry, now: float) -> None:
        """A REST answer, where it belongs to what is looked at."""
        body = entry.data.encode()
        self._traffic.received(len(body))
        for kind, topic in _TOPICS.items():
            request = self._exchange.request(kind, self._view)
            if request.path != entry.path:
                continue
            try:
                events = self._exchange.parse_rest(request, entry.status, body, now)
            except ExchangeError as error:
                self._fed[Source.REST] &= ~topic
                self._accept(Notice(str(error), Severity.WARNING, now))
                return
            self._fed[Source.REST] |= topic
            self._delivered = True
            if kind in (RestKind.BOOK, RestKind.TICKER) and topic in self._fed[Source.WEBSOCKET]:
                return
            for event in events:
                if not isinstance(event, PairsListed | PlatformSeen):
                    self._accept(event)

    # Status

    def _tell_status(self) -> None:
        """Say how the data comes, where that has changed."""
        fed = self._fed[Source.WEBSOCKET] or self._fed[Source.REST]
        if Topic.TRADES in fed:
            fed |= Topic.CANDLES
        if self._maintenance:
            state = LinkState.MAINTENANCE
        elif self._fed[Source.WEBSOCKET]:
            state = LinkState.LIVE
        else:
            state = LinkState.POLLING if self._fed[Source.REST] else LinkState.CONNECTING
        missing = state is LinkState.CONNECTING and not self._delivered and not self._begins_with_book
        reason = f"the recording begins without a book of {self._view.instrument.label}" if missing else self._reason
        self._say(state, fed, "" if state is LinkState.LIVE else reason)

    def _end(self) -> None:
        self._fed = dict.fromkeys(self._fed, Topic.NONE)
        nothing = f"the recording has nothing of {self._view.instrument.label}; look at the market that was recorded"
        self._say(LinkState.STALE, Topic.NONE, "the recording has ended" if self._delivered else nothing)

    def _say(self, state: LinkState, fed: Topic, reason: str) -> None:
        again = max(0, self._sockets - 1)
        reconnecting = state is LinkState.CONNECTING and self._delivered
        status = SourceChanged(state, self._mode, 0.0, fed, reconnecting, reconnects=again, reason=reason)
        if status != self._status:
            self._status = status
            self._accept(msgspec.structs.replace(status, at=self._clock.now()))

    def _no_candles_yet(self) -> None:
        """An empty listing: candles are made from trades until the recording has its own."""
        view, now = self._view, self._clock.now()
        self._accept(CandlesSeen(view.instrument.symbol, view.timeframe, (), True, Source.WEBSOCKET, now))

    # What the recording holds

    def _fitting(self, view: View) -> View:
        """The view with the book that was recorded, or as it is where no book of its market was."""
        wanted = sorted(_LENGTHS, key=lambda length: length != view.book_length)
        views = [
            msgspec.structs.replace(view, book_length=length, book_precision=precision)
            for precision in range(5)
            for length in wanted
        ]
        found = next((fit for fit in views if self._holds_book(fit)), None)
        self._begins_with_book = found is not None
        return found or view

    def _holds_book(self, view: View) -> bool:
        session = self._exchange.session(view)
        for entry in islice(self._entries(), _LOOK_AHEAD):
            if entry.t is not Kind.RECV:
                continue
            try:
                events = session.receive(entry.data, 0.0)
            except DecodeError:
                continue
            if any(isinstance(event, ChannelSynced) and event.topic is Topic.BOOK for event in events):
                return True
        return False


def _nobody(_: MarketEvent) -> None:
    """Before the feed runs nobody listens."""
