"""Every error of our own, one tree. What the user can meet is one sentence: what happened and what to do.

`ExchangeError` is theirs, `TransportError` is the network's; a bug of ours is an assertion and is not here.
"""


class HybridtuiError(Exception):
    """The root: whatever this package raises on purpose."""


class SettingsError(HybridtuiError):
    """An option, an environment variable or a setting has a value that cannot be used."""


class SymbolError(HybridtuiError):
    """A text that is not the form of a trading pair."""


class ExchangeError(HybridtuiError):
    """The exchange said or sent something that it should not have."""


class DecodeError(ExchangeError):
    """A frame or a body that does not have the shape the protocol promises."""


class ExchangeRefusedError(ExchangeError):
    """The exchange understood and said no.

    `code` is its number (10020, 10300, ...) or None where it gave none.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class SymbolUnknownError(ExchangeRefusedError):
    """The exchange does not trade the symbol that was asked for."""


class RateLimitedError(ExchangeError):
    """Too many requests; `retry_after` is the wait in seconds that the exchange named, or None."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MaintenanceError(ExchangeError):
    """The exchange says that it is under maintenance."""


class TransportError(HybridtuiError):
    """The network failed: name resolution, connection, TLS, time-out, a socket that closed."""


class StoreError(HybridtuiError):
    """What was to be remembered could not be written or read."""
