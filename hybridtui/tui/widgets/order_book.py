"""The order book panel."""

import asyncio
from decimal import Decimal

import msgspec
from textual import events
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.grouping import coarser, finer, step_from, step_text, tick_of
from hybridtui.market.instrument import display_currency
from hybridtui.market.source import Health, Topic
from hybridtui.render.book import render_book, visible
from hybridtui.render.book_frame import Frame, frame
from hybridtui.render.book_options import BarsBy, BookOptions, Target, target_complaint, target_from, target_text
from hybridtui.render.copied import copied_price
from hybridtui.render.flashes import FLASH_S, Flashes
from hybridtui.render.ladder import Ladder
from hybridtui.render.lines import Line, Size
from hybridtui.render.title import TitleView
from hybridtui.store.choices import Choices
from hybridtui.tui.keys.focus import ON_BOOK, ROW_CURSOR, Focus
from hybridtui.tui.localtime import Zone
from hybridtui.tui.messages import BookRowsShown, Touched
from hybridtui.tui.panel import MarketPanel
from hybridtui.tui.precision import Precision
from hybridtui.tui.screens.prompt import Prompt


class BookChoices(msgspec.Struct, frozen=True):
    """What is remembered of the order book."""

    steps: dict[str, str] = {}
    """Symbol to step of price, as text; a market that is missing shows the exchange's own levels."""
    bars: BarsBy = BarsBy.TOTAL
    side_by_side: bool = False


