"""Sharing as a feed sees it: a file that fails is said once and replaced by caution; nothing exceeds the budget."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any, cast

import pytest

from hybridtui.errors import StoreError, TransportError
from hybridtui.feeds.connection import SOCKETS_PER_MINUTE
from hybridtui.feeds.network import SocketRefusedError
from hybridtui.feeds.sharing import CAUTIOUS, Alone, OwnTurn, Shares, Sharing, Turn, sharing_for
from hybridtui.feeds.websocket import Socket
from tests.fakes import ManualClock

REAL, LOCAL = "https://exchange.test/v2", "http://127.0.0.1:1/v2"


class BrokenFile(Alone):
    """A file that cannot be used while `broken`."""

    broken = True

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock, 1.0)
        self.asked = 0

    def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:
        self.asked += 1
        if self.broken:
            raise StoreError("The disk is full.")
        return super().turn(request, endpoint, limit, younger_than, after)


@asynccontextmanager
async def opening(error: TransportError | None = None) -> AsyncIterator[Socket]:
    if error is not None:
        raise error
    yield cast(Socket, object())


async def asks_in_a_minute(sharing: Sharing, clock: ManualClock) -> list[float]:
    times = []
    for _ in range(120):
        if (await sharing.turn("/book", "book", 60, 1.0, 0)).wait <= 0:
            times.append(clock.now())
        clock.advance(0.5)
    return times


async def test_without_a_file_a_pane_takes_a_quarter_of_a_real_exchange_evenly() -> None:
    clock = ManualClock()
    times = await asks_in_a_minute(sharing_for(REAL, clock, None), clock)
    assert len(times) == 60 * CAUTIOUS
    assert {later - earlier for earlier, later in pairwise(times)} == {4.0}


async def test_nobody_else_counts_on_this_computer() -> None:
    clock = ManualClock()
    assert len(await asks_in_a_minute(sharing_for(LOCAL, clock, None), clock)) == 60


async def test_a_file_that_fails_is_said_once_and_tried_again_later() -> None:
    clock = ManualClock()
    file, told = BrokenFile(clock), list[str]()
    sharing = sharing_for(REAL, clock, file)
    sharing.tell = told.append
    assert (await sharing.turn("/book", "book", 60, 1.0, 0)).wait == 0
    assert (await sharing.turn("/book", "book", 60, 1.0, 0)).wait == 4.0
    assert file.asked == 1
    assert len(told) == 1
    assert "25%" in told[0]
    assert "shared with" not in sharing.why
    clock.advance(60)
    await sharing.turn("/book", "book", 60, 1.0, 0)
    assert (file.asked, len(told)) == (2, 1)
    clock.advance(60)
    file.broken = False
    await sharing.turn("/book", "book", 60, 1.0, 0)
    assert "shared with other panes" in sharing.why


async def test_sockets_keep_to_their_budget_and_the_wait_is_told() -> None:
    clock = ManualClock()
    sharing = Sharing(Alone(clock, 1.0), None, clock)
    for _ in range(SOCKETS_PER_MINUTE):
        async with sharing.socket(opening()):
            clock.advance(1.0)
    with pytest.raises(SocketRefusedError, match="shared") as refused:
        async with sharing.socket(opening()):
            raise AssertionError
    assert refused.value.wait == 60.0 - SOCKETS_PER_MINUTE
    clock.advance(60.0 - SOCKETS_PER_MINUTE)
    async with sharing.socket(opening()):
        pass
    await sharing.finish()


async def test_a_refusal_of_one_handshake_holds_for_every_pane() -> None:
    clock = ManualClock()
    common = Alone(clock, 1.0)
    one, other = (Sharing(Alone(clock, CAUTIOUS), cast(Shares, common), clock) for _ in range(2))
    with pytest.raises(SocketRefusedError):
        async with one.socket(opening(SocketRefusedError("too many connections", 60.0))):
            raise AssertionError
    await one.finish()
    with pytest.raises(SocketRefusedError) as refused:
        async with other.socket(opening()):
            raise AssertionError
    assert refused.value.wait == 60.0


async def test_what_breaks_the_socket_later_is_not_hidden() -> None:
    clock = ManualClock()
    sharing = Sharing(Alone(clock, 1.0), None, clock)
    closed = False

    @asynccontextmanager
    async def closing() -> AsyncIterator[Socket]:
        nonlocal closed
        try:
            yield cast(Socket, object())
        finally:
            closed = True

    with pytest.raises(TransportError, match="1006"):
        async with sharing.socket(closing()):
            raise TransportError("socket closed by the exchange (1006)")
    assert closed
    await sharing.finish()


async def test_a_slow_file_does_not_hold_up_the_event_loop() -> None:
    clock = ManualClock()
    entered, leave = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class SlowFile(Alone):
        def turn(self, *_: Any) -> Turn:
            loop.call_soon_threadsafe(entered.set)
            asyncio.run_coroutine_threadsafe(leave.wait(), loop).result(10)
            return OwnTurn()

    sharing = sharing_for(REAL, clock, SlowFile(clock, 1.0))
    waiting = asyncio.create_task(sharing.turn("/book", "book", 60, 1.0, 0))
    await asyncio.wait_for(entered.wait(), 10)
    assert not waiting.done()
    leave.set()
    assert (await waiting).wait == 0
