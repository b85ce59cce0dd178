"""The header: the last price is that of what is delivered, and a dead one says that it is."""

import pytest
from rich.style import Style

from hybridtui.market.events import SourceChanged, TickerSeen
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.render.palette import on_ground, subdued
from hybridtui.render.window_title import window_title
from tests.tui import scripted
from tests.tui.screen import Running, running

ALL_BUT_TRADES = Topic.BOOK | Topic.TICKER | Topic.CANDLES


def fed(run: Running, topics: Topic) -> SourceChanged:
    return SourceChanged(LinkState.POLLING, Mode.AUTO, run.clock.now(), fed=topics)


def shown(run: Running) -> str:
    return run.text().split("\n")[0]


def style_of(run: Running, word: str) -> Style:
    """The style of the first piece of the header with this word in it."""
    (line,) = run.app.market_screen.header._lines
    return next(style for text, style, _ in line if word in text and style is not None)


async def test_the_tape_is_believed_as_long_as_it_is_delivered() -> None:
    async with running() as run:
        run.clock.seconds += 600
        await run.emit(
            fed(run, Topic.DATA), TickerSeen(scripted.SYMBOL, Ticker(last=64_300.0), Source.REST, run.clock.now())
        )
        assert "64,210▼ " in shown(run)
        assert "old" not in shown(run)


@pytest.mark.parametrize("size", [(120, 40), (40, 12), (100, 1), (40, 1)])
async def test_a_last_price_that_nothing_delivers_is_dim_and_says_how_old_it_is(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        bright = style_of(run, "64,210"), style_of(run, "▼")
        await run.emit(fed(run, Topic.BOOK))
        run.clock.seconds += 200
        run.app.market_screen._tick()
        await run.until(lambda: "64,210▼ 3m old " in shown(run))
        title = run.app.market_screen.header.palette.title
        dim = style_of(run, "64,210"), style_of(run, "▼")
        assert [style.color for style in dim] == [subdued(on_ground(style, title)).color for style in bright]
        assert [style.color for style in dim] != [style.color for style in bright]
        assert "64,210 old " in window_title(run.app.market_screen.header.view())
        await run.emit(scripted.traded(scripted.trades(1, run.clock.wall_ms(), 900), run.clock.now()))
        await run.emit(fed(run, Topic.DATA))
        await run.until(lambda: "old" not in shown(run))
        assert style_of(run, "64,21").color == bright[0].color


async def test_a_ticker_that_is_delivered_tells_the_price_without_an_arrow_that_is_the_tapes() -> None:
    async with running() as run:
        await run.emit(fed(run, ALL_BUT_TRADES))
        run.clock.seconds += 60
        await run.emit(TickerSeen(scripted.SYMBOL, Ticker(last=64_300.0), Source.REST, run.clock.now()))
        await run.until(lambda: " 64,300  " in shown(run))
        assert "old" not in shown(run)
        assert "▼" not in shown(run)
        screen = run.app.market_screen
        assert screen.chart.options().last_price == screen.header.view().last == 64_300.0
        assert not screen.chart.options().last_old


async def test_chart_and_header_agree_on_a_price_that_nothing_delivers() -> None:
    async with running() as run:
        await run.emit(fed(run, Topic.BOOK))
        screen = run.app.market_screen
        assert (screen.chart.options().last_price, screen.chart.options().last_old) == (64_210.0, True)
        await run.until(lambda: "64,210?◀" in run.text())


async def test_where_the_state_says_that_prices_may_be_dead_nothing_else_has_to() -> None:
    async with running() as run:
        await run.emit(scripted.live(run.clock.now(), LinkState.STALE))
        run.clock.seconds += 200
        run.app.market_screen._tick()
        await run.until(lambda: "STALE 3m" in shown(run))
        assert "old" not in shown(run)
        assert "old" not in window_title(run.app.market_screen.header.view())
