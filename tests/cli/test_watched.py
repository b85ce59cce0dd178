"""More than one market on the command line."""

import pytest
from click.testing import CliRunner

from hybridtui.cli import cli
from hybridtui.errors import SymbolError


def test_every_market_is_checked_before_the_screen_opens() -> None:
    found = CliRunner().invoke(cli, ["BTCUSD", "ETHUSD", "B$"])
    assert isinstance(found.exception, SymbolError)
    assert "B$" in str(found.exception)


@pytest.mark.parametrize("symbols", [["BTCUSD"], ["BTCUSD", "ETHUSD", "XRPBTC"], ["--fps", "5", "btc/usd", "DUSK:USD"]])
def test_several_markets_are_understood(symbols: list[str]) -> None:
    found = CliRunner().invoke(cli, symbols)
    assert "draws on a terminal" in found.output, "it gets as far as asking for one"


def test_the_help_says_that_there_may_be_several() -> None:
    assert "[SYMBOL]..." in CliRunner().invoke(cli, ["--help"]).output
