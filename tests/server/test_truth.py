"""What was true, and when."""

from hybridtui.server.truth import BookLog, same, top_of

BIDS = [(100.0, 1, 1.0), (99.0, 1, 2.0), (98.0, 1, 3.0), (97.0, 1, 4.0)]
ASKS = [(101.0, 1, -1.5), (102.0, 2, -2.5)]


def test_the_top_is_three_levels_a_side_or_fewer() -> None:
    assert top_of([*BIDS, *ASKS]) == (((100.0, 1.0), (99.0, 2.0), (98.0, 3.0)), ((101.0, 1.5), (102.0, 2.5)))
    assert top_of(ASKS) == ((), ((101.0, 1.5), (102.0, 2.5)))
    assert top_of([]) == ((), ())


def test_a_top_holds_until_the_next_and_is_forgotten() -> None:
    log = BookLog(10.0)
    log.note("t", BIDS, 0.0)
    log.note("t", BIDS, 1.0)
    log.note("t", BIDS[1:], 5.0)
    log.note("t", ASKS, 6.0)
    first, second, third = top_of(BIDS), top_of(BIDS[1:]), top_of(ASKS)
    assert log.tops("t", 4.0, 1.5) == [first]
    assert log.tops("t", 6.4, 1.5) == [first, second, third]
    assert log.tops("t", 7.0, 1.5) == [second, third]
    assert log.tops("t", 100.0, 1.5) == [third]
    assert log.tops("u", 7.0, 1.5) == []
    log.note("t", BIDS, 16.0)
    assert log.tops("t", 16.0, 100.0) == [third, top_of(BIDS)]


def test_sizes_may_differ_by_the_tolerance_and_prices_not_at_all() -> None:
    true = top_of([*BIDS, *ASKS])
    near = (((100.0, 1.004), *true[0][1:]), true[1])
    assert same(near, true, 0.005)
    assert not same(near, true, 0.001)
    assert not same((((100.5, 1.0), *true[0][1:]), true[1]), true, 0.005)
    assert not same((true[0][:2], true[1]), true, 0.005)
