"""Candles of one timeframe, from the exchange and from trades; volume is never invented.

Two sources tell of the same bucket. The exchange's candle is complete but may be up to 15 s late; trades are immediate
but reach back only to the oldest one known. So:

* a bucket all of whose trades are known (it began after `Trades.covered_since`) is computed from them: exact;
* any other bucket is the exchange's candle, stretched by the trades known: close, high and low follow them, and the
  volume is the larger of the two sums, because which trades the exchange had counted already cannot be known. It may
  lag until the exchange's next candle, and never runs ahead.

Buckets without trades have no candle, as at the exchange.

A long bucket holds thousands of trades and gets another one many times a second, so the sums over the newest bucket are
kept and carried on; whatever is not simply the next trade is computed from the beginning, with the same result.

What lies between the newest candle of the exchange and a later listing that does not reach back to it is not known; a
listing that covers it later makes it known.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

import msgspec

from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade, Trades

_UNKNOWN_MOST = 32
"""Older unknown spans are forgotten."""


class Candle(msgspec.Struct, frozen=True, gc=False):
    """Open, high, low, close and volume of one bucket."""

    mts: int
    """Start of the bucket, ms UTC."""
    open: float
    close: float
    high: float
    low: float
    volume: float
    """In base currency."""


def _outside(span: tuple[int, int], since: int, until: int) -> list[tuple[int, int]]:
    """What is left of a span without the time that a listing tells of."""
    start, end = span
    return [part for part in ((start, min(end, since)), (max(start, until), end)) if part[0] < part[1]]


class Running:
    """A candle in the making: trades go in one after the other, oldest first by (mts, id)."""

    __slots__ = ("close", "count", "first", "high", "key", "low", "mts", "open", "volume")

    def __init__(self, mts: int, trade: Trade) -> None:
        self.mts = mts
        self.first = trade.id
        self.key = (trade.mts, trade.id)
        self.count = 1
        self.open = self.close = self.high = self.low = trade.price
        self.volume = abs(trade.amount)

    def add(self, trade: Trade) -> None:
        """Take the next trade in."""
        price = trade.price
        self.key = (trade.mts, trade.id)
        self.count += 1
        self.close = price
        if price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.volume += abs(trade.amount)

    def candle(self) -> Candle:
        """What it is so far."""
        return Candle(self.mts, self.open, self.close, self.high, self.low, self.volume)


def running(mts: int, trades: Iterable[Trade]) -> Running:
    """The sums over a non-empty run of trades in any order."""
    first, *others = sorted(trades, key=lambda trade: (trade.mts, trade.id))
    sums = Running(mts, first)
    for trade in others:
        sums.add(trade)
    return sums


def candle_of(mts: int, trades: Iterable[Trade]) -> Candle:
    """The candle of a non-empty run of trades: open and close are the first and last by (mts, id)."""
    return running(mts, trades).candle()


class Candles:
    """The candles of one market and timeframe, oldest first, at most `capacity`."""

    def __init__(self, timeframe: Timeframe, capacity: int = 30_000) -> None:
        self.timeframe = timeframe
        self.capacity = capacity
        self.revision = 0
        """Grows by one with every change."""
        self.known = False
        """False until the first answer, which may well be that there were none."""
        self._starts: list[int] = []
        self._rows: dict[int, Candle] = {}
        self._running: Running | None = None
        """The sums over the newest bucket that trades went into."""
        self._covered_since: int | None = None
        """`Trades.covered_since` when it was last looked at: more coverage makes more buckets exact."""

        self.unknown: tuple[tuple[int, int], ...] = ()
        """The spans, start <= mts < end in ms UTC, of which nobody knows whether there were trades; oldest first."""
        self._told_until: int | None = None
        """The newest bucket that the exchange told of."""

    def __len__(self) -> int:
        return len(self._starts)

    def merge(self, candles: Iterable[Candle], listing: bool = False) -> None:
        """Take candles of the exchange; a `listing` misses no bucket between its oldest and its newest.

        An older bucket is as the exchange says. In the two newest an answer may be older than what the trades told
        already; the volume of a bucket only grows, so the candle with more volume is the newer one.
        """
        candles = list(candles)
        if candles:
            self._note_unknown(min(row.mts for row in candles), max(row.mts for row in candles), listing)
        moving = self._starts[-2:]
        for candle in candles:
            if candle.mts not in moving or candle.volume >= self._rows[candle.mts].volume:
                self._put(candle)
        self.known = True
        self._trim()
        self.revision += 1

    def prepend(self, candles: Iterable[Candle]) -> None:
        """Take the candles just before the oldest one, none of them missing; the oldest of them where room is short.

        Those that are not older change nothing: what is known of them is newer than what is told here.
        """
        first, room = self._starts[0] if self._starts else float("inf"), self.capacity - len(self._starts)
        older = {candle.mts: candle for candle in candles if candle.mts < first}
        starts = sorted(older)[-room:] if room > 0 else []
        if starts:
            self._rows.update((start, older[start]) for start in starts)
            self._starts[:0] = starts
            self.revision += 1

    @property
    def full(self) -> bool:
        """Whether there is no room for older ones."""
        return len(self._starts) >= self.capacity

    def follow(self, trades: Trades, new: Sequence[Trade]) -> None:
        """Bring the buckets of the `new` trades, which `trades` holds already, up to date.

        The buckets that `trades` covers now and did not the last time are brought up to date as well. All calls have to
        name the same `trades`.
        """
        anchor = self._starts[-1] if self._starts else None
        due = [*new, *self._newly_covered(trades, anchor)]
        touched = {bucket for trade in due if (bucket := self.timeframe.bucket(trade.mts, anchor)) is not None}
        for bucket in sorted(touched):
            covered = trades.covered_since is not None and bucket > trades.covered_since
            if covered or bucket in self._rows or (self._starts and bucket > self._starts[-1]):
                self._rebuild(bucket, trades, new, covered)
        if touched:
            self._trim()
            self.revision += 1

    def _newly_covered(self, trades: Trades, anchor: int | None) -> list[Trade]:
        """The trades of the buckets that have become exact since the last look."""
        before, now = self._covered_since, trades.covered_since
        if now is None or self.timeframe.bucket(now, anchor) is None:
            return []
        self._covered_since = now
        if before is not None and before <= now:
            return []
        if before is None:
            return trades.since(now)
        bucket = self.timeframe.bucket(before, anchor)
        return [] if bucket is None else trades.between(now, self.timeframe.next_bucket(bucket))

    def _rebuild(self, bucket: int, trades: Trades, new: Sequence[Trade], covered: bool) -> None:
        """Bring one bucket up to date by the rules of this module."""
        sums = self._summed(bucket, trades, new)
        if sums is None:
            return
        candle, known = sums.candle(), self._rows.get(bucket)
        if known is not None and not covered:
            candle = Candle(
                bucket,
                known.open,
                candle.close,
                max(known.high, candle.high),
                min(known.low, candle.low),
                max(known.volume, candle.volume),
            )
        self._put(candle)

    def _summed(self, bucket: int, trades: Trades, new: Sequence[Trade]) -> Running | None:
        """The sums over all trades of a bucket, carried on where nothing but the next trade was added to it.

        That it is so is proved by the tape: it forgets only from the old end, so where the bucket's oldest trade is
        still the same, the newest is the new one and the count has grown by one, nothing else can have changed.
        """
        end = self.timeframe.next_bucket(bucket)
        extent = trades.extent(bucket, end)
        if extent is None:
            return None
        sums = self._running
        if sums is not None and sums.mts == bucket and len(new) == 1:
            trade = new[0]
            if (trade.mts, trade.id) > sums.key and extent == (sums.count + 1, sums.first, trade.id):
                sums.add(trade)
                return sums
        sums = running(bucket, trades.between(bucket, end))
        if self._running is None or bucket >= self._running.mts:
            self._running = sums
        return sums

    def newest(self, count: int) -> list[Candle]:
        """The newest `count` candles, oldest first."""
        return [self._rows[start] for start in self._starts[-count:]] if count > 0 else []

    def between(self, start: int, end: int) -> list[Candle]:
        """The candles with start <= mts < end, oldest first."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [self._rows[mts] for mts in self._starts[low:high]]

    def count(self, start: int, end: int) -> int:
        """How many candles there are with start <= mts < end."""
        return max(bisect_left(self._starts, end) - bisect_left(self._starts, start), 0)

    @property
    def first(self) -> Candle | None:
        """The oldest candle."""
        return self._rows[self._starts[0]] if self._starts else None

    @property
    def last(self) -> Candle | None:
        """The newest candle."""
        return self._rows[self._starts[-1]] if self._starts else None

    def _note_unknown(self, oldest: int, newest: int, listing: bool) -> None:
        """A listing tells of all its time, and of nothing between the candles told before and its oldest."""
        if listing:
            told_until = self.timeframe.next_bucket(newest)
            spans = [part for span in self.unknown for part in _outside(span, oldest, told_until)]
            if self._told_until is not None and (start := self.timeframe.next_bucket(self._told_until)) < oldest:
                spans.append((start, oldest))
            self.unknown = tuple(spans[-_UNKNOWN_MOST:])
        self._told_until = newest if self._told_until is None else max(self._told_until, newest)

    def _put(self, candle: Candle) -> None:
        if candle.mts not in self._rows:
            insort(self._starts, candle.mts)
        self._rows[candle.mts] = candle

    def _trim(self) -> None:
        excess = len(self._starts) - self.capacity
        if excess > 0:
            for start in self._starts[:excess]:
                del self._rows[start]
            del self._starts[:excess]
            self.unknown = tuple(span for span in self.unknown if span[1] > self._starts[0])
