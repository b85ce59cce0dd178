"""The one server socket: plain HTTP under `/v2/`, WebSocket at `/ws/2`, one market behind both.

One task moves the market and all sessions. Texts are written without waiting for the client, so a slow one holds up
nobody; one that lets too much pile up is dropped. A plain HTTP connection serves one request and is closed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate
from http import HTTPStatus
from random import Random

from websockets.asyncio.server import Server, ServerConnection, broadcast
from websockets.asyncio.server import serve as serve_websockets
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from hybridtui.clock import Clock, SystemClock
from hybridtui.server import rest
from hybridtui.server.desk import Desk
from hybridtui.server.distortion import DistortedMarket
from hybridtui.server.faults import FAULTS, Parameters
from hybridtui.server.injection import Act, End, Injectable
from hybridtui.server.limits import RequestLimiter
from hybridtui.server.line import Line
from hybridtui.server.market import Market
from hybridtui.server.options import ServerOptions
from hybridtui.server.port import Port
from hybridtui.server.session import MAINTENANCE_ENDED, MAINTENANCE_STARTED, STOPPING, ServerSession
from hybridtui.server.truth import Witness

_FRAME = 0.02
"""Seconds between two looks at a busy market."""
_IDLE = 1.0
"""The same where nobody is connected: so much has to be caught up with at most when somebody asks."""
_HANDSHAKE = "handshake"
_REFUSALS = (("refuse-429", 429), ("refuse-503", 503))
_NOTICED_WHEN_OPENED = tuple(
    name for name, fault in FAULTS.items() if "cut" in fault.parameters and name != "refuse-connect"
)
_SERVICE_RESTART = 1012

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # a client that hangs up half way is no news for the terminal


class ExchangeServer(Injectable, Witness):
    """A running server: where it listens, what it has been asked, and what is to go wrong."""

    def __init__(self, market: Market, clock: Clock, options: ServerOptions) -> None:
        Injectable.__init__(self, clock)
        Witness.__init__(self, options.truth_seconds)
        self.market = DistortedMarket(market, self.faults)
        """The market as the exchange shows it, faults included."""
        self._options = options
        self._released = asyncio.Event()
        self._listen: Callable[[bool], Coroutine[object, object, None]] | None = None
        self._random = Random(options.seed)
        self._epoch = clock.now()
        self._lines: dict[ServerConnection, Line] = {}
        self._wake = asyncio.Event()
        handshakes = options.handshakes_per_minute
        self._handshakes = RequestLimiter({} if handshakes is None else {_HANDSHAKE: handshakes}, 60.0, options.minute)
        self._tasks: set[asyncio.Task[None]] = set()
        self._address = ("", 0)
        self._motion: asyncio.Task[None] | None = None
        self._desk = Desk(self.market, self.faults, options)
        self.requests = self._desk.requests
        """How often each REST endpoint was asked: status, ticker, tickers, trades, book, candles, conf, unknown."""
        self.request_log = self._desk.request_log
        """Monotonic time and endpoint of each REST request; the oldest are forgotten after some ten thousands."""
        self.sockets_opened = 0
        """How many WebSockets have been opened so far."""

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return self._address[1]

    @property
    def rest_url(self) -> str:
        """The base of the REST paths, no slash at the end."""
        return f"http://{self._address[0]}:{self._address[1]}/v2"

    @property
    def ws_url(self) -> str:
        """Where WebSockets connect to."""
        return f"ws://{self._address[0]}:{self._address[1]}/ws/2"

    @property
    def open_sockets(self) -> int:
        """How many WebSockets are open now."""
        return len(self._lines)

    async def cut_sockets(self) -> None:
        """Cut every WebSocket without a word, as a broken line does: the client sees 1006."""
        connections = list(self._lines)
        self._cut()
        await self._gone(connections)

    async def close_sockets(self, code: int = 1001) -> None:
        """Close every WebSocket politely."""
        connections = list(self._lines)
        await asyncio.gather(*(connection.close(code) for connection in connections))
        await self._gone(connections)

    def start(self, host: str, port: int, listen: Callable[[bool], Coroutine[object, object, None]]) -> None:
        """Begin to move; the address is known once the socket is bound. `listen` opens the port again or shuts it."""
        self._listen = listen
        self._address = (f"[{host}]" if ":" in host else host, port)
        self._note_truth(self.market, self.market.symbols, self._clock.now())
        self._motion = asyncio.create_task(self.run())

    async def broken(self) -> None:
        """Return when the market cannot go on; what is wrong is raised when the server's context ends."""
        assert self._motion is not None
        await asyncio.wait([self._motion])

    async def stop(self) -> None:
        """Close all WebSockets and let go of whoever still waits for an answer; raise what broke the market."""
        self.heal()
        assert self._motion is not None
        self._motion.cancel()
        self._release()
        await asyncio.gather(*self._tasks)
        await self.close_sockets()
        with suppress(asyncio.CancelledError):
            await self._motion

    async def run(self) -> None:
        """Move the market and the sessions until cancelled."""
        while True:
            self._step()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()
            self._wake.clear()

    async def handle(self, connection: ServerConnection) -> None:
        """Serve one WebSocket until it closes."""
        now = self._clock.now()
        session = ServerSession(
            self.market,
            self._random,
            now,
            options=self._options.session,
            epoch=self._epoch,
            operative=self.operative,
            faults=self.faults,
        )
        self._lines[connection] = line = Line(session, self.faults)
        self.sockets_opened += 1
        if "freeze" in self.faults and self.faults.flag("freeze", "new"):
            self._freeze(connection, line)
        self._flush()
        try:
            async for text in connection:
                self._step()  # a snapshot shows the present
                session.receive(text, self._clock.now())
                self._flush()
                self._wake.set()
        except ConnectionClosed:
            pass
        finally:
            self._lines.pop(connection, None)

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a plain request; None lets a WebSocket handshake go on."""
        path, _, query = request.path.partition("?")
        if path.rstrip("/") == "/ws/2":
            return self._refused_handshake(connection)
        delay = self.rest_delay + self._desk.take_in(path, self._clock.now())
        if delay > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._released.wait()
        if self.refuse_rest is not None:
            found = rest.Answer(self.refuse_rest[0], rest.JSON, self.refuse_rest[1])
        else:
            found = self._desk.answer(path, query, self._clock.now(), self._step)
        return _response(found, self._clock.wall_ms() + self.market.skew_ms)

    def _refused_handshake(self, connection: ServerConnection) -> Response | None:
        status = self.refuse_sockets or next((code for name, code in _REFUSALS if name in self.faults), None)
        if status is None and not self._handshakes.allow(_HANDSHAKE, self._clock.now()):
            status = HTTPStatus.TOO_MANY_REQUESTS
        return None if status is None else connection.respond(HTTPStatus(status), f"{HTTPStatus(status).phrase}\n")

    def _step(self) -> None:
        """Bring the market and all sessions up to now, and send what there is."""
        now = self._clock.now()
        self._injection.tick(now)
        changes = self.market.advance(self._clock.wall_ms())
        self._note_truth(self.market, [change.symbol for change in changes if change.book], now)
        for connection, line in list(self._lines.items()):
            line.session.notice(changes, now)
            line.session.tick(now)
            if line.session.expired(now):
                connection.transport.abort()
        self._flush()

    def _flush(self) -> None:
        now = self._clock.now()
        for connection, line in self._lines.items():
            for text in line.take(now):
                if not connection.transport.is_closing():  # a frozen line may have lost its client long ago
                    broadcast([connection], text)
            if connection.transport.get_write_buffer_size() + line.waiting > self._options.unsent_bytes:
                connection.transport.abort()

    def _pause(self) -> float:
        """Seconds until something has to be done."""
        due = self._injection.deadline()
        waits = [_IDLE] if due is None else [_IDLE, due - self._clock.now()]
        for line in self._lines.values():
            moments = (line.session.deadline(), line.deadline())
            waits += [moment - self._clock.now() for moment in moments if moment is not None]
        upcoming = self.market.next_ms() if self._lines else None
        if upcoming is not None:
            waits.append((upcoming - self._clock.wall_ms()) / 1000)
        return max(min(waits), _FRAME)

    def look(self) -> None:
        """Look at clock and faults at once; for whoever moves the clock by hand."""
        self._wake.set()

    def _beginnings(self) -> dict[str, Act]:
        """What the server itself does when a fault begins; all else looks at `faults`."""
        return {
            "close": lambda wanted: self._spawn(self.close_sockets(int(wanted["code"]))),
            "reset": lambda _: self._cut(),
            "freeze": lambda _: self._freeze_all(),
            "refuse-connect": self._refuse_connections,
            **dict.fromkeys(_NOTICED_WHEN_OPENED, self._cut_where_wanted),
            "maintenance": lambda _: self.announce(MAINTENANCE_STARTED),
            "restart": self._restart,
        }

    def _endings(self) -> dict[str, End]:
        """What the server itself does when a fault ends."""
        return {
            "freeze": self._thaw,
            "refuse-connect": lambda: self._open_port(True),
            "maintenance": lambda: self.announce(MAINTENANCE_ENDED),
            "rest-timeout": self._release,
        }

    def _refuse_connections(self, wanted: Parameters) -> None:
        self._open_port(False)
        self._cut_where_wanted(wanted)

    def _talking(self) -> list[ServerSession]:
        return [line.session for line in self._lines.values()]

    def _open_port(self, wanted: bool) -> None:
        assert self._listen is not None
        self._spawn(self._listen(wanted))

    def _release(self) -> None:
        """Let go of those who wait for an answer."""
        self._released.set()
        self._released = asyncio.Event()

    def _cut(self) -> None:
        for connection in self._lines:
            connection.transport.abort()

    def _cut_where_wanted(self, wanted: Parameters) -> None:
        if wanted["cut"]:
            self._cut()

    def _restart(self, wanted: Parameters) -> None:
        """Those who have not gone by themselves are closed a little later."""
        self.announce(STOPPING)
        old = list(self._lines)

        def close(_: float) -> None:
            for connection in old:
                self._spawn(connection.close(_SERVICE_RESTART))

        self._injection.at(self._clock.now() + float(wanted["delay"]), close)

    def _freeze_all(self) -> None:
        for connection, line in self._lines.items():
            self._freeze(connection, line)

    def _freeze(self, connection: ServerConnection, line: Line) -> None:
        """Nothing is read either: the connection itself would answer a ping of the transport."""
        line.frozen = True
        connection.transport.pause_reading()

    def _thaw(self) -> None:
        for connection, line in self._lines.items():
            if line.frozen:
                line.frozen = False
                connection.transport.resume_reading()
        self._flush()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something go on that nobody waits for; `stop` does."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _gone(self, connections: list[ServerConnection]) -> None:
        """Wait until these connections are closed, and forget their sessions."""
        for connection in connections:
            await connection.wait_closed()
            self._lines.pop(connection, None)


@asynccontextmanager
async def serve(
    market: Market,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    clock: Clock | None = None,
    options: ServerOptions | None = None,
) -> AsyncIterator[ExchangeServer]:
    """Serve a market for as long as the context lasts; port 0 takes any free one.

    Raises OSError where the address cannot be listened on.
    """
    exchange = ExchangeServer(market, clock or SystemClock(), options or ServerOptions())
    plain: set[asyncio.BaseTransport] = set()

    class Connection(ServerConnection):
        """A connection that is known from its first byte on, so that one that never asks can be closed too."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            plain.add(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            plain.discard(self.transport)
            super().connection_lost(exc)

    door = Port(lambda number: _listening(exchange, Connection, host, number), port)
    await door.turn(True)
    exchange.start(host, door.number, door.turn)
    try:
        yield exchange
    finally:
        try:
            await exchange.stop()
        finally:
            await door.turn(False)
            for transport in list(plain):
                if isinstance(transport, asyncio.Transport):
                    transport.abort()
            await door.close()


async def _listening(exchange: ExchangeServer, kind: type[ServerConnection], host: str, port: int) -> Server:
    return await serve_websockets(
        exchange.handle,
        host,
        port,
        process_request=exchange.answer,
        create_connection=kind,
        compression=None,
        ping_interval=None,
        open_timeout=60,
        close_timeout=1,
        max_size=2**16,
        logger=_log,
    )


def _response(answer: rest.Answer, wall_ms: int) -> Response:
    """An answer as HTTP; the connection ends with it."""
    headers = Headers(
        [
            ("Date", formatdate(wall_ms / 1000, usegmt=True)),
            ("Connection", "close"),
            ("Content-Length", str(len(answer.body) + answer.missing)),
            ("Content-Type", answer.content_type),
            *answer.headers,
        ]
    )
    return Response(answer.status, answer.phrase, headers, answer.body)
