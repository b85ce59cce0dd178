"""The one notion of "up": which source feeds the market, when it does not, and what to do next. PURE.

`feed(input, now)` takes what happened, `tick(now)` takes that time passed, and both return commands for the feed and
events for the model; `deadline()` says when `tick` has to be called at the latest.

mode       state        what holds
---------  -----------  ------------------------------------------------------------------------------------------
any        maintenance  the exchange said so (20060, platform status 0, error 20060); it is asked every `poll_status`
auto, ws   live         every topic has its snapshot from the current socket, and the socket answers
auto       polling      the socket is not live and the first grace is over; REST answered for the book lately
rest       polling      REST answered for the book lately
any        stale        none of these, and what is shown was last confirmed `stale` seconds ago or more
any        connecting   none of these: nothing yet, or lost a moment ago

mode       socket                                            REST
---------  ------------------------------------------------  -----------------------------------------------------
auto       wanted; retried for ever, see `backoff`           every topic the socket does not feed, see `polling`
websocket  wanted; retried for ever                          never
rest       closed                                            every topic

The state is never set: it is derived from these facts after every input, so it cannot disagree with them. Market data
comes through `admits`: while the socket feeds a topic, REST answers for its book or ticker are not let in, because they
may be older; trades and candles of both sources are merged by id and time, so those always are.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hybridtui.exchanges import base
from hybridtui.exchanges.base import RestKind
from hybridtui.feeds import commands
from hybridtui.feeds.connection import Connection
from hybridtui.feeds.pace import Paces
from hybridtui.feeds.polling import KIND_OF, TOPIC_OF, Polling
from hybridtui.feeds.trust import Trust
from hybridtui.feeds.verdict import Facts, judge, resync_notice, same, silence_reason
from hybridtui.feeds.watchdog import Suspicion
from hybridtui.market.events import Concern, Notice, Severity, SourceChanged
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.settings import Timings

Output = commands.Command | SourceChanged | Notice

_RESYNC_GRACE = 1.0
"""Seconds that a channel of an open socket may lack its snapshot before REST is asked for its topic."""
_LONG_AGO = float("-inf")


class Supervisor:
    """Decides; does nothing itself."""

    def __init__(self, mode: Mode, timings: Timings, budgets: Mapping[str, int], random: Random) -> None:
        self._timings = timings
        self._connection = Connection(timings, random)
        self._polling = Polling(timings, budgets)
        self._outputs: list[Output] = []
        self._paces = Paces(timings)
        self._verdict: SourceChanged | None = None
        self._judged_at = _LONG_AGO
        """When the verdict was reached: what ends it after that is due, however late anybody looks."""
        self._facts = Facts(mode)
        self._unsynced_since: dict[Topic, float] = {}
        self._trust = Trust(timings)
        self._maintenance_since = 0.0
        self._handlers: dict[type, Callable[[Any, float], None]] = {
            commands.Started: self._started,
            commands.ModeChosen: self._mode_chosen,
            commands.ViewChosen: self._view_chosen,
            commands.RefreshAsked: self._refresh_asked,
            commands.SymbolUnknown: self._symbol_unknown,
            commands.SocketOpened: self._socket_opened,
            commands.SocketLost: self._socket_lost,
            base.SessionOpened: self._session_opened,
            base.ChannelSynced: self._channel_synced,
            base.ChannelLost: self._channel_lost,
            base.HeartbeatSeen: self._heartbeat_seen,
            base.PongSeen: self._pong_seen,
            base.RestartAnnounced: lambda _, now: self._drop_socket(
                "the exchange restarts this connection (20051)", now
            ),
            base.MaintenanceStarted: lambda _, now: self._set_maintenance(True, now),
            base.MaintenanceEnded: self._maintenance_ended,
            commands.RestAnswered: self._rest_answered,
            commands.PageEnded: lambda event, _: self._polling.page_ended(event.kind),
            commands.RestFailed: self._rest_failed,
            commands.PlatformAnswered: self._platform_answered,
        }

    # The interface

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._facts.mode

    def feed(self, event: commands.Input, now: float) -> list[Output]:
        """Take in what happened at the moment `now`, monotonic seconds."""
        if type(event) is commands.FrameSeen:
            self._frame_seen(event, now)
            return []
        self._handlers[type(event)](event, now)
        return self._conclude(now)

    def tick(self, now: float) -> list[Output]:
        """Take in that it is `now` and nothing happened."""
        watchdog = self._connection.watchdog
        suspicion = Suspicion.NONE if watchdog is None else watchdog.tick(now)
        if suspicion is Suspicion.PING:
            self._outputs.append(commands.Ping())
        elif suspicion is not Suspicion.NONE and watchdog is not None:
            self._drop_socket(silence_reason(suspicion, now - watchdog.last_frame), now)
        if watchdog is not None and self._maintenance_unwitnessed(now):
            self._drop_socket("asking anew whether the exchange is back", now)
        self._judge_channels(now)
        return self._conclude(now)

    def _judge_channels(self, now: float) -> None:
        """Give up the channels that are dead, call a witness for those that fell silent."""
        for topic in self._paces.dead(now):
            self._distrust(topic, f"the {str(topic.name).lower()} channel has neither data nor heartbeats", now)
        for topic in self._paces.suspected(now):
            self._paces.ask(topic, now)
            if self._facts.mode is Mode.WEBSOCKET:
                # Nothing may be asked over REST: a fresh snapshot is the witness.
                self._desync(topic, now)
                self._outputs.append(commands.Resubscribe(topic))
            elif not self._polling.in_flight(KIND_OF[topic]) and self._polling.ask_now(KIND_OF[topic], now) == 0:
                self._outputs.append(commands.Fetch(KIND_OF[topic]))
            else:
                self._paces.calm(topic, now)

    def deadline(self, now: float) -> float:
        """When `tick` has something to do at the latest, monotonic seconds; infinity where nothing is awaited."""
        times = [self._polling.deadline(now), self._connection.deadline(), self._paces.deadline()]
        later = [self._polling.expiry(kind) for kind in TOPIC_OF]
        later += [self._facts.grace_until, self._facts.settled_at, *self._facts.selected_until.values()]
        if self._facts.confirmed_at is not None:
            later.append(self._facts.confirmed_at + self._timings.stale)
        if self._facts.maintenance:
            later.append(self._maintenance_since + self._timings.retry_cap)
        return min(times + [moment for moment in later if moment > self._judged_at])

    def admits(self, topic: Topic, source: Source) -> bool:
        """Whether data of this topic from this source may replace what is known."""
        replaces = topic in (Topic.BOOK, Topic.TICKER)
        return source is Source.WEBSOCKET or not replaces or topic not in self._facts.synced

    def spares(self, kind: RestKind, now: float) -> bool:
        """Whether one more request of this kind may go out at once; if so, it counts as asked."""
        silent = self._facts.mode is Mode.WEBSOCKET or self._facts.maintenance or self._polling.in_flight(kind)
        return not silent and self._polling.ask_now(kind, now) <= 0

    # What the user does

    def _started(self, _: commands.Started, now: float) -> None:
        self._facts.grace_until = now + self._timings.grace
        self._fall_back(now)
        if self._facts.mode is not Mode.REST:
            self._connection.try_now(now)

    def _mode_chosen(self, event: commands.ModeChosen, now: float) -> None:
        self._facts.mode = event.mode
        if event.mode is Mode.REST:
            self._close_socket(now)
            self._facts.socket_reason = ""
        elif not self._connection.exists and not self._facts.unknown_symbol:
            self._connection.backoff.reset()
            self._connection.try_now(now)

    def _view_chosen(self, event: commands.ViewChosen, now: float) -> None:
        self._polling.forget(event.topics)
        self._desync(event.topics, now)
        # The first picture of what is new comes over REST too, whatever the socket does meanwhile.
        self._unsynced_since |= dict.fromkeys(event.topics, _LONG_AGO)
        if not event.other_market:
            self._facts.selected_until |= dict.fromkeys(event.topics, now + self._timings.grace)
            return
        self._facts.confirmed_at = None
        self._facts.selected_until.clear()
        self._facts.grace_until = now + self._timings.grace
        if self._facts.unknown_symbol:
            self._facts.unknown_symbol = ""
            if self._facts.mode is not Mode.REST:
                self._connection.try_now(now)

    def _refresh_asked(self, _: commands.RefreshAsked, now: float) -> None:
        if self._connection.retry_at is not None:
            self._connection.try_now(now)
        is_open = self._connection.watchdog is not None
        if self._facts.mode is Mode.WEBSOCKET:
            if is_open:
                self._outputs.append(commands.Resubscribe(Topic.DATA))
            return
        for topic in Topic.DATA:
            if topic is not Topic.BOOK or topic not in self._facts.synced:
                self._fetch_now(KIND_OF[topic], now)
        if is_open and Topic.BOOK in self._facts.synced:
            self._outputs.append(commands.Resubscribe(Topic.BOOK))

    def _fetch_now(self, kind: RestKind, now: float) -> None:
        if self._polling.in_flight(kind):
            return
        wait = self._polling.ask_now(kind, now)
        if wait > 0:
            text = f"The REST budget for {kind} is used up; the next request goes out in {wait:.0f} s."
            self._outputs.append(Notice(text, Severity.WARNING, now))
        else:
            self._outputs.append(commands.Fetch(kind))

    def _symbol_unknown(self, event: commands.SymbolUnknown, now: float) -> None:
        self._facts.unknown_symbol = event.symbol
        self._close_socket(now)

    # What the socket does

    def _socket_opened(self, event: commands.SocketOpened, now: float) -> None:
        self._connection.opened(event.socket, now)

    def _socket_lost(self, event: commands.SocketLost, now: float) -> None:
        if self._connection.is_current(event.socket):
            self._lose_socket(event.reason, now, event.wait or 0.0)

    def _frame_seen(self, event: commands.FrameSeen, now: float) -> None:
        if self._connection.watchdog is not None:
            self._connection.watchdog.frame(now, event.topic is not Topic.NONE)
            if event.topic:
                self._paces.data(event.topic, now)

    def _session_opened(self, event: base.SessionOpened, now: float) -> None:
        self._set_maintenance(not event.operative, now)

    def _channel_synced(self, event: base.ChannelSynced, now: float) -> None:
        if self._connection.watchdog is None or self._facts.maintenance:
            return
        self._facts.synced |= event.topic
        self._trust.delivered(now)
        self._paces.begin(event.topic, now)
        self._unsynced_since.pop(event.topic, None)
        self._facts.selected_until.pop(event.topic, None)
        self._polling.superseded(event.topic)
        if Topic.DATA in self._facts.synced:
            self._facts.socket_reason = ""

    def _channel_lost(self, event: base.ChannelLost, now: float) -> None:
        self._distrust(event.topic, event.reason, now)

    def _distrust(self, topics: Topic, reason: str, now: float) -> None:
        """Subscribe these channels anew; twice in a row takes a new socket, which also keeps storms away."""
        self._outputs.append(resync_notice(reason, now))
        self._desync(topics, now)
        if self._trust.disappointed(topics, now):
            self._drop_socket(f"{reason}, twice in a row", now)
        else:
            self._outputs.append(commands.Resubscribe(topics))

    def _pong_seen(self, event: base.PongSeen, now: float) -> None:
        if event.round_trip > self._timings.pong:
            self._drop_socket(f"the socket lags {event.round_trip:.1f} s behind", now)

    def _maintenance_ended(self, _: base.MaintenanceEnded, now: float) -> None:
        self._set_maintenance(False, now)
        self._desync(Topic.DATA, now)
        self._outputs.append(commands.Resubscribe(Topic.DATA))

    def _heartbeat_seen(self, event: base.HeartbeatSeen, now: float) -> None:
        self._paces.sign(event.topic, now)

    # What REST does

    def _rest_answered(self, event: commands.RestAnswered, now: float) -> None:
        self._polling.answered(event.kind, event.confirmed_at)
        topic = TOPIC_OF[event.kind]
        if topic in self._facts.synced:
            self._polling.superseded(topic)
        if self._paces.asked_at(topic) is not None:
            self._hear_witness(topic, event.contradicts, now)
        if event.kind is RestKind.BOOK and self._facts.maintenance and self._facts.mode is Mode.REST:
            self._set_maintenance(False, now)
        if not self._facts.maintenance:
            self._confirm(event.confirmed_at)

    def _hear_witness(self, topic: Topic, contradicts: bool, now: float) -> None:
        """REST was asked about a silent channel: the same content means quiet, other content that it is dead."""
        if contradicts:
            reason = f"the {str(topic.name).lower()} channel fell silent while the market moved on"
            self._distrust(topic | self._paces.silent(now), reason, now)
        else:
            self._paces.calm(topic, now)

    def _rest_failed(self, event: commands.RestFailed, now: float) -> None:
        wait = event.wait if event.wait is not None else self._timings.rate_limited if event.limited else None
        self._polling.failed(event.kind, event.reason, None if wait is None else now + wait, event.postponed)
        if event.limited:
            text = f"The exchange limits {event.kind} requests; the next one goes out in {wait:.0f} s."
            self._outputs.append(Notice(text, Severity.WARNING, now, Concern.RATE_LIMIT))
        if event.kind in TOPIC_OF:
            self._paces.calm(TOPIC_OF[event.kind], now)
        if event.maintenance:
            self._set_maintenance(True, now)

    def _platform_answered(self, event: commands.PlatformAnswered, now: float) -> None:
        self._polling.answered(RestKind.STATUS, now)
        if event.operative and self._facts.maintenance:
            self._set_maintenance(False, now)
            if self._connection.watchdog is not None:
                self._outputs.append(commands.Resubscribe(Topic.DATA))

    # The facts

    def _set_maintenance(self, flag: bool, now: float) -> None:
        if flag and not self._facts.maintenance:
            self._note_confirmation(now)
            self._desync(Topic.DATA, now)
            self._maintenance_since = now
        self._facts.maintenance = flag

    def _maintenance_unwitnessed(self, now: float) -> bool:
        """Nobody is asked over REST whether the maintenance is over, and the socket had its time to say so."""
        return (
            self._facts.maintenance
            and self._facts.mode is Mode.WEBSOCKET
            and now >= self._maintenance_since + self._timings.retry_cap
        )

    def _confirm(self, at: float) -> None:
        self._facts.confirmed_at = at if self._facts.confirmed_at is None else max(self._facts.confirmed_at, at)

    def _note_confirmation(self, now: float) -> None:
        """The socket feeds no longer: what it fed was right until its last frame."""
        if self._facts.synced and self._connection.watchdog is not None:
            self._confirm(min(now, self._connection.watchdog.last_frame))

    def _desync(self, topics: Topic, now: float) -> None:
        self._note_confirmation(now)
        self._facts.synced &= ~topics
        self._paces.end(topics)
        for topic in topics & Topic.DATA:
            self._unsynced_since.setdefault(topic, now)

    def _drop_socket(self, reason: str, now: float) -> None:
        """Our side gives the socket up and tries another."""
        self._fall_back(now)
        if self._connection.exists:
            self._outputs += self._connection.close()
            self._lose_socket(reason, now, 0.0)

    def _lose_socket(self, reason: str, now: float, wait: float) -> None:
        self._fall_back(now)
        self._facts.socket_reason = reason
        self._trust.lost(now)
        self._connection.retry(now, wait)

    def _close_socket(self, now: float) -> None:
        """No socket is wanted any more."""
        self._fall_back(now)
        self._outputs += self._connection.close()

    def _fall_back(self, now: float) -> None:
        """REST polls all of it, what the socket fed at once; a handshake that failed changes nothing for REST."""
        self._polling.hurry(self._facts.synced)
        self._desync(Topic.DATA, now)
        self._unsynced_since = dict.fromkeys(Topic.DATA, _LONG_AGO)

    # What follows from the facts

    def _conclude(self, now: float) -> list[Output]:
        """Do what is due, then say how things stand."""
        opening = self._connection.open_if_due(now)
        if opening is not None:
            self._outputs.append(opening)
        self._polling.want(self._wanted(now))
        self._outputs += [commands.Fetch(kind) for kind in self._polling.due(now)]
        self._facts.settled_at = self._trust.settled_at(now)
        verdict = judge(self._facts, self._connection, self._polling, self._timings.stale, now)
        self._judged_at = now
        if verdict.state is LinkState.LIVE:
            self._connection.delivered = True
            # Only a whole market ends the waits: a socket that gives a part of it must not be tried in a storm.
            self._connection.backoff.reset()
        self._facts.was_fresh = verdict.reconnecting
        if self._verdict is None or not same(verdict, self._verdict):
            self._verdict = verdict
            self._outputs.append(verdict)
        outputs, self._outputs = self._outputs, []
        return outputs

    def _wanted(self, now: float) -> dict[RestKind, float]:
        """The REST requests to repeat, each with the moment it may begin."""
        if self._facts.unknown_symbol or self._facts.mode is Mode.WEBSOCKET:
            return {}
        if self._facts.maintenance:
            return {RestKind.STATUS: now}
        grace = _RESYNC_GRACE if self._connection.watchdog is not None else 0.0
        return {
            kind: self._unsynced_since.get(topic, now) + grace
            for topic, kind in KIND_OF.items()
            if topic not in self._facts.synced
        }
