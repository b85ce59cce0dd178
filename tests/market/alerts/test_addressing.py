"""Which market an alert is for, as it is typed."""

import re

import pytest

from hybridtui.market.alerts.addressing import addressed_text, parse_addressed
from hybridtui.market.alerts.rules import Alert, Direction, PriceCross
from hybridtui.market.instrument import Instrument
from tests.market.alerts.playing import BTC

ETH = Instrument("tETHUSD", "ETH", "USD")
DUSK = Instrument("tDUSK:UST", "DUSK", "UST")
MARKETS = (BTC, ETH, DUSK)
RULE = PriceCross(Direction.UP, 3000.0)


@pytest.mark.parametrize(
    ("text", "market"),
    [
        ("price > 3000", BTC),
        ("price>3000", BTC),
        ("  BTCUSD price > 3000", BTC),
        ("ETHUSD price > 3000", ETH),
        ("eth/usd price>3,000", ETH),
        ("DUSK:UST price > 3000", DUSK),
        ("dusk/usdt price above 3000", DUSK),
    ],
)
def test_a_market_may_be_named(text: str, market: Instrument) -> None:
    assert parse_addressed(text, MARKETS) == (market, RULE, None)


@pytest.mark.parametrize("market", MARKETS)
def test_writing_and_reading_are_inverse(market: Instrument) -> None:
    text = addressed_text(Alert(1, RULE, 300.0), market, MARKETS)
    assert parse_addressed(text, MARKETS) == (market, RULE, 300.0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("XRPUSD price > 1", "'XRPUSD' is neither on the screen nor in the watchlist: watch it first, or leave"),
        ("ETHUSD wall 50 1%", "wall needs more of ETH/USD than is followed while it is only watched: put it on"),
        ("ETHUSD lost", "lost needs more of ETH/USD"),
        ("ETHUSD", "An alert is needed"),
        ("ETHUSD prise > 1", "'prise' is no kind of alert"),
        ("prise > 1", "'prise' is no kind of alert"),
        ("", "An alert is needed"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse_addressed(text, MARKETS)
    assert parse_addressed("BTCUSD lost", MARKETS)[0] == BTC
