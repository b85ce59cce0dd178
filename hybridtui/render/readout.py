"""A chart in words for the title row: what is drawn, the candle under the crosshair, what is measured."""

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.buckets import buckets_of
from hybridtui.render.chart_options import ChartOptions, ScaleKind
from hybridtui.render.numbers import compact, decimals, percent_text, price_decimals, price_text, signed, usual_decimals
from hybridtui.render.times import span_text


def candle_details(candle: Candle, places: int = 0) -> str:
    """A candle, its parts two blanks apart: `O 64,201  H 64,220  L 64,198  C 64,213  +0.02%  V 3.84`.

    The change is the one from its open to its close.
    """
    prices = (candle.open, candle.high, candle.low, candle.close)
    places = usual_decimals(prices, places)
    parts = [
        f"{name} {price_text(price, max(places, decimals(price)))}" for name, price in zip("OHLC", prices, strict=True)
    ]
    if candle.open:
        parts.append(percent_text(candle.close / candle.open - 1))
    return "  ".join([*parts, f"V {compact(candle.volume)}"])


def measure_details(
    candles: Candles, start: tuple[int, float], end: tuple[int, float], options: ChartOptions, places: int = 0
) -> str:
    """From one moment and price to another: `Δ +123.5  +0.19%  12 bars  12m`; bars and time count back where negative.

    A bar is what is drawn as one candle.
    """
    change = signed(round(end[1] - start[1], 12), price_decimals((start[1], end[1]), places))
    parts = [f"Δ {change}", *([percent_text(end[1] / start[1] - 1)] if start[1] else [])]
    newest = candles.last
    if newest is not None:
        number = buckets_of(newest, candles.timeframe, options.candles_per_column).number
        bars = number(end[0]) - number(start[0])
        parts.append(f"{bars:,} bar{'' if abs(bars) == 1 else 's'}")
    time = span_text(abs(end[0] - start[0]) / 1000)
    return "  ".join([*parts, f"-{time}" if end[0] < start[0] else time])


def kind_details(timeframe: Timeframe, options: ChartOptions) -> str:
    """`1m candles`, and whatever is not usual: `×4` where four are joined, `log`, `%`, `fixed range`."""
    parts = [f"{timeframe} {options.kind}"]
    if options.candles_per_column > 1:
        parts.append(f"×{options.candles_per_column}")
    if options.scale is not ScaleKind.LINEAR:
        parts.append("log" if options.scale is ScaleKind.LOG else "%")
    if options.price_range is not None:
        parts.append("fixed")
    return " ".join(parts)


def fitting(kind: str, details: str, room: int, *, read: bool, hint: str = "") -> str:
    """What is drawn and what there is to say of it, in about `room` cells; parts are two blanks apart.

    A hint is there only where nothing has to go for it.

    Of a candle that does not fit the volume goes first, and at last only close and change remain. What somebody wants
    to `read` (under the crosshair, or measured) goes before the kind of chart.
    """
    parts = details.split("  ")
    shorter = [parts]
    if parts[0].startswith("O "):
        shorter += [parts[:-1], [part for part in parts if part[0] in "C+-0"]]
    texts = ["  ".join(some) for some in shorter]
    named = [f"{kind}  {text}" for text in texts]
    hinted = [f"{named[0]}  {hint}"] if hint else []
    candidates = [*hinted, named[0], *texts] if read else named
    return next((text for text in candidates if len(text) <= room), candidates[-1])
