from hybridtui.exchanges.bitfinex.counter import FrameCounter


def test_numbers_that_follow_each_other_are_right() -> None:
    counter = FrameCounter()
    assert [counter.count(number) for number in (1, 2, 3)] == [None] * 3


def test_the_first_number_is_1() -> None:
    counter = FrameCounter()
    assert counter.count(2) is not None
    assert counter.count(3) is None


def test_a_gap_and_a_step_back_are_named_once() -> None:
    counter = FrameCounter()
    counter.count(1)
    assert counter.count(5) == "frame 2 was to come next and frame 5 came"
    assert counter.count(6) is None
    assert counter.count(6) is not None


def test_without_numbers_nothing_is_missed() -> None:
    counter = FrameCounter()
    assert [counter.count(None) for _ in range(3)] == [None] * 3
    assert counter.count(70) is None, "numbering began late"
    assert counter.count(72) is not None
