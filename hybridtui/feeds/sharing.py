"""One address, one budget: what a feed needs to keep, together with the other panes of the user, to what is allowed.

`Shares` is what the panes have in common; a file keeps it (see the store, which this does not know). `Alone` stands in
where there is none: a cautious part of each budget, because nobody knows how many other panes there are. `Sharing` is
what the feed talks to: it leaves the event loop while the file is waited for, and turns to `Alone` when the file fails.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from hybridtui.clock import Clock
from hybridtui.errors import StoreError, TransportError
from hybridtui.feeds.budget import MINUTE, Budget
from hybridtui.feeds.connection import SOCKETS_PER_MINUTE
from hybridtui.feeds.network import SocketRefusedError, is_loopback

if TYPE_CHECKING:
    from hybridtui.feeds.websocket import Socket

CAUTIOUS = 0.25
"""The part of every budget that a pane takes which cannot ask the others."""
_SOCKETS = "socket"
_FILE_PATIENCE = 3.0
"""Seconds after which a file that does not answer counts as failed."""
_FILE_AGAIN = 60.0
"""Seconds until a file that failed is tried once more."""
_MOMENT = 1.0
"""A wait for a socket that is shorter is not worth a word."""

T = TypeVar("T")


class Turn(Protocol):
    """What may be done now: use `body`, else come again in `wait` seconds, else ask and hand `ticket` back."""

    @property
    def body(self) -> bytes | None:
        """Another pane's answer."""
        ...

    @property
    def true_at(self) -> int:
        """When its content was true, ms UTC."""
        ...

    @property
    def wait(self) -> float:
        """Seconds until it is worth coming again."""
        ...

    @property
    def asking(self) -> bool:
        """The wait is for the answer to another pane's request, not for the budget."""
        ...

    @property
    def ticket(self) -> int:
        """What was spent, to be handed back."""
        ...


class Shares(Protocol):
    """What panes have in common. Every method may raise StoreError; any thread may call."""

    def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:
        """What a pane may do that wants `request`, counted for `endpoint`, `limit` times a minute.

        An answer is of use where it was true later than `after` (ms UTC) and less than `younger_than` seconds ago, or
        where the budget allows nothing better.
        """
        ...

    def take(self, endpoint: str, limit: int) -> Turn:
        """Count one of what is no request."""
        ...

    def settle(self, ticket: int) -> None:
        """What the ticket stands for has reached the exchange by now."""
        ...

    def put(self, request: str, ticket: int, body: bytes, true_at: int) -> None:
        """Share an answer that was true at `true_at`, ms UTC, and settle the ticket."""
        ...

    def failed(self, request: str, ticket: int, pause: float) -> None:
        """There is no answer; nobody shall ask again for `pause` seconds. Settles the ticket."""
        ...

    def block(self, endpoint: str, wait: float) -> None:
        """The exchange wants no more of these for `wait` seconds."""
        ...


class OwnTurn(msgspec.Struct, frozen=True):
    """A `Turn` without other panes."""

    wait: float = 0.0
    body: None = None
    true_at: int = 0
    asking: bool = False
    ticket: int = -1


class Alone:
    """`Shares` without other panes to share with: this fraction of every budget, spread evenly where it is not all."""

    def __init__(self, clock: Clock, fraction: float) -> None:
        self.fraction = fraction
        self._clock = clock
        self._budgets: dict[str, Budget] = {}
        self._next: dict[str, float] = {}

    def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:  # noqa: ARG002
        """Ask, or wait; there is never somebody else's answer."""
        now = self._clock.now()
        wait = self._next.get(request, now) - now
        turn = OwnTurn(wait) if wait > 0 else self.take(endpoint, limit)
        if turn.wait <= 0 and self.fraction < 1:
            self._next[request] = now + MINUTE / self._budget(endpoint, limit).limit
        return turn

    def take(self, endpoint: str, limit: int) -> Turn:
        """Count one, or wait."""
        now, budget = self._clock.now(), self._budget(endpoint, limit)
        wait = budget.free_at(now) - now
        if wait <= 0:
            budget.spend(now)
        return OwnTurn(max(wait, 0.0))

    def settle(self, ticket: int) -> None:
        """Nothing is kept of it."""

    def put(self, request: str, ticket: int, body: bytes, true_at: int) -> None:
        """Nobody wants it."""

    def failed(self, request: str, ticket: int, pause: float) -> None:
        """Nobody has to know."""

    def block(self, endpoint: str, wait: float) -> None:
        """Take none for `wait` seconds."""
        if endpoint in self._budgets:
            self._budgets[endpoint].block(self._clock.now() + wait)

    def _budget(self, endpoint: str, limit: int) -> Budget:
        return self._budgets.setdefault(endpoint, Budget(max(1, int(limit * self.fraction))))


