"""The reactive model: events in at the market's rate, changes out at the eye's."""

import asyncio
from collections.abc import Callable

import pytest

from hybridtui.errors import SettingsError, SymbolError
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    MarketEvent,
    Notice,
    Severity,
    SourceChanged,
    TickerSeen,
    TradesSeen,
)
from hybridtui.market.feed import Interest, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from tests.fakes import ManualClock
from tests.waiting import until

BTC = Instrument("tBTCUSD", "BTC", "USD")


class HandFeed:
    """A feed whose events are delivered by the test."""

    def __init__(self) -> None:
        self.accept: Callable[[MarketEvent], object] = print
        self.chosen: list[object] = []
        self.bug: Exception | None = None
        self.broken = asyncio.Event()

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        self.accept = accept
        await self.broken.wait()
        if self.bug is not None:
            raise self.bug

    def select(self, view: View) -> None:
        self.chosen.append(view)

    def force(self, mode: Mode) -> None:
        self.chosen.append(mode)

    async def refresh(self) -> None:
        self.chosen.append("refresh")

    def want_history(self, start_ms: int) -> None:
        self.chosen.append(start_ms)

    def watch(self, interest: Interest) -> None:
        self.chosen.append(interest)

    def instrument(self, text: str) -> Instrument:
        if not text.isalpha():
            raise SymbolError(f"{text} is not a trading pair.")
        return Instrument(f"t{text}", text[:3], text[3:])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def model(clock: ManualClock, fps: int = 20) -> tuple[HandFeed, HybridMarketData]:
    feed = HandFeed()
    return feed, HybridMarketData(feed, View(BTC), clock, fps)


def snapshot(at: float, price: float = 100.0) -> BookSnapshotSeen:
    return BookSnapshotSeen("tBTCUSD", ((price, 1, 2.0), (price + 1, 1, -2.0)), Source.REST, at)


def known(market: HybridMarketData) -> bool:
    return market.orderbook.known


async def test_it_begins_with_nothing_and_says_so(clock: ManualClock) -> None:
    _, market = model(clock)
    assert market.data_source is None
    assert market.connecting
    assert not market.connected
    assert market.error is None
    assert all(health.age is None and not health.fed for health in market.health.values())
    assert set(market.health) == set(Topic.DATA)


async def test_source_age_and_verdict_are_told(clock: ManualClock) -> None:
    feed, market = model(clock)
    async with market:
        await asyncio.sleep(0)
        feed.accept(snapshot(clock.now()))
        feed.accept(SourceChanged(LinkState.POLLING, Mode.AUTO, clock.now(), fed=Topic.BOOK, reason="socket closed"))
        clock.advance(2.5)
        health = market.health[Topic.BOOK]
        assert (health.source, health.age, health.fed) == (Source.REST, 2.5, True)
        assert market.data_source is Source.REST
        assert market.connected
        assert market.error == "socket closed"
        assert market.orderbook.spread == 1.0


