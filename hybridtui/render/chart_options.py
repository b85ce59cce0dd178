"""What can be chosen about the price chart."""

from enum import StrEnum

import msgspec

from hybridtui.market.indicators.study import Study, StudyKind, default_study


class ChartKind(StrEnum):
    """How prices are drawn."""

    CANDLES = "candles"
    HEIKIN_ASHI = "Heikin-Ashi"
    LINE = "line"
    AREA = "area"


class ScaleKind(StrEnum):
    """How prices become heights."""

    LINEAR = "linear"
    LOG = "log"
    """Equal ratios are equally high; linear where a price is not above zero."""
    PERCENT = "percent"
    """Linear, labelled with the distance from the close of the first candle shown."""


class ChartOptions(msgspec.Struct, frozen=True):
    """How the chart is drawn: part of the key by which drawn lines are remembered, so everything here is a value."""

    kind: ChartKind = ChartKind.CANDLES
    now_ms: int | None = None
    """The present, ms UTC, for the countdown and the right edge. In whole seconds a picture can be reused."""
    utc_offset_ms: int = 0
    """What to add to UTC for the times on the axis."""
    price_decimals: int = 0
    """Show at least so many decimals, even where the prices at hand have fewer."""
    last_price: float | None = None
    """The newest price; None takes the newest close."""
    last_old: bool = False
    """Nothing delivers the newest price any more."""
    columns_per_candle: int = 2
    """Zoom in: 1 and up."""
    candles_per_column: int = 1
    """Zoom out: so many candles are joined into one; 1 and up."""
    scale: ScaleKind = ScaleKind.LINEAR
    price_range: tuple[float, float] | None = None
    """The lowest and the highest price shown; None shows whatever there is."""
    right_ms: int | None = None
    """A moment of the last bucket shown, ms UTC; None follows the present."""
    cursor_ms: int | None = None
    """A moment of the bucket under the crosshair, ms UTC; None shows no crosshair."""
    cursor_price: float | None = None
    """The height of the crosshair; None puts it on the close of its candle."""
    measure_from: tuple[int, float] | None = None
    """Moment (ms UTC) and price that the crosshair measures from; None measures nothing."""
    bid: float | None = None
    ask: float | None = None
    """The best prices, marked at the right edge."""
    zone: str = ""
    """The name of the time zone that the times are in."""
    history: str = ""
    """What to say left of the oldest candle: that older ones are being loaded, or that there are none."""
    studies: tuple[Study, ...] = (default_study(StudyKind.VOLUME),)
    """What is computed from the candles: volume, indicators, the volume profile."""
    alerts: tuple[float, ...] = ()
    """The prices that alerts wait for."""
    dimmed: bool = False
    """Old data: the whole picture in subdued colours."""
    message: str = "loading candles …"
    """What to say while no candle is known."""
