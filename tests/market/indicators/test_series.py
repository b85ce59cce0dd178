"""Values kept up to date are those computed anew, and no more is computed than has to be."""

import random
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.candles import Candle
from hybridtui.market.indicators.series import Series
from hybridtui.market.indicators.study import SPECIFICATIONS, Study, StudyKind, Values, default_study

MINUTE, DAY = 60_000, 86_400_000
COMPUTED = [kind for kind in StudyKind if SPECIFICATIONS[kind].lines]
SHORT = {
    StudyKind.SMA: (3,),
    StudyKind.EMA: (3,),
    StudyKind.BOLLINGER: (3, 1.5),
    StudyKind.RSI: (3,),
    StudyKind.MACD: (2, 4, 3),
    StudyKind.ATR: (3,),
}


def short(kind: StudyKind) -> Study:
    return Study(kind, SHORT.get(kind, ()))


def candle(number: int, close: float, volume: float = 1.0) -> Candle:
    return Candle(17_000 * DAY + number * MINUTE, close, close, close * 1.5, close * 0.5, volume)


def anew(study: Study, candles: Sequence[Candle]) -> Sequence[Values]:
    return Series(study).over(candles)


def minutes(count: int, seed: int = 1) -> list[Candle]:
    chance = random.Random(seed)
    return [candle(number, chance.uniform(1, 2), chance.uniform(0, 5)) for number in range(count)]


