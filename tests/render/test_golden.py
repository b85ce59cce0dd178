"""Whole pictures as text, to be read by people: `golden/*.txt`.

A picture that changed on purpose is written anew with HYBRIDTUI_WRITE_GOLDEN=1 and looked at before it is committed.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from math import cos, sin
from pathlib import Path

import pytest

from hybridtui.market.book import Book
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.study import Study, StudyKind, default_study
from hybridtui.market.liquidity import LiquidityHistory
from hybridtui.market.source import Health, Source
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade, Trades
from hybridtui.render.book import BarsBy, BookOptions, Target, render_book
from hybridtui.render.chart import ChartKind, ChartOptions, ScaleKind, render_chart
from hybridtui.render.depth import DepthOptions, render_depth
from hybridtui.render.header import HeaderView, render_header
from hybridtui.render.heatmap import HeatOptions, render_heatmap
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.palette import Palette
from hybridtui.render.status import StatusView, render_status
from hybridtui.render.tape import TapeOptions, render_tape
from hybridtui.render.title import TitleView, render_title

FOLDER = Path(__file__).parent / "golden"
PALETTE = Palette()
START = 1_542_024_000_000
MINUTE = 60_000


def book() -> Book:
    made = Book()
    made.replace(
        [
            (64210.0 + sign * (2.5 + distance * distance / 4), 1 + distance, -sign * (0.05 + distance * 37 % 11 / 4))
            for sign in (1, -1)
            for distance in range(20)
        ]
    )
    return made


def tape() -> Trades:
    made = Trades()
    made.merge(
        Trade(at, START + at // 2 * 1800, (0.01 + at * 7 % 13 / 8) * (1 if at % 5 < 3 else -1), 64210.0 + at // 3 % 4)
        for at in range(1, 40)
    )
    return made


def interrupted_tape() -> Trades:
    made = tape()
    made.interrupt(100.0)
    made.merge([Trade(at, START + 60_000 + at * 900, 0.5, 64211.0 + at % 2) for at in range(39, 45)], at=143.0)
    made.merge([Trade(at, START + 180_000 + at * 900, -0.25, 64209.0) for at in range(50, 54)])
    return made


def chart_with_a_hole() -> Candles:
    made = chart()
    made.merge([Candle(START + at * MINUTE, 64_100, 64_120, 64_140, 64_090, 1.0) for at in range(104, 110)], True)
    return made


def chart() -> Candles:
    made = Candles(Timeframe.M1)
    price = [64_000 + round(300 * sin(at / 9) + 120 * cos(at / 3.7)) for at in range(91)]
    made.merge(
        Candle(START + at * MINUTE, price[at], price[at + 1], max(price[at : at + 2]) + at * 7 % 40,
               min(price[at : at + 2]) - at * 11 % 30, at * 31 % 17 / 4)
        for at in range(90) if at % 23 != 11
    )  # fmt: skip
    return made


def chosen(*kinds: StudyKind) -> tuple[Study, ...]:
    return tuple(map(default_study, kinds))


def draw_chart(size: Size, **options: object) -> list[Line]:
    chosen = ChartOptions(now_ms=START + 89 * MINUTE + 37_000, **options)  # type: ignore[arg-type]
    return render_chart(chart(), size, chosen, PALETTE)


def growth() -> Candles:
    """From 1 to 10,000 in 50 days."""
    made = Candles(Timeframe.D1)
    price = [round(10 ** (at / 12.5), 1) for at in range(51)]
    made.merge(
        Candle(
            START + at * 1440 * MINUTE,
            price[at],
            price[at + 1],
            round(price[at + 1] * 1.1, 1),
            price[at] - 0.1,
            1.0 + at,
        )
        for at in range(50)
    )
    return made


def tiny() -> Candles:
    made = Candles(Timeframe.M1)
    price = [round(0.00000712 + 0.00000019 * sin(at / 4), 8) for at in range(31)]
    made.merge(
        Candle(START + at * MINUTE, price[at], price[at + 1], max(price[at : at + 2]), min(price[at : at + 2]), 1e-4)
        for at in range(30)
    )
    return made


def flat(count: int = 20) -> Candles:
    made = Candles(Timeframe.M1)
    made.merge(Candle(START + at * MINUTE, 6443.1, 6443.1, 6443.1, 6443.1, 0.5) for at in range(count))
    return made


def hours() -> Candles:
    """Four days of candles of an hour, over a week's end."""
    made = Candles(Timeframe.H3)
    price = [6400 + round(90 * sin(at / 5) + 40 * cos(at / 2), 1) for at in range(61)]
    made.merge(
        Candle(START - (60 - at) * 180 * MINUTE, price[at], price[at + 1], max(price[at : at + 2]) + 9,
               min(price[at : at + 2]) - 7, at % 7 + 1)
        for at in range(60)
    )  # fmt: skip
    return made


