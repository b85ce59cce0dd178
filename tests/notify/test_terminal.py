"""Each terminal gets the sequence it knows, tmux passes it on, and nothing in the text can steer anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.notify.terminal import harmless, notification, passed_through

NINE = "\x1b]9;BTC/USD: price > 1\x1b\\"
TRIPLE_SEVEN = "\x1b]777;notify;BTC/USD;price > 1\x1b\\"


@pytest.mark.parametrize(
    ("environment", "written"),
    [
        ({}, NINE + TRIPLE_SEVEN),
        ({"TERM": "xterm-256color"}, NINE + TRIPLE_SEVEN),
        ({"TERM_PROGRAM": "iTerm.app"}, NINE),
        ({"TERM_PROGRAM": "WezTerm"}, NINE),
        ({"KITTY_WINDOW_ID": "1"}, NINE),
        ({"WT_SESSION": "x"}, NINE),
        ({"VTE_VERSION": "7200"}, TRIPLE_SEVEN),
        ({"TERM": "foot"}, TRIPLE_SEVEN),
        ({"TERM": "rxvt-unicode-256color"}, TRIPLE_SEVEN),
    ],
)
def test_a_terminal_gets_what_it_knows(environment: dict[str, str], written: str) -> None:
    assert notification("BTC/USD", "price > 1", environment) == written


def test_tmux_hides_the_terminal_and_passes_everything_on() -> None:
    written = notification("BTC/USD", "price > 1", {"TMUX": "/tmp/tmux", "VTE_VERSION": "7200"})
    assert written == (
        "\x1bPtmux;\x1b\x1b]9;BTC/USD: price > 1\x1b\x1b\\\x1b\\"
        "\x1bPtmux;\x1b\x1b]777;notify;BTC/USD;price > 1\x1b\x1b\\\x1b\\"
    )


@given(st.text(), st.text())
def test_nothing_in_a_text_can_steer_a_terminal(title: str, text: str) -> None:
    written = notification(title, text, {"VTE_VERSION": "1"})
    assert written.startswith("\x1b]777;notify;")
    assert written.endswith("\x1b\\")
    assert written[1:-2].isprintable()


def test_a_text_has_an_end() -> None:
    assert len(harmless("x" * 10_000)) == 200


def test_outside_of_tmux_nothing_is_wrapped() -> None:
    assert passed_through("\x1b]9;x\x1b\\", {}) == "\x1b]9;x\x1b\\"
