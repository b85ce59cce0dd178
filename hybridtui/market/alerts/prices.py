"""Whether a price crossed another one or moved far enough, and how that is told: the same for trades and tickers."""

from hybridtui.market.alerts.rules import Direction, PriceCross, PriceMove
from hybridtui.market.alerts.spelling import duration_text, figure
from hybridtui.market.alerts.thresholds import fallen, risen
from hybridtui.market.alerts.window import Extremes


def crossed(rule: PriceCross, before: float, price: float) -> bool:
    """Whether the price went from not beyond the rule's price to beyond it."""
    up = before <= rule.price < price
    down = before >= rule.price > price
    return (up and rule.direction is not Direction.DOWN) or (down and rule.direction is not Direction.UP)


def crossing_text(rule: PriceCross, before: float, price: float) -> str:
    """`the price rose above 64,500: 64,501`."""
    way = "rose above" if price > before else "fell below"
    return f"the price {way} {figure(rule.price)}: {figure(price)}"


def moved(rule: PriceMove, price: float, extremes: Extremes) -> bool:
    """Whether the price is that far from an extreme of the window."""
    up = rule.direction is not Direction.DOWN and risen(extremes.low, price, rule.percent)
    return up or (rule.direction is not Direction.UP and fallen(extremes.high, price, rule.percent))


def move_told(rule: PriceMove, price: float, extremes: Extremes) -> tuple[float, str]:
    """The per cent of a move, and the clause about it."""
    up = rule.direction is not Direction.DOWN and risen(extremes.low, price, rule.percent)
    start = extremes.low if up else extremes.high
    percent = (price / start - 1) * 100
    span = duration_text(rule.seconds)
    return percent, f"the price moved {percent:+.2f}% within {span}, {figure(start)} to {figure(price)}"
