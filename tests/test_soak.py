"""A long time: memory stays flat, tables stay bounded, nothing is left behind."""

import asyncio
import gc
import os
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest

import hybridtui
from hybridtui.demo.instruments import LISTINGS
from hybridtui.demo.market import DemoMarket
from hybridtui.demo.process import start_demo
from hybridtui.demo.run import DemoSettings
from hybridtui.exchanges.base import RestKind, SessionEvent
from hybridtui.exchanges.bitfinex.exchange import Bitfinex
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.feeds.backfill import Backfill
from hybridtui.feeds.commands import (
    CloseSocket,
    Fetch,
    FrameSeen,
    OpenSocket,
    PageEnded,
    Ping,
    RestAnswered,
    RestFailed,
    Resubscribe,
    SocketLost,
    SocketOpened,
    Started,
)
from hybridtui.feeds.polling import TOPIC_OF
from hybridtui.feeds.supervisor import Output, Supervisor
from hybridtui.market.events import BookChanged, Notice, SourceChanged, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.server import rest
from hybridtui.server.session import ServerSession
from hybridtui.settings import Timings
from tests.fakes import ManualClock
from tests.waiting import until

_SESSION_EVENTS = get_args(SessionEvent)
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ALLOWED = 5 * 1024 * 1024
_HOUR = 3600.0
_STEP = 0.5


def rss() -> int:
    """The resident memory of this process in bytes, garbage collected."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


class Simulation:
    """Exchange, line, session, supervisor and model, all in one process and all on one hand-moved clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.market = DemoMarket(self.clock.wall_ms(), seed=11, days=1, listings=LISTINGS[:1])
        self.exchange = Bitfinex()
        self.view = View(self.exchange.instrument("BTCUSD"))
        self.state = MarketState(self.view.instrument, self.view.timeframe)
        self.supervisor = Supervisor(Mode.AUTO, Timings(), self.exchange.budgets, Random(1))
        self.backfill = Backfill(self.state)
        self.random = Random(2)
        self.server: ServerSession | None = None
        self.session: BitfinexSession | None = None
        self.number = 0
        self.frames = self.outages = 0
        self.down_until = 0.0
        self.perform(self.supervisor.feed(Started(), self.clock.now()))

    def perform(self, outputs: Iterable[Output]) -> None:
        for output in outputs:
            match output:
                case SourceChanged() | Notice():
                    self.state.apply(output)
                case OpenSocket(number):
                    self.open(number)
                case CloseSocket():
                    self.server = self.session = None
                case Fetch(kind):
                    self.fetch(kind)
                case Ping() if self.session is not None:
                    self.session.ping(self.clock.now())
                case Resubscribe(topics) if self.session is not None:
                    self.session.resubscribe(topics, self.clock.now())

    def tell(self, event: Any) -> None:
        self.perform(self.supervisor.feed(event, self.clock.now()))

    def open(self, number: int) -> None:
        now, self.number = self.clock.now(), number
        if now < self.down_until:
            self.tell(SocketLost(number, "connection refused"))
            return
        self.server, self.session = ServerSession(self.market, self.random, now), self.exchange.session(self.view)
        self.tell(SocketOpened(number))

    def fetch(self, kind: RestKind, span: tuple[int, int] | None = None) -> None:
        now = self.clock.now()
        if now < self.down_until:
            self.tell(RestFailed(kind, "connection refused"))
            return
        request = self.exchange.request(kind, self.view, span)
        answer = rest.answer("/v2" + request.path, dict(request.query), self.market)
        for event in self.exchange.parse_rest(request, answer.status, answer.body, now):
            if self.supervisor.admits(TOPIC_OF[kind], Source.REST):
                self.state.apply(event)  # type: ignore[arg-type]
        self.tell(RestAnswered(kind, now) if span is None else PageEnded(kind))

    def step(self, seconds: float) -> None:
        """Let time pass, and everything that follows from it happen."""
        self.clock.advance(seconds)
        now = self.clock.now()
        changes = self.market.advance(self.clock.wall_ms())
        if self.server is not None:
            self.server.notice(changes, now)
            self.server.tick(now)
        self.exchange_texts(now)
        if self.session is not None:
            for event in self.session.tick(now):
                self.tell(event)
        self.perform(self.supervisor.tick(now))
        page = self.backfill.next_page(now, self.supervisor.spares)
        if page is not None:
            self.fetch(page.kind, page.span)
        self.exchange_texts(now)

    def exchange_texts(self, now: float) -> None:
        while (server := self.server) is not None and (session := self.session) is not None:
            for text in session.outgoing():
                server.receive(text, now)
            texts = server.outgoing()
            if not texts:
                return
            for text in texts:
                self.receive(session, text, now)

    def receive(self, session: BitfinexSession, text: str, now: float) -> None:
        self.frames += 1
        topic = Topic.NONE
        for event in session.receive(text, now):
            if isinstance(event, _SESSION_EVENTS):
                self.tell(event)
            else:
                kind = type(event)
                topic = Topic.BOOK if kind is BookChanged else Topic.TRADES if kind is TradesSeen else topic
                self.state.apply(event)  # type: ignore[arg-type]
        self.supervisor.feed(FrameSeen(topic), now)

    def outage(self, seconds: float) -> None:
        self.outages += 1
        self.down_until = self.clock.now() + seconds
        self.server = self.session = None
        self.tell(SocketLost(self.number, "the line is cut"))


