"""The chart under a mouse: hover for the crosshair, drag to pan or to measure, wheel to pan or to zoom."""

from textual import events
from textual.reactive import reactive

from hybridtui.render.chart import ChartOptions, place_at
from hybridtui.render.lines import Size
from hybridtui.render.moves import range_moved, window_in
from hybridtui.tui.keys.focus import CROSSHAIR, MEASURING, ON_CHART, Focus
from hybridtui.tui.panel import MarketPanel

_WHEEL = 3
"""Candles, or columns where these are wider, that a notch of the wheel moves the picture."""


class ChartMouse(MarketPanel):
    """Where the picture is, where the crosshair is, and how a mouse moves them; what a chart is made of comes above."""

    right_ms: reactive[int | None] = reactive(None, init=False, repaint=False)
    """A moment of the last candle shown, ms UTC; None follows the present."""
    price_range: reactive[tuple[float, float] | None] = reactive(None, init=False, repaint=False)
    """The prices shown; None shows whatever there is."""
    crosshair: reactive[bool] = reactive(False, init=False, repaint=False)
    """Whether the crosshair stays, also without a mouse over it."""
    cursor: reactive[tuple[int, float | None] | None] = reactive(None, init=False, repaint=False)
    """A moment of the candle under the crosshair, ms UTC, and the height where a mouse holds it; None for none."""
    measure_from: reactive[tuple[int, float] | None] = reactive(None, init=False, repaint=False)
    """Moment and price from which is measured."""

    _pressed: events.MouseDown | None = None
    _dragged = False
    _at = (0.0, 0.0)
    """Where the mouse was when the picture moved last, on the screen."""
    _left_over = 0.0
    """The part of a candle that the mouse has moved and the picture has not."""

    def options(self, *, dimmed: bool = False) -> ChartOptions:
        """Everything that was chosen, as a value."""
        raise NotImplementedError

    def place_of_crosshair(self) -> tuple[int, float] | None:
        """Moment of the crosshair, and the price that is read there; None where there was no price yet."""
        raise NotImplementedError

    def pan_by(self, steps: int) -> None:
        """Move the picture by so many candles."""
        raise NotImplementedError

    def zoom_at(self, steps: int, focus_ms: int | None) -> None:
        """Zoom such that this moment stays in its place."""
        raise NotImplementedError

    def end_crosshair(self) -> None:
        """Neither crosshair nor measuring."""
        self.crosshair = False
        self.measure_from = self.cursor = None

    @property
    def keys_here(self) -> Focus:
        """The chart's, or those of its crosshair."""
        return MEASURING if self.measure_from is not None else CROSSHAIR if self.crosshair else ON_CHART

    @property
    def picture_size(self) -> Size:
        """The size of what is below the title."""
        return Size(self.size.width, self.size.height - self._title_rows)

    @property
    def _title_rows(self) -> int:
        return 1 if self.size.height >= 3 else 0

    # What follows from a change

    def watch_right_ms(self) -> None:
        """Draw anew at once."""
        self.draw()

    def watch_price_range(self) -> None:
        """Draw anew at once."""
        self.draw()

    def watch_cursor(self) -> None:
        """Draw anew at once."""
        self.draw()

    def watch_measure_from(self) -> None:
        """Draw anew at once."""
        self.draw()

    # Moving

    def _place(self, event: events.MouseEvent) -> tuple[int, float | None] | None:
        y = event.y - self._title_rows
        return place_at(self.market.candles, self.picture_size, self.options(), event.x, y) if y >= 0 else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the picture, or let the crosshair follow."""
        if self._pressed is not None and event.button and not self._pressed.shift:
            self._drag(event)
            return
        place = self._place(event)
        if place is not None:
            self.cursor = place
        elif not self.crosshair:
            self.cursor = None

    def on_leave(self) -> None:
        """The mouse is elsewhere: a crosshair that was not asked to stay goes."""
        if not self.crosshair:
            self.cursor = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to drag; with shift, to measure."""
        place = self._place(event)
        if event.button != 1 or place is None:
            return
        self._pressed, self._dragged, self._left_over = event, False, 0.0
        self._at = (event.screen_x, event.screen_y)
        self.capture_mouse()
        if event.shift and place[1] is not None:
            self.crosshair = True
            self.cursor = place
            self.measure_from = self.place_of_crosshair()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click without a drag lets the crosshair stay there, or go again."""
        pressed, self._pressed = self._pressed, None
        self.release_mouse()
        if pressed is None or self._dragged or pressed.shift:
            return
        if self.crosshair:
            self.end_crosshair()
        elif (place := self._place(event)) is not None:
            self.crosshair = True
            self.cursor = place

    def _drag(self, event: events.MouseMove) -> None:
        right, down = event.screen_x - self._at[0], event.screen_y - self._at[1]
        self._at = (event.screen_x, event.screen_y)
        if right or down:
            self._dragged = True
        if self.price_range is not None and down:
            self.price_range = range_moved(self.market.candles, self.picture_size, self.options(), down)
        columns = self.options().columns_per_candle
        self._left_over += right
        steps = int(self._left_over / columns)
        if steps:
            self._left_over -= steps * columns
            self.pan_by(-steps)

    # The wheel

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back in time; with ctrl nearer; with shift to higher prices."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Towards the present; with ctrl farther; with shift to lower prices."""
        self._wheel(event, -1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Back in time."""
        self._wheel(event, 1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Towards the present."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        event.prevent_default()
        size, options = self.picture_size, self.options()
        if event.ctrl:
            place = self._place(event)
            self.zoom_at(direction, None if place is None else place[0])
        elif event.shift and not isinstance(event, events.MouseScrollLeft | events.MouseScrollRight):
            self.price_range = range_moved(self.market.candles, size, options, direction * max(size.height / 10, 1))
        elif (window := window_in(self.market.candles, size, options)) is not None:
            self.pan_by(-direction * max(_WHEEL, window.capacity // 20))
