"""Bars of block glyphs with a precision of an eighth of a cell."""

from collections.abc import Sequence

_ACROSS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
LEVELS = " ▁▂▃▄▅▆▇█"
"""A cell filled from below, 0 to 8 eighths."""


def horizontal_bar(eighths: int) -> str:
    """A bar to the right, `eighths` of a cell long."""
    return "█" * (eighths // 8) + _ACROSS[eighths % 8]


def sparkline(values: Sequence[float], width: int) -> str:
    """The newest `width` values as one row of bars between their lowest and their highest."""
    shown = values[-width:] if width > 0 else []
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if high <= low:
        return "▄" * len(shown)
    return "".join(LEVELS[1 + round((value / 2 - low / 2) / (high / 2 - low / 2) * 7)] for value in shown)
