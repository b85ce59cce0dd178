"""The pages do what the help says: they open, scroll, copy, stay true while time passes, and go away."""

import pytest

from hybridtui.market.events import Notice, Severity, Traffic
from hybridtui.market.source import LinkState, Mode, Source
from hybridtui.tui.keys.pages import PAGE_KEYS
from hybridtui.tui.screens.connection import ConnectionScreen
from hybridtui.tui.screens.help import HelpScreen
from hybridtui.tui.screens.log import LogScreen
from hybridtui.tui.screens.market import MarketScreen
from hybridtui.tui.screens.page import PageScreen
from tests.tui import scripted
from tests.tui.screen import Running, running

PAGES = [("m", ConnectionScreen, "CONNECTION"), ("l", LogScreen, "EVENT LOG"), ("question_mark", HelpScreen, "HELP")]


def page_of(run: Running) -> PageScreen:
    assert isinstance(run.app.screen, PageScreen)
    return run.app.screen


@pytest.mark.parametrize(("key", "kind", "title"), PAGES)
@pytest.mark.parametrize("back", ["same", "escape"])
async def test_a_key_opens_a_page_and_closes_it(key: str, kind: type[PageScreen], title: str, back: str) -> None:
    async with running() as run:
        await run.pilot.press(key)
        assert isinstance(run.app.screen, kind)
        assert run.text().startswith(f" {title}")
        await run.pilot.press(key if back == "same" else "escape")
        assert isinstance(run.app.screen, MarketScreen)
        assert "ORDER BOOK" in run.text()


async def test_one_page_takes_the_place_of_another() -> None:
    async with running() as run:
        for key, kind, _ in (*PAGES, *PAGES):
            await run.pilot.press(key)
            assert isinstance(run.app.screen, kind)
            assert len(run.app.screen_stack) == 2


async def test_the_market_keys_work_under_every_page() -> None:
    async with running() as run:
        for key, _, _ in PAGES:
            await run.pilot.press(key, "w")
        assert run.feed.forced == [Mode.WEBSOCKET] * len(PAGES)


async def test_the_connection_in_numbers() -> None:
    async with running() as run:
        run.clock.seconds += 60
        now = run.clock.now()
        await run.emit(
            Traffic(52.5, 1900.0, 44.0, now, Source.WEBSOCKET, 1_050.0, 2.5, 100.0, (("book", 58, 60),)),
        )
        await run.pilot.press("m")
        text = run.text()
        for expected in (
            "● WebSocket Live",
            "100.00 %  1 m 00 s",
            "WS    1m old",
            "✓ 1",
            "50.0 msg/s",
            "58 of 60 left",
        ):
            assert expected in text
        assert "ahead of Bitfinex's" in text
        assert "█" in text


async def test_the_numbers_move_on() -> None:
    async with running() as run:
        await run.pilot.press("m")
        run.clock.seconds += 3
        page_of(run).page.tick()
        await run.pilot.pause()
        assert "100.00 %  3 s" in run.text()
        run.clock.seconds += 10
        await run.emit(scripted.live(run.clock.now(), LinkState.STALE, reason="connection refused"))
        await run.until(lambda: "○ STALE" in run.text())
        assert "connection refused" in run.text()


async def test_the_log_tells_the_newest_first() -> None:
    async with running() as run:
        run.clock.seconds += 5
        await run.emit(scripted.live(run.clock.now(), LinkState.POLLING, reason="socket closed (1006)"))
        await run.pilot.press("l")
        rows = [row for row in run.text().splitlines() if row.strip()]
        assert "fallback to REST polling" in rows[2]
        assert "socket closed (1006)" in rows[3]
        await run.emit(Notice("something new", Severity.WARNING, run.clock.now()))
        await run.until(lambda: "something new" in run.text().splitlines()[2])


async def test_y_copies_the_log_and_says_so() -> None:
    async with running(toasts=True) as run:
        await run.emit(Notice("\x1b]52;c;hostile\x07 words", Severity.WARNING, run.clock.now()))
        await run.pilot.press("l", "y")
        assert "started in mode auto" in run.app.clipboard
        assert "hostile words" in run.app.clipboard
        assert not set(run.app.clipboard) & {"\x1b", "\x07"}
        await run.until(lambda: f"copied {len(run.model.journal.entries)} lines" in run.text())


@pytest.mark.parametrize(("key", "title", "word"), [("m", "CONNECTION", "WebSocket Live"), ("f1", "HELP", "Quit")])
async def test_y_copies_any_other_page_as_it_is(key: str, title: str, word: str) -> None:
    async with running(size=(80, 12)) as run:
        await run.pilot.press(key)
        await run.until(lambda: title in run.text())
        await run.pilot.press("y")
        first, *rows = run.app.clipboard.split("\n")
        assert first == title
        assert any(word in row for row in rows)
        assert len(rows) > 12, "also what is not seen"
        assert not any(row.endswith(" ") for row in rows)


async def test_scrolling() -> None:
    async with running(size=(60, 12)) as run:
        for number in range(60):
            await run.emit(Notice(f"number {number:02}", Severity.INFO, run.clock.now()))
        await run.pilot.press("l")

        def first() -> str:
            return run.text().splitlines()[1].split("notice")[-1].strip()

        assert first() == "14 Nov"
        await run.pilot.press("down")
        assert first() == "number 59"
        await run.pilot.press("down", "up", "up", "up")
        assert first() == "14 Nov"
        await run.pilot.press("pagedown")
        assert first() == "number 50"
        await run.pilot.press("pageup")
        assert first() == "14 Nov"
        await run.pilot.press("end")
        assert "started in mode auto" in run.text().splitlines()[-1]
        await run.pilot.press("home")
        assert first() == "14 Nov"


async def test_every_key_of_a_page_has_an_action() -> None:
    for key in PAGE_KEYS:
        assert hasattr(PageScreen, f"action_{key.action.partition('(')[0]}")


@pytest.mark.parametrize("key", [key for key, _, _ in PAGES])
async def test_every_page_at_every_size(key: str) -> None:
    async with running() as run:
        await run.pilot.press(key)
        for size in [(1, 1), (2, 2), (7, 30), (40, 12), (80, 24), (300, 2), (200, 50)]:
            await run.pilot.resize_terminal(*size)
            await run.until(lambda size=size: [len(row) for row in run.text().split("\n")] == [size[0]] * size[1])  # type: ignore[misc]


async def test_the_connection_fits_on_80_by_24() -> None:
    async with running(size=(80, 24)) as run:
        await run.pilot.press("m")
        assert " of " not in run.text().splitlines()[0]
