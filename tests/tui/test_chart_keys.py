"""Each key of the chart does what the help says: read off the screen."""

import re
from pathlib import Path

import pytest
from textual.events import MouseMove, MouseScrollUp

from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, HistoryChanged, OlderCandlesSeen, Progress
from hybridtui.market.source import Source
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.chart import ChartKind, ScaleKind
from hybridtui.render.moves import ZOOM, ZOOMS
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from hybridtui.tui.widgets.price_chart import ChartChoices
from tests.tui import scripted
from tests.tui.screen import Running, running

WIDTH = 75
"""Columns of the chart at 120x40."""


def chart(run: Running) -> list[str]:
    """The rows of the chart, its title first."""
    region = run.app.market_screen.chart.region
    return [row[region.x : region.right] for row in run.text().split("\n")[region.y : region.bottom]]


def times(run: Running) -> list[str]:
    return re.findall(r"\d\d:\d\d", chart(run)[-1])


def read(run: Running, name: str) -> float:
    found = re.search(rf"\b{name} ([\d,.]+)", chart(run)[0])
    assert found is not None
    return float(found[1].replace(",", ""))


async def press(run: Running, *keys: str) -> None:
    """Press, and wait until the screen says something else."""
    before = run.text()
    await run.pilot.press(*keys)
    await run.until(lambda: run.text() != before)


async def test_plus_and_minus_zoom() -> None:
    async with running() as run:
        minutes = []
        for _ in range(ZOOM):
            await press(run, "minus")
        for joined in (columns[1] for columns in ZOOMS[:ZOOM]):
            minutes.append(joined)
            assert (f"×{joined}" in chart(run)[0]) == (joined > 1)
            await press(run, "plus")
        assert minutes == [16, 12, 8, 6, 4, 3, 2, 1]
        await run.pilot.press(*["equals_sign"] * 10)
        await run.until(lambda: run.app.market_screen.chart.zoom == len(ZOOMS) - 1)
        volume = chart(run)[-2]
        bars = re.findall(r"[▁▂▃▄▅▆▇█]+", volume[: WIDTH - 12])
        assert bars, volume
        assert {len(bar) for bar in bars[1:-1]} == {7}, volume


async def test_the_arrows_pan_and_end_follows_the_present_again() -> None:
    async with running() as run:
        present = times(run)
        await press(run, "left")
        assert re.search(r"▸ \d+ newer", chart(run)[1])
        assert "◀" not in "".join(chart(run))
        once = times(run)
        assert once < present
        await press(run, "left")
        assert times(run) < once
        await press(run, "right")
        assert times(run) == once
        await press(run, "home")
        assert times(run) < once
        await press(run, "end")
        assert times(run) == present
        assert "newer" not in "".join(chart(run))
        await press(run, "shift+left")
        assert "▸ 1 newer" in chart(run)[1]
        await press(run, "escape")
        assert "newer" not in chart(run)[1]


async def test_new_candles_do_not_move_what_is_looked_at() -> None:
    async with running() as run:
        await press(run, "left")
        before, newer = chart(run), int(re.findall(r"▸ (\d+) newer", chart(run)[1])[0])
        run.clock.seconds += 60
        trade = scripted.trades(1, run.clock.wall_ms(), first=9_000)
        await run.emit(scripted.traded(trade, run.clock.now()))
        run.app.market_screen.redraw()
        await run.until(lambda: f"▸ {newer + 1} newer" in chart(run)[1])
        assert chart(run)[2:] == before[2:]


async def test_x_reads_a_candle_out_and_the_arrows_move_it() -> None:
    async with running() as run:
        candles = run.model.candles.newest(12)
        await press(run, "x")
        assert read(run, "C") == candles[-1].close
        await press(run, "left")
        assert (read(run, "O"), read(run, "C")) == (candles[-2].open, candles[-2].close)
        assert sum("│" in row for row in chart(run)[1:-1]) > 15
        await press(run, "shift+left")
        assert read(run, "H") == candles[-12].high
        await press(run, "right")
        assert read(run, "L") == candles[-11].low
        await press(run, "x")
        assert read(run, "C") == candles[-1].close
        assert not any(row.count("╌") for row in chart(run))


async def test_the_crosshair_takes_the_picture_along() -> None:
    async with running() as run:
        await press(run, "x")
        await run.pilot.press(*["shift+left"] * 5)
        await run.until(lambda: "newer" in chart(run)[1])
        assert read(run, "C") == run.model.candles.newest(51)[0].close


