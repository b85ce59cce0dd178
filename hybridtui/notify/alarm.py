"""Keeps the alerts of the market on the screen and of the watched ones: judged on every event, remembered, and told in
folded notices.

Other panes of the same user may change the same alerts: that is seen within `RENEW` seconds.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.engine import AlertEngine
from hybridtui.market.alerts.folding import AlertNotice, Folder
from hybridtui.market.alerts.outcome import Outcome
from hybridtui.market.alerts.quote_engine import judged_by_quotes
from hybridtui.market.alerts.rules import AlertList, Rule
from hybridtui.market.events import BookChanged, MarketEvent, ViewChanged
from hybridtui.market.instrument import Instrument
from hybridtui.notify.others import Beside, Nobody, OtherAlerts
from hybridtui.notify.remembering import Remembered
from hybridtui.store.choices import Choices

RENEW = 2.0
"""Seconds between two looks at what other processes changed, and at what is watched and delivered."""
_SOON = 0.2
"""Seconds; a look that is due within these is soon enough for any change of the book."""
_NEVER = float("inf")


class Alarm:
    """Lives in the thread of the event loop, from its making until `close`."""

    def __init__(
        self,
        market: HybridMarketData,
        choices: Choices,
        tell: Callable[[AlertNotice], object],
        *,
        known: bool = True,
        beside: Beside | None = None,
    ) -> None:
        """`known` says whether to start with the alerts that are remembered, or with none."""
        self._market = market
        self._remembered = Remembered(choices)
        self._tell = tell
        self._folder = Folder()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = _NEVER
        self.epoch_ms = market.clock.wall_ms() - market.clock.now() * 1000
        """The date, ms UTC, at which the monotonic clock stood at 0."""
        self._instrument = market.instrument
        self.engine = self._engine(self._remembered.get(self._instrument.symbol) if known else AlertList())
        """The judge of the alerts of the market on the screen."""
        self._others = OtherAlerts(market, self._remembered, beside or Nobody(), self.epoch_ms)
        self._take_up(self._others.renew())
        self._renewing = self._renew_later()
        market.observer = self._take

    @property
    def alerts(self) -> AlertList:
        """The alerts of the market on the screen."""
        return self.engine.alerts

    @property
    def all(self) -> Mapping[Instrument, AlertList]:
        """The alerts of the market on the screen, and of every watched one."""
        return {self._instrument: self.alerts, **self._others.alerts}

    def judgeable(self, instrument: Instrument, rule: Rule) -> bool:
        """Whether anything trustworthy comes at the moment that an alert could be judged by."""
        other = self._others.engine(instrument.symbol)
        return self.engine.judgeable(rule) if other is None else other.judgeable(rule)

    def followed(self, instrument: Instrument, rule: Rule) -> bool:
        """Whether as much is followed of the market as this kind of alert needs; of a watched one it is little."""
        return instrument.symbol == self.engine.symbol or judged_by_quotes(rule)

    def change(self, alerts: AlertList, instrument: Instrument | None = None) -> None:
        """These are the alerts from now on, of the market on the screen or of a watched one."""
        if instrument is not None and self._others.engine(instrument.symbol) is not None:
            self._others.change(instrument.symbol, alerts)
            return
        self.engine.use(self._remembered.put(self.engine.symbol, alerts), self._market.clock.now())
        self._plan()

    def renew(self) -> None:
        """Take up what other processes changed, and what is watched now."""
        self._remember()
        alerts = self._remembered.renewed(self.engine.symbol)
        if alerts != self.alerts:
            self.engine.use(alerts, self._market.clock.now())
        self._take_up(self._others.renew())
        self._plan()

    def close(self) -> None:
        """Tell what was not yet told, and judge no more."""
        self._market.observer = None
        self._renewing.cancel()
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._timer_at = None, _NEVER
        self._say(self._folder.flush(self._market.clock.now()))
        self._remember()

    def _take(self, event: MarketEvent) -> None:
        """Judge an event at the market's rate; of a change of the book hardly more than a note is made."""
        engine = self.engine
        if type(event) is BookChanged and not engine.judges_book:
            return
        if type(event) is ViewChanged and event.instrument.symbol != engine.symbol:
            self._switch()
            return
        outcomes = engine.feed(event, event.at)
        if type(event) is not BookChanged:
            outcomes = [*self._own(outcomes), *self._others.take(event, event.at)]
        if outcomes:
            self._folder.feed(outcomes, event.at)
        if self._timer_at > event.at + _SOON or outcomes:
            self._plan()

    def _switch(self) -> None:
        """Another market on the screen; the one that was there may go on being watched."""
        self._say(self._folder.flush(self._market.clock.now()))
        self._remember()
        self._instrument = self._market.instrument
        self.engine = self._engine(self._remembered.renewed(self._instrument.symbol))
        self._take_up(self._others.renew())

    def _renew_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(RENEW, self._renew_and_again)

    def _renew_and_again(self) -> None:
        self._renewing = self._renew_later()
        self.renew()

    def _plan(self) -> None:
        """Look again when something is due."""
        due = min(self.engine.deadline(), self._folder.deadline())
        if due >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        wait = max(due - self._market.clock.now(), 0.0)
        self._timer, self._timer_at = asyncio.get_running_loop().call_later(wait, self._look), due

    def _look(self) -> None:
        self._timer, self._timer_at = None, _NEVER
        now = self._market.clock.now()
        self._take_up(self._own(self.engine.tick(now)))
        self._say(self._folder.tick(now))
        self._plan()

    def _own(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """What came of judging the market on the screen, with its name."""
        return [replace(outcome, market=self._instrument) for outcome in outcomes]

    def _take_up(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            self._folder.feed(outcomes, self._market.clock.now())
            self._plan()

    def _say(self, notice: AlertNotice | None) -> None:
        if notice is not None:
            self._remember()
            self._market.journal.alerted(notice.at, f"{notice.markets}: {notice.text}")
            self._tell(notice)

    # What is remembered

    def _engine(self, alerts: AlertList) -> AlertEngine:
        return AlertEngine(self._market.state, alerts, self._market.clock.now(), self.epoch_ms)

    def _remember(self) -> None:
        """Remember what fired, and take up what another process changed of it."""
        kept = self._remembered.put(self.engine.symbol, self.alerts)
        if kept != self.alerts:
            self.engine.use(kept, self._market.clock.now())
        self._others.remember()
