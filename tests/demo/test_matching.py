"""The matching engine: nothing is lost, nothing is crossed."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.demo.matching import Engine, Fill

ORDERS = st.lists(
    st.tuples(st.sampled_from(["limit", "market", "cancel"]), st.booleans(), st.integers(95, 105), st.integers(1, 50)),
    max_size=80,
)


@given(ORDERS)
@settings(max_examples=150, deadline=None)
def test_the_book_is_never_crossed_and_amounts_add_up(orders: list[tuple[str, bool, int, int]]) -> None:
    engine, resting = Engine(), 0
    for kind, buys, tick, amount in orders:
        if kind == "limit":
            traded = sum(abs(fill.amount) for fill in engine.limit(buys, tick, amount))
            resting += amount - 2 * traded
        elif kind == "market":
            resting -= sum(abs(fill.amount) for fill in engine.market(buys, amount))
        elif len(engine):
            before = _total(engine)
            engine.cancel(engine.order_at(amount % len(engine)))
            resting -= before - _total(engine)
        bid, ask = engine.best(True), engine.best(False)
        assert bid is None or ask is None or bid < ask
        assert _total(engine) == resting


def _total(engine: Engine) -> int:
    return sum(engine.level(buys, tick)[1] for buys in (True, False) for tick in engine.ticks[buys])


def test_price_comes_before_time_and_time_before_everything_else() -> None:
    engine = Engine()
    engine.limit(False, 101, 5)
    engine.limit(False, 100, 2)
    engine.limit(False, 100, 3)
    assert engine.market(True, 4) == [Fill(100, 2), Fill(100, 2)]
    assert engine.level(False, 100) == (1, 1)
    assert engine.limit(True, 100, 2) == [Fill(100, 1)]
    assert (engine.best(True), engine.best(False)) == (100, 101)
    assert engine.market(False, 9, limit=100) == [Fill(100, -1)]


def test_nothing_trades_against_an_empty_side() -> None:
    fills: list[Any] = Engine().market(True, 10)
    assert fills == []
