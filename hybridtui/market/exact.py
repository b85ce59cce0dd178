"""Numbers of the exchange as exact decimals: what is added up and shown as money must not gather binary noise."""

from decimal import Decimal
from functools import lru_cache


@lru_cache(maxsize=32768)
def exact(value: float) -> Decimal:
    """The decimal that the exchange wrote: the shortest text that reads as this number."""
    return Decimal(repr(value))


def number_text(value: float) -> str:
    """A number with all its digits and no exponent: `64500`, `0.00000712`."""
    text = f"{exact(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
