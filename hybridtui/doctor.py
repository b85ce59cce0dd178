"""`hybridtui doctor`: looks at everything between the exchange and the screen, and says of each whether it works.

Each finding is one line to paste into a bug report, with a hint where something is wrong. What fails is a finding, not
an exception, and every look has a time limit; together they stay below 25 seconds.
"""

import asyncio
import platform
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import get_terminal_size
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import getproxies

import msgspec

from hybridtui import __version__
from hybridtui.clock import Clock
from hybridtui.errors import DecodeError, ExchangeError, TransportError
from hybridtui.exchanges.base import ChannelSynced, Exchange, PlatformSeen, RestKind, SessionOpened
from hybridtui.feeds.answer import Answer, Client, LateClient
from hybridtui.feeds.network import connect_failure, is_loopback
from hybridtui.feeds.rest import certificates
from hybridtui.feeds.websocket import open_socket
from hybridtui.market.events import BookChecked, Notice, SymbolRefused
from hybridtui.market.feed import View
from hybridtui.market.source import Topic

_RESOLVE, _CONNECT, _ANSWER, _HANDSHAKE, _FILL = 3.0, 4.0, 5.0, 5.0, 8.0
"""Seconds that each look may take: a name, a connection, a REST answer, a handshake, snapshots with a checksum."""
_SKEW_MS = 2000
"""A clock that is further off makes candles and ages wrong."""
_EXPIRES_SOON = 7 * 86_400
_PACKAGES = ("textual", "rich", "websockets", "httpx", "plotext", "msgspec", "click", "platformdirs")
_AGENT = f"hybridtui/{__version__} doctor"
_MISTAKES_HINT = (
    "Correct the file: nothing else starts with it, and `hybridtui config check` names every mistake. "
    "This report takes what is right in it, and defaults."
)
_NET_HINT = "Check the network, a firewall or a proxy; try the address in a browser."


class Finding(msgspec.Struct, frozen=True):
    """What one look found."""

    name: str
    ok: bool
    text: str
    hint: str = ""
    """What to do, where it is not ok."""

    def lines(self) -> list[str]:
        """The finding as printed, without control characters."""
        rows = [f"{'ok  ' if self.ok else 'FAIL'}  {self.name:<11} {self.text}"]
        if self.hint and not self.ok:
            rows.append(f"      {'':<11} → {self.hint}")
        return ["".join(char if char.isprintable() else " " for char in row) for row in rows]


class Case(msgspec.Struct, frozen=True):
    """What is looked at."""

    exchange: Exchange
    view: View
    rest_url: str
    ws_url: str
    cache: Path
    environment: Mapping[str, str]
    clock: Clock
    mistakes: tuple[str, ...] = ()
    """What is wrong with the settings file, a sentence each."""


async def examine(case: Case) -> AsyncIterator[Finding]:
    """All findings, the ones that need no network first."""
    for finding in (_versions(), _terminal(case.environment), _configuration(case), _cache(case.cache)):
        yield finding
    reached: dict[str, bool] = {}
    for url in (case.rest_url, case.ws_url):
        place = _place(url)
        if place not in reached:
            findings = await _reach(url, *place_of(url), case)
            reached[place] = all(finding.ok for finding in findings)
            for finding in findings:
                yield finding
    async for finding in _network(case, reached):
        yield finding


async def _network(case: Case, reached: Mapping[str, bool]) -> AsyncIterator[Finding]:
    if reached[_place(case.rest_url)]:
        for finding in await _guarded("REST", lambda: _rest(case), 2 * _ANSWER):
            yield finding
    else:
        yield _not_tried("REST", case.rest_url)
    if reached[_place(case.ws_url)]:
        for finding in await _guarded("WebSocket", lambda: _socket(case), _HANDSHAKE + _FILL + 1):
            yield finding
    else:
        yield _not_tried("WebSocket", case.ws_url)


def _not_tried(name: str, url: str) -> Finding:
    return Finding(name, False, f"not tried, because {place_of(url)[0]} was not reached", "See the lines above.")


async def _guarded(name: str, look: Callable[[], Awaitable[list[Finding]]], limit: float) -> list[Finding]:
    """The boundary of a look: it ends in time, and a bug of ours is a finding too."""
    try:
        async with asyncio.timeout(limit):
            return await look()
    except TimeoutError:
        return [Finding(name, False, f"not finished within {limit:.0f} s", _NET_HINT)]
    except Exception as error:  # noqa: BLE001 - a report must come out whatever happens
        return [Finding(name, False, f"a bug of hybridtui: {type(error).__name__}: {error}", "Please report it.")]


# This computer


def _versions() -> Finding:
    found = [f"hybridtui {__version__}", f"Python {platform.python_version()}", platform.platform(terse=True)]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            return Finding("versions", False, f"{package} is not installed", "Install hybridtui again with pip.")
    return Finding("versions", True, ", ".join(found))


