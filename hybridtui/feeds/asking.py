"""Asking over REST as one of several panes: with another's answer where it is young enough, else inside the budget.

Ages are true ages: an answer that lay in the file counts from when it was true, not from when it was found.
"""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import msgspec

from hybridtui.clock import Clock
from hybridtui.errors import TransportError
from hybridtui.exchanges.base import RestKind, RestRequest
from hybridtui.feeds.answer import Answer, Client
from hybridtui.feeds.polling import TICKERS_EVERY, TOPIC_OF, intervals
from hybridtui.feeds.sharing import Sharing, Turn
from hybridtui.settings import Timings

_PATIENCE = 3.0
"""Seconds that another pane's request, or a short wait for the budget, is waited for."""
_SHORT = 0.5
"""A wait for the budget that is shorter is not worth a word."""
_LASTING = 3600.0
"""Seconds that an answer is good which does not depend on the market."""
_TELL_EVERY = 60.0
_REMEMBERED = 256


class PostponedError(TransportError):
    """Nothing was asked: the budget allows it in `wait` seconds."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


class SharedRest:
    """A REST client that shares budgets and answers."""

    def __init__(
        self,
        client: Client,
        sharing: Sharing,
        budgets: dict[str, int],
        timings: Timings,
        clock: Clock,
        *,
        pauses: bool = True,
    ) -> None:
        """With `pauses` a request that failed is left alone for its interval, by the other panes too."""
        self._client, self._sharing, self._budgets, self._clock = client, sharing, budgets, clock
        self._timings, self._pauses = timings, pauses
        self._intervals = intervals(timings) | {RestKind.TICKERS: TICKERS_EVERY}
        self._known: dict[str, int] = {}
        self._told: dict[str, float] = {}

    async def get(self, request: RestRequest, *, witness: bool) -> Answer:
        """The answer to a request; for a `witness` nothing counts that was true before now.

        Raises PostponedError where the budget allows no request now, and what RestClient raises.
        """
        key = f"{request.path}?{urlencode(request.query)}"
        wall_ms = self._clock.wall_ms()
        after = wall_ms if witness and request.kind in TOPIC_OF else self._known.get(key, 0)
        turn = await self._turn(key, request, after)
        if turn.body is None:
            return await self._ask(key, request, turn.ticket)
        self._know(key, turn.true_at)
        age = max(0, self._clock.wall_ms() - turn.true_at) / 1000
        return Answer(200, turn.body, age, None, shared=True)

    async def _turn(self, key: str, request: RestRequest, after: int) -> Turn:
        """Wait a moment for another pane or for the budget, and no longer."""
        give_up = self._clock.now() + _PATIENCE
        limit, interval = self._budgets[request.endpoint], self._interval(request.kind)
        while True:
            turn = await self._sharing.turn(key, request.endpoint, limit, interval, after)
            if turn.body is not None or turn.wait <= 0:
                return turn
            if self._clock.now() >= give_up:
                raise PostponedError("another pane asked the same and has no answer yet", turn.wait)
            if not turn.asking and turn.wait > _SHORT:
                self._tell(request, turn.wait)
                raise PostponedError(self._sharing.why, turn.wait)
            await asyncio.sleep(turn.wait)

    async def _ask(self, key: str, request: RestRequest, ticket: int) -> Answer:
        pause = self._interval(request.kind) if self._pauses else 0.0
        began = self._clock.now()
        try:
            answer = await self._client.get(request.path, request.query, self._clock.wall_ms())
        except TransportError:
            self._sharing.run(lambda shares: shares.failed(key, ticket, pause))
            raise
        # It was true when it was asked for at the earliest: an answer that was long on its way is not young.
        answer = msgspec.structs.replace(answer, age=answer.age + self._clock.now() - began)
        if answer.status == 429:
            wait = answer.retry_after if answer.retry_after is not None else self._timings.rate_limited
            self._sharing.run(lambda shares: shares.block(request.endpoint, wait))
        if _is_data(answer):
            true_at = self._clock.wall_ms() - int(answer.age * 1000)
            self._know(key, true_at)
            self._sharing.run(lambda shares: shares.put(key, ticket, answer.body, true_at))
        else:
            self._sharing.run(lambda shares: shares.failed(key, ticket, pause))
        return answer

    def _interval(self, kind: RestKind) -> float:
        return self._intervals.get(kind, _LASTING)

    def _know(self, key: str, true_at: int) -> None:
        """Remember the age of what this pane has, so that it takes nothing older."""
        self._known[key] = true_at
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]

    def _tell(self, request: RestRequest, wait: float) -> None:
        now = self._clock.now()
        if now >= self._told.get(request.endpoint, now):
            self._told[request.endpoint] = now + _TELL_EVERY
            why = self._sharing.why
            self._sharing.tell(f"{why[:1].upper()}{why[1:]}: {request.kind} again in {wait:.0f} s.")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()
        await self._sharing.finish()


def _is_data(answer: Answer) -> bool:
    """Whether other panes can use this answer: not an error, and readable to its end."""
    if answer.status != 200:
        return False
    try:
        content = msgspec.json.decode(answer.body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return False
    return not content or bytes(content[0]) != b'"error"'