class Sharing:
    """What panes have in common, for an event loop."""

    def __init__(self, alone: Alone, file: Shares | None, clock: Clock) -> None:
        self.tell: Callable[[str], object] = str
        """Where a sentence for the user goes."""
        self._alone, self._file, self._clock = alone, file, clock
        self._file_after = clock.now()
        self._told = False
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def why(self) -> str:
        """Why there may be a wait, in one clause."""
        if self._file_now() is not None:
            return "REST budget shared with other panes"
        if self._alone.fraction < 1:
            return "only a part of the REST budget is used, as other panes cannot be asked"
        return "REST budget used up"

    async def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:
        """As `Shares.turn`; raises nothing."""
        return await self._done(lambda shares: shares.turn(request, endpoint, limit, younger_than, after))

    def run(self, errand: Callable[[Shares], None]) -> None:
        """Have something done soon, without waiting for it."""
        task = asyncio.get_running_loop().create_task(self._done(errand), name="share")
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    @asynccontextmanager
    async def socket(self, opening: "AbstractAsyncContextManager[Socket]") -> "AsyncIterator[Socket]":
        """A socket inside the budget of all panes. Raises SocketRefusedError where it has to wait."""
        turn = await self._done(lambda shares: shares.take(_SOCKETS, SOCKETS_PER_MINUTE))
        if 0 < turn.wait <= _MOMENT:
            await asyncio.sleep(turn.wait)
            turn = await self._done(lambda shares: shares.take(_SOCKETS, SOCKETS_PER_MINUTE))
        if turn.wait > 0:
            raise SocketRefusedError(
                f"new sockets are shared with other panes, {SOCKETS_PER_MINUTE} a minute", turn.wait
            )
        try:
            socket = await opening.__aenter__()
        except TransportError as error:
            self._refused(turn.ticket, error)
            raise
        self.run(lambda shares: shares.settle(turn.ticket))
        try:
            yield socket
        finally:
            await opening.__aexit__(None, None, None)

    async def finish(self) -> None:
        """Wait until all errands are done."""
        if self._errands:
            await asyncio.wait(self._errands, timeout=_FILE_PATIENCE)

    def _refused(self, ticket: int, error: TransportError) -> None:
        self.run(lambda shares: shares.settle(ticket))
        wait = error.wait if isinstance(error, SocketRefusedError) else None
        if wait is not None:
            self.run(lambda shares: shares.block(_SOCKETS, wait))

    async def _done(self, work: Callable[[Shares], T]) -> T:
        """The work done with the file where it can be, else alone."""
        file = self._file_now()
        if file is not None:
            try:
                async with asyncio.timeout(_FILE_PATIENCE):
                    return await asyncio.to_thread(work, file)
            except (StoreError, TimeoutError):
                self._file_failed()
        return work(self._alone)

    def _file_now(self) -> Shares | None:
        return self._file if self._clock.now() >= self._file_after else None

    def _file_failed(self) -> None:
        self._file_after = self._clock.now() + _FILE_AGAIN
        if not self._told:
            self._told = True
            part = f"{self._alone.fraction:.0%}"
            self.tell(
                f"The cache file cannot be used to share with other panes; this one keeps to {part} of the budgets."
            )


def sharing_for(url: str, clock: Clock, file: Shares | None) -> Sharing:
    """The sharing of the exchange at `url`; nobody else counts against the budgets of one on this computer itself."""
    private = file is None and is_loopback(url)
    return Sharing(Alone(clock, 1.0 if private else CAUTIOUS), file, clock)
