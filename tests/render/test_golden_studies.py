"""Charts with studies as text, to be read by people: `golden/studies-*.txt`.

A picture that changed on purpose is written anew with HYBRIDTUI_WRITE_GOLDEN=1 and looked at before it is committed.
"""

import os
from collections.abc import Callable
from math import cos, sin
from pathlib import Path

import pytest

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.choice import StudyChoices, studies_typed
from hybridtui.market.indicators.study import Study, StudyKind, default_study
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.chart import ChartKind, ChartOptions, ScaleKind, render_chart
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.palette import Palette
from hybridtui.render.study_list import render_study_list

FOLDER = Path(__file__).parent / "golden"
PALETTE = Palette()
MIDNIGHT, MINUTE = 1_541_980_800_000, 60_000
EVERY = tuple(map(default_study, StudyKind))


def market(count: int = 200, middle: float = 64_000.0, swing: float = 1.0) -> Candles:
    """Minutes from midnight UTC on, some of them without trades."""
    prices = [middle / swing + round(300 * sin(at / 19) + 90 * cos(at / 4.1)) for at in range(count + 1)]
    made = Candles(Timeframe.M1)
    made.merge(
        Candle(
            MIDNIGHT + at * MINUTE,
            round(prices[at] * swing, 9),
            round(prices[at + 1] * swing, 9),
            round((max(prices[at : at + 2]) + at * 7 % 40) * swing, 9),
            round((min(prices[at : at + 2]) - at * 11 % 30) * swing, 9),
            at * 31 % 17 / 4,
        )
        for at in range(count)
        if at % 37 != 11
    )
    return made


def flat(count: int) -> Candles:
    made = Candles(Timeframe.M1)
    made.merge(Candle(MIDNIGHT + at * MINUTE, 7.12e-06, 7.12e-06, 7.12e-06, 7.12e-06, 5.0) for at in range(count))
    return made


def draw(candles: Candles, width: int, height: int, *studies: Study, **options: object) -> list[Line]:
    newest = candles.last
    now = None if newest is None else newest.mts + 37_000
    chosen = ChartOptions(studies=studies, now_ms=now, **options)  # type: ignore[arg-type]
    return render_chart(candles, Size(width, height), chosen, PALETTE)


def of(*kinds: StudyKind) -> tuple[Study, ...]:
    return tuple(map(default_study, kinds))


CHOICES = (
    StudyChoices()
    .changed(StudyKind.SMA, studies_typed(StudyKind.SMA, "20 50 200"))
    .toggled(StudyKind.RSI)
    .toggled(StudyKind.PROFILE)
)
K = StudyKind
TINY = {"price_decimals": 8}
PICTURES: dict[str, Callable[[], list[Line]]] = {
    "all-140x48": lambda: draw(market(), 140, 48, *EVERY),
    "all-78x36": lambda: draw(market(), 78, 36, *EVERY),
    "all-80x9": lambda: draw(market(), 80, 9, *EVERY),
    "all-30x8": lambda: draw(market(), 30, 8, *EVERY),
    "crosshair-78x36": lambda: draw(market(), 78, 36, *EVERY, cursor_ms=MIDNIGHT + 175 * MINUTE),
    "averages-78x24": lambda: draw(market(), 78, 24, *CHOICES.studies[:3], columns_per_candle=1, candles_per_column=2),
    "profile-60x20-log": lambda: draw(market(), 60, 20, *of(K.PROFILE), scale=ScaleKind.LOG),
    "bands-60x20-area": lambda: draw(market(), 60, 20, *of(K.BOLLINGER, K.VOLUME), kind=ChartKind.AREA),
    "tiny-78x40": lambda: draw(market(80, 7.12e-06, 1e-9), 78, 40, *EVERY, **TINY),
    "flat-78x40": lambda: draw(flat(60), 78, 40, *EVERY, **TINY),
    "one-78x40": lambda: draw(flat(1), 78, 40, *EVERY, **TINY),
    "none-40x12": lambda: draw(flat(0), 40, 12, *EVERY),
    "list-44x14": lambda: render_study_list(CHOICES.rows, 5, Size(44, 14), PALETTE),
    "list-40x12": lambda: render_study_list(StudyChoices().rows, 0, Size(40, 12), PALETTE),
    "list-24x6": lambda: render_study_list(CHOICES.rows, 8, Size(24, 6), PALETTE),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    drawn = "".join(f"{row}|\n" for row in plain(PICTURES[name]()).split("\n"))
    path = FOLDER / f"studies-{name}.txt"
    if os.environ.get("HYBRIDTUI_WRITE_GOLDEN") == "1":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
