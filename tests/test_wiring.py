"""The wiring: real exchange, real file, real sockets; what was last seen is there before the network answers."""

import asyncio
import logging
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.errors import SettingsError, SymbolError
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import Progress
from hybridtui.market.source import LinkState, Source, Topic
from hybridtui.market.timeframe import Timeframe
from hybridtui.server.market import CandleQuery
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from hybridtui.store.database import open_database
from tests.waiting import until

NOBODY = "127.0.0.1:9"


def market_of(server: ExchangeServer, **options: Any) -> HybridMarketData:
    return hybridtui.open_market("BTCUSD", rest_url=server.rest_url, ws_url=server.ws_url, **options)


def forget_shared_answers(cache: Path) -> None:
    """As if the last pane had ended long ago: its REST answers are too old to be used."""
    with closing(open_database(cache, 0).database) as database, database.transaction() as transaction:
        transaction.execute("DELETE FROM answers")


def test_what_cannot_be_meant_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(SymbolError):
        hybridtui.open_market("B$")
    with pytest.raises(SettingsError, match="2m"):
        hybridtui.open_market("BTCUSD", "2m")
    with pytest.raises(SettingsError, match="telepathy"):
        hybridtui.open_market("BTCUSD", mode="telepathy")


async def test_the_last_seen_market_is_shown_before_the_network_answers(tmp_path: Path) -> None:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server:
        async with market_of(server, cache=tmp_path) as market:
            await until(lambda: market.link.state is LinkState.LIVE)
            rows, trades = market.orderbook.rows(), len(market.trades)
        forget_shared_answers(tmp_path)
        async with market_of(server, cache=tmp_path) as again:
            server.refuse_rest = (500, b"[]")
            server.refuse_sockets = 503
            await until(lambda: again.orderbook.known)
            assert again.data_source is Source.CACHE
            assert {row[0] for row in again.orderbook.rows()} & {row[0] for row in rows}
            assert len(again.trades) > 0
            assert trades > 0
            assert len(again.candles) > 100
            assert not any(health.fed for health in again.health.values())
            server.refuse_rest = server.refuse_sockets = None
            await again.refresh()
            await until(lambda: again.link.state is LinkState.LIVE)
            assert all(health.source is not Source.CACHE for health in again.health.values())


async def test_a_market_that_was_left_is_shown_at_once_when_it_comes_back(tmp_path: Path) -> None:
    async with (
        serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server,
        market_of(server, cache=tmp_path) as market,
    ):
        await until(lambda: market.link.state is LinkState.LIVE)
        rows = market.orderbook.rows()
        market.select("ETHUSD")
        await until(lambda: market.link.state is LinkState.LIVE and market.orderbook.known)
        with closing(open_database(tmp_path, 0).database) as database:
            await until(lambda: bool(database.rows("SELECT 1 FROM last_seen WHERE symbol = 'tBTCUSD'", ())))
        server.refuse_rest = (500, b"[]")
        market.select("BTCUSD")
        assert market.orderbook.known, "without waiting for anybody"
        assert market.state.arrivals[Topic.BOOK].source is Source.CACHE
        assert {row[0] for row in market.orderbook.rows()} & {row[0] for row in rows}


async def test_nobody_answers_and_nothing_is_blank(tmp_path: Path) -> None:
    settings = Settings(timings=Timings(retry_first=0.05, retry_cap=0.1))
    nowhere: dict[str, Any] = {"rest_url": f"http://{NOBODY}/v2", "ws_url": f"ws://{NOBODY}/ws/2"}
    async with hybridtui.open_market("BTCUSD", settings=settings, cache=tmp_path, **nowhere) as market:
        await until(lambda: market.link.attempt >= 3)
        assert market.link.state is LinkState.CONNECTING
        assert market.error == "connection refused"


async def test_a_recording_of_it_can_be_replayed(tmp_path: Path) -> None:
    recording = tmp_path / "session.jsonl.gz"
    async with (
        serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server,
        market_of(server, recording=recording) as market,
    ):
        await until(lambda: market.health[Topic.BOOK].checks >= 1)
    async with hybridtui.replay_market(recording, "BTCUSD", speed=0) as replayed:
        await until(lambda: replayed.health[Topic.BOOK].checks >= 1)
        assert replayed.trades.known


async def test_the_log_tells_the_story(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hybridtui")
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server, market_of(server) as market:
        await until(lambda: market.link.state is LinkState.LIVE)
        await server.cut_sockets()
        await until(lambda: "1006" in caplog.text)
        await until(lambda: market.link.state is LinkState.LIVE)
        market.select(timeframe="5m")
    assert "live (auto)" in caplog.text
    assert "looking at tBTCUSD 5m" in caplog.text


async def test_twenty_markets_end_without_a_task_left_behind() -> None:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server:
        before = len(asyncio.all_tasks())
        for _ in range(20):
            async with market_of(server) as market:
                await until(lambda: market.orderbook.known)
        await until(lambda: len(asyncio.all_tasks()) <= before and not server.open_sockets)


async def test_older_candles_come_over_rest_and_the_next_time_from_the_disk(tmp_path: Path) -> None:
    minute = 60_000
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=3)) as server:
        async with market_of(server, cache=tmp_path) as market:
            await until(lambda: market.link.state is LinkState.LIVE and len(market.candles) > 100)
            first = market.candles.first
            assert first is not None
            market.want_history(first.mts - 1500 * minute)
            await until(lambda: market.state.history is not None and market.state.history.progress is Progress.IDLE)
            loaded = market.candles.between(0, first.mts)
            assert loaded[0].mts <= first.mts - 1500 * minute
            query = CandleQuery(timeframe=Timeframe.M1, limit=5000, end=first.mts - 1)
            told = sorted(row[0] for row in server.market.candles("tBTCUSD", query))
            assert [row.mts for row in loaded] == told[-len(loaded) :]
        forget_shared_answers(tmp_path)
        async with market_of(server, cache=tmp_path) as again:
            await until(lambda: again.link.state is LinkState.LIVE and len(again.candles) > 100)
            asked = server.requests["candles"]
            start = again.candles.first
            assert start is not None
            again.want_history(start.mts - 1500 * minute)
            await until(lambda: again.state.history is not None and again.state.history.progress is Progress.IDLE)
            assert again.candles.between(loaded[0].mts, first.mts) == loaded
            assert server.requests["candles"] <= asked + 1
