"""After an outage nothing is missing: over real sockets, against the exchange's own list of trades."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import LinkState, Topic
from hybridtui.render.lines import Size, plain
from hybridtui.render.palette import Palette
from hybridtui.render.tape import TapeOptions, render_tape
from hybridtui.server.market import TradeQuery
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from tests.together import Together
from tests.waiting import until

FAST = Timings(retry_first=0.2, retry_cap=1.5, grace=1.0, stale=1.0, poll_book=0.2, request=2.0)

together = Together()


@asynccontextmanager
async def busy_exchange() -> AsyncIterator[ExchangeServer]:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=7, rate=30.0)) as server:
        yield server


def watch(server: ExchangeServer, mode: str, timings: Timings = FAST) -> HybridMarketData:
    settings = Settings(timings=timings)
    return hybridtui.open_market("BTCUSD", mode=mode, settings=settings, rest_url=server.rest_url, ws_url=server.ws_url)


def live(market: HybridMarketData) -> bool:
    return market.link.state is LinkState.LIVE


def happened(server: ExchangeServer, count: int = 10_000) -> list[int]:
    """The ids of the exchange's newest trades, oldest first."""
    return [row[0] for row in reversed(server.market.trades("tBTCUSD", TradeQuery(limit=count)))]


async def trades_pass(server: ExchangeServer, count: int) -> None:
    """Wait until so many trades have happened."""
    newest = happened(server, 1)[0]
    await until(lambda: happened(server, count)[0] > newest)


def tape_text(market: HybridMarketData) -> str:
    return plain(render_tape(market.trades, Size(60, 500), TapeOptions(merge=False), Palette()))


async def outage(server: ExchangeServer, trades: int, market: HybridMarketData) -> None:
    """Cut the sockets and refuse everything until so many trades were lost, and the screen has noticed it."""
    server.refuse_sockets, server.refuse_rest = 503, (500, b'["error",10000,"down"]')
    await server.cut_sockets()
    await trades_pass(server, trades)
    await until(lambda: Topic.TRADES not in market.link.fed)


def back(server: ExchangeServer) -> None:
    server.refuse_sockets = server.refuse_rest = None


async def settled(market: HybridMarketData) -> None:
    """Live again, and trades of the new socket have come."""
    await until(lambda: live(market))
    newest = market.trades.last
    await until(lambda: market.trades.last is not newest)


def assert_nothing_missing(market: HybridMarketData, server: ExchangeServer, since: int) -> None:
    mine = [trade.id for trade in market.trades.since(0) if trade.id >= since]
    assert mine == [number for number in happened(server) if since <= number <= mine[-1]]


@pytest.mark.parametrize("lost", [5, 60, pytest.param(400, marks=pytest.mark.slow)])
@together
async def test_a_whole_outage_is_filled_in_and_says_so(lost: int) -> None:
    async with busy_exchange() as server, watch(server, "auto") as market:
        await settled(market)
        since = market.trades.covered()[0].id
        await outage(server, lost, market)
        back(server)
        await settled(market)
        await until(lambda: all(gap.closed for gap in market.trades.gaps))
        assert_nothing_missing(market, server, since)
        assert market.trades.covered()[0].id <= since
        for gap in market.trades.gaps:
            assert gap.filled >= lost
            assert gap.filled > 450 or f"missed, {gap.filled} trades filled —" in tape_text(market)
        assert market.trades.gaps or lost < 60


@together
async def test_cut_after_cut_while_rest_answers_nothing_is_lost_or_doubled() -> None:
    async with busy_exchange() as server, watch(server, "auto") as market:
        await settled(market)
        since = market.trades.covered()[0].id
        for _ in range(2):
            server.refuse_sockets = 503
            await server.cut_sockets()
            await trades_pass(server, 60)
            back(server)
            await settled(market)
        await until(lambda: all(gap.closed for gap in market.trades.gaps))
        assert_nothing_missing(market, server, since)


@together
async def test_without_rest_what_is_missing_is_marked_and_filled_once_rest_is_allowed() -> None:
    async with busy_exchange() as server, watch(server, "websocket") as market:
        await settled(market)
        since = market.trades.covered()[0].id
        await outage(server, 200, market)
        back(server)
        await settled(market)
        gap = market.trades.gaps[-1]
        assert not gap.closed
        assert "more unknown —" in tape_text(market)
        held = {trade.id for trade in market.trades.since(0)}
        missing = [number for number in happened(server) if since <= number < max(held) and number not in held]
        assert missing
        assert all(gap.after_id < number < gap.before_id for number in missing)
        assert not server.requests
        market.auto()
        await until(lambda: market.trades.gaps[-1].closed)
        assert_nothing_missing(market, server, since)
        assert "unknown" not in tape_text(market)


@together
async def test_a_frozen_socket_loses_nothing() -> None:
    timings = msgspec.structs.replace(FAST, pace_least=0.3, silence=0.5, pong=0.2)
    async with busy_exchange() as server, watch(server, "auto", timings) as market:
        await settled(market)
        since = market.trades.covered()[0].id
        server.freeze = True
        await until(lambda: not live(market))
        server.freeze = False
        await settled(market)
        await until(lambda: all(gap.closed for gap in market.trades.gaps))
        assert_nothing_missing(market, server, since)
