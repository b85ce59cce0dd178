"""Buckets hold what they should, also where a month has 28 days and a week begins where the exchange says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.timeframe import Timeframe

moments = st.integers(0, 4_000_000_000_000)
anchored = st.sampled_from([Timeframe.W1, Timeframe.D14])
plain = st.sampled_from([frame for frame in Timeframe if frame not in (Timeframe.W1, Timeframe.D14)])


def ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@given(plain, moments)
def test_a_bucket_holds_its_moment_and_touches_the_next(frame: Timeframe, mts: int) -> None:
    start = frame.bucket(mts)
    assert start is not None
    end = frame.next_bucket(start)
    assert start <= mts < end
    assert frame.bucket(start) == start
    assert frame.bucket(end) == end
    assert frame.bucket(end - 1) == start
    assert end - start >= frame.length_ms


@given(anchored, moments, moments)
def test_weeks_are_counted_from_the_anchor_both_ways(frame: Timeframe, anchor: int, mts: int) -> None:
    start = frame.bucket(mts, anchor)
    assert start is not None
    assert start <= mts < frame.next_bucket(start)
    assert (start - anchor) % frame.length_ms == 0


@given(anchored, moments)
def test_the_phase_of_a_week_is_not_guessed(frame: Timeframe, mts: int) -> None:
    assert frame.bucket(mts) is None


@given(moments)
def test_a_month_begins_on_its_first_day(mts: int) -> None:
    start = Timeframe.MONTH.bucket(mts)
    assert start is not None
    first, inside = (
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=start),
        timedelta(milliseconds=mts - start),
    )
    assert (first.day, first.hour, first.minute, first.second, first.microsecond) == (1, 0, 0, 0, 0)
    assert (first + inside).month == first.month


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (ms(2023, 2, 1), ms(2023, 3, 1)),
        (ms(2024, 2, 1), ms(2024, 3, 1)),
        (ms(2024, 12, 1), ms(2025, 1, 1)),
    ],
)
def test_months_differ_in_length(start: int, end: int) -> None:
    assert Timeframe.MONTH.next_bucket(start) == end


def test_days_begin_at_midnight_utc() -> None:
    assert Timeframe.D1.bucket(ms(2026, 9, 23, 17, 5)) == ms(2026, 9, 23)
    assert Timeframe.H12.bucket(ms(2026, 9, 23, 17, 5)) == ms(2026, 9, 23, 12)


def test_lengths_grow_and_shifting_stops_at_the_ends() -> None:
    lengths = [frame.length_ms for frame in Timeframe]
    assert lengths == sorted(set(lengths))
    assert Timeframe.M1.shifted(-1) is Timeframe.M1
    assert Timeframe.M1.shifted(2) is Timeframe.M15
    assert Timeframe.D14.shifted(5) is Timeframe.MONTH
