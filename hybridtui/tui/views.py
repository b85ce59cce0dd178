"""What stands in the chart's place: the chart itself, the liquidity heatmap, or the depth curve."""

import msgspec
from textual.message import Message

from hybridtui.tui.layout import CHART
from hybridtui.tui.layout import DEPTH as DEPTH
from hybridtui.tui.layout import HEATMAP as HEATMAP
from hybridtui.tui.panel import MarketPanel

VIEWS = (CHART, HEATMAP, DEPTH)
"""The ids of the panels that can stand there."""
DEEP_ROWS = 100
"""Levels a side that heatmap and depth curve ask for."""


class ViewChoice(msgspec.Struct, frozen=True):
    """What is remembered."""

    shown: str = CHART
    interval_s: int = 1
    """The time of a column of the heatmap."""


class ViewAsked(Message):
    """The user wants to see this panel in the chart's place, or the chart again where it stands there already."""

    def __init__(self, view: str) -> None:
        super().__init__()
        self.view = view


class LargeChosen(Message):
    """Other trades are large from now on."""


class ViewPanel(MarketPanel):
    """A panel that can take the chart's place."""

    def action_appear(self) -> None:
        """Come into the chart's place, or give it back."""
        assert self.id in VIEWS
        self.post_message(ViewAsked(self.id))
