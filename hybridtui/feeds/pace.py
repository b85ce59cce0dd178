"""Has one channel fallen silent while the socket still answers? PURE.

A socket can be alive and one of its channels dead. Two signs tell:

* a channel that used to be busy is silent for `pace_factor` times its usual gap, at least `pace_least` seconds (trades,
  which come in bursts: at least `silence`): it is *suspected*, and a witness has to be heard. Where the witness agrees
  the market is just quiet, and the next suspicion takes twice as long, so that a market that went to sleep is not asked
  for ever;
* neither data nor a heartbeat came for more than two ticks of the exchange's heartbeat: it is *dead*.
"""

from collections.abc import Callable

from hybridtui.market.source import Topic
from hybridtui.settings import Timings

WITNESSED = Topic.BOOK | Topic.TRADES
"""The topics for which a snapshot can be compared with what is known."""
_SMOOTHING = 0.05
_LONGEST = 300.0
"""However quiet a market is, a channel that was once busy is asked after once in so many seconds."""


class ChannelPace:
    """The pace of one channel from its snapshot on."""

    def __init__(self, timings: Timings, least: float, now: float) -> None:
        self._timings = timings
        self._least = least
        self._gap: float | None = None
        self._doubling = 1.0
        self.last_data = now
        self.last_sign = now
        self._calm_since = now
        """When content came, or a witness agreed that there was none."""
        self.asked_at: float | None = None
        """When a witness was called who has not been heard yet."""

    def data(self, now: float) -> None:
        """Content came."""
        gap = now - self.last_data
        self._gap = gap if self._gap is None else self._gap + _SMOOTHING * (gap - self._gap)
        self.last_data = self.last_sign = self._calm_since = now
        self._doubling, self.asked_at = 1.0, None

    def calm(self, now: float) -> None:
        """The witness agrees: nothing happened."""
        self.asked_at = None
        self._calm_since = now
        self._doubling *= 2

    @property
    def suspected_at(self) -> float:
        """When the silence becomes suspicious; infinity where the channel was never busy, or is asked about already."""
        if self._gap is None or self.asked_at is not None:
            return float("inf")
        usual = self._timings.pace_factor * self._gap
        if usual > self._timings.silence:
            return float("inf")
        return self._calm_since + min(max(self._least, usual) * self._doubling, _LONGEST)

    @property
    def dead_at(self) -> float:
        """When not even a heartbeat can be late any more."""
        return self.last_sign + self._timings.channel_silence


class Paces:
    """The channels of one socket that have their snapshot."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._channels: dict[Topic, ChannelPace] = {}

    def begin(self, topic: Topic, now: float) -> None:
        """A channel has its snapshot."""
        bursty = topic is not Topic.BOOK
        least = self._timings.silence if bursty else self._timings.pace_least
        self._channels[topic] = ChannelPace(self._timings, least, now)

    def end(self, topics: Topic) -> None:
        """These channels are no longer to be judged."""
        for topic in topics:
            self._channels.pop(topic, None)

    def data(self, topic: Topic, now: float) -> None:
        """Content came on a channel."""
        channel = self._channels.get(topic)
        if channel is not None:
            channel.data(now)

    def sign(self, topic: Topic, now: float) -> None:
        """A heartbeat came on a channel."""
        channel = self._channels.get(topic)
        if channel is not None:
            channel.last_sign = now

    def ask(self, topic: Topic, now: float) -> None:
        """A witness is called."""
        self._channels[topic].asked_at = now

    def asked_at(self, topic: Topic) -> float | None:
        """When the witness of a topic was called who is still to be heard."""
        channel = self._channels.get(topic)
        return None if channel is None else channel.asked_at

    def calm(self, topic: Topic, now: float) -> None:
        """The witness of a topic agrees with what is known."""
        channel = self._channels.get(topic)
        if channel is not None:
            channel.calm(now)

    def silent(self, now: float) -> Topic:
        """The witnessed channels that have not delivered for the least time that counts as silence."""
        silent = self._where(lambda _, channel: now - channel.last_data >= self._timings.pace_least)
        return Topic(sum(topic.value for topic in silent)) & WITNESSED

    def suspected(self, now: float) -> list[Topic]:
        """The channels whose silence wants a witness."""
        return self._where(lambda topic, channel: topic in WITNESSED and now >= channel.suspected_at)

    def dead(self, now: float) -> list[Topic]:
        """The channels that cannot be alive."""
        return self._where(lambda _, channel: now >= channel.dead_at)

    def deadline(self) -> float:
        """When `suspected` or `dead` has something to say at the latest."""
        moments = [
            min(channel.dead_at, channel.suspected_at if topic in WITNESSED else float("inf"))
            for topic, channel in self._channels.items()
        ]
        return min(moments, default=float("inf"))

    def _where(self, holds: Callable[[Topic, ChannelPace], bool]) -> list[Topic]:
        return [topic for topic, channel in self._channels.items() if holds(topic, channel)]
