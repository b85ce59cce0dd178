import pytest

from hybridtui.errors import SettingsError
from hybridtui.exchanges.base import Exchange, RestKind, Session
from hybridtui.exchanges.registry import exchange
from hybridtui.market.feed import View


def test_bitfinex_speaks_the_whole_protocol() -> None:
    bitfinex: Exchange = exchange()
    view = View(bitfinex.instrument("btc/usd"))
    session: Session = bitfinex.session(view)
    assert bitfinex.name == "bitfinex"
    assert bitfinex.rest_url.startswith("https://")
    assert not bitfinex.rest_url.endswith("/")
    assert bitfinex.ws_url.startswith("wss://")
    assert len(session.outgoing()) == 5
    for kind in RestKind:
        assert bitfinex.request(kind, view).endpoint in bitfinex.budgets
    assert bitfinex.parse_rest(bitfinex.request(RestKind.STATUS, view), 200, b"[1]", 1.0)
    assert bitfinex.nearest("tBTCUSX", ["ETHUSD", "BTCUSD"])[0] == "BTCUSD"


def test_budgets_stay_below_every_limit_in_circulation() -> None:
    assert exchange("BITFINEX").budgets == {
        "book": 60, "trades": 12, "ticker": 24, "tickers": 6, "candles": 24, "conf": 10, "status": 15,
    }  # fmt: skip


def test_an_unknown_exchange_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="bitfinex"):
        exchange("nowhere")
