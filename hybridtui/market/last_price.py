"""The last price: which of tape, ticker and candles tells it, and whether anything delivers it.

The tape tells it exactly and at once, so as long as it is delivered nobody else is asked. A ticker may be 15 s late and
a candle is asked for now and then: they speak while the tape is not delivered, and only where they have said something
since its newest word, so that the price is never set back to an older one.
"""

from collections.abc import Iterable
from typing import NamedTuple

from hybridtui.market.source import Topic


class LastPrice(NamedTuple):
    """What one of them says."""

    price: float
    topic: Topic
    """Who says it: `TRADES`, `TICKER` or `CANDLES`."""
    fed: bool
    """True while some source keeps delivering it; False means: this is what is known, and it may be old."""
    at: float
    """When the newest word came, monotonic seconds."""
    until: float
    """Until when it was delivered, monotonic seconds; later than `at` where nothing was traded in between."""


def last_price(told: Iterable[LastPrice]) -> LastPrice | None:
    """The last price of those that tape, ticker and candles tell, in this order; None where none tells any.

    The first one that is delivered; where none is, the one that was delivered longest.
    """
    prices = list(told)
    if not prices:
        return None
    tape_at = prices[0].at if prices[0].topic is Topic.TRADES else float("-inf")
    prices = [price for price in prices if price.at >= tape_at]
    fed = next((price for price in prices if price.fed), None)
    return fed or max(prices, key=lambda price: price.until)
