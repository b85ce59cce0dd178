"""What the panes of one user share through the file: the exchange counts requests and sockets by address, not by pane.

Every request and every socket is a row of `spendings` for as long as it counts. A row is stamped with the latest moment
at which it can reach the exchange and, once the answer is there, with that moment: so however long requests are on
their way, the exchange never sees more than the limit in any window. A process that dies leaves rows that count a
little too long, never too short.

The newest answers lie beside them. Whoever asks holds a short lease on the request; the others wait for its answer.
Where several requests compete for one endpoint, each gets its turn once in `window * requests / limit` seconds.

Times are those of the wall clock, because processes share no other, and are read inside the transaction, so that they
grow in the order of the transactions. A clock that was set back makes everybody wait for a window at most.
"""

import sqlite3
from typing import Any

import msgspec

from hybridtui.clock import Clock
from hybridtui.store.database import Database

WINDOW_S = 60.0
SOCKETS = "socket"
"""The endpoint under which new sockets are counted."""
REQUESTS_KEPT = 200
"""How many different requests are remembered; those wanted longest ago go first."""
LARGEST_BODY = 1_000_000
_BLOCK_MOST_S = 3600.0
_ACTIVE = 0.25
"""A request wanted within this fraction of the window competes; every pane asks at least so often."""
_MOMENT_S = 0.05


class Turn(msgspec.Struct, frozen=True):
    """What may be done now: use `body`, else come again in `wait` seconds, else ask and hand `ticket` back."""

    body: bytes | None = None
    """Another pane's answer."""
    true_at: int = 0
    """When its content was true, ms UTC."""
    wait: float = 0.0
    """Seconds until it is worth coming again."""
    asking: bool = False
    """The wait is for the answer to another pane's request, not for the budget."""
    ticket: int = 0
    """The row of the spending, to be settled when it is known to have reached the exchange."""


