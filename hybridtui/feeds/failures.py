"""What went wrong at the exchange, in the words of the feed: failed requests and frames that cannot be read. PURE."""

from hybridtui.errors import DecodeError, MaintenanceError, RateLimitedError
from hybridtui.exchanges.base import RestKind
from hybridtui.feeds.asking import PostponedError
from hybridtui.feeds.commands import RestFailed
from hybridtui.market.events import Notice, Severity


def rest_failed(kind: RestKind, error: Exception, retry_after: float | None) -> RestFailed:
    """What the supervisor is told of a request that was not answered with data; `retry_after` is in seconds."""
    return RestFailed(
        kind,
        str(error),
        limited=isinstance(error, RateLimitedError),
        wait=retry_after,
        maintenance=isinstance(error, MaintenanceError),
        postponed=isinstance(error, PostponedError),
    )


class Unreadable:
    """Counts the frames that could not be read."""

    def __init__(self) -> None:
        self.count = 0

    def notice(self, error: DecodeError, now: float) -> Notice:
        """What is said of one more."""
        self.count += 1
        count = "A message" if self.count == 1 else f"{self.count} messages"
        text = f"{count} of the exchange could not be read and did no harm; the newest: {error}"
        return Notice(text, Severity.WARNING, now)
