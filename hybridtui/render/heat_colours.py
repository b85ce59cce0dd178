"""The colours of a heatmap, made from the palette: from the ground over blue, green and yellow to orange.

The strongest colour of all, white on a dark ground, is left to the price.
"""

from collections.abc import Sequence
from functools import lru_cache

from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.style import Style

from hybridtui.render.palette import Palette

SHADES = 28
"""Steps between nothing and hot."""
_OLD = 0.45
"""What is left of the colours of old data."""

Lab = tuple[float, float, float]


def has_ramp(palette: Palette) -> bool:
    """Whether the palette has colours that can be mixed; a terminal's own sixteen cannot."""
    inks = (palette.accent, palette.live, palette.polling, palette.stale, palette.bright)
    colours = [_ground(palette), *(style.color for style in inks)]
    return all(colour is not None and colour.type is ColorType.TRUECOLOR for colour in colours)


def _ground(palette: Palette) -> Color | None:
    """The colour behind everything; where that is the terminal's own, the one behind titles."""
    ground = palette.text.bgcolor
    return ground if ground is not None and ground.type is ColorType.TRUECOLOR else palette.title.bgcolor


@lru_cache(maxsize=16)
def ramp(palette: Palette, old: bool) -> tuple[ColorTriplet, ...]:
    """`SHADES` + 1 colours, from a book with nothing at a price to the hottest. The palette has to have a ramp."""
    ground = _triplet(_ground(palette))
    blue, green, yellow, red = (
        _triplet(style.color) for style in (palette.accent, palette.live, palette.polling, palette.stale)
    )
    stops = (
        (0.0, _mixed(ground, blue, 0.08)),
        (0.3, _mixed(ground, blue, 0.3)),
        (0.55, _mixed(ground, blue, 0.85)),
        (0.68, _mixed(blue, green, 0.6)),
        (0.78, green),
        (0.9, yellow),
        (1.0, _mixed(yellow, red, 0.7)),
    )
    colours = [_between(stops, step / SHADES) for step in range(SHADES + 1)]
    return tuple(_mixed(ground, colour, _OLD) for colour in colours) if old else tuple(colours)


@lru_cache(maxsize=16)
def signs(palette: Palette, old: bool) -> tuple[ColorTriplet, ColorTriplet, ColorTriplet]:
    """The ground, where nothing is known, the price where it was traded, and the price where it was not."""
    ground, price = _triplet(_ground(palette)), _triplet(palette.bright.color)
    strength = _OLD if old else 1.0
    return ground, _mixed(ground, price, strength), _mixed(ground, price, 0.75 * strength)


def background(colour: ColorTriplet) -> Style:
    """A blank of this colour."""
    return Style(bgcolor=Color.from_triplet(colour))


def halves(upper: ColorTriplet, lower: ColorTriplet) -> Style:
    """The style in which `▀` has these two colours."""
    return Style(color=Color.from_triplet(upper), bgcolor=Color.from_triplet(lower))


def _between(stops: Sequence[tuple[float, ColorTriplet]], share: float) -> ColorTriplet:
    """The colour at a part of the way, between the two stops around it."""
    at = next(number for number in range(1, len(stops)) if share <= stops[number][0] + 1e-9)
    (start, one), (end, other) = stops[at - 1], stops[at]
    return _mixed(one, other, (share - start) / (end - start))


def _mixed(one: ColorTriplet, other: ColorTriplet, part: float) -> ColorTriplet:
    """A mixture in Oklab, where half way looks half way (B. Ottosson, A perceptual color space, 2020)."""
    first, second = _lab(one), _lab(other)
    return _rgb(
        (
            first[0] + (second[0] - first[0]) * part,
            first[1] + (second[1] - first[1]) * part,
            first[2] + (second[2] - first[2]) * part,
        )
    )


def _triplet(color: Color | None) -> ColorTriplet:
    assert color is not None
    return color.get_truecolor()


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))


def _lab(colour: ColorTriplet) -> Lab:
    r, g, b = (_linear(part / 255) for part in colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(lab: Lab) -> ColorTriplet:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return ColorTriplet(
        _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )
