"""The keys that decide what stands where."""

from pathlib import Path

import pytest

from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from hybridtui.tui.widgets.order_book import OrderBook
from tests.tui.screen import Running, running

TITLES = {"chart": "CHART", "book": "ORDER BOOK", "tape": "TRADES", "heatmap": "HEATMAP", "depth": "DEPTH"}


def seen(run: Running) -> list[str]:
    """The panels whose titles are on the screen."""
    text = run.text()
    return [name for name, title in TITLES.items() if title in text]


async def press(run: Running, key: str, *panels: str) -> None:
    """Press a key and wait for these panels and no others."""
    await run.pilot.press(key)
    await run.until(lambda: seen(run) == list(panels))


async def test_numbers_show_and_hide_panels() -> None:
    async with running(size=(120, 40)) as run:
        await press(run, "3", "chart", "book")
        await press(run, "1", "book")
        await run.pilot.press("2")
        await run.until(lambda: "book is the only panel" in run.text())
        assert seen(run) == ["book"]
        await press(run, "3", "book", "tape")
        await press(run, "1", "chart", "book", "tape")
        await press(run, "4", "chart", "book", "tape", "heatmap")
        await press(run, "4", "chart", "book", "tape")
        assert "q quit" in run.text()
        await run.pilot.press("5")
        await run.until(lambda: "^p commands" not in run.text())


async def test_a_panel_that_has_no_room_says_what_it_would_need() -> None:
    async with running(size=(40, 8)) as run:
        assert seen(run) == ["book"]
        await run.pilot.press("1")
        await run.until(lambda: "needs 28x11" in run.text())
        assert "64,21" in run.text()
        assert "●" in run.text()
        await run.pilot.resize_terminal(40, 11)
        await run.until(lambda: seen(run) == ["chart", "book"])
        await run.until(lambda: "needs" not in run.text())


@pytest.mark.parametrize("size", [(100, 1), (79, 6), (40, 3), (60, 2)])
async def test_below_the_limit_price_state_and_need_are_said(size: tuple[int, int]) -> None:
    async with running(size=size, options=AppOptions(layout="chart|book|tape")) as run:
        await run.until(lambda: "needs 78x" in run.text())
        assert "64,21" in run.text()
        assert "●" in run.text()


async def test_v_goes_through_the_layouts_that_fit() -> None:
    async with running(size=(80, 24)) as run:
        assert seen(run) == ["chart", "book", "tape"]
        looks = [run.text()]
        for name in ("chart|book|tape", "chart|book", "chart/book", "chart/book/tape", "book|tape", "chart", "book"):
            await run.pilot.press("v")
            await run.until(lambda: f"layout {name}" in run.text())  # noqa: B023 - called at once
            await run.until(lambda: seen(run) == [panel for panel in TITLES if panel in name])  # noqa: B023
            assert "needs" not in run.text()
            looks.append(run.text())
        await run.pilot.press("v")
        await run.until(lambda: "layout auto" in run.text())
        assert len({*looks}) == len(looks)


async def test_v_skips_what_does_not_fit_or_looks_the_same() -> None:
    async with running(size=(40, 12)) as run:
        await run.pilot.press("v")
        await run.until(lambda: "layout chart/book" in run.text())
        await run.pilot.press("v")
        await run.until(lambda: "layout chart " in run.text())


async def test_the_settings_name_the_layouts() -> None:
    options = AppOptions(layout="tape", layouts=("tape", "depth|book"))
    async with running(size=(120, 40), options=options) as run:
        assert seen(run) == ["tape"]
        await press(run, "v", "book", "depth")
        assert run.feed.views[-1].book_length == 100, "a depth curve needs more of the book"
        await press(run, "v", "tape")


async def test_f_zooms_what_was_used_last() -> None:
    async with running(size=(120, 40)) as run:
        await press(run, "f", "chart")
        await press(run, "f", "chart", "book", "tape")
        await run.pilot.press("b")
        await press(run, "f", "book")
        await press(run, "escape", "chart", "book", "tape")


async def test_f_zooms_what_the_mouse_is_over() -> None:
    async with running(size=(120, 40)) as run:
        await run.pilot.hover(OrderBook)
        await press(run, "f", "book")
        await press(run, "f", "chart", "book", "tape")
        await press(run, "h", "book", "tape", "heatmap")
        await run.pilot.hover("#heatmap")
        await press(run, "f", "heatmap")
        await press(run, "1", "chart", "book", "tape")


async def test_the_heatmap_has_one_place() -> None:
    async with running(size=(120, 40)) as run:
        await press(run, "h", "book", "tape", "heatmap")
        await press(run, "4", "chart", "book", "tape", "heatmap")
        await press(run, "h", "chart", "book", "tape")


async def test_the_choice_is_remembered_but_not_the_zoom(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await press(run, "3", "chart", "book")
        await press(run, "f", "chart")
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        assert seen(run) == ["chart", "book"]
    async with running(options=AppOptions(choices=Choices(tmp_path), layout="tape")) as run:
        assert seen(run) == ["tape"], "what the settings say is not overridden"
        await press(run, "2", "book", "tape")
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        assert seen(run) == ["chart", "book"], "nor is it remembered"


async def test_what_was_remembered_and_cannot_be_meant_is_the_usual(tmp_path: Path) -> None:
    (tmp_path / "layout.json").write_text('{"layout": "chart|chart", "hidden": ["book", "nonsense"]}')
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        assert seen(run) == ["chart", "book", "tape"]


@pytest.mark.parametrize("size", [(60, 20), (66, 12), (40, 12)])
async def test_a_panel_that_there_is_not_is_not_missed(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "layout.json").write_text('{"shown": ["positions"], "hidden": ["book", "tape"]}')
    async with running(size=size, options=AppOptions(choices=Choices(tmp_path))) as run:
        assert seen(run) in (["chart"], ["book"])
        assert "needs" not in run.text()


async def test_a_panel_without_a_place_obeys_keys_and_is_right_when_it_is_back() -> None:
    async with running(size=(120, 40), options=AppOptions(layout="chart", layouts=("chart", "chart|book"))) as run:
        for _ in range(3):
            await run.pilot.press("b", "comma", "up")
        await press(run, "v", "chart", "book")
        await run.until(lambda: run.text().count("price") == 2)
