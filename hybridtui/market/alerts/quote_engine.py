"""Judges the alerts of one market that is only watched: by its ticker, which is all that comes of it. PURE.

    engine = QuoteEngine(instrument, alerts, quotes.get(instrument.symbol), now, epoch_ms)
    outcomes = engine.feed(quote, now)          whenever a ticker came
    outcomes = engine.look(quote, now)          now and then: whether its source still delivers

A ticker has the last price and the best bid and ask, so prices, moves and spreads can be judged. It is a look at the
market and not its history: what happened between two of them and was undone nobody sees. What could not be judged for a
second or more is told when a ticker comes again, and what that one shows is learned late.
"""

from collections.abc import Sequence

from hybridtui.market.alerts.engine import UNJUDGED_LEAST
from hybridtui.market.alerts.outcome import NOTHING, Fired, Outcome, Unjudged
from hybridtui.market.alerts.prices import crossed, crossing_text, move_told, moved
from hybridtui.market.alerts.rules import AlertList, PriceCross, PriceMove, Rule, SpreadOver
from hybridtui.market.alerts.thresholds import wide
from hybridtui.market.alerts.watch import Watch, watches_of
from hybridtui.market.alerts.window import Extremes, Window
from hybridtui.market.instrument import Instrument
from hybridtui.market.quotes import Quote
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker


class QuoteEngine:
    """The alerts of a market beside the one that is looked at."""

    def __init__(
        self, instrument: Instrument, alerts: AlertList, quote: Quote | None, now: float, epoch_ms: float = 0.0
    ) -> None:
        """`quote` is what is known of the market; `epoch_ms` the date, ms UTC, at which the clock stood at 0."""
        self.instrument = instrument
        """The market that is judged."""
        self._epoch_ms = epoch_ms
        self._alerts = AlertList()
        self._watches: dict[int, Watch] = {}
        self._windows: dict[float, Window] = {}
        self._fired: list[Outcome] = []
        self._before: tuple[float, float] | None = None
        """When the newest price came, monotonic seconds, and the price."""
        self._lost: float | None = None
        """Since when nothing comes that could be judged, monotonic seconds; None while something does."""
        self._fed = quote is not None and quote.fed(now)
        """Whether the newest quote can be believed."""
        if quote is not None and quote.source is not Source.CACHE and quote.ticker.last is not None:
            self._before = (quote.at, quote.ticker.last)
        self.use(alerts, now)

    @property
    def alerts(self) -> AlertList:
        """The alerts as they are now: those that fired say so."""
        return self._alerts

    @property
    def waiting(self) -> bool:
        """Whether an alert depends on the tickers."""
        return bool(self._watches)

    def use(self, alerts: AlertList, now: float) -> None:
        """Judge these from now on, as far as tickers allow; an alert that is as it was goes on where it was."""
        self._alerts = alerts
        possible = AlertList(tuple(alert for alert in alerts.alerts if judged_by_quotes(alert.rule)))
        self._watches = watches_of(possible, self._watches, now, self._epoch_ms, self._fired.append)
        rules = [watch.alert.rule for watch in self._watches.values()]
        wanted = {rule.seconds for rule in rules if isinstance(rule, PriceMove)}
        self._windows = {seconds: self._windows.get(seconds) or self._window(seconds) for seconds in wanted}

    def _window(self, seconds: float) -> Window:
        window = Window(seconds)
        if self._before is not None:
            window.add(round(self._before[0] * 1000), self._before[1])
        return window

    def judgeable(self, rule: Rule) -> bool:
        """Whether something trustworthy comes that the rule could be judged by."""
        return self._fed and judged_by_quotes(rule)

    def look(self, quote: Quote | None, now: float) -> Sequence[Outcome]:
        """Note whether its source still delivers it, or does again without news. Returns what came of it."""
        if not self._fed and quote is not None and quote.fed(now):
            return self.feed(quote, now)
        if self._fed and (quote is None or not quote.fed(now)):
            self._fed = False
            self._lost = now if quote is None else min(now, quote.confirmed_at)
        return NOTHING

    def feed(self, quote: Quote, now: float) -> Sequence[Outcome]:
        """Judge what a ticker shows. Returns what came of it."""
        if quote.source is Source.CACHE:
            return NOTHING
        late, self._fed = self._lost is not None, True
        if self._lost is not None:
            self._told_again(now - self._lost, now)
            self._lost = None
        if quote.ticker.last is not None:
            self._judge_price(quote.ticker.last, quote.at, late, now)
        self._judge_spread(quote.ticker, now)
        return self._outcomes() if self._fired else NOTHING

    def _told_again(self, seconds: float, now: float) -> None:
        alerts = tuple(watch.alert for watch in self._watches.values())
        if seconds >= UNJUDGED_LEAST and alerts:
            self._fired.append(Unjudged(alerts, seconds, now))

    def _judge_price(self, price: float, at: float, late: bool, now: float) -> None:
        before = price if self._before is None else self._before[1]
        self._before = (at, price)
        extremes = {seconds: window.add(round(at * 1000), price) for seconds, window in self._windows.items()}
        for watch in self._watches.values():
            rule = watch.alert.rule
            if isinstance(rule, PriceCross):
                if crossed(rule, before, price) and watch.ready(now):
                    watch.fire(crossing_text(rule, before, price), now, value=price, late=late)
            elif isinstance(rule, PriceMove):
                _judge_move(watch, rule, price, extremes[rule.seconds], late, now)

    def _judge_spread(self, ticker: Ticker, now: float) -> None:
        if ticker.bid is None or ticker.ask is None or not 0 < ticker.bid < ticker.ask:
            return
        for watch in self._watches.values():
            rule = watch.alert.rule
            if isinstance(rule, SpreadOver) and watch.became(wide(ticker.bid, ticker.ask, rule.bp), now):
                bp = (ticker.ask - ticker.bid) / (ticker.ask + ticker.bid) * 20_000
                watch.fire(f"the spread is {bp:.2f} bp", now, value=bp)

    def _outcomes(self) -> Sequence[Outcome]:
        """What came of it; alerts that are spent are watched no longer."""
        outcomes = tuple(self._fired)
        self._fired.clear()
        for outcome in outcomes:
            if isinstance(outcome, Fired):
                self._alerts = self._alerts.changed(outcome.alert)
        self._watches = {number: watch for number, watch in self._watches.items() if not watch.alert.spent}
        return outcomes


def judged_by_quotes(rule: Rule) -> bool:
    """Whether a ticker is enough to judge it by."""
    return isinstance(rule, PriceCross | PriceMove | SpreadOver)


def _judge_move(watch: Watch, rule: PriceMove, price: float, extremes: Extremes, late: bool, now: float) -> None:
    if watch.became(moved(rule, price, extremes), now):
        percent, text = move_told(rule, price, extremes)
        watch.fire(text, now, value=percent, late=late)
