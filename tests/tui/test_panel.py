"""When and what is drawn: counts, not milliseconds."""

import pytest

from hybridtui.market.events import BookChanged, TradesSeen
from hybridtui.market.source import Source
from hybridtui.market.trades import Trade
from hybridtui.tui.panel import _runs
from hybridtui.tui.widgets.order_book import OrderBook
from tests.tui import scripted
from tests.tui.screen import Running, TestClock, running

HOUR = 3600


def changed(run: Running, price: float = 64_209.0) -> BookChanged:
    return BookChanged(scripted.SYMBOL, price, 1, 7.5, run.clock.now())


async def test_an_idle_market_draws_no_data() -> None:
    async with running() as run:
        screen = run.app.market_screen
        panels = (screen.book, screen.tape)
        before = [panel.draws for panel in panels]
        for _ in range(5):
            run.clock.seconds += 1
            screen._tick()
            await run.pilot.pause()
        assert [panel.draws for panel in panels] == before


async def test_ages_move_on_all_the_same() -> None:
    async with running() as run:
        run.clock.seconds += 5
        run.app.market_screen._tick()
        await run.pilot.pause()
        title = next(line for line in run.text().splitlines() if "ORDER BOOK" in line)
        assert "5s" in title


async def test_the_first_change_after_a_pause_is_drawn_at_once() -> None:
    async with running() as run:
        run.clock.seconds += 1
        before = run.app.market_screen.book.draws
        await run.emit(changed(run))
        assert run.app.market_screen.book.draws == before + 1
        assert "7.5" in run.text()


async def test_more_changes_within_the_cadence_make_one_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OrderBook, "cadence", 0.3)
    async with running() as run:
        book = run.app.market_screen.book
        run.clock.seconds += 1
        before = book.draws
        for step in range(5):
            run.model.accept(changed(run, 64_205.0 - step))
            run.model.flush(run.clock.now())
        assert book.draws == before + 1
        await run.until(lambda: book.draws == before + 2)
        assert book._later is None


async def test_a_change_touches_only_its_rows() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        before = list(book._strips)
        run.clock.seconds += 1
        await run.emit(BookChanged(scripted.SYMBOL, 64_204.0, 1, 3.4, run.clock.now()))
        kept = [old is new for old, new in zip(before, book._strips, strict=True)]
        assert 0 < kept.count(False) < len(kept) // 2 + 2
        assert kept[5]


async def test_a_hidden_panel_does_not_draw_and_catches_up_with_one_draw() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        await run.pilot.press("question_mark")
        before = book.draws
        for step in range(4):
            run.clock.seconds += 1
            await run.emit(changed(run, 64_205.0 - step))
        assert book.draws == before
        await run.pilot.press("question_mark")
        await run.until(lambda: book.draws == before + 1)


async def test_a_panel_below_a_page_does_not_draw_for_a_question_on_that_page() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        await run.pilot.press("tab", "slash")
        await run.until(lambda: len(run.app.screen_stack) == 3)
        before = book.draws
        run.clock.seconds += 1
        await run.emit(changed(run))
        assert book.draws == before
        await run.pilot.press("escape", "escape")
        await run.until(lambda: book.draws == before + 1)


async def test_a_panel_below_a_question_draws() -> None:
    async with running() as run:
        book = run.app.market_screen.book
        await run.pilot.press("slash")
        await run.until(lambda: len(run.app.screen_stack) == 2)
        before = book.draws
        run.clock.seconds += 1
        await run.emit(changed(run))
        assert book.draws == before + 1


async def test_remembered_data_of_another_day_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.tui.localtime.utc_offset_ms", lambda _: 3 * HOUR * 1000)
    clock = TestClock()
    three_days_old = scripted.market(clock.now() - 72 * HOUR, clock.wall_ms(), Source.CACHE)[1:5]
    async with running(*three_days_old, bare=True) as run:
        for title in ("CHART", "ORDER BOOK", "TRADES"):
            row = next(line for line in run.text().splitlines() if f" {title} " in line)
            assert "CACHED 12 Nov 01:13" in row, title
        run.app.market_screen.status.tick()
        await run.until(lambda: "last data 12 Nov 01:13:20" in run.text())
        await run.pilot.press("z")
        await run.until(lambda: run.text().count("CACHED 11 Nov 22:13") == 3)
        assert "last data 11 Nov 22:13:20" in run.text()


async def test_today_is_where_the_user_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.tui.localtime.utc_offset_ms", lambda _: 3 * HOUR * 1000)
    clock = TestClock()
    two_hours_old = scripted.market(clock.now() - 2 * HOUR, clock.wall_ms(), Source.CACHE)[1:5]
    async with running(*two_hours_old, bare=True) as run:
        assert run.text().count("CACHED 14 Nov 23:13") == 3
        await run.pilot.press("z")
        await run.until(lambda: run.text().count("CACHED 20:13:20") == 3)


async def test_a_panel_without_room_does_not_draw() -> None:
    async with running(size=(40, 12)) as run:
        tape = run.app.market_screen.tape
        run.clock.seconds += 1
        trade = Trade(9_999, run.clock.wall_ms(), 1.0, 64_213.0)
        await run.emit(TradesSeen(scripted.SYMBOL, (trade,), False, Source.WEBSOCKET, run.clock.now()))
        assert tape.draws == 0
        await run.pilot.resize_terminal(160, 44)
        await run.until(lambda: tape.draws == 1)


async def test_a_new_candle_is_drawn_at_once() -> None:
    async with running() as run:
        chart = run.app.market_screen.chart
        run.clock.seconds += 61
        now_ms = run.clock.wall_ms()
        for step in range(2):
            before = chart.draws
            trade = Trade(9_000 + step, now_ms + step * 60_000, 1.0, 64_213.0)
            await run.emit(TradesSeen(scripted.SYMBOL, (trade,), False, Source.WEBSOCKET, run.clock.now()))
            await run.until(lambda: chart.draws > before)  # noqa: B023 - awaited here


async def test_every_key_repaints_at_once() -> None:
    async with running() as run:
        screen = run.app.market_screen
        before = screen.footer.frame
        await run.pilot.press("w")
        assert screen.footer.frame > before


async def test_nothing_listens_after_the_end() -> None:
    async with running() as run:
        assert run.model._listeners
        widgets = run.app.market_screen.parts
    callbacks = [callback for _, callback in run.model._listeners.values()]
    assert not any(getattr(callback, "__self__", None) in widgets for callback in callbacks)


def test_neighbouring_rows_are_one_region() -> None:
    assert [(run.y, run.height) for run in _runs([0, 1, 2, 5, 7, 8], 10)] == [(0, 3), (5, 1), (7, 2)]
