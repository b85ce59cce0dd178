"""What trading costs: walking down one side of the book, exactly."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from hybridtui.market.book import Level
from hybridtui.market.exact import exact


class Cost(NamedTuple):
    """Everything of one side down to some point, or as much of a wanted size as there is."""

    base: Decimal
    """What is traded, in base currency."""
    quote: Decimal
    """What is paid or received for it, in quote currency, fees aside."""
    worst: float | None
    """The price of the last level that is needed; None where there is none."""
    filled: bool
    """False where less is there than was wanted."""

    @property
    def average(self) -> Decimal | None:
        """Quote over base, to 28 significant digits; None where nothing is traded."""
        return self.quote / self.base if self.base else None


def cost_of(levels: Iterable[Level], size: Decimal) -> Cost:
    """Trading `size` (base currency, positive) against levels that come best first."""
    base = quote = Decimal(0)
    worst = None
    for level in levels:
        if base >= size:
            break
        taken = min(exact(level.size), size - base)
        base, quote, worst = base + taken, quote + taken * exact(level.price), level.price
    return Cost(base, quote, worst, base >= size)


def cost_down_to(levels: Iterable[Level], price: float, *, asks: bool) -> Cost:
    """Trading everything that stands at `price` or better, against levels that come best first."""
    base = quote = Decimal(0)
    worst = None
    for level in levels:
        if level.price > price if asks else level.price < price:
            break
        size = exact(level.size)
        base, quote, worst = base + size, quote + size * exact(level.price), level.price
    return Cost(base, quote, worst, True)


def slippage_bp(average: Decimal, mid: float, *, buying: bool) -> Decimal:
    """How much worse than the mid an average price is, in basis points of the mid; negative where it is better."""
    middle = exact(mid)
    worse = average - middle if buying else middle - average
    return worse / middle * 10_000