QUOTES = {"bid": 64_148.0, "ask": 64_162.0, "zone": "UTC+1"}


def draw_book(size: Size, **options: object) -> list[Line]:
    chosen = BookOptions(base="BTC", quote="USD", **options)  # type: ignore[arg-type]
    return render_book(deep_book(), size, chosen, PALETTE)


def deep_book() -> Book:
    """With a wall on either side, and not all of it."""
    rows = [*book().rows(), (64_195.25, 2, 40.0), (64_228.5, 2, -31.25)]
    made = Book()
    made.replace(rows, length=20)
    return made


def tiny_book() -> Book:
    made = Book()
    made.replace(
        [
            ((712 - sign * (1 + at)) / 1e8, 1 + at, sign * (123_456.5 + at * 7919))
            for sign in (1, -1)
            for at in range(9)
        ],
        length=25,
    )
    return made


def one_sided_book() -> Book:
    made = Book()
    made.replace([(64_210.0, 1, 0.5), (64_200.0, 2, 123_456_789.5)], length=25)
    return made


def coarse_book() -> Book:
    made = Book()
    made.replace(
        [(64_210.0 + 10 * at, at + 3, (4.25 + abs(at)) * (1 if at < 1 else -1)) for at in range(-9, 9)],
        precision=1,
        length=25,
    )
    return made


BOOKS: dict[str, tuple[Size, dict[str, object]]] = {
    "book-40x11-by-ten": (Size(40, 11), {"step": Decimal(10)}),
    "book-43x21-cursor": (Size(43, 21), {"cursor": 4}),
    "book-40x10-cursor": (Size(40, 10), {"cursor": -3}),
    "book-60x31-by-five": (Size(60, 31), {"step": Decimal(5), "bars": BarsBy.SIZE}),
    "book-60x12-sides": (Size(60, 12), {"side_by_side": True, "cursor": 2}),
    "book-43x18-sides": (Size(43, 18), {"side_by_side": True}),
    "book-56x16-size": (Size(56, 16), {"target": Target(Decimal(25))}),
    "book-30x10-size": (Size(30, 10), {"target": Target(Decimal(25))}),
    "book-56x10-too-large": (Size(56, 10), {"target": Target(Decimal(2500), buy=False)}),
    "book-40x6": (Size(40, 6), {}),
}


def bars(size: Size) -> list[Line]:
    header = HeaderView(
        "BTC/USD", 64213.0, 1, 512.5, 0.008, 64590.0, 63105.0, 834.12, "BTC", 64210.0, 64215.0,
        state="● WebSocket Live", state_style="live",
    )  # fmt: skip
    status = StatusView("● WebSocket Live", "live", 42.0, None, 52.0, 1900.0, 0, True, 412, keys="r refresh  ? help")
    trouble = StatusView(
        "◐ REST Polling", "polling", reason="socket: closed by the exchange (1006)", attempt=3, retry_in=2.0,
        keys="w try now",
    )  # fmt: skip
    title = TitleView("ORDER BOOK", "P0 ×1", Health(Source.WEBSOCKET, 0.1, True, True, 412))
    return [
        render_header(header, size.width, PALETTE),
        render_title(title, size.width, PALETTE),
        render_status(status, size.width, PALETTE),
        render_status(trouble, size.width, PALETTE),
    ]


def seen_book(seconds: int = 150) -> LiquidityHistory:
    """A book that drifts, with two walls that stay and an outage of nine seconds, seen every second."""
    made, trades, seen = LiquidityHistory(), Trades(), Book()
    for second in (at for at in range(seconds) if not 60 <= at < 69):
        mid = 64_210 + round(12 * sin(second / 25))
        rows = [
            (float(mid - sign * (1 + at)), 1 + at % 3, sign * (0.2 + (mid - sign * at) * 37 % 11 / 4))
            for sign in (1, -1) for at in range(25)
        ]  # fmt: skip
        seen.replace([*rows, (64_195.0, 4, 30.0), (64_229.0, 4, -25.0)])
        trades.add(Trade(second, START + second * 1000, 9.0 if second == 100 else -0.1, float(mid - 1)))
        made.sample(START + second * 1000, seen, trades)
    return made


def heatmap(size: Size, **options: object) -> list[Line]:
    chosen = HeatOptions(
        START + 149_000,
        price_decimals=0,
        last_price=64_206.0,
        large=5.0,
        glyphs=True,
        **options,  # type: ignore[arg-type]
    )
    return render_heatmap(seen_book(), size, chosen, PALETTE)


