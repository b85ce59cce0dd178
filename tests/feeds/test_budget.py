"""The budget: never more than the limit in any minute, whatever the order of asking."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.feeds.budget import MINUTE, Budget


def test_free_until_the_limit_then_when_the_oldest_is_a_minute_old() -> None:
    budget = Budget(2)
    for now in (0.0, 10.0):
        assert budget.free_at(now) == now
        budget.spend(now)
    assert budget.free_at(20.0) == MINUTE
    assert budget.free_at(MINUTE + 0.001) == MINUTE + 0.001


def test_a_block_outlasts_free_budget() -> None:
    budget = Budget(5)
    budget.block(90.0)
    budget.block(30.0)
    assert budget.free_at(0.0) == 90.0


@given(st.integers(1, 10), st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=60))
def test_no_minute_ever_holds_more_than_the_limit(limit: int, gaps: list[float]) -> None:
    budget, now, spent = Budget(limit), 0.0, []
    for gap in gaps:
        now += gap
        if budget.free_at(now) <= now:
            budget.spend(now)
            spent.append(now)
    for start in spent:
        assert sum(start <= moment < start + MINUTE for moment in spent) <= limit
