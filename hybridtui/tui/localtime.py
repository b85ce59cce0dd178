"""Times of day as the user's own clock shows them."""

from datetime import UTC, datetime

import msgspec

from hybridtui.render.times import past_text
from hybridtui.store.choices import Choices


class ZoneChoice(msgspec.Struct, frozen=True):
    """The time zone in which times are shown."""

    utc: bool = False


class Zone:
    """The time zone of every time on the screen, chosen once and remembered."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    @property
    def utc(self) -> bool:
        """Whether it is UTC; else it is the user's own."""
        return self._choices.get("time_zone", ZoneChoice()).utc

    @property
    def name(self) -> str:
        """What to call it on the screen."""
        return "UTC" if self.utc else "local"

    def switch(self) -> None:
        """From local time to UTC or back."""
        self._choices.put("time_zone", ZoneChoice(not self.utc))

    def offset_ms(self, wall_ms: int) -> int:
        """What to add to UTC at that moment, ms."""
        return 0 if self.utc else utc_offset_ms(wall_ms)

    def past_text(self, wall_ms: int, now_ms: int | None = None) -> str:
        """A moment of the past as it is read at the moment `now_ms`, or nobody knows when: `render.times.past_text`."""
        now = None if now_ms is None else now_ms + self.offset_ms(now_ms)
        return past_text(wall_ms + self.offset_ms(wall_ms), now)


def utc_offset_ms(wall_ms: int) -> int:
    """What to add to UTC at that moment (ms since 1970) for the local time, in ms."""
    offset = datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone().utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)
