"""What is written to a terminal so that its user looks up: bell and desktop notification.

Terminals know one of two escape sequences for a notification: OSC 9 (iTerm2, kitty, WezTerm, Ghostty, Windows
Terminal) or OSC 777 (urxvt, VTE, foot). Which one a terminal knows is told by its environment variables; where they do
not tell, both are written, and each is ignored where it is unknown. tmux passes a sequence on that is wrapped, with
every escape doubled, where `allow-passthrough` is on.
"""

from collections.abc import Mapping

BELL = "\a"
_ESCAPE = "\x1b"
_END = "\x1b\\"
_TEXT_MOST = 200
_OSC_9 = ("iterm.app", "wezterm", "ghostty", "kitty", "vscode", "windows_terminal")


def notification(title: str, text: str, environment: Mapping[str, str]) -> str:
    """The sequences that show a notification of the desktop; whatever could steer the terminal is taken out."""
    title, text = harmless(title).replace(";", ","), harmless(text)
    osc_9 = f"{_ESCAPE}]9;{title}: {text}{_END}"
    osc_777 = f"{_ESCAPE}]777;notify;{title};{text}{_END}"
    name = _terminal(environment)
    wanted = [osc_9] if name in _OSC_9 else [osc_777] if name in ("vte", "rxvt", "foot") else [osc_9, osc_777]
    return "".join(passed_through(sequence, environment) for sequence in wanted)


def passed_through(sequence: str, environment: Mapping[str, str]) -> str:
    """The sequence for the terminal around tmux, where there is one."""
    if not environment.get("TMUX"):
        return sequence
    doubled = sequence.replace(_ESCAPE, _ESCAPE * 2)
    return f"{_ESCAPE}Ptmux;{doubled}{_END}"


def harmless(text: str) -> str:
    """The text without anything that is not printed, and not too long."""
    return printable(text)[:_TEXT_MOST]


def printable(text: str) -> str:
    """The text with a blank for everything that is not printed."""
    return "".join(char if char.isprintable() else " " for char in text)


def _terminal(environment: Mapping[str, str]) -> str:
    """What the environment says the terminal is; empty where it does not, or where tmux hides it."""
    if environment.get("TMUX"):
        return ""
    if environment.get("VTE_VERSION"):
        return "vte"
    if environment.get("KITTY_WINDOW_ID"):
        return "kitty"
    if environment.get("WT_SESSION"):
        return "windows_terminal"
    term = environment.get("TERM", "")
    return "rxvt" if term.startswith("rxvt") else "foot" if term.startswith("foot") else _program(environment)


def _program(environment: Mapping[str, str]) -> str:
    return environment.get("TERM_PROGRAM", "").lower()
