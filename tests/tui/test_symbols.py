"""Choosing a market: the picker, the watchlist, and what is remembered of both. Every key is read off the screen."""

from pathlib import Path

import pytest
from textual.geometry import Offset

from hybridtui.market.candles import Candle
from hybridtui.market.events import MarketEvent, SourceChanged, SymbolRefused, TickerSeen, ViewChanged
from hybridtui.market.feed import Interest
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import DaySeen, MarketsListed, QuoteRefused, QuotesLost, QuotesMissed, QuotesSeen
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.watchlist import RecentMarkets, Watchlist
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from tests.tui import scripted
from tests.tui.screen import Running, running

BTC = scripted.BTC
ETH, XRP, UST, LTC = (Instrument(f"t{code}", code[:3], code[3:]) for code in ("ETHUSD", "XRPBTC", "USTUSD", "LTCUSD"))
NAMES = (("BTC", "Bitcoin"), ("ETH", "Ethereum"), ("UST", "Tether USDt"), ("LTC", "Litecoin"), ("USD", "US Dollar"))
PRICES = {
    ETH: Ticker(last=3400.5, change_ratio=0.0123, volume=9000.0),
    XRP: Ticker(last=0.00000712, change_ratio=-0.004, volume=90_000.0),
    UST: Ticker(last=1.0002, change_ratio=0.0, volume=1_000_000.0),
    LTC: Ticker(last=81.25, change_ratio=0.02, volume=100.0),
}


def listed(at: float) -> tuple[MarketEvent, ...]:
    return (
        MarketsListed((BTC, *PRICES), NAMES, Source.REST, at),
        QuotesSeen(tuple(PRICES.items()), Source.REST, at, whole=True),
    )


def rows(run: Running) -> list[str]:
    """The rows of the list under the title, the pointer among them."""
    return [row.strip() for row in run.text().split("\n") if "▸" in row or "BTC/USD" in row or "/" in row]


def pointed(run: Running) -> str:
    """The name of the market under the pointer."""
    row = next((row for row in run.text().split("\n") if "▸" in row), "")
    return row.partition("▸")[2].lstrip("★●◐○·> ").split(" ")[0]


def interest(run: Running) -> Interest:
    return run.feed.interest


async def picking(run: Running, *events: MarketEvent) -> None:
    """Open the picker and let the exchange answer."""
    await run.pilot.press("slash")
    await run.until(lambda: "MARKETS" in run.text())
    await run.emit(*(events or listed(run.clock.now())))
    await run.until(lambda: "ETH/USD" in run.text())


async def test_the_picker_lists_all_markets_with_their_prices() -> None:
    async with running() as run:
        assert interest(run) == Interest()
        await picking(run)
        assert interest(run).listing
        assert pointed(run) == "BTC/USD", "looked at lately comes first"
        await run.until(lambda: "3,400.5" in run.text() and "▲ +1.23%" in run.text() and "9.0k ETH" in run.text())
        assert "0.00000712" in run.text()
        assert "▼ -0.40%" in run.text()
        assert "Tether USDt / US Dollar" in run.text()
        assert "REST 0.0s" in run.text()
        await run.pilot.press("escape")
        await run.until(lambda: "MARKETS" not in run.text())
        assert not interest(run).listing
        assert "ORDER BOOK" in run.text()


@pytest.mark.parametrize(
    ("typed", "expected"), [("eth", "ETH/USD"), ("tether", "USDT/USD"), ("lite", "LTC/USD"), ("xb", "XRP/BTC")]
)
async def test_what_is_typed_finds_it_and_enter_shows_it(typed: str, expected: str) -> None:
    async with running() as run:
        await picking(run)
        await run.pilot.press(*typed)
        await run.until(lambda: pointed(run) == expected)
        await run.pilot.press("enter")
        await run.until(lambda: len(run.feed.views) == 1)
        assert run.feed.views[-1].instrument.label == expected
        await run.until(lambda: "MARKETS" not in run.text() and expected in run.text().split("\n")[0])


async def test_the_pointer_goes_up_and_down_and_by_pages() -> None:
    async with running(size=(80, 24)) as run:
        await picking(run)
        first = pointed(run)
        await run.pilot.press("down")
        await run.until(lambda: pointed(run) != first)
        await run.pilot.press("up")
        await run.until(lambda: pointed(run) == first)
        await run.pilot.press("pagedown")
        await run.until(lambda: pointed(run) == "LTC/USD")
        await run.pilot.press("pageup")
        await run.until(lambda: pointed(run) == first)


