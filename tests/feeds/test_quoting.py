"""When what is asked for other markets: by whom it is wanted, how often, and never where REST is not wanted."""

import pytest

from hybridtui.errors import SymbolUnknownError, TransportError
from hybridtui.exchanges.base import RestKind, RestRequest
from hybridtui.exchanges.registry import exchange
from hybridtui.feeds.polling import TICKERS_EVERY
from hybridtui.feeds.quoting import Errand, Quoting
from hybridtui.market.events import MarketEvent
from hybridtui.market.feed import Interest, View
from hybridtui.market.quote_events import DaySeen, MarketsListed, QuoteRefused, QuotesLost, QuotesMissed, QuotesSeen
from hybridtui.market.quotes import SOCKET_PATIENCE, Quotes
from hybridtui.market.source import Mode, Source
from hybridtui.market.ticker import Ticker
from tests.fakes import ManualClock

BITFINEX = exchange()
BTC, ETH, XRP = (BITFINEX.instrument(name) for name in ("BTCUSD", "ETHUSD", "XRPBTC"))
VIEW = View(BTC)


class Bench:
    """A schedule, and an exchange that answers at once or not at all."""

    def __init__(self) -> None:
        self.clock, self.quotes = ManualClock(), Quotes()
        self.quoting = Quoting(BITFINEX, self.quotes, self.clock)
        self.quoting._accept = self.accept
        self.events: list[MarketEvent] = []
        self.asked: list[RestKind] = []
        self.answers = True

    def accept(self, event: MarketEvent) -> None:
        self.events.append(event)
        self.quotes.take(event)  # type: ignore[arg-type]

    def socket(self, *instruments: object) -> None:
        rows = tuple((each, Ticker(last=1.0)) for each in instruments)
        self.accept(QuotesSeen(rows, Source.WEBSOCKET, self.clock.now()))  # type: ignore[arg-type]

    def due(self, mode: Mode = Mode.AUTO) -> Errand | None:
        errand = self.quoting.next_errand(self.clock.now(), VIEW, mode)
        return errand if errand is not None and errand.at <= self.clock.now() else None

    async def work(self, mode: Mode = Mode.AUTO) -> list[RestKind]:
        """Do all that is due."""
        before = len(self.asked)
        while (errand := self.due(mode)) is not None:
            await self.quoting._run(errand, VIEW, self.ask)
        return self.asked[before:]

    async def ask(self, request: object) -> list[object]:
        kind, now = request.kind, self.clock.now()  # type: ignore[attr-defined]
        self.asked.append(kind)
        if not self.answers:
            raise TransportError("no answer in time")
        if kind is RestKind.TICKERS:
            return [QuotesSeen(((ETH, Ticker(last=2.0)), (XRP, Ticker(last=3.0))), Source.REST, now, whole=True)]
        if kind is RestKind.MARKETS:
            return [MarketsListed((BTC, ETH, XRP), (), Source.REST, now)]
        return [DaySeen("t", (), now)]


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_nobody_looks_and_nothing_is_asked(bench: Bench) -> None:
    assert await bench.work() == []
    bench.quoting.want(Interest((ETH,)))
    assert await bench.work() == []


async def test_the_list_is_refreshed_while_it_is_open_and_no_more_often_than_every_ten_seconds(bench: Bench) -> None:
    bench.quoting.want(Interest(listing=True))
    assert sorted(await bench.work()) == [RestKind.MARKETS, RestKind.TICKERS]
    bench.clock.advance(TICKERS_EVERY - 0.1)
    for listing in (False, True):
        bench.quoting.want(Interest(listing=listing))
        assert await bench.work() == []
    bench.clock.advance(0.1)
    assert await bench.work() == [RestKind.TICKERS], "the names do not change"
    bench.quoting.want(Interest())
    bench.clock.advance(100)
    assert await bench.work() == []


async def test_what_the_socket_delivers_is_not_asked_for(bench: Bench) -> None:
    bench.socket(ETH, XRP)
    bench.quoting.want(Interest((BTC, ETH, XRP), shown=True))
    assert RestKind.TICKERS not in await bench.work(), "the market that is looked at has its own ticker"
    bench.quoting.socket_lost()
    assert bench.events[-1] == QuotesLost(None, "the socket is closed", bench.clock.now())
    assert await bench.work() == [RestKind.TICKERS]
    bench.socket(ETH, XRP)
    bench.clock.advance(SOCKET_PATIENCE + 0.1)
    assert RestKind.TICKERS in await bench.work(), "a channel without signs of life is not believed"


