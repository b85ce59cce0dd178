"""The first start without a network says what to do, and gives way as soon as anything is known."""

import pytest

from hybridtui.market.source import LinkState
from tests.tui import scripted
from tests.tui.screen import running

REASON = "no network: the name of the exchange was not found"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
async def test_without_a_network_the_screen_says_what_to_do(size: tuple[int, int]) -> None:
    async with running(bare=True, size=size) as run:
        await run.emit(scripted.live(run.clock.now(), LinkState.CONNECTING, attempt=1, reason=REASON))
        assert "--demo" not in run.text()
        await run.emit(scripted.live(run.clock.now(), LinkState.CONNECTING, attempt=2, reason=REASON))
        await run.until(lambda: "hybridtui BTCUSD --demo" in " ".join(run.text().split()))
        words = " ".join(run.text().split())
        assert f"The exchange does not answer ({REASON}), and nothing of BTC/USD is remembered." in words
        assert "hybridtui doctor" in words
        assert "ORDER BOOK" not in words
        await run.emit(*scripted.market(run.clock.now(), run.clock.wall_ms()))
        await run.until(lambda: "ORDER BOOK" in run.text())
        assert "--demo" not in run.text()


async def test_what_is_remembered_stays_on_the_screen() -> None:
    async with running() as run:
        await run.emit(scripted.live(run.clock.now(), LinkState.CONNECTING, attempt=5, reason=REASON))
        await run.until(lambda: "not found" in run.text())
        assert "ORDER BOOK" in run.text()
        assert "--demo" not in run.text()


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((120, 40), "`hybridtui BTCUSD --demo`"),
        ((40, 12), "`hybridtui BTCUSD --demo`"),
        ((40, 6), "No network? q, then"),
        ((30, 4), "`hybridtui BTCUSD --demo`"),
        ((20, 3), "No network? --demo"),
    ],
)
async def test_where_there_is_little_room_what_to_do_is_what_is_left(size: tuple[int, int], words: str) -> None:
    async with running(bare=True, size=size) as run:
        await run.emit(scripted.live(run.clock.now(), LinkState.CONNECTING, attempt=2, reason="connection refused"))
        await run.until(lambda: any(words in row for row in run.text().split("\n")))
