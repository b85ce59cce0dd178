"""A trading pair: its name on the wire, its two currencies, and how it is written for people."""

import msgspec


class Instrument(msgspec.Struct, frozen=True):
    """One trading pair of an exchange."""

    symbol: str
    """The name on the wire, `tBTCUSD` or `tDUSK:USD`."""
    base: str
    """The currency that is bought and sold; amounts are counted in it."""
    quote: str
    """The currency that prices are counted in."""

    @property
    def label(self) -> str:
        """The name people read, `BTC/USD`; the exchange's `UST` is shown as everybody calls it, `USDT`."""
        return f"{display_currency(self.base)}/{display_currency(self.quote)}"


_DISPLAY = {"UST": "USDT", "USTF0": "USDTF0"}


def display_currency(code: str) -> str:
    """The name people use for a currency code of the exchange."""
    return _DISPLAY.get(code, code)
