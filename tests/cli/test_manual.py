"""The manual page: made from the commands, understood by the programs that show manuals, and part of the wheel."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest

from hybridtui.cli import cli
from hybridtui.cli.documents import DOCUMENTS, write
from hybridtui.cli.manual import manual
from hybridtui.store.settings_table import setting_fields

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = {".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".nf", ".fi"}
SHOWING = {
    "man": ["man", "-l", "-P", "cat"],
    "mandoc": ["mandoc", "-Tascii", "-W", "error"],
    "groff": ["groff", "-man", "-Tascii", "-ww"],
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_up_to_date(name: str, tmp_path: Path) -> None:
    write(tmp_path)
    made, kept = (folder / name for folder in (tmp_path, ROOT / "docs"))
    assert kept.read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "run `make docs`"


def test_it_is_well_formed_and_complete() -> None:
    page = manual()
    assert page.startswith(".TH HYBRIDTUI 1 ")
    assert page.isascii()
    lines = page.splitlines()
    assert {line.split()[0] for line in lines if line.startswith(".")} <= REQUESTS
    assert all(line.strip() for line in lines)
    assert not re.search(r"\\(?![-e&]|f[BIR])", page)
    headings = [line.removeprefix(".SH ") for line in lines if line.startswith(".SH")]
    assert headings[:3] == ["NAME", "SYNOPSIS", "DESCRIPTION"]
    for number, line in enumerate(lines):
        if line == ".TP":
            assert lines[number + 1].startswith(r"\fB")
            assert not lines[number + 2].startswith(".")
    plain = page.replace("\\-", "-")
    for parameter in cli.commands["screen"].params:
        assert not isinstance(parameter, click.Option) or all(
            option in plain or f"--[no-]{option[2:]}" in plain for option in parameter.opts
        )
    for name in ("demo", "doctor", "config", "completion", "config show", "config schema"):
        assert f".SS hybridtui {name}" in plain
    assert all(field.variable in page for field in setting_fields().values())


@pytest.mark.parametrize("program", SHOWING)
def test_it_renders(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [*SHOWING[program], str(ROOT / "docs" / "hybridtui.1")], capture_output=True, text=True, check=False, timeout=30
    )
    shown = re.sub(r".\x08|\x1b\[[0-9;]*m", "", done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for words in ("hybridtui - watch a Bitfinex market", "--timeframe NAME", "--[no-]mouse", "EXIT STATUS"):
        assert words in shown.replace("\u2010", "-")


def test_the_wheel_installs_it(tmp_path: Path) -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert wheel["wheel"]["shared-data"] == {"docs/hybridtui.1": "share/man/man1/hybridtui.1"}
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed, so no wheel can be built here")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=50)
    [built] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("data/share/man/man1/hybridtui.1")]
        assert archive.read(name).decode() == manual()
