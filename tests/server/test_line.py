"""What lies between a session and its socket, with the time in the test's hand."""

from random import Random

from hybridtui.demo.instruments import LISTINGS
from hybridtui.demo.market import DemoMarket
from hybridtui.server.faults import Faults
from hybridtui.server.line import Line
from hybridtui.server.session import ServerSession

START = 1_790_134_414_850
SLOW = {"delay": 2.0, "per_second": 10.0}


def line() -> tuple[Line, Faults]:
    faults = Faults()
    market = DemoMarket(START, days=2, listings=LISTINGS[:1])
    found = Line(ServerSession(market, Random(1), 0.0, faults=faults), faults)
    assert len(found.take(0.0)) == 1
    return found, faults


def test_texts_pass_at_once() -> None:
    one, _ = line()
    one.session.inject("a")
    one.session.inject("b")
    assert one.take(1.0) == ["a", "b"]
    assert (one.waiting, one.deadline()) == (0, None)


def test_a_slow_line_is_late_and_lets_only_so_many_through() -> None:
    one, faults = line()
    faults.begin("slow-socket", 0.0, None, SLOW)
    for number in range(30):
        one.session.inject(f"{number:02}")
    assert one.take(1.0) == []
    assert (one.waiting, one.deadline()) == (60, 3.0)
    assert one.take(2.9) == []
    got: list[str] = []
    for tick in range(100):
        got += one.take(3.0 + tick * 0.01)
    assert 10 <= len(got) <= 12
    faults.end("slow-socket")
    got += one.take(4.0)
    assert got == [f"{number:02}" for number in range(30)]
    assert one.waiting == 0


def test_a_frozen_line_keeps_everything() -> None:
    one, _ = line()
    one.frozen = True
    one.session.inject("a")
    assert one.take(1.0) == []
    assert (one.waiting, one.deadline()) == (1, None)
    one.frozen = False
    assert one.take(2.0) == ["a"]
