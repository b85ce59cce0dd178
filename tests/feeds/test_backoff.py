"""The waits between tries."""

from random import Random

import pytest

from hybridtui.feeds.backoff import Backoff
from hybridtui.settings import Timings


def test_the_first_retry_is_immediate_then_waits_double_to_the_cap() -> None:
    backoff = Backoff(Timings(jitter=0.0), Random(1))
    waits = [backoff.next_wait() for _ in range(10)]
    assert waits == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_jitter_also_at_the_cap() -> None:
    backoff = Backoff(Timings(), Random(7))
    waits = [backoff.next_wait() for _ in range(200)][10:]
    assert all(22.5 <= wait <= 37.5 for wait in waits)
    assert max(waits) - min(waits) > 5


def test_it_never_ends_and_data_resets_it() -> None:
    backoff = Backoff(Timings(jitter=0.0), Random(1))
    waits = [backoff.next_wait() for _ in range(5000)]
    assert waits[-1] == pytest.approx(30.0)
    backoff.reset()
    assert backoff.attempt == 0
    assert backoff.next_wait() == 0.0
