"""A key that was pressed is waited for by what it set going, not by how busy the process is.

Textual's pilot sleeps in steps of 20 ms until the process uses next to no time, up to a whole second a key where the
market keeps the screen busy. A pressed key has been dealt with as soon as the event loop has nothing left to run, and
no timer that is about to ring.
"""

import asyncio
from collections.abc import Iterator

import pytest

ROUNDS = 3
"""Looks in a row at which nothing may be left to run: what a socket or a thread hands in is seen in between."""
SOON = 0.02
"""Seconds; a timer that rings within them is part of what was set going: the next repaint, the next flush."""
LIMIT = 1.0
"""Seconds until the wait ends anyhow, as Textual's own does: an animation without end never comes to rest."""


async def settled(min_sleep: float = 0.0, max_sleep: float = LIMIT) -> None:
    """Return when everything that was set going has been done."""
    loop = asyncio.get_running_loop()
    end, quiet = loop.time() + max_sleep, 0
    while quiet < ROUNDS and loop.time() < end:
        wait = _next_timer(loop) - loop.time()
        await asyncio.sleep(max(wait, 0.0) if wait < SOON else 0)
        quiet = 0 if loop._ready or wait < SOON else quiet + 1  # type: ignore[attr-defined]


def _next_timer(loop: asyncio.AbstractEventLoop) -> float:
    timers: list[asyncio.TimerHandle] = loop._scheduled  # type: ignore[attr-defined]
    return min((timer.when() for timer in timers if not timer.cancelled()), default=float("inf"))


@pytest.fixture(scope="session", autouse=True)
def _keys_are_waited_for_by_what_they_do() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", settled)
        patch.setattr("textual.pilot.wait_for_idle", settled)
        yield
