"""What `y` copies, and what it says that it copied."""

import re

import pytest

from hybridtui.market.events import TradesSeen
from hybridtui.market.source import Source
from hybridtui.market.trades import Trade
from tests.tui import scripted
from tests.tui.screen import Running, running

LAST = "64210"
"""The price of the scripted market's newest trade."""


async def copied(run: Running) -> str:
    """Press the key; the answer on the screen names what is on the clipboard."""
    await run.pilot.press("y")
    text = run.app.clipboard
    assert text.isprintable()
    await run.until(lambda: f"copied {text}"[:40] in run.text())
    return text


async def test_with_nothing_selected_it_is_the_last_price() -> None:
    async with running(toasts=True) as run:
        assert await copied(run) == LAST


async def test_before_there_is_a_price_it_says_so() -> None:
    async with running(bare=True, toasts=True) as run:
        await run.pilot.press("y")
        await run.until(lambda: "nothing to copy yet" in run.text())
        assert run.app.clipboard == ""


async def test_under_the_crosshair_it_is_the_candle() -> None:
    async with running(toasts=True) as run:
        await run.pilot.press("z", "x", "left", "left")
        candle = run.model.candles.newest(3)[0]
        text = await copied(run)
        assert text.startswith("20")
        found = re.fullmatch(r"(\S+)\+00:00 O (\S+) H (\S+) L (\S+) C (\S+) V (\S+)", text)
        assert found is not None
        assert [float(number) for number in found.groups()[1:5]] == [candle.open, candle.high, candle.low, candle.close]
        assert float(found[6]) == pytest.approx(candle.volume, abs=1e-8)
        await run.pilot.press("escape")
        assert await copied(run) == LAST


async def test_on_a_row_of_the_book_it_is_its_price() -> None:
    async with running(toasts=True) as run:
        await run.pilot.press("down")
        await run.until(lambda: "▸" in run.text())
        assert await copied(run) == "64210"
        await run.pilot.press("down", "down")
        assert await copied(run) == "64208"
        await run.pilot.press("x")
        assert " C " in await copied(run), "the panel that was used last comes first"
        await run.pilot.press("up")
        assert await copied(run) == "64209"
        await run.pilot.press("escape")
        assert await copied(run) == LAST


async def test_under_the_mouse_it_is_the_price_or_the_trade() -> None:
    async with running(toasts=True) as run:
        book, tape = run.app.market_screen.book, run.app.market_screen.tape
        rows = run.text().split("\n")
        spread = next(y for y, row in enumerate(rows) if "──" in row[book.region.x : book.region.right])
        await run.pilot.hover(book, offset=(3, spread - book.region.y + 2))
        assert await copied(run) == "64209"
        await run.pilot.hover(book, offset=(3, spread - book.region.y))
        assert await copied(run) == LAST, "there is no price in the spread"
        now_ms = run.clock.wall_ms()
        fills = (Trade(901, now_ms, -2.5, 64_211.0), Trade(902, now_ms, -0.5, 64_210.5))
        await run.emit(TradesSeen(scripted.SYMBOL, fills, False, Source.WEBSOCKET, run.clock.now()))
        await run.until(lambda: "64,210.5" in run.text())
        await run.pilot.hover(tape, offset=(3, 1))
        assert re.fullmatch(r"2023-11-14T\S+ sell 3 at 64211 to 64210.5", await copied(run))
        await run.pilot.hover(tape, offset=(3, tape.size.height - 1))
        assert await copied(run) == "64210.5", "below the trades is the summary"
