"""Each indicator against an independent computation of its published formula over the whole series."""

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.candles import Candle
from hybridtui.market.indicators.bollinger import Bollinger
from hybridtui.market.indicators.ema import Ema
from hybridtui.market.indicators.rsi import Rsi
from hybridtui.market.indicators.sma import Sma
from hybridtui.market.indicators.vwap import Vwap

DAY = 86_400_000
series = st.lists(st.floats(0.001, 100_000), max_size=60)
periods = st.integers(1, 12)


@given(series, periods)
def test_sma_is_the_mean_of_the_last_values(values: list[float], period: int) -> None:
    sma = Sma(period)
    for at, value in enumerate(values, 1):
        assert sma.update(value) == (pytest.approx(fmean(values[at - period : at])) if at >= period else None)


@given(series, periods)
def test_ema_is_the_weighted_sum_of_all_values(values: list[float], period: int) -> None:
    ema, weight = Ema(period), 2 / (period + 1)
    for at, value in enumerate(values, 1):
        later = values[period:at]
        expected = None
        if at >= period:
            seed = fmean(values[:period]) * (1 - weight) ** len(later)
            expected = seed + sum(weight * (1 - weight) ** age * one for age, one in enumerate(reversed(later)))
        assert ema.update(value) == (None if expected is None else pytest.approx(expected))


@given(series, periods)
def test_bollinger_is_two_deviations_around_the_mean(values: list[float], period: int) -> None:
    bollinger = Bollinger(period, 2.0)
    for at, value in enumerate(values, 1):
        bands = bollinger.update(value)
        if at < period:
            assert bands is None
            continue
        window = values[at - period : at]
        mean, reach = fmean(window), 2 * pstdev(window)
        assert bands == pytest.approx((mean - reach, mean, mean + reach), abs=1e-6)


def wilder(values: list[float], period: int) -> float | None:
    """Wilder's recipe, step by step, for the last value."""
    changes = [new - old for old, new in pairwise(values)]
    if len(changes) < period:
        return None
    gain = sum(max(change, 0.0) for change in changes[:period]) / period
    loss = sum(max(-change, 0.0) for change in changes[:period]) / period
    for change in changes[period:]:
        gain = (gain * (period - 1) + max(change, 0.0)) / period
        loss = (loss * (period - 1) + max(-change, 0.0)) / period
    if gain == loss == 0:
        return 50.0
    return 100.0 if loss == 0 else 100 - 100 / (1 + gain / loss)


@given(st.lists(st.integers(1, 10_000).map(float), max_size=40), periods)
def test_rsi_is_wilders(values: list[float], period: int) -> None:
    rsi = Rsi(period)
    for at, value in enumerate(values, 1):
        expected = wilder(values[:at], period)
        assert rsi.update(value) == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_rsi_at_its_ends() -> None:
    def last(values: list[float]) -> float | None:
        rsi = Rsi(3)
        return [rsi.update(value) for value in values][-1]

    assert last([1.0, 2.0, 3.0]) is None
    assert last([1.0, 2.0, 3.0, 4.0]) == 100
    assert last([4.0, 3.0, 2.0, 1.0]) == 0
    assert last([2.0, 2.0, 2.0, 2.0]) == 50


def candle(mts: int, price: float, volume: float) -> Candle:
    return Candle(mts, price, price, price + 1, price - 1, volume)


def test_vwap_begins_anew_at_midnight_utc() -> None:
    vwap = Vwap()
    fed = [candle(DAY, 100.0, 1.0), candle(DAY + 60_000, 110.0, 3.0), candle(2 * DAY + 120_000, 90.0, 2.0)]
    assert [vwap.update(one) for one in fed] == [pytest.approx(100.0), pytest.approx(107.5), pytest.approx(90.0)]


def test_vwap_of_a_day_whose_beginning_was_not_seen_is_not_known() -> None:
    vwap = Vwap()
    assert vwap.update(candle(DAY + 60_000, 100.0, 1.0)) is None
    assert vwap.update(candle(2 * DAY - 60_000, 100.0, 1.0)) is None
    assert vwap.update(candle(2 * DAY + 60_000, 100.0, 1.0)) == pytest.approx(100.0)


def test_vwap_without_volume_is_not_known() -> None:
    assert Vwap().update(candle(0, 100.0, 0.0)) is None
