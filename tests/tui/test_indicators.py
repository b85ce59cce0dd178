"""The indicators: every key does what the list says, the chart follows at once, and what was chosen is remembered."""

from pathlib import Path

import pytest

from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from hybridtui.tui.screens.indicators import IndicatorScreen
from hybridtui.tui.screens.market import MarketScreen
from tests.tui.screen import Running, running


def row(run: Running, name: str) -> str:
    """The row of the list that names this."""
    return next(line for line in run.text().split("\n") if f"] {name}" in line)


async def opened(run: Running) -> None:
    await run.pilot.press("i")
    await run.until(lambda: "INDICATORS" in run.text())


async def test_a_key_opens_the_list_and_escape_closes_it() -> None:
    async with running() as run:
        for back in ("escape", "i"):
            await opened(run)
            assert isinstance(run.app.screen, IndicatorScreen)
            assert "CHART" in run.text(), "the market goes on beside it"
            await run.pilot.press(back)
            await run.until(lambda: isinstance(run.app.screen, MarketScreen))
            assert "INDICATORS" not in run.text()


async def test_at_first_the_volume_is_on_and_nothing_else() -> None:
    async with running() as run:
        await opened(run)
        assert "[✓] Volume" in row(run, "Volume")
        assert run.text().count("[✓]") == 1
        for name in ("SMA 20", "EMA 20", "VWAP", "BB 20 2", "RSI 14", "MACD 12 26 9", "ATR 14", "Profile"):
            assert "[ ]" in row(run, name)


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_switching_on_draws_at_once_behind_the_list(key: str) -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press(key)
        await run.until(lambda: "── SMA 20" in run.text())
        assert "▸[✓] SMA 20" in row(run, "SMA 20")
        await run.pilot.press(key)
        await run.until(lambda: "── SMA 20" not in run.text())
        assert "▸[ ] SMA 20" in row(run, "SMA 20")


async def test_the_pointer_goes_round() -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press("down", "down")
        await run.until(lambda: "▸[ ] VWAP" in run.text())
        await run.pilot.press("up", "up", "up")
        await run.until(lambda: "▸[ ] Profile" in run.text())


@pytest.mark.parametrize("key", ["e", "right"])
async def test_other_parameters_are_asked_for_and_checked(key: str) -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press(key)
        await run.until(lambda: "SMA: 20" in run.text())
        await run.pilot.press("end", "0", "0", "0", "enter")
        await run.until(lambda: "period is 1 to 500" in run.text())
        await run.pilot.press("backspace", "backspace", "backspace", *"  50", "enter")
        await run.until(lambda: "[✓] SMA 20 50" in run.text())
        await run.until(lambda: "── SMA 50" in run.text() and "── SMA 20" in run.text())


async def test_escape_leaves_the_parameters_as_they_were() -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press("e", "9", "escape")
        await run.until(lambda: isinstance(run.app.screen, IndicatorScreen))
        assert "[ ] SMA 20" in row(run, "SMA 20")


async def test_what_has_no_parameters_is_switched_on() -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press("down", "down", "e")
        await run.until(lambda: "━━ VWAP" in run.text())


async def test_every_study_has_its_place() -> None:
    over = ("── SMA 20", "╌╌ EMA 20", "━━ VWAP", "┈┈ BB 20 2", "▐ POC")
    async with running(size=(240, 70)) as run:
        await opened(run)
        for _ in range(9):
            await run.pilot.press("space", "down")
        for expected in (*over, "─ RSI 14", "─ MACD 12 26 9", "─ ATR 14"):
            await run.until(lambda expected=expected: expected in run.text())  # type: ignore[misc]


async def test_a_click_switches_a_row_and_beside_the_list_closes_it() -> None:
    async with running() as run:
        await opened(run)
        lines = run.text().split("\n")
        y = next(at for at, line in enumerate(lines) if "] RSI 14" in line)
        x = lines[y].index("] RSI 14")
        await run.pilot.click(offset=(x, y))
        await run.until(lambda: "▸[✓] RSI 14" in run.text())
        await run.pilot.click(offset=(2, 5))
        await run.until(lambda: isinstance(run.app.screen, MarketScreen))


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (40, 12), (20, 6), (200, 50)])
async def test_it_fits(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        await run.pilot.press("i")
        for _ in range(9):
            await run.until(lambda: "▸[" in run.text())
            await run.pilot.press("down")
        await run.pilot.press("space")
        await run.until(lambda: "▸[✓] SMA 20" in run.text())


async def test_choices_are_remembered(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await opened(run)
        await run.pilot.press("down", "e", "end", "backspace", "backspace", "9", "enter")
        await run.until(lambda: "[✓] EMA 9" in run.text())
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await run.until(lambda: "╌╌ EMA 9" in run.text())


async def test_choices_that_cannot_be_drawn_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / "studies.json").write_text('{"made": [{"kind": "rsi", "on": true, "studies": [{"kind": "rsi"}]}]}')
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await opened(run)
        assert "[ ] RSI 14" in row(run, "RSI 14")
