"""Several scenarios beside each other: each waits most of the time."""

import asyncio
import sys
from collections.abc import Mapping

from tests.scenarios.judgement import Seen
from tests.scenarios.plan import Scenario
from tests.scenarios.stage import Pace, play

AT_ONCE = 8
"""As many as one core plays without being late by much."""


async def play_all(
    scenarios: Mapping[str, Scenario], pace: Pace, at_once: int = AT_ONCE
) -> dict[str, Seen | BaseException]:
    """Play all of them; what became of each, or how it failed."""
    free = asyncio.Semaphore(at_once)

    async def one(scenario: Scenario) -> Seen:
        async with free:
            return await play(scenario, pace)

    streams = sys.stdout, sys.stderr
    try:
        ends = await asyncio.gather(*map(one, scenarios.values()), return_exceptions=True)
    finally:
        # Each screen catches what is printed and gives it back to the one before it, which may have gone by then.
        sys.stdout, sys.stderr = streams
    return dict(zip(scenarios, ends, strict=True))