PICTURES: dict[str, Callable[[], list[Line]]] = {
    "book-56x31": lambda: render_book(book(), Size(56, 31), BookOptions(), PALETTE),
    "book-40x11": lambda: render_book(book(), Size(40, 11), BookOptions(), PALETTE),
    "book-20x7": lambda: render_book(book(), Size(20, 7), BookOptions(), PALETTE),
    **{name: partial(draw_book, size, **options) for name, (size, options) in BOOKS.items()},
    "book-56x24-tiny": lambda: render_book(tiny_book(), Size(56, 24), BookOptions(), PALETTE),
    "book-43x10-one-sided": lambda: render_book(one_sided_book(), Size(43, 10), BookOptions(cursor=1), PALETTE),
    "book-56x10-coarse": lambda: render_book(coarse_book(), Size(56, 10), BookOptions(cursor=2), PALETTE),
    "heatmap-120x34": lambda: heatmap(Size(120, 34)),
    "heatmap-60x16-by-five-seconds": lambda: heatmap(Size(60, 16), interval_s=5),
    "heatmap-24x6": lambda: heatmap(Size(24, 6)),
    "depth-90x20": lambda: render_depth(book(), Size(90, 20), DepthOptions(base="BTC"), PALETTE),
    "depth-30x8": lambda: render_depth(book(), Size(30, 8), DepthOptions(base="BTC"), PALETTE),
    "tape-48x18": lambda: render_tape(tape(), Size(48, 18), TapeOptions(), PALETTE),
    "tape-36x18": lambda: render_tape(tape(), Size(36, 18), TapeOptions(), PALETTE),
    "tape-22x6": lambda: render_tape(tape(), Size(22, 6), TapeOptions(), PALETTE),
    "tape-36x18-interrupted": lambda: render_tape(interrupted_tape(), Size(36, 18), TapeOptions(), PALETTE),
    "tape-22x12-interrupted": lambda: render_tape(interrupted_tape(), Size(22, 12), TapeOptions(), PALETTE),
    "chart-60x16-unknown": lambda: render_chart(
        chart_with_a_hole(), Size(60, 16), ChartOptions(now_ms=START + 109 * MINUTE), PALETTE
    ),
    "chart-95x36": lambda: draw_chart(Size(95, 36), studies=chosen(StudyKind.VOLUME, StudyKind.SMA, StudyKind.VWAP)),
    "chart-60x16-crosshair": lambda: draw_chart(Size(60, 16), columns_per_candle=1, cursor_ms=START + 77 * MINUTE),
    "chart-60x16-wide": lambda: draw_chart(Size(60, 16), columns_per_candle=5),
    "chart-60x16-heikin-ashi": lambda: draw_chart(Size(60, 16), kind=ChartKind.HEIKIN_ASHI, **QUOTES),
    "chart-40x12-joined": lambda: draw_chart(Size(40, 12), columns_per_candle=1, candles_per_column=4),
    "chart-60x16-percent": lambda: draw_chart(Size(60, 16), scale=ScaleKind.PERCENT, zone="UTC"),
    "chart-60x20-log": lambda: render_chart(
        growth(), Size(60, 20), ChartOptions(scale=ScaleKind.LOG, columns_per_candle=1), PALETTE
    ),
    "chart-60x16-fixed-range": lambda: draw_chart(Size(60, 16), price_range=(64_050.0, 64_250.0)),
    "chart-80x20-panned": lambda: draw_chart(
        Size(80, 20), columns_per_candle=1, right_ms=START + 60 * MINUTE, history="loading older …"
    ),
    "chart-80x20-measured": lambda: draw_chart(
        Size(80, 20), cursor_ms=START + 82 * MINUTE, measure_from=(START + 65 * MINUTE, 64_300.0)
    ),
    "chart-60x12-tiny-prices": lambda: render_chart(tiny(), Size(60, 12), ChartOptions(price_decimals=8), PALETTE),
    "chart-60x12-flat": lambda: render_chart(flat(), Size(60, 12), ChartOptions(), PALETTE),
    "chart-60x12-one": lambda: render_chart(flat(1), Size(60, 12), ChartOptions(), PALETTE),
    "chart-60x14-days": lambda: render_chart(hours(), Size(60, 14), ChartOptions(columns_per_candle=1), PALETTE),
    "chart-20x5": lambda: draw_chart(Size(20, 5)),
    "chart-60x16-line": lambda: draw_chart(Size(60, 16), kind=ChartKind.LINE, columns_per_candle=1),
    "chart-60x16-area": lambda: draw_chart(Size(60, 16), kind=ChartKind.AREA, columns_per_candle=1),
    "bars-160": lambda: bars(Size(160, 4)),
    "bars-80": lambda: bars(Size(80, 4)),
    "bars-40": lambda: bars(Size(40, 4)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    drawn = "".join(f"{row}|\n" for row in plain(PICTURES[name]()).split("\n"))
    path = FOLDER / f"{name}.txt"
    if os.environ.get("HYBRIDTUI_WRITE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
