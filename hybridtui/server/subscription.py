"""Reading a `subscribe` request: what is wanted, or the exchange's words for why not."""

from collections.abc import Collection, Mapping

import msgspec

from hybridtui.market.timeframe import Timeframe
from hybridtui.server.levels import LENGTHS, PRECISIONS

SUBSCRIBE_FAILED = 10300


class Subscription(msgspec.Struct, frozen=True):
    """What one channel delivers; equal ones are duplicates."""

    channel: str
    symbol: str
    key: str | None = None
    """The candle key as sent."""
    timeframe: Timeframe | None = None
    precision: str = "P0"
    frequency: str = "F0"
    length: str = "25"

    def acknowledgement(self) -> dict[str, object]:
        """The fields that tell of it in a `subscribed` event, without chanId, subId and pair."""
        if self.key is not None:
            return {"key": self.key}
        if self.channel != "book":
            return {"symbol": self.symbol}
        return {"symbol": self.symbol, "prec": self.precision, "freq": self.frequency, "len": self.length}


class SubscribeRefusedError(Exception):
    """The request is not possible; the text is what the exchange says."""


def read_subscription(request: Mapping[str, object], symbols: Collection[str]) -> Subscription | None:
    """The subscription that a request asks for, None where the exchange would keep silent.

    Raises SubscribeRefusedError. Status channels are not part of this server: their keys are all unknown, and to an
    unknown key the exchange does not answer at all.
    """
    channel = request.get("channel")
    if channel == "status":
        return None
    if channel == "candles":
        return _candles(request, symbols)
    if channel not in ("ticker", "trades", "book"):
        raise SubscribeRefusedError("channel: unknown")
    symbol = request.get("symbol")
    if not isinstance(symbol, str) or symbol not in symbols:
        raise SubscribeRefusedError("symbol: invalid")
    return _book(request, symbol) if channel == "book" else Subscription(str(channel), symbol)


def _book(request: Mapping[str, object], symbol: str) -> Subscription:
    precision, frequency = request.get("prec", "P0"), request.get("freq", "F0")
    length = str(request.get("len", "25"))
    if length not in LENGTHS:
        raise SubscribeRefusedError("length: invalid")
    if precision == "R0":
        raise SubscribeRefusedError("precision: invalid (this server has no raw books)")
    if not isinstance(precision, str) or precision not in PRECISIONS:
        raise SubscribeRefusedError("precision: invalid")
    if frequency not in ("F0", "F1"):
        raise SubscribeRefusedError("frequency: invalid")
    return Subscription("book", symbol, None, None, precision, str(frequency), length)


def _candles(request: Mapping[str, object], symbols: Collection[str]) -> Subscription:
    key = request.get("key")
    parts = key.split(":", 2) if isinstance(key, str) else []
    if len(parts) != 3 or parts[0] != "trade":
        raise SubscribeRefusedError("key: invalid")
    timeframe = read_timeframe(parts[1])
    if timeframe is None:
        raise SubscribeRefusedError("time_interval: invalid")
    if parts[2] not in symbols:
        raise SubscribeRefusedError("symbol: invalid")
    return Subscription("candles", parts[2], ":".join(parts), timeframe)


def read_timeframe(name: str) -> Timeframe | None:
    """The timeframe of a name on the wire, None where there is none; `7D` is the older spelling of `1W`."""
    try:
        return Timeframe("1W" if name == "7D" else name)
    except ValueError:
        return None