def tables(root: object, depth: int = 4) -> dict[str, int]:
    """The sizes of all containers that belong to an object, by their path."""
    sizes: dict[str, int] = {}
    stack: list[tuple[str, object, int]] = [(type(root).__name__, root, depth)]
    while stack:
        path, thing, left = stack.pop()
        if isinstance(thing, (list, dict, set)) or type(thing).__name__ == "deque":
            sizes[path] = len(thing)  # type: ignore[arg-type]
        if left and type(thing).__module__.startswith("hybridtui"):
            names = [*getattr(thing, "__dict__", {}), *getattr(type(thing), "__slots__", ())]
            stack += [(f"{path}.{name}", getattr(thing, name, None), left - 1) for name in names]
    return sizes


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_day_in_simulated_time() -> None:
    run, hours = Simulation(), float(os.environ.get("HYBRIDTUI_SOAK_HOURS", "24"))
    start = run.clock.now()
    warm: tuple[int, dict[str, int]] | None = None
    live = 0
    while run.clock.now() < start + hours * _HOUR:
        run.step(_STEP)
        live += run.state.link.state is LinkState.LIVE
        if run.random.random() < _STEP / 1200:
            run.outage(run.random.choice([0.0, 1.0, 20.0, 300.0]))
        if warm is None and run.clock.now() >= start + hours / 3 * _HOUR:
            warm = rss(), tables(run.supervisor) | tables(run.backfill) | tables(run.session)
    assert warm is not None
    assert run.outages > hours
    assert live * _STEP > 0.8 * hours * _HOUR
    assert not [gap for gap in run.state.trades.gaps if not gap.closed]
    assert len(run.state.trades) <= run.state.trades.capacity * 1.1
    assert len(run.state.candles) <= run.state.candles.capacity
    grown = rss() - warm[0]
    assert grown < _ALLOWED, f"{grown / 1e6:.1f} MB more than after the first third"
    after = tables(run.supervisor) | tables(run.backfill) | tables(run.session)
    assert {name: size for name, size in after.items() if size > max(4200, 2 * warm[1].get(name, 0))} == {}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def outages(folder: Path, seconds: float) -> Path:
    """A scenario in which all sockets are cut every few seconds, and now and then none can be opened for a while."""
    steps = [
        f'[[step]]\nat = {at}\nfault = "refuse-503"\nseconds = 1\n'
        if at % 5 == 0
        else f'[[step]]\nat = {at}\nfault = "reset"\n'
        for at in range(8, round(seconds) + 60, 8)
    ]
    file = folder / "outages.toml"
    file.write_text("".join(steps))
    return file


async def growth(seconds: float) -> int:
    """Let time pass; returns how much the memory grew after its first third."""
    await asyncio.sleep(seconds / 3)
    warm = rss()
    await asyncio.sleep(seconds * 2 / 3)
    return rss() - warm


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_a_minute_of_real_time_with_outages(tmp_path: Path) -> None:
    seconds = float(os.environ.get("HYBRIDTUI_SOAK", "60"))
    exchange = DemoSettings(seed=3, rate=30.0, scenario=outages(tmp_path, seconds))
    tasks, open_files = len(asyncio.all_tasks()), descriptors()
    with start_demo(exchange) as server:
        with_server = descriptors()
        market = hybridtui.open_market("BTCUSD", rest_url=server.rest_url, ws_url=server.ws_url)
        async with market:
            await until(lambda: market.link.state is LinkState.LIVE)
            grown = await growth(seconds)
            assert market.link.reconnects > seconds / 10
        await until(lambda: len(asyncio.all_tasks()) <= tasks)
        gc.collect()
        await until(lambda: descriptors() <= with_server)
    assert descriptors() <= open_files
    assert grown < _ALLOWED, f"{grown / 1e6:.1f} MB more than after the first third"
