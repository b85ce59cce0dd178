"""No test reads the settings of whoever runs it, nor what their program remembers, nor writes among it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

_OF_TESTS = ("HYBRIDTUI_WRITE_GOLDEN", "HYBRIDTUI_SOAK", "HYBRIDTUI_SOAK_HOURS")
"""Speak to the tests: write pictures anew; how long to soak, in seconds of real and hours of simulated time."""

_OF_A_TERMINAL = ("COLUMNS", "LINES")
"""Would give every terminal that a test opens the size of the one that the tests were started from."""


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(home / name.split("_")[1].lower()))
        named = [name for name in os.environ if name.startswith("HYBRIDTUI_") and name not in _OF_TESTS]
        for name in [name for name in (*named, *_OF_A_TERMINAL) if name in os.environ]:
            patch.delenv(name)
        yield home
