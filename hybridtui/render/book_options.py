"""How the order book is drawn: everything about its picture that the market does not decide."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from hybridtui.market.typed import comma_complaint, typed_number


class BarsBy(StrEnum):
    """What the depth bars show."""

    TOTAL = "total"
    """The sum from the touch to the row."""
    SIZE = "size"
    """The row alone."""


class Target(NamedTuple):
    """A size somebody thinks of trading."""

    size: Decimal
    """In base currency, positive."""
    buy: bool = True
    sell: bool = True


_SIZE_LENGTH = 20
"""A size with more characters is none."""


def target_from(text: str) -> Target | None:
    """The size that somebody typed, None where it is none: `25` for both sides, `+25` to buy, `-25` to sell."""
    text = text.strip()
    bare = _without_sign(text)
    size = typed_number(bare) if len(bare) <= _SIZE_LENGTH else None
    return Target(size, buy=not text.startswith("-"), sell=not text.startswith("+")) if size else None


def target_complaint(text: str) -> str:
    """What is wrong with a size that was typed, in a few words; nothing where `target_from` takes it."""
    if target_from(text) is not None:
        return ""
    return comma_complaint(_without_sign(text.strip())) or "a number like 25, +25 or -0.5"


def _without_sign(text: str) -> str:
    return text[1:] if text.startswith(("+", "-")) else text


def target_text(target: Target) -> str:
    """What `target_from` reads as this."""
    sign = "" if target.buy and target.sell else "+" if target.buy else "-"
    return f"{sign}{target.size:f}"


class BookOptions(msgspec.Struct, frozen=True):
    """What the ladder shows."""

    step: Decimal | None = None
    """Put together to such steps of price, 1, 2 or 5 times a power of ten; None shows the levels of the book."""
    bars: BarsBy = BarsBy.TOTAL
    side_by_side: bool = False
    """Bids at the left and asks at the right, the best at the top; else asks above bids."""
    cursor: int | None = None
    """The row that is read out, counted from the touch: 1 is the best ask, -1 the best bid."""
    target: Target | None = None
    """The size that is read out; goes before the cursor."""
    flashing: frozenset[tuple[bool, float]] = frozenset()
    """The rows that changed just now: whether it is an ask, and its price."""
    base: str = ""
    """The currency of the amounts, for the read-out."""
    quote: str = ""
    """The currency of the prices."""
    price_decimals: int = 0
    """Show at least so many decimals, even where the prices at hand have fewer."""
    amount_decimals: int = 4
    """Show at most so many decimals of an amount."""
    dimmed: bool = False
    """Old data: the whole picture in subdued colours."""
    message: str = "no order book yet"
    """What to say while no book is known."""

    @property
    def reading(self) -> bool:
        """Whether something is read out."""
        return self.cursor is not None or self.target is not None
