"""Candles made from candles: several joined into one, and Heikin-Ashi."""

from collections.abc import Callable, Iterable

from hybridtui.market.candles import Candle


def joined(candles: Iterable[Candle], until: Callable[[int], int]) -> list[Candle]:
    """Candles, oldest first, with those that start before `until` of the first one's start joined into it, and so on.

    It begins with the first of them: open of the first, close of the last, the extremes and the sum of the volumes.
    """
    bars: list[Candle] = []
    run: list[Candle] = []
    end = float("-inf")
    for candle in candles:
        if candle.mts >= end:
            if run:
                bars.append(_joined(run))
            run, end = [candle], until(candle.mts)
        else:
            run.append(candle)
    return [*bars, _joined(run)] if run else bars


def _joined(run: list[Candle]) -> Candle:
    first = run[0]
    if len(run) == 1:
        return first
    high, low, volume = first.high, first.low, 0.0
    for candle in run:
        if candle.high > high:
            high = candle.high
        if candle.low < low:
            low = candle.low
        volume += candle.volume
    return Candle(first.mts, first.open, run[-1].close, high, low, volume)


def heikin_ashi(candles: Iterable[Candle]) -> list[Candle]:
    """The Heikin-Ashi bars of candles, oldest first, with their volumes as they are.

    D. Valcu, "Using The Heikin-Ashi Technique", Technical Analysis of Stocks & Commodities 22:2 (2004): the close is
    the mean of the candle's four prices, the open the middle of the bar before, high and low reach to both. The first
    bar opens in the middle of its own candle; how it began is forgotten by half with every bar.
    """
    bars: list[Candle] = []
    for candle in candles:
        close = candle.open / 4 + candle.high / 4 + candle.low / 4 + candle.close / 4
        before = bars[-1] if bars else candle
        opened = before.open / 2 + before.close / 2
        high, low = max(candle.high, opened, close), min(candle.low, opened, close)
        bars.append(Candle(candle.mts, opened, close, high, low, candle.volume))
    return bars
