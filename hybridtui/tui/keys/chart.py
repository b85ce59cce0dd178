"""The keys of the chart."""

from hybridtui.tui.keys.binding import CHART, KeyBinding

CHART_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "shorter", "left_square_bracket", "[", "shorter", "Shorter timeframe of the candles", "timeframe(-1)", CHART, 2
    ),
    KeyBinding(
        "longer", "right_square_bracket", "]", "longer", "Longer timeframe of the candles", "timeframe(1)", CHART, 2
    ),
    KeyBinding(
        "kind", "c", "c", "candles", "Draw candles, Heikin-Ashi, a line or an area", "chart.cycle_kind()", CHART, 6
    ),
    KeyBinding("zoom_in", "plus,equals_sign", "+", "", "Zoom in: fewer, wider candles", "chart.zoom(1)", CHART),
    KeyBinding(
        "zoom_out", "minus", "-", "", "Zoom out: more candles, at last several in a column", "chart.zoom(-1)", CHART
    ),
    KeyBinding(
        "pan_back", "left", "←", "", "Back in time; older candles are loaded on the way", "chart.pan(-1)", CHART
    ),
    KeyBinding("pan_on", "right", "→", "", "Towards the present", "chart.pan(1)", CHART),
    KeyBinding(
        "step_back", "shift+left", "⇧←", "", "Back by one candle, or the crosshair by ten", "chart.stride(-1)", CHART
    ),
    KeyBinding(
        "step_on", "shift+right", "⇧→", "", "On by one candle, or the crosshair by ten", "chart.stride(1)", CHART
    ),
    KeyBinding("oldest", "home", "Home", "", "To the oldest candle known", "chart.to_oldest()", CHART),
    KeyBinding("newest", "end", "End", "", "To the present, and follow it", "chart.to_newest()", CHART),
    KeyBinding(
        "crosshair",
        "x",
        "x",
        "",
        "Crosshair on or off; ← → move it and read out its candle",
        "chart.crosshair()",
        CHART,
    ),
    KeyBinding(
        "measure", "space", "Space", "", "Measure from the crosshair on, or stop measuring", "chart.measure()", CHART
    ),
    KeyBinding("scale", "g", "g", "", "Linear, logarithmic or per cent scale", "chart.cycle_scale()", CHART),
    KeyBinding(
        "fix_range", "F", "F", "", "Keep to the prices shown now, or show whatever there is", "chart.fix_range()", CHART
    ),
    KeyBinding("higher", "pageup", "PgUp", "", "Keep to higher prices", "chart.move_range(1)", CHART),
    KeyBinding("lower", "pagedown", "PgDn", "", "Keep to lower prices", "chart.move_range(-1)", CHART),
    KeyBinding(
        "indicators", "i", "i", "indicators", "Choose indicators and their parameters", "chart.indicators()", CHART, 6
    ),
    KeyBinding("zone", "z", "z", "", "Times in local time or in UTC", "chart.zone()", CHART),
)
