"""The ticker of a market beside the view: its channel, which never says anything about the view."""

from typing import ClassVar

from hybridtui.exchanges.base import ChannelLost, HeartbeatSeen
from hybridtui.exchanges.bitfinex import constants, payloads
from hybridtui.exchanges.bitfinex.channels import Channel, Events, Subscription
from hybridtui.exchanges.bitfinex.frames import Frame
from hybridtui.exchanges.bitfinex.listings import instrument_of
from hybridtui.market.events import MarketEvent
from hybridtui.market.quote_events import QuoteConfirmed, QuoteRefused, QuotesLost, QuotesSeen
from hybridtui.market.source import Source, Topic

WATCHED_MOST = constants.MAX_CHANNELS - 8
"""So many are watched on one socket: the view has four channels, and four more on their way out when it changes."""
TOO_MANY = "a socket carries no more"


def watched_ticker(symbol: str) -> Subscription:
    """What is asked for to watch a market."""
    return Subscription(Topic.TICKER, symbol, watched=True)


class WatchedTicker(Channel):
    """Every frame is the whole ticker. No topic of the view is concerned, so what goes wrong is no loss of one."""

    snapshot_only: ClassVar[bool] = True

    def __init__(self, subscription: Subscription, sub_id: str) -> None:
        super().__init__(subscription, sub_id)
        self.topic = Topic.NONE

    def take(self, frame: Frame, now: float) -> Events:
        """The ticker."""
        instrument = instrument_of(self.symbol)
        if frame.tag is not None or instrument is None:
            return []
        ticker = payloads.read_ticker(frame.payload)
        self.synced = True
        return [QuotesSeen(((instrument, ticker),), Source.WEBSOCKET, now)]

    def heartbeat(self, now: float) -> MarketEvent | HeartbeatSeen:
        """The exchange says that the channel is alive; before its first ticker that means nothing."""
        return QuoteConfirmed(self.symbol, now)

    def ended(self, reason: str, now: float) -> MarketEvent | ChannelLost:
        """Report the end."""
        self.lost = True
        return QuotesLost((self.symbol,), reason, now)

    def refused(self, code: int | None, text: str, now: float) -> MarketEvent:
        """Report that there will be no channel: for want of room, or because there is no such market."""
        self.lost = True
        if code == constants.ERROR_CHANNEL_LIMIT:
            return QuotesLost((self.symbol,), TOO_MANY, now)
        unknown = code == constants.ERROR_UNKNOWN_PAIR or text.startswith("symbol")
        return QuoteRefused(self.symbol, "not traded there" if unknown else f"refused: {text} ({code})", now)