async def test_space_measures() -> None:
    async with running() as run:
        candles = run.model.candles.newest(6)
        await press(run, "space")
        await press(run, *["left"] * 5)
        change = candles[0].close - candles[-1].close
        title = chart(run)[0]
        assert f"Δ {change:+,.0f}" in title
        assert f"{change / candles[-1].close * 100:+.2f}%" in title
        assert "-5 bars  -5m" in title
        assert any("◆" in row for row in chart(run))
        await press(run, "space")
        assert "bars" not in chart(run)[0]
        await press(run, "escape")
        assert not any("╌" in row for row in chart(run))


async def test_shift_and_drag_measures_between_prices_as_the_axis_shows_them() -> None:
    async with running() as run:
        pilot, shown = run.pilot, run.app.market_screen.chart
        await pilot.mouse_down(shown, offset=(20, 8), shift=True)
        await pilot._post_mouse_events([MouseMove], shown, offset=(40, 15), button=1, shift=True)
        await run.until(lambda: "bars" in chart(run)[0])
        found = re.search(r"Δ ([+-][\d,.]+)  ([+-][\d.]+)%", chart(run)[0])
        pointed = re.search(r"▸\s*([\d,.]+)", chart(run)[15])
        assert found is not None
        assert pointed is not None
        change, end = (float(text.replace(",", "")) for text in (found[1], pointed[1]))
        assert change < 0
        assert change % 1 == 0, "this market has no decimals"
        assert f"{change / (end - change) * 100:.2f}" == found[2]
        await pilot.mouse_up(shown, offset=(40, 15))


async def test_g_changes_the_scale() -> None:
    async with running() as run:
        await press(run, "g")
        assert "candles log " in chart(run)[0]
        await press(run, "g")
        assert "candles % " in chart(run)[0]
        assert re.search(r"[+-]\d\.\d+%", "".join(row[-12:] for row in chart(run)[1:-1]))
        await press(run, "g")
        assert "%" not in "".join(row[-12:] for row in chart(run)[1:-1])


async def test_f_keeps_the_range_and_the_page_keys_move_it() -> None:
    async with running() as run:
        await press(run, "F")
        assert " fixed " in chart(run)[0]
        await press(run, *["pageup"] * 6)
        assert any("▼" in row[-3:] for row in chart(run))
        await press(run, *["pagedown"] * 12)
        assert any("▲" in row[-3:] for row in chart(run))
        await press(run, "F")
        assert any("◀" in row[-3:] for row in chart(run))


async def test_z_shows_times_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.tui.localtime.utc_offset_ms", lambda _: 3_600_000)
    async with running() as run:
        assert chart(run)[-1].rstrip().endswith("local")
        tape = run.app.market_screen.tape.region
        before = run.text().split("\n")[tape.y + 1][tape.x : tape.right]
        await press(run, "z")
        assert chart(run)[-1].rstrip().endswith("UTC")
        await run.until(lambda: run.text().split("\n")[tape.y + 1][tape.x : tape.right] != before)
        hour = int(before.split(":")[0])
        assert int(run.text().split("\n")[tape.y + 1][tape.x : tape.right].split(":")[0]) == (hour - 1) % 24


