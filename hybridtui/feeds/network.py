"""What the network did, in words a user understands, and which addresses are this computer's own."""

import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from hybridtui.errors import TransportError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


LONGEST_WAIT = 3600.0
"""Seconds; whatever a refusal says, after so long it is worth asking again."""


class SocketRefusedError(TransportError):
    """The handshake was answered with a refusal; `wait` is the time in seconds to stay away, None where free."""

    def __init__(self, message: str, wait: float | None) -> None:
        super().__init__(message)
        self.wait = wait


def is_loopback(url: str) -> bool:
    """Whether a URL names this computer; a proxy of the environment cannot reach it."""
    return urlsplit(url).hostname in _LOOPBACK


def seconds(text: str) -> float | None:
    """A header that counts seconds, at most `LONGEST_WAIT`; None where it is anything else."""
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdigit() else None


def proxy_failure(error: Exception) -> str:
    """What is wrong with the proxy that the environment names, in one clause; never with its user and password."""
    what = re.sub(r"\S*@", "", str(error)).partition(".")[0].partition("\n")[0]
    return f"the proxy that the environment names cannot be used ({what or type(error).__name__})"


def connect_failure(error: BaseException) -> str:
    """Why a connection could not be made, in one clause."""
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "the exchange's certificate could not be verified"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "no network: the name of the exchange was not resolved"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "attempts failed" in str(error):
        return "connection refused"
    return f"no connection ({str(error) or type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, newest first."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _causes(part)
        error = error.__cause__ or error.__context__
