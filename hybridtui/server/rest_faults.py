"""What faults do to REST: refusals, late answers, copies and broken bodies. PURE: time is a parameter."""

from itertools import count

import msgspec

from hybridtui.server.faults import Faults
from hybridtui.server.rest import HTML, JSON, Answer, refusal

_SHAPES = (
    b"{}",
    b"[]",
    b"null",
    b'"text"',
    b"17",
    b'{"unexpected":[1,2,3]}',
    b'[["a","b","c"],[null,null,null]]',
    b"[[[[1]]]]",
    b'[1,"2",null,true,{}]',
    b"[1e999,1e999,1e999]",
    b'["error"]',
)
_GATEWAY = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>\n"
_PLAIN = {
    "rest-429": refusal(11010, "ratelimit: error", status=429),
    "rest-429-object": Answer(429, JSON, b'{"error":"ERR_RATE_LIMIT"}'),
    "rest-500": refusal(10000, "unknown: error"),
    "rest-502-html": Answer(502, HTML, _GATEWAY),
    "rest-404": Answer(404, HTML, b"<!DOCTYPE html><html><body><pre>Cannot GET</pre></body></html>\n"),
}
_COPIES = 256


class RestFaults:
    """Spoils the answers of one server."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._copies: dict[str, tuple[float, Answer]] = {}
        self._turn = count()

    def delay(self, endpoint: str) -> float:
        """Seconds for which an answer to this endpoint is held back."""
        return self._faults.number("rest-timeout", "delay") if self._meant("rest-timeout", endpoint) else 0.0

    def instead(self, endpoint: str) -> Answer | None:
        """What is answered without asking the market, None where the market may be asked."""
        for name, answer in _PLAIN.items():
            if self._meant(name, endpoint):
                return answer
        if self._meant("rest-429-retry-after", endpoint):
            seconds = f"{self._faults.number('rest-429-retry-after', 'retry_after'):.0f}"
            return msgspec.structs.replace(_PLAIN["rest-429"], headers=(("Retry-After", seconds),))
        if self._meant("rest-wrong-shape", endpoint):
            return Answer(200, JSON, _SHAPES[next(self._turn) % len(_SHAPES)])
        silent = "maintenance-silent" in self._faults
        if silent or self._meant("rest-maintenance", endpoint):
            return Answer(200, JSON, b"[0]") if endpoint == "status" else refusal(20060, "maintenance")
        return None

    def copied(self, request: str, endpoint: str, now: float) -> Answer | None:
        """An answer given before, where one that is not too old has to be given again."""
        known = self._copies.get(request)
        if known is None or not self._meant("rest-stale", endpoint):
            return None
        age = now - known[0]
        if age >= self._faults.number("rest-stale", "age"):
            return None
        return msgspec.structs.replace(known[1], headers=(("Age", f"{age:.0f}"), ("cf-cache-status", "HIT")))

    def spoiled(self, request: str, endpoint: str, answer: Answer, now: float) -> Answer:
        """The market's own answer, remembered and perhaps cut short."""
        self._copies.pop(request, None)
        self._copies[request] = (now, answer)
        if len(self._copies) > _COPIES:
            del self._copies[next(iter(self._copies))]
        if not self._meant("rest-truncated", endpoint):
            return answer
        half = answer.body[: len(answer.body) // 2]
        line = self._faults.text("rest-truncated", "how") == "line"
        return msgspec.structs.replace(answer, body=half, missing=len(answer.body) - len(half) if line else 0)

    def _meant(self, name: str, endpoint: str) -> bool:
        return name in self._faults and self._faults.text(name, "endpoint") in ("", endpoint)