async def test_times_of_the_past_are_those_that_clocks_showed_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The night in which summer time ended lies between the present and the candles looked at."""
    async with running() as run:
        ended = run.app.market.clock.wall_ms() - 10 * 60_000
        await press(run, "z")
        await press(run, *["left"] * 2)
        utc = times(run)
        monkeypatch.setattr("hybridtui.tui.localtime.utc_offset_ms", lambda ms: 7_200_000 if ms < ended else 3_600_000)
        await press(run, "z")
        assert [int(time[:2]) for time in times(run)] == [(int(time[:2]) + 2) % 24 for time in utc]
        await press(run, "end")
        now = times(run)
        await press(run, "z")
        assert [int(time[:2]) for time in now] == [(int(time[:2]) + 1) % 24 for time in times(run)]


async def test_what_was_chosen_is_remembered(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await press(run, "c")
        await press(run, "g")
        await press(run, "minus")
        await press(run, "z")
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        shown = run.app.market_screen.chart
        assert (shown.kind, shown.scale, shown.zoom) == (ChartKind.HEIKIN_ASHI, ScaleKind.LOG, ZOOM - 1)
        assert "1m Heikin-Ashi log" in chart(run)[0]
        assert chart(run)[-1].rstrip().endswith("UTC")


async def test_the_footer_names_the_remembered_kind_from_the_start() -> None:
    choices = Choices()
    choices.put("chart", ChartChoices(ChartKind.LINE))
    async with running(size=(200, 40), options=AppOptions(choices=choices)) as run:
        assert "1m line" in chart(run)[0]
        assert "c line" in run.text().split("\n")[-1]


async def test_the_mouse_pans_zooms_and_points() -> None:
    async with running() as run:
        pilot, shown = run.pilot, run.app.market_screen.chart
        candle = run.model.candles.newest(1)[0]
        await pilot.hover(shown, offset=(20, 10))
        await run.until(lambda: "╌" in chart(run)[10])
        assert read(run, "C") != candle.close
        await pilot.hover(run.app.market_screen.book, offset=(5, 5))
        await run.until(lambda: "╌" not in chart(run)[10])
        await pilot._post_mouse_events([MouseScrollUp], shown, offset=(20, 10), button=0)
        await run.until(lambda: "newer" in chart(run)[1])
        await pilot.press("end")
        await run.until(lambda: "newer" not in chart(run)[1])
        await pilot._post_mouse_events([MouseScrollUp], shown, offset=(20, 10), button=0, control=True)
        await run.until(lambda: shown.zoom == ZOOM + 1)


async def test_dragging_pans_and_a_click_pins_the_crosshair() -> None:
    async with running() as run:
        pilot, shown = run.pilot, run.app.market_screen.chart
        await pilot.mouse_down(shown, offset=(20, 10))
        await pilot._post_mouse_events([MouseMove], shown, offset=(40, 10), button=1)
        await pilot.mouse_up(shown, offset=(40, 10))
        await run.until(lambda: "▸ 10 newer" in chart(run)[1])
        await pilot.click(shown, offset=(30, 10))
        await pilot.hover(run.app.market_screen.book, offset=(5, 5))
        await run.until(lambda: "╌" in chart(run)[10])
        await pilot.press("escape")
        await run.until(lambda: "╌" not in chart(run)[10])


async def test_bid_and_ask_are_those_of_the_header_also_where_the_exchange_groups_the_book() -> None:
    async with running() as run:
        screen = run.app.market_screen
        rows = tuple((64_200.0 + 100 * at, 1, -1.0 if at > 0 else 1.0) for at in range(-5, 6))
        coarse = BookSnapshotSeen(scripted.SYMBOL, rows, Source.WEBSOCKET, run.clock.now(), precision=2)
        for events in ((), (coarse,)):
            await run.emit(*events)
            shown, header = screen.chart.options(), screen.header.view()
            assert (shown.bid, shown.ask) == (header.bid, header.ask) == (64_210.0, 64_215.0)


async def test_older_candles_are_loaded_while_panning() -> None:
    async with running() as run:
        first = run.model.candles.first
        assert first is not None
        assert run.feed.history == []
        await press(run, "home")
        await run.until(lambda: bool(run.feed.history))
        assert run.feed.history[-1] < first.mts

        def told(progress: Progress) -> HistoryChanged:
            return HistoryChanged(scripted.SYMBOL, Timeframe.M1, progress, run.clock.now())

        await press(run, "left")
        await run.emit(told(Progress.LOADING))
        await run.until(lambda: "loading older …" in "".join(chart(run)))
        older = scripted.candles(60, first.mts - 60_000)
        await run.emit(
            OlderCandlesSeen(scripted.SYMBOL, Timeframe.M1, older, first.mts, Source.REST, run.clock.now()),
            told(Progress.IDLE),
        )
        await run.until(lambda: "loading" not in "".join(chart(run)))
        assert run.model.candles.first == older[0]
        await press(run, "home")
        await run.emit(told(Progress.ENDED))
        await press(run, "left")
        await run.until(lambda: "no older candles" in "".join(chart(run)))


async def test_another_timeframe_begins_at_the_present() -> None:
    async with running() as run:
        await press(run, "left")
        await press(run, "F")
        await press(run, "x")
        await run.pilot.press("right_square_bracket")
        candles = scripted.candles(100, run.clock.wall_ms(), 300_000)
        seen = CandlesSeen(scripted.SYMBOL, Timeframe.M5, candles, True, Source.WEBSOCKET, run.clock.now())
        await run.emit(seen)
        await run.until(lambda: "CHART 5m candles  " in chart(run)[0])
        assert not any("newer" in row or "╌" in row for row in chart(run))
        assert any("◀" in row for row in chart(run))


async def test_a_narrow_title_still_reads_out_the_crosshair() -> None:
    async with running(size=(40, 30)) as run:
        candle = run.model.candles.newest(2)[0]
        await press(run, "x")
        await press(run, "left")
        assert f"CHART C {candle.close:,.0f}  " in chart(run)[0]
        assert "%" in chart(run)[0]
        await press(run, "space")
        await press(run, "left")
        assert "CHART Δ " in chart(run)[0]
