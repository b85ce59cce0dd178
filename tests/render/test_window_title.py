"""The title of the window."""

from msgspec.structs import replace

from hybridtui.render.header import HeaderView
from hybridtui.render.window_title import LONGEST, window_title

LIVE = HeaderView("BTC/USD", 64_213.0, change_ratio=0.0081, state="● WebSocket Live", state_style="live")


def test_the_market_in_a_few_characters() -> None:
    assert window_title(LIVE) == "BTCUSD 64,213 ▲0.8% ●"
    assert window_title(replace(LIVE, last=0.00000712, change_ratio=-0.1)) == "BTCUSD 0.00000712 ▼10.0% ●"
    assert window_title(replace(LIVE, change_ratio=-0.0001)) == "BTCUSD 64,213 ·0.0% ●"


def test_another_state_is_a_word_and_no_clock() -> None:
    assert window_title(replace(LIVE, state="◐ REST Polling", state_style="polling")).endswith(" ◐ REST")
    assert window_title(replace(LIVE, state="○ STALE 14s", state_style="stale")).endswith(" ○ STALE")


def test_an_old_price_is_called_old_where_the_state_does_not_say_so() -> None:
    old = replace(LIVE, last_age=200.0)
    assert window_title(old) == "BTCUSD 64,213 old ▲0.8% ●"
    assert window_title(replace(old, state="○ STALE 14s", state_style="stale")) == "BTCUSD 64,213 ▲0.8% ○ STALE"


def test_nothing_known_is_nothing_said() -> None:
    assert window_title(HeaderView("BTC/USD")) == "BTCUSD ○ conn"


def test_nothing_steers_the_terminal() -> None:
    title = window_title(replace(LIVE, label="\x1b]2;owned\x07" + "X" * 200))
    assert title.isprintable()
    assert len(title) == LONGEST
