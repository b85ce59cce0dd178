"""The mouse everywhere a person would click or scroll; the chart's own gestures are in the chart's tests."""

import pytest
from textual import events
from textual.widget import Widget

from hybridtui.market.events import Notice, Severity
from hybridtui.render.book_frame import frame
from hybridtui.render.lines import Size
from hybridtui.tui.screens.alerts import AlertScreen
from hybridtui.tui.screens.indicators import IndicatorScreen
from hybridtui.tui.screens.market import MarketScreen
from hybridtui.tui.screens.watchlist import WatchScreen
from tests.tui.screen import Running, running


def row_of(run: Running, words: str) -> int:
    """The row of the screen that has these words, -1 where none has."""
    return next((at for at, row in enumerate(run.text().split("\n")) if words in row), -1)


async def wheel(run: Running, widget: Widget, notches: int, *, ctrl: bool = False) -> None:
    """Turn the wheel over the middle of a widget, downwards where positive, as a terminal tells it."""
    kind = events.MouseScrollDown if notches > 0 else events.MouseScrollUp
    x, y = widget.region.x + widget.region.width // 2, widget.region.y + widget.region.height // 2
    for _ in range(abs(notches)):
        run.app.screen._forward_event(kind(None, x, y, 0, 0, 0, False, False, ctrl, x, y))
        await run.pilot.pause()


@pytest.mark.parametrize("panel", ["chart", "book", "tape"])
async def test_a_click_on_a_panel_gives_it_the_focus(panel: str) -> None:
    async with running() as run:
        await run.pilot.click(f"#{panel}")
        await run.pilot.press("f")
        await run.until(lambda: f"{panel} alone" in run.text())


@pytest.mark.parametrize(("key", "title"), [("question_mark", "HELP"), ("l", "EVENT LOG")])
async def test_the_wheel_scrolls_a_page_and_a_click_on_its_title_leaves_it(key: str, title: str) -> None:
    async with running(size=(80, 12)) as run:
        for number in range(30):
            await run.emit(Notice(f"number {number:02}", Severity.INFO, run.clock.now()))
        await run.pilot.press(key)
        await run.until(lambda: f" {title}" in run.text() and " 1–11 of " in run.text())
        await wheel(run, run.app.screen.query_one("#page"), 2)
        await run.until(lambda: " 7–17 of " in run.text())
        await wheel(run, run.app.screen.query_one("#page"), -1)
        await run.until(lambda: " 4–14 of " in run.text())
        await run.pilot.click("#page", offset=(3, 5))
        assert title in run.text()
        await run.pilot.click("#page", offset=(3, 0))
        await run.until(lambda: isinstance(run.app.screen, MarketScreen))


async def test_the_wheel_over_the_book_moves_the_row_and_with_ctrl_the_steps() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        await wheel(run, book, -2)
        await run.until(lambda: book.cursor == 2 and "buy to" in run.text())
        await wheel(run, book, 1)
        await run.until(lambda: book.cursor == 1)
        await wheel(run, book, -1, ctrl=True)
        await run.until(lambda: "P0 step 2 " in run.text())
        await wheel(run, book, 1, ctrl=True)
        await run.until(lambda: "P0 ×1" in run.text())
        assert book.cursor == 1


async def test_the_row_under_the_mouse_is_read_out_until_the_mouse_goes() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        place = frame(Size(book.size.width, book.size.height - 1), reading=True)
        ask, other = (place.row_of(at) + 1 for at in (3, 5))
        await run.pilot.hover("#book", offset=(5, ask))
        await run.until(lambda: book.cursor == 3 and "buy to" in run.text())
        assert "↑ ↓ cost" in run.text().split("\n")[-1], "no mode that somebody would have to leave"
        await run.pilot.hover("#book", offset=(5, other))
        await run.until(lambda: book.cursor == 5)
        draws = book.frame
        await run.pilot.hover("#book", offset=(9, other))
        assert book.frame == draws, "nothing is drawn where nothing changes"
        await run.pilot.hover("#tape")
        await run.until(lambda: "buy to" not in run.text())
        await run.pilot.click("#book", offset=(5, ask))
        await run.pilot.hover("#book", offset=(5, other))
        await run.pilot.hover("#tape")
        await run.until(lambda: book.cursor == 3 and "buy to" in run.text())
        await run.pilot.click("#book", offset=(5, ask))
        await run.until(lambda: book.cursor is None)


async def test_the_wheel_over_the_heatmap_goes_through_time() -> None:
    async with running() as run:
        await run.pilot.press("h")
        await run.until(lambda: "HEATMAP" in run.text())
        heatmap = run.app.market_screen.heatmap
        await wheel(run, heatmap, 1, ctrl=True)
        await run.until(lambda: heatmap.interval_s > 1 and f"HEATMAP {heatmap.interval_s}s" in run.text())
        await wheel(run, heatmap, -1, ctrl=True)
        await run.until(lambda: "HEATMAP 1s" in run.text())


async def test_picker_and_watchlist_scroll_and_choose() -> None:
    async with running() as run:
        await run.pilot.press("tab", "plus", "slash")
        await run.until(lambda: "code or name" in run.text())
        await run.pilot.press("escape")
        watchlist = run.app.screen
        assert isinstance(watchlist, WatchScreen)
        await run.until(lambda: row_of(run, "BTC/USD") > 0)
        await wheel(run, watchlist.list, 1)
        assert watchlist.list.pointer == 0, "there is but one"
        await run.pilot.click("#page", offset=(5, row_of(run, "BTC/USD")))
        await run.until(lambda: isinstance(run.app.screen, MarketScreen))
        assert run.model.instrument.symbol == "tBTCUSD"


async def test_rows_of_the_indicators_are_pointed_at_and_switched() -> None:
    async with running() as run:
        await run.pilot.press("i")
        screen = run.app.screen
        assert isinstance(screen, IndicatorScreen)
        await wheel(run, screen.list, 1)
        await run.until(lambda: screen.list.pointer == 1)
        row = next(y for y in range(screen.list.size.height) if screen.list.row_at(y) == 2)
        before = screen.list.choices.rows[2].on
        await run.pilot.click("#studies", offset=(4, row))
        await run.until(lambda: screen.list.pointer == 2 and screen.list.choices.rows[2].on is not before)
        await run.pilot.click(offset=(1, 1))
        await run.until(lambda: isinstance(run.app.screen, MarketScreen))


async def test_rows_of_the_alerts_are_pointed_at_and_switched() -> None:
    async with running() as run:
        await run.pilot.press("exclamation_mark")
        screen = run.app.screen
        assert isinstance(screen, AlertScreen)
        for text in ("price > 70000", "price > 80000"):
            await run.pilot.press("a", *(("space" if char == " " else char) for char in text), "enter")
            await run.until(lambda: run.app.screen is screen)
        await run.until(lambda: len(screen.list.alarm.alerts.alerts) == 2 and screen.list.pointer == 1)
        await run.until(lambda: screen.list.size.height == screen.list_height())
        row = next(y for y in range(screen.list.size.height) if screen.list.row_at(y) == 0)
        await run.pilot.click("#alerts", offset=(4, row))
        await run.until(lambda: screen.list.pointer == 0)
        assert screen.list.alarm.alerts.alerts[0].on
        await run.pilot.click("#alerts", offset=(4, row))
        await run.until(lambda: not screen.list.alarm.alerts.alerts[0].on)
        await wheel(run, screen.list, 1)
        await run.until(lambda: screen.list.pointer == 1)
        await run.pilot.click(offset=(1, 1))
        await run.until(lambda: isinstance(run.app.screen, MarketScreen))
