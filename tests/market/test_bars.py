"""Candles made from candles."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.bars import heikin_ashi, joined
from hybridtui.market.candles import Candle


def test_several_candles_are_one() -> None:
    rows = [Candle(0, 5.0, 6.0, 7.0, 4.0, 1.0), Candle(1, 6.0, 3.0, 6.5, 2.0, 2.0), Candle(5, 3.0, 9.0, 9.0, 3.0, 4.0)]
    assert joined(rows, lambda mts: mts // 4 * 4 + 4) == [Candle(0, 5.0, 3.0, 7.0, 2.0, 3.0), rows[2]]
    assert joined([], lambda mts: mts) == []


prices = st.floats(0.01, 1000)
listed = st.lists(
    st.tuples(st.integers(0, 50), prices, prices, prices, prices, st.floats(0, 100)),
    max_size=40,
    unique_by=lambda row: row[0],
).map(lambda rows: [Candle(mts, a, b, max(a, b, c, d), min(a, b, c, d), v) for mts, a, b, c, d, v in sorted(rows)])


@given(listed, st.integers(1, 9))
def test_nothing_is_lost_by_joining(rows: list[Candle], size: int) -> None:
    bars = joined(rows, lambda mts: mts // size * size + size)
    for bar in bars:
        part = [row for row in rows if row.mts // size == bar.mts // size]
        assert (bar.open, bar.close) == (part[0].open, part[-1].close)
        assert (bar.high, bar.low) == (max(row.high for row in part), min(row.low for row in part))
        assert abs(bar.volume - sum(row.volume for row in part)) < 1e-9
    assert len({row.mts // size for row in rows}) == len(bars)


def test_heikin_ashi_by_hand() -> None:
    rows = [Candle(0, 10.0, 14.0, 15.0, 9.0, 3.0), Candle(1, 14.0, 12.0, 16.0, 11.0, 4.0)]
    assert heikin_ashi(rows) == [Candle(0, 12.0, 12.0, 15.0, 9.0, 3.0), Candle(1, 12.0, 13.25, 16.0, 11.0, 4.0)]


@given(listed)
def test_heikin_ashi_keeps_time_and_volume_and_is_pure(rows: list[Candle]) -> None:
    bars = heikin_ashi(rows)
    assert [(bar.mts, bar.volume) for bar in bars] == [(row.mts, row.volume) for row in rows]
    assert all(bar.low <= min(bar.open, bar.close) and max(bar.open, bar.close) <= bar.high for bar in bars)
    assert bars == heikin_ashi(rows)


@given(listed.filter(lambda rows: len(rows) > 3))
def test_how_heikin_ashi_began_is_forgotten_by_half_with_every_bar(rows: list[Candle]) -> None:
    whole, later = heikin_ashi(rows)[1:], heikin_ashi(rows[1:])
    first = abs(whole[0].open - later[0].open)
    for step, (one, other) in enumerate(zip(whole, later, strict=True)):
        assert abs(one.open - other.open) <= first / 2**step + 1e-9
