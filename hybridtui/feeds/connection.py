"""The life of the socket: wanted, opening, open, lost, tried again. PURE; commands come out, nothing is done.

Sockets are numbered; what an older one says is not heard. Tries are paced by `backoff` and never exceed the number of
connections that the exchange allows an address in a minute.
"""

from random import Random

from hybridtui.feeds.backoff import Backoff
from hybridtui.feeds.budget import Budget
from hybridtui.feeds.commands import CloseSocket, OpenSocket
from hybridtui.feeds.watchdog import Watchdog
from hybridtui.settings import Timings

SOCKETS_PER_MINUTE = 15
"""The exchange blocks an address that connects more than 20 times a minute."""


class Connection:
    """The one socket of a feed."""

    def __init__(self, timings: Timings, random: Random) -> None:
        self.backoff = Backoff(timings, random)
        self.watchdog: Watchdog | None = None
        """There while the socket is open."""
        self.retry_at: float | None = None
        """When the next try is due; None while there is a socket, or none is wanted."""
        self.reconnects = 0
        """How many sockets that had delivered were replaced."""
        self.delivered = False
        """The current socket, or the last one, fed the market; set by the supervisor."""
        self._timings = timings
        self._budget = Budget(SOCKETS_PER_MINUTE)
        self._number = 0
        self._opening = False

    @property
    def exists(self) -> bool:
        """True from the command to open on until the socket is lost or closed."""
        return self._opening or self.watchdog is not None

    def is_current(self, number: int) -> bool:
        """Whether this socket's word counts."""
        return number == self._number and self.exists

    def try_now(self, now: float) -> None:
        """Let the next try be due at once, where there is no socket."""
        if not self.exists:
            self.retry_at = now

    def open_if_due(self, now: float) -> OpenSocket | None:
        """The command to connect, when its time has come and the budget allows it."""
        if self.retry_at is None or now < self.retry_at:
            return None
        free_at = self._budget.free_at(now)
        if free_at > now:
            self.retry_at = free_at
            return None
        self._budget.spend(now)
        self.reconnects += self.delivered
        self.delivered = False
        self._number += 1
        self._opening, self.retry_at = True, None
        return OpenSocket(self._number)

    def opened(self, number: int, now: float) -> None:
        """The handshake succeeded."""
        if number == self._number and self._opening:
            self._opening = False
            self.watchdog = Watchdog(self._timings, now)

    def close(self) -> list[CloseSocket]:
        """Give the socket up, and want no other for now. Returns the command to close it, if there is one."""
        commands = [CloseSocket(self._number)] if self.exists else []
        self._opening, self.watchdog, self.retry_at = False, None, None
        return commands

    def retry(self, now: float, wait: float) -> None:
        """The socket is gone: plan the next try, not before `wait` seconds have passed."""
        self._opening, self.watchdog = False, None
        self.retry_at = self._budget.free_at(now + max(self.backoff.next_wait(), wait))

    def deadline(self) -> float:
        """When the watchdog or the next try has to be looked at."""
        if self.watchdog is not None:
            return self.watchdog.deadline()
        return float("inf") if self.retry_at is None else self.retry_at