async def test_a_burst_is_told_once_at_once_and_then_once_a_frame(clock: ManualClock) -> None:
    feed, market = model(clock)
    told: list[Topic] = []
    market.subscribe(Topic.ALL, told.append)
    async with market:
        await asyncio.sleep(0)
        feed.accept(snapshot(clock.now()))
        for change in range(1000):
            feed.accept(BookChanged("tBTCUSD", 99.0 - change, 1, 1.0, clock.now()))
        feed.accept(TickerSeen("tBTCUSD", Ticker(last=1.0), Source.REST, clock.now()))
        assert told == []
        await until(lambda: told)
        assert told == [Topic.BOOK | Topic.TICKER]
        feed.accept(snapshot(clock.now()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(told) == 1, "a second frame has to wait"
        await until(lambda: len(told) == 2)
        assert told[1] == Topic.BOOK


async def test_an_idle_market_tells_nothing(clock: ManualClock) -> None:
    feed, market = model(clock)
    told: list[Topic] = []
    market.subscribe(Topic.ALL, told.append)
    async with market:
        await asyncio.sleep(0)
        assert market.flush(clock.now()) is Topic.NONE
        feed.accept(TickerSeen("tETHUSD", Ticker(), Source.REST, clock.now()))
        assert market.flush(clock.now()) is Topic.NONE
        assert told == []


async def test_subscribers_hear_of_their_topics_until_they_leave(clock: ManualClock) -> None:
    feed, market = model(clock)
    books: list[Topic] = []
    leave = market.subscribe(Topic.BOOK, books.append)
    async with market:
        await asyncio.sleep(0)
        feed.accept(TickerSeen("tBTCUSD", Ticker(), Source.REST, clock.now()))
        market.flush(clock.now())
        assert books == []
        feed.accept(snapshot(clock.now()))
        market.flush(clock.now())
        assert books == [Topic.BOOK]
        leave()
        leave()
        feed.accept(snapshot(clock.now()))
        market.flush(clock.now())
        assert books == [Topic.BOOK]


async def test_the_iterator_joins_what_changed_between_two_steps(clock: ManualClock) -> None:
    feed, market = model(clock)
    async with market:
        await asyncio.sleep(0)
        changes = market.changes(Topic.BOOK | Topic.TRADES)
        first = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        feed.accept(snapshot(clock.now()))
        market.flush(clock.now())
        assert await first == Topic.BOOK
        feed.accept(snapshot(clock.now(), 200.0))
        market.flush(clock.now())
        feed.accept(TradesSeen("tBTCUSD", (Trade(1, 1, 1.0, 1.0),), False, Source.WEBSOCKET, clock.now()))
        market.flush(clock.now())
        assert await anext(changes) == Topic.BOOK | Topic.TRADES
        await changes.aclose()  # type: ignore[attr-defined]


async def test_choices_reach_the_feed(clock: ManualClock) -> None:
    feed, market = model(clock)
    market.force_websocket()
    market.force_rest()
    market.auto()
    await market.refresh()
    assert feed.chosen == [Mode.WEBSOCKET, Mode.REST, Mode.AUTO, "refresh"]


async def test_selecting_forgets_the_old_market_but_not_the_candles_of_another_timeframe(clock: ManualClock) -> None:
    feed, market = model(clock)
    async with market:
        await asyncio.sleep(0)
        feed.accept(snapshot(clock.now()))
        market.select(timeframe="5m")
        assert market.timeframe == "5m"
        assert known(market)
        market.select("ETHUSD")
        assert not known(market)
        assert market.instrument.symbol == "tETHUSD"
        feed.accept(snapshot(clock.now()))
        assert not known(market), "an answer for the market before is dropped"
        assert [view.timeframe for view in feed.chosen if isinstance(view, View)] == [Timeframe.M5, Timeframe.M5]
        market.select("ETHUSD", "5m")
        assert len(feed.chosen) == 2, "what is chosen already is not chosen again"


@pytest.mark.parametrize(("symbol", "timeframe"), [("B$", None), (None, "2m"), ("ETHUSD", "2m")])
async def test_a_bad_choice_changes_nothing(clock: ManualClock, symbol: str | None, timeframe: str | None) -> None:
    feed, market = model(clock)
    with pytest.raises((SymbolError, SettingsError)):
        market.select(symbol, timeframe)
    assert market.view == View(BTC)
    assert feed.chosen == []


async def test_a_longer_book_is_asked_for_when_it_can_be_seen(clock: ManualClock) -> None:
    feed, market = model(clock)
    market.show_book_rows(20)
    assert feed.chosen == []
    market.show_book_rows(26)
    market.show_book_rows(60)
    assert [view.book_length for view in feed.chosen if isinstance(view, View)] == [100]


async def test_a_bug_in_the_feed_is_not_swallowed(clock: ManualClock) -> None:
    feed, market = model(clock)
    told: list[Topic] = []
    market.subscribe(Topic.LINK, told.append)
    feed.bug = ZeroDivisionError("ours")
    feed.broken.set()

    async def read_on() -> None:
        async with market:
            async for _ in market.changes(Topic.BOOK):
                pass

    with pytest.raises(ZeroDivisionError):
        await read_on()
    assert told
    assert isinstance(market.failure, ZeroDivisionError)


async def test_information_is_no_error(clock: ManualClock) -> None:
    feed, market = model(clock)
    async with market:
        await asyncio.sleep(0)
        feed.accept(Notice("by the way", Severity.INFO, clock.now()))
        assert market.error is None
        feed.accept(Notice("careful", Severity.WARNING, clock.now()))
        assert market.error == "careful"


async def test_the_journal_tells_what_was_accepted() -> None:
    market = HybridMarketData(HandFeed(), View(BTC, Timeframe.M1), ManualClock())
    market.accept(SourceChanged(LinkState.LIVE, Mode.AUTO, at=1000.0))
    market.accept(Notice("a word", Severity.INFO, 1001.0))
    assert [entry.text for entry in market.journal.entries][-1] == "a word"
    assert market.journal.statistics(1010.0).uptime == 10.0


async def test_the_history_of_the_book_knows_live_books_only(clock: ManualClock) -> None:
    feed, market = model(clock)

    def seen() -> int:
        return market.liquidity.revision

    def newest() -> float | None:
        [column] = market.liquidity.columns(1, market.liquidity.newest_mts, 1)
        assert column is not None
        return column.last

    def look(seconds: float = 1.0) -> int:
        clock.advance(seconds)
        market.sample()
        return seen()

    async with market:
        await asyncio.sleep(0)
        rows = ((100.0, 1, 1.0), (101.0, 1, -1.0))
        feed.accept(BookSnapshotSeen("tBTCUSD", rows, Source.CACHE, clock.now()))
        feed.accept(SourceChanged(LinkState.LIVE, Mode.AUTO, at=clock.now(), fed=Topic.DATA))
        assert look() == 0, "a remembered book is not live"
        feed.accept(BookSnapshotSeen("tBTCUSD", rows, Source.WEBSOCKET, clock.now()))
        assert (look(), look()) == (1, 2)
        feed.accept(BookChecked("tBTCUSD", False, clock.now()))
        assert look() == 2, "a book known to be wrong is no history"
        feed.accept(BookSnapshotSeen("tBTCUSD", rows, Source.WEBSOCKET, clock.now()))
        assert look() == 3
        feed.accept(TradesSeen("tBTCUSD", (Trade(1, clock.wall_ms(), 1.0, 100.5),), True, Source.REST, clock.now()))
        assert (look(), newest()) == (4, 100.5)
        feed.accept(SourceChanged(LinkState.POLLING, Mode.AUTO, at=clock.now(), fed=Topic.BOOK))
        assert (look(), newest()) == (5, None), "nothing tells of trades"
        feed.accept(SourceChanged(LinkState.STALE, Mode.AUTO, at=clock.now(), fed=Topic.NONE))
        assert look() == 5, "an outage is a gap"
        market.select(timeframe="5m")
        assert seen() == 5
        market.select("ETHUSD")
        assert seen() == 0


async def test_the_book_is_looked_at_though_nobody_asks() -> None:
    clock = ManualClock(wall_ms=1_790_134_380_499)
    feed, market = model(clock)
    async with market:
        await asyncio.sleep(0)
        feed.accept(SourceChanged(LinkState.LIVE, Mode.AUTO, at=clock.now(), fed=Topic.DATA))
        feed.accept(BookSnapshotSeen("tBTCUSD", ((100.0, 1, 1.0), (101.0, 1, -1.0)), Source.REST, clock.now()))
        await until(lambda: market.liquidity.revision == 1)


async def test_a_deep_book_stays_deep_however_few_rows_are_shown(clock: ManualClock) -> None:
    feed, market = model(clock)
    market.deepen_book(100)
    assert market.view.book_length == 100
    market.show_book_rows(20)
    market.deepen_book(20)
    market.select("ETHUSD")
    assert [view.book_length for view in feed.chosen if isinstance(view, View)] == [100, 100]
