"""Finding a market by what somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.instrument import Instrument
from hybridtui.market.listing import Fit, Market, fit_of, found, turnovers
from hybridtui.market.quote_events import MarketsListed, QuotesSeen
from hybridtui.market.quotes import Quotes
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker

NAMES = {
    "BTC": "Bitcoin",
    "ETH": "Ethereum",
    "DUSK": "Dusk Network",
    "UST": "Tether USDt",
    "USD": "US Dollar",
    "XRP": "XRP",
}
TRADED = {
    "tBTCUSD": (64_000.0, 800.0),
    "tETHUSD": (3_400.0, 9_000.0),
    "tETHBTC": (0.053, 400.0),
    "tBTCUST": (64_010.0, 90.0),
    "tUSTUSD": (1.0, 1_000_000.0),
    "tDUSK:USD": (0.2, 50_000.0),
    "tXRPBTC": (0.00000712, 90_000.0),
    "tTESTBTC:TESTUSD": (64_000.0, 1e9),
}


def instrument(symbol: str) -> Instrument:
    name = symbol[1:]
    base, quote = name.split(":") if ":" in name else (name[:3], name[3:])
    return Instrument(symbol, base, quote)


@pytest.fixture
def quotes() -> Quotes:
    quotes = Quotes()
    rows = tuple((instrument(s), Ticker(last=last, volume=volume)) for s, (last, volume) in TRADED.items())
    quotes.take(QuotesSeen(rows, Source.REST, 1.0, whole=True))
    quotes.take(MarketsListed(tuple(map(instrument, TRADED)), tuple(NAMES.items()), Source.REST, 1.0))
    return quotes


def names(quotes: Quotes, text: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [market.instrument.symbol for market in found(text, quotes, quotes.instruments.values(), recent)]


def fit(text: str, symbol: str) -> Fit | None:
    made = instrument(symbol)
    kind = fit_of(text, Market(made, NAMES.get(made.base, ""), NAMES.get(made.quote, "")))
    return None if kind is None else kind[0]


@pytest.mark.parametrize(
    ("text", "symbol", "expected"),
    [
        ("btcusd", "tBTCUSD", Fit.EXACT),
        ("BTC/USD", "tBTCUSD", Fit.EXACT),
        ("btc", "tBTCUSD", Fit.EXACT),
        ("bitcoin", "tBTCUSD", Fit.EXACT),
        ("usdt", "tUSTUSD", Fit.EXACT),
        ("btcusdt", "tBTCUST", Fit.EXACT),
        ("dusk", "tDUSK:USD", Fit.EXACT),
        ("dusk:usd", "tDUSK:USD", Fit.EXACT),
        ("dus", "tDUSK:USD", Fit.PREFIX),
        ("btcu", "tBTCUSD", Fit.PREFIX),
        ("bitc", "tBTCUSD", Fit.WORD),
        ("network", "tDUSK:USD", Fit.WORD),
        ("tether", "tUSTUSD", Fit.WORD),
        ("tether", "tBTCUST", Fit.WORD),
        ("usd", "tBTCUSD", Fit.WORD),
        ("dollar", "tBTCUSD", Fit.WORD),
        ("bcu", "tBTCUSD", Fit.LETTERS),
        ("ethereum dollar", "tETHUSD", Fit.WORD),
        ("btc usd", "tBTCUSD", Fit.EXACT),
        ("zz", "tBTCUSD", None),
        ("btc zz", "tBTCUSD", None),
    ],
)
def test_how_well_a_text_fits(text: str, symbol: str, expected: Fit | None) -> None:
    assert fit(text, symbol) is expected


def test_the_better_fit_comes_first_and_the_volume_breaks_ties(quotes: Quotes) -> None:
    assert names(quotes, "btc")[:2] == ["tBTCUSD", "tBTCUST"], "both are exact; dollars decide"
    assert names(quotes, "eth")[:2] == ["tETHUSD", "tETHBTC"], "a volume in bitcoin counts in dollars"
    assert names(quotes, "tether")[:2] == ["tUSTUSD", "tBTCUST"], "the base before the quote"
    assert names(quotes, "dusk") == ["tDUSK:USD"]


def test_what_was_looked_at_lately_comes_first(quotes: Quotes) -> None:
    assert names(quotes, "", ("tXRPBTC", "tDUSK:USD"))[:3] == ["tXRPBTC", "tDUSK:USD", "tBTCUSD"]
    assert names(quotes, "eth", ("tETHBTC",))[0] == "tETHBTC"
    assert names(quotes, "ethusd", ("tETHBTC",))[0] == "tETHUSD", "but not before what fits better"


def test_paper_trading_is_found_only_by_who_asks_for_it(quotes: Quotes) -> None:
    paper = "tTESTBTC:TESTUSD"
    assert paper not in names(quotes, "")
    assert paper not in names(quotes, "btc")
    assert paper in names(quotes, "test")
    assert paper in names(quotes, "testbtc")


def test_volumes_are_compared_in_dollars(quotes: Quotes) -> None:
    found = turnovers(quotes)
    assert found["tBTCUST"] == pytest.approx(64_010 * 90)
    assert found["tETHBTC"] == pytest.approx(0.053 * 400 * 64_000)


@given(st.text(max_size=20), st.sampled_from(sorted(TRADED)))
def test_any_text_has_an_answer(text: str, symbol: str) -> None:
    fit(text, symbol)


@given(st.sampled_from(sorted(TRADED)), st.data())
def test_letters_of_a_pair_in_their_order_find_it(symbol: str, data: st.DataObject) -> None:
    pair = symbol[1:].replace(":", "")
    places = sorted(data.draw(st.sets(st.integers(0, len(pair) - 1), min_size=1)))
    assert fit("".join(pair[place] for place in places), symbol) is not None
