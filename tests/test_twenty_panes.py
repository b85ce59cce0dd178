"""Twenty dashboards of one user, one address, one budget: all lose the socket at once, and no limit is broken.

A minute is four seconds here, for the exchange and for the panes, and the REST budgets shrink with it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.exchanges.registry import exchange as exchange_named
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import LinkState, Source, Topic
from hybridtui.server.options import ServerOptions
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from hybridtui.store.database import Database
from hybridtui.store.sharing import SharedBudgets, Turn
from tests.waiting import until

PANES = 20
MINUTE = 4.0
HANDSHAKES = 20
LOOK_EVERY = 0.05
"""Seconds between two looks at all panes."""
TIMINGS = Timings(retry_first=0.1, retry_cap=1.0, grace=1.0, stale=3.0, request=2.0, handshake=2.0)


def shrunk(limit: int) -> int:
    return max(1, int(limit * MINUTE / 60))


LIMITS = {endpoint: shrunk(limit) for endpoint, limit in exchange_named().budgets.items()}


class ShortMinute(SharedBudgets):
    """A short minute, and the part of each REST budget that belongs in it."""

    def __init__(self, database: Database, url: str, clock: SystemClock) -> None:
        super().__init__(database, url, clock, window=MINUTE, flight=TIMINGS.request)

    def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:
        return super().turn(request, endpoint, shrunk(limit), younger_than, after)


class Watched:
    """The exchange, and when it was asked for a socket."""

    def __init__(self, server: ExchangeServer) -> None:
        self.server = server
        self.handshakes: list[float] = []
        clock, refused = SystemClock(), server._refused_handshake

        def noted(connection: Any) -> Any:
            self.handshakes.append(clock.now())
            return refused(connection)

        server._refused_handshake = noted  # type: ignore[method-assign]


@asynccontextmanager
async def exchange() -> AsyncIterator[Watched]:
    options = ServerOptions(rest_limits=LIMITS, handshakes_per_minute=HANDSHAKES, minute=MINUTE)
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=5), options=options) as server:
        yield Watched(server)


@asynccontextmanager
async def dashboards(server: ExchangeServer, cache: Path, symbols: list[str]) -> AsyncIterator[list[HybridMarketData]]:
    settings = Settings(timings=TIMINGS)
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                hybridtui.open_market(
                    symbols[number % len(symbols)],
                    settings=settings,
                    rest_url=server.rest_url,
                    ws_url=server.ws_url,
                    cache=cache,
                )
            )
            for number in range(PANES)
        ]


def live(pane: HybridMarketData) -> bool:
    return pane.link.state is LinkState.LIVE


def most_in_a_minute(times: Iterable[float]) -> int:
    ordered = sorted(times)
    return max((sum(start <= at < start + MINUTE for at in ordered) for start in ordered), default=0)


def lies(pane: HybridMarketData, now: float, late: float) -> str:
    """What a pane says that is not so; empty where it is honest. All of them were `late` by so many seconds."""
    state, arrival = pane.link.state, pane.state.arrivals[Topic.BOOK]
    if state is LinkState.LIVE and arrival.source is not Source.WEBSOCKET:
        return f"live with a book of {arrival.source}"
    if state is LinkState.POLLING and (arrival.at is None or now - arrival.at > TIMINGS.stale + 0.5 + late):
        return "polling with an old book"
    if state is LinkState.STALE and pane.link.confirmed_at is None:
        return "stale without an age"
    return ""


async def watch_for_lies(panes: list[HybridMarketData], found: list[str]) -> None:
    clock = SystemClock()
    looked = clock.now()
    while True:
        now = clock.now()
        late = max(now - looked - LOOK_EVERY, 0.0)
        found += [lie for pane in panes if (lie := lies(pane, now, late))]
        looked = now
        await asyncio.sleep(LOOK_EVERY)


def assert_budgets_kept(watched: Watched) -> None:
    asked: dict[str, list[float]] = defaultdict(list)
    for at, endpoint in watched.server.request_log:
        asked[endpoint].append(at)
    most = {endpoint: most_in_a_minute(times) for endpoint, times in asked.items()}
    assert all(count <= LIMITS[endpoint] for endpoint, count in most.items()), most
    assert most_in_a_minute(watched.handshakes) <= HANDSHAKES


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "symbols", [["BTCUSD"], pytest.param(["BTCUSD", "ETHUSD", "XRPBTC", "DUSK:USD"], marks=pytest.mark.slow)]
)
async def test_all_lose_the_socket_fall_back_and_return_inside_one_budget(
    symbols: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridtui.wiring.SharedBudgets", ShortMinute)
    found: list[str] = []
    async with exchange() as watched, dashboards(watched.server, tmp_path, symbols) as panes:
        watcher = asyncio.create_task(watch_for_lies(panes, found))
        await until(lambda: sum(map(live, panes)) >= 15)
        waiting = [pane for pane in panes if not live(pane)]
        await until(lambda: all(live(pane) or "shared" in pane.link.reason for pane in waiting))
        assert waiting, "the budget of new sockets holds some of them back"
        await until(lambda: all(map(live, panes)))

        before = len(watched.server.request_log)
        watched.server.refuse_sockets = 503
        await watched.server.cut_sockets()
        await until(lambda: not any(map(live, panes)))
        await until(lambda: all(pane.link.state is LinkState.POLLING for pane in panes))
        books = [pane.orderbook.rows() for pane in panes]
        await until(lambda: all(p.orderbook.rows() != old for p, old in zip(panes, books, strict=True)))
        during = watched.server.request_log[before:]
        assert len(during) < 4 * PANES, "twenty panes cost little more than one"

        watched.server.refuse_sockets = None
        await until(lambda: all(map(live, panes)))
        watcher.cancel()
        assert_budgets_kept(watched)
    assert not found
