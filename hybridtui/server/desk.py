"""Who asks what over REST: counts, limits, and answers from the market unless a fault answers instead. PURE."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qsl

from hybridtui.server import rest
from hybridtui.server.faults import Faults
from hybridtui.server.limits import RequestLimiter
from hybridtui.server.market import Market
from hybridtui.server.options import ServerOptions
from hybridtui.server.rest_faults import RestFaults

_LOG_ROWS = 100_000


class Desk:
    """Answers the requests of everybody."""

    def __init__(self, market: Market, faults: Faults, options: ServerOptions) -> None:
        self._market, self._faults = market, faults
        self._spoiling = RestFaults(faults)
        self._limiter = RequestLimiter(options.rest_limits or {}, options.rest_block, options.minute)
        self.requests: Counter[str] = Counter()
        """How often each endpoint was asked: status, ticker, tickers, trades, book, candles, conf, unknown."""
        self.request_log: list[tuple[float, str]] = []
        """Monotonic time and endpoint of each request; the oldest are forgotten after some ten thousands."""

    def take_in(self, path: str, now: float) -> float:
        """Count a request; return for how many seconds its answer is held back."""
        endpoint = rest.endpoint(path)
        self.requests[endpoint] += 1
        self.request_log.append((now, endpoint))
        if len(self.request_log) > _LOG_ROWS:
            del self.request_log[: _LOG_ROWS // 2]
        return self._spoiling.delay(endpoint)

    def answer(self, path: str, query: str, now: float, advance: Callable[[], object]) -> rest.Answer:
        """The answer to a counted request; `advance` brings the market to the present where that is needed."""
        request, endpoint = f"{path}?{query}", rest.endpoint(path)
        if not self._limiter.allow(endpoint, now):
            return rest.refusal(11010, "ratelimit: error", status=429)
        advance()
        known = self._spoiling.instead(endpoint) or self._spoiling.copied(request, endpoint, now)
        if known is not None:
            return known
        found = rest.answer(path, dict(parse_qsl(query)), self._market, operative=self._faults.operative)
        return self._spoiling.spoiled(request, endpoint, found, now)
