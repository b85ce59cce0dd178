"""A channel of a session, with what a fault keeps from it. PURE."""

from collections.abc import Sequence

from hybridtui.server.channels import BookChannel, Channel, Frame
from hybridtui.server.faults import Faults
from hybridtui.server.market import Change
from hybridtui.server.subscription import Subscription


class OpenedChannel:
    """Says what its channel says; while a fault silences it, that waits, and a book sums it up in one batch."""

    def __init__(self, what: Subscription, channel: Channel, faults: Faults, now: float) -> None:
        self.what, self.channel = what, channel
        self._faults, self._since = faults, now
        self._held: list[Frame] = []
        self._owes_snapshot = True

    @property
    def silent(self) -> bool:
        """True while a fault lets nothing but heartbeats through."""
        for name in ("heartbeats-only", "silent-channel"):
            active = self._faults.get(name)
            if (
                active is not None
                and active.parameters.get("topic", self.what.channel) == self.what.channel
                and (active.parameters["new"] or self._since <= active.begun)
            ):
                return True
        return False

    def notice(self, change: Change, now: float) -> Sequence[Frame]:
        """What is to be sent at once."""
        frames = self.channel.notice(change, now)
        if not self.silent and not self._held and not self._owes_snapshot:
            return frames
        self._held += frames
        return ()

    def deadline(self) -> float | None:
        """When `tick` has something to do, None where nothing is waiting."""
        return None if self.silent else self.channel.deadline()

    def tick(self, now: float) -> list[Frame]:
        """What has become due, the snapshot first of all."""
        if self.silent:
            return []
        if self._owes_snapshot:
            self._owes_snapshot = False
            self._held.clear()
            return [(self.channel.snapshot(now),)]
        frames, self._held = [*self._held, *self.channel.tick(now)], []
        return [self._checked(frame) for frame in frames]

    def repetition(self) -> list[Frame]:
        """Frames that tell what the client should know already."""
        return [] if self.silent or self._owes_snapshot else self.channel.repetition()

    def corrupt(self, place: int) -> list[Frame]:
        """A wrong level, where this is a book that is not silent."""
        book = self.channel
        return book.corrupt(place) if isinstance(book, BookChannel) and not self.silent else []

    def _checked(self, frame: Frame) -> Frame:
        if frame[0] == "cs" and "wrong-checksum" in self._faults:
            assert isinstance(frame[1], int)
            return ("cs", frame[1] ^ 1)
        return frame
