"""What the keys and the mouse do to the order book, read from the screen."""

from decimal import Decimal
from pathlib import Path

from hybridtui.market.events import BookChanged, BookSnapshotSeen
from hybridtui.market.source import Source
from hybridtui.render.book_frame import frame
from hybridtui.render.book_options import BarsBy
from hybridtui.render.lines import Size, plain
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from hybridtui.tui.widgets.order_book import BookChoices
from tests.tui import scripted
from tests.tui.screen import Running, running

ROWS = (
    *((64_210.0 - 3 * at, 1 + at, 0.5 + at) for at in range(25)),
    *((64_215.0 + 3 * at, 1 + at, -0.25 - at) for at in range(25)),
)
BOOK = BookSnapshotSeen(scripted.SYMBOL, ROWS, Source.WEBSOCKET, 1_000.0, 0, 25)


def book_rows(run: Running) -> list[str]:
    """The rows of the panel, its title first."""
    region = run.app.market_screen.book.region
    return [line[region.x : region.right] for line in run.text().splitlines()[region.y : region.bottom]]


def spread_at(run: Running) -> int:
    return next(at for at, row in enumerate(book_rows(run)) if row.startswith("──"))


def row_with(run: Running, sign: str) -> int:
    """The row that begins with a sign, -1 where none does."""
    return next((at for at, row in enumerate(book_rows(run)) if row.startswith(sign)), -1)


def read_out(run: Running) -> str:
    """The last rows, without a word that is left out where there is less room."""
    return "\n".join(book_rows(run)[-4:]).replace("avg ", "")


async def test_coarser_and_finer_steps() -> None:
    async with running(BOOK) as run:
        assert "P0 ×1" in book_rows(run)[0]
        middle = spread_at(run)
        for step in ("2", "5", "10"):
            await run.pilot.press("full_stop")
            await run.until(lambda step=step: f"P0 step {step} " in book_rows(run)[0])  # type: ignore[misc]
            assert spread_at(run) == middle
        await run.until(lambda: book_rows(run)[middle - 1].split()[:3] == ["64,220", "1.5000", "1.5000"])
        assert book_rows(run)[middle + 1].split()[:3] == ["64,210", "0.5000", "0.5000"]
        assert book_rows(run)[middle + 2].split()[:3] == ["64,200", "7.5000", "8.0000"]
        assert run.model.view.book_length > 25, "the exchange is asked for more"
        for step in ("5", "2"):
            await run.pilot.press("comma")
            await run.until(lambda step=step: f"P0 step {step} " in book_rows(run)[0])  # type: ignore[misc]
        await run.pilot.press("comma", "comma")
        await run.until(lambda: "P0 ×1" in book_rows(run)[0])


async def test_a_coarse_step_waits_for_the_coarse_book() -> None:
    async with running(BOOK) as run:
        for _ in range(9):
            await run.pilot.press("full_stop")
        await run.until(lambda: run.model.view.book_precision > 0)
        precision = run.model.view.book_precision
        assert "P0 step 1000 " in book_rows(run)[0], "the old book stays"
        assert "+ " in book_rows(run)[spread_at(run) + 1], "and says that it is not all"
        coarse = BookSnapshotSeen(
            scripted.SYMBOL, ((64_000.0, 9, 25.0), (65_000.0, 9, -20.0)), Source.WEBSOCKET, 1_000.0, precision, 25
        )
        await run.emit(coarse)
        await run.until(lambda: f"P{precision} step 1000 " in book_rows(run)[0])
        assert "≤ 1,000" in book_rows(run)[spread_at(run)]
        assert "64,210 / 64,215" in run.text().splitlines()[0], "bid and ask are the ticker's, not the coarse book's"
        for _ in range(9):
            await run.pilot.press("comma")
        await run.until(lambda: run.model.view.book_precision == 0)


async def test_steps_and_looks_are_remembered_by_market(tmp_path: Path) -> None:
    async with running(BOOK, options=AppOptions(choices=Choices(tmp_path))) as run:
        await run.pilot.press("full_stop", "full_stop", "b", "s")
        await run.until(lambda: "step 5 " in book_rows(run)[0])
        assert Choices(tmp_path).get("book", BookChoices()) == BookChoices({"tBTCUSD": "5"}, BarsBy.SIZE, True)
    async with running(BOOK, options=AppOptions(choices=Choices(tmp_path))) as run:
        await run.until(lambda: "step 5 " in book_rows(run)[0])
        run.model.select("ETHUSD")
        await run.until(lambda: "P0 ×1" in book_rows(run)[0])


async def test_side_by_side_and_back() -> None:
    async with running(BOOK) as run:
        await run.pilot.press("b")
        await run.until(lambda: spread_at(run) == 1)
        assert book_rows(run)[3].split() == ["0.5000", "64,210", "64,215", "0.2500"]
        assert book_rows(run)[4].split() == ["1.5000", "64,207", "64,218", "1.2500"]
        await run.pilot.press("b")
        await run.until(lambda: spread_at(run) > 1)


async def test_bars_by_size_and_by_total() -> None:
    async with running(BOOK) as run:
        assert "by total" in book_rows(run)[1]
        await run.pilot.press("s")
        await run.until(lambda: "by size" in book_rows(run)[1])
        await run.pilot.press("s")
        await run.until(lambda: "by total" in book_rows(run)[1])


