"""How well a colour can be read on another: the contrast ratio of WCAG 2.2, and the nearest colour that has enough."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet

NUMBERS = 4.5
"""The least ratio for what has to be read exactly (WCAG 2.2, 1.4.3)."""
SIGNS = 3.0
"""The least ratio for what only has to be seen, and for what is subdued on purpose (1.4.11)."""
_STEPS = 40
_BLACK, _WHITE = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)

Shown = Callable[[ColorTriplet], ColorTriplet]
"""What a terminal makes of a colour."""


def as_it_is(colour: ColorTriplet) -> ColorTriplet:
    """What a terminal with 16 million colours makes of a colour."""
    return colour


@lru_cache(maxsize=1024)
def luminance(colour: ColorTriplet) -> float:
    """Relative luminance, 0 for black and 1 for white (WCAG 2.2, "relative luminance")."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """The ratio of two colours, from 1 for the same to 21 for black and white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(
    colour: ColorTriplet, grounds: Iterable[ColorTriplet], least: float = NUMBERS, shown: Shown = as_it_is
) -> ColorTriplet:
    """The colour, moved towards white or black no further than it takes to have the ratio `least` on every ground.

    Where no shade has it on all of them, white or black itself.
    """
    seen = [shown(ground) for ground in grounds]

    def worst(candidate: ColorTriplet) -> float:
        return min(contrast(shown(candidate), ground) for ground in seen)

    if worst(colour) >= least:
        return colour
    target = max((_WHITE, _BLACK), key=worst)
    shades = (blend_rgb(colour, target, step / _STEPS) for step in range(1, _STEPS + 1))
    return next((shade for shade in shades if worst(shade) >= least), target)


def calm(tint: ColorTriplet, ground: ColorTriplet, most: float) -> ColorTriplet:
    """The tint, moved towards the ground until it stands out from it by at most this ratio."""
    shades = (blend_rgb(tint, ground, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in shades if contrast(shade, ground) <= most)
