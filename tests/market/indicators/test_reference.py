"""Each indicator agrees with an independent implementation, talipp, to 1e-9 relative.

What differs by convention, and is therefore not compared: talipp's RSI of a market that never moved is 100, ours 50,
and its period is at least 2; its VWAP knows no days, so it is given one day at a time.

A MACD line is the difference of two averages of prices and may be as near to zero as it likes, where a relative error
says nothing: it is compared to 1e-9 of itself, or to 1e-13 of the price, a few hundred times what a float tells apart.
The same is so for the lower Bollinger band, which may be near zero too.
"""

import random
from collections.abc import Sequence
from itertools import groupby
from math import isclose
from typing import Any

import pytest
from talipp.indicators import ATR, BB, EMA, MACD, RSI, SMA, VWAP
from talipp.ohlcv import OHLCV

from hybridtui.market.candles import Candle
from hybridtui.market.indicators.series import Series
from hybridtui.market.indicators.study import Study, StudyKind, Values

DAY, MINUTE = 86_400_000, 60_000
RELATIVE, OF_PRICE = 1e-9, 1e-13


def walk(seed: int, start: float, tick: float, count: int = 3_000) -> list[Candle]:
    """Minutes of a price in whole ticks from midnight on over three days, with gaps and stretches that stand still."""
    chance, price, mts, made = random.Random(seed), start, 17_000 * DAY, list[Candle]()
    for _ in range(count):
        still = chance.random() < 0.2
        path = [price] + [price if still else price + round(chance.gauss(0, 8)) * tick for _ in range(4)]
        path = [max(step, tick) for step in path]
        made.append(Candle(mts, path[0], path[-1], max(path), min(path), chance.uniform(0.001, 30)))
        price, mts = path[-1], mts + MINUTE * chance.choice((1, 1, 1, 2, 3))
    return made


MARKETS = {
    "bitcoin": walk(1, 64_213.0, 1.0),
    "cents": walk(2, 6_443.1, 0.1),
    "tiny": walk(3, 0.00000712, 0.00000001),
    "coarse": walk(4, 12.0, 1.0),
}
CASES = [
    (StudyKind.SMA, (1,)),
    (StudyKind.SMA, (20,)),
    (StudyKind.SMA, (200,)),
    (StudyKind.EMA, (1,)),
    (StudyKind.EMA, (9,)),
    (StudyKind.EMA, (200,)),
    (StudyKind.BOLLINGER, (20, 2)),
    (StudyKind.BOLLINGER, (7, 2.5)),
    (StudyKind.RSI, (2,)),
    (StudyKind.RSI, (14,)),
    (StudyKind.RSI, (50,)),
    (StudyKind.MACD, (12, 26, 9)),
    (StudyKind.MACD, (3, 10, 16)),
    (StudyKind.ATR, (1,)),
    (StudyKind.ATR, (14,)),
    (StudyKind.VWAP, ()),
]


def bar(candle: Candle) -> OHLCV:
    return OHLCV(candle.open, candle.high, candle.low, candle.close, candle.volume)


def reference(kind: StudyKind, chosen: tuple[Any, ...], candles: Sequence[Candle]) -> list[Values]:
    """The same, computed by talipp."""
    closes, bars = [candle.close for candle in candles], [bar(candle) for candle in candles]
    if kind is StudyKind.VWAP:
        days = groupby(candles, key=lambda candle: candle.mts // DAY)
        return [(value,) for _, day in days for value in VWAP([bar(candle) for candle in day])]
    if kind is StudyKind.BOLLINGER:
        bands = BB(chosen[0], chosen[1], closes)
        return [(None,) * 3 if row is None else (row.lb, row.cb, row.ub) for row in bands]
    if kind is StudyKind.MACD:
        rows = MACD(*chosen, closes)
        return [(None,) * 3 if row is None else (row.macd, row.signal, row.histogram) for row in rows]
    if kind is StudyKind.ATR:
        return [(value,) for value in ATR(chosen[0], bars)]
    computed = {StudyKind.SMA: SMA, StudyKind.EMA: EMA, StudyKind.RSI: RSI}[kind](chosen[0], closes)
    return [(value,) for value in computed]


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize(("kind", "chosen"), CASES, ids=str)
def test_agrees_with_talipp(market: str, kind: StudyKind, chosen: tuple[float, ...]) -> None:
    candles = MARKETS[market]
    ours, theirs = Series(Study(kind, chosen)).over(candles), reference(kind, chosen, candles)
    assert len(ours) == len(theirs)
    defined = 0
    for candle, row, expected in zip(candles, ours, theirs, strict=True):
        near_zero = kind in (StudyKind.MACD, StudyKind.BOLLINGER)
        for value, right in zip(row, expected, strict=True):
            if right is None:
                assert value is None
            else:
                defined += 1
                assert value is not None
                assert isclose(value, right, rel_tol=RELATIVE, abs_tol=OF_PRICE * candle.close if near_zero else 0.0)
    assert defined > 2_000
