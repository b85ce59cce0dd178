"""The depth curve panel."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import display_currency
from hybridtui.market.source import Health, Topic
from hybridtui.render.depth import DepthOptions, render_depth
from hybridtui.render.lines import Line, Size
from hybridtui.render.title import TitleView
from hybridtui.tui.keys.focus import ON_DEPTH
from hybridtui.tui.localtime import Zone
from hybridtui.tui.precision import Precision
from hybridtui.tui.views import DEPTH, ViewPanel


class DepthCurve(ViewPanel):
    """Cumulative bids and asks around the mid."""

    topics = Topic.BOOK
    topic = Topic.BOOK
    keys = ON_DEPTH
    cadence = 0.5

    def __init__(
        self,
        market: HybridMarketData,
        precision: Precision,
        zone: Zone,
        *,
        id: str = DEPTH,  # noqa: A002
    ) -> None:
        super().__init__(market, zone, id=id)
        self.precision = precision

    def title(self, health: Health) -> TitleView:
        """`DEPTH` and the levels that it is made of."""
        book = self.market.orderbook
        levels = f"{len(book.bids())} bids, {len(book.asks())} asks" if book.known else ""
        return TitleView("DEPTH", levels, health)

    def content(self, size: Size, *, dimmed: bool) -> list[Line]:
        """The curve."""
        book = self.market.orderbook
        base = display_currency(self.market.instrument.base)
        options = DepthOptions(price_decimals=self.precision.decimals, base=base, dimmed=dimmed)
        key = (book, book.revision, size, options, self.palette)
        return self.cache.get(key, lambda: render_depth(book, size, options, self.palette))
