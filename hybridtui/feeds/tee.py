"""The seam for something that keeps a copy of what came."""

from typing import Protocol


class Tee(Protocol):
    """Something that keeps a copy of what came, a recorder for instance."""

    def opened(self, now: float) -> None:
        """A socket opened."""
        ...

    def closed(self, reason: str, now: float) -> None:
        """The socket closed."""
        ...

    def received(self, text: bytes, now: float) -> None:
        """A frame of the socket."""
        ...

    def answered(self, path: str, status: int, body: bytes, now: float) -> None:
        """A REST answer."""
        ...
