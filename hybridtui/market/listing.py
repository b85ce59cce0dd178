"""Finding a market among all of an exchange by what somebody types: codes, names of currencies, or parts of them.

The better a text fits the earlier a market comes: exact > beginning of the pair > beginning of a word > letters in
their order. Among equals what was looked at lately comes first, then what is traded most.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

import msgspec

from hybridtui.market.instrument import Instrument, display_currency
from hybridtui.market.quotes import Quotes

_PAPER = "TEST"
_DOLLARS = ("USD", "UST", "USTF0")


class Fit(IntEnum):
    """How well a text fits a market, the best first."""

    EXACT = 0
    """It is the pair, its base currency, or that currency's name."""
    PREFIX = 1
    """The pair begins with it."""
    WORD = 2
    """A word of a currency's name, or the quote currency, begins with it."""
    LETTERS = 3
    """All its letters stand in the pair or in the names, in this order."""


class Market(msgspec.Struct, frozen=True):
    """A market with the names of its currencies."""

    instrument: Instrument
    base_name: str = ""
    """`Bitcoin`; empty where the exchange has no name for it."""
    quote_name: str = ""


def fit_of(text: str, market: Market) -> tuple[Fit, int] | None:
    """How well a text fits a market, and how loosely within that; the smaller the better, None where it does not.

    Several words have to fit each on its own; the worst of them counts.
    """
    pair = _squeezed(text)
    whole = _fit_of_word(pair, market) if pair else None
    if whole is not None and whole[0] < Fit.LETTERS:
        return whole
    words = [_squeezed(word) for word in text.replace("/", " ").replace(":", " ").split()]
    fits = [_fit_of_word(word, market) for word in words if word]
    if not fits or any(fit is None for fit in fits):
        return whole
    worst = max(fit for fit in fits if fit is not None)
    return worst if whole is None else min(whole, worst)


def found(text: str, quotes: Quotes, markets: Iterable[Instrument], recent: Sequence[str] = ()) -> list[Market]:
    """The markets that a text fits, the best first; all of them, the recent ones first, where it is empty.

    Pairs for paper trading are found only by those who ask for them.
    """
    turnover = turnovers(quotes)
    places = {symbol: place for place, symbol in enumerate(recent)}
    paper = _squeezed(text).startswith(_PAPER[: max(len(_squeezed(text)), 2)])
    ranked = []
    for instrument in markets:
        if instrument.base.startswith(_PAPER) and not paper:
            continue
        market = named(instrument, quotes.names)
        fit = fit_of(text, market) if _squeezed(text) else (Fit.EXACT, 0)
        if fit is not None:
            traded = turnover.get(instrument.symbol, 0.0)
            ranked.append((fit, places.get(instrument.symbol, len(places)), -traded, instrument.symbol, market))
    return [market for *_, market in sorted(ranked, key=lambda entry: entry[:4])]


def named(instrument: Instrument, names: Mapping[str, str]) -> Market:
    """The market with its currencies' names; a name that only repeats the code is none."""

    def name_of(code: str) -> str:
        name = names.get(code, "")
        return "" if name.upper() == code else name

    return Market(instrument, name_of(instrument.base), name_of(instrument.quote))


def turnovers(quotes: Quotes) -> dict[str, float]:
    """What was traded in 24 hours in US dollars, by symbol, as far as the quotes tell what a currency is worth."""
    dollars = dict.fromkeys(_DOLLARS, 1.0)
    for instrument in quotes.instruments.values():
        quote = quotes.get(instrument.symbol)
        if instrument.quote == "USD" and quote is not None and quote.ticker.last is not None:
            dollars.setdefault(instrument.base, quote.ticker.last)
    found: dict[str, float] = {}
    for symbol, instrument in quotes.instruments.items():
        quote = quotes.get(symbol)
        if quote is not None and quote.ticker.last is not None and quote.ticker.volume is not None:
            worth = dollars.get(instrument.quote, dollars.get(instrument.quote.removesuffix("F0"), 0.0))
            found[symbol] = quote.ticker.last * quote.ticker.volume * worth
    return found


def _fit_of_word(text: str, market: Market) -> tuple[Fit, int] | None:
    instrument = market.instrument
    base, quote = (_squeezed(display_currency(code)) for code in (instrument.base, instrument.quote))
    pairs = {base + quote, _squeezed(instrument.base + instrument.quote)}
    names = [market.base_name, market.quote_name]
    if text in (*pairs, base, instrument.base, _squeezed(market.base_name)):
        return Fit.EXACT, 0
    if any(pair.startswith(text) for pair in pairs):
        return Fit.PREFIX, len(base) - len(text)
    if any(_squeezed(word).startswith(text) for name in names[:1] for word in name.split()):
        return Fit.WORD, 0
    if quote.startswith(text) or any(_squeezed(word).startswith(text) for word in names[1].split()):
        return Fit.WORD, 1
    spans = [span for each in (*pairs, *map(_squeezed, names)) if (span := _span(text, each)) is not None]
    return (Fit.LETTERS, min(spans)) if spans else None


def _span(letters: str, text: str) -> int | None:
    """How many letters of a text it takes to have these in their order, None where it has not."""
    best: int | None = None
    for start in (at for at, letter in enumerate(text) if letter == letters[:1]):
        place = start
        for letter in letters[1:]:
            place = text.find(letter, place + 1)
            if place < 0:
                return best
        best = place - start + 1 if best is None else min(best, place - start + 1)
    return best


def _squeezed(text: str) -> str:
    """Letters and digits only, in capitals."""
    return "".join(char for char in text.upper() if char.isalnum())
