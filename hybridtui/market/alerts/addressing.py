"""Alerts of one of several markets as people type them: `ETHUSD price > 3000`; without a name of the first one."""

import re
from collections.abc import Sequence

from hybridtui.market.alerts.quote_engine import judged_by_quotes
from hybridtui.market.alerts.rules import Alert, Rule
from hybridtui.market.alerts.spelling import KINDS, parse_alert, text_of
from hybridtui.market.instrument import Instrument

_FIRST = re.compile(r"\s*([^\s<>=]+)\s*(.*)", re.DOTALL)


def parse_addressed(text: str, markets: Sequence[Instrument]) -> tuple[Instrument, Rule, float | None]:
    """The market, the rule, and the seconds of its cool-down or None.

    The first of the markets is on the screen, the others are watched. Raises ValueError, with one sentence that names
    what is expected.
    """
    instrument, rest = _parted(text, markets)
    rule, repeat = parse_alert(rest)
    if instrument != markets[0] and not judged_by_quotes(rule):
        kind = rest.split()[0].lower()
        raise ValueError(
            f"{kind} needs more of {instrument.label} than is followed while it is only watched: "
            "put it on the screen first, or choose price, move or spread."
        )
    return instrument, rule, repeat


def addressed_text(alert: Alert, instrument: Instrument, markets: Sequence[Instrument]) -> str:
    """As it would be typed; `parse_addressed` makes the same of it."""
    return text_of(alert) if instrument == markets[0] else f"{instrument.symbol[1:]} {text_of(alert)}"


def _parted(text: str, markets: Sequence[Instrument]) -> tuple[Instrument, str]:
    """The market that is meant, and the alert."""
    found = _FIRST.fullmatch(text)
    if found is None or found[1].lower() in KINDS:
        return markets[0], text
    name, rest = _squeezed(found[1]), found[2]
    for instrument in markets:
        if name in (_squeezed(instrument.symbol[1:]), _squeezed(instrument.label)):
            return instrument, rest
    kind = _FIRST.fullmatch(rest)
    if kind is not None and kind[1].lower() in KINDS:
        raise ValueError(
            f"{found[1][:30]!r} is neither on the screen nor in the watchlist: watch it first, or leave its name out."
        )
    return markets[0], text


def _squeezed(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())
