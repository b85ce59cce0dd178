"""Every fault with the way it is played: for how long, beside what, and what is expected of the screen."""

from enum import StrEnum

import msgspec

from hybridtui.server.faults import Parameter


class Kind(StrEnum):
    """What a fault does to the screen, and so what is asked of it."""

    HARMLESS = "stays live"
    DOUBTED = "stays on its socket; a channel with a frame that cannot be read is subscribed anew"
    CLOSED = "is noticed as a closed socket is, and over at once"
    REFUSED = "is noticed as a closed socket is, and lasts"
    UNDER = "the socket is closed once, and everything is live again while the fault lasts"
    SILENT = "a busy market falls silent"
    QUIET = "a market that was quiet before falls silent"
    LOST = "frames are lost"
    WRONG = "a level is wrong until the next checksum"
    SLOW = "everything comes late"
    BURST = "more comes than can be shown"
    CROSSED = "the exchange itself sends nonsense"


NOTICED_WITHIN = {
    Kind.CLOSED: 1.0,
    Kind.REFUSED: 1.0,
    Kind.UNDER: 1.0,
    Kind.SILENT: 6.0,
    Kind.QUIET: 26.0,
    Kind.LOST: 1.0,
    Kind.WRONG: 5.0,
}
"""Seconds at default settings within which the screen has to say something else."""
LIES_AT_MOST = {
    Kind.HARMLESS: 0.0,
    Kind.DOUBTED: 0.0,
    Kind.CLOSED: 1.0,
    Kind.REFUSED: 1.0,
    Kind.UNDER: 1.0,
    Kind.SILENT: 6.0,
    Kind.QUIET: 26.0,
    Kind.LOST: 1.0,
    Kind.WRONG: 5.0,
    Kind.SLOW: 6.0,
    Kind.BURST: 1.0,
    Kind.CROSSED: 0.0,
}
"""Lie-seconds at default settings."""
UNDISTURBED = (Kind.HARMLESS, Kind.BURST)
"""The state stays live all the time."""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One fault, played."""

    fault: str
    kind: Kind
    seconds: float = 0.0
    """How long it lasts before the exchange is healed; 0 for what acts once."""
    parameters: dict[str, Parameter] = {}
    beside: str = ""
    """Another fault at the same time: REST matters only while there is no socket."""
    verified: bool = True
    """Whether the book is verified again in the end."""
    busy: bool = True
    """False plays it on a market where next to nothing happens."""


def _refused(*names: str, seconds: float = 2.0, **parameters: Parameter) -> list[Scenario]:
    return [Scenario(fault=name, kind=Kind.REFUSED, seconds=seconds, parameters=parameters) for name in names]


def _rest(name: str, **parameters: Parameter) -> Scenario:
    return Scenario(fault=name, kind=Kind.REFUSED, seconds=2.5, parameters=parameters, beside="refuse-503")


def _harmless(name: str, seconds: float = 2.0, **parameters: Parameter) -> Scenario:
    return Scenario(fault=name, kind=Kind.HARMLESS, seconds=seconds, parameters=parameters)


SCENARIOS: dict[str, Scenario] = {
    scenario.fault: scenario
    for scenario in (
        Scenario(fault="close", kind=Kind.CLOSED),
        Scenario(fault="reset", kind=Kind.CLOSED),
        Scenario(fault="freeze", kind=Kind.SILENT, seconds=3.0),
        Scenario(fault="heartbeats-only", kind=Kind.SILENT, seconds=3.0),
        Scenario(fault="silent-channel", kind=Kind.SILENT, seconds=3.0),
        *_refused("refuse-connect", "refuse-429", "refuse-503"),
        Scenario(fault="lost-frame", kind=Kind.LOST),
        Scenario(fault="corrupt-level", kind=Kind.WRONG),
        Scenario(fault="wrong-checksum", kind=Kind.WRONG, seconds=2.0),
        Scenario(fault="garbage", kind=Kind.DOUBTED, seconds=2.0),
        _harmless("huge-frame"),
        Scenario(fault="late-acks", kind=Kind.UNDER, seconds=3.0, parameters={"delay": 0.6}),
        Scenario(fault="early-heartbeats", kind=Kind.UNDER, seconds=2.0),
        Scenario(fault="dup", kind=Kind.UNDER, seconds=2.0),
        *_refused("channel-cap"),
        Scenario(fault="no-flags", kind=Kind.UNDER, seconds=2.0, verified=False),
        Scenario(fault="restart", kind=Kind.CLOSED, parameters={"delay": 0.3}),
        *_refused("maintenance", "maintenance-silent"),
        Scenario(fault="slow-socket", kind=Kind.SLOW, seconds=3.0, parameters={"delay": 0.9}),
        Scenario(fault="burst", kind=Kind.BURST, seconds=2.0, parameters={"frames": 1000.0}),
        _rest("rest-429"),
        _rest("rest-429-retry-after", retry_after=1.0),
        _rest("rest-429-object"),
        _rest("rest-500"),
        _rest("rest-502-html"),
        _rest("rest-404"),
        _rest("rest-timeout"),
        _rest("rest-truncated"),
        _rest("rest-wrong-shape"),
        _rest("rest-stale"),
        _rest("rest-maintenance"),
        _harmless("clock-skew"),
        Scenario(fault="crossed-book", kind=Kind.CROSSED, seconds=3.0),
        _harmless("one-sided-book"),
        _harmless("empty-book"),
        _harmless("flat-market", seconds=3.0),
        _harmless("no-trades", seconds=3.0),
    )
}

KEY_ROWS = {
    "reset": SCENARIOS["reset"],
    "lost-frame": SCENARIOS["lost-frame"],
    "corrupt-level": SCENARIOS["corrupt-level"],
    "freeze": Scenario(fault="freeze", kind=Kind.SILENT, seconds=9.0),
    "heartbeats-only": Scenario(fault="heartbeats-only", kind=Kind.SILENT, seconds=12.0),
    "silent-channel": Scenario(fault="silent-channel", kind=Kind.SILENT, seconds=12.0),
    "freeze, quiet market": Scenario(fault="freeze", kind=Kind.QUIET, seconds=30.0, verified=False, busy=False),
}
"""What is played at default settings too."""