async def test_nothing_found_and_a_name_that_cannot_be() -> None:
    async with running() as run:
        await picking(run)
        await run.pilot.press(*"zzz")
        await run.until(lambda: "Nothing is called that." in run.text())
        await run.pilot.press("enter")
        await run.until(lambda: "not the form of a pair" in run.text())
        assert not run.feed.views
        await run.pilot.press("z", "z", "z", "enter")
        await run.until(lambda: len(run.feed.views) == 1)
        assert run.feed.views[-1].instrument.symbol == "tzzzzzz", "the exchange will say whether it knows it"


async def test_tab_in_the_picker_watches_and_watches_no_more() -> None:
    async with running() as run:
        await picking(run)
        await run.pilot.press(*"eth")
        await run.until(lambda: pointed(run) == "ETH/USD")
        await run.pilot.press("tab")
        await run.until(lambda: "★ ETH/USD" in run.text())
        assert interest(run).watched == (ETH,)
        await run.pilot.press("tab")
        await run.until(lambda: "★ ETH/USD" not in run.text())
        assert interest(run).watched == ()


async def test_old_prices_say_so() -> None:
    async with running() as run:
        await picking(run)
        run.clock.seconds += 50
        await run.emit(QuotesMissed("connection refused", run.clock.now()))
        await run.until(lambda: "STALE 50s · connection refused" in run.text())
        assert "old 50s" in run.text()


async def test_without_any_answer_the_recent_ones_are_there() -> None:
    choices = Choices()
    choices.put("recent_markets", RecentMarkets(("tETHUSD", "tXRPBTC", "t\x1b[31m")))
    async with running(options=AppOptions(choices=choices)) as run:
        await run.pilot.press("slash")
        await run.until(lambda: "ETH/USD" in run.text())
        await run.emit(QuotesMissed("connection refused", run.clock.now()))
        await run.until(lambda: "no prices: connection refused" in run.text())
        assert "XRP/BTC" in run.text()
        await run.pilot.press("down", "enter")
        await run.until(lambda: [view.instrument for view in run.feed.views] == [ETH])


