"""The picture for the next start: the whole screen, true at any later time, and kept only when it is worth it."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from hybridtui.market.events import SymbolRefused
from hybridtui.market.source import Source
from hybridtui.render.times import day_text
from hybridtui.store.picture import FOLDER, load_picture, without_colours
from hybridtui.tui.app import AppOptions
from hybridtui.tui.localtime import utc_offset_ms
from hybridtui.tui.picture import PictureKeeper, picture_of
from tests.tui import scripted
from tests.tui.screen import running

STARTING = " ○ Starting"
SIZES = [(200, 50), (120, 40), (100, 30), (70, 40), (59, 17), (30, 8), (20, 2), (20, 1)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_fills_the_terminal_and_says_nothing_that_was_true_only_then(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        picture = picture_of(run.app.market_screen, "", STARTING)
        assert picture is not None
        assert picture.size == size
        assert len(picture.rows) == size[1] - 1
        rows = [without_colours(row) for row in picture.rows]
        assert {cell_len(row) for row in rows} <= {size[0]}
        text = "\n".join([*picture.header, *rows])
        assert "64,21" in text
        text = text.replace(" w WS ", "")  # a key
        assert not any(word in text for word in ("Live", "✓", "WS ", "msg/s", "age "))
        if size[0] >= 70:
            assert text.count("CACHED ") == sum(run.text().count(title) for title in ("CHART", "ORDER BOOK", "TRADES"))
        if size[1] > 1:
            assert any(row.startswith(STARTING) for row in rows)


async def test_every_panel_says_the_day_because_nobody_knows_when_it_is_read() -> None:
    async with running(size=(160, 40)) as run:
        picture = picture_of(run.app.market_screen, "", STARTING)
        assert picture is not None
        now_ms = run.clock.wall_ms()
        assert "".join(picture.rows).count(f"CACHED {day_text(now_ms, utc_offset_ms(now_ms))} ") == 3


async def test_remembered_or_refused_data_is_not_remembered_again() -> None:
    async with running(bare=True) as run:
        assert picture_of(run.app.market_screen, "", STARTING) is None
        await run.emit(*scripted.market(run.clock.now(), run.clock.wall_ms(), Source.CACHE))
        assert picture_of(run.app.market_screen, "", STARTING) is None
        await run.emit(*scripted.market(run.clock.now(), run.clock.wall_ms()))
        assert picture_of(run.app.market_screen, "", STARTING) is not None
        await run.emit(SymbolRefused(scripted.SYMBOL, (), run.clock.now()))
        assert picture_of(run.app.market_screen, "", STARTING) is None


async def test_it_is_kept_at_the_end_by_every_name_the_user_has_for_it(tmp_path: Path) -> None:
    keeper = PictureKeeper(str(tmp_path), "url", {scripted.SYMBOL: "bitcoin"}, "", STARTING)
    async with running(options=AppOptions(pictures=keeper)) as run:
        run.clock.seconds += 3
        newest = run.clock.wall_ms() - 3000
    for name in ("BTCUSD", "Bitcoin"):
        picture = load_picture(str(tmp_path), "url", name, "1m", (120, 40))
        assert picture is not None
        assert newest - 1000 <= picture.saved_at <= newest


async def test_a_disk_that_takes_nothing_costs_the_picture_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    keeper = PictureKeeper(str(tmp_path), "url", {}, "", STARTING)
    async with running(options=AppOptions(pictures=keeper)) as run:
        keeper.keep(run.app.market_screen)
        keeper.keep(run.app.market_screen)
        assert "64,21" in run.text()
    assert (tmp_path / FOLDER).read_text() == "in the way"
