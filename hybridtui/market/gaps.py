"""What the tape missed: between which two known trades something is, or was, missing, and what was filled in later."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

_MOST = 32
"""Older gaps are forgotten."""


class Numbered(Protocol):
    """What has the id of a trade."""

    @property
    def id(self) -> int:
        """Grows with time."""
        ...


class Gap(msgspec.Struct, frozen=True, gc=False):
    """One interruption of the tape."""

    after_id: int
    """The newest trade known before it."""
    before_id: int
    """The oldest trade known after it; `after_id` itself where there is none yet."""
    seconds: float
    """How long nothing was delivered; where that is not known, the time between the two trades."""
    filled: int
    """How many trades of it were delivered later."""
    closed: bool
    """True once nothing is missing any more."""


class Run(NamedTuple):
    """The oldest trade of a run of trades without a hole."""

    id: int
    mts: int


class _Hole:
    """A gap with what has to be known to close it."""

    def __init__(self, gap: Gap, until: int, run: Run) -> None:
        self.gap = gap
        self.until = until
        """Newer trades were not missed but came after it."""
        self.run = run
        """Where the run of trades that ends at the gap begins."""


class Gaps:
    """The gaps of one tape, the oldest first, at most 32."""

    def __init__(self) -> None:
        self._holes: list[_Hole] = []

    def all(self) -> tuple[Gap, ...]:
        """All of them."""
        return tuple(hole.gap for hole in self._holes)

    def open(self, gap: Gap, until: int, run: Run) -> None:
        """Remember an interruption that ended with a listing whose newest trade is `until`."""
        self._holes.append(_Hole(gap, until, run))
        del self._holes[:-_MOST]

    def fill(self, rows: Sequence[Numbered], new: Sequence[Numbered], covered_id: int) -> Run | None:
        """Take note of a listing `rows`, of which `new` were not known; both oldest first, `rows` not empty.

        `covered_id` is the oldest trade of the run that ends at the newest of all. Returns where that run begins now,
        when a gap was closed that had divided it from an older one.
        """
        low, high = rows[0].id, rows[-1].id
        joined: Run | None = None
        for hole in reversed(self._holes):
            gap = hole.gap
            filled = gap.filled + sum(gap.after_id < row.id <= hole.until for row in new)
            after, before, closed = gap.after_id, gap.before_id, gap.closed
            if not closed and low <= after and high >= before:
                closed = True
                if covered_id <= after:
                    joined, covered_id = hole.run, min(covered_id, hole.run.id)
            elif not closed and low < before <= high:
                before = low
            elif not closed and low <= after < high:
                after = high
            if (after, before, filled, closed) != (gap.after_id, gap.before_id, gap.filled, gap.closed):
                hole.gap = Gap(after, before, gap.seconds, filled, closed)
        return joined

    def forget(self, oldest_id: int) -> None:
        """Trades before this one are no longer kept, and neither are the gaps among them."""
        self._holes = [hole for hole in self._holes if hole.gap.after_id >= oldest_id]
