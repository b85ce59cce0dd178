"""The keys that decide what stands where. The numbers go over the screen from left to right, and down."""

from hybridtui.tui.keys.binding import LAYOUT, KeyBinding

LAYOUT_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "layout",
        "v",
        "v",
        "layout",
        "Next layout that fits; auto is the best one for the size",
        "board.next_layout()",
        LAYOUT,
        4,
    ),
    KeyBinding(
        "zoom_panel",
        "f",
        "f",
        "zoom",
        "Only the panel under the mouse or used last, or all again",
        "board.zoom_panel()",
        LAYOUT,
        5,
    ),
    KeyBinding("show_chart", "1", "1", "", "Show or hide the chart", "board.toggle_panel('chart')", LAYOUT),
    KeyBinding("show_book", "2", "2", "", "Show or hide the order book", "board.toggle_panel('book')", LAYOUT),
    KeyBinding("show_tape", "3", "3", "", "Show or hide the trades", "board.toggle_panel('tape')", LAYOUT),
    KeyBinding(
        "show_heatmap",
        "4",
        "4",
        "",
        "Show or hide the heatmap below the chart",
        "board.toggle_panel('heatmap')",
        LAYOUT,
    ),
    KeyBinding(
        "show_footer", "5", "5", "", "Show or hide the keys at the bottom", "board.toggle_panel('footer')", LAYOUT
    ),
)
