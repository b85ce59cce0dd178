"""Whether a threshold is reached, as exactly as it was typed: 99.95 and 100.05 are ten basis points apart.

Numbers come as floats, whose sums and products miss a tie by their noise. So a float decides wherever the difference is
far greater than the noise can be, which costs next to nothing at the market's rate, and exact decimals near a tie.
"""

from hybridtui.market.exact import exact

NOISE = 1e-9
"""Differences below this part of the numbers are not believed: a hundred times what a few operations add up to."""


def wide(bid: float, ask: float, bp: float) -> bool:
    """Whether the spread is so many basis points of the mid, or more."""
    both = bid + ask
    over = (ask - bid) * 20_000 - bp * both
    if abs(over) > NOISE * both:
        return over > 0
    return (exact(ask) - exact(bid)) * 20_000 >= exact(bp) * (exact(bid) + exact(ask))


def near_mid(price: float, bid: float, ask: float, percent: float) -> bool:
    """Whether a price is so many per cent of the mid away from it, or less."""
    both = bid + ask
    room = percent * both - abs(price * 2 - both) * 100
    if abs(room) > NOISE * (both + price):
        return room > 0
    exactly = exact(bid) + exact(ask)
    return exact(percent) * exactly >= abs(exact(price) * 2 - exactly) * 100


def risen(start: float, price: float, percent: float) -> bool:
    """Whether a price is so many per cent above where it started, or more."""
    over = price * 100 - start * (100 + percent)
    if abs(over) > NOISE * (start + price):
        return over > 0
    return exact(price) * 100 >= exact(start) * (100 + exact(percent))


def fallen(start: float, price: float, percent: float) -> bool:
    """Whether a price is so many per cent below where it started, or more."""
    under = start * (100 - percent) - price * 100
    if abs(under) > NOISE * (start + price):
        return under > 0
    return exact(price) * 100 <= exact(start) * (100 - exact(percent))
