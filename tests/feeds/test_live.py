"""The live feed against real sockets: what happens between two of its waits must not confuse it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import LinkState, Topic
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from tests.waiting import until

QUICK = Settings(timings=Timings(poll_status=0.2, poll_book=0.2, grace=0.1, retry_first=0.1))
NOBODY = "http://127.0.0.1:9/v2"
BACKLOG = 900
"""More frames than are kept while nobody reads."""
GREETING = '{"event":"info","version":2,"platform":{"status":1}}'
GOODBYE = '{"event":"info","code":20051,"msg":"Stopping. Please try to reconnect"}'


def market_of(server: ExchangeServer, mode: str = "auto") -> HybridMarketData:
    return hybridtui.open_market("BTCUSD", mode=mode, settings=QUICK, rest_url=server.rest_url, ws_url=server.ws_url)


async def test_maintenance_ends_though_another_market_was_chosen_while_its_end_was_asked_for() -> None:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server, market_of(server, "rest") as market:
        await until(lambda: market.link.state is LinkState.POLLING)
        server.inject("maintenance-silent")
        await until(lambda: market.link.state is LinkState.MAINTENANCE)
        server.rest_delay = 0.5
        asked = server.requests["status"]
        await until(lambda: server.requests["status"] > asked)
        market.select("ETHUSD")
        server.heal()
        await until(lambda: market.link.state is LinkState.POLLING and market.instrument.symbol == "tETHUSD", within=10)


async def test_a_market_that_does_not_exist_is_refused_each_time_it_is_looked_at() -> None:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server, market_of(server) as market:
        for _ in range(2):
            market.select("NOPUSD")
            await until(lambda: market.state.refused is not None, within=10)
            assert "does not know tNOPUSD" in (market.error or "")
            market.select("BTCUSD")
            await until(lambda: market.link.state is LinkState.LIVE)


async def test_a_timeframe_that_was_left_and_is_looked_at_again_within_a_round_trip_is_live() -> None:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server, market_of(server) as market:
        await until(lambda: market.link.state is LinkState.LIVE)
        before = server.requests["candles"]
        for _ in range(3):
            market.select(timeframe="5m")
            market.select(timeframe="1m")
        await until(lambda: market.link.state is LinkState.LIVE and Topic.DATA in market.link.fed)
        await asyncio.sleep(QUICK.timings.grace * 3)  # the grace after such a choice is over
        assert market.link.state is LinkState.LIVE
        first, chosen = 1, 6
        assert server.requests["candles"] - before <= first + chosen, "each is asked for once, not polled"


class Farewell:
    """A server in a thread that says goodbye behind a backlog and hangs up at once; later sockets it keeps."""

    def __init__(self) -> None:
        self.connections: list[ServerConnection] = []
        self.port = 0
        self.listening = threading.Event()
        self.heard = threading.Event()
        self.leave = threading.Event()
        self.left = threading.Event()
        self._end = threading.Event()

    @property
    def open(self) -> int:
        return sum(connection.state is State.OPEN for connection in self.connections)

    def run(self) -> None:
        asyncio.run(self._serve())

    def stop(self) -> None:
        self._end.set()

    async def _serve(self) -> None:
        async with serve_websockets(self._talk, "127.0.0.1", 0, compression=None) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self.listening.set()
            while not self._end.is_set():  # noqa: ASYNC110 - the event is of threads
                await asyncio.sleep(0.02)

    async def _talk(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        first = len(self.connections) == 1
        await connection.send(GREETING)
        try:
            await connection.recv()
            self.heard.set()
            if first:
                while not self.leave.is_set():  # noqa: ASYNC110 - the event is of threads
                    await asyncio.sleep(0.005)
                for _ in range(BACKLOG):
                    await connection.send('[99999,"hb"]')
                await connection.send(GOODBYE)
                connection.transport.close()
                self.left.set()
            await connection.wait_closed()
        except ConnectionClosed:
            pass


@contextmanager
def farewell() -> Iterator[Farewell]:
    server = Farewell()
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.listening.wait(30)
        yield server
    finally:
        server.stop()
        thread.join()


@pytest.mark.parametrize("forced_to_rest", [True, False])
async def test_a_goodbye_behind_a_backlog_leaves_one_socket(forced_to_rest: bool) -> None:
    """Greeting, backlog, goodbye and end are all there when the busy loop looks."""
    with farewell() as server:
        url = f"ws://127.0.0.1:{server.port}"
        async with hybridtui.open_market("BTCUSD", settings=QUICK, rest_url=NOBODY, ws_url=url) as market:
            await until(server.heard.is_set)
            server.leave.set()
            assert server.left.wait(30)  # in which our own loop does nothing
            time.sleep(0.2)  # noqa: ASYNC251 - what is on its way arrives
            await until(lambda: len(server.connections) > 1)
            if forced_to_rest:
                market.force_rest()
                await until(lambda: server.open == 0, within=10)
            else:
                await until(lambda: server.open == 1, within=10)
        await until(lambda: server.open == 0, within=10)
