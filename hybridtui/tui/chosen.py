"""What the user chose about the screen, as every widget can ask its app."""

import msgspec

from hybridtui.settings import Looks, Settings
from hybridtui.tui.keys import ALL_KEYS, KeyBinding


class SettingsNews(msgspec.Struct, frozen=True):
    """The settings file was saved: what may change while the program runs, or what is wrong with it."""

    settings: Settings = Settings()
    """What is to hold from now on."""
    changed: tuple[str, ...] = ()
    """The names of the settings in which that differs from before; `keys` stands for all keys."""
    later: tuple[str, ...] = ()
    """The names of those that the file wants otherwise and that are obeyed at the next start only."""
    complaint: str = ""
    """A sentence about what is wrong; then nothing changes."""


def looks_of(app: object) -> Looks:
    """How the screen is to look."""
    looks = getattr(app, "looks", None)
    return looks if isinstance(looks, Looks) else Looks()


def keys_of(app: object) -> tuple[KeyBinding, ...]:
    """Every key as it is now: the user may have chosen others."""
    keys: tuple[KeyBinding, ...] = getattr(app, "key_table", ALL_KEYS)
    return keys
