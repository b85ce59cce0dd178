"""What lies between a session and its socket: texts on their way out, which a fault may hold back. PURE."""

from collections import deque

from hybridtui.server.faults import Faults
from hybridtui.server.session import ServerSession

_BURST = 0.1
"""Seconds for which a slow line may make up."""


class Line:
    """The way of one session's texts to its socket; they keep their order."""

    def __init__(self, session: ServerSession, faults: Faults) -> None:
        self.session, self._faults = session, faults
        self.frozen = False
        """Nothing goes out."""
        self._waiting: deque[tuple[float, str]] = deque()
        self._next = 0.0
        self.waiting = 0
        """How much is held back, in characters; the protocol's are ASCII."""

    def take(self, now: float) -> list[str]:
        """The texts that may be sent now; each is handed out once."""
        slow = "slow-socket" in self._faults
        delay = self._faults.number("slow-socket", "delay") if slow else 0.0
        for text in self.session.outgoing():
            self._waiting.append((now + delay, text))
            self.waiting += len(text)
        if self.frozen:
            return []
        if not slow:
            texts = [text for _, text in self._waiting]
            self._waiting.clear()
            self.waiting = 0
            return texts
        return self._trickle(now, max(0.1, self._faults.number("slow-socket", "per_second")))

    def deadline(self) -> float | None:
        """When a text that is held back by a slow line may go, monotonic seconds."""
        return None if self.frozen or not self._waiting else max(self._waiting[0][0], self._next)

    def _trickle(self, now: float, per_second: float) -> list[str]:
        texts: list[str] = []
        while self._waiting and max(self._waiting[0][0], self._next) <= now:
            texts.append(self._waiting.popleft()[1])
            self._next = max(self._next, now - _BURST) + 1 / per_second
            self.waiting -= len(texts[-1])
        return texts
