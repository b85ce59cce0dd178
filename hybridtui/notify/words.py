"""The words of the command of alerts. It is looked at before the first picture, so nothing heavy is imported here."""

import shlex
import shutil
from collections.abc import Sequence

from hybridtui.errors import SettingsError


def command_words(command: str | Sequence[str], name: str = "--on-alert") -> tuple[str, ...]:
    """The program and its arguments; a text is parted as a shell would.

    Raises SettingsError where there is no such program; `name` is what the user knows the command by.
    """
    try:
        words = tuple(shlex.split(command) if isinstance(command, str) else command)
    except ValueError as error:
        raise SettingsError(f"{name} {command!r} cannot be parted into words ({error}); close the quotes.") from error
    if not words:
        raise SettingsError(f"{name} needs a program to run, with its arguments in the same quotes.")
    if shutil.which(words[0]) is None:
        raise SettingsError(f"{name}: there is no program {words[0]!r}; give its path, or one that is on PATH.")
    return words
