"""The cost of trading agrees with a slow reference in exact fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.book import Level
from hybridtui.market.cost import cost_down_to, cost_of, slippage_bp

asks = st.dictionaries(
    st.integers(1, 99_999).map(lambda price: price / 10), st.integers(1, 10**12).map(lambda units: units / 10**8)
).map(lambda side: [Level(price, 1, side[price]) for price in sorted(side)])


@settings(deadline=None)
@given(asks, st.integers(1, 10**13))
def test_a_size_costs_what_the_reference_says(levels: list[Level], units: int) -> None:
    wanted = Decimal(units).scaleb(-8)
    left, paid, worst = Fraction(wanted), Fraction(0), None
    for level in levels:
        if left == 0:
            break
        taken = min(left, Fraction(repr(level.size)))
        left, paid, worst = left - taken, paid + taken * Fraction(repr(level.price)), level.price
    cost = cost_of(levels, wanted)
    assert Fraction(cost.base) == Fraction(wanted) - left
    assert Fraction(cost.quote) == paid
    assert cost.worst == worst
    assert cost.filled == (left == 0)
    if cost.average is not None:
        assert abs(Fraction(cost.average) - paid / Fraction(cost.base)) <= Fraction(1, 10**20)


@settings(deadline=None)
@given(asks, st.floats(0, 10_000))
def test_trading_down_to_a_price_takes_every_level_to_there(levels: list[Level], price: float) -> None:
    for side, asking in ((levels, True), (levels[::-1], False)):
        taken = [level for level in side if (level.price <= price if asking else level.price >= price)]
        cost = cost_down_to(side, price, asks=asking)
        assert Fraction(cost.base) == sum(Fraction(repr(level.size)) for level in taken)
        assert Fraction(cost.quote) == sum(Fraction(repr(each.size)) * Fraction(repr(each.price)) for each in taken)
        assert cost.worst == (taken[-1].price if taken else None)


def test_slippage_is_against_the_mid() -> None:
    assert slippage_bp(Decimal(101), 100.0, buying=True) == 100
    assert slippage_bp(Decimal(99), 100.0, buying=False) == 100
    assert slippage_bp(Decimal(99), 100.0, buying=True) == -100


def test_nothing_costs_nothing() -> None:
    assert cost_of([], Decimal(1)).average is None
    assert not cost_of([], Decimal(1)).filled
