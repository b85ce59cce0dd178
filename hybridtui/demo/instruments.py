"""What the demo exchange trades, and how lively each market is."""

import msgspec

UNIT = 100_000_000
"""Amounts are whole numbers of 1e-8, so that sums are exact."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One market of the demo exchange. Prices are whole numbers of ticks: `ticks / 10 ** decimals`."""

    symbol: str
    decimals: int
    """One tick is 10 ** -decimals of the quote currency."""
    level: int
    """Around what the price wanders, in ticks. Never more than five digits, as the exchange writes prices."""
    size: float
    """The scale of an order, in base currency."""
    events: float
    """Orders, cancels and market orders in a second."""
    takes: float = 0.06
    """The fraction of events that are market orders."""
    daily: float = 0.02
    """How far the price wanders in a day, as a fraction."""
    sparse: float = 0.0
    """The fraction of minutes of the past without any trade."""


LISTINGS = (
    Listing(symbol="tBTCUSD", decimals=0, level=64_000, size=1.0, events=26.0, takes=0.026),
    Listing(symbol="tETHUSD", decimals=1, level=34_000, size=12.0, events=12.0, takes=0.03, daily=0.025),
    Listing(symbol="tXRPBTC", decimals=9, level=7_120, size=20_000.0, events=2.5, sparse=0.35, daily=0.02),
    Listing(symbol="tDUSK:USD", decimals=5, level=20_000, size=4_000.0, events=2.0, sparse=0.45, daily=0.04),
    Listing(symbol="tBTCF0:USTF0", decimals=0, level=64_020, size=0.6, events=10.0, takes=0.03),
)