class OrderBook(MarketPanel):
    """Asks above, the spread in the middle, bids below; or both next to each other."""

    topics = Topic.BOOK
    topic = Topic.BOOK
    cadence = 0.03

    steps: reactive[dict[str, str]] = reactive({}, init=False, repaint=False)
    """Symbol to the step that its prices are put together in."""
    by: reactive[BarsBy] = reactive(BarsBy.TOTAL, init=False, repaint=False)
    """What the bars show."""
    side_by_side: reactive[bool] = reactive(False, init=False, repaint=False)
    cursor: reactive[int | None] = reactive(None, init=False, repaint=False)
    """The row that is read out, see `BookOptions.cursor`."""
    target: reactive[Target | None] = reactive(None, init=False, repaint=False)
    """The size that is read out."""

    def __init__(
        self,
        market: HybridMarketData,
        precision: Precision,
        choices: Choices,
        zone: Zone,
        *,
        id: str = "book",  # noqa: A002
    ) -> None:
        super().__init__(market, zone, id=id)
        self.precision = precision
        self._choices = choices
        chosen = self._choices.get("book", BookChoices())
        self.set_reactive(OrderBook.steps, dict(chosen.steps))
        self.set_reactive(OrderBook.by, chosen.bars)
        self.set_reactive(OrderBook.side_by_side, chosen.side_by_side)
        self._hovering = False
        """Whether the cursor is only where the mouse happens to be."""
        self._flashes = Flashes()
        self._flash_end: asyncio.TimerHandle | None = None
        self._ladder: tuple[object, Ladder] | None = None

    @property
    def keys_here(self) -> Focus:
        """The book's, or those of the row that is read out."""
        asked = self.cursor is not None and not self._hovering
        return ROW_CURSOR if asked or self.target is not None else ON_BOOK

    # What is chosen

    @property
    def tick_size(self) -> Decimal:
        """The least step between two prices of the market."""
        return tick_of(self._price or 1.0, self.precision.decimals)

    @property
    def step(self) -> Decimal | None:
        """The step that prices are put together in; None shows the exchange's own levels."""
        step = step_from(self.steps.get(self.market.instrument.symbol, ""))
        return None if step is None or (self._price is not None and step <= self.tick_size) else step

    @property
    def _price(self) -> float | None:
        best = self.market.orderbook.best_ask or self.market.orderbook.best_bid
        return self.market.state.last_price if best is None else best.price

    @property
    def _content_size(self) -> Size:
        width, height = self.size
        return Size(width, height - 1 if height >= 3 else height)

    @property
    def _frame(self) -> Frame:
        return frame(self._content_size, side_by_side=self.side_by_side, reading=True)

    def action_group(self, direction: int) -> None:
        """Coarser (1) or finer (-1) steps."""
        price = self._price
        if price is None:
            return
        tick = self.tick_size
        step = coarser(self.step, tick, price) if direction > 0 else finer(self.step, tick)
        symbol = self.market.instrument.symbol
        others = {name: text for name, text in self.steps.items() if name != symbol}
        self.steps = others if step is None else others | {symbol: step_text(step)}

    def action_sides(self) -> None:
        """Stacked, or side by side."""
        self.side_by_side = not self.side_by_side

    def action_bars(self) -> None:
        """What the bars show."""
        self.by = BarsBy.SIZE if self.by is BarsBy.TOTAL else BarsBy.TOTAL

    def action_move(self, upwards: int) -> None:
        """Put the cursor on the row above (1) or below (-1); from nowhere on the best ask or bid."""
        at = None if self.target is not None else self.cursor
        if at is None:
            moved = upwards
        elif self.side_by_side:
            deeper = abs(at) - upwards
            moved = (deeper if at > 0 else -deeper) if deeper else -at
        else:
            moved = at + upwards or upwards
        self._hovering = False
        self.target = None
        self.cursor = self._frame.clamped(moved)

    def action_ask_size(self) -> None:
        """Ask for a size to read out."""
        base = display_currency(self.market.instrument.base)
        question = f"Trade how much {base} (+ buys, - sells)?"
        value = "" if self.target is None else target_text(self.target)
        self.app.push_screen(Prompt(question, value, _wrong_size), self._size_typed)

    def _size_typed(self, text: str | None) -> None:
        if text is not None:
            self.cursor = None
            self.target = target_from(text) if text.strip() else None

    def action_leave(self) -> None:
        """Nothing is read out any more."""
        self._hovering = False
        self.cursor = self.target = None

    # The mouse

    def _row_at(self, event: events.MouseEvent) -> int | None:
        """The row under the mouse, as a cursor means it."""
        at = self._frame.cursor_at(event.x, event.y - (self.size.height - self._content_size.height))
        return None if at is None else self._frame.clamped(at)

    def on_click(self, event: events.Click) -> None:
        """Read out the row that was clicked, also when the mouse has gone; clicked again, no longer."""
        at = self._row_at(event)
        if at is not None:
            again = at == self.cursor and self.target is None and not self._hovering
            self._hovering = False
            self.cursor = None if again else at
            self.target = None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read out the row under the mouse, unless another one was asked for."""
        if self.target is None and (self.cursor is None or self._hovering):
            self.cursor = self._row_at(event)
            self._hovering = self.cursor is not None

    def on_leave(self) -> None:
        """The mouse is elsewhere: a row that was not asked for is read out no longer."""
        if self._hovering:
            self._hovering = False
            self.cursor = None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The row above is read out; with ctrl prices are put together in coarser steps."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The row below is read out; with ctrl prices are put together in finer steps."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        event.prevent_default()
        if event.ctrl:
            self.action_group(direction)
        else:
            self.action_move(direction)

    def watch_steps(self) -> None:
        """Another step may need another book."""
        self._chosen()
        self._tell_rows()

    def watch_by(self) -> None:
        """Remember it."""
        self._chosen()

    def watch_side_by_side(self) -> None:
        """There is room for other rows; a cursor stays on its row of prices as far as that is there."""
        if self.cursor is not None:
            self.cursor = self._frame.clamped(self.cursor)
        self._chosen()
        self._tell_rows()

    def watch_cursor(self) -> None:
        """Draw it at once."""
        self.draw()
        self.post_message(Touched())

    def watch_target(self) -> None:
        """Draw it at once."""
        self.draw()
        self.post_message(Touched())

    def _chosen(self) -> None:
        self._choices.put("book", BookChoices(dict(self.steps), self.by, self.side_by_side))
        self.draw()

    # What is needed

    def on_resize(self) -> None:
        """Tell how many levels can be seen."""
        self._tell_rows()

    def tick(self) -> None:
        """A second has passed: the age moves on, and the market may have moved out of what is subscribed."""
        super().tick()
        if self.on_screen:
            self._tell_rows()

    def _tell_rows(self) -> None:
        place = frame(self._content_size, side_by_side=self.side_by_side)
        self.post_message(BookRowsShown(max(place.asks, place.bids), self.step))

    # Drawing

    def title(self, health: Health) -> TitleView:
        """`ORDER BOOK P0 ×1`: the exchange's own price levels; `P1 step 50` where they are put together."""
        step = self.step
        details = f"P{self.market.orderbook.precision} {'×1' if step is None else f'step {step_text(step)}'}"
        return TitleView("ORDER BOOK", details, health)

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The ladder."""
        book, options = self.market.orderbook, self._options(dimmed=dimmed)
        shown = self._visible(size, options)
        if not dimmed:
            options = msgspec.structs.replace(options, flashing=self._flashing(shown, options))
        key = (book, book.revision, size, options, self.palette)
        return self.cache.get(key, lambda: render_book(book, size, options, self.palette, shown))

    def copied(self) -> str:
        """The price of the row that is read out, else of the one under the mouse."""
        at = self.cursor if self.target is None else None
        if at is None and self.mouse is not None:
            at = self._frame.cursor_at(*self.mouse)
        if not at:
            return ""
        shown = visible(self.market.orderbook, self._content_size, self._options())
        rung = (shown.asks if at > 0 else shown.bids)[abs(at) - 1 : abs(at)]
        return copied_price(rung[0].price, self.precision.decimals) if rung else ""

    def _options(self, *, dimmed: bool = False) -> BookOptions:
        """Everything that was chosen, as a value."""
        instrument = self.market.instrument
        return BookOptions(
            step=self.step,
            bars=self.by,
            side_by_side=self.side_by_side,
            cursor=self.cursor,
            target=self.target,
            base=display_currency(instrument.base),
            quote=display_currency(instrument.quote),
            price_decimals=self.precision.decimals,
            dimmed=dimmed,
        )

    def _visible(self, size: Size, options: BookOptions) -> Ladder:
        """The rungs that can be seen, made anew only where the book changed."""
        book = self.market.orderbook
        key = (book, book.revision, size, options.step, options.side_by_side)
        if self._ladder is None or self._ladder[0] != key:
            self._ladder = (key, visible(book, size, options))
        return self._ladder[1]

    def _flashing(self, shown: Ladder, options: BookOptions) -> frozenset[tuple[bool, float]]:
        """The rows that changed just now; when their time is over there is one more draw, if nothing else draws."""
        book = self.market.orderbook
        identity = (book, book.precision, options.step, options.side_by_side, self.health.source)
        flashing = self._flashes.look(identity, shown, self.market.clock.now())
        if flashing:
            self._end_flash_later()
        return flashing

    def _end_flash_later(self) -> None:
        if self._flash_end is not None:
            self._flash_end.cancel()
        self._flash_end = asyncio.get_running_loop().call_later(FLASH_S, self._end_flash)

    def _end_flash(self) -> None:
        self._flash_end = None
        self._flashes.clear()
        self.draw()

    def on_unmount(self) -> None:
        """Leave no timer behind."""
        super().on_unmount()
        if self._flash_end is not None:
            self._flash_end.cancel()


def _wrong_size(text: str) -> str:
    """What is wrong with a size that was typed; nothing at all takes the read-out away."""
    return target_complaint(text) if text.strip() else ""