def _terminal(environment: Mapping[str, str]) -> Finding:
    term, size = environment.get("TERM", ""), get_terminal_size()
    deep = environment.get("COLORTERM", "") in ("truecolor", "24bit")
    colours = "24-bit colours" if deep else "256 colours" if "256" in term else "16 colours"
    encoding = (sys.stdout.encoding or "unknown").lower()
    text = f"TERM {term or 'unset'}, {size.columns}x{size.lines}, {colours}, {encoding}"
    if not sys.stdout.isatty():
        text += ", output is not a terminal just now"
    if term in ("", "dumb"):
        return Finding("terminal", False, text, "Run it in a terminal that sets TERM, for example xterm-256color.")
    if encoding.replace("-", "") != "utf8":
        return Finding("terminal", False, text, "Set a UTF-8 locale, for example LANG=C.UTF-8.")
    return Finding("terminal", True, text)


def _configuration(case: Case) -> Finding:
    if case.mistakes:
        return Finding("configured", False, _first_of(case.mistakes), _MISTAKES_HINT)
    ours = [f"{name}={value}" for name, value in sorted(case.environment.items()) if name.startswith("HYBRIDTUI_")]
    proxies = [f"a proxy for {scheme}" for scheme in sorted(getproxies()) if scheme != "no"]
    text = f"{case.view.instrument.label}, {case.rest_url}, {case.ws_url}; environment: "
    return Finding("configured", True, text + (", ".join([*ours, *proxies]) or "nothing of ours"))


def _first_of(mistakes: tuple[str, ...]) -> str:
    more = len(mistakes) - 1
    return mistakes[0] + f" (and {more} more)" * bool(more)


def _cache(directory: Path) -> Finding:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".doctor-") as file:
            file.write(b"x")
    except OSError as error:
        hint = "Make it writable, or set XDG_CACHE_HOME; without it nothing is remembered."
        return Finding("cache", False, f"{directory}: {error.strerror or error}", hint)
    return Finding("cache", True, f"{directory} can be written")


# The way to a host


def place_of(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme in ("https", "wss") else 80)


def _place(url: str) -> str:
    host, port = place_of(url)
    return f"{host}:{port}"


async def _reach(url: str, host: str, port: int, case: Case) -> list[Finding]:
    """Name and connection; by way of a proxy neither is ours to look at."""
    if not is_loopback(url) and "https" in getproxies():
        return [Finding("network", True, f"{host} is asked by way of a proxy")]
    try:
        addresses = await _resolve(host, port)
    except (OSError, TimeoutError) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else str(error)
        return [Finding("DNS", False, f"{host} was not resolved ({why})", "Check the network and the name server.")]
    shown = ", ".join(addresses[:3]) + (" …" if len(addresses) > 3 else "")
    connected = await _guarded("TCP/TLS", lambda: _connect(url, host, port, case), _CONNECT)
    return [Finding("DNS", True, f"{host} is {shown}"), *connected]


async def _resolve(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises OSError or TimeoutError.

    Asked in a thread of its own that nobody waits for: the C library may take longer than anyone has patience.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(result: list[str] | OSError) -> None:
        if not answer.done():
            answer.set_exception(result) if isinstance(result, OSError) else answer.set_result(result)

    def ask() -> None:
        result: list[str] | OSError
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            result = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        except (OSError, UnicodeError) as error:
            result = error if isinstance(error, OSError) else OSError(f"{host} is not the form of a name")
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result)

    Thread(target=ask, name="resolve", daemon=True).start()
    async with asyncio.timeout(_RESOLVE):
        return await answer


async def _connect(url: str, host: str, port: int, case: Case) -> list[Finding]:
    context = certificates("https://" + host) if urlsplit(url).scheme in ("https", "wss") else None
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    except OSError as error:
        return [Finding("TCP/TLS", False, f"{host} port {port}: {connect_failure(error)}", _NET_HINT)]
    certificate = writer.get_extra_info("peercert") or {}
    protocol = writer.get_extra_info("ssl_object").version() if context else ""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    if context is None:
        return [Finding("TCP", True, f"{host} port {port} is open; no TLS on this computer itself")]
    left = ssl.cert_time_to_seconds(certificate["notAfter"]) - case.clock.wall_ms() / 1000
    text = f"{host} port {port}, {protocol}, certificate verified, expires in {left / 86_400:.0f} days"
    return [Finding("TCP/TLS", left > 0, text + (" (soon)" if left < _EXPIRES_SOON else ""), "Check the clock.")]


# REST


async def _rest(case: Case) -> list[Finding]:
    async with LateClient(case.rest_url, _ANSWER, _AGENT) as client:
        kinds = (RestKind.STATUS, RestKind.TICKER, RestKind.BOOK)
        looks = await asyncio.gather(*(_ask(case, client, kind) for kind in kinds))
    answers = [(answer, sent, came) for _, answer, sent, came in looks if answer is not None]
    dated = [(answer.date_ms, sent, came) for answer, sent, came in answers if answer.date_ms is not None]
    clock = [_skew(*dated[0])] if dated else [Finding("clock", True, "not compared: no answer named a date")]
    return [*(finding for finding, *_ in looks), *clock]


