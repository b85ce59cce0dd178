"""The alerts of the market on the screen and of the watched ones: listed, added, changed, switched and deleted."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import BindingType
from textual.events import Click
from textual.reactive import reactive

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.addressing import addressed_text, parse_addressed
from hybridtui.market.alerts.rules import Alert, AlertList, Direction, PriceCross
from hybridtui.market.alerts.spelling import alert_text
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Topic
from hybridtui.notify.alarm import Alarm
from hybridtui.render.alerts import AlertRow, AlertsView, alerts_height, render_alerts
from hybridtui.render.lines import Line, Size
from hybridtui.render.pointed import first_row
from hybridtui.tui.localtime import utc_offset_ms
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.screens.corner import CornerScreen
from hybridtui.tui.screens.prompt import Prompt

Changes = Mapping[Instrument, AlertList]
"""The alerts that hold from now on, of each market that is concerned."""


class AlertRows(LiveWidget):
    """The rows and the pointer."""

    topics = Topic.LINK

    pointer: reactive[int] = reactive(0, init=False, repaint=False)
    """The number of the row that keys speak to."""
    said: reactive[str] = reactive("", init=False, repaint=False)
    """What is wrong with what was typed."""

    def __init__(self, market: HybridMarketData, alarm: Alarm) -> None:
        super().__init__(market, id="alerts")
        self.alarm = alarm
        self._offset_ms = utc_offset_ms(market.clock.wall_ms())

    @property
    def entries(self) -> list[tuple[Instrument, Alert]]:
        """Every alert with its market: those of the market on the screen, then those of the watched ones."""
        return [(instrument, alert) for instrument, alerts in self.alarm.all.items() for alert in alerts.alerts]

    @property
    def chosen(self) -> tuple[Instrument, Alert] | None:
        """The alert under the pointer, with its market."""
        entries = self.entries
        return entries[min(self.pointer, len(entries) - 1)] if entries else None

    def lines(self, size: Size) -> list[Line]:
        """The list."""
        here, entries = self.market.instrument, self.entries
        named = any(instrument != here for instrument, _ in entries)
        rows = tuple(self._row(instrument, alert, named) for instrument, alert in entries)
        chosen = min(self.pointer, max(len(rows) - 1, 0))
        watched = next((each.symbol[1:] for each in self.alarm.all if each != here), "")
        now_ms = self.market.clock.wall_ms()
        view = AlertsView(here.label, rows, chosen, self.said, self._offset_ms, watched, now_ms)
        return render_alerts(view, size, self.palette)

    def _row(self, instrument: Instrument, alert: Alert, named: bool) -> AlertRow:
        judged = self.alarm.judgeable(instrument, alert.rule)
        followed = self.alarm.followed(instrument, alert.rule)
        return AlertRow(alert, judged, instrument.label if named else "", followed)

    def row_at(self, y: int) -> int | None:
        """The number of the alert in a row of the screen."""
        count = len(self.entries)
        room = self.size.height - 2
        number = first_row(self.pointer, count, room) + y - 1
        return number if 1 <= y <= room and number < count else None

    def watch_pointer(self) -> None:
        """Draw at once."""
        self.draw()

    def watch_said(self) -> None:
        """Draw at once."""
        self.draw()


class AlertScreen(CornerScreen[AlertRows]):
    """Opened with !; what is changed here holds at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,exclamation_mark,q", "dismiss", "Back"),
        ("up", "point(-1)", "Up"),
        ("down", "point(1)", "Down"),
        ("a,insert", "add", "Add an alert"),
        ("e,right,enter", "change", "Change the alert"),
        ("d,delete", "delete", "Delete the alert"),
        ("space", "switch", "On or off"),
        ("r", "rearm", "Let it fire again"),
    ]
    list_width = 60

    def __init__(self, market: HybridMarketData, alarm: Alarm, price: float | None = None) -> None:
        """With a price one that waits for it is asked for at once."""
        super().__init__()
        self._price = price
        self.list = AlertRows(market, alarm)
        self._alarm = alarm
        self._height = 0
        """That the list had when it was given its place."""

    def on_mount(self) -> None:
        """What fires meanwhile is seen, and what other panes change."""
        self._alarm.renew()
        self.set_interval(1.0, self._look)
        if self._price is not None:
            self.action_add(alert_text(PriceCross(Direction.EITHER, self._price)))

    def list_height(self) -> int:
        """A row for each, a title and a foot."""
        return alerts_height(len(self.list.entries), watched=len(self._alarm.all) > 1)

    # What the keys say

    def action_point(self, steps: int) -> None:
        """Move the pointer, from the last row to the first one and back."""
        count = len(self.list.entries)
        self.list.pointer = (self.list.pointer + steps) % count if count else 0

    def action_add(self, text: str = "") -> None:
        """Ask for a new one; the text is there already."""

        def add(text: str) -> Changes:
            instrument, rule, repeat = parse_addressed(text, tuple(self._alarm.all))
            return {instrument: self._alarm.all[instrument].added(rule, repeat)}

        self._ask("New alert:", text, add)

    def action_change(self) -> None:
        """Ask for other words; where there is none, for a new one."""
        if self.list.chosen is None:
            self.action_add()
            return
        old, alert = self.list.chosen

        def change(text: str) -> Changes:
            every = self._alarm.all
            instrument, rule, repeat = parse_addressed(text, tuple(every))
            if instrument == old:
                return {old: every[old].changed(Alert(alert.id, rule, repeat))}
            return {old: every[old].without(alert.id), instrument: every[instrument].added(rule, repeat)}

        self._ask("Alert:", addressed_text(alert, old, tuple(self._alarm.all)), change)

    def action_delete(self) -> None:
        """Delete it."""
        if self.list.chosen is not None:
            instrument, alert = self.list.chosen
            self._use({instrument: self._alarm.all[instrument].without(alert.id)})

    def action_switch(self) -> None:
        """On or off; one that fired once and is switched on can fire again."""
        if self.list.chosen is not None:
            _, alert = self.list.chosen
            self._replace(on=not alert.on, spent=alert.spent and alert.on)

    def action_rearm(self) -> None:
        """Let it fire again, though it fired once or is quiet."""
        self._replace(on=True, spent=False, fired_ms=None)

    def _replace(self, **fields: bool | None) -> None:
        if self.list.chosen is not None:
            instrument, alert = self.list.chosen
            self._use({instrument: self._alarm.all[instrument].changed(replace(alert, **fields))})

    def _ask(self, question: str, value: str, made: Callable[[str], Changes]) -> None:
        """Ask for the text of an alert; what is wrong with it the list says in whole."""

        def wrong(text: str) -> str:
            try:
                made(text)
            except ValueError as error:
                self.list.said = str(error)
                return "?"
            return ""

        def take(text: str | None) -> None:
            self.list.said = ""
            if text is not None:
                self._use(made(text))

        self.app.push_screen(Prompt(question, value, wrong), take)

    def _use(self, changes: Changes) -> None:
        """These hold from now on; what was added is pointed at."""
        before = {(instrument, alert.id) for instrument, alert in self.list.entries}
        for instrument, alerts in changes.items():
            self._alarm.change(alerts, instrument)
        entries = self.list.entries
        added = (row for row, (instrument, alert) in enumerate(entries) if (instrument, alert.id) not in before)
        self.list.pointer = next(added, min(self.list.pointer, max(len(entries) - 1, 0)))
        self._show()

    def _look(self) -> None:
        """Other panes may have added some, or deleted."""
        if self.list_height() != self._height:
            self._show()
        self.list.tick()

    def _show(self) -> None:
        self.place(*self.size)
        self.list.draw()

    def place(self, width: int, height: int) -> None:
        """As large as there are alerts."""
        self._height = self.list_height()
        super().place(width, height)

    # The mouse

    def on_click(self, event: Click) -> None:
        """Point at a row, or switch the one that is pointed at; beside the list: go back."""
        event.stop()
        if event.widget is not self.list:
            self.dismiss()
        elif (row := self.list.row_at(event.y)) is not None:
            if row == self.list.pointer:
                self.action_switch()
            self.list.pointer = row
