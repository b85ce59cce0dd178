"""Numbers as text. Prices keep every digit of the exchange; amounts are cut where there is no room, never to zero.

Nothing here ever writes an exponent, and nothing but the `compact` texts of axes and bars is rounded to fewer digits
than the exchange counts in (eight decimals for amounts).
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

AMOUNT_DECIMALS = 8
"""The most decimals the exchange has in an amount."""
_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


@lru_cache(maxsize=8192)
def decimals(value: float) -> int:
    """How many decimals the shortest text of a number has: 6443.1 has 1, 64213.0 has 0, 7e-7 has 7."""
    mantissa, _, exponent = repr(float(value)).partition("e")
    fraction = mantissa.partition(".")[2].rstrip("0")
    return max(len(fraction) - int(exponent or 0), 0) if value else 0


def price_decimals(prices: Iterable[float], least: int = 0) -> int:
    """The decimals that a column of these prices needs so that none loses a digit, at least `least`."""
    return max(least, max(map(decimals, prices), default=0))


def usual_decimals(prices: Iterable[float], least: int = 0) -> int:
    """The decimals that half of these prices can do with: hidden orders trade at prices with more than the book has."""
    counts = sorted(map(decimals, prices))
    return max(least, counts[(len(counts) - 1) // 2] if counts else 0)


def price_cell(value: float, places: int, most: int) -> str:
    """A price for a column aligned on the point: `places` decimals, or all it has, and blanks up to `most`."""
    own = max(places, decimals(value))
    return price_text(value, own) + " " * (most - own + (own == 0 < most))


def price_text(value: float, places: int | None = None) -> str:
    """A price, thousands apart, with exactly `places` decimals; with all its own where None."""
    return f"{value:,.{decimals(value) if places is None else places}f}"


def amount_text(value: float | Decimal, places: int | None = None, width: int | None = None) -> str:
    """An amount, thousands apart, cut to `places` decimals (as many as it has where None).

    Where that is wider than `width` more decimals are cut, the whole part never. What would read as zero and is not
    is written `<0.0001`.
    """
    places = min(decimals(float(value)) if places is None else places, AMOUNT_DECIMALS)
    text = _cut(value, places)
    while width is not None and len(text) > width and places > 0:
        places -= 1
        text = _cut(value, places)
    return text


def _cut(value: float | Decimal, places: int) -> str:
    whole, _, fraction = f"{value:,.{AMOUNT_DECIMALS}f}".partition(".")
    text = f"{whole}.{fraction[:places]}" if places else whole
    if value and not text.strip("-0,."):
        least = f"0.{'1':0>{places}}" if places else "1"
        return f"<{least}" if value > 0 else f">-{least}"
    return text


def compact(value: float) -> str:
    """An amount in at most five characters for bars and axes, rounded: `834`, `1.2k`, `3.4M`, `0.012`."""
    for unit, letter in _UNITS:
        if abs(value) >= unit * 0.9995:
            scaled = value / unit
            return f"{scaled:.1f}{letter}" if abs(scaled) < 99.95 else f"{scaled:.0f}{letter}"
    if abs(value) >= 99.95:
        return f"{value:.0f}"
    if 0 < abs(value) < 0.0005:
        return "<.001"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}" if abs(value) >= 0.0995 else f"{value:.3f}"


def signed(value: float, places: int | None = None) -> str:
    """A price difference with its sign, also where it is positive; zero has none."""
    text = price_text(value, places)
    return f"+{text}" if value > 0 else text if value else text.lstrip("-")


def percent_text(ratio: float) -> str:
    """A fraction as signed per cent with two decimals: 0.008 is `+0.80%`."""
    text = f"{ratio * 100:+,.2f}%"
    return text[1:] if text[1:] == "0.00%" else text


def age_text(seconds: float) -> str:
    """An age: `0.1s` below one second, then `4s`, `2m`, `3h`, `5d`; always rounded down, never below zero."""
    seconds = max(seconds, 0.0)
    if seconds < 1:
        return f"{int(seconds * 10) / 10:.1f}s"
    for length, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= length:
            return f"{int(seconds // length)}{unit}"
    return f"{int(seconds)}s"


def rate_text(bytes_per_s: float) -> str:
    """A data rate: `320 B/s`, `1.9 KB/s` (1 KB is 1000 bytes), `2.4 MB/s`."""
    if bytes_per_s < 999.5:
        return f"{max(bytes_per_s, 0):.0f} B/s"
    if bytes_per_s < 999_950:
        return f"{bytes_per_s / 1e3:.1f} KB/s"
    return f"{bytes_per_s / 1e6:.1f} MB/s"
