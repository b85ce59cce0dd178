"""Injecting faults into a running server: what begins, what ends, and what happens later. Knows no sockets.

Time is a parameter; the server calls `tick` when `deadline` has come, and does what the hooks say.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from hybridtui.clock import Clock
from hybridtui.server.faults import FAULTS, Faults, Parameter, Parameters, checked, find
from hybridtui.server.garbage import huge_frame
from hybridtui.server.session import ServerSession
from hybridtui.server.subscription import Subscription

Act = Callable[[Parameters], None]
"""What a fault does when it begins or, where it acts once, whenever it acts."""
End = Callable[[], None]
_SAID: dict[str, Callable[[ServerSession, Parameters], object]] = {
    "lost-frame": lambda session, with_: session.lose_next_frame(int(with_["count"]), str(with_["topic"])),
    "corrupt-level": lambda session, with_: session.corrupt_level(int(with_["place"])),
    "wrong-checksum": lambda session, _: session.owe_checksums(),
    "garbage": lambda session, _: session.talk_nonsense(),
    "huge-frame": lambda session, with_: session.inject(huge_frame(int(with_["bytes"]))),
    "burst": lambda session, with_: session.repeat(int(with_["frames"])),
}
"""What a fault lets every session say when it begins; the server sends it with its next look."""


class Injection:
    """The faults of one server and the moments at which something is to be done about them."""

    def __init__(self, faults: Faults, begins: dict[str, Act], ends: dict[str, End]) -> None:
        """`begins` and `ends` are what the server has to do itself at once, by name of the fault."""
        assert (begins.keys() | ends.keys()) <= FAULTS.keys()
        self._faults, self._begins, self._ends = faults, begins, ends
        self._later: list[tuple[float, int, Callable[[float], object]]] = []
        self._number = count()

    def at(self, moment: float, action: Callable[[float], object]) -> None:
        """Do something at a moment (monotonic seconds), which it gets."""
        heappush(self._later, (moment, next(self._number), action))

    def inject(self, name: str, now: float, seconds: float | None, parameters: Parameters) -> None:
        """Begin a fault. Raises SettingsError where there is no such fault or parameter."""
        wanted = checked(name, seconds, parameters)
        if FAULTS[name].lasts or seconds is not None:
            self._faults.begin(name, now, seconds, wanted)
        if not FAULTS[name].lasts and seconds is not None:
            self._again(name, now)
        else:
            self._act(name, wanted)

    def end(self, name: str) -> None:
        """End a fault; one that is not on may be ended too."""
        if self._faults.end(name) and FAULTS[name].lasts and name in self._ends:
            self._ends[name]()

    def heal(self, forget: bool) -> None:
        """End all faults and, where wanted, forget what was to come."""
        if forget:
            self._later.clear()
        for name in self._faults.active:
            self.end(name)

    def tick(self, now: float) -> None:
        """Do what has become due."""
        for name in self._faults.over(now):
            self.end(name)
        while self._later and self._later[0][0] <= now:
            _, _, action = heappop(self._later)
            action(now)

    def deadline(self) -> float | None:
        """When `tick` has something to do, monotonic seconds."""
        ends = self._faults.deadline()
        return min(
            [moment for moment in (ends, self._later[0][0] if self._later else None) if moment is not None],
            default=None,
        )

    def _act(self, name: str, parameters: Parameters) -> None:
        if name in self._begins:
            self._begins[name](parameters)

    def _again(self, name: str, now: float) -> None:
        """Let a fault that acts once act now and every so often until it ends."""
        active = self._faults.get(name)
        if active is None:
            return
        self._act(name, active.parameters)
        every = active.parameters["every"]
        assert isinstance(every, (int, float))

        def again(moment: float) -> None:
            if self._faults.get(name) is active:
                self._again(name, moment)

        self.at(now + max(0.01, every), again)


class Injectable:
    """The server as those see it who want something to go wrong."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.faults = Faults()
        """Which faults are on; `inject`, `end` and `heal` change that."""
        self.refuse_sockets: int | None = None
        """The HTTP status with which every handshake is refused."""
        self.refuse_rest: tuple[int, bytes] | None = None
        """The HTTP status and body with which every request is answered."""
        self.rest_delay = 0.0
        """How long an answer takes, in seconds."""
        spoken = {name: self._on_all(act) for name, act in _SAID.items()}
        self._injection = Injection(self.faults, {**spoken, **self._beginnings()}, self._endings())

    @property
    def clock(self) -> Clock:
        """The clock that the server and its market run on."""
        return self._clock

    @property
    def operative(self) -> bool:
        """False while the platform is under maintenance."""
        return self.faults.operative

    @property
    def freeze(self) -> bool:
        """Sockets stay open and nothing is sent on them; what was held back goes out afterwards."""
        return "freeze" in self.faults

    @freeze.setter
    def freeze(self, frozen: bool) -> None:
        self.inject("freeze") if frozen else self.end("freeze")

    def inject(self, name: str, seconds: float | None = None, **parameters: Parameter) -> None:
        """Begin a fault of `hybridtui.server.faults.FAULTS`; it ends after `seconds`, else when told to.

        A fault that acts once is over at once; given seconds, it acts every `every` seconds until then. Raises
        SettingsError where there is no such fault or parameter.
        """
        self._injection.inject(name, self._clock.now(), seconds, parameters)
        self.look()

    def end(self, name: str) -> None:
        """End a fault, if it is on. Raises SettingsError where there is none of this name."""
        self._injection.end(find(name).name)
        self.look()

    def heal(self, *, forget: bool = True) -> None:
        """End whatever is wrong: the exchange is as it should be. What was scheduled is forgotten too, if wanted."""
        self._injection.heal(forget)
        self.refuse_sockets, self.refuse_rest, self.rest_delay = None, None, 0.0
        self.look()

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something so many seconds from now on the server's clock, unless it is healed before."""
        self._injection.at(self._clock.now() + seconds, lambda _: action())
        self.look()

    async def set_operative(self, operative: bool) -> None:
        """Begin or end a maintenance, and tell every socket."""
        if operative != self.operative:
            self.end("maintenance") if operative else self.inject("maintenance")

    @property
    def subscriptions(self) -> list[Subscription]:
        """What all clients together are subscribed to now."""
        return [what for session in self._talking() for what in session.subscriptions]

    def announce(self, code: int) -> None:
        """Send an info event of this code (20051, 20060 or 20061) to every socket."""
        for session in self._talking():
            session.announce(code)
        self._flush()

    def drop_next_frame(self) -> None:
        """Lose the next array frame of every socket: it gets its sequence number and is not sent."""
        for session in self._talking():
            session.lose_next_frame()

    def broadcast_raw(self, text: str) -> None:
        """Send a text that is not of the protocol to every socket."""
        for session in self._talking():
            session.inject(text)
        self._flush()

    def _on_all(self, act: Callable[[ServerSession, Parameters], object]) -> Act:
        def on_all(parameters: Parameters) -> None:
            for session in self._talking():
                act(session, parameters)

        return on_all

    def look(self) -> None:
        """Look at clock and faults at once; for whoever moves the clock by hand."""
        raise NotImplementedError

    def _flush(self) -> None:
        """Send what the sessions have to say."""
        raise NotImplementedError

    def _talking(self) -> list[ServerSession]:
        """The sessions of all open sockets."""
        raise NotImplementedError

    def _beginnings(self) -> dict[str, Act]:
        """What the server has to do itself when a fault begins; all else looks at `faults`."""
        raise NotImplementedError

    def _endings(self) -> dict[str, End]:
        """What the server has to do itself when a fault ends."""
        raise NotImplementedError
