"""The price of a day ago follows from the row, where the row has it."""

from hybridtui.market.ticker import Ticker


def test_the_open_is_last_minus_change() -> None:
    assert Ticker(last=64213.0, change=512.5).open == 63700.5


def test_no_open_without_both() -> None:
    assert Ticker(last=64213.0).open is None
    assert Ticker(change=512.5).open is None