async def test_alerts_need_the_prices_though_nobody_looks(bench: Bench) -> None:
    bench.socket(ETH)
    bench.quoting.want(Interest((BTC, ETH), needed=True))
    assert await bench.work() == [], "the socket delivers them"
    bench.quoting.socket_lost()
    assert await bench.work() == [RestKind.TICKERS], "and not the candles of a day"
    bench.clock.advance(TICKERS_EVERY)
    assert await bench.work() == [RestKind.TICKERS]
    bench.clock.advance(TICKERS_EVERY)
    assert await bench.work(Mode.WEBSOCKET) == []


async def test_forced_to_the_websocket_only_who_opens_the_list_asks_once(bench: Bench) -> None:
    bench.quoting.want(Interest((ETH,), shown=True))
    assert await bench.work(Mode.WEBSOCKET) == []
    bench.quoting.want(Interest((ETH,), shown=True, listing=True))
    assert sorted(await bench.work(Mode.WEBSOCKET)) == [RestKind.MARKETS, RestKind.TICKERS]
    bench.clock.advance(60)
    assert await bench.work(Mode.WEBSOCKET) == []


async def test_a_failure_is_told_and_tried_again_later(bench: Bench) -> None:
    bench.answers = False
    bench.quoting.want(Interest(listing=True))
    await bench.work()
    assert bench.quotes.missed == "no answer in time"
    assert any(isinstance(event, QuotesMissed) for event in bench.events)
    asked = len(bench.asked)
    bench.clock.advance(9)
    assert await bench.work() == []
    bench.clock.advance(1.1)
    bench.answers = True
    assert len(await bench.work()) == asked
    assert not bench.quotes.missed


async def test_what_the_exchange_does_not_list_is_refused_and_asked_for_no_more(bench: Bench) -> None:
    nope = BITFINEX.instrument("NOPE:USD")
    bench.quoting.want(Interest((nope,), shown=True))
    assert RestKind.TICKERS in await bench.work()
    assert QuoteRefused("tNOPE:USD", "not traded there", bench.clock.now()) in bench.events
    bench.clock.advance(60)
    assert RestKind.TICKERS not in await bench.work()


async def test_days_are_asked_for_a_few_a_minute_and_again_after_half_an_hour(bench: Bench) -> None:
    many = tuple(BITFINEX.instrument(f"X{letter}XUSD") for letter in "ABCDEFGHIJ")
    bench.socket(*many)
    bench.quoting.want(Interest(many, shown=True))
    assert (await bench.work()).count(RestKind.CANDLES) == 6
    assert await bench.work() == []
    bench.socket(*many)
    bench.clock.advance(60)
    bench.socket(*many)
    assert (await bench.work()).count(RestKind.CANDLES) == 4
    bench.clock.advance(1800)
    bench.socket(*many)
    assert (await bench.work()).count(RestKind.CANDLES) == 6


async def test_budgets_of_a_minute_are_kept_whatever_is_wanted(bench: Bench) -> None:
    for step in range(600):
        bench.quoting.want(Interest((ETH,), shown=bool(step % 3), listing=bool(step % 2)))
        await bench.work()
        bench.clock.advance(0.1)
    for kind, endpoint in ((RestKind.TICKERS, "tickers"), (RestKind.MARKETS, "conf"), (RestKind.CANDLES, "candles")):
        assert bench.asked.count(kind) <= BITFINEX.budgets[endpoint]


async def test_a_watched_market_that_does_not_exist_does_not_keep_the_days_of_the_others_waiting() -> None:
    bench = Bench()
    missing = BITFINEX.instrument("NOPUSD")
    asked: list[str] = []

    async def ask(request: RestRequest) -> list[object]:
        asked.append(request.view.instrument.symbol)
        if request.view.instrument == missing:
            raise SymbolUnknownError("Bitfinex does not know tNOPUSD.")
        return []

    bench.quoting.want(Interest((missing, ETH, XRP), shown=True))
    for _ in range(6):
        errand = bench.quoting.next_errand(bench.clock.now(), VIEW, Mode.AUTO)
        assert errand is not None
        bench.clock.advance(max(errand.at - bench.clock.now(), 0.0))
        if errand.kind is RestKind.CANDLES:
            await bench.quoting._run(errand, VIEW, ask)
        else:
            await bench.quoting._run(errand, VIEW, bench.ask)
    assert {ETH.symbol, XRP.symbol} <= set(asked)
    assert asked.count(missing.symbol) == 1
