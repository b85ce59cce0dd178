"""What the user reads about the link, derived from the facts; the table in `supervisor` in code. PURE."""

import msgspec

from hybridtui.feeds.connection import Connection
from hybridtui.feeds.polling import Polling
from hybridtui.feeds.watchdog import Suspicion
from hybridtui.market.events import Concern, Notice, Severity, SourceChanged
from hybridtui.market.source import LinkState, Mode, Topic

_FLOWING = (LinkState.LIVE, LinkState.POLLING)


class Facts(msgspec.Struct):
    """What the supervisor knows besides connection and polling. Moments are monotonic seconds."""

    mode: Mode
    synced: Topic = Topic.NONE
    """The topics whose snapshot came from the current socket."""
    selected_until: dict[Topic, float] = msgspec.field(default_factory=dict)
    """Topics the user chose anew: until then their missing snapshot does not end `live`."""
    grace_until: float = 0.0
    """Until then the first socket may take its time before REST answers count as polling."""
    settled_at: float = 0.0
    """From then on the current socket may be called live; see `trust`."""
    maintenance: bool = False
    unknown_symbol: str = ""
    """The symbol that the exchange does not know, if that is so."""
    socket_reason: str = ""
    """Why there is no socket, in one clause."""
    was_fresh: bool = False
    """There has been fresh data since the start."""
    confirmed_at: float | None = None
    """The last moment at which what is shown was known to be right."""


def judge(facts: Facts, connection: Connection, polling: Polling, stale: float, now: float) -> SourceChanged:
    """The verdict at the moment `now`; `stale` is the patience in seconds."""
    silent = facts.maintenance or facts.unknown_symbol
    fed = Topic.NONE if silent else facts.synced | polling.fed(now)
    state = _state(facts, connection, fed, stale, now)
    return SourceChanged(
        state=state,
        mode=facts.mode,
        at=now,
        fed=fed,
        reconnecting=facts.was_fresh or state in _FLOWING,
        attempt=0 if state is LinkState.LIVE else connection.backoff.attempt,
        retry_at=connection.retry_at,
        reconnects=connection.reconnects,
        reason="" if state is LinkState.LIVE else _reason(facts, polling, state),
        confirmed_at=facts.confirmed_at,
    )


def _state(facts: Facts, connection: Connection, fed: Topic, stale: float, now: float) -> LinkState:
    if facts.maintenance:
        return LinkState.MAINTENANCE
    missing = Topic.DATA & ~facts.synced
    if connection.watchdog is not None and all(facts.selected_until.get(topic, now) > now for topic in missing):
        return LinkState.LIVE if now >= facts.settled_at else LinkState.CONNECTING
    trying = connection.exists and not connection.backoff.attempt
    waiting_for_first_socket = facts.mode is Mode.AUTO and now < facts.grace_until and trying
    if facts.mode is not Mode.WEBSOCKET and Topic.BOOK in fed and not waiting_for_first_socket:
        return LinkState.POLLING
    if facts.confirmed_at is not None and now >= facts.confirmed_at + stale and not facts.synced:
        return LinkState.STALE
    return LinkState.CONNECTING


def _reason(facts: Facts, polling: Polling, state: LinkState) -> str:
    """Why the data does not come from where it should, in one clause."""
    if facts.unknown_symbol:
        return f"the exchange does not know {facts.unknown_symbol}"
    whys = [*polling.failures.values(), *(polling.postponed.values() if state is not LinkState.POLLING else ())]
    rest = whys[0] if whys and facts.mode is not Mode.WEBSOCKET else ""
    if not facts.socket_reason or facts.socket_reason == rest:
        return rest
    return f"{facts.socket_reason}; REST: {rest}" if rest else facts.socket_reason


def silence_reason(suspicion: Suspicion, seconds: float) -> str:
    """Why a socket that has been silent for so long is given up, in one clause."""
    if suspicion is Suspicion.OVERSLEPT:
        return f"this program or the computer slept for {seconds:,.0f} s"
    return f"the socket was silent for {seconds:.0f} s and did not answer a ping"


def resync_notice(reason: str, now: float) -> Notice:
    """What is said when a channel is subscribed anew; `reason` is a clause."""
    text = f"{reason[:1].upper()}{reason[1:]}; subscribing anew."
    return Notice(text, Severity.WARNING, now, Concern.RESYNC)


def same(one: SourceChanged, other: SourceChanged) -> bool:
    """Whether two verdicts tell the user the same. While data flows, when it was confirmed last tells nothing."""
    confirmed_at = one.confirmed_at if one.state in _FLOWING else other.confirmed_at
    return msgspec.structs.replace(other, at=one.at, confirmed_at=confirmed_at) == one
