"""What a change of the order book costs, from the text of the frame to the changed book; and a checksum."""

import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from itertools import islice

from benchmarks.exchange import busy
from benchmarks.table import Row, median, show
from hybridtui.exchanges.base import Session
from hybridtui.exchanges.bitfinex.replica import Replica
from hybridtui.exchanges.registry import exchange
from hybridtui.market.events import BookChanged, BookChecked, BookSnapshotSeen
from hybridtui.market.feed import View
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe

FRAMES = 30_000
ROUNDS = 7
CHECKSUMS = 500
CHANNEL = 266343
_MARKET = (BookSnapshotSeen, BookChanged, BookChecked)


def main() -> None:
    """Measure, a round of each after the other, and show the best and the median round."""
    where, snapshot, changes = recorded() or generated()
    texts = [f"[{CHANNEL},{change},{number},1573471234567]".encode() for number, change in enumerate(changes, start=2)]
    whole: list[float] = []
    asked: list[float] = []
    checks: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        session, state = opened(snapshot)
        whole.append(_seconds(lambda: _play(session, state, texts)) / len(texts))  # noqa: B023 - called at once
        session, _ = opened(snapshot)
        asked.append(_seconds(lambda: [session.receive(text, 1.0) for text in texts]) / len(texts))  # noqa: B023
        for changed, times in checks.items():
            times.append(_checksum(snapshot, changed))
    show(
        f"A changed level of the book, {len(texts)} {where} frames, {ROUNDS} rounds",
        [
            _row("parse, validate and apply, median round", median(whole), "<= 3 us"),
            _row("parse, validate and apply, best round", min(whole), ""),
            _row("of which the session, median round", median(asked), ""),
            _row("checksum of 25 levels a side, their texts known", median(checks[False]), "<= 5 us"),
            _row("the same, one level in twenty changed", median(checks[True]), ""),
        ],
    )


def recorded() -> tuple[str, str, list[str]] | None:
    """The first book of the recording and what changed then: bodies of frames. None without the recording."""
    path = busy().settings.recording
    if path is None:
        return None
    snapshot, changes, channel = "", list[str](), None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 4 * FRAMES):
            frame = json.loads(line)
            if isinstance(frame, dict):
                channel = frame["chanId"] if frame.get("channel") == "book" else channel
            elif frame[0] == channel and isinstance(frame[1], list):
                body = json.dumps(frame[1], separators=(",", ":"))
                if isinstance(frame[1][0], list):
                    snapshot = body
                else:
                    changes.append(body)
    return "recorded", snapshot, changes[:FRAMES]


def generated() -> tuple[str, str, list[str]]:
    """A book of 100 levels a side whose levels change at random."""
    chance = random.Random(1)
    rows = [[6400 - sign * distance, 2, sign * 1.5] for sign in (1, -1) for distance in range(1, 101)]

    def change() -> str:
        row = chance.choice(rows)
        amount = round(chance.uniform(0.01, 9), 8) * (1 if row[2] > 0 else -1)
        return json.dumps([row[0], chance.randint(1, 9), amount], separators=(",", ":"))

    return "generated", json.dumps(rows), [change() for _ in range(FRAMES)]


def opened(snapshot: str) -> tuple[Session, MarketState]:
    """A session that has its book from this snapshot, numbered 1, and the state of the market."""
    bitfinex = exchange()
    view = View(bitfinex.instrument("BTCUSD"), Timeframe.M1, 100)
    session, state = bitfinex.session(view), MarketState(view.instrument, view.timeframe)
    (wanted,) = [asked for text in session.outgoing() if (asked := json.loads(text)).get("channel") == "book"]
    acknowledged = wanted | {"event": "subscribed", "chanId": CHANNEL, "pair": "BTCUSD"}
    for text in ('{"event":"info","version":2,"platform":{"status":1}}', json.dumps(acknowledged)):
        session.receive(text, 0.0)
    _play(session, state, [f"[{CHANNEL},{snapshot},1,1573471234567]".encode()])
    assert len(state.book.rows()) > 100, "the snapshot is the book"
    return session, state


def _play(session: Session, state: MarketState, texts: Sequence[bytes]) -> None:
    for text in texts:
        for event in session.receive(text, 1.0):
            if isinstance(event, _MARKET):
                state.apply(event)


def _checksum(snapshot: str, changed: bool) -> float:
    """Seconds for one checksum of a replica, where `changed` one level in twenty is another than the time before."""
    rows = [(row[0], row[1], row[2]) for row in json.loads(snapshot)]
    replica, taken = Replica(rows, 100), 0.0
    for number in range(CHECKSUMS):
        for price, count, amount in rows[number % 20 :: 20] if changed else ():
            replica.change(price, count, amount + (number + 1) * (1e-8 if amount > 0 else -1e-8))
        taken += _seconds(replica.checksum)
    return taken / CHECKSUMS


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _row(name: str, seconds: float, target: str) -> Row:
    return (name, f"{seconds * 1e6:.2f} us", target)


if __name__ == "__main__":
    main()
