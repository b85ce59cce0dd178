"""What can be wrong with an exchange: one table of named faults, and which of them are active. PURE.

A fault only has a name, words and parameters here. Who looks at it: `session` and `channels` for what goes over a
WebSocket, `distortion` for the market itself, `rest_faults` for answers, `injection` and `socket` for connections.
"""

from collections.abc import Mapping
from difflib import get_close_matches

import msgspec

from hybridtui.errors import SettingsError

Parameter = float | str | bool
Parameters = Mapping[str, Parameter]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can go wrong."""

    name: str
    says: str
    """One line for people."""
    lasts: bool
    """True: on until it ends. False: acts at once and is over; given seconds, it acts again every `every` seconds."""
    parameters: dict[str, Parameter]
    """Names and defaults; the type of the default is that of the value."""
    choices: dict[str, tuple[str, ...]]
    """What a parameter that is a text may be."""


def _fault(name: str, says: str, lasts: bool, parameters: Mapping[str, Parameter | tuple[str, ...]]) -> Fault:
    """A tuple is a choice of texts, of which the first is the default."""
    defaults = {key: value[0] if isinstance(value, tuple) else value for key, value in parameters.items()}
    choices = {key: value for key, value in parameters.items() if isinstance(value, tuple)}
    return Fault(name=name, says=says, lasts=lasts, parameters=defaults, choices=choices)


def _lasting(name: str, says: str, **parameters: Parameter | tuple[str, ...]) -> Fault:
    return _fault(name, says, True, parameters)


def _once(name: str, says: str, **parameters: Parameter | tuple[str, ...]) -> Fault:
    return _fault(name, says, False, {**parameters, "every": 1.0})


def _rest(name: str, says: str, **parameters: Parameter | tuple[str, ...]) -> Fault:
    """`endpoint` names the only one that is meant; empty means all."""
    return _lasting(name, says, endpoint=("", *_ENDPOINTS), **parameters)


_TOPICS = ("book", "trades", "ticker", "candles")
_ENDPOINTS = ("status", "ticker", "tickers", "trades", "book", "candles", "conf")

_TABLE = (
    _once("close", "Every WebSocket is closed politely", code=1001.0),
    _once("reset", "Every WebSocket is cut without a word: the client sees 1006"),
    _lasting("freeze", "Sockets stay open, nothing is sent or read, pings stay unanswered", new=True),
    _lasting("heartbeats-only", "Sockets send heartbeats and pongs and no market data", new=True),
    _lasting("silent-channel", "One channel sends heartbeats only while the others go on", topic=_TOPICS, new=True),
    _lasting("refuse-connect", "Nobody listens on the port: connections are refused", cut=True),
    _lasting("refuse-429", "WebSocket handshakes are answered with 429 Too Many Requests", cut=True),
    _lasting("refuse-503", "WebSocket handshakes are answered with 503 Service Unavailable", cut=True),
    _once("lost-frame", "Frames get their sequence numbers and are not sent", count=1.0, topic=("", *_TOPICS)),
    _once(
        "corrupt-level",
        "A level of each book is sent with a wrong amount, at least until a checksum",
        place=1.0,
    ),
    _lasting("wrong-checksum", "Checksums of books are wrong"),
    _once("garbage", "Frames of many kinds that no protocol knows"),
    _once("huge-frame", "One frame of a megabyte", bytes=1_000_000.0),
    _lasting("late-acks", "Subscriptions are acknowledged late, the last one first", delay=3.0, cut=True),
    _lasting("early-heartbeats", "A channel's heartbeat comes before its acknowledgement", cut=True),
    _lasting("dup", "A subscription is answered `subscribe: dup` before it is acknowledged", cut=True),
    _lasting("channel-cap", "A socket may have only a few channels, more are refused", channels=2.0, cut=True),
    _lasting(
        "no-flags", "Configuration flags are refused, or ignored without a word", how=("refused", "ignored"), cut=True
    ),
    _once("restart", "The exchange says that it restarts (20051) and closes its sockets", delay=1.0),
    _lasting("maintenance", "Maintenance, told beforehand (20060) and afterwards (20061)"),
    _lasting("maintenance-silent", "Maintenance that only REST and new sockets tell of"),
    _lasting("slow-socket", "Frames come late, and only so many a second", delay=3.0, per_second=20.0),
    _once("burst", "Thousands of frames at once that repeat what is known", frames=5000.0),
    _rest("rest-429", "REST refuses with 429 and says for no time"),
    _rest("rest-429-retry-after", "REST refuses with 429 and a Retry-After header", retry_after=5.0),
    _rest("rest-429-object", "REST refuses with 429 and the other body: an object"),
    _rest("rest-500", "REST answers 500 and an error in the exchange's form"),
    _rest("rest-502-html", "REST answers 502 and a web page"),
    _rest("rest-404", "REST answers 404 and a web page"),
    _rest("rest-timeout", "REST does not answer", delay=3600.0),
    _rest("rest-truncated", "REST answers with half a body; the line breaks, or the JSON does", how=("json", "line")),
    _rest("rest-wrong-shape", "REST answers with JSON of other shapes, in turn"),
    _rest("rest-stale", "REST answers with copies of an older answer", age=30.0),
    _rest("rest-maintenance", "REST says maintenance (20060) while the sockets go on"),
    _lasting("clock-skew", "The exchange's clock goes wrong by so many seconds", skew=60.0),
    _lasting("crossed-book", "The best bid is above the best ask"),
    _lasting("one-sided-book", "One side of the book is empty", side=("asks", "bids")),
    _lasting("empty-book", "Both sides of the book are empty"),
    _lasting("flat-market", "Nothing happens at all"),
    _lasting("no-trades", "Orders come and go, nobody trades"),
)
FAULTS: dict[str, Fault] = {fault.name: fault for fault in _TABLE}
"""Every fault by name. Parameters common to several: `new`: also what is opened later; `cut`: open sockets are cut
at the beginning, so that everybody has to come back; `topic`: ticker, trades, book or candles; times in seconds."""


def find(name: str) -> Fault:
    """The fault of a name. Raises SettingsError, which tells the nearest names, where there is none."""
    if name in FAULTS:
        return FAULTS[name]
    near = get_close_matches(name, FAULTS, 3, 0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`hybridtui demo --list-faults` shows them all."
    raise SettingsError(f"There is no fault named {name!r}; {hint}")


def checked(name: str, seconds: float | None, parameters: Parameters) -> Parameters:
    """All parameters of a fault, the defaults included. Raises SettingsError where something does not fit."""
    fault = find(name)
    if seconds is not None and not 0 < seconds < float("inf"):
        raise SettingsError(f"The fault {name} cannot last {seconds:g} s: give a number above 0.")
    for key, value in parameters.items():
        if key not in fault.parameters:
            known = ", ".join(fault.parameters) or "none"
            raise SettingsError(f"The fault {name} has no parameter {key!r}; it has: {known}.")
        default = fault.parameters[key]
        kinds = (bool,) if isinstance(default, bool) else (int, float) if isinstance(default, float) else (str,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise SettingsError(f"The parameter {key} of the fault {name} cannot be {value!r}; usual is {default!r}.")
        if key in fault.choices and value not in fault.choices[key]:
            known = ", ".join(filter(None, fault.choices[key]))
            raise SettingsError(f"The parameter {key} of the fault {name} cannot be {value!r}; choose one of: {known}.")
        if not isinstance(value, str) and not 0 <= abs(value) < float("inf"):
            raise SettingsError(f"The parameter {key} of the fault {name} cannot be {value!r}: give a number.")
    return {**fault.parameters, **parameters}


class Active(msgspec.Struct, frozen=True):
    """A fault that is on."""

    parameters: Parameters
    begun: float
    """Monotonic seconds."""
    ends: float | None
    """When it ends by itself, monotonic seconds."""


class Faults:
    """Which faults are on now; everybody who can spoil something looks here."""

    def __init__(self) -> None:
        self._active: dict[str, Active] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._active

    @property
    def active(self) -> list[str]:
        """The names of those that are on, in the order in which they began."""
        return list(self._active)

    def get(self, name: str) -> Active | None:
        """The fault if it is on."""
        return self._active.get(name)

    @property
    def operative(self) -> bool:
        """False while the platform is under maintenance."""
        return "maintenance" not in self and "maintenance-silent" not in self

    def number(self, name: str, parameter: str) -> float:
        """A parameter of a fault that is on."""
        value = self._active[name].parameters[parameter]
        assert isinstance(value, (int, float))
        return float(value)

    def text(self, name: str, parameter: str) -> str:
        """The same for a text."""
        return str(self._active[name].parameters[parameter])

    def flag(self, name: str, parameter: str) -> bool:
        """The same for a yes or no."""
        return self._active[name].parameters[parameter] is True

    def begin(self, name: str, now: float, seconds: float | None, parameters: Parameters) -> None:
        """Switch on; one that is on already begins anew."""
        self._active[name] = Active(parameters, now, None if seconds is None else now + seconds)

    def end(self, name: str) -> bool:
        """Switch off; False where it was not on."""
        return self._active.pop(name, None) is not None

    def over(self, now: float) -> list[str]:
        """The names of those whose time has come; they are still on."""
        return [name for name, one in self._active.items() if one.ends is not None and now >= one.ends]

    def deadline(self) -> float | None:
        """When the next one ends by itself, monotonic seconds."""
        return min((one.ends for one in self._active.values() if one.ends is not None), default=None)


def faults_table() -> str:
    """All faults as lines of text: name, what happens, parameters with their defaults."""
    width = max(map(len, FAULTS))
    return "\n".join(f"{fault.name:<{width}}  {fault.says}{_defaults(fault)}" for fault in FAULTS.values())


def _defaults(fault: Fault) -> str:
    shown = [f"{name}={_shown(value)}" for name, value in fault.parameters.items()]
    return f" ({', '.join(shown)})" if shown else ""


def _shown(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else value or '""'
