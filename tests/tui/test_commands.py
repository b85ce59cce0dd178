"""The command palette: every action of the key table, found by its words, and doing what its key does."""

import pytest
from rich.text import Text
from textual.command import CommandPalette
from textual.widgets import Input

from hybridtui.market.source import Mode
from hybridtui.tui.commands import MarketCommands
from hybridtui.tui.keys import ALL_KEYS
from hybridtui.tui.keys.pages import PAGE_KEYS
from hybridtui.tui.screens.market import MarketScreen
from tests.tui.screen import Running, running

SCROLLING = {(key.description, f"key {key.shown}") for key in PAGE_KEYS}


async def offered(run: Running) -> set[tuple[str, str]]:
    hits = [hit async for hit in MarketCommands(run.app.screen).discover()]
    return {(str(hit.display), str(hit.help)) for hit in hits}


async def found(run: Running, query: str) -> list[str]:
    hits = [hit async for hit in MarketCommands(run.app.screen).search(query)]
    return [hit.match_display.plain if isinstance(hit.match_display, Text) else str(hit.match_display) for hit in hits]


async def test_there_is_an_entry_for_every_key() -> None:
    every = {(key.description, f"key {key.shown}") for key in ALL_KEYS}
    async with running() as run:
        assert await offered(run) == every - SCROLLING, "there is nothing to scroll"
        await run.pilot.press("l")
        await run.until(lambda: "EVENT LOG" in run.text())
        assert await offered(run) == every


async def test_words_find_what_is_called_otherwise_in_the_sentence() -> None:
    async with running() as run:
        zooming = await found(run, "zoom")
        assert any(sentence.startswith("Zoom in") for sentence in zooming)
        assert any(sentence.startswith("Only the panel") for sentence in zooming), "the footer calls it zoom"
        assert "Pages" not in zooming
        for key in ALL_KEYS:
            if key not in PAGE_KEYS:
                assert key.description in await found(run, key.description)


async def choose(run: Running, query: str) -> None:
    """Open the palette, search, and take the first that was found."""
    await run.pilot.press("ctrl+p")
    await run.until(lambda: isinstance(run.app.screen, CommandPalette))
    palette = run.app.screen
    assert isinstance(palette, CommandPalette)
    palette.query_one(Input).insert_text_at_cursor(query)
    await run.until(lambda: query in run.text())
    await run.until(lambda: palette._list_visible and palette.query_one("CommandList").option_count > 0)  # type: ignore[attr-defined]
    await run.pilot.press("enter")
    await run.until(lambda: run.app.screen is palette or palette not in run.app.screen_stack)
    if run.app.screen is palette:
        await run.pilot.press("enter")
    await run.until(lambda: palette not in run.app.screen_stack)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("longer timeframe", "5m candles"),
        ("crosshair on", "Esc back"),
        ("coarser steps", "P0 step 2 "),
        ("only the panel", "chart alone"),
        ("down to the row above", "buy to"),
        ("trading a size", "Trade how much BTC"),
        ("which size on trades", "Mark trades from how many BTC"),
        ("depth curve", "DEPTH"),
        ("choose indicators", "INDICATORS"),
        ("event log", "EVENT LOG"),
        ("find a market", "code or name"),
        ("list and change alerts", "ALERTS"),
        ("watch the market on", "BTC/USD"),
        ("show or hide the trades", "TRADES"),
    ],
)
async def test_a_command_does_what_its_key_does(query: str, shown: str) -> None:
    async with running() as run:
        was = shown in run.text() and shown == "TRADES"
        await choose(run, query)
        await run.until(lambda: (shown in run.text()) is not was)


async def test_a_command_for_a_panel_leaves_the_page_that_covers_it() -> None:
    async with running() as run:
        await run.pilot.press("question_mark")
        await choose(run, "crosshair on")
        await run.until(lambda: isinstance(run.app.screen, MarketScreen) and "Esc back" in run.text())


async def test_a_command_of_the_whole_program_leaves_the_page_alone() -> None:
    async with running() as run:
        await run.pilot.press("l")
        await choose(run, "use the websocket only")
        await run.until(lambda: run.feed.forced == [Mode.WEBSOCKET])
        assert "EVENT LOG" in run.text()
        await choose(run, "go to the last line")
        await run.until(lambda: "started in mode auto" in run.text())


async def test_what_speaks_of_a_row_of_the_watchlist_only_shows_the_watchlist_first() -> None:
    async with running() as run:
        await choose(run, "watch the market on the screen")
        await run.until(lambda: run.text().startswith(" WATCHLIST") and "BTC/USD" in run.text())
        await run.pilot.press("escape")
        await choose(run, "watch this one no more")
        await run.until(lambda: run.text().startswith(" WATCHLIST"))
        assert "BTC/USD" in run.text(), "nothing was removed unseen"
        await choose(run, "watch this one no more")
        await run.until(lambda: "Nothing is watched yet" in run.text())
