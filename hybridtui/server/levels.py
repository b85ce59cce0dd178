"""Book levels on their way to a client: grouped by precision, cut to a window, and what differs between two."""

from collections.abc import Sequence
from math import floor, log10

from hybridtui.exchanges.bitfinex.numbers import checksum, js_number
from hybridtui.server.market import BookRow

PRECISIONS = {"P0": 5, "P1": 4, "P2": 3, "P3": 2, "P4": 1}
"""Significant digits of the prices."""
LENGTHS = ("1", "25", "100", "250")
CHECKED_LEVELS = 25

Side = dict[float, BookRow]
"""Price to row, best first."""
Window = tuple[Side, Side]
"""Bids and asks."""


def window(rows: Sequence[BookRow], precision: str, length: int) -> Window:
    """The best `length` levels a side of a whole book, grouped onto the price grid of the precision."""
    bids = [row for row in rows if row[2] > 0]
    asks = [row for row in rows if row[2] < 0]
    return _side(bids, precision, length), _side(asks, precision, length)


def flat(levels: Window) -> list[BookRow]:
    """The rows of a window as a snapshot lists them: bids, then asks."""
    return [*levels[0].values(), *levels[1].values()]


def grouped_price(price: float, digits: int, *, up: bool) -> float:
    """The price on the grid of `digits` significant digits: bids go down and asks up, so the book stays uncrossed."""
    exponent = floor(log10(price)) - digits + 1
    steps = round(price / 10.0**exponent, 6)
    whole = floor(steps)
    if up and whole < steps:
        whole += 1
    return float(f"{whole}e{exponent}")


def difference(old: Window, new: Window) -> list[BookRow]:
    """The frames that turn one window into the other, in the exchange's order.

    Deleted bids (price descending), deleted asks (ascending), changed bids (descending), changed asks (ascending).
    Because deletes come first, the client never holds more levels than the window.
    """
    bids_gone = sorted((price for price in old[0] if price not in new[0]), reverse=True)
    asks_gone = sorted(price for price in old[1] if price not in new[1])
    return [
        *((price, 0, 1.0) for price in bids_gone),
        *((price, 0, -1.0) for price in asks_gone),
        *(row for price, row in new[0].items() if old[0].get(price) != row),
        *(row for price, row in new[1].items() if old[1].get(price) != row),
    ]


def window_checksum(levels: Window) -> int:
    """The checksum of a window: price and amount of the 25 best a side, bid and ask in turn."""
    bids = list(levels[0].values())[:CHECKED_LEVELS]
    asks = list(levels[1].values())[:CHECKED_LEVELS]
    parts: list[str] = []
    for place in range(max(len(bids), len(asks))):
        for side in (bids, asks):
            if place < len(side):
                parts += (js_number(side[place][0]), js_number(side[place][2]))
    return checksum(parts)


def _side(rows: list[BookRow], precision: str, length: int) -> Side:
    """One side, cut and, where the precision is coarser than the market's own, summed up by price."""
    if precision == "P0":
        return {row[0]: row for row in rows[:length]}
    digits, levels = PRECISIONS[precision], dict[float, BookRow]()
    for price, count, amount in rows:
        place = grouped_price(price, digits, up=amount < 0)
        known = levels.get(place)
        if known is None and len(levels) == length:
            break
        total = amount if known is None else round(known[2] + amount, 8)
        levels[place] = (place, count + (known[1] if known else 0), total)
    return levels
