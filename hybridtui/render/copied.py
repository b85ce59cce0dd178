"""What is copied to the clipboard: one line, every digit, nothing between thousands, for other programs."""

from datetime import timedelta, timezone

from hybridtui.market.candles import Candle
from hybridtui.market.exact import exact
from hybridtui.render.numbers import AMOUNT_DECIMALS, decimals
from hybridtui.render.tape_rows import Print
from hybridtui.render.times import moment


def copied_price(price: float, places: int = 0) -> str:
    """A price with at least so many decimals: `64213`, `0.00000712`."""
    return f"{exact(price):.{max(places, decimals(price))}f}"


def copied_candle(candle: Candle, utc_offset_ms: int = 0, places: int = 0) -> str:
    """`2023-11-14T22:13:00+00:00 O 64201 H 64220 L 64198 C 64213 V 3.84`: its start, its prices, its volume."""
    prices = zip("OHLC", (candle.open, candle.high, candle.low, candle.close), strict=True)
    parts = [f"{name} {copied_price(price, places)}" for name, price in prices]
    return " ".join([_time(candle.mts, utc_offset_ms), *parts, f"V {_amount(candle.volume)}"])


def copied_trade(row: Print, utc_offset_ms: int = 0, places: int = 0) -> str:
    """`2023-11-14T22:13:05+00:00 buy 0.0125 at 64213`; of a sweep over several prices the best and the worst."""
    prices = dict.fromkeys((copied_price(row.first, places), copied_price(row.price, places)))
    side = "buy" if row.amount > 0 else "sell"
    return f"{_time(row.mts, utc_offset_ms)} {side} {_amount(abs(row.amount))} at {' to '.join(prices)}"


def _time(mts: int, utc_offset_ms: int) -> str:
    """A moment with its distance from UTC, so that it says the same everywhere."""
    zone = timezone(timedelta(milliseconds=utc_offset_ms))
    return moment(mts, utc_offset_ms).replace(tzinfo=zone).isoformat(timespec="seconds")


def _amount(amount: float) -> str:
    """As many decimals as the exchange may have written; adding floats makes up more."""
    return copied_price(round(amount, AMOUNT_DECIMALS))
