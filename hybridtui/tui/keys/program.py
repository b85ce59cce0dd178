"""The keys of the connection and of the program itself."""

from hybridtui.tui.keys.binding import CONNECTION, PROGRAM, KeyBinding

PROGRAM_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "connection", "m", "m", "connection", "Show or hide the connection in numbers", "connection", CONNECTION, 7
    ),
    KeyBinding("log", "l", "l", "log", "Show or hide the event log", "log", CONNECTION, 7),
    KeyBinding(
        "copy",
        "y",
        "y",
        "",
        "Copy what is under the cursor: candle, price, trade, page; else the last price",
        "copy",
        PROGRAM,
        9,
    ),
    KeyBinding("commands", "ctrl+p", "^p", "commands", "Search all commands", "command_palette", PROGRAM, 6, True),
    KeyBinding("help", "question_mark,f1", "?", "help", "Show or hide this help", "help", PROGRAM, 1),
    KeyBinding("quit", "q", "q", "quit", "Quit", "quit", PROGRAM, 0),
    KeyBinding("interrupt", "ctrl+c", "^c", "", "Quit, whatever has the focus", "quit", PROGRAM, 9, True),
)
