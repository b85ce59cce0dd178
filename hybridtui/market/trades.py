"""The tape: every trade once, whatever way and however often it came.

Trades come as a snapshot, as `te` and again as `tu`, and over REST; the id tells that they are the same. Ids grow with
time on one exchange, so the tape is ordered by id, and by time with it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import msgspec

from hybridtui.market.gaps import Gap, Gaps, Run

_OUTAGE_LEAST = 1.0
"""Seconds; a shorter interruption of which nothing is missing is not worth a word."""


class Trade(msgspec.Struct, frozen=True, gc=False):
    """One execution."""

    id: int
    mts: int
    """When, ms UTC, by the exchange's clock."""
    amount: float
    """In base currency; the sign is the taker's side: + bought, - sold."""
    price: float
    """In quote currency."""


class Trades:
    """The newest trades of one market, oldest first, at most a tenth more than `capacity`.

    What is known without a hole is one run of ids that ends at the newest: a listing that overlaps the run makes it
    longer, one that begins after it begins it anew, one that ends before it leaves it alone. A trade of the stream is
    the next one, so it makes the run longer; the first trade of all begins it. After `interrupt` nothing is the next
    one: what comes first then has to be merged, and the gap between it and what was known is remembered.
    """

    def __init__(self, capacity: int = 5000) -> None:
        self.capacity = capacity
        self.revision = 0
        """Grows by one with every change."""
        self.known = False
        """False until the first answer, which may well be that there were no trades."""
        self.covered_since: int | None = None
        """No trade after this moment (ms UTC, exclusive) is missing; None where nothing is known."""
        self._covered_id = 0
        """The oldest id of the run without a hole."""
        self._gaps = Gaps()
        self._lost_at: float | None = None
        """When the trades ceased to be delivered, monotonic seconds; None while they are."""
        self._ids: list[int] = []
        self._times: list[int] = []
        self._rows: list[Trade] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was missed, oldest first: gaps that are still open, and outages of a second or more."""
        return self._gaps.all()

    @property
    def interrupted(self) -> bool:
        """True from `interrupt` until the next listing."""
        return self._lost_at is not None

    def interrupt(self, at: float) -> None:
        """The trades ceased to be delivered at this moment, monotonic seconds: from then on some may be missing."""
        if self._lost_at is None:
            self._lost_at = at

    def add(self, trade: Trade) -> bool:
        """Insert one trade; False where it was known already or is older than all that is kept."""
        if not self._ids or trade.id > self._ids[-1]:
            if self.covered_since is None:
                self._cover_from(trade)
            self._insert(len(self._ids), trade)
        else:
            at = bisect_left(self._ids, trade.id)
            if self._ids[at] == trade.id or (at == 0 and len(self._ids) >= self.capacity):
                return False
            self._insert(at, trade)
        self.known = True
        self.revision += 1
        if len(self._ids) > self.capacity + self.capacity // 10:
            self._trim()
        return True

    def merge(self, trades: Iterable[Trade], at: float | None = None) -> list[Trade]:
        """Take a list that misses nothing between its oldest and its newest; return those that were new, oldest first.

        `at` is when it was true, monotonic seconds, if that is known. Where the list does not reach back to what is
        known, what lies between is missing and coverage starts anew.
        """
        rows = sorted(trades, key=lambda trade: trade.id)
        if rows:
            self._note_gap(rows, self._outage(at))
            after = not self._ids or rows[0].id > self._ids[-1]
            if after or rows[0].id < self._covered_id <= rows[-1].id:
                self._cover_from(rows[0])
        new = [trade for trade in rows if self.add(trade)]
        if rows:
            self._fill_gaps(rows, new)
        self._uncover_forgotten()
        if not self.known:
            self.known = True
            self.revision += 1
        return new

    def find(self, number: int) -> Trade | None:
        """The trade with this id, None where it is not known."""
        at = bisect_left(self._ids, number)
        return self._rows[at] if at < len(self._ids) and self._ids[at] == number else None

    def newest(self, count: int) -> list[Trade]:
        """The newest `count` trades, newest first."""
        return self._rows[: -count - 1 : -1] if count > 0 else []

    def covered(self) -> list[Trade]:
        """The run without a hole that ends at the newest trade, oldest first: what may be remembered as a listing."""
        return self._rows[bisect_left(self._ids, self._covered_id) :]

    def since(self, mts: int) -> list[Trade]:
        """All trades at or after `mts`, oldest first."""
        return self._rows[bisect_left(self._times, mts) :]

    def after(self, number: int) -> list[Trade]:
        """All trades whose id is greater, oldest first."""
        return self._rows[bisect_right(self._ids, number) :]

    def between(self, start: int, end: int) -> list[Trade]:
        """All trades with start <= mts < end, oldest first."""
        return self._rows[bisect_left(self._times, start) : bisect_left(self._times, end)]

    def around(self, first: int, last: int) -> list[Trade]:
        """The trades whose ids are from `first` to `last`, the one before and the one after them, oldest first."""
        return self._rows[max(bisect_left(self._ids, first) - 1, 0) : bisect_right(self._ids, last) + 1]

    def extent(self, start: int, end: int) -> tuple[int, int, int] | None:
        """How many trades have start <= mts < end, and the ids of the oldest and the newest; None where none has."""
        low, high = bisect_left(self._times, start), bisect_left(self._times, end)
        return (high - low, self._ids[low], self._ids[high - 1]) if low < high else None

    @property
    def last(self) -> Trade | None:
        """The newest trade."""
        return self._rows[-1] if self._rows else None

    def _insert(self, at: int, trade: Trade) -> None:
        self._ids.insert(at, trade.id)
        self._times.insert(at, trade.mts)
        self._rows.insert(at, trade)

    def _outage(self, at: float | None) -> float | None:
        """How many seconds an interruption lasted that a listing of the moment `at` ends, None where it ends none."""
        if self._lost_at is None or at is None or at <= self._lost_at:
            return None
        seconds, self._lost_at = at - self._lost_at, None
        return seconds

    def _note_gap(self, rows: list[Trade], outage: float | None) -> None:
        """Remember what a listing, oldest first and not yet taken in, says is or was missing before it."""
        last = self.last
        if last is None:
            return
        run = Run(self._covered_id, self.covered_since or 0)
        if rows[0].id > last.id:
            seconds = (rows[0].mts - last.mts) / 1000 if outage is None else outage
            self._gaps.open(Gap(last.id, rows[0].id, seconds, 0, closed=False), rows[-1].id, run)
        elif outage is not None and outage >= _OUTAGE_LEAST:
            first = next((row.id for row in rows if row.id > last.id), last.id)
            self._gaps.open(Gap(last.id, first, outage, 0, closed=True), rows[-1].id, run)
            self.revision += 1

    def _fill_gaps(self, rows: list[Trade], new: list[Trade]) -> None:
        before = self._gaps.all()
        run = self._gaps.fill(rows, new, self._covered_id)
        if run is not None and run.id < self._covered_id:
            self._covered_id, self.covered_since = run
        if self._gaps.all() != before:
            self.revision += 1

    def _cover_from(self, trade: Trade) -> None:
        self._covered_id, self.covered_since = trade.id, trade.mts

    def _trim(self) -> None:
        """Forget the oldest, in blocks, so that the cost is spread thin."""
        drop = len(self._ids) - self.capacity
        del self._ids[:drop], self._times[:drop], self._rows[:drop]
        self._gaps.forget(self._ids[0])
        self._uncover_forgotten()

    def _uncover_forgotten(self) -> None:
        """What is no longer kept, or was too old to be taken in, is not covered either."""
        if self._rows and self._rows[0].id > self._covered_id:
            self._cover_from(self._rows[0])
