"""Asking ahead: a child asks once what the feed will ask for, leaves the terminal alone and leaves nothing behind."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from hybridtui.ahead import ask_ahead
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.exchanges.registry import exchange as exchange_named
from hybridtui.feeds.answer import LateClient
from hybridtui.feeds.asking import SharedRest
from hybridtui.feeds.polling import TOPIC_OF
from hybridtui.feeds.sharing import sharing_for
from hybridtui.market.feed import View
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from hybridtui.store.database import open_database
from hybridtui.store.sharing import SharedBudgets
from tests.test_firstpaint import program
from tests.waiting import until

ONCE = {"ticker": 1, "book": 1, "trades": 1, "candles": 1}
PATIENT = "[timings]\n" + "".join(f"poll_{kind} = 3600\n" for kind in ONCE)
ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import sys
from pathlib import Path
from hybridtui.ahead import ask_ahead
from hybridtui.settings import Settings
print(ask_ahead(Settings(rest_url=sys.argv[1], mode=sys.argv[3]), Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody asks ahead: a forked child is not safe there"),
    pytest.mark.timeout(180),
]


@asynccontextmanager
async def exchange() -> AsyncIterator[ExchangeServer]:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=5)) as server:
        yield server


@asynccontextmanager
async def asking(server: ExchangeServer, cache: Path, mode: str = "auto") -> AsyncIterator[tuple[int, str]]:
    """A process that asks ahead: its number and what it was told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, server.rest_url, str(cache), mode,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.pid, (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def terminal_of(pid: int) -> set[str]:
    """What standard input, output and error of a process are."""
    return {str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in (0, 1, 2)}


async def test_what_was_asked_ahead_is_not_asked_again(tmp_path: Path) -> None:
    known, clock = exchange_named(), SystemClock()
    view = View(known.instrument("BTCUSD"))
    async with exchange() as server, asking(server, tmp_path) as (pid, told):
        assert told == "True"
        await until(lambda: not children(pid), what="the child ends and is reaped")
        assert server.requests == ONCE
        with closing(open_database(tmp_path, clock.wall_ms()).database) as database:
            sharing = sharing_for(server.rest_url, clock, SharedBudgets(database, server.rest_url, clock))
            client = LateClient(server.rest_url, 10.0, "test")
            patient = Timings(poll_book=3600, poll_trades=3600, poll_ticker=3600, poll_candles=3600)
            async with SharedRest(client, sharing, known.budgets, patient, clock) as rest:
                answers = [await rest.get(known.request(kind, view), witness=False) for kind in TOPIC_OF]
        assert all(answer.shared and answer.status == 200 for answer in answers)
        assert server.requests == ONCE


async def test_the_screen_takes_the_answers_over(tmp_path: Path) -> None:
    (tmp_path / "hybridtui").mkdir()
    (tmp_path / "hybridtui" / "settings.toml").write_text(PATIENT)

    def watch(server: ExchangeServer) -> None:
        with program(["BTCUSD", "--rest-url", server.rest_url, "--ws-url", server.ws_url], tmp_path) as shown:
            shown.until("● WebSocket Live", "ORDER BOOK")
            assert shown.quit() == 0

    async with exchange() as server:
        await asyncio.to_thread(watch, server)
        assert server.requests == ONCE


async def test_the_child_lets_go_of_the_terminal_and_dies_when_told_to(tmp_path: Path) -> None:
    async with exchange() as server:
        server.inject("rest-timeout")
        async with asking(server, tmp_path) as (pid, _):
            await until(lambda: server.requests, what="the child waits for an answer")
            (child,) = children(pid)
            assert terminal_of(child) == {os.devnull}
            os.kill(child, signal.SIGTERM)
            await until(lambda: not children(pid), what="it is gone, and reaped")
        server.heal()


async def test_nobody_asks_where_rest_is_not_wanted(tmp_path: Path) -> None:
    async with exchange() as server, asking(server, tmp_path, "websocket") as (pid, told):
        assert told == "False"
        assert children(pid) == []
        assert server.requests == {}


def test_a_process_with_threads_is_not_forked(tmp_path: Path) -> None:
    done = threading.Event()
    beside = threading.Thread(target=done.wait)
    beside.start()
    try:
        assert not ask_ahead(Settings(), tmp_path)
    finally:
        done.set()
        beside.join()
