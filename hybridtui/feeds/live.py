"""The live feed: sockets and requests around the supervisor's decisions. It does what it is told and tells what it saw.

One task waits for the supervisor's deadline; one task holds the current socket; each REST request is a task. A bug in
any of them ends the feed; what the network or the exchange does wrong is an input to the supervisor.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING

from hybridtui.clock import Clock
from hybridtui.errors import DecodeError, ExchangeError, SymbolUnknownError, TransportError
from hybridtui.exchanges.base import (
    Exchange,
    PairsListed,
    PlatformSeen,
    PongSeen,
    RestKind,
    RestRequest,
    Session,
    SessionEvent,
)
from hybridtui.feeds import commands
from hybridtui.feeds.answer import Answer, LateClient
from hybridtui.feeds.asking import SharedRest
from hybridtui.feeds.backfill import Backfill
from hybridtui.feeds.doubt import doubt
from hybridtui.feeds.failures import Unreadable, rest_failed
from hybridtui.feeds.history import Archive, History
from hybridtui.feeds.network import SocketRefusedError
from hybridtui.feeds.polling import TOPIC_OF
from hybridtui.feeds.quoting import Quoting
from hybridtui.feeds.sharing import Sharing, sharing_for
from hybridtui.feeds.supervisor import Output, Supervisor
from hybridtui.feeds.tee import Tee
from hybridtui.feeds.traffic import TrafficMeter
from hybridtui.market.events import MarketEvent, Notice, Severity, SourceChanged, SymbolRefused
from hybridtui.market.feed import Interest, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.settings import Timings

if TYPE_CHECKING:
    from hybridtui.feeds.websocket import Socket

_WEBSOCKET = "hybridtui.feeds.websocket"
_IMPORT_LATER = 0.05
"""So long the import of the socket library waits for the first REST answers: the first picture goes first."""
_NO_DATA = commands.FrameSeen(Topic.NONE)
_SESSION_EVENTS = frozenset(SessionEvent.__args__)


class LiveFeed:
    """A market.feed.MarketFeed over real sockets."""

    def __init__(
        self,
        exchange: Exchange,
        view: View,
        mode: Mode,
        *,
        rest_url: str,
        ws_url: str,
        clock: Clock,
        timings: Timings,
        user_agent: str,
        random: Random | None = None,
        tee: Tee | None = None,
        state: MarketState | None = None,
        sharing: Sharing | None = None,
        archive: Archive | None = None,
    ) -> None:
        """`state` is what the events make of the market; where it has holes they are filled over REST."""
        self._exchange = exchange
        self._view = view
        self._rest_url, self._ws_url = rest_url, ws_url
        self._clock = clock
        self._timings = timings
        self._user_agent = user_agent
        self._tee = tee
        self._mode = mode
        self._random = random or Random()
        self._supervisor = Supervisor(mode, timings, exchange.budgets, self._random)
        self._accept: Callable[[MarketEvent], object] = _nobody
        self._tasks: asyncio.TaskGroup | None = None
        self._rest: SharedRest | None = None
        self._sharing = sharing or sharing_for(rest_url, clock, None)
        self._sharing.tell = lambda text: self._accept(Notice(text, Severity.WARNING, clock.now()))
        self._session: Session | None = None
        self._socket: Socket | None = None
        self._socket_task: asyncio.Task[None] | None = None
        self._requests: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._traffic = TrafficMeter(exchange.budgets, exchange.sent_ms)
        self._state = state
        self._backfill = Backfill(state)
        self._history = History(exchange, state, clock, archive)
        self._quoting = Quoting(exchange, None if state is None else state.quotes, clock)
        self._unreadable = Unreadable()
        self._refused: Instrument | None = None

    # The MarketFeed interface

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        """Deliver events until cancelled."""
        self._accept = accept
        self._supervisor = Supervisor(self._mode, self._timings, self._exchange.budgets, self._random)
        client = LateClient(self._rest_url, self._timings.request, self._user_agent)
        async with SharedRest(client, self._sharing, self._exchange.budgets, self._timings, self._clock) as self._rest:
            try:
                async with asyncio.TaskGroup() as self._tasks:
                    self._tell(commands.Started())
                    quoting = self._quoting.run(self._look_up, lambda: (self._view, self._mode), accept)
                    self._tasks.create_task(quoting, name="quotes")
                    await self._keep_time()
            finally:
                self._tasks = None

    def select(self, view: View) -> None:
        """Look at something else."""
        old, self._view = self._view, view
        if self._tasks is None:
            return
        other_market = view.instrument != old.instrument
        topics = Topic.DATA if other_market else Topic.CANDLES if view.timeframe is not old.timeframe else Topic.NONE
        if topics:
            self._history.forget()
            self._refused = self._refused if self._refused == view.instrument else None
            self._tell(commands.ViewChosen(topics, other_market))
        if self._session is not None:
            self._session.look_at(view, self._clock.now())
            self._send()

    def force(self, mode: Mode) -> None:
        """Choose the source."""
        self._mode = mode
        if self._tasks is not None:
            self._tell(commands.ModeChosen(mode))

    async def refresh(self) -> None:
        """Fetch fresh snapshots now; returns when the answers are in."""
        if self._tasks is None:
            return
        self._tell(commands.RefreshAsked())
        if self._requests:
            await asyncio.wait(self._requests)

    def want_history(self, start_ms: int) -> None:
        """Load older candles, unless nothing may be asked over REST."""
        if self._tasks is not None and self._mode is not Mode.WEBSOCKET:
            self._history.want(start_ms, self._view, self._look_up, self._accept, self._tasks)

    def watch(self, interest: Interest) -> None:
        """Deliver the last prices of other markets too."""
        self._quoting.want(interest)
        if self._session is not None:
            self._session.watch(self._quoting.symbols, self._clock.now())
            self._send()

    def instrument(self, text: str) -> Instrument:
        """The instrument a user means. Raises SymbolError."""
        return self._exchange.instrument(text)

    # Time

    async def _keep_time(self) -> None:
        """Tell the supervisor and the session when their time has come, and measure the traffic."""
        while True:
            now = self._clock.now()
            deadline = min(self._supervisor.deadline(now), self._traffic.due_at, self._session_deadline())
            try:
                async with asyncio.timeout(max(0.0, deadline - now)):
                    await self._wake.wait()
            except TimeoutError:
                self._tick(self._clock.now())
            self._wake.clear()

    def _session_deadline(self) -> float:
        deadline = self._session.deadline() if self._session is not None else None
        return float("inf") if deadline is None else deadline

    def _tick(self, now: float) -> None:
        if self._session is not None and now >= self._session_deadline():
            for event in self._session.tick(now):
                self._tell(event)
            self._send()
        self._perform(self._supervisor.tick(now))
        page = self._backfill.next_page(now, self._supervisor.spares)
        if page is not None:
            self._request(page.kind, page.span)
        measurement = self._traffic.tick(now, self._clock.wall_ms())
        if measurement is not None:
            self._accept(measurement)

    # The supervisor's words

    def _tell(self, event: commands.Input) -> None:
        self._perform(self._supervisor.feed(event, self._clock.now()))
        self._wake.set()

    def _perform(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            match output:
                case SourceChanged() | Notice():
                    self._accept(output)
                case commands.OpenSocket(number):
                    assert self._tasks is not None
                    self._socket_task = self._tasks.create_task(self._hold_socket(number), name=f"socket {number}")
                case commands.CloseSocket():
                    self._forget_socket()
                case commands.Fetch(kind):
                    self._request(kind)
                case commands.Ping() if self._session is not None:
                    self._session.ping(self._clock.now())
                    self._send()
                case commands.Resubscribe(topics) if self._session is not None:
                    self._session.ping(self._clock.now())  # is it the channel, or does the whole socket lag?
                    self._session.resubscribe(topics, self._clock.now())
                    self._send()

    # The socket

    async def _hold_socket(self, number: int) -> None:
        """One socket from the handshake to its end."""
        try:
            if self._requests and _WEBSOCKET not in sys.modules:
                await asyncio.wait(self._requests, timeout=_IMPORT_LATER)
            websocket = await asyncio.to_thread(import_module, _WEBSOCKET)
            opening: AbstractAsyncContextManager[Socket] = websocket.open_socket(
                self._ws_url, self._timings.handshake, self._user_agent, self._timings.rate_limited
            )
            async with self._sharing.socket(opening) as socket:
                self._socket, self._session = socket, self._exchange.session(self._view)
                self._session.watch(self._quoting.symbols, self._clock.now())
                if self._tee is not None:
                    self._tee.opened(self._clock.now())
                self._tell(commands.SocketOpened(number))
                self._session.ping(self._clock.now())
                self._send()
                async for frame in socket.frames():
                    if not self._is_held():
                        return  # what was heard just now closed it
                    self._receive(frame, self._clock.now())
        except TransportError as error:
            if not self._is_held():
                return
            self._forget_socket()
            if self._tee is not None:
                self._tee.closed(str(error), self._clock.now())
            wait = error.wait if isinstance(error, SocketRefusedError) else None
            self._tell(commands.SocketLost(number, str(error), wait))

    def _is_held(self) -> bool:
        """Whether the task that runs now holds the socket that counts."""
        return self._socket_task is asyncio.current_task()

    def _forget_socket(self) -> None:
        """Nothing that the socket says counts any more. Its own task closes it in good order, another one is ended."""
        self._session = self._socket = None
        self._quoting.socket_lost()
        if self._socket_task is not None and not self._is_held():
            self._socket_task.cancel()
        self._socket_task = None

    def _receive(self, frame: bytes, now: float) -> None:
        session = self._session
        if session is None:
            return
        self._traffic.frame(frame, now)
        if self._tee is not None:
            self._tee.received(frame, now)
        try:
            events = session.receive(frame, now)
        except DecodeError as error:
            self._accept(self._unreadable.notice(error, now))
            self._wake.set()  # what was lost with the frame is told by the session's next tick
            events = ()
        seen = _NO_DATA
        for event in events:
            if self._session is not session:
                return  # one of them closed the socket
            if type(event) in _SESSION_EVENTS:
                self._session_said(event)  # type: ignore[arg-type]
            elif isinstance(event, SymbolRefused):
                self._symbol_refused()
            else:
                seen = commands.FRAME_OF.get(type(event), seen)
                self._accept(event)  # type: ignore[arg-type]
        self._supervisor.feed(seen, now)
        if seen is _NO_DATA:
            self._send()

    def _session_said(self, event: SessionEvent) -> None:
        if isinstance(event, PongSeen):
            self._traffic.latency(event.round_trip)
        self._tell(event)

    def _send(self) -> None:
        """Send what the session has to say, without waiting for it."""
        if self._session is not None and self._socket is not None and self._tasks is not None:
            texts = self._session.outgoing()
            if texts:
                self._tasks.create_task(self._socket.send(texts), name="send")

    # REST

    def _request(self, kind: RestKind, span: tuple[int, int] | None = None) -> None:
        assert self._tasks is not None
        request = self._exchange.request(kind, self._view, span)
        task = self._tasks.create_task(self._ask(request), name=f"rest {kind}")
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)

    async def _ask(self, request: RestRequest) -> None:
        """One request from the question to what follows from the answer."""
        answer: Answer | None = None
        try:
            answer = await self._get(request, witness=self._session is not None)
            now = self._clock.now()
            if self._tee is not None:
                self._tee.answered(request.path, answer.status, answer.body, now)
            events = self._exchange.parse_rest(request, answer.status, answer.body, now - answer.age)
        except (TransportError, ExchangeError) as error:
            if request.concerns(self._view):
                self._request_failed(request, error, answer.retry_after if answer is not None else None)
            return
        if request.concerns(self._view):
            self._answered(request, events, now - answer.age)

    async def _get(self, request: RestRequest, *, witness: bool) -> Answer:
        assert self._rest is not None
        began = self._clock.now()
        answer = await self._rest.get(request, witness=witness)
        if not answer.shared:
            now = self._clock.now()
            self._traffic.answered(len(answer.body), now - began, request.endpoint, now)
        return answer

    async def _look_up(self, request: RestRequest) -> Sequence[object]:
        """What the exchange tells of the past: no answer, and no failure either, says anything about the present."""
        answer = await self._get(request, witness=False)
        return self._exchange.parse_rest(request, answer.status, answer.body, self._clock.now() - answer.age)

    def _answered(
        self, request: RestRequest, events: Sequence[MarketEvent | PairsListed | PlatformSeen], confirmed_at: float
    ) -> None:
        contradicts = False
        state = None if request.of_the_past else self._state
        why_not = "" if state is None else next(filter(None, (doubt(event, state) for event in events)), "")
        if why_not:
            self._tell(commands.RestFailed(request.kind, why_not))
            return
        for event in events:
            match event:
                case PlatformSeen(operative):
                    self._tell(commands.PlatformAnswered(operative))
                case PairsListed(pairs):
                    symbol = self._view.instrument.symbol
                    nearest = self._exchange.nearest(symbol, pairs)
                    self._accept(SymbolRefused(symbol, nearest, self._clock.now()))
                case _:
                    if self._session is not None and not request.of_the_past:
                        contradicts |= self._session.contradicted_by(event)
                    if self._supervisor.admits(TOPIC_OF[request.kind], Source.REST):
                        self._accept(event)
        if request.of_the_past:
            self._tell(commands.PageEnded(request.kind))
        elif request.kind in TOPIC_OF:
            self._tell(commands.RestAnswered(request.kind, confirmed_at, contradicts))

    def _request_failed(self, request: RestRequest, error: Exception, retry_after: float | None) -> None:
        if isinstance(error, SymbolUnknownError):
            self._symbol_refused()
        failure = rest_failed(request.kind, error, retry_after)
        if request.of_the_past and not failure.concerns_all:
            self._tell(commands.PageEnded(request.kind))
        elif request.kind is not RestKind.PAIRS:
            self._tell(failure)

    def _symbol_refused(self) -> None:
        """The exchange does not know the symbol: say so, and ask for its pair list to name the nearest."""
        instrument = self._view.instrument
        if self._refused == instrument:
            return
        self._refused = instrument
        self._accept(SymbolRefused(instrument.symbol, (), self._clock.now()))
        self._tell(commands.SymbolUnknown(instrument.symbol))
        self._request(RestKind.PAIRS)


def _nobody(_: MarketEvent) -> None:
    raise AssertionError("a feed delivers only while it runs")