async def test_names_of_the_network_steer_nothing() -> None:
    async with running() as run:
        bad = MarketsListed((BTC, ETH), (("ETH", "Ether\x1b[31m [bold]eum"),), Source.REST, 1.0)
        await picking(run, bad)
        await run.until(lambda: "[bold]eum" in run.text())
        assert "\x1b" not in run.text()


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (9, 3), (4, 1)])
async def test_it_fits_small_screens(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        await run.pilot.press("slash")
        await run.emit(*listed(run.clock.now()))
        await run.pilot.press(*"eth")
        await run.pilot.pause()
        assert [len(row) for row in run.text().split("\n")] == [size[0]] * size[1]
        await run.pilot.press("enter")
        await run.until(lambda: [view.instrument for view in run.feed.views] == [ETH])


async def test_the_mouse_chooses_watches_and_goes_back() -> None:
    async with running(size=(80, 24)) as run:
        await picking(run)
        line = next(y for y, row in enumerate(run.text().split("\n")) if "LTC/USD" in row)
        await run.pilot.click(offset=Offset(1, line))
        await run.until(lambda: "★ LTC/USD" in run.text())
        await run.pilot.click(offset=Offset(20, line))
        await run.until(lambda: [view.instrument for view in run.feed.views] == [LTC])
        await run.until(lambda: "MARKETS" not in run.text())
        await run.pilot.press("slash")
        await run.until(lambda: "MARKETS" in run.text())
        await run.pilot.click(offset=Offset(10, 23))
        await run.until(lambda: "MARKETS" not in run.text())


# The watchlist


def options(*symbols: str) -> AppOptions:
    choices = Choices()
    choices.put("watchlist", Watchlist(symbols))
    return AppOptions(choices=choices)


async def watching(run: Running) -> None:
    await run.pilot.press("tab")
    await run.until(lambda: "WATCHLIST" in run.text())


def quotes(at: float, source: Source = Source.WEBSOCKET) -> QuotesSeen:
    return QuotesSeen(tuple(PRICES.items()), source, at)


async def test_what_another_pane_watches_is_there_when_the_watchlist_is_opened(tmp_path: Path) -> None:
    other = Choices(tmp_path)
    other.put("watchlist", Watchlist(("tETHUSD",)))
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await watching(run)
        await run.until(lambda: "ETH/USD" in run.text())
        await run.pilot.press("tab")
        await run.until(lambda: "WATCHLIST" not in run.text())
        other.put("watchlist", Watchlist(("tETHUSD", "tLTCUSD")))
        await watching(run)
        await run.until(lambda: "LTC/USD" in run.text())
        assert interest(run).watched == (ETH, LTC)
        await run.pilot.press("delete")
        await run.until(lambda: "ETH/USD" not in run.text())
        other.put("watchlist", Watchlist(("tETHUSD", "tLTCUSD", "tUSTUSD")))
        assert Choices(tmp_path).get("watchlist", Watchlist()).symbols == ("tLTCUSD", "tUSTUSD")


async def test_tab_shows_the_watchlist_and_hides_it() -> None:
    async with running(options=options("tETHUSD", "tBTCUSD")) as run:
        assert interest(run) == Interest((ETH, BTC)), "watched from the start, but nobody looks yet"
        await watching(run)
        assert interest(run).shown
        await run.emit(quotes(run.clock.now()))
        await run.until(lambda: "3,400.5" in run.text() and "▲ +1.23%" in run.text() and "WS 0.0s" in run.text())
        assert f"{run.model.state.last_price:,.0f}" in run.text(), "the market on the screen is in the list too"
        await run.pilot.press("tab")
        await run.until(lambda: "ORDER BOOK" in run.text())
        assert not interest(run).shown
        await watching(run)
        await run.pilot.press("escape")
        await run.until(lambda: "ORDER BOOK" in run.text())


async def test_the_market_on_the_screen_has_the_price_of_the_header_in_the_list_too() -> None:
    async with running() as run:
        await run.emit(SourceChanged(LinkState.POLLING, Mode.AUTO, run.clock.now(), fed=Topic.BOOK | Topic.TICKER))
        run.clock.seconds += 60
        await run.emit(TickerSeen(BTC.symbol, Ticker(last=64_300.0), Source.REST, run.clock.now()))
        row = run.app.symbols.row(BTC)
        assert (row.last, row.fed, row.age) == (64_300.0, True, 0.0)
        await run.emit(SourceChanged(LinkState.POLLING, Mode.AUTO, run.clock.now(), fed=Topic.BOOK))
        run.clock.seconds += 60
        row = run.app.symbols.row(BTC)
        assert (row.last, row.fed, row.age) == (64_300.0, False, 60.0)


async def test_old_prices_are_marked_and_dated() -> None:
    async with running(options=options("tETHUSD", "tLTCUSD", "tXRPBTC")) as run:
        await watching(run)
        await run.until(lambda: run.text().count("waiting") == 3)
        await run.emit(quotes(run.clock.now()))
        await run.until(lambda: "●" in run.text() and "waiting" not in run.text())
        run.clock.seconds += 7
        await run.emit(QuotesLost(None, "the socket is closed", run.clock.now()))
        await run.until(lambda: run.text().count("STALE 7s") == 3)
        assert "3,400.5" in run.text(), "what is old stays, as what it is"
        await run.emit(QuotesSeen(((ETH, PRICES[ETH]),), Source.REST, run.clock.now()))
        await run.until(lambda: "◐ ETH/USD" in run.text() and "REST 0.0s" in run.text())
        assert "1 of 3 over REST" in run.text()
        await run.emit(QuoteRefused("tLTCUSD", "not traded there", run.clock.now()))
        await run.until(lambda: "not traded there" in run.text())


async def test_the_day_is_a_curve() -> None:
    async with running(options=options("tETHUSD")) as run:
        await watching(run)
        now = run.clock.wall_ms()
        day = tuple(Candle(now - (20 - at) * 1_800_000, 1, 3400.0 + at, 9999, 1, 1) for at in range(20))
        await run.emit(quotes(run.clock.now()), DaySeen("tETHUSD", day, run.clock.now()))
        await run.until(lambda: "▁▁▂▂" in run.text())


async def test_enter_shows_the_market_under_the_pointer() -> None:
    async with running(options=options("tETHUSD", "tLTCUSD")) as run:
        await watching(run)
        await run.until(lambda: pointed(run) == "ETH/USD")
        await run.pilot.press("down")
        await run.until(lambda: pointed(run) == "LTC/USD")
        await run.pilot.press("enter")
        await run.until(lambda: [view.instrument for view in run.feed.views] == [LTC])
        await run.until(lambda: "WATCHLIST" not in run.text() and "LTC/USD" in run.text().split("\n")[0])


async def test_adding_removing_and_moving() -> None:
    chosen = options("tETHUSD", "tLTCUSD")
    async with running(options=chosen) as run:

        def symbols() -> tuple[str, ...]:
            assert chosen.choices is not None
            return chosen.choices.get("watchlist", Watchlist()).symbols

        await watching(run)
        await run.pilot.press("plus")
        await run.until(lambda: "BTC/USD" in run.text())
        assert symbols() == ("tETHUSD", "tLTCUSD", "tBTCUSD")
        await run.pilot.press("shift+down")
        await run.until(lambda: symbols() == ("tLTCUSD", "tETHUSD", "tBTCUSD"))
        assert pointed(run) == "ETH/USD"
        await run.pilot.press("shift+up")
        await run.until(lambda: symbols() == ("tETHUSD", "tLTCUSD", "tBTCUSD"))
        await run.pilot.press("end", "delete")
        await run.until(lambda: symbols() == ("tETHUSD", "tLTCUSD") and pointed(run) == "LTC/USD")
        assert interest(run).watched == (ETH, LTC)
        await run.pilot.press("delete", "delete")
        await run.until(lambda: "Nothing is watched yet" in run.text())
        await run.pilot.press("enter", "delete", "down")
        assert not run.feed.views


async def test_a_click_shows_a_market() -> None:
    async with running(options=options("tETHUSD", "tLTCUSD")) as run:
        await watching(run)
        line = next(y for y, row in enumerate(run.text().split("\n")) if "LTC/USD" in row)
        await run.pilot.click(offset=Offset(8, line))
        await run.until(lambda: [view.instrument for view in run.feed.views] == [LTC])


async def test_a_long_list_is_scrolled_with_the_pointer() -> None:
    names = tuple(f"tA{one}{two}USD" for one in "ABCDE" for two in "ABCDE")
    async with running(options=options(*names), size=(40, 12)) as run:
        await watching(run)
        assert names[0][1:4] in run.text()
        await run.pilot.press("end")
        await run.until(lambda: pointed(run) == "AEE/USD")
        await run.pilot.press("home")
        await run.until(lambda: pointed(run) == "AAA/USD")
        await run.pilot.press("pagedown")
        await run.until(lambda: pointed(run) not in ("AAA/USD", ""))


async def test_the_picker_over_the_watchlist_shows_what_is_chosen() -> None:
    async with running(options=options("tETHUSD")) as run:
        await watching(run)
        await picking(run)
        await run.pilot.press(*"ltc", "enter")
        await run.until(lambda: [view.instrument for view in run.feed.views] == [LTC])
        await run.until(lambda: "WATCHLIST" not in run.text() and "MARKETS" not in run.text())


# What is remembered


async def test_what_was_looked_at_is_remembered_and_what_is_not_traded_is_not(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        run.model.select("ETHUSD")
        await run.until(lambda: Choices(tmp_path).get("recent_markets", RecentMarkets()).symbols[:1] == ("tETHUSD",))
        run.model.select("NOPEXX")
        await run.until(lambda: "tNOPEXX" in Choices(tmp_path).get("recent_markets", RecentMarkets()).symbols)
        await run.emit(SymbolRefused("tNOPEXX", (), run.clock.now()))
        await run.until(
            lambda: Choices(tmp_path).get("recent_markets", RecentMarkets()).symbols == ("tETHUSD", "tBTCUSD")
        )


async def test_markets_named_at_the_start_are_watched_first_and_shown() -> None:
    chosen = options("tLTCUSD", "tETHUSD")
    named = AppOptions(choices=chosen.choices, watch=("BTCUSD", "ETHUSD"))
    async with running(options=named) as run:
        await run.until(lambda: "WATCHLIST" in run.text())
        assert [instrument.label for instrument in interest(run).watched] == ["BTC/USD", "ETH/USD", "LTC/USD"]
        assert interest(run).shown


async def test_a_change_of_the_view_makes_the_old_market_a_quote() -> None:
    async with running(options=options("tBTCUSD")) as run:
        await watching(run)
        await run.emit(ViewChanged(ETH, Timeframe.M1, run.clock.now()))
        await run.until(lambda: "STALE" in run.text())
        assert "64,213" in run.text()
        assert run.model.state.quotes.get("tBTCUSD") is not None
        assert run.model.state.arrivals[Topic.TICKER].source is None


async def test_a_refused_market_leads_to_the_picker() -> None:
    async with running(SymbolRefused("tBTCUSD", ("BTCUST",), 1_000.0)) as run:
        await run.until(lambda: "Press / to find the one you meant." in run.text() and "BTCUST" in run.text())
        await picking(run)
        await run.pilot.press(*"eth", "enter")
        await run.until(lambda: [view.instrument for view in run.feed.views] == [ETH])
