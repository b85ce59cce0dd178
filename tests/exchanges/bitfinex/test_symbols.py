import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.errors import SymbolError
from hybridtui.exchanges.bitfinex.symbols import nearest, parse, wire_symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("BTCUSD", "tBTCUSD"),
        ("btcusd", "tBTCUSD"),
        (" btcUsd\n", "tBTCUSD"),
        ("BTC/USD", "tBTCUSD"),
        ("btc-usd", "tBTCUSD"),
        ("btc_usd", "tBTCUSD"),
        ("BTC / USD", "tBTCUSD"),
        ("btc usd", "tBTCUSD"),
        ("tBTCUSD", "tBTCUSD"),
        ("tBTC/USD", "tBTCUSD"),
        ("TRXUSD", "tTRXUSD"),
        ("trxusd", "tTRXUSD"),
        ("tRXUSD", "tTRXUSD"),
        ("trx/usd", "tTRXUSD"),
        ("DUSK:USD", "tDUSK:USD"),
        ("dusk/usd", "tDUSK:USD"),
        ("tDUSK:USD", "tDUSK:USD"),
        ("DUSKUSD", "tDUSK:USD"),
        ("tDUSKUSD", "tDUSK:USD"),
        ("sushiust", "tSUSHI:UST"),
        ("1inchusd", "t1INCH:USD"),
        ("BTC:CNHT", "tBTC:CNHT"),
        ("BTCUSDT", "tBTCUST"),
        ("btc/usdt", "tBTCUST"),
        ("BTCUST", "tBTCUST"),
        ("USDTUSD", "tUSTUSD"),
        ("BTCF0:USTF0", "tBTCF0:USTF0"),
        ("btcf0/usdtf0", "tBTCF0:USTF0"),
        ("btcf0ustf0", "tBTCF0:USTF0"),
        ("tETHF0:BTCF0", "tETHF0:BTCF0"),
        ("TESTBTC:TESTUSD", "tTESTBTC:TESTUSD"),
        ("tTESTBTC:TESTUSDT", "tTESTBTC:TESTUSDT"),
    ],
)
def test_users_write_pairs_in_many_ways(text: str, symbol: str) -> None:
    assert parse(text).symbol == symbol


def test_an_instrument_knows_its_currencies_and_its_label() -> None:
    instrument = parse("btcusdt")
    assert (instrument.base, instrument.quote, instrument.label) == ("BTC", "UST", "BTC/USDT")


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "BTC", "BTC/", "/USD", "BT/USD", "A/B/C", "BTC/USD/EUR", "BTCUSD!", "BTC\x1b[31mUSD", "бтк/usd",
        "X" * 60, "BTC:BTC", "fUSD", "ABCDEFGHIJ", "ßßßUSD", "BTCUS",
    ],
)  # fmt: skip
def test_what_is_no_pair_is_refused_with_a_sentence_and_an_example(text: str) -> None:
    with pytest.raises(SymbolError) as caught:
        parse(text)
    message = str(caught.value)
    assert "USD" in message
    assert message.endswith(".")
    assert message.isprintable()


CODES = st.from_regex(r"[A-Z][A-Z0-9]{2,9}", fullmatch=True).filter(lambda code: code not in ("USDT", "USDTF0"))


@given(CODES, CODES, st.sampled_from("/-:_ |"))
def test_wire_names_and_separated_names_round_trip(base: str, quote: str, separator: str) -> None:
    if base == quote:
        return
    symbol = wire_symbol(base, quote)
    assert parse(symbol).symbol == symbol
    assert parse(f"{base}{separator}{quote}".lower()).symbol == symbol
    assert parse(symbol[1:]) == parse(symbol)


@given(st.text())
def test_any_text_is_a_pair_or_a_symbol_error(text: str) -> None:
    try:
        instrument = parse(text)
    except SymbolError:
        return
    assert parse(instrument.symbol) == instrument


PAIRS = (
    "BTCUSD",
    "BTCUST",
    "BTCEUR",
    "ETHUSD",
    "LTCUSD",
    "DUSK:USD",
    "DOGE:USD",
    "SUSHI:USD",
    "TESTBTC:TESTUSD",
    "BTCF0:USTF0",
)


def test_the_nearest_names_share_the_base_first() -> None:
    assert nearest("tBTCUSX", PAIRS)[:2] == ("BTCUSD", "BTCUST")
    assert nearest("tDUSX:USD", PAIRS)[0] == "DUSK:USD"
    assert set(nearest("tBTCGBP", PAIRS)[:3]) == {"BTCUSD", "BTCEUR", "BTCUST"}
    assert nearest("tTESTBTX:TESTUSD", PAIRS) == ("TESTBTC:TESTUSD",)


@given(st.text(max_size=20), st.lists(st.text(max_size=12), max_size=20))
def test_nearest_offers_at_most_five_names_of_the_list(symbol: str, pairs: list[str]) -> None:
    found = nearest(symbol, pairs)
    assert len(found) <= 5
    assert set(found) <= set(pairs)
