"""What a change of the order book costs more where alerts are judged: none, and ten of every kind."""

import time

from benchmarks.delta import generated as made_up
from benchmarks.delta import opened, recorded
from benchmarks.table import Row, median, show
from hybridtui.market.alerts.engine import AlertEngine
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.alerts.spelling import parse_alert
from hybridtui.market.events import BookChanged, SourceChanged
from hybridtui.market.source import LinkState, Mode, Topic

ROUNDS = 7
BATCH = 10
"""Changes that come together; the book is judged after each batch."""
TEN = (
    *("price > 9000", "price < 3000", "move 20% 10m", "spread 500bp", "wall 5000 1%", "wall 2000 5% bid"),
    *("trade 500", "sweep 900", "volume 90x", "stale"),
)


def main() -> None:
    """Measure, a round of each after the other, and show the median rounds."""
    where, snapshot, changes = recorded() or made_up()
    rows = [tuple(map(float, body.strip("[]").split(","))) for body in changes]
    events = [
        BookChanged("tBTCUSD", price, int(count), amount, 1.0 + number // BATCH * 0.05)
        for number, (price, count, amount) in enumerate(rows)
    ]
    taken: dict[str, list[float]] = {"without": [], "none": [], "ten": []}
    for _ in range(ROUNDS):
        for name, alerts in (("without", None), ("none", AlertList()), ("ten", _alerts())):
            taken[name].append(_play(snapshot, events, alerts))
    without, none, ten = (median(taken[name]) for name in ("without", "none", "ten"))
    show(
        f"Alerts on a changed level of the book, {len(events)} {where} changes in batches of {BATCH}, {ROUNDS} rounds",
        [
            _row("without an engine: apply", without, ""),
            _row("an engine without alerts, added", none - without, ""),
            _row("ten alerts, added", ten - without, "<= 2 us"),
        ],
    )


def _alerts() -> AlertList:
    alerts = AlertList()
    for text in TEN:
        alerts = alerts.added(*parse_alert(text))
    return alerts


def _play(snapshot: str, events: list[BookChanged], alerts: AlertList | None) -> float:
    """Seconds a change, the judging after every batch with it."""
    _, state = opened(snapshot)
    state.apply(SourceChanged(LinkState.LIVE, Mode.AUTO, 1.0, Topic.DATA))
    engine = None if alerts is None else AlertEngine(state, alerts, 1.0)
    fired = 0
    began = time.perf_counter()
    for number, event in enumerate(events):
        state.apply(event)
        if engine is not None:
            fired += len(engine.feed(event, event.at))
            if number % BATCH == BATCH - 1 and engine.judges_book:
                fired += len(engine.tick(engine.deadline()))
    seconds = time.perf_counter() - began
    assert not fired, "the alerts of a measurement do not fire"
    return seconds / len(events)


def _row(name: str, seconds: float, target: str) -> Row:
    return (name, f"{seconds * 1e6:.2f} us", target)


if __name__ == "__main__":
    main()
