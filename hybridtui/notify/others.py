"""The alerts of the watched markets that are not on the screen: each with its judge, by its tickers."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec.structs import replace

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.outcome import Outcome
from hybridtui.market.alerts.quote_engine import QuoteEngine
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.events import MarketEvent
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import QuotesLost, QuotesSeen
from hybridtui.notify.remembering import Remembered


class Beside(Protocol):
    """The markets beside the one on the screen."""

    @property
    def watched(self) -> tuple[Instrument, ...]:
        """The markets whose last prices are delivered, the one on the screen perhaps among them."""
        ...

    def need(self, needed: bool) -> None:
        """Alerts depend on their prices, or do no longer."""
        ...


class Nobody:
    """No market is watched."""

    watched: tuple[Instrument, ...] = ()

    def need(self, needed: bool) -> None:
        """Nothing is delivered anyway."""


class OtherAlerts:
    """Judges for every watched market but the one on the screen. Outcomes say whose they are."""

    def __init__(self, market: HybridMarketData, remembered: Remembered, beside: Beside, epoch_ms: float) -> None:
        self._market = market
        self._remembered = remembered
        self._beside = beside
        self._epoch_ms = epoch_ms
        self._engines: dict[str, QuoteEngine] = {}

    @property
    def alerts(self) -> Mapping[Instrument, AlertList]:
        """Of every watched market, in the user's order."""
        return {engine.instrument: engine.alerts for engine in self._engines.values()}

    def engine(self, symbol: str) -> QuoteEngine | None:
        """The judge of a market; None where it is not watched, or is on the screen."""
        return self._engines.get(symbol)

    def change(self, symbol: str, alerts: AlertList) -> None:
        """These are the alerts of a watched market from now on."""
        engine = self._engines[symbol]
        engine.use(self._remembered.put(symbol, alerts), self._market.clock.now())
        self._say_what_is_needed()

    def take(self, event: MarketEvent, now: float) -> list[Outcome]:
        """Judge what an event tells of watched markets. Returns what came of it."""
        if not self._engines:
            return []
        if isinstance(event, QuotesSeen):
            seen = [self._engines[row.symbol] for row, _ in event.rows if row.symbol in self._engines]
            return self._looked(seen, now, event.at)
        return self._looked(self._engines.values(), now) if isinstance(event, QuotesLost) else []

    def renew(self) -> list[Outcome]:
        """See what is watched, what other processes changed, and what is still delivered. Returns what came of it."""
        now, here = self._market.clock.now(), self._market.instrument
        self.remember()
        known, self._engines = self._engines, {}
        for instrument in self._beside.watched:
            if instrument.symbol == here.symbol:
                continue
            alerts = self._remembered.renewed(instrument.symbol)
            engine = known.get(instrument.symbol)
            if engine is None:
                quote = self._market.state.quotes.get(instrument.symbol)
                engine = QuoteEngine(instrument, alerts, quote, now, self._epoch_ms)
            elif engine.alerts != alerts:
                engine.use(alerts, now)
            self._engines[instrument.symbol] = engine
        self._say_what_is_needed()
        return self._looked(self._engines.values(), now)

    def remember(self) -> None:
        """Remember what fired."""
        for symbol, engine in self._engines.items():
            self._remembered.put(symbol, engine.alerts)

    def _looked(self, engines: Iterable[QuoteEngine], now: float, since: float | None = None) -> list[Outcome]:
        """Judge what came since a moment, or else whether anything comes at all."""
        outcomes: list[Outcome] = []
        for engine in engines:
            quote = self._market.state.quotes.get(engine.instrument.symbol)
            came = quote is not None and quote.at == since
            told = engine.feed(quote, now) if came and quote is not None else engine.look(quote, now)
            outcomes += [replace(outcome, market=engine.instrument) for outcome in told]
        return outcomes

    def _say_what_is_needed(self) -> None:
        self._beside.need(any(engine.waiting for engine in self._engines.values()))
