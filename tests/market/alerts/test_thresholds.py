"""What is exactly at a threshold has reached it, whatever binary fractions make of the decimals."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hybridtui.market.alerts.thresholds import fallen, near_mid, risen, wide
from tests.market.alerts.playing import alerts_of, play
from tests.market.alerts.test_engine import START_MS, book, change, link, listed, live, made, streamed
from tests.market.alerts.test_quote_engine import engine, quote

prices = st.integers(1, 1_000_000).map(lambda ticks: ticks / 100) | st.floats(1e-8, 1e6)
percents = st.sampled_from([0.1, 0.01, 0.3, 1.1, 2.0, 10.0, 50.0]) | st.floats(1e-12, 100)
points = st.sampled_from([10.0, 2.5, 0.1, 33.3]) | st.floats(1e-12, 10_000)


def whole(value: float) -> Fraction:
    """The decimal that is meant by a float."""
    return Fraction(repr(value))


@given(prices, prices, points)
@example(99.95, 100.05, 10.0)
def test_a_spread_in_basis_points(bid: float, ask: float, bp: float) -> None:
    low, high = whole(bid), whole(ask)
    assert wide(bid, ask, bp) == ((high - low) / ((high + low) / 2) * 10_000 >= whole(bp))


@given(prices, prices, prices, percents)
@example(99.0, 99.95, 100.05, 1.0)
def test_a_distance_from_the_mid(price: float, bid: float, ask: float, percent: float) -> None:
    mid = (whole(bid) + whole(ask)) / 2
    assert near_mid(price, bid, ask, percent) == (abs(whole(price) - mid) <= whole(percent) * mid / 100)


@given(prices, prices, percents)
@example(100.0, 100.1, 0.1)
@example(1.0, 1.1, 10.0)
def test_a_move_in_per_cent(start: float, price: float, percent: float) -> None:
    share = whole(percent) / 100
    assert risen(start, price, percent) == (whole(price) >= whole(start) * (1 + share))
    assert fallen(start, price, percent) == (whole(price) <= whole(start) * (1 - share))


@given(st.integers(1, 10**6), st.integers(1, 9999))
def test_ties_are_found_though_floats_miss_them(ticks: int, tenths: int) -> None:
    """Prices that are exactly so many tenths of a basis point of the mid apart."""
    bid, ask = float(f"{ticks * (200_000 - tenths)}e-8"), float(f"{ticks * (200_000 + tenths)}e-8")
    assert wide(bid, ask, tenths / 10)
    start, price = float(f"{ticks * 10_000}e-6"), float(f"{ticks * (10_000 + tenths)}e-6")
    assert risen(start, price, tenths / 100)


def test_prices_of_any_size_are_compared() -> None:
    assert wide(1e308, 1.7e308, 5185.0)
    assert not wide(1e308, 1.7e308, 5186.0)
    assert near_mid(1.2e308, 1e308, 1.7e308, 50.0)
    assert risen(1e308, 1.1e308, 10.0)


# In the engines


def test_a_spread_alert_fires_at_exactly_its_spread() -> None:
    run = play(alerts_of("spread 10bp"), [book(2.0, ((99.95, 1, 5.0), (100.05, 1, -5.0))), link(2.0)])
    run.until(3.0)
    assert [fired.text for fired in run.fired] == ["the spread is 10.00 bp"]
    judge = engine("spread 10bp")
    [fired] = judge.feed(quote(100.0, 1.0, spread=0.1), 1.0)
    assert fired.text == "the spread is 10.00 bp"


def test_a_wall_alert_fires_at_exactly_its_distance() -> None:
    run = play(alerts_of("wall 50 10%"), [book(2.0, ((6.22, 1, 5.0), (6.3, 1, -5.0))), link(2.0)])
    run.go_on([change(3.0, 6.886, 1, -60.0)])
    run.until(4.0)
    assert len(run.fired) == 1


@pytest.mark.parametrize(("start", "price", "text"), [(100.0, 100.1, "0.1%"), (1.1, 1.21, "10%"), (0.7, 0.63, "10%")])
def test_a_move_alert_fires_at_exactly_its_per_cent(start: float, price: float, text: str) -> None:
    run = live(f"move {text} 10m", price=start)
    run.go_on([streamed(2.0, made(2, price))])
    assert len(run.fired) == 1
    judge = engine(f"move {text} 10m", known=quote(start, 0.0))
    assert len(judge.feed(quote(price, 1.0), 1.0)) == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_volume_alert_fires_at_exactly_its_multiple(late: bool) -> None:
    """Minutes of a quarter each, then one of 1.0 in ten trades of a tenth, whose binary sum is less."""
    first = START_MS // 60_000 * 60_000
    past = [made(number, 100.0, 0.25, first + number * 60_000) for number in range(1, 12)]
    tenths = [made(20 + number, 100.0, 0.1, first + 12 * 60_000 + number) for number in range(10)]
    assert sum(trade.amount for trade in tenths) < 1.0
    run = play(alerts_of("volume 4x"), [listed(1.0, *past), link(1.0)])
    if late:
        run.go_on([streamed(2.0, made(90, 100.0, 0.1, first + 13 * 60_000)), listed(3.0, past[-1], *tenths)])
    else:
        run.go_on(streamed(2.0 + number, trade) for number, trade in enumerate(tenths))
    [fired] = run.fired
    assert "4.0 times the average" in fired.text
    assert fired.late == late
