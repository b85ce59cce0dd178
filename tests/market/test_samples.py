"""Percentiles against a plain definition; the skew of clocks against a made-up line."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.samples import Samples, Skew, percentile, summarise

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)


@given(values, st.floats(0.01, 1))
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(samples: list[float], share: float) -> None:
    found = percentile(sorted(samples), share)
    assert found in samples
    assert sum(sample <= found for sample in samples) >= share * len(samples) - 1e-9
    assert sum(sample < found for sample in samples) < share * len(samples) + 1e-9


@given(values)
def test_a_summary_rises(samples: list[float]) -> None:
    summary = summarise(samples)
    assert summary is not None
    assert summary.p50 <= summary.p95 <= summary.p99 <= summary.most == max(samples)
    assert summary.count == len(samples)


def test_nothing_has_no_summary() -> None:
    assert summarise([]) is None
    assert Samples().summary() is None


def test_old_samples_go() -> None:
    samples = Samples(window=3)
    for value in (1.0, 20.0, 30.0, 40.0):
        samples.add(value)
    assert list(samples.values) == [20.0, 30.0, 40.0]
    assert samples.least == 1.0


@given(st.floats(-1e7, 1e7), st.floats(1, 500), st.lists(st.floats(0, 300), min_size=1, max_size=50))
def test_the_skew_is_found_up_to_half_a_round_trip(skew: float, way: float, queues: list[float]) -> None:
    clocks = Skew()
    for queue in [*queues, 0.0]:
        clocks.add(skew + way + queue)
    estimate = clocks.estimate(2 * way)
    assert estimate is not None
    assert abs(estimate - skew) < 1e-6
    delays = clocks.corrected(2 * way)
    assert all(abs(delay - way - queue) < 1e-6 for delay, queue in zip(delays, queues, strict=False))


def test_without_a_round_trip_there_is_no_skew() -> None:
    clocks = Skew()
    assert clocks.estimate(10) is None
    clocks.add(5)
    assert clocks.estimate(None) is None
    assert clocks.corrected(None) == []
    assert clocks.corrected(None, [1.0]) == []


def test_a_clock_that_was_set_is_followed() -> None:
    clocks = Skew()
    for _ in range(300):
        clocks.add(10)
    for _ in range(300):
        clocks.add(5_010)
    assert clocks.estimate(20) == 5_000
