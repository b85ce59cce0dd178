"""Other markets beside the one that is looked at, over real sockets: the watchlist, the list of all, many switches."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.instruments import LISTINGS, Listing
from hybridtui.demo.market import DemoMarket
from hybridtui.exchanges.bitfinex.watched import WATCHED_MOST
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.feed import Interest
from hybridtui.market.source import LinkState, Source, Topic
from hybridtui.server.options import ServerOptions, SessionOptions
from hybridtui.server.session import ServerSession
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from tests.together import Together
from tests.waiting import until

FAST = Timings(retry_first=0.05, retry_cap=0.4, grace=1.0, stale=1.0, poll_book=0.2, poll_trades=0.5, request=2.0)
CAP = 25


def listings(count: int) -> tuple[Listing, ...]:
    """The demo's markets and quiet ones with made-up names."""
    letters = "ABCDEFGHIJ"
    quiet = replace(LISTINGS[1], events=0.2, sparse=0.9)
    made = [replace(quiet, symbol=f"tX{one}{two}USD") for one in letters for two in letters]
    return (*LISTINGS, *made)[:count]


class Sockets:
    """The most channels that any socket ever had."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.most, self.limits, opened, refused = 0, 0, ServerSession._open, ServerSession._refuse

        def counted(session: ServerSession, *asked: Any) -> None:
            opened(session, *asked)
            self.most = max(self.most, len(session.subscriptions))

        def noted(session: ServerSession, request: Any, message: str, code: int, **more: Any) -> None:
            self.limits += code == 10305
            refused(session, request, message, code, **more)

        patch.setattr(ServerSession, "_open", counted)
        patch.setattr(ServerSession, "_refuse", noted)


together = Together()


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    return Sockets(monkeypatch)


@asynccontextmanager
async def exchange(count: int = 5, **options: Any) -> AsyncIterator[ExchangeServer]:
    session = SessionOptions(channels=CAP, ticker=0.3, heartbeat=1.0)
    market = DemoMarket(SystemClock().wall_ms(), seed=7, days=1, listings=listings(count))
    async with serve(market, options=ServerOptions(session=session, **options)) as server:
        yield server


def look(server: ExchangeServer, symbol: str = "BTCUSD", **more: Any) -> HybridMarketData:
    return hybridtui.open_market(
        symbol, settings=Settings(timings=FAST), rest_url=server.rest_url, ws_url=server.ws_url, **more
    )


def watched(market: HybridMarketData, *symbols: str, shown: bool = True, listing: bool = False) -> None:
    market.watch(Interest(tuple(map(market.named, symbols)), shown, listing))


def live(market: HybridMarketData) -> bool:
    return market.link.state is LinkState.LIVE


def source(market: HybridMarketData, symbol: str) -> Source | None:
    """Who feeds a quote at this moment."""
    quote = market.state.quotes.get(symbol)
    return quote.source if quote is not None and quote.fed(market.clock.now()) else None


def tickers(server: ExchangeServer) -> list[str]:
    return sorted(each.symbol for each in server.subscriptions if each.channel == "ticker")


async def test_one_socket_serves_all(sockets: Sockets) -> None:
    async with exchange() as server, look(server) as market:
        await until(lambda: live(market))
        watched(market, "BTCUSD", "ETHUSD", "XRPBTC")
        await until(lambda: all(source(market, s) is Source.WEBSOCKET for s in ("tBTCUSD", "tETHUSD", "tXRPBTC")))
        assert server.sockets_opened == 1
        assert tickers(server) == ["tBTCUSD", "tETHUSD", "tXRPBTC"]
        quote = market.state.quotes.get("tETHUSD")
        assert quote is not None
        assert quote.ticker.last == pytest.approx(3400, rel=0.3)
        before = quote.ticker
        await until(lambda: (new := market.state.quotes.get("tETHUSD")) is not None and new.ticker != before)
        watched(market, "XRPBTC")
        await until(lambda: tickers(server) == ["tBTCUSD", "tXRPBTC"])
        assert source(market, "tETHUSD") is None, "nobody delivers it any more"
        assert live(market)


@together
async def test_the_day_of_each_is_asked_for_once() -> None:
    async with exchange() as server, look(server) as market:
        watched(market, "ETHUSD", "XRPBTC")
        await until(lambda: market.state.quotes.has_day("tETHUSD") and market.state.quotes.has_day("tXRPBTC"))
        day = market.state.quotes.day("tETHUSD", market.clock.wall_ms())
        assert 40 <= len(day) <= 50
        asked = server.requests["candles"]
        await until(lambda: live(market))
        watched(market, "ETHUSD", "XRPBTC", "DUSK:USD")
        await until(lambda: market.state.quotes.has_day("tDUSK:USD"))
        assert server.requests["candles"] == asked + 1


async def test_a_cut_socket_is_old_at_once_and_then_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.feeds.quoting.TICKERS_EVERY", 0.5)
    monkeypatch.setattr("hybridtui.feeds.asking.TICKERS_EVERY", 0.5)
    async with exchange() as server, look(server) as market:
        watched(market, "ETHUSD", "XRPBTC")
        await until(lambda: live(market) and source(market, "tETHUSD") is Source.WEBSOCKET)
        told: list[bool] = []
        market.subscribe(
            Topic.ALL, lambda _: told.append(live(market) or source(market, "tETHUSD") is not Source.WEBSOCKET)
        )
        server.refuse_sockets = 503
        await server.cut_sockets()
        await until(lambda: source(market, "tETHUSD") is Source.REST)
        assert told
        assert all(told), "what the dead socket told was not taken for fresh"
        server.refuse_sockets = None
        await until(lambda: live(market) and source(market, "tXRPBTC") is Source.WEBSOCKET)
        assert tickers(server) == ["tBTCUSD", "tETHUSD", "tXRPBTC"]


@together
async def test_nobody_looks_so_nothing_is_asked() -> None:
    async with exchange() as server, look(server) as market:
        watched(market, "ETHUSD", shown=False)
        await until(lambda: live(market) and source(market, "tETHUSD") is Source.WEBSOCKET)
        server.refuse_sockets = 503
        await server.cut_sockets()
        await until(lambda: market.link.state is LinkState.POLLING and server.requests["book"] > 3)
        assert server.requests["tickers"] == 0
        watched(market, "ETHUSD", shown=True)
        await until(lambda: source(market, "tETHUSD") is Source.REST)


async def test_what_a_socket_does_not_carry_comes_over_rest(sockets: Sockets) -> None:
    names = [each.symbol for each in listings(30)][1:]
    async with exchange(30) as server, look(server) as market:
        watched(market, *names)
        await until(lambda: live(market) and all(source(market, name) is not None for name in names))
        await until(lambda: sum(source(market, name) is Source.WEBSOCKET for name in names) == WATCHED_MOST)
        assert {source(market, name) for name in names[WATCHED_MOST:]} == {Source.REST}
        assert sockets.most <= CAP
        assert sockets.limits == 0
        assert server.sockets_opened == 1


@together
async def test_a_socket_with_less_room_than_promised_keeps_the_view() -> None:
    async with exchange(30) as server, look(server) as market:
        server.inject("channel-cap", channels=9, cut=False)
        names = [each.symbol for each in listings(30)][1:13]
        watched(market, *names)
        await until(lambda: live(market) and all(source(market, name) is not None for name in names))
        market.select(timeframe="5m")
        await until(lambda: market.candles.timeframe == "5m" and market.candles.known and live(market))
        market.select("ETHUSD")
        await until(lambda: live(market) and market.orderbook.known)


@together
async def test_a_market_that_is_not_traded_says_so_and_the_view_is_untouched() -> None:
    async with exchange() as server, look(server) as market:
        watched(market, "NOPE:USD", "ETHUSD")
        await until(lambda: "tNOPE:USD" in market.state.quotes.refused and live(market))
        assert market.state.refused is None
        assert source(market, "tETHUSD") is not None
        assert server.requests["tickers"] <= 2


@together
async def test_all_markets_cost_one_request_while_somebody_looks() -> None:
    async with exchange() as server, look(server) as market:
        await until(lambda: live(market))
        assert server.requests["tickers"] == server.requests["conf"] == 0
        watched(market, listing=True)
        quotes = market.state.quotes
        await until(lambda: quotes.listed_at is not None and quotes.names_known)
        assert set(quotes.instruments) == {each.symbol for each in LISTINGS}
        assert quotes.names["DUSK"] == "Dusk Network"
        assert quotes.names["UST" if "UST" in quotes.names else "USTF0"]
        for listing in (False, True, False, True):
            watched(market, listing=listing)
        await market.refresh()
        assert (server.requests["tickers"], server.requests["conf"]) == (1, 1), "no more often than every ten seconds"


@together
async def test_forced_to_the_websocket_the_list_is_asked_for_once_by_who_opens_it() -> None:
    async with exchange() as server, look(server, mode="websocket") as market:
        await until(lambda: live(market))
        watched(market, "ETHUSD", "NOPE:USD", shown=True)
        await until(lambda: source(market, "tETHUSD") is Source.WEBSOCKET)
        assert not server.requests
        watched(market, shown=True, listing=True)
        await until(lambda: market.state.quotes.listed_at is not None and market.state.quotes.names_known)
        assert server.requests["tickers"] == 1


async def test_without_a_network_the_remembered_markets_are_found(tmp_path: Path) -> None:
    async with exchange() as server:
        async with look(server, cache=tmp_path) as market:
            watched(market, listing=True)
            await until(lambda: market.state.quotes.names_known and list(tmp_path.glob("markets-*.json")))
        server.refuse_rest, server.refuse_sockets = (503, b"closed"), 503
        async with look(server, cache=tmp_path) as again:
            await until(lambda: again.link.attempt >= 1)
            watched(again, listing=True)
            assert set(again.state.quotes.instruments) >= {each.symbol for each in LISTINGS}
            assert again.state.quotes.names["DUSK"] == "Dusk Network"
            assert again.state.quotes.listed_at is None


@together
async def test_a_missing_quote_never_makes_the_market_less_than_live() -> None:
    async with exchange() as server, look(server) as market:
        watched(market, "NOPE:USD", "ALSO:NOPE", "ETHUSD")
        await until(lambda: live(market) and source(market, "tETHUSD") is Source.WEBSOCKET)
        states = []
        market.subscribe(Topic.LINK, lambda _: states.append(market.link.state))
        revision = market.orderbook.revision
        await until(lambda: market.orderbook.revision > revision + 60)
        assert set(states) <= {LinkState.LIVE}
        assert market.link.reconnects == 0


async def test_switching_through_a_hundred_markets(sockets: Sockets) -> None:
    random, names = Random(5), [each.symbol for each in listings(104)]
    limits = {"ticker": 24, "tickers": 6, "book": 60, "trades": 12, "candles": 24, "conf": 10, "status": 15}
    async with exchange(104, rest_limits=limits) as server, look(server) as market:
        watched(market, *names[:6])
        await until(lambda: live(market))
        for name in random.sample(names[1:], 100):
            market.select(name)
            if random.random() < 0.3:
                await asyncio.sleep(random.random() * 0.05)
            elif random.random() < 0.1:
                await until(lambda: market.orderbook.known)
        market.select("DUSK:USD")
        await until(lambda: live(market))
        assert market.instrument.symbol == "tDUSK:USD"
        best = market.orderbook.best_bid
        assert best is not None
        assert best.price == pytest.approx(0.2, rel=0.5)
        beside = [name for name in names[:6] if name != "tDUSK:USD"]
        await until(lambda: len(server.subscriptions) == 4 + len(beside))
        assert sorted(tickers(server)) == sorted(["tDUSK:USD", *beside])
        assert {each.symbol for each in server.subscriptions if each.channel != "ticker"} == {"tDUSK:USD"}
        assert sockets.most <= CAP
        assert sockets.limits == 0
        assert server.sockets_opened == 1
        for endpoint, limit in limits.items():
            assert server.requests[endpoint] <= limit, endpoint
