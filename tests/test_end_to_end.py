"""The whole of it but the screen, over real sockets: REST first, then live, and back again after every cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import LinkState, Source, Topic
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from tests.together import Together
from tests.waiting import until

FAST = Timings(retry_first=0.05, retry_cap=0.4, grace=1.0, stale=1.0, poll_book=0.2, poll_trades=0.5, request=2.0)

together = Together()


@asynccontextmanager
async def exchange() -> AsyncIterator[ExchangeServer]:
    market = DemoMarket(SystemClock().wall_ms(), seed=7)
    async with serve(market) as server:
        yield server


def watch(
    server: ExchangeServer, symbol: str = "BTCUSD", mode: str = "auto", timings: Timings = FAST
) -> HybridMarketData:
    settings = Settings(timings=timings)
    return hybridtui.open_market(symbol, mode=mode, settings=settings, rest_url=server.rest_url, ws_url=server.ws_url)


def live(market: HybridMarketData) -> bool:
    return market.link.state is LinkState.LIVE


def source(market: HybridMarketData) -> Source | None:
    return market.data_source


def polling(market: HybridMarketData) -> bool:
    return market.link.state is LinkState.POLLING


def best_three_are_the_exchanges(market: HybridMarketData, server: ExchangeServer) -> bool:
    theirs = [row for row in server.market.book("tBTCUSD") if row[2] > 0][:3]
    return [(level.price, level.count, level.size) for level in market.orderbook.bids(3)] == [tuple(r) for r in theirs]


@together
async def test_rest_comes_first_then_the_socket_takes_over() -> None:
    seen: list[tuple[LinkState, Source | None]] = []
    async with exchange() as server, watch(server) as market:
        assert market.connecting
        assert source(market) is None
        async for _ in market.changes():
            seen.append((market.link.state, market.state.arrivals[Topic.BOOK].source))
            if live(market):
                break
        assert market.connected
        assert source(market) is Source.WEBSOCKET
        for topic in Topic.DATA:
            assert market.health[topic].fed
        assert server.requests["book"] >= 1
        assert server.sockets_opened == 1
    books = [source for _, source in seen if source is not None]
    assert books == sorted(books, key=[Source.REST, Source.WEBSOCKET].index), "never back from WebSocket to REST"


async def test_a_cut_socket_is_polling_with_fresh_prices_and_then_live_again() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        server.refuse_sockets = 503
        await server.cut_sockets()
        async with asyncio.timeout(1.0):
            async for _ in market.changes():
                if polling(market):
                    break
        assert "1006" in market.link.reason or "503" in market.link.reason
        assert source(market) is Source.REST
        before, asked = market.orderbook.rows(), server.requests["book"]
        await until(lambda: market.orderbook.rows() != before and server.requests["book"] > asked + 1)
        await until(lambda: best_three_are_the_exchanges(market, server))
        server.refuse_sockets = None
        await until(lambda: live(market))
        assert market.link.reconnects == 1
        assert source(market) is Source.WEBSOCKET


@together
async def test_nothing_is_polled_while_live() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market) and market.health[Topic.BOOK].checks > 0)
        await until(lambda: server.requests["candles"] >= 1)
        asked = server.requests.copy()
        messages = market.orderbook.revision
        await until(lambda: market.orderbook.revision > messages + 30)
        assert server.requests == asked


@together
async def test_forced_to_the_websocket_it_never_polls() -> None:
    async with exchange() as server, watch(server, mode="websocket") as market:
        await until(lambda: live(market))
        server.refuse_sockets = 503
        await server.cut_sockets()
        await until(lambda: market.link.state is LinkState.STALE)
        assert not server.requests
        assert market.orderbook.known, "old data stays on the screen"
        assert not market.health[Topic.BOOK].fed
        server.refuse_sockets = None
        await until(lambda: live(market))
        assert not server.requests


@together
async def test_forced_to_rest_there_is_no_socket() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        market.force_rest()
        await until(lambda: polling(market) and server.open_sockets == 0)
        opened, asked = server.sockets_opened, server.requests["book"]
        await until(lambda: server.requests["book"] >= asked + 3)
        assert server.sockets_opened == opened
        assert server.open_sockets == 0
        market.auto()
        await until(lambda: live(market))
        assert server.open_sockets == 1


@together
async def test_from_rest_to_the_websocket() -> None:
    async with exchange() as server, watch(server, mode="rest") as market:
        await until(lambda: polling(market))
        assert server.sockets_opened == 0
        market.force_websocket()
        await until(lambda: live(market))
        asked = server.requests.copy()
        revision = market.orderbook.revision
        await until(lambda: market.orderbook.revision > revision + 10)
        assert server.requests == asked


@pytest.mark.parametrize("mode", ["auto", "websocket", "rest"])
@together
async def test_refresh_fetches_in_every_mode(mode: str) -> None:
    async with exchange() as server, watch(server, mode=mode) as market:
        await until(lambda: market.connected and market.candles.known)
        await market.refresh()  # what was under way at the start is answered now
        await until(lambda: market.connected)
        asked, subscribed = server.requests.copy(), server.subscriptions
        await market.refresh()
        if mode == "websocket":
            await until(lambda: not any(old is new for old in subscribed for new in server.subscriptions))
            assert not server.requests
            await until(lambda: live(market))
        else:
            assert server.requests["trades"] > asked["trades"]
            assert server.requests["candles"] > asked["candles"]
            assert server.requests["ticker"] > asked["ticker"]


@together
async def test_rest_failures_keep_the_old_data_and_say_why() -> None:
    async with exchange() as server, watch(server, mode="rest") as market:
        await until(lambda: polling(market))
        rows = None
        for status, body in [(500, b'["error",10000,"it broke"]'), (502, b"<html>Bad gateway</html>"), (200, b"[[1,")]:
            server.refuse_rest = (status, body)
            await until(lambda: market.link.state is LinkState.STALE)
            assert market.error
            rows = rows or market.orderbook.rows()
            assert market.orderbook.rows(), "old data stays"
            server.refuse_rest = None
            await until(lambda: polling(market))


@together
async def test_maintenance_is_announced_and_ends() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        await server.set_operative(False)
        await until(lambda: market.link.state is LinkState.MAINTENANCE)
        await server.set_operative(True)
        await until(lambda: live(market))


@together
async def test_a_lost_frame_is_noticed_and_healed() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        server.drop_next_frame()
        await until(lambda: market.state.notices > 0)
        await until(lambda: live(market) and market.health[Topic.BOOK].checks > 0)


@together
async def test_nonsense_on_the_socket_is_a_notice_and_harms_nothing() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        for text in (
            "{",
            "[1,2,3",
            '{"event":"cow"}',
            "[null]",
            "[1e999]",
            '"\\u001b[31m"',
            "[" * 5000,
            "x" * 1_000_000,
        ):
            server.broadcast_raw(text)
        revision = market.orderbook.revision
        await until(lambda: market.state.notices > 0 and market.orderbook.revision > revision + 5)
        assert live(market)
        assert "\x1b" not in (market.state.notice.text if market.state.notice else "")


@together
async def test_a_frozen_socket_is_found_out_and_replaced() -> None:
    timings = msgspec.structs.replace(FAST, pace_least=0.5, silence=1.0, pong=0.3)
    async with exchange() as server, watch(server, timings=timings) as market:
        await until(lambda: live(market))
        await until(lambda: market.orderbook.revision > 20)
        server.freeze = True
        await until(lambda: polling(market))
        await until(lambda: server.sockets_opened >= 2)
        server.freeze = False
        await until(lambda: live(market))


@together
async def test_another_market_and_timeframe_at_run_time() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        market.select(timeframe="5m")
        await until(lambda: market.candles.timeframe == "5m" and market.candles.known)
        assert live(market)
        market.select("XRPBTC")
        assert not market.orderbook.known
        await until(lambda: live(market))
        assert market.instrument.symbol == "tXRPBTC"
        best = market.orderbook.best_bid
        assert best is not None
        assert best.price < 1e-4
        await until(lambda: len(server.subscriptions) == 4)
        assert server.sockets_opened == 1
        assert {item.symbol for item in server.subscriptions} == {"tXRPBTC"}


@together
async def test_an_unknown_symbol_is_refused_with_the_nearest_names() -> None:
    async with exchange() as server, watch(server, "BTCUSDX:USD") as market:
        await until(lambda: market.state.refused is not None and bool(market.state.refused.nearest))
        assert market.state.refused is not None
        assert "BTCUSD" in market.state.refused.nearest
        market.select("BTCUSD")
        await until(lambda: live(market))


@together
async def test_no_trade_is_lost_or_doubled_across_a_cut() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market) and market.trades.known)
        for _ in range(3):
            await server.cut_sockets()
            await until(lambda: live(market))
        newest = market.trades.last
        await until(lambda: market.trades.last is not newest)
        mine = [trade.id for trade in market.trades.covered()]
        assert len(mine) == len(set(mine))
        from hybridtui.server.market import TradeQuery

        theirs = [row[0] for row in server.market.trades("tBTCUSD", TradeQuery(limit=10_000))]
        first = min(mine)
        newest_mine = max(mine)
        assert [i for i in sorted(theirs) if first <= i <= newest_mine] == sorted(mine)
