"""Moments as text, in the time zone the caller names by its distance from UTC."""

from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 200_000_000_000_000
"""Within this many milliseconds of 1970 a moment surely has a date."""


def clock_text(mts: int, utc_offset_ms: int = 0) -> str:
    """The time of day, `14:32:05`, of a moment in ms UTC."""
    seconds = (mts + utc_offset_ms) % _DAY // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def minute_text(mts: int, utc_offset_ms: int = 0) -> str:
    """The time of day to the minute, `14:32`."""
    return clock_text(mts, utc_offset_ms)[:5]


def moment(mts: int, utc_offset_ms: int = 0) -> datetime:
    """The calendar's reading of a moment; one that no calendar has is moved to its edge."""
    return _EPOCH + timedelta(milliseconds=max(-_FAR // 4, min(mts + utc_offset_ms, _FAR)))


def day_text(mts: int, utc_offset_ms: int = 0) -> str:
    """The day, `12 Nov`."""
    when = moment(mts, utc_offset_ms)
    return f"{when.day} {_MONTHS[when.month - 1]}"


def month_text(mts: int, utc_offset_ms: int = 0) -> str:
    """The month, `Nov 2018`."""
    when = moment(mts, utc_offset_ms)
    return f"{_MONTHS[when.month - 1]} {when.year}"


def day_of(mts: int, utc_offset_ms: int = 0) -> int:
    """The number of the day that a moment is in; days are equal where these are."""
    return (mts + utc_offset_ms) // _DAY


def start_of_day(mts: int, utc_offset_ms: int = 0) -> int:
    """The first moment of that day, ms UTC."""
    return day_of(mts, utc_offset_ms) * _DAY - utc_offset_ms


def date_text(mts: int, now_ms: int, utc_offset_ms: int = 0) -> str:
    """The day, `26 Nov`, with its year where that is not the present one."""
    year = moment(mts, utc_offset_ms).year
    day = day_text(mts, utc_offset_ms)
    return day if year == moment(now_ms, utc_offset_ms).year else f"{day} {year}"


def past_text(local_ms: int, local_now_ms: int | None = None) -> str:
    """A moment of the past: `14:32:05` today, `26 Nov 14:32:05` on another day, `26 Nov 2023 14:32:05` in another year.

    Both are ms on the reader's own clock. What is read nobody knows when, None, has its day in any case.
    """
    clock, day, when = clock_text(local_ms), day_text(local_ms), moment(local_ms)
    if local_now_ms is None:
        return f"{day} {clock}"
    now = moment(local_now_ms)
    if when.date() == now.date():
        return clock
    return f"{day} {clock}" if when.year == now.year else f"{day} {when.year} {clock}"


def shortened(past: str) -> list[str]:
    """What `past_text` said, in less and less room: of another day the seconds go first, then the time."""
    day, _, clock = past.rpartition(" ")
    return [past, f"{day} {clock[:5]}", day] if day else [past]


def countdown_text(seconds: float) -> str:
    """What is left of a candle: `00:23` minutes and seconds, `2:05:09` from an hour on, `3d 04h` from a day on."""
    left = max(int(seconds), 0)
    if left >= 86_400:
        return f"{left // 86_400}d {left % 86_400 // 3600:02}h"
    if left >= 3600:
        return f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02}"
    return f"{left // 60:02}:{left % 60:02}"


def span_text(seconds: float) -> str:
    """How long something lasts, in its two greatest units: `45s`, `12m`, `2h 05m`, `3d 04h`."""
    left = max(int(seconds), 0)
    if left < 60:
        return f"{left}s"
    for length, unit, less, part in ((86_400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if left >= length:
            rest = left % length // less
            return f"{left // length:,}{unit} {rest:02}{part}" if rest else f"{left // length:,}{unit}"
    raise AssertionError("a minute is longer than a minute")
