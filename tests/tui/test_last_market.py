"""What was looked at last is remembered for the next start."""

from pathlib import Path

from hybridtui.market.events import SymbolRefused, ViewChanged
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.watchlist import LAST_MARKET, LastMarket
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from tests.tui import scripted
from tests.tui.screen import Running, running
from tests.tui.test_symbols import ETH


def kept(folder: Path) -> LastMarket:
    return Choices(folder).get(LAST_MARKET, LastMarket())


async def looked_at(run: Running, *events: object) -> None:
    """The feed confirms what was chosen last."""
    view = run.feed.views[-1]
    await run.emit(ViewChanged(view.instrument, view.timeframe, run.clock.now()), *events)  # type: ignore[arg-type]


async def test_the_newest_choice_is_kept(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await run.until(lambda: kept(tmp_path) == LastMarket("BTCUSD", "1m"))
        await run.pilot.press("right_square_bracket")
        await looked_at(run)
        await run.until(lambda: kept(tmp_path) == LastMarket("BTCUSD", "5m"))
        run.model.select("ETHUSD")
        await looked_at(run)
        await run.until(lambda: kept(tmp_path) == LastMarket("ETHUSD", "5m"))


async def test_a_market_that_the_exchange_does_not_know_is_not(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        run.model.select("NOPEXX")
        await looked_at(run)
        await run.until(lambda: kept(tmp_path).symbol == "NOPEXX")
        await run.emit(SymbolRefused("tNOPEXX", (ETH.symbol,), run.clock.now()))
        await run.until(lambda: kept(tmp_path) == LastMarket("BTCUSD", "1m"))


async def test_two_panes_keep_the_newest_choice_of_both(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as one:
        await one.until(lambda: kept(tmp_path).symbol == "BTCUSD")
        Choices(tmp_path).put(LAST_MARKET, LastMarket("XRPBTC", "1h"))
        await one.emit(scripted.live(one.clock.now()))
        assert kept(tmp_path) == LastMarket("XRPBTC", "1h"), "the other pane chose, this one did not"
        await one.pilot.press("right_square_bracket")
        await looked_at(one)
        await one.until(lambda: kept(tmp_path) == LastMarket("BTCUSD", "5m"))
        Choices(tmp_path).put(LAST_MARKET, LastMarket("XRPBTC", "1h"))
        one.model.select("ETHUSD", Timeframe.M15)
        await looked_at(one)
        await one.until(lambda: kept(tmp_path) == LastMarket("ETHUSD", "15m"))


async def test_a_made_up_market_is_not_kept(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path), demo=True)) as run:
        await run.pilot.press("right_square_bracket")
        await looked_at(run)
        await run.until(lambda: "5m" in run.text())
        assert kept(tmp_path) == LastMarket()
