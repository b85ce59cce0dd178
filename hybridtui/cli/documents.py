"""Writes what is made from the program itself: the manual page and the page about settings. `make docs` runs it."""

from pathlib import Path

from hybridtui.cli.manual import manual
from hybridtui.cli.template import page

DOCUMENTS = {"hybridtui.1": manual, "settings.md": page}
"""The files in `docs/` and what makes them."""


def write(folder: Path) -> None:
    """Write all of them into this folder."""
    for name, make in DOCUMENTS.items():
        (folder / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
