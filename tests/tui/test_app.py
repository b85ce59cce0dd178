"""The app as its user meets it: keys, source, refusals, failures."""

import asyncio

import pytest
from rich.segment import Segments

from hybridtui.market.events import CandlesSeen, Notice, Severity, SymbolRefused, TradesSeen
from hybridtui.market.journal import Journal
from hybridtui.market.source import LinkState, Mode, Source
from hybridtui.market.timeframe import Timeframe
from hybridtui.tui.app import AppOptions
from hybridtui.tui.screens.help import HelpScreen
from hybridtui.tui.screens.market import MarketScreen
from tests.tui import scripted
from tests.tui.screen import running


async def test_shows_price_book_trades_chart_and_state() -> None:
    async with running() as run:
        text = run.text()
        for expected in (
            "BTC/USD",
            "64,21",
            "ORDER BOOK",
            "TRADES",
            "CHART 1m",
            "● WebSocket Live",
            "42 ms",
            "52 msg/s",
        ):
            assert expected in text


@pytest.mark.parametrize(("key", "mode"), [("w", Mode.WEBSOCKET), ("p", Mode.REST), ("a", Mode.AUTO)])
async def test_a_key_chooses_the_source(key: str, mode: Mode) -> None:
    async with running() as run:
        await run.pilot.press(key)
        assert run.feed.forced == [mode]


@pytest.mark.parametrize(
    ("mode", "marked"), [(Mode.WEBSOCKET, "‹w WS›"), (Mode.REST, "‹p REST›"), (Mode.AUTO, "‹a auto›")]
)
async def test_the_footer_marks_the_chosen_source(mode: Mode, marked: str) -> None:
    async with running() as run:
        run.clock.seconds += 1
        await run.emit(scripted.live(run.clock.now(), mode=mode))
        await run.until(lambda: marked in run.text())
        assert run.text().count("‹") == 1


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (LinkState.LIVE, "● WebSocket Live"),
        (LinkState.POLLING, "◐ REST Polling"),
        (LinkState.CONNECTING, "○ Connecting"),
        (LinkState.STALE, "○ STALE 14s"),
        (LinkState.MAINTENANCE, "○ Maintenance"),
    ],
)
async def test_the_status_bar_says_exactly_one_state(state: LinkState, label: str) -> None:
    async with running() as run:
        run.clock.seconds += 14
        await run.emit(scripted.live(run.clock.now(), state))
        status = run.text().splitlines()[-2]
        assert label in status
        assert sum(sign in status for sign in "●◐○") == 1


async def test_reconnecting_says_so() -> None:
    async with running() as run:
        run.clock.seconds += 1
        now = run.clock.now()
        await run.emit(scripted.live(now, LinkState.CONNECTING, reconnecting=True, attempt=3, retry_at=now + 2))
        await run.until(lambda: "○ Reconnecting" in run.text())


async def test_brackets_change_the_timeframe() -> None:
    async with running() as run:
        await run.pilot.press("right_square_bracket")
        assert "CHART 5m" in run.text()
        assert "[ ] 5m" in run.text()
        await run.pilot.press("left_square_bracket", "left_square_bracket")
        assert [view.timeframe for view in run.feed.views] == [Timeframe.M5, Timeframe.M1]


async def test_c_cycles_the_kind_of_chart() -> None:
    async with running() as run:
        for kind in ("Heikin-Ashi", "line", "area", "candles"):
            await run.pilot.press("c")
            await run.until(lambda kind=kind: f"CHART 1m {kind}" in run.text())  # type: ignore[misc]


async def test_r_fetches_and_says_so_meanwhile() -> None:
    async with running() as run:
        run.feed.answered.clear()
        await run.pilot.press("r")
        await run.until(lambda: "fetching" in run.text())
        run.feed.answered.set()
        await run.until(lambda: "r refresh" in run.text())
        assert run.feed.refreshed == 1


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_quits(key: str) -> None:
    async with running() as run:
        await run.pilot.press(key)
        await run.until(lambda: run.app._exit)
        assert run.app.return_code == 0
    assert not run.feed.running


async def test_help_lists_every_key_and_goes_away() -> None:
    from hybridtui.tui.keys import KEYS

    async with running(size=(400, 80)) as run:
        await run.pilot.press("question_mark")
        assert isinstance(run.app.screen, HelpScreen)
        text = run.text()
        assert all(key.description in text for key in KEYS)
        await run.pilot.press("question_mark")
        assert isinstance(run.app.screen, MarketScreen)
        await run.pilot.press("question_mark", "escape")
        assert isinstance(run.app.screen, MarketScreen)


