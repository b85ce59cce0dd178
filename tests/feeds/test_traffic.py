"""Rates, round trips, lateness and budgets, from counts alone."""

from hybridtui.exchanges.bitfinex.frames import sent_ms
from hybridtui.feeds.traffic import TrafficMeter
from hybridtui.market.source import Source

SENT = 1_790_134_380_000


def frame(at: int) -> bytes:
    return b"[17,[64210.0,1,0.5],8,%d]" % at


def test_rates_are_told_by_source() -> None:
    meter = TrafficMeter()
    assert meter.tick(0.0) is None
    for _ in range(10):
        meter.frame(frame(SENT), 0.5)
    meter.answered(1000, 0.09)
    told = meter.tick(1.0)
    assert told is not None
    assert (told.messages_per_s, told.rest_messages_per_s) == (5.5, 0.5)
    assert (told.rest_bytes_per_s, told.latency_source) == (500.0, Source.REST)
    assert told.latency_ms == 90.0


def test_silence_says_nothing() -> None:
    meter = TrafficMeter()
    assert [meter.tick(float(second)) for second in range(5)] == [None] * 5


def test_the_newest_frame_of_a_second_tells_the_lag_once() -> None:
    meter = TrafficMeter({}, sent_ms)
    meter.tick(0.0, SENT)
    meter.frame(frame(SENT), 0.25)
    meter.frame(frame(SENT + 400), 0.5)
    told = meter.tick(1.0, SENT + 1_000)
    assert told is not None
    assert told.lag_ms == 100.0
    later = meter.tick(2.0, SENT + 2_000)
    assert later is not None
    assert later.lag_ms is None


def test_a_frame_without_a_time_has_no_lag() -> None:
    for text in (
        b"[17,[64210.0,1,0.5],8]",
        b'{"event":"info","x":1790134380000}',
        b"[17,[1,2,1790134380000]]",
        b"",
        b"[",
    ):
        assert sent_ms(text) is None
    assert sent_ms(b'[17,"hb",8,1790134380000]') == SENT
    assert sent_ms(b'[17,"hb",8,1790134380000 ] ') == SENT


def test_a_budget_comes_back_after_a_minute() -> None:
    meter = TrafficMeter({"book": 60, "trades": 12})
    meter.tick(0.0)
    for at in (1.0, 2.0):
        meter.answered(10, 0.1, "book", at)
    told = meter.tick(3.0)
    assert told is not None
    assert told.budgets == (("book", 58, 60),)
    told = meter.tick(61.5)
    assert told is not None
    assert told.budgets == (("book", 59, 60),)