@pytest.mark.parametrize("kind", COMPUTED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_kept_up_to_date_is_computed_anew(kind: StudyKind, data: st.DataObject) -> None:
    """Candles come, change and go at either end, in any order."""
    study, candles, first = short(kind), minutes(20), 20
    series = Series(study)
    for _ in range(data.draw(st.integers(1, 8))):
        change = data.draw(st.sampled_from(["newest", "next", "older", "history", "nothing", "cut"]))
        price = data.draw(st.floats(0.5, 3))
        if change == "next" or not candles:
            candles.append(candle(first, price))
            first += 1
        elif change == "newest":
            candles[-1] = candle(first - 1, price)
        elif change == "older":
            at = data.draw(st.integers(0, len(candles) - 1))
            candles[at] = candle(first - len(candles) + at, price)
        elif change == "history":
            candles.insert(0, candle(first - len(candles) - 1, price))
        elif change == "cut":
            del candles[data.draw(st.integers(0, len(candles))) :]
            first = first if not candles else 1 + (candles[-1].mts - 17_000 * DAY) // MINUTE
        assert list(series.over(candles)) == list(anew(study, candles))


@pytest.mark.parametrize("kind", COMPUTED)
def test_a_change_of_the_newest_candle_computes_one_value(kind: StudyKind) -> None:
    series, candles = Series(default_study(kind)), minutes(500)
    series.over(candles)
    assert series.computed == 500
    for price in (1.1, 1.2, 1.3):
        candles[-1] = candle(499, price)
        series.over(candles)
    assert series.computed == 503
    candles.append(candle(500, 1.4))
    series.over(candles)
    assert series.computed == 505, "the candle that is closed now, and the new one"


@pytest.mark.parametrize("kind", COMPUTED)
def test_looking_ahead_is_taking_in(kind: StudyKind) -> None:
    """The newest value is looked up, the older ones were taken in: each is the same either way."""
    candles = minutes(40)
    whole = anew(short(kind), candles)
    assert [anew(short(kind), candles[: at + 1])[-1] for at in range(40)] == list(whole)


@pytest.mark.parametrize("kind", COMPUTED)
def test_a_late_correction_computes_a_few_values(kind: StudyKind) -> None:
    series, candles = Series(default_study(kind)), minutes(1_000)
    series.over(candles)
    before = series.computed
    candles[-2] = candle(998, 1.7)
    assert list(series.over(candles)) == list(anew(default_study(kind), candles))
    assert series.computed - before <= 2 * 64 + 1


@pytest.mark.parametrize("kind", COMPUTED)
def test_what_is_forgotten_at_the_old_end_is_not_computed_without(kind: StudyKind) -> None:
    series, candles = Series(short(kind)), minutes(300)
    whole = list(series.over(candles))
    before = series.computed
    assert list(series.over(candles[100:])) == whole[100:]
    assert series.computed == before + 1
    candles[150] = candle(150, 1.9)
    assert len(series.over(candles[100:])) == 200


@pytest.mark.parametrize("kind", COMPUTED)
def test_nothing_is_defined_before_it_can_be(kind: StudyKind) -> None:
    study = default_study(kind)
    rows = anew(study, minutes(80))
    undefined = [sum(row[line] is None for row in rows) for line in range(study.specification.lines)]
    expected = {
        StudyKind.SMA: [19],
        StudyKind.EMA: [19],
        StudyKind.VWAP: [0],
        StudyKind.BOLLINGER: [19, 19, 19],
        StudyKind.RSI: [14],
        StudyKind.MACD: [25, 33, 33],
        StudyKind.ATR: [13],
    }
    assert undefined == expected[kind]
    assert all(row[line] is None for line, count in enumerate(undefined) for row in rows[:count])


@pytest.mark.parametrize("kind", COMPUTED)
@pytest.mark.parametrize("price", [64_213.0, 0.00000712, 1e-300, 0.0])
def test_a_flat_market_has_flat_values(kind: StudyKind, price: float) -> None:
    flat = [Candle(17_000 * DAY + at * MINUTE, price, price, price, price, 1.0) for at in range(60)]
    last = anew(default_study(kind), flat)[-1]
    level = {StudyKind.RSI: 50.0, StudyKind.MACD: 0.0, StudyKind.ATR: 0.0}.get(kind, price)
    assert last == tuple(pytest.approx(level, rel=1e-12, abs=price * 1e-12) for _ in last)


@pytest.mark.parametrize("kind", COMPUTED)
@settings(max_examples=40, deadline=None)
@given(prices=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_every_value_is_a_number(kind: StudyKind, prices: list[float]) -> None:
    candles = [Candle(at * MINUTE, price, price, price, price, 1e300) for at, price in enumerate(prices)]
    for row in anew(short(kind), candles):
        assert all(value is None or isfinite(value) for value in row)


def test_no_candles_have_no_values() -> None:
    series = Series(default_study(StudyKind.MACD))
    assert list(series.over([])) == []
    assert list(series.over(minutes(1))) == [(None, None, None)]
    assert list(series.over([])) == []


def test_hours_without_trades_are_no_values() -> None:
    """A bucket without trades has no candle, so it does not count: the average is that of the last candles."""
    candles = [candle(0, 1.0), candle(500, 2.0), candle(900, 6.0)]
    assert anew(short(StudyKind.SMA), candles)[-1] == (3.0,)


# Holes


def span(first: int, end: int) -> tuple[int, int]:
    """A hole from one minute to another."""
    return candle(first, 1.0).mts, candle(end, 1.0).mts


def piece_by_piece(study: Study, candles: Sequence[Candle], unknown: Sequence[tuple[int, int]]) -> list[Values]:
    """Each run of candles without a hole on its own, nothing in a hole; of a study that does not know of days."""
    rows: list[Values] = []
    run: list[Candle] = []
    for before, one in pairwise([None, *candles]):
        assert one is not None
        if any(start <= one.mts < end for start, end in unknown):
            run = []
            rows.append((None,) * study.specification.lines)
            continue
        if before is not None and any(before.mts < end and start <= one.mts for start, end in unknown):
            run = []
        run.append(one)
        rows.append(anew(study, run)[-1])
    return rows


holes = st.lists(st.tuples(st.integers(1, 45), st.integers(1, 6)), max_size=3).map(
    lambda made: tuple(sorted({span(first, first + length) for first, length in made}))
)


@pytest.mark.parametrize("kind", [kind for kind in COMPUTED if kind is not StudyKind.VWAP])
@settings(max_examples=60, deadline=None)
@given(unknown=holes)
def test_after_a_hole_it_is_computed_as_if_nothing_had_been_before(
    kind: StudyKind, unknown: tuple[tuple[int, int], ...]
) -> None:
    unknown = apart(unknown)
    candles = minutes(50)
    assert list(Series(short(kind)).over(candles, unknown)) == piece_by_piece(short(kind), candles, unknown)


def apart(unknown: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Only those that neither overlap nor touch, as a market knows them."""
    kept: list[tuple[int, int]] = []
    for start, end in unknown:
        if not kept or start > kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


@pytest.mark.parametrize("kind", COMPUTED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_holes_that_open_and_close_leave_what_is_computed_anew(kind: StudyKind, data: st.DataObject) -> None:
    study, candles, unknown = short(kind), minutes(50), ()
    series = Series(study)
    for _ in range(data.draw(st.integers(1, 6))):
        change = data.draw(st.sampled_from(["newest", "next", "older", "holes", "filled"]))
        last = len(candles)
        if change == "next":
            candles.append(candle(last, 1.7))
        elif change == "newest":
            candles[-1] = candle(last - 1, data.draw(st.floats(0.5, 3)))
        elif change == "older":
            at = data.draw(st.integers(0, last - 1))
            candles[at] = candle(at, data.draw(st.floats(0.5, 3)))
        else:
            unknown = () if change == "filled" else apart(data.draw(holes))  # type: ignore[assignment]
        assert list(series.over(candles, unknown)) == list(Series(study).over(candles, unknown))


@pytest.mark.parametrize("kind", COMPUTED)
def test_a_change_after_a_hole_computes_one_value(kind: StudyKind) -> None:
    study, candles = short(kind), minutes(500)
    unknown = (span(100, 110), span(498, 499))
    series = Series(study)
    series.over(candles, unknown)
    before = series.computed
    candles[-1] = candle(499, 1.3)
    series.over(candles, unknown)
    assert series.computed == before + 1


def test_what_is_forgotten_with_its_hole_is_not_computed_without() -> None:
    for kind in COMPUTED:
        series, candles = Series(short(kind)), minutes(300)
        whole = list(series.over(candles, (span(50, 60),)))
        before = series.computed
        assert list(series.over(candles[100:], ())) == whole[100:]
        assert series.computed == before + 1


def hours(first: int, count: int, day: int = 0) -> list[Candle]:
    return [candle((day * 24 + first) * 60 + number, 1.5, 2.0) for number in range(count)]


@pytest.mark.parametrize(
    ("end", "defined"),
    [(8, False), (0, True), (-1, True)],
    ids=["after midnight", "at midnight", "before midnight"],
)
def test_the_average_of_a_day_is_known_only_where_the_day_began_after_the_hole(end: int, defined: bool) -> None:
    """The day before until 22:00; a hole that ends some hours from midnight; five minutes past it the next candle."""
    yesterday, unknown = hours(0, 22 * 60), (span(22 * 60, (24 + end) * 60),)
    today = hours(max(end, 0), 240, day=1)[5:]
    tomorrow = hours(0, 10, day=2)
    rows = Series(default_study(StudyKind.VWAP)).over([*yesterday, *today, *tomorrow], unknown)
    assert all(row[0] is not None for row in rows[: len(yesterday)]), "what was known before stays"
    assert [row[0] is not None for row in rows[len(yesterday) : -10]] == [defined] * len(today)
    assert all(row[0] is not None for row in rows[-10:])
