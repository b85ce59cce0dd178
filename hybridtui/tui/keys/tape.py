"""The keys of the tape."""

from hybridtui.tui.keys.binding import TAPE, KeyBinding

TAPE_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "large",
        "o",
        "o",
        "",
        "From which size on trades are marked as large; remembered per symbol",
        "tape.large()",
        TAPE,
    ),
)
