"""The keys that put something else in the chart's place."""

from hybridtui.tui.keys.binding import VIEWS, KeyBinding

VIEW_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "heatmap",
        "h",
        "h",
        "heatmap",
        "Liquidity heatmap in the chart's place, or the chart again; + - ← → Home End work there too",
        "heatmap.appear()",
        VIEWS,
        5,
    ),
    KeyBinding(
        "depth", "d", "d", "depth", "Depth curve in the chart's place, or the chart again", "depth.appear()", VIEWS, 6
    ),
)
