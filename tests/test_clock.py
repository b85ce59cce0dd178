"""The clock counts the time that the computer slept, or old data would pass for young after it."""

import sys
import time

import pytest

from hybridtui.clock import SystemClock


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a monotonic clock that stands still in sleep")
def test_sleep_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = {time.CLOCK_MONOTONIC: 100.0, time.CLOCK_BOOTTIME: 100.0 + 8 * 3600}
    monkeypatch.setattr(time, "clock_gettime", readings.__getitem__)
    assert SystemClock().now() == 100.0 + 8 * 3600


def test_it_goes_forward_and_tells_the_date() -> None:
    clock = SystemClock()
    first = clock.now()
    assert clock.now() >= first
    assert abs(clock.wall_ms() - time.time() * 1000) < 60_000
