"""Where the recordings are, and how they are read."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".." / "shared" / "recordings"

ReadLines = Callable[[str], list[str]]


@pytest.fixture(scope="session")
def read_lines() -> ReadLines:
    """The lines of a recording that are not empty; skips where the recordings are not there."""

    def read(name: str) -> list[str]:
        path = FOLDER / name
        if not path.exists():
            pytest.skip(f"the recording {name} is not beside the project")
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
        return [line for line in text.splitlines() if line]

    return read
