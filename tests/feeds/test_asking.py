"""Asking as one of several panes: whose answer, how old, and what happens where nobody may ask."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hybridtui.errors import TransportError
from hybridtui.exchanges.base import RestKind, RestRequest
from hybridtui.exchanges.registry import exchange as exchange_named
from hybridtui.feeds.answer import Answer
from hybridtui.feeds.asking import PostponedError, SharedRest
from hybridtui.feeds.sharing import Sharing, sharing_for
from hybridtui.market.feed import View
from hybridtui.market.timeframe import Timeframe
from hybridtui.settings import Timings
from hybridtui.store.database import Database, open_database
from hybridtui.store.sharing import SharedBudgets
from tests.fakes import ManualClock
from tests.waiting import until

URL = "https://exchange.test/v2"
EXCHANGE = exchange_named()
BOOK = EXCHANGE.request(RestKind.BOOK, View(EXCHANGE.instrument("BTCUSD"), Timeframe.M1))


class Client:
    """Answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Answer | TransportError = Answer(200, b"[[1,1,1]]", 0.0, None)
        self.free = asyncio.Event()
        self.free.set()

    async def get(self, path: str, query: tuple[tuple[str, str], ...], now_ms: int) -> Answer:
        self.asked += 1
        await self.free.wait()
        if isinstance(self.answer, TransportError):
            raise self.answer
        return self.answer

    async def aclose(self) -> None:
        """Nothing is open."""


class Pane:
    """One of several panes at one exchange."""

    def __init__(self, client: Client, database: Database, clock: ManualClock, *, pauses: bool = True) -> None:
        self.told: list[str] = []
        self.sharing: Sharing = sharing_for(URL, clock, SharedBudgets(database, URL, clock))
        self.sharing.tell = self.told.append
        self.rest = SharedRest(client, self.sharing, EXCHANGE.budgets, Timings(), clock, pauses=pauses)

    async def get(self, request: RestRequest = BOOK, *, witness: bool = False) -> Answer:
        answer = await self.rest.get(request, witness=witness)
        await self.sharing.finish()
        return answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path, 0).database) as database:
        yield database


async def test_twenty_panes_at_once_make_one_request(database: Database, clock: ManualClock) -> None:
    client = Client()
    client.free.clear()
    panes = [Pane(client, database, clock) for _ in range(20)]
    tasks = [asyncio.create_task(pane.get()) for pane in panes]
    await asyncio.sleep(0.3)
    client.free.set()
    answers = await asyncio.gather(*tasks)
    assert client.asked == 1
    assert sorted(answer.shared for answer in answers) == [False] + [True] * 19
    assert {answer.body for answer in answers} == {b"[[1,1,1]]"}


async def test_an_answer_of_the_file_has_its_true_age(database: Database, clock: ManualClock) -> None:
    client = Client()
    client.answer = Answer(200, b"[]", 0.25, None)
    one, other = (Pane(client, database, clock) for _ in range(2))
    await one.get()
    clock.advance(0.5)
    assert (await other.get()).age == 0.75


async def test_an_answer_that_was_long_on_its_way_is_as_old_as_the_question(
    database: Database, clock: ManualClock
) -> None:
    client = Client()
    client.free.clear()
    one, other = (Pane(client, database, clock) for _ in range(2))
    asking = asyncio.ensure_future(one.get())
    await until(lambda: client.asked)
    clock.advance(0.75)
    client.free.set()
    assert (await asking).age == 0.75
    assert (await other.get()).age == 0.75


async def test_a_witness_hears_nothing_old(database: Database, clock: ManualClock) -> None:
    client = Client()
    one, other = (Pane(client, database, clock) for _ in range(2))
    await one.get()
    clock.advance(0.1)
    assert not (await other.get(witness=True)).shared
    assert client.asked == 2


async def test_a_limit_is_obeyed_by_all_and_told_once(database: Database, clock: ManualClock) -> None:
    client = Client()
    client.answer = Answer(429, b'["error",11010,"ratelimit: error"]', 0.0, 30.0)
    one, other = (Pane(client, database, clock) for _ in range(2))
    assert (await one.get()).status == 429
    clock.advance(2.0)
    for _ in range(3):
        with pytest.raises(PostponedError, match="shared with other panes") as postponed:
            await other.get()
        assert postponed.value.wait == 28.0
    assert client.asked == 1
    assert other.told == ["REST budget shared with other panes: book again in 28 s."]


@pytest.mark.parametrize(
    "body", [b"", b"[[1,", b"<html>", b'["error",10020,"symbol: invalid"]', b'{"error":"x"}', b"7"]
)
async def test_what_is_no_data_is_not_shared(database: Database, clock: ManualClock, body: bytes) -> None:
    client = Client()
    client.answer = Answer(200, body, 0.0, None)
    one, other = (Pane(client, database, clock) for _ in range(2))
    assert (await one.get()).body == body
    clock.advance(1.5)
    client.answer = Answer(200, b"[]", 0.0, None)
    assert not (await other.get()).shared


async def test_a_failure_is_raised_and_does_not_keep_the_others_waiting(database: Database, clock: ManualClock) -> None:
    client = Client()
    client.answer = TransportError("no answer in time")
    one, other = (Pane(client, database, clock) for _ in range(2))
    with pytest.raises(TransportError, match="no answer in time"):
        await one.get()
    await one.sharing.finish()
    clock.advance(1.0)
    client.answer = Answer(200, b"[]", 0.0, None)
    assert (await other.get()).body == b"[]"


async def test_who_does_not_pause_after_a_failure_lets_the_others_ask_at_once(
    database: Database, clock: ManualClock
) -> None:
    client = Client()
    client.answer = TransportError("no network")
    with pytest.raises(TransportError, match="no network"):
        await Pane(client, database, clock, pauses=False).get()
    client.answer = Answer(200, b"[[1,1,1]]", 0.0, None)
    assert not (await Pane(client, database, clock).get()).shared
    assert client.asked == 2


async def test_the_budget_of_ten_panes_is_that_of_one(database: Database, clock: ManualClock) -> None:
    """Ten panes poll one book; once a second is all that anybody sees."""
    client = Client()
    panes = [Pane(client, database, clock) for _ in range(10)]
    for _ in range(30):
        for pane in panes:
            await pane.get()
        clock.advance(1.0)
    assert client.asked == 30
