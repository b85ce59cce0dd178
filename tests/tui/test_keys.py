"""The one table of keys."""

import pytest

from hybridtui.market.source import Mode
from hybridtui.render.lines import plain, width_of
from hybridtui.render.palette import Palette
from hybridtui.tui.app import HybridApp
from hybridtui.tui.keys import ALL_KEYS, KEYS, keys_markdown
from hybridtui.tui.keys.focus import CROSSHAIR, EVERY_FOCUS, LEAVE, ON_CHART, Focus
from hybridtui.tui.widgets.key_footer import fitting, footer_entries, footer_line, key_at
from tests.tui.screen import Running, running


def test_ids_and_keys_are_used_once() -> None:
    keys = [key for entry in KEYS for key in entry.key.split(",")]
    assert len(keys) == len(set(keys))
    assert len({entry.id for entry in KEYS}) == len(KEYS)


async def test_every_action_exists() -> None:
    async with running() as run:
        panels = run.app.market_screen.panels
    for entry in KEYS:
        panel, _, action = entry.action.partition("(")[0].rpartition(".")
        assert hasattr(panels[panel] if panel else HybridApp, f"action_{action}")


def test_markdown_has_every_key() -> None:
    table = keys_markdown()
    assert all(f"| `{entry.shown}` | {entry.description} |" in table for entry in KEYS)


def test_the_footer_drops_what_matters_least_and_keeps_quit_longest() -> None:
    assert "q quit" in footer(10)
    assert "? help" in footer(40)
    assert "commands" not in footer(40)


def footer(width: int, focus: Focus = ON_CHART) -> str:
    line = footer_line(fitting(footer_entries(KEYS, focus, "auto", {}), width), width, Palette())
    assert width_of(line) == width
    return plain([line])


@pytest.mark.parametrize("focus", EVERY_FOCUS, ids=lambda focus: focus.name)
def test_no_key_is_cut_at_any_width(focus: Focus) -> None:
    whole = footer_entries(KEYS, focus, "auto", {})
    assert sum(entry.width for entry in whole) > 200, "there is more than fits"
    for width in range(1, 201):
        shown = fitting(whole, width)
        texts = ["".join(text for text, _ in entry.parts) for entry in shown]
        assert footer(width, focus) == "".join(texts).ljust(width)
        assert not shown or "q quit" in footer(width, focus)
        if width >= 20:
            assert len(shown) >= 2
        if focus.mode and width >= 20:
            assert "Esc back" in footer(width, focus)


def test_every_focus_speaks_of_keys_that_there_are() -> None:
    known = {key.id for key in (*ALL_KEYS, LEAVE)}
    for focus in EVERY_FOCUS:
        assert {*focus.ids, *(name for names, _ in focus.footer for name in names)} <= known
        assert focus.group in {key.group for key in ALL_KEYS}


def test_every_column_of_the_footer_knows_its_key() -> None:
    shown = fitting(footer_entries(KEYS, CROSSHAIR, "auto", {}), 100)
    text = footer(100, CROSSHAIR)
    for word, key in [
        ("←", "pan_back"),
        ("→", "pan_on"),
        ("candle", "pan_on"),
        ("Esc back", "leave"),
        ("[", "shorter"),
    ]:
        found = key_at(shown, text.index(word))
        assert found is not None
        assert found.id == key
    assert key_at(shown, 1) is None, "the name of the mode is no key"
    assert key_at(shown, 200) is None


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, ("/ markets", "w WS", "‹a auto›", "[ ] 1m", "? help", "q quit")),
        (80, ("/ markets", "Tab watch", "[ ] 1m", "v layout", "? help", "q quit")),
        (120, ("+ - zoom", "/ markets", "r refresh", "w WS", "h heatmap", "v layout", "f zoom", "? help", "q quit")),
        (200, ("+ - zoom", "w WebSocket", "← → move", "x crosshair", "i indicators", "! alerts", "h heatmap")),
    ],
)
async def test_the_footer_has_what_a_trader_needs_at_this_width(width: int, shown: tuple[str, ...]) -> None:
    async with running(size=(width, 24)) as run:
        footer = run.text().split("\n")[-1]
        assert [words for words in shown if words not in footer] == []


def last_row(run: Running) -> str:
    return run.text().split("\n")[-1]


async def test_the_footer_follows_the_focus_and_its_mode() -> None:
    async with running() as run:
        assert "+ - zoom" in last_row(run)
        await run.pilot.press("x")
        await run.until(lambda: last_row(run).startswith(" crosshair  ← → candle  Space measure  Esc back"))
        await run.pilot.press("space")
        await run.until(lambda: last_row(run).startswith(" measuring  ← → candle  Space stop"))
        await run.pilot.press("escape")
        await run.until(lambda: last_row(run).startswith(" + - zoom"))
        await run.pilot.press("up")
        await run.until(lambda: last_row(run).startswith(" cost  ↑ ↓ row  t size  Esc back"))
        await run.pilot.press("escape")
        await run.until(lambda: last_row(run).startswith(" ↑ ↓ cost"))
        await run.pilot.press("h", "plus")
        await run.until(lambda: last_row(run).startswith(" + - time"))
        await run.pilot.click("#tape")
        await run.until(lambda: last_row(run).startswith(" o large"))
        await run.pilot.press("t", "1", "enter")
        await run.until(lambda: last_row(run).startswith(" cost"))


async def test_what_the_footer_says_is_worked_out_only_where_it_is_something_else() -> None:
    async with running() as run:
        footer = run.app.market_screen.footer
        before = footer.cache.drawn
        for _ in range(5):
            footer.draw()
        assert footer.cache.drawn == before
        await run.pilot.press("right_square_bracket")
        await run.until(lambda: "] 5m" in last_row(run))
        assert footer.cache.drawn == before + 1


async def test_a_click_on_a_key_of_the_footer_presses_it() -> None:
    async with running() as run:

        async def click(word: str) -> None:
            await run.until(lambda: word in last_row(run))
            await run.pilot.click("#footer", offset=(last_row(run).index(word), 0))

        await click("] 1m")
        await run.until(lambda: "] 5m" in last_row(run))
        await click("[ ]")
        await click("w WS")
        await run.until(lambda: run.feed.forced == [Mode.WEBSOCKET])
        await click("? help")
        await run.until(lambda: run.text().startswith(" HELP"))
        await run.pilot.press("escape", "x")
        await click("Esc back")
        await run.until(lambda: last_row(run).startswith(" + - zoom"))
        await click("Tab watch")
        await run.until(lambda: run.text().startswith(" WATCHLIST"))
