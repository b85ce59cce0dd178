"""The layers hold; the contracts that say so notice when they do not; and at run time it is the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]

HEAVY = ["asyncio", "httpx", "plotext", "rich", "textual", "websockets"]
IO = ["asyncio", "socket", "selectors", "ssl", "subprocess", "threading", *HEAVY]

VIOLATIONS = {
    "market/book.py": ("asyncio", "Things that think do no I/O"),
    "exchanges/base.py": ("socket", "Things that think do no I/O"),
    "feeds/supervisor.py": ("time", "Things that think do no I/O"),
    "server/session.py": ("websockets", "Things that think do no I/O"),
    "market/trades.py": ("hybridtui.exchanges.base", "The floors: an arrow may skip floors and never points back"),
    "store/candles.py": ("hybridtui.feeds.live", "Only the command line and the wiring put a feed behind a model"),
    "tui/__init__.py": (
        "hybridtui.feeds.live",
        "The screen, the drawing and the model reach neither feeds nor exchanges",
    ),
    "render/blocks.py": ("textual", "Only tui imports textual"),
    "render/book.py": ("plotext", "Only render.plot imports plotext"),
    "feeds/live.py": ("httpx", "Only feeds.rest imports httpx"),
    "feeds/replay.py": ("websockets", "Only feeds.websocket and the server's socket import websockets"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_the_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contracts_break_where_they_are_violated(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "hybridtui", tmp_path / "hybridtui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (module, _) in VIOLATIONS.items():
        path = tmp_path / "hybridtui" / name
        assert path.exists(), f"{name} has moved; violate another module of its package"
        path.write_text(path.read_text(encoding="utf-8") + f"\nimport {module}\n", encoding="utf-8")
    result = lint(tmp_path)
    assert result.returncode == 1, result.stderr
    broken = result.stdout.split("Broken contracts")[-1]
    for name, (module, contract) in VIOLATIONS.items():
        importer = "hybridtui." + name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert contract in broken, contract
        assert f"{importer} -> {module} " in broken, f"{importer} -> {module}"


def loaded(statement: str) -> set[str]:
    """The top-level modules that are loaded after a statement in a fresh interpreter."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=50, check=True
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def modules(package: str) -> list[str]:
    folder = ROOT / "hybridtui" / package
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in folder.rglob("*.py")
    )


BARE = loaded("pass") | loaded("import msgspec")
"""What an interpreter and the struct library load anyway."""


@pytest.mark.parametrize("package", ["market", "exchanges"])
def test_pure_packages_load_no_io(package: str) -> None:
    assert (loaded(f"import {', '.join(modules(package))}") - BARE) & set(IO) == set()


@pytest.mark.parametrize("module", ["feeds", "feeds.supervisor", "server.session", "settings", "errors", "clock"])
def test_pure_modules_load_no_io(module: str) -> None:
    assert (loaded(f"import hybridtui.{module}") - BARE) & set(IO) == set()


def test_drawing_loads_nothing_but_rich() -> None:
    names = [name for name in modules("render") if name != "hybridtui.render.plot"]
    assert loaded(f"import {', '.join(names)}") & {"textual", "plotext", "httpx", "websockets"} == set()


@pytest.mark.parametrize("module", ["hybrid", "store.last_seen", "store.candles"])
def test_the_model_and_the_store_load_no_screen_and_no_network(module: str) -> None:
    assert loaded(f"import hybridtui.{module}") & {"textual", "plotext", "httpx", "websockets"} == set()


def test_importing_the_package_is_cheap() -> None:
    assert loaded("import hybridtui") & {*HEAVY, "msgspec", "click"} == set()


def test_asking_for_the_version_loads_no_screen_and_no_network() -> None:
    imports = "from contextlib import suppress\nfrom hybridtui.cli import main"
    statement = f"{imports}\nwith suppress(SystemExit): main(['--version'])"
    assert loaded(statement) & {"textual", "httpx", "plotext", "websockets"} == set()
