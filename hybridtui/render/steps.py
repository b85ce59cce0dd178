"""Round numbers: what scales end at, so that they do not move with every change of what they measure."""

from collections.abc import Sequence
from math import floor, log10


def round_step(least: float, steps: Sequence[float] = (1.0, 2.0, 5.0, 10.0)) -> float:
    """The smallest of some steps times a power of ten that is not below `least`, which is between 1e-290 and 1e290.

    The steps ascend from 1 to 10.
    """
    power = 10.0 ** floor(log10(least))
    found = next((step * power for step in steps if step * power >= least * (1 - 1e-9)), 10 * power)
    return float(f"{found:.6g}")
