"""The header: the last price, where it is going, and whether it can be trusted."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import display_currency
from hybridtui.market.source import LinkState, Topic
from hybridtui.market.trades import Trades
from hybridtui.render.header import HeaderView, render_header
from hybridtui.render.lines import Line, Size
from hybridtui.render.onerow import render_one_row
from hybridtui.render.status import state_label
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.precision import Precision


def data_age(market: HybridMarketData) -> float | None:
    """Seconds since the newest market data of any topic; None before any came."""
    newest = market.state.newest_arrival()
    return None if newest is None else max(0.0, market.clock.now() - newest)


def direction(trades: Trades, look_back: int = 500) -> int:
    """Where the last price came from: the sign of the last change of price on the tape, 0 where there was none."""
    last = trades.last
    if last is None:
        return 0
    before = next((trade.price for trade in trades.newest(look_back) if trade.price != last.price), last.price)
    return (last.price > before) - (last.price < before)


class HeaderBar(LiveWidget):
    """One line; where the terminal has but one row, that row is all there is."""

    topics = Topic.ALL
    cadence = 0.03

    def __init__(self, market: HybridMarketData, precision: Precision, *, id: str = "header") -> None:  # noqa: A002
        super().__init__(market, id=id)
        self.precision = precision
        self.needs = ""
        """The size that the chosen layout would need, where it has less."""

    def view(self) -> HeaderView:
        """Price from the tape, bid and ask from the book, the day from the ticker, the state from the supervisor.

        Of a price that another one tells nobody knows where it came from: then there is no direction.
        """
        state, market = self.market.state, self.market
        ticker, (bid, ask), last = state.ticker, state.touch, state.last
        label, style = state_label(state.link, data_age(market) if state.link.state is LinkState.STALE else None)
        return HeaderView(
            label=state.instrument.label,
            last=None if last is None else last.price,
            direction=direction(state.trades) if last is not None and last.topic is Topic.TRADES else 0,
            last_age=None if last is None or last.fed else max(0.0, market.clock.now() - last.at),
            change=ticker.change,
            change_ratio=ticker.change_ratio,
            high=ticker.high,
            low=ticker.low,
            volume=ticker.volume,
            base=display_currency(state.instrument.base),
            bid=bid,
            ask=ask,
            price_decimals=self.precision.decimals,
            state=label,
            state_style=style,
            needs=self.needs if self.alone else "",
        )

    @property
    def alone(self) -> bool:
        """Whether this row is all there is."""
        return self.app.size.height == 1

    def lines(self, size: Size) -> list[Line]:
        """The header, or the whole market in one row."""
        if not self.alone:
            return [render_header(self.view(), size.width, self.palette)]
        closes = [candle.close for candle in self.market.candles.newest(20)]
        return [render_one_row(self.view(), closes, data_age(self.market), size.width, self.palette)]