class SharedBudgets:
    """The budgets and answers of the exchange at one URL. Every method is one short transaction or two.

    All raise StoreError where the file fails. Any thread may call.
    """

    def __init__(
        self,
        database: Database,
        url: str,
        clock: Clock,
        *,
        window: float = WINDOW_S,
        flight: float = 10.0,
        lease: float = 2.0,
    ) -> None:
        """`flight` is how many seconds a request may take at most, `lease` how long others wait for its answer."""
        self._database, self._url, self._clock = database, url, clock
        self._window, self._flight, self._lease = int(window * 1000), int(flight * 1000), int(lease * 1000)

    def turn(self, request: str, endpoint: str, limit: int, younger_than: float, after: int) -> Turn:
        """What a pane may do that wants `request`, path and query, counted for `endpoint`, `limit` times a window.

        An answer is of use where its content was true later than `after` (ms UTC) and less than `younger_than` seconds
        ago; an older one, still later than `after`, where the budget allows no request now.
        """
        answer = self._answer(request, after, int(younger_than * 1000))
        if answer is not None:
            return answer
        with self._database.transaction() as transaction:
            now = self._clock.wall_ms()
            answer = self._answer_in(transaction, request, after, int(younger_than * 1000), now)
            if answer is not None:
                return answer
            asked_at, leased_until = self._want(transaction, request, endpoint, now)
            if now < leased_until <= now + self._lease:
                return Turn(wait=_MOMENT_S, asking=True)
            wait = max(
                self._spacing(transaction, endpoint, limit, asked_at, now),
                self._full(transaction, endpoint, limit, now),
            )
            if wait > 0:
                older = self._answer_in(transaction, request, after, self._window * 1000, now)
                return older or Turn(wait=wait / 1000)
            transaction.execute(
                "UPDATE requests SET asked_at = ?, leased_until = ? WHERE url = ? AND request = ?",
                (now, now + self._lease, self._url, request),
            )
            return Turn(ticket=self._spend(transaction, endpoint, now))

    def take(self, endpoint: str, limit: int) -> Turn:
        """Count one of what is no request; the turn has a ticket, or a wait."""
        with self._database.transaction() as transaction:
            now = self._clock.wall_ms()
            wait = self._full(transaction, endpoint, limit, now)
            return Turn(wait=wait / 1000) if wait > 0 else Turn(ticket=self._spend(transaction, endpoint, now))

    def settle(self, ticket: int) -> None:
        """What the ticket stands for has reached the exchange by now."""
        with self._database.transaction() as transaction:
            self._settle(transaction, ticket, self._clock.wall_ms())

    def put(self, request: str, ticket: int, body: bytes, true_at: int) -> None:
        """Share an answer whose content was true at `true_at`, ms UTC; the ticket is settled."""
        with self._database.transaction() as transaction:
            now = self._clock.wall_ms()
            self._settle(transaction, ticket, now)
            if len(body) <= LARGEST_BODY:
                transaction.execute(
                    "INSERT INTO answers (url, request, true_at, body) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
                    " SET true_at = excluded.true_at, body = excluded.body"
                    " WHERE excluded.true_at >= true_at OR true_at > ?",
                    (self._url, request, true_at, body, now),
                )
            self._release(transaction, request, now)
            _prune(transaction)

    def failed(self, request: str, ticket: int, pause: float) -> None:
        """There is no answer; nobody shall ask again for `pause` seconds, at most for a lease. Settles the ticket."""
        with self._database.transaction() as transaction:
            now = self._clock.wall_ms()
            self._settle(transaction, ticket, now)
            self._release(transaction, request, now + min(int(pause * 1000), self._lease))

    def block(self, endpoint: str, wait: float) -> None:
        """The exchange wants no more of these for `wait` seconds, from nobody."""
        with self._database.transaction() as transaction:
            until = self._clock.wall_ms() + int(min(wait, _BLOCK_MOST_S) * 1000)
            transaction.execute(
                "INSERT INTO blocks (url, endpoint, until) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
                (self._url, endpoint, until),
            )

    # Answers

    def _answer(self, request: str, after: int, younger_than: int) -> Turn | None:
        """Without a transaction: most polls of many panes end here."""
        rows = self._database.rows(_ANSWER, self._answer_key(request, after, younger_than, self._clock.wall_ms()))
        return Turn(body=rows[0][1], true_at=rows[0][0]) if rows else None

    def _answer_in(
        self, transaction: sqlite3.Connection, request: str, after: int, younger_than: int, now: int
    ) -> Turn | None:
        row = transaction.execute(_ANSWER, self._answer_key(request, after, younger_than, now)).fetchone()
        return Turn(body=row[1], true_at=row[0]) if row is not None else None

    def _answer_key(self, request: str, after: int, younger_than: int, now: int) -> tuple[Any, ...]:
        return (self._url, request, max(after, now - younger_than), now)

    def _want(self, transaction: sqlite3.Connection, request: str, endpoint: str, now: int) -> tuple[int, int]:
        """Note that somebody wants it. Returns when it was asked last, and until when it is leased."""
        found: tuple[int, int] = transaction.execute(
            "INSERT INTO requests (url, request, endpoint, wanted_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET wanted_at = excluded.wanted_at RETURNING asked_at, leased_until",
            (self._url, request, endpoint, now),
        ).fetchone()
        return found

    def _release(self, transaction: sqlite3.Connection, request: str, leased_until: int) -> None:
        transaction.execute(
            "UPDATE requests SET leased_until = ? WHERE url = ? AND request = ?", (leased_until, self._url, request)
        )

    # Budgets; all times in ms

    def _spacing(self, transaction: sqlite3.Connection, endpoint: str, limit: int, asked_at: int, now: int) -> int:
        """How long a request has to wait for those that compete with it; nothing where none does."""
        (active,) = transaction.execute(
            "SELECT count(*) FROM requests WHERE url = ? AND endpoint = ? AND wanted_at BETWEEN ? AND ?",
            (self._url, endpoint, now - int(self._window * _ACTIVE), now),
        ).fetchone()
        if active < 2 or asked_at > now:
            return 0
        return int(asked_at + self._window * active / limit - now)

    def _full(self, transaction: sqlite3.Connection, endpoint: str, limit: int, now: int) -> int:
        """How long to wait for the budget and for the end of a block; not positive where both allow one now."""
        key = (self._url, endpoint)
        latest = now + self._flight
        transaction.execute(
            "UPDATE spendings SET at = ? WHERE url = ? AND endpoint = ? AND at > ?", (latest, *key, latest)
        )
        transaction.execute(
            "DELETE FROM spendings WHERE url = ? AND endpoint = ? AND at <= ?", (*key, now - self._window)
        )
        blocked = transaction.execute("SELECT until FROM blocks WHERE url = ? AND endpoint = ?", key).fetchone()
        wait = min(blocked[0] - now, int(_BLOCK_MOST_S * 1000)) if blocked is not None else 0
        in_the_way = transaction.execute(
            "SELECT at FROM spendings WHERE url = ? AND endpoint = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
            (*key, limit - 1),
        ).fetchone()
        if in_the_way is None:
            return wait
        at: int = in_the_way[0]
        expected = at - self._flight if at > now else at  # what is on its way will most likely be settled soon
        return max(wait, expected + self._window - now, 1)

    def _spend(self, transaction: sqlite3.Connection, endpoint: str, now: int) -> int:
        cursor = transaction.execute(
            "INSERT INTO spendings (url, endpoint, at) VALUES (?, ?, ?)", (self._url, endpoint, now + self._flight)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _settle(self, transaction: sqlite3.Connection, ticket: int, now: int) -> None:
        transaction.execute("UPDATE spendings SET at = min(at, ?) WHERE ticket = ?", (now, ticket))


_ANSWER = "SELECT true_at, body FROM answers WHERE url = ? AND request = ? AND true_at > ? AND true_at <= ?"


def _prune(transaction: sqlite3.Connection) -> None:
    transaction.execute(
        "DELETE FROM requests WHERE (url, request) IN"
        " (SELECT url, request FROM requests ORDER BY wanted_at DESC LIMIT -1 OFFSET ?)",
        (REQUESTS_KEPT,),
    )
    transaction.execute("DELETE FROM answers WHERE (url, request) NOT IN (SELECT url, request FROM requests)")
