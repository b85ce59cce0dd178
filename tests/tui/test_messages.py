"""Intent goes up as a message, and somebody above acts on it."""

from hybridtui.render.chart import ChartKind
from hybridtui.tui.messages import BookRowsShown, ChartKindChosen
from tests.tui.screen import running


async def test_a_higher_book_asks_for_more_levels() -> None:
    async with running(size=(120, 40)) as run:
        before = run.model.view.book_length
        await run.pilot.resize_terminal(120, 140)
        await run.until(lambda: run.model.view.book_length > before)
        assert run.feed.views[-1].book_length == run.model.view.book_length


async def test_the_screen_acts_on_what_a_widget_tells() -> None:
    async with running(size=(180, 40)) as run:
        run.app.market_screen.book.post_message(BookRowsShown(60))
        await run.until(lambda: run.model.view.book_length == 100)
        run.app.market_screen.chart.post_message(ChartKindChosen(ChartKind.AREA))
        await run.until(lambda: "c area" in run.text())


async def test_the_chart_tells_how_it_is_drawn() -> None:
    async with running(size=(180, 40)) as run:
        await run.pilot.press("c")
        await run.until(lambda: "c Heikin-Ashi" in run.text())
