"""The trades panel."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import display_currency
from hybridtui.market.source import Health, Topic
from hybridtui.render.copied import copied_trade
from hybridtui.render.lines import Line, Size
from hybridtui.render.numbers import price_text
from hybridtui.render.tape import TapeOptions, print_at, render_tape
from hybridtui.render.tape_summary import settled
from hybridtui.render.times import start_of_day
from hybridtui.render.title import TitleView
from hybridtui.tui.keys.focus import ON_TAPE
from hybridtui.tui.localtime import Zone
from hybridtui.tui.panel import MarketPanel
from hybridtui.tui.precision import Precision
from hybridtui.tui.screens.prompt import Prompt
from hybridtui.tui.views import LargeChosen
from hybridtui.tui.widgets.large_trades import LargeTrades, complaint


class TradeTape(MarketPanel):
    """The newest trades, newest first."""

    topics = Topic.TRADES
    topic = Topic.TRADES
    keys = ON_TAPE
    cadence = 0.03

    def __init__(
        self,
        market: HybridMarketData,
        precision: Precision,
        zone: Zone,
        large: LargeTrades,
        *,
        id: str = "tape",  # noqa: A002
    ) -> None:
        super().__init__(market, zone, id=id)
        self.precision = precision
        self.large = large

    def tick(self) -> None:
        """The last minute moves on with the second."""
        super().tick()
        self.due()

    def action_large(self) -> None:
        """Ask from which size on trades are large."""
        chosen = self.large.chosen
        base = display_currency(self.market.instrument.base)
        question = f"Mark trades from how many {base}? Nothing marks those ten times the usual:"
        value = "" if chosen is None else price_text(chosen)
        self.app.push_screen(Prompt(question, value, complaint), self._take_large)

    def _take_large(self, text: str | None) -> None:
        if text is not None:
            self.large.choose(text)
            self.post_message(LargeChosen())

    def title(self, health: Health) -> TitleView:
        """`TRADES ◆ 5 auto`: the size from which on a trade is marked, and whether it tunes itself."""
        size = self.large.size
        marked = f"◆ {price_text(size)}{' auto' if self.large.chosen is None else ''}" if size > 0 else ""
        return TitleView("TRADES", marked, health)

    def _options(self, *, dimmed: bool = False) -> TapeOptions:
        now_ms = self.market.clock.wall_ms()
        offset_ms = self.zone.offset_ms(now_ms)
        return TapeOptions(
            now_ms=settled(self.market.trades, now_ms),
            utc_offset_ms=offset_ms,
            today_ms=start_of_day(now_ms, offset_ms),
            large=self.large.size,
            price_decimals=self.precision.decimals,
            dimmed=dimmed,
        )

    def copied(self) -> str:
        """The trade under the mouse."""
        if self.mouse is None:
            return ""
        width, height = self.size
        options = self._options()
        row = print_at(self.market.trades, Size(width, height - 1 if height >= 3 else height), options, self.mouse.y)
        return "" if row is None else copied_trade(row, options.utc_offset_ms, options.price_decimals)

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The tape."""
        trades, options = self.market.trades, self._options(dimmed=dimmed)
        key = (trades, trades.revision, size, options, self.palette)
        return self.cache.get(key, lambda: render_tape(trades, size, options, self.palette))
