"""What a picture costs: the pure drawing functions, nothing remembered between two calls."""

import random
import time
from collections.abc import Callable

import msgspec

from benchmarks.table import Row, median, percentile, show
from hybridtui.market.book import Book
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.study import StudyKind as K
from hybridtui.market.indicators.study import default_study
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade, Trades
from hybridtui.render.book import BookOptions, render_book
from hybridtui.render.chart import ChartKind, ChartOptions, render_chart
from hybridtui.render.lines import Line, Size
from hybridtui.render.palette import Palette
from hybridtui.render.tape import TapeOptions, render_tape

ROUNDS = 60
START = 1_542_024_000_000
MINUTE = 60_000
PALETTE = Palette()


def candles(count: int = 120) -> Candles:
    """A price that goes up and down for so many minutes."""
    chance, made, price, rows = random.Random(1), Candles(Timeframe.M1), 64_000.0, list[Candle]()
    for minute in range(count):
        path = [price, *(price + chance.gauss(0, 20) for _ in range(6))]
        rows.append(Candle(START + minute * MINUTE, path[0], path[-1], max(path), min(path), chance.uniform(0.1, 9)))
        price = path[-1]
    made.merge(rows)
    return made


def book() -> Book:
    """A hundred levels a side."""
    chance, made = random.Random(2), Book()
    made.replace(
        (64_000.0 - sign * level, chance.randint(1, 9), sign * round(chance.uniform(0.001, 5), 8))
        for sign in (1, -1)
        for level in range(1, 101)
    )
    return made


def tape() -> Trades:
    """A thousand trades, about six a second."""
    chance, made = random.Random(3), Trades()
    made.merge(
        Trade(number, START + number * 170, round(chance.gauss(0, 1), 8) or 1.0, 64_000.0 + chance.randint(-30, 30))
        for number in range(1, 1001)
    )
    return made


def main() -> None:
    """Draw each picture again and again."""
    minutes, levels, trades = candles(), book(), tape()
    kinds = {kind: ChartOptions(kind=kind, now_ms=START + 120 * MINUTE, columns_per_candle=1) for kind in ChartKind}
    wide, tall = Size(200, 50), Size(40, 40)
    rows = [
        _row(f"chart, {kind}, 120 of them, 200x50", lambda kind=kind: render_chart(minutes, wide, kinds[kind], PALETTE))  # type: ignore[misc]
        for kind in ChartKind
    ]
    newest = START + 120 * MINUTE
    two = ChartOptions(
        now_ms=newest, columns_per_candle=1, studies=tuple(map(default_study, (K.SMA, K.VWAP, K.VOLUME)))
    )
    every = ChartOptions(now_ms=newest, columns_per_candle=1, studies=tuple(map(default_study, K)))
    rows.append(_row("chart, 120 candles, two overlays, volume, 200x50", _moving(wide, two)))
    rows.append(_row("chart, 120 candles, all nine studies, 200x50", _moving(wide, every)))
    pointed = msgspec.structs.replace(two, cursor_ms=newest - 50 * MINUTE, measure_from=(newest - 9 * MINUTE, 64_000.0))
    rows.append(_row("chart as above with crosshair and measure, 200x50", _moving(wide, pointed)))
    many = candles(3200)
    far = ChartOptions(now_ms=START + 3200 * MINUTE, columns_per_candle=1, candles_per_column=16)
    rows.append(_row("chart, 3000 candles, 16 a column, 200x50", lambda: render_chart(many, wide, far, PALETTE)))
    rows.append(_row("order book, 40x40", lambda: render_book(levels, tall, BookOptions(), PALETTE)))
    rows.append(_row("tape, 40x40", lambda: render_tape(trades, tall, TapeOptions(), PALETTE)))
    show(f"Drawing, {ROUNDS} pictures each", rows)


def _moving(size: Size, options: ChartOptions) -> Callable[[], list[Line]]:
    """Draw after each trade in the newest minute."""
    minutes, last = candles(), candles().newest(1)[0]
    volume = last.volume

    def draw() -> list[Line]:
        nonlocal volume
        volume += 0.01
        minutes.merge([msgspec.structs.replace(last, close=last.close + volume % 7, volume=volume)])
        return render_chart(minutes, size, options, PALETTE)

    return draw


def _row(name: str, draw: Callable[[], list[Line]]) -> Row:
    draw()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        draw()
        times.append((time.perf_counter() - began) * 1000)
    return (name, f"median {median(times):.2f} ms, p99 {percentile(times, 0.99):.2f} ms", "")


if __name__ == "__main__":
    main()
