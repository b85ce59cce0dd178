"""The keys of the order book."""

from hybridtui.tui.keys.binding import BOOK, KeyBinding

BOOK_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding("finer", "comma", ",", "finer", "Put book prices together in finer steps", "book.group(-1)", BOOK, 7),
    KeyBinding(
        "coarser", "full_stop", ".", "coarser", "Put book prices together in coarser steps", "book.group(1)", BOOK, 7
    ),
    KeyBinding("sides", "b", "b", "", "Book stacked, or bids and asks side by side", "book.sides()", BOOK),
    KeyBinding("bars", "s", "s", "", "Depth bars by total or by size", "book.bars()", BOOK),
    KeyBinding("row_up", "up", "↑", "", "Read out the cost of trading down to the row above", "book.move(1)", BOOK),
    KeyBinding(
        "row_down", "down", "↓", "", "Read out the cost of trading down to the row below", "book.move(-1)", BOOK
    ),
    KeyBinding("size", "t", "t", "", "Read out the cost of trading a size that you type", "book.ask_size()", BOOK),
)
