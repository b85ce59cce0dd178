"""Keys that the user chose instead of ours: what they may be, how they are shown, and which of them are in conflict."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from msgspec.structs import replace
from textual.keys import Keys, _character_to_key

from hybridtui.tui.keys.binding import PAGES, KeyBinding

_MODIFIERS = ("ctrl", "shift", "alt", "super", "meta", "hyper")
_NAMED = frozenset(key.value for key in Keys if "+" not in key.value and "<" not in key.value) | {"space"}
_CHARACTERS = {_character_to_key(chr(code)): chr(code) for code in range(0x21, 0x7F)}
"""Textual's names of the characters on a keyboard, `question_mark`, and what they stand for."""
_RESERVED = {"escape": "it always goes back"}
_SHOWN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Bksp",
    "delete": "Del",
    "insert": "Ins",
}


def remapped(table: Iterable[KeyBinding], chosen: Mapping[str, str]) -> tuple[KeyBinding, ...]:
    """The table with the keys that were chosen, by the id of what they do. They must be without complaint."""
    return tuple(_with_keys(key, chosen[key.id]) if key.id in chosen else key for key in table)


def keymap(chosen: Mapping[str, str]) -> dict[str, str]:
    """What was chosen as Textual wants it."""
    return {name: ",".join(_keys(text)) for name, text in chosen.items()}


def complaints(chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with these keys: each id with a sentence."""
    from hybridtui.tui.keys import ALL_KEYS

    found = [(name, said) for name, text in chosen.items() if (said := _complaint(name, text, ALL_KEYS))]
    return found or _conflicts(remapped(ALL_KEYS, chosen), chosen)


def _complaint(name: str, text: str, table: Sequence[KeyBinding]) -> str:
    ids = [key.id for key in table]
    printable = "".join(char if char.isprintable() else "�" for char in name[:50])
    if name not in ids:
        near = get_close_matches(name, ids, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(ids)}."
        return f"there is no key named {printable}; {hint}"
    for key in _keys(text):
        if key in _RESERVED:
            return f"keys.{name} cannot be {key}: {_RESERVED[key]}."
        if not _is_key(key):
            shown = "".join(char if char.isprintable() else "�" for char in key[:50])
            near = get_close_matches(key.rpartition("+")[2], _NAMED, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else 'write a character, a name like f5, or "ctrl+r".'
            return f"keys.{name}: {shown!r} is not a key; {hint}"
    return ""


def _conflicts(table: Sequence[KeyBinding], chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """Keys that would do two things at one place, told of the one that was chosen last."""
    found = []
    for at, key in enumerate(table):
        for other in table[:at]:
            both = {*key.key.split(",")} & {*other.key.split(",")}
            if both and _meet(key, other):
                one, two = (key, other) if key.id in chosen else (other, key)
                both_shown = " and ".join(sorted(map(shown_key, both)))
                found.append((one.id, f"keys.{one.id}: {both_shown} is also the key of {two.id} ({two.description})."))
    return found


def _meet(one: KeyBinding, other: KeyBinding) -> bool:
    """Whether there is a screen on which both work: panels are not on pages."""
    if one.group == PAGES or other.group == PAGES:
        return not one.of_panel and not other.of_panel
    return True


def _with_keys(binding: KeyBinding, text: str) -> KeyBinding:
    keys = _keys(text)
    return replace(binding, key=",".join(keys), shown=shown_key(keys[0]))


def _keys(text: str) -> list[str]:
    """The keys in a text, as Textual spells them; a comma alone is the comma."""
    parts = [text] if text.strip() == "," else text.split(",")
    return [_spelled(part.strip()) for part in parts]


def _spelled(key: str) -> str:
    """`?` is question_mark, `^r` and `Ctrl+R` are ctrl+r, `PgUp` is pageup."""
    if len(key) == 1:
        return _character_to_key(key)
    if key.startswith("^"):
        key = f"ctrl+{key[1:]}"
    *modifiers, last = key.split("+")
    names = {shown.lower(): name for name, shown in _SHOWN.items()}
    last = last if len(last) == 1 and not modifiers else names.get(last.lower(), last.lower())
    return "+".join([*(modifier.lower() for modifier in modifiers), last])


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    if len(set(modifiers)) != len(modifiers) or not {*modifiers} <= {*_MODIFIERS}:
        return False
    return last in _NAMED or last in _CHARACTERS or len(last) == 1


def shown_key(key: str) -> str:
    """A key of Textual as people read it: `^r`, `?`, `PgUp`."""
    *modifiers, last = key.split("+")
    text = _SHOWN.get(last) or _CHARACTERS.get(last, last)
    if modifiers in (["ctrl"], ["shift"]):
        return f"{'^' if modifiers == ['ctrl'] else '⇧'}{text}"
    return "+".join([*modifiers, text])
