"""The help: every key with what it does, at every width, in as few rows as there is room for."""

import re

import pytest

from hybridtui.render.lines import plain, width_of
from hybridtui.render.palette import Palette
from hybridtui.tui.keys import ALL_KEYS
from hybridtui.tui.keys.focus import LEAVE
from hybridtui.tui.screens.help import help_lines
from tests.tui.screen import Running, running


@pytest.mark.parametrize("width", [*range(1, 40, 7), 60, 80, 119, 120, 180, 200, 300])
def test_every_line_is_as_wide_as_the_screen(width: int) -> None:
    assert {width_of(line) for line in help_lines(width, Palette())} == {width}


@pytest.mark.parametrize("width", [80, 120, 200])
def test_every_key_is_there_with_all_that_it_does(width: int) -> None:
    words = plain(help_lines(width, Palette())).split()
    for key in ALL_KEYS:
        assert key.shown in plain(help_lines(width, Palette()))
        assert set(key.description.split()) <= set(words)
    assert words.count("Signs") == 1


def test_columns_make_it_shorter() -> None:
    heights = [len(help_lines(width, Palette())) for width in (80, 120, 180)]
    assert heights[1] < heights[0] * 0.65
    assert heights[2] <= heights[1]


async def test_on_80_by_24_it_pages_and_says_where_one_is() -> None:
    async with running(size=(80, 24)) as run:
        await run.pilot.press("question_mark")
        await run.until(lambda: "HELP" in run.text())
        count = len(help_lines(80, Palette()))
        assert f"1–23 of {count}" in run.text()
        seen = run.text()
        for _ in range(count // 22):
            await run.pilot.press("pagedown")
            seen += run.text()
        assert all(key.description.split()[0] in seen for key in ALL_KEYS)
        assert f"of {count}" in run.text()
        assert "a taker bought, sold" in run.text()


def rows_of(run: Running) -> list[str]:
    """What a page shows below its title, without the spaces around it."""
    return [" ".join(row.split()) for row in run.text().split("\n")[1:]]


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 8)])
async def test_every_key_is_reached_by_paging(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        await run.pilot.press("question_mark")
        await run.until(lambda: "HELP" in run.text())
        seen: list[str] = []
        count = 1
        while len(seen) < count:
            where = re.search(r"(\d+)–\d+ of (\d+) $", run.text().split("\n")[0])
            assert where is not None
            first, count = int(where[1]), int(where[2])
            assert first <= len(seen) + 1, "nothing is skipped"
            seen[first - 1 :] = rows_of(run)
            await run.pilot.press("pagedown")
        text = " ".join(" ".join(seen).split())
        for key in (*ALL_KEYS, LEAVE):
            assert f"{key.shown} {key.description}" in text, (
                "beside each other, or one below the other, and nothing cut"
            )
        assert "do not trade by it" in text
        await run.pilot.press("home")
        await run.until(lambda: ", now" in run.text())


@pytest.mark.parametrize(
    ("keys", "heading", "first"),
    [
        ((), "Chart, now", "[ Shorter timeframe of the candles"),
        (("x",), "Crosshair, now", "← Back in time; older candles are loaded on the way"),
        (("x", "space"), "Measuring, now", "← Back in time; older candles are loaded on the way"),
        (("down",), "Cost, now", "↑ Read out the cost of trading down to the row above"),
        (("comma",), "Order book, now", ", Put book prices together in finer steps"),
        (("h", "minus"), "Heatmap, now", "+ Zoom in: fewer, wider candles"),
        (("d",), "Depth, now", "h Liquidity heatmap in the chart's place, or the chart again; + - ← →"),
        (("tab",), "Watchlist, now", "Enter Watchlist: look at the market under the pointer"),
        (("l",), "Event log, now", "y Copy what is under the cursor: candle, price, trade, page; else the"),
    ],
)
async def test_what_has_the_focus_comes_first(keys: tuple[str, ...], heading: str, first: str) -> None:
    async with running(size=(80, 24)) as run:
        await run.pilot.press(*keys, "question_mark")
        await run.until(lambda: "HELP" in run.text())
        assert rows_of(run)[:2] == [heading, first]


async def test_the_focus_is_where_the_mouse_was_pressed() -> None:
    async with running() as run:
        await run.pilot.click("#tape")
        await run.pilot.press("question_mark")
        await run.until(lambda: rows_of(run)[0].startswith("Trades, now"))
