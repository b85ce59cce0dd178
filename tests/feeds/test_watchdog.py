"""The watchdog: silence is judged against the market's own pace."""

from hybridtui.feeds.watchdog import Suspicion, Watchdog
from hybridtui.settings import Timings

_QUIET = Timings(ping_every=3600)


def _busy_until(dog: Watchdog, end: float, gap: float) -> None:
    now = dog.last_frame
    while now + gap <= end:
        now += gap
        dog.frame(now, market_data=True)


def test_a_market_of_unknown_pace_gets_twenty_seconds() -> None:
    dog = Watchdog(_QUIET, 0.0)
    assert dog.tick(19.9) is Suspicion.NONE
    assert dog.tick(20.0) is Suspicion.PING


def test_a_busy_market_is_asked_after_three_seconds_and_dead_two_later() -> None:
    dog = Watchdog(_QUIET, 0.0)
    _busy_until(dog, 10.0, 0.02)
    assert abs(dog.last_frame - 10.0) < 0.03
    silent_since = dog.last_frame
    assert dog.tick(silent_since + 2.9) is Suspicion.NONE
    assert dog.tick(silent_since + 3.0) is Suspicion.PING
    assert dog.tick(silent_since + 4.9) is Suspicion.NONE
    assert dog.tick(silent_since + 5.0) is Suspicion.DEAD


def test_after_a_sleep_the_socket_is_not_asked_any_more() -> None:
    dog = Watchdog(Timings(), 0.0)
    _busy_until(dog, 10.0, 0.02)
    assert dog.tick(10.0 + 8 * 3600) is Suspicion.OVERSLEPT


def test_any_frame_after_the_ping_is_a_sign_of_life() -> None:
    dog = Watchdog(_QUIET, 0.0)
    assert dog.tick(20.0) is Suspicion.PING
    dog.frame(21.0, market_data=False)
    assert dog.tick(22.5) is Suspicion.NONE
    assert dog.deadline() == 41.0


def test_heartbeats_do_not_count_for_the_pace() -> None:
    dog = Watchdog(_QUIET, 0.0)
    for beat in range(1, 100):
        dog.frame(beat * 0.01, market_data=False)
    assert dog.patience == _QUIET.silence


def test_a_slow_market_is_given_ten_of_its_gaps_but_no_more_than_silence() -> None:
    dog = Watchdog(_QUIET, 0.0)
    _busy_until(dog, 60.0, 1.0)
    assert dog.patience == 10.0
    slow = Watchdog(_QUIET, 0.0)
    _busy_until(slow, 300.0, 15.0)
    assert slow.patience == 20.0


def test_a_healthy_socket_is_pinged_for_its_round_trip() -> None:
    dog = Watchdog(Timings(ping_every=10), 0.0)
    _busy_until(dog, 10.0, 0.1)
    assert dog.tick(10.0) is Suspicion.PING
    dog.frame(10.05, market_data=False)
    assert dog.tick(10.06) is Suspicion.NONE