async def test_the_market_keys_work_under_the_help() -> None:
    async with running() as run:
        await run.pilot.press("question_mark", "w")
        assert run.feed.forced == [Mode.WEBSOCKET]


async def test_the_command_palette_finds_and_does() -> None:
    async with running() as run:
        await run.pilot.press("ctrl+p")
        await run.pilot.press(*"poll over rest")
        await run.until(lambda: "Poll over REST only" in run.text())
        await run.pilot.press("enter", "enter")
        await run.until(lambda: run.feed.forced == [Mode.REST])


async def test_a_refused_symbol_is_said_plainly_and_keys_keep_working() -> None:
    refused = SymbolRefused(scripted.SYMBOL, ("tBTCUST", "tBTCEUR"), 1000.0)
    async with running(refused, bare=True) as run:
        text = run.text()
        assert "The exchange does not know tBTCUSD." in text
        assert "Nearest names: tBTCUST, tBTCEUR" in text
        assert "ORDER BOOK" not in text
        await run.pilot.press("right_square_bracket")
        assert run.feed.views[-1].timeframe is Timeframe.M5
        await run.emit(scripted.market(1000.0, run.clock.wall_ms())[2])


async def test_a_failed_model_ends_the_app_with_one_sentence() -> None:
    async with running(options=AppOptions(log_file="log.txt")) as run:
        run.feed.fail(KeyError("nonsense"))
        await run.until(lambda: run.app._exit)
        assert run.app.return_code == 1
        [shown] = run.app._exit_renderables
        assert isinstance(shown, Segments)
        message = "".join(segment.text for segment in shown.segments)
    assert "nonsense" in message
    assert "log.txt" in message
    assert message.count("\n") == 1


async def test_the_feed_ends_with_the_app() -> None:
    async with running() as run:
        started = run.feed.running
    assert started
    assert not run.feed.running
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_markup_and_escapes_in_a_notice_stay_text() -> None:
    hostile = "\x1b[2J[red]bold[/red]\x9b31m \x07"
    async with running() as run:
        run.clock.seconds += 1
        await run.emit(Notice(hostile, Severity.WARNING, run.clock.now()))
        await run.until(lambda: "[red]bold[/red]" in run.text())
        assert not set(run.text()) & {"\x1b", "\x9b", "\x07"}


async def test_old_data_is_shown_and_marked() -> None:
    async with running() as run:
        run.clock.seconds += 14
        await run.emit(scripted.live(run.clock.now(), LinkState.STALE))
        title = next(line for line in run.text().splitlines() if "ORDER BOOK" in line)
        assert "STALE 14s" in title
        assert "64,215" in run.text()


async def test_the_theme_can_be_changed_and_repaints() -> None:
    async with running() as run:

        def colours() -> set[str]:
            strips = run.app.screen._compositor.render_strips()
            return {str(segment.style.bgcolor) for strip in strips for segment in strip if segment.style}

        before = colours()
        run.app.theme = "nord"
        await run.until(lambda: colours().isdisjoint(before))


async def test_candles_of_another_source_are_named() -> None:
    async with running() as run:
        run.clock.seconds += 1
        rest = CandlesSeen(
            scripted.SYMBOL, Timeframe.M1, scripted.candles(10, run.clock.wall_ms()), True, Source.REST, run.clock.now()
        )
        await run.emit(rest)
        title = next(line for line in run.text().splitlines() if "CHART" in line)
        assert "REST 0.0s" in title.partition("ORDER BOOK")[0]


async def test_the_journal_learns_how_long_a_change_took_to_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(Journal, "shown", lambda _, waited: waits.append(waited))
    trades = [
        TradesSeen(scripted.SYMBOL, scripted.trades(1, 9, first=number), False, Source.WEBSOCKET, 9.0)
        for number in (9_000, 9_001)
    ]
    async with running() as run:
        await run.until(lambda: bool(waits))
        await run.pilot.press("m")
        await run.until(lambda: run.app.screen is not run.app.market_screen)
        await run.emit(trades[0])
        await run.until(lambda: run.model._scheduled is None)
        run.clock.seconds += 60.0
        await run.pilot.press("m")
        await run.until(lambda: run.app.screen is run.app.market_screen)
        waits.clear()
        await run.emit(trades[1])
        await run.until(lambda: bool(waits))
    assert max(waits) < 10_000
