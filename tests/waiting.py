"""Waiting for a condition instead of sleeping for luck."""

import asyncio
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds for whatever should take a few: a busy machine takes longer, and waiting for what holds costs nothing."""


async def until(condition: Callable[[], object], within: float = PATIENCE, what: str = "") -> None:
    """Return as soon as the condition holds; fail when it does not within so many seconds."""
    try:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - a condition of any kind has no event
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"did not happen within {within} s: {what or condition}") from None
