"""Heatmap, depth curve and tape do what the help says of their keys: read off the screen."""

import re
from pathlib import Path

import pytest

from hybridtui.market.events import TradesSeen
from hybridtui.market.source import LinkState, Source
from hybridtui.market.trades import Trade
from hybridtui.settings import Looks
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from hybridtui.tui.layout import BOOK, CHART
from hybridtui.tui.views import DEPTH, HEATMAP
from hybridtui.tui.widgets.large_trades import LargeChoice
from tests.tui import scripted
from tests.tui.screen import Running, running

ASCII = AppOptions(looks=Looks(ascii=True))
"""In ASCII the heatmap is drawn with glyphs on every terminal."""


def title(run: Running, name: str) -> str:
    """The first title row with this name, empty where there is none."""
    return next((row for row in run.text().split("\n") if f" {name} " in row), "")


def rows_of(run: Running, panel: str) -> list[str]:
    region = run.app.market_screen.panels[panel].region
    return [row[region.x : region.right] for row in run.text().split("\n")[region.y : region.bottom]]


def look(run: Running, seconds: int) -> None:
    """Let so many seconds pass, and have the book looked at in each."""
    for _ in range(seconds):
        run.clock.seconds += 1
        run.feed.emit(*scripted.deltas(1, run.clock.now(), run.clock.wall_ms()))
        run.model.sample()


async def seen(run: Running, *names: str) -> None:
    await run.until(lambda: all(title(run, name) for name in names))


async def test_h_shows_the_heatmap_and_the_chart_again() -> None:
    async with running(options=ASCII) as run:
        look(run, 20)
        await run.pilot.press("h")
        await seen(run, "HEATMAP", "ORDER BOOK", "TRADES")
        assert not title(run, "CHART")
        assert "1s x " in title(run, "HEATMAP")
        assert "64,210 <" in "\n".join(rows_of(run, HEATMAP))
        assert run.feed.views[-1].book_length == 100, "it shows more of the book"
        await run.pilot.press("h")
        await seen(run, "CHART")
        assert not title(run, "HEATMAP")


async def test_d_shows_the_depth_curve_and_the_chart_again() -> None:
    async with running() as run:
        await run.pilot.press("d")
        await seen(run, "DEPTH", "ORDER BOOK")
        assert not title(run, "CHART")
        rows = rows_of(run, DEPTH)
        assert "25 bids, 25 asks" in rows[0]
        assert re.search(r"bids [\d.]+ BTC │ asks [\d.]+ BTC", rows[1])
        assert "64,212.5" in rows[-1]
        await run.pilot.press("d")
        await seen(run, "CHART")


async def test_one_takes_the_place_of_the_other_and_escape_of_both() -> None:
    async with running() as run:
        for key, name in (("h", "HEATMAP"), ("d", "DEPTH"), ("h", "HEATMAP")):
            await run.pilot.press(key)
            await seen(run, name)
        assert not title(run, "DEPTH")
        await run.pilot.press("escape")
        await seen(run, "CHART")