async def test_the_cursor_reads_out_and_stays_on_its_row() -> None:
    async with running(BOOK) as run:
        middle = spread_at(run)
        await run.pilot.press("up")
        await run.until(lambda: row_with(run, "▸") == middle - 1)
        await run.pilot.press("up")
        await run.until(lambda: row_with(run, "▸") == middle - 2)
        assert "buy to 64,218: 1.5 BTC for 96,326.25 USD" in "\n".join(book_rows(run))
        assert "avg 64,217.5 · 0.78 bp from the mid" in "\n".join(book_rows(run))
        await run.emit(BookChanged(scripted.SYMBOL, 64_216.0, 1, -2.0, run.clock.now()))
        await run.until(lambda: "buy to 64,216: 2.25 BTC" in "\n".join(book_rows(run)))
        assert row_with(run, "▸") == middle - 2, "the cursor stays while prices move through it"
        assert spread_at(run) == middle
        await run.pilot.press("down", "down", "down")
        await run.until(lambda: row_with(run, "▸") == middle + 2)
        assert "sell to 64,207: 2 BTC for 128,415.5 USD" in "\n".join(book_rows(run))
        await run.pilot.press("escape")
        await run.until(lambda: row_with(run, "▸") == -1)
        assert "micro" in "\n".join(book_rows(run)), "the summary is back"


async def test_the_cursor_cannot_leave_the_rows() -> None:
    async with running(BOOK, size=(40, 12)) as run:
        place = frame(Size(40, run.app.market_screen.book.size.height - 1), reading=True)
        for key, end in (("up", place.clamped(99)), ("down", place.clamped(-99))):
            await run.pilot.press(*[key] * 30)
            await run.until(lambda end=end: run.app.market_screen.book.cursor == end)  # type: ignore[misc]
            await run.until(lambda end=end: row_with(run, "▸") == 1 + place.row_of(end))  # type: ignore[misc]


async def test_side_by_side_the_cursor_goes_down_a_side_and_over_the_top_to_the_other() -> None:
    async with running(BOOK) as run:
        await run.pilot.press("b", "down", "down")
        await run.until(lambda: "sell to 64,207" in "\n".join(book_rows(run)))
        await run.pilot.press("up", "up")
        await run.until(lambda: "buy to 64,215" in "\n".join(book_rows(run)))
        await run.pilot.press("down")
        await run.until(lambda: "buy to 64,218" in "\n".join(book_rows(run)))


async def test_a_click_reads_out_a_row() -> None:
    async with running(BOOK) as run:
        middle = spread_at(run)
        await run.pilot.click("#book", offset=(5, middle + 3))
        await run.until(lambda: row_with(run, "▸") == middle + 3)
        await run.pilot.click("#book", offset=(5, middle - 1))
        await run.until(lambda: row_with(run, "▸") == middle - 1)
        await run.pilot.click("#book", offset=(5, middle - 1))
        await run.until(lambda: row_with(run, "▸") == -1)
        await run.pilot.click("#book", offset=(5, middle))
        await run.pilot.click("#book", offset=(5, 0))
        await run.pilot.pause()
        assert run.app.market_screen.book.cursor is None


async def test_a_typed_size_reads_out_both_sides() -> None:
    async with running(BOOK) as run:
        await run.pilot.press("up", "t")
        await run.until(lambda: "Trade how much BTC" in run.text())
        await run.pilot.press(*"2x", "enter")
        await run.until(lambda: "a number like 25" in run.text())
        await run.pilot.press("backspace", ",", "5", "enter")
        await run.until(lambda: "2,5 is not a number here; write 2.5" in run.text())
        await run.pilot.press("backspace", "backspace", "enter")
        await run.until(lambda: "buy 2 → 64,218.4, 0.91 bp, worst 64,221" in read_out(run))
        assert "sell 2 → 64,207.8, 0.74 bp, worst 64,207" in read_out(run)
        await run.pilot.press("t")
        await run.until(lambda: "Trade how much BTC" in run.text())
        await run.pilot.press("backspace", *"-1000", "enter")
        await run.until(lambda: "only 312.5, to 64,138" in read_out(run))
        assert "buy" not in book_rows(run)[-1] + book_rows(run)[-2]
        await run.pilot.press("escape")
        await run.until(lambda: "micro" in "\n".join(book_rows(run)))


async def test_a_change_flashes_once_and_then_nothing_is_drawn() -> None:
    async with running(BOOK) as run:
        book = run.app.market_screen.book
        run.clock.seconds += 1
        drawn = book.draws
        await run.emit(BookChanged(scripted.SYMBOL, 64_207.0, 2, 9.5, run.clock.now()))
        await run.until(lambda: "9.5000" in run.text())
        assert book.draws == drawn + 1
        assert bright(run, "64,207")
        await run.until(lambda: not bright(run, "64,207"))
        assert book.draws == drawn + 2, "one more to end the flash"
        assert book._flash_end is None
        run.clock.seconds += 1
        run.app.market_screen._tick()
        await run.pilot.pause()
        assert book.draws == drawn + 2


def bright(run: Running, price: str) -> bool:
    """Whether a price is written as what changed just now."""
    book = run.app.market_screen.book
    line = next(line for line in book._lines if price in plain([line]))
    return book.palette.bright in {segment.style for segment in line if segment.text.strip()}


async def test_tiny_prices_have_tiny_steps() -> None:
    rows = tuple(((712 - sign * at) / 1e8, 1, sign * 1000.0) for sign in (1, -1) for at in range(1, 20))
    tiny = BookSnapshotSeen(scripted.SYMBOL, rows, Source.WEBSOCKET, 1_000.0, 0, 25)
    async with running(tiny) as run:
        await run.pilot.press("full_stop", "full_stop")
        await run.until(lambda: "step 0.00000005" in book_rows(run)[0])
        assert run.app.market_screen.book.step == Decimal("0.00000005")
        middle = spread_at(run)
        assert book_rows(run)[middle - 1].split()[0] == "0.00000715"
        assert book_rows(run)[middle + 1].split()[0] == "0.00000710"
