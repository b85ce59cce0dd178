"""Real-time tests that play beside each other: each waits most of the time, so several cost what the longest costs.

    together = Together()

    @together
    async def test_something() -> None: ...

All of a module's that are asked for are played, a few at once, when the first of them is due; each is a test of its own
and fails by itself. They may take parameters but no fixtures: each opens all that it needs, and shares nothing.
"""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

AT_ONCE = 3
"""As many as one busy core plays without any of them being late by much."""
LONGEST = 100.0
"""Seconds for one of them."""

Play = Callable[..., Coroutine[Any, Any, None]]


class Together:
    """The tests of one module that are played together, and what became of them."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._plays: dict[str, Play] = {}
        """Name of the test function to what it plays."""
        self._outcomes: dict[str, BaseException | None] = {}
        """Test id to how it failed; None where it did not."""

    def __call__(self, play: Play) -> Callable[..., None]:
        """Make a test of a coroutine function."""
        self._plays[play.__name__] = play

        def test(request: pytest.FixtureRequest, **_parameters: object) -> None:
            if request.node.nodeid not in self._outcomes:
                asyncio.run(self._play_all(request.session.items, request.node))
            failure = self._outcomes[request.node.nodeid]
            if failure is not None:
                raise failure

        wanted = [*inspect.signature(play).parameters.values()]
        asking = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        test.__name__, test.__doc__, test.__module__ = play.__name__, play.__doc__, play.__module__
        test.__signature__ = inspect.Signature([asking, *wanted])  # type: ignore[attr-defined]
        vars(test)["pytestmark"] = [*vars(play).get("pytestmark", []), pytest.mark.timeout(4 * LONGEST)]
        return test

    async def _play_all(self, items: list[pytest.Item], first: pytest.Item) -> None:
        free = asyncio.Semaphore(self._at_once)
        mine = [item for item in items if isinstance(item, pytest.Function) and item.path == first.path]
        async with asyncio.TaskGroup() as tasks:
            for item in mine:
                if item.originalname in self._plays and item.nodeid not in self._outcomes:
                    tasks.create_task(self._play(item, free))

    async def _play(self, item: pytest.Function, free: asyncio.Semaphore) -> None:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        async with free:
            try:
                async with asyncio.timeout(LONGEST):
                    await self._plays[item.originalname](**parameters)
            except Exception as failure:  # noqa: BLE001 - the boundary of a test: raised again where it is reported
                self._outcomes[item.nodeid] = failure
            else:
                self._outcomes[item.nodeid] = None