async def _ask(case: Case, client: Client, kind: RestKind) -> tuple[Finding, Answer | None, int, int]:
    request, sent = case.exchange.request(kind, case.view), case.clock.wall_ms()
    name, answer, began = f"REST {kind}", None, case.clock.now()
    try:
        answer = await client.get(request.path, request.query, sent)
        took = (case.clock.now() - began) * 1000
        events = case.exchange.parse_rest(request, answer.status, answer.body, began)
    except TransportError as error:
        finding = Finding(name, False, str(error), _NET_HINT)
    except ExchangeError as error:
        finding = Finding(name, False, str(error), "Wait, or check the symbol and the address.")
    else:
        closed = any(isinstance(event, PlatformSeen) and not event.operative for event in events)
        what = "under maintenance" if closed else f"HTTP {answer.status}, {len(answer.body)} bytes, readable"
        finding = Finding(name, not closed, f"{what}, {took:.0f} ms", "Wait until the exchange is back.")
    return finding, answer, sent, case.clock.wall_ms()


def _skew(date_ms: int, sent: int, came: int) -> Finding:
    """Our clock against the `Date` header, which counts whole seconds: half of one is added to it."""
    ahead = (sent + came) / 2 - (date_ms + 500)
    error = 500 + (came - sent) / 2
    side = "ahead of" if ahead >= 0 else "behind"
    text = f"{abs(ahead) / 1000:.1f} s {side} the exchange's Date header, ± {error / 1000:.1f} s"
    return Finding("clock", abs(ahead) - error < _SKEW_MS, text, "Set the clock of this computer by a time server.")


# WebSocket


class _Heard:
    """What a socket has said so far."""

    def __init__(self) -> None:
        self.frames = 0
        self.opened: SessionOpened | None = None
        self.synced = Topic.NONE
        self.checks: list[bool] = []
        self.lags: list[float] = []
        self.complaint = ""

    @property
    def complete(self) -> bool:
        return Topic.DATA in self.synced and bool(self.checks)


async def _socket(case: Case) -> list[Finding]:
    began, heard = case.clock.now(), _Heard()
    ended = ""
    try:
        async with open_socket(case.ws_url, _HANDSHAKE, _AGENT) as opened:
            took = (case.clock.now() - began) * 1000
            session = case.exchange.session(case.view)
            with suppress(TimeoutError):
                async with asyncio.timeout(_FILL):
                    await opened.send(session.outgoing())
                    async for frame in opened.frames():
                        _hear(case, session.receive, frame, heard)
                        await opened.send(session.outgoing())
                        if heard.complete or heard.complaint:
                            break
    except TransportError as error:
        if not heard.frames:
            return [Finding("WebSocket", False, f"handshake: {error}", _NET_HINT)]
        took, ended = 0.0, str(error)
    return [Finding("WebSocket", not ended, ended or f"handshake in {took:.0f} ms", _NET_HINT), *_told(heard)]


def _hear(case: Case, receive: Callable[[bytes, float], object], frame: bytes, heard: _Heard) -> None:
    heard.frames += 1
    sent = case.exchange.sent_ms(frame)
    if sent is not None:
        heard.lags.append(case.clock.wall_ms() - sent)
    try:
        events = receive(frame, case.clock.now())
    except DecodeError as error:
        heard.complaint = str(error)
        return
    assert isinstance(events, (list, tuple))
    for event in events:
        match event:
            case SessionOpened():
                heard.opened = event
            case ChannelSynced(topic):
                heard.synced |= topic
            case BookChecked():
                heard.checks.append(event.agreed)
            case SymbolRefused():
                heard.complaint = f"the exchange does not know {event.symbol}"
            case Notice():
                heard.complaint = event.text


def _told(heard: _Heard) -> list[Finding]:
    opened, missing = heard.opened, Topic.DATA & ~heard.synced
    names = ", ".join(str(topic.name).lower() for topic in missing)
    operative = opened is not None and opened.operative
    greeting = "none came" if opened is None else "operative" if operative else "under maintenance"
    snapshots = f"missing: {names}" if missing else f"all four came, {heard.frames} frames"
    if heard.complaint:
        snapshots += f"; {heard.complaint}"
    flags = f"frames carry the exchange's time, {min(heard.lags):.0f} ms ago by our clock" if heard.lags else "no times"
    checks = "one agreed" if heard.checks and heard.checks[0] else "one disagreed" if heard.checks else "none came"
    return [
        Finding("greeting", operative, greeting, "Wait until the exchange is back."),
        Finding("flags", bool(heard.lags), flags, "The book cannot be verified then; report it."),
        Finding("snapshots", not missing and not heard.complaint, snapshots, "Check the symbol; run it again."),
        Finding(
            "checksum", heard.checks[:1] == [True], checks, "A quiet market has few; run it again, then report it."
        ),
    ]
