"""How results are written: one row a measure, the target beside it."""

import os
from collections.abc import Sequence
from math import ceil
from statistics import median as median

Row = tuple[str, str, str]
"""What was measured, the number, the target ("" where there is none)."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share (0 to 1) of them does not exceed: the nearest rank."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table; the load of the machine stands with it, because a busy machine makes slow programs."""
    print(f"\n{title}  (load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, number, target in rows:
        print(f"  {name:<{widths[0]}}  {number:>{widths[1]}}  {target}".rstrip())
