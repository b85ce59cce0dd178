"""What the command of `--on-alert` reads on its standard input: one JSON object on one line."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from hybridtui.market.alerts.folding import AlertNotice
from hybridtui.market.alerts.outcome import Fired
from hybridtui.market.alerts.spelling import text_of
from hybridtui.market.instrument import Instrument

VERSION = 1


def json_message(notice: AlertNotice, instrument: Instrument, epoch_ms: float, *, demo: bool = False) -> bytes:
    """The notice as JSON, named after the market of its first alert; after `instrument` where that names none.

    `epoch_ms` is the date, ms UTC, at which the monotonic clock stood at 0; `demo` says that the market is made up.

        {"version": 1, "demo": false, "symbol": "tBTCUSD", "market": "BTC/USD", "time": "2026-09-23T03:33:00.000Z",
         "time_ms": ..., "text": "price > 64500: the price rose above 64,500: 64,501", "count": 1,
         "alerts": [{"id": 1, "symbol": "tBTCUSD", "market": "BTC/USD", "alert": "price > 64500", "kind": "price",
                     "text": ..., "value": 64501.0, "late": false, "time": ..., "time_ms": ..., "trade_ms": ...}]}

    `alerts` holds the first hundred; `count` counts all. `value` and `trade_ms` may be null.
    """
    first = next((fired.market for fired in notice.fired if fired.market is not None), instrument)
    content: dict[str, Any] = {
        "version": VERSION,
        "demo": demo,
        "symbol": first.symbol,
        "market": first.label,
        **_moment(notice.at, epoch_ms),
        "text": notice.text,
        "count": notice.count,
        "alerts": [_alert(fired, fired.market or instrument, epoch_ms) for fired in notice.fired],
    }
    return msgspec.json.encode(content) + b"\n"


def _alert(fired: Fired, instrument: Instrument, epoch_ms: float) -> dict[str, Any]:
    return {
        "id": fired.alert.id,
        "symbol": instrument.symbol,
        "market": instrument.label,
        "alert": text_of(fired.alert),
        "kind": type(fired.alert.rule).__struct_config__.tag,
        "text": fired.text,
        "value": fired.value,
        "late": fired.late,
        **_moment(fired.at, epoch_ms),
        "trade_ms": fired.mts,
    }


def _moment(at: float, epoch_ms: float) -> dict[str, Any]:
    mts = round(epoch_ms + at * 1000)
    return {"time": utc_text(mts), "time_ms": mts}


def utc_text(mts: int) -> str:
    """`2026-09-23T03:33:00.000Z`."""
    return datetime.fromtimestamp(mts / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
