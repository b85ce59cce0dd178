"""Older candles: one page at a time, none lost, none invented, from the archive where it has them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hybridtui.errors import TransportError
from hybridtui.exchanges.base import RestRequest
from hybridtui.exchanges.registry import exchange as exchange_named
from hybridtui.feeds.history import Archive, History
from hybridtui.market.candles import Candle
from hybridtui.market.events import CandlesSeen, MarketEvent, Progress
from hybridtui.market.feed import View
from hybridtui.market.source import Source
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.store.candles import CandleArchive
from hybridtui.store.database import open_database
from tests.fakes import ManualClock

EXCHANGE = exchange_named()
VIEW = View(EXCHANGE.instrument("BTCUSD"), Timeframe.M1)
MINUTE = 60_000
SYMBOL = VIEW.instrument.symbol


def candle(minute: int) -> Candle:
    return Candle(minute * MINUTE, 100.0 + minute, 101.0 + minute, 102.0 + minute, 99.0 + minute, 1.0)


class Past:
    """An exchange with candles of some minutes, which answers at most `limit` of them, the newest first."""

    def __init__(self, minutes: Sequence[int], limit: int = 100) -> None:
        self.minutes = minutes
        self.limit = limit
        self.asked: list[tuple[int, int]] = []
        self.running = 0
        self.most_at_once = 0
        self.error: Exception | None = None

    async def __call__(self, request: RestRequest) -> Sequence[object]:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        query = dict(request.query)
        start, end = int(query["start"]), int(query["end"])
        self.asked.append((start, end))
        if self.error is not None:
            raise self.error
        rows = [candle(at) for at in self.minutes if start <= at * MINUTE <= end]
        listed = tuple(reversed(rows[-self.limit :]))
        return [CandlesSeen(SYMBOL, Timeframe.M1, listed, True, Source.REST, 0.0)]


class Desk:
    """A state and the history that fills it."""

    def __init__(
        self, past: Past, archive: Archive | None, tasks: asyncio.TaskGroup, known: Sequence[int], source: Source
    ) -> None:
        self.state = MarketState(VIEW.instrument, VIEW.timeframe)
        self.state.apply(CandlesSeen(SYMBOL, Timeframe.M1, tuple(map(candle, known)), True, source, 0.0))
        self.past, self.tasks, self.told = past, tasks, list[MarketEvent]()
        clock = ManualClock()
        self.history = History(EXCHANGE, self.state, clock, archive)

    def accept(self, event: MarketEvent) -> None:
        self.told.append(event)
        self.state.apply(event)

    async def want(self, minute: int) -> Progress:
        self.history.want(minute * MINUTE, VIEW, self.past, self.accept, self.tasks)
        assert self.history._task is not None
        await self.history._task
        assert self.state.history is not None
        return self.state.history.progress

    @property
    def minutes(self) -> list[int]:
        return [row.mts // MINUTE for row in self.state.candles.newest(100_000)]


@asynccontextmanager
async def desk(
    past: Past, known: Sequence[int], archive: Archive | None = None, source: Source = Source.WEBSOCKET
) -> AsyncIterator[Desk]:
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        yield Desk(past, archive, tasks, known, source)


async def test_what_is_only_remembered_is_not_kept_as_complete(archive: CandleArchive) -> None:
    past = Past([], limit=100)
    remembered = [*range(100, 200), *range(320, 400)]
    async with desk(past, remembered, archive, Source.CACHE) as at:
        past.error = TransportError("no network")
        assert await at.want(50) is Progress.FAILED
        assert archive.before(SYMBOL, Timeframe.M1, 350 * MINUTE, 1000) == []


@pytest.fixture
def archive(tmp_path: Path) -> CandleArchive:
    return CandleArchive(open_database(tmp_path, 0).database, "https://exchange.test")


async def test_pages_join_without_losing_or_inventing_any() -> None:
    there = [minute for minute in range(100, 1000) if minute % 7 and not 300 < minute < 500]
    past = Past(there, limit=100)
    async with desk(past, range(990, 1000)) as at:
        assert await at.want(700) is Progress.IDLE
        assert at.minutes[0] <= 700
        assert at.minutes == [minute for minute in there if minute >= at.minutes[0] and minute < 990] + list(
            range(990, 1000)
        )
        asked = len(past.asked)
        assert await at.want(800) is Progress.IDLE
        assert len(past.asked) == asked
        assert await at.want(0) is Progress.ENDED
        assert at.minutes == [minute for minute in there if minute < 990] + list(range(990, 1000))
        assert past.most_at_once == 1


async def test_the_end_is_remembered() -> None:
    past = Past(range(900, 1000))
    async with desk(past, range(900, 1000)) as at:
        assert await at.want(0) is Progress.ENDED
        assert len(past.asked) == 1
        assert await at.want(-5) is Progress.ENDED
        assert len(past.asked) == 1


async def test_how_fresh_the_present_is_does_not_depend_on_the_past() -> None:
    async with desk(Past(range(100, 1000)), range(990, 1000)) as at:
        before = at.state.arrivals.copy()
        await at.want(900)
        assert at.state.arrivals == before


async def test_a_failure_is_told_and_the_next_wish_tries_again() -> None:
    past = Past(range(100, 1000))
    async with desk(past, range(990, 1000)) as at:
        past.error = TransportError("connection refused")
        assert await at.want(900) is Progress.FAILED
        assert at.state.history is not None
        assert at.state.history.reason == "connection refused"
        past.error = None
        assert await at.want(900) is Progress.IDLE
        assert at.minutes[0] <= 900


async def test_what_the_archive_has_is_not_asked_for_again(archive: CandleArchive) -> None:
    there = [minute for minute in range(100, 1000) if minute % 5]
    async with desk(Past(there, limit=200), range(990, 1000), archive) as at:
        assert await at.want(500) is Progress.IDLE
        oldest = at.minutes[0]
    past = Past(there, limit=200)
    async with desk(past, range(990, 1000), archive) as at:
        assert await at.want(oldest) is Progress.IDLE
        assert past.asked == []
        assert at.minutes == [minute for minute in there if oldest <= minute < 990] + list(range(990, 1000))
        assert await at.want(0) is Progress.ENDED
        assert at.minutes == [minute for minute in there if minute < 990] + list(range(990, 1000))


async def test_between_the_archive_and_the_present_the_network_is_asked(archive: CandleArchive) -> None:
    archive.keep(SYMBOL, Timeframe.M1, [candle(minute) for minute in range(200, 300)], 200 * MINUTE, 300 * MINUTE)
    past = Past(range(100, 1000), limit=10_000)
    async with desk(past, range(900, 1000), archive) as at:
        assert await at.want(200) is Progress.IDLE
        assert past.asked == [(300 * MINUTE, 900 * MINUTE - 1)]
        assert at.minutes == list(range(200, 1000))


async def test_an_archive_that_fails_is_as_good_as_none(archive: CandleArchive) -> None:
    archive._database.close()
    async with desk(Past(range(100, 1000)), range(990, 1000), archive) as at:
        assert await at.want(950) is Progress.IDLE
        assert at.minutes[0] <= 950


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    past = Past(range(1000), limit=100)
    async with desk(past, range(990, 1000)) as at:
        at.state.candles.capacity = 150
        assert await at.want(0) is Progress.FULL
        assert at.minutes == list(range(850, 1000))


async def test_another_view_ends_the_loading() -> None:
    waiting = asyncio.Event()

    class Slow(Past):
        async def __call__(self, request: RestRequest) -> Sequence[object]:
            waiting.set()
            await asyncio.Event().wait()
            raise AssertionError

    async with desk(Slow([]), range(990, 1000)) as at:
        at.history.want(0, VIEW, at.past, at.accept, at.tasks)
        await waiting.wait()
        at.history.forget()
    assert at.state.history is not None
    assert at.state.history.progress is Progress.LOADING


def test_spans_that_touch_become_one(archive: CandleArchive) -> None:
    def keep(*minutes: int) -> None:
        archive.keep(SYMBOL, Timeframe.M1, list(map(candle, minutes)), minutes[0] * MINUTE, (minutes[-1] + 1) * MINUTE)

    def before(minute: int) -> list[int]:
        return [row.mts // MINUTE for row in archive.before(SYMBOL, Timeframe.M1, minute * MINUTE, 100)]

    keep(10, 11)
    keep(20, 21)
    assert before(22) == [20, 21]
    assert before(21) == [20]
    assert before(23) == []
    assert archive.told_until(SYMBOL, Timeframe.M1, 20 * MINUTE) == 12 * MINUTE
    keep(12, 14, 19)
    assert before(22) == [10, 11, 12, 14, 19, 20, 21]
    assert archive.told_until(SYMBOL, Timeframe.M1, 22 * MINUTE) == 0
    assert archive.before(SYMBOL, Timeframe.M5, 22 * MINUTE, 9) == []
