"""The status bar: the state of the line, and what is being done about it."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import Severity
from hybridtui.market.source import LinkState, Topic
from hybridtui.render.lines import Line, Size
from hybridtui.render.status import StatusView, render_status, state_label
from hybridtui.tui.localtime import Zone
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.widgets.header_bar import data_age

_NEWS_S = 30.0
"""How long a notice is news."""
_SAID_S = 5.0
"""How long the answer to a key is shown."""


class StatusBar(LiveWidget):
    """One line."""

    topics = Topic.LINK
    cadence = 0.25

    def __init__(self, market: HybridMarketData, zone: Zone, *, id: str = "status") -> None:  # noqa: A002
        super().__init__(market, id=id)
        self._zone = zone
        self._state: LinkState | None = None
        """The state that was drawn last."""
        self.keys = ""
        """The hint at the right edge, where there is no footer."""
        self.needs = ""
        """The size that the chosen layout would need, where it has less."""
        self._said = ""
        self._said_at = 0.0

    def say(self, text: str) -> None:
        """Answer a key, for a few seconds."""
        self._said, self._said_at = text, self.market.clock.now()
        self.draw()

    def view(self) -> StatusView:
        """State, latency, age, rates, reconnects, and what went wrong last."""
        state, now = self.market.state, self.market.clock.now()
        link, traffic, notice, age = state.link, state.traffic, state.notice, data_age(self.market)
        label, style = state_label(link, age if link.state is LinkState.STALE else None)
        fresh = link.state in (LinkState.LIVE, LinkState.POLLING)
        book = state.health(Topic.BOOK, now)
        return StatusView(
            state=label,
            state_style=style,
            latency_ms=None if traffic is None else traffic.latency_ms,
            age=age,
            messages_per_s=None if traffic is None else traffic.messages_per_s,
            bytes_per_s=None if traffic is None else traffic.bytes_per_s,
            reconnects=link.reconnects,
            verified=book.verified,
            checks=book.checks,
            reason=link.reason,
            attempt=link.attempt,
            retry_in=None if link.retry_at is None else max(0.0, link.retry_at - now),
            last_data="" if fresh or age is None else self._past_text(age),
            notice="" if notice is None else notice.text,
            notice_is_old=notice is not None and now - notice.at > _NEWS_S,
            severity=Severity.INFO if notice is None else notice.severity,
            keys=self.keys,
            needs=self.needs,
            said=self._said if now - self._said_at < _SAID_S else "",
        )

    def _past_text(self, age: float) -> str:
        now_ms = self.market.clock.wall_ms()
        return self._zone.past_text(now_ms - int(age * 1000), now_ms)

    def due(self, topics: Topic = Topic.NONE) -> None:
        """Numbers may wait for the cadence; another state may not: the header would say it before the bar does."""
        if self.market.link.state is not self._state:
            self.draw()
        else:
            super().due(topics)

    def lines(self, size: Size) -> list[Line]:
        """The status bar."""
        self._state = self.market.link.state
        return [render_status(self.view(), size.width, self.palette)]