@pytest.mark.parametrize("size", [(40, 12), (40, 24), (80, 24), (200, 50), (60, 9)])
async def test_where_the_chart_has_no_place_they_take_that_of_the_book(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        places = run.app.market_screen.board.places
        before = set(places.places(run.app.size))
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        instead = CHART if CHART in before else BOOK
        assert set(places.places(run.app.size)) == before - {instead} | {HEATMAP}
        await run.pilot.press("d")
        await seen(run, "DEPTH")


async def test_what_was_shown_is_remembered(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        await run.pilot.press("minus", "minus")
        await run.until(lambda: "5s" in title(run, "HEATMAP"))
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await seen(run, "HEATMAP")
        assert "5s" in title(run, "HEATMAP")
        assert run.feed.views[-1].book_length == 100
        await run.pilot.press("h")
        await seen(run, "CHART")
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await seen(run, "CHART")


async def test_the_history_is_kept_while_something_else_is_shown() -> None:
    async with running(options=ASCII) as run:
        look(run, 30)
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        await run.until(lambda: drawn(run) > 0)
        before = drawn(run)
        await run.pilot.press("d")
        await seen(run, "DEPTH")
        look(run, 15)
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        await run.until(lambda: drawn(run) > 1.3 * before)


def drawn(run: Running) -> int:
    """How many cells of the heatmap show liquidity."""
    return sum(map("".join(rows_of(run, HEATMAP)[1:-1]).count, ":+#"))


def seconds_ago(run: Running) -> int:
    """How far back the heatmap says that it shows, seconds."""
    found = re.search(r"(\d+):(\d\d) ago", title(run, "HEATMAP"))
    return 0 if found is None else int(found[1]) * 60 + int(found[2])


async def test_the_keys_of_the_chart_move_the_heatmap() -> None:
    async with running(options=ASCII) as run:
        look(run, 200)
        chart = run.app.market_screen.chart
        zoom, right = chart.zoom, chart.right_ms
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        for key, said in (("minus", "2s"), ("minus", "5s"), ("plus", "2s"), ("plus", "1s"), ("plus", "1s")):
            await run.pilot.press(key)
            await run.until(lambda said=said: f" {said} " in title(run, "HEATMAP"))  # type: ignore[misc]
        third = run.app.market_screen.heatmap.size.width // 3
        await run.pilot.press("left")
        await run.until(lambda: seconds_ago(run) == third)
        assert "<" not in "".join(rows_of(run, HEATMAP)[1:-1]), "the present is not in the picture"
        await run.pilot.press("shift+left")
        await run.until(lambda: seconds_ago(run) == third + 1)
        await run.pilot.press("home")
        await run.until(lambda: seconds_ago(run) > third + 1)
        oldest = seconds_ago(run)
        await run.pilot.press("left", "right")
        await run.until(lambda: seconds_ago(run) == oldest - third)
        await run.pilot.press("end")
        await run.until(lambda: "ago" not in title(run, "HEATMAP"))
        await run.pilot.press("c", "x")
        await run.pilot.press("z")
        assert (chart.zoom, chart.right_ms, chart.crosshair) == (zoom, right, False), "the chart is not touched unseen"


async def test_an_outage_is_dimmed_and_hatched() -> None:
    async with running(options=ASCII) as run:
        look(run, 20)
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        assert "/" not in "".join(rows_of(run, HEATMAP)[1:-1])
        await run.emit(scripted.live(run.clock.now(), LinkState.STALE))
        look(run, 10)
        run.app.market_screen.heatmap.draw()
        await run.until(lambda: all("////" in row for row in rows_of(run, HEATMAP)[1:-1]))
        assert "STALE" in title(run, "HEATMAP")


async def test_another_market_begins_with_an_empty_heatmap() -> None:
    async with running(options=ASCII) as run:
        look(run, 20)
        await run.pilot.press("h")
        await seen(run, "HEATMAP")
        run.model.select("ETHUSD")
        await run.until(lambda: "begins with the first live book" in run.text())


def sweep(run: Running, *amounts: float) -> TradesSeen:
    """Fills of one millisecond at rising prices."""
    rows = tuple(Trade(9_000 + at, run.clock.wall_ms(), amount, 64_210.0 + at) for at, amount in enumerate(amounts))
    return TradesSeen(scripted.SYMBOL, rows, False, Source.WEBSOCKET, run.clock.now())


async def test_o_chooses_what_is_a_large_trade(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path)), size=(160, 44)) as run:
        await run.emit(sweep(run, 0.5, 0.75))
        await run.until(lambda: "×2" in rows_of(run, "tape")[1])
        assert re.search(r"TRADES ◆ \S+ auto", title(run, "TRADES"))
        assert "◆" not in rows_of(run, "tape")[1]
        await run.pilot.press("o")
        await run.until(lambda: "from how many BTC" in run.text())
        await run.pilot.press(*"x1", "enter")
        await run.until(lambda: "a number, please" in run.text())
        await run.pilot.press("backspace", "backspace", *"1.25", "enter")
        await run.until(lambda: "◆ 1.25 " in title(run, "TRADES"))
        assert "◆ ×2" in rows_of(run, "tape")[1]
        assert "auto" not in title(run, "TRADES")
    async with running(options=AppOptions(choices=Choices(tmp_path)), size=(160, 44)) as run:
        await run.until(lambda: "◆ 1.25 " in title(run, "TRADES"))
        run.model.select("ETHUSD")
        await run.until(lambda: "◆ 1.25" not in title(run, "TRADES"))
        run.model.select("BTCUSD")
        await run.emit(*scripted.market(run.clock.now(), run.clock.wall_ms()))
        await run.until(lambda: "◆ 1.25 " in title(run, "TRADES"))
        await run.pilot.press("o")
        await run.until(lambda: "from how many BTC" in run.text())
        await run.pilot.press(*["backspace"] * 4, "enter")
        await run.until(lambda: "auto" in title(run, "TRADES"))


async def test_enter_takes_the_chosen_size_back_as_it_was() -> None:
    choices = Choices()
    choices.put("large_trades", LargeChoice({scripted.SYMBOL: 12_345_678.5}))
    async with running(options=AppOptions(choices=choices), size=(160, 44)) as run:
        assert "◆ 12,345,678.5 " in title(run, "TRADES")
        await run.pilot.press("o")
        await run.until(lambda: "12,345,678.5" in run.text().split("\n")[-1])
        await run.pilot.press("enter")
        await run.until(lambda: len(run.app.screen_stack) == 1)
        assert run.app.market_screen.tape.large.chosen == 12_345_678.5


async def test_the_size_of_large_trades_is_read_strictly_and_asked_again_as_it_was() -> None:
    async with running(size=(160, 44)) as run:
        for typed, said in (
            ("0,5", "0,5 is not a number here; write 0.5"),
            ("-2", "a number, please"),
            ("0", "more than nothing"),
        ):
            await run.pilot.press("o")
            await run.until(lambda: "from how many BTC" in run.text())
            await run.pilot.press(*typed, "enter")
            await run.until(lambda said=said: said in run.text())  # type: ignore[misc]
            await run.pilot.press("escape")
        large = run.app.market_screen.tape.large
        for typed in ("1,234,567.5", ""):
            await run.pilot.press("o")
            await run.until(lambda: "from how many BTC" in run.text())
            await run.pilot.press(*typed, "enter")
            await run.until(lambda: "from how many BTC" not in run.text())
            assert large.size == 1_234_567.5


async def test_the_last_minute_moves_on_without_trades() -> None:
    async with running() as run:
        await run.until(lambda: "buy " in rows_of(run, "tape")[-2])
        run.clock.seconds += 3600
        run.app.market_screen.tape.tick()
        await run.until(lambda: "no trade for a minute" in rows_of(run, "tape")[-2])
