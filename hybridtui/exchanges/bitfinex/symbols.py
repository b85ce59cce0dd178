"""Names of trading pairs: what users type, what the wire wants, and what a mistyped name may have meant.

On the wire a pair is `t` and two upper-case codes: joined directly where both have three characters (`tBTCUSD`), with a
colon where one is longer (`tDUSK:USD`, `tBTCF0:USTF0`).
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from hybridtui.errors import SymbolError
from hybridtui.market.instrument import Instrument

_CODE = re.compile(r"[A-Z0-9]{3,16}", re.ASCII)
_SEPARATOR = re.compile(r"[\W_]+", re.ASCII)
_ALIASES = {"USDT": "UST", "USDTF0": "USTF0"}
"""What everybody calls Tether, and what Bitfinex does."""
_QUOTES = (
    "USD", "UST", "USDT", "BTC", "ETH", "EUR", "GBP", "JPY", "TRY", "CNHT", "MXNT", "XAUT", "EURT", "EURQ", "USDQ",
    "USTF0", "USDTF0", "BTCF0", "TESTUSD", "TESTUSDT", "TESTBTC", "TESTUSDTF0",
)  # fmt: skip
"""Currencies that prices are usually counted in: where a name without separator may be cut."""
_LONGEST_FIRST = sorted(_QUOTES, key=len, reverse=True)
_EXAMPLE = "Write a pair as BTCUSD, BTC/USD or DUSK:USD."


def parse(text: str) -> Instrument:
    """The pair a user means. Raises SymbolError, one sentence that ends with an example."""
    typed = text.strip()
    if not typed:
        raise SymbolError(f"No pair was given. {_EXAMPLE}")
    if not typed.isascii() or not typed.isprintable() or len(typed) > 40:
        raise SymbolError(f"That cannot be the name of a pair. {_EXAMPLE}")
    if re.fullmatch(r"f[A-Z0-9]{3,5}", typed):
        raise SymbolError(f"{typed} is a funding currency, not a trading pair. {_EXAMPLE}")
    codes = (_split(typed[1:]) if typed[0] == "t" and not re.search("[a-z]", typed[1:]) else None) or _split(typed)
    if codes is None:
        raise SymbolError(_complaint(typed))
    base, quote = codes
    if base == quote:
        raise SymbolError(f"{typed} has the same currency on both sides. {_EXAMPLE}")
    return Instrument(wire_symbol(base, quote), base, quote)


def wire_symbol(base: str, quote: str) -> str:
    """The name of a pair on the wire."""
    return f"t{base}{quote}" if len(base) == len(quote) == 3 else f"t{base}:{quote}"


def split_pair(name: str) -> tuple[str, str]:
    """Base and quote of a name as the exchange writes it, with or without prefix."""
    name = name.removeprefix("t")
    base, colon, quote = name.partition(":")
    return (base, quote) if colon else (name[:3], name[3:])


def nearest(symbol: str, pairs: Sequence[str]) -> tuple[str, ...]:
    """At most five names of the list most like `symbol`, best first; pairs of the same base come before all others.

    Paper-trading pairs are offered only to those who asked for one.
    """
    base, quote = split_pair(symbol.upper() if not symbol.startswith("t") else symbol)
    paper = base.startswith("TEST")
    scored = [(_likeness(base, quote, *split_pair(pair)), pair) for pair in pairs if pair.startswith("TEST") is paper]
    good = sorted((item for item in scored if item[0] >= 0.6), key=lambda item: (-item[0], item[1]))
    return tuple(pair for _, pair in good[:5])


def _likeness(base: str, quote: str, other_base: str, other_quote: str) -> float:
    """From 0 to 2: how alike two pairs are, the base counting three times the quote, plus 1 for the same base."""
    alike = 0.75 * _ratio(base, other_base) + 0.25 * _ratio(quote, other_quote)
    return alike + 1 if base == other_base else alike


def _ratio(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _split(text: str) -> tuple[str, str] | None:
    """Base and quote in the exchange's codes, None where the text is not of that form."""
    parts = [part for part in _SEPARATOR.split(text.upper()) if part]
    if len(parts) == 1 and parts[0] == text.upper():
        parts = _cut(parts[0])
    if len(parts) != 2 or not all(_CODE.fullmatch(part) for part in parts):
        return None
    base, quote = (_ALIASES.get(part, part) for part in parts)
    return base, quote


def _cut(name: str) -> list[str]:
    """A name without separator: three and three characters, or before a currency that prices are counted in."""
    if len(name) == 6:
        return [name[:3], name[3:]]
    quote = next((quote for quote in _LONGEST_FIRST if name.endswith(quote) and len(name) >= len(quote) + 3), None)
    return [name] if quote is None or len(name) < 6 else [name.removesuffix(quote), quote]


def _complaint(typed: str) -> str:
    """Why a text is not a pair, as far as can be told."""
    if len(typed) > 6 and typed.isalnum():
        return f"It is not clear where {typed} is to be cut in two; put a separator in, as in DUSK:USD."
    return f"{typed} is not a trading pair. {_EXAMPLE}"
