"""All markets at once: the answers to `tickers` and to the lists of `conf`, read row by row.

One row that makes no sense (an expired contract, a pair with a price of 0) costs its market, not all the others.
"""

import re
from collections.abc import Iterable

import msgspec

from hybridtui.errors import DecodeError
from hybridtui.exchanges.bitfinex.payloads import plain_text, read_pairs, read_ticker, shaped
from hybridtui.exchanges.bitfinex.symbols import split_pair
from hybridtui.market.events import MarketEvent
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import MarketsListed, QuotesSeen
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker

_TRADED = re.compile(r"t(?:[A-Z0-9]{6}|[A-Z0-9]{2,16}:[A-Z0-9]{2,16})", re.ASCII)
_NAME_LONGEST = 40


def instrument_of(symbol: str) -> Instrument | None:
    """The instrument of a name on the wire, `tBTCUSD` or `tDUSK:USD`; None where it is no trading pair."""
    return Instrument(symbol, *split_pair(symbol)) if _TRADED.fullmatch(symbol) else None


def read_tickers(content: object, now: float) -> QuotesSeen:
    """The tickers of all trading pairs; rows of funding currencies are left out."""
    rows = shaped(content, list[list[object]])
    found = tuple(row for row in map(_ticker_row, rows) if row is not None)
    if rows and not found:
        raise DecodeError("The exchange sent a list of tickers none of which could be read.")
    return QuotesSeen(found, Source.REST, now, whole=True)


def read_markets(content: object, now: float) -> MarketEvent:
    """The lists of pairs, and two maps of what people call currencies: short names first, then full ones."""
    lists = shaped(content, list[object])
    if len(lists) != 4:
        raise DecodeError("The exchange answered with another number of lists than it was asked for.")
    known = map(instrument_of, (f"t{pair}" for pair in read_pairs(lists[:2])))
    names = {**_names(lists[2]), **_names(lists[3])}
    return MarketsListed(tuple(each for each in known if each is not None), tuple(names.items()), Source.REST, now)


def _ticker_row(row: list[object]) -> tuple[Instrument, Ticker] | None:
    instrument = instrument_of(row[0]) if row and isinstance(row[0], str) else None
    if instrument is None:
        return None
    try:
        return instrument, read_ticker(row[1:])
    except DecodeError:
        return None


def _names(content: object) -> dict[str, str]:
    """Code to name; what is not a pair of texts is left out, a list that the exchange does not have is null."""
    rows: Iterable[object] = content if isinstance(content, list) else ()
    found = {}
    for row in rows:
        try:
            code, name = msgspec.convert(row, tuple[str, str])
        except msgspec.ValidationError:
            continue
        if code.isascii() and code.isalnum() and len(code) <= 16:
            found[code] = plain_text(name, _NAME_LONGEST)
    return {code: name for code, name in found.items() if name}
