"""What the screen is opened with: beside a made-up exchange nothing of the real one is touched."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from hybridtui.cli.configuration import Resolved
from hybridtui.cli.places import state_directory
from hybridtui.cli.screen import _show
from hybridtui.firstpaint import FirstPaint
from hybridtui.settings import Settings
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions, HybridApp
from tests.store.test_choices import Zoom


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[AppOptions]]:
    """The options of every screen that is opened; none is."""
    for kind in ("STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    seen: list[AppOptions] = []

    def open_nothing(app: HybridApp) -> int:
        seen.append(app.options)
        return 0

    monkeypatch.setattr(HybridApp, "run_and_report", open_nothing)
    yield seen
    gc.enable()


def show(cache: Path | None) -> None:
    settings = Settings(mode="websocket", ws_url="ws://127.0.0.1:1/ws/2", rest_url="http://127.0.0.1:1/v2")
    assert _show(Resolved(settings, {}), cache, FirstPaint(), (), ()) == 0


@pytest.mark.parametrize("demo", [False, True])
def test_the_choices_of_the_demo_are_its_own(opened: list[AppOptions], tmp_path: Path, demo: bool) -> None:
    show(None if demo else tmp_path / "cache")
    [options] = opened
    assert options.demo == demo
    assert options.choices is not None
    options.choices.put("zoom", Zoom(7))
    assert Choices(state_directory(demo=demo)).get("zoom", Zoom()) == Zoom(7)
    assert Choices(state_directory(demo=not demo)).get("zoom", Zoom()) == Zoom()
