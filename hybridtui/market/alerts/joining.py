"""Two lists of alerts that were made of the same one, put together: panes side by side share what they set. PURE.

What either deleted is gone and what either added is there. Both may have given the same id to what they added: then
ours gets another one.
"""

from msgspec.structs import replace

from hybridtui.market.alerts.rules import MOST_ALERTS, Alert, AlertList


def joined(base: AlertList, ours: AlertList, theirs: AlertList) -> AlertList:
    """`ours` with all that `theirs` changed of the `base` which both began with; theirs come first where both added."""
    before = {alert.id: alert for alert in base.alerts}
    mine = {alert.id: alert for alert in ours.alerts}
    kept: list[Alert] = []
    for alert in theirs.alerts:
        old, own = before.get(alert.id), mine.get(alert.id)
        if old is None:
            kept.append(alert)
        elif own is not None:
            kept.append(_alert(old, own, alert))
    made = max(base.made, ours.made, theirs.made, *(alert.id for alert in (*ours.alerts, *theirs.alerts)), 0)
    for alert in ours.alerts:
        if alert.id in before or alert in kept:
            continue
        if any(alert.id == other.id for other in kept):
            made += 1
            alert = replace(alert, id=made)  # noqa: PLW2901 - the same alert under its new name
        kept.append(alert)
    return AlertList(tuple(kept[:MOST_ALERTS]), made)


def _alert(base: Alert, ours: Alert, theirs: Alert) -> Alert:
    """One alert that either may have changed; other words make another alert of it, about which nothing is known."""
    if (ours.rule, ours.repeat) != (base.rule, base.repeat):
        return ours
    if (theirs.rule, theirs.repeat) != (base.rule, base.repeat):
        return theirs
    return replace(
        ours,
        on=theirs.on if ours.on == base.on else ours.on,
        spent=theirs.spent if ours.spent == base.spent else ours.spent,
        fired=max(ours.fired, theirs.fired),
        fired_ms=_later(base, ours, theirs),
    )


def _later(base: Alert, ours: Alert, theirs: Alert) -> int | None:
    """When it fired last; one side may have forgotten that, so that it fires again."""
    if ours.fired_ms == base.fired_ms:
        return theirs.fired_ms
    if theirs.fired_ms == base.fired_ms:
        return ours.fired_ms
    return max(ours.fired_ms or 0, theirs.fired_ms or 0) or None
