"""What can be computed over candles, as values: a kind and its parameters, always within their bounds."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from hybridtui.market.exact import number_text

Values = tuple[float | None, ...]
"""The lines of a study at one candle, None where one is not defined yet."""


class StudyKind(StrEnum):
    """The studies, in the order in which they are listed and drawn."""

    SMA = "sma"
    EMA = "ema"
    VWAP = "vwap"
    BOLLINGER = "bb"
    VOLUME = "volume"
    RSI = "rsi"
    MACD = "macd"
    ATR = "atr"
    PROFILE = "profile"


class Place(StrEnum):
    """Where a study is drawn."""

    OVER = "over the prices"
    BELOW = "below the prices"
    BESIDE = "at the right edge"


class Parameter(NamedTuple):
    """One number that can be chosen."""

    name: str
    default: float
    least: float
    most: float
    whole: bool = True

    def wrong(self, value: float) -> str:
        """What is wrong with this value, nothing where it can be taken."""
        if not self.least <= value <= self.most:
            return f"{self.name} is {self.least:g} to {self.most:g}"
        return f"{self.name} is a whole number" if self.whole and value % 1 else ""


class Specification(NamedTuple):
    """What is known of a kind of study."""

    short: str
    """Its name in a legend."""
    title: str
    """Its name in a list."""
    place: Place
    parameters: tuple[Parameter, ...] = ()
    lines: int = 1
    """How many values it has at one candle; 0 where it is drawn straight from the candles."""


_PERIOD = Parameter("period", 20, 1, 500)
SPECIFICATIONS = {
    StudyKind.SMA: Specification("SMA", "Simple moving average", Place.OVER, (_PERIOD,)),
    StudyKind.EMA: Specification("EMA", "Exponential average", Place.OVER, (_PERIOD,)),
    StudyKind.VWAP: Specification("VWAP", "Day's price by volume", Place.OVER),
    StudyKind.BOLLINGER: Specification(
        "BB",
        "Bollinger bands",
        Place.OVER,
        (_PERIOD._replace(least=2), Parameter("width", 2, 0.1, 10, whole=False)),
        3,
    ),
    StudyKind.VOLUME: Specification("Volume", "Traded per candle", Place.BELOW, lines=0),
    StudyKind.RSI: Specification("RSI", "Relative strength", Place.BELOW, (Parameter("period", 14, 1, 500),)),
    StudyKind.MACD: Specification(
        "MACD",
        "Gap of two averages",
        Place.BELOW,
        (
            Parameter("fast period", 12, 1, 499),
            Parameter("slow period", 26, 2, 500),
            Parameter("signal period", 9, 1, 500),
        ),
        3,
    ),
    StudyKind.ATR: Specification("ATR", "Average true range", Place.BELOW, (Parameter("period", 14, 1, 500),)),
    StudyKind.PROFILE: Specification("Profile", "Volume by price", Place.BESIDE, lines=0),
}


class Study(msgspec.Struct, frozen=True, gc=False):
    """One study. Raises ValueError, with what is wrong, where the parameters are not those of its kind."""

    kind: StudyKind
    parameters: tuple[float, ...] = ()
    """One number for each `Specification.parameters`."""

    def __post_init__(self) -> None:
        if wrong := wrong_parameters(self.kind, self.parameters):
            raise ValueError(wrong)

    @property
    def specification(self) -> Specification:
        """What is known of its kind."""
        return SPECIFICATIONS[self.kind]

    @property
    def name(self) -> str:
        """`SMA 20`, `MACD 12 26 9`, `VWAP`."""
        return " ".join([self.specification.short, *map(number_text, self.parameters)])


def default_study(kind: StudyKind) -> Study:
    """The study with its usual parameters."""
    return Study(kind, tuple(parameter.default for parameter in SPECIFICATIONS[kind].parameters))


def wrong_parameters(kind: StudyKind, values: tuple[float, ...]) -> str:
    """What is wrong with these parameters, in a few words; nothing where they can be taken."""
    parameters = SPECIFICATIONS[kind].parameters
    if len(values) != len(parameters):
        example = " ".join(number_text(parameter.default) for parameter in parameters)
        return f"{_numbers(len(parameters))}, such as {example}" if parameters else "nothing to choose"
    for parameter, value in zip(parameters, values, strict=True):
        if wrong := parameter.wrong(value):
            return wrong
    if kind is StudyKind.MACD and values[0] >= values[1]:
        return "fast must be less than slow"
    return ""


def _numbers(count: int) -> str:
    return "one number" if count == 1 else f"{count} numbers"
