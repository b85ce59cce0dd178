"""Silence of one channel, judged by its own pace."""

from itertools import pairwise

from hybridtui.feeds.pace import Paces
from hybridtui.market.source import Topic
from hybridtui.settings import Timings


def _busy(topic: Topic, gap: float, count: int = 200) -> tuple[Paces, float]:
    paces, now = Paces(Timings()), 0.0
    paces.begin(topic, now)
    for _ in range(count):
        now += gap
        paces.data(topic, now)
    return paces, now


def test_a_busy_channel_is_suspected_after_three_seconds() -> None:
    paces, now = _busy(Topic.BOOK, 0.02)
    assert paces.suspected(now + 2.9) == []
    assert paces.suspected(now + 3.01) == [Topic.BOOK]
    assert abs(paces.deadline() - now - 3.0) < 0.01


def test_a_slow_channel_gets_ten_of_its_gaps_and_a_very_slow_one_is_never_suspected() -> None:
    paces, now = _busy(Topic.BOOK, 1.0)
    assert paces.suspected(now + 9.9) == []
    assert paces.suspected(now + 10.1) == [Topic.BOOK]
    paces, now = _busy(Topic.BOOK, 8.0)
    assert paces.suspected(now + 39.0) == []


def test_trades_come_in_bursts_and_get_more_patience() -> None:
    paces, now = _busy(Topic.TRADES, 0.02)
    assert paces.suspected(now + 19.9) == []
    assert paces.suspected(now + 20.1) == [Topic.TRADES]


def test_only_what_can_be_compared_gets_a_witness() -> None:
    paces, now = _busy(Topic.TICKER, 0.1)
    assert paces.suspected(now + 30) == []


def test_one_witness_at_a_time_and_twice_the_patience_after_each() -> None:
    paces, now = _busy(Topic.BOOK, 0.02)
    asked = []
    for tenth in range(10_000):
        moment = now + tenth / 10
        if paces.suspected(moment):
            paces.ask(Topic.BOOK, moment)
            assert paces.suspected(moment + 1) == []
            assert paces.asked_at(Topic.BOOK) == moment
            paces.calm(Topic.BOOK, moment)
            asked.append(moment - now)
    gaps = [late - early for early, late in pairwise(asked)]
    assert gaps == sorted(gaps)
    assert max(gaps) <= 300.2
    assert len(asked) < 12


def test_data_ends_the_suspicion() -> None:
    paces, now = _busy(Topic.BOOK, 0.02)
    paces.ask(Topic.BOOK, now + 3.1)
    paces.data(Topic.BOOK, now + 3.2)
    assert paces.asked_at(Topic.BOOK) is None
    assert paces.suspected(now + 6.0) == []


def test_without_data_and_heartbeats_a_channel_is_dead() -> None:
    paces = Paces(Timings())
    paces.begin(Topic.TICKER, 0.0)
    paces.sign(Topic.TICKER, 30.0)
    assert paces.dead(69.9) == []
    assert paces.dead(70.0) == [Topic.TICKER]
    paces.end(Topic.TICKER)
    assert paces.dead(100.0) == []
    assert paces.deadline() == float("inf")
