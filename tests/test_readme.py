"""What the README says is so: its example runs, its keys, options and pictures exist."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hybridtui.cli import cli
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.server.socket import serve
from hybridtui.tui.keys import keys_markdown

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_come_first() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert blocks == ["pip install . && hybridtui BTCUSD --demo\n", "pip install '.[test]' && pytest\n"]
    assert "pip install '.[test]' && pytest\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


async def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    body, call = example.rsplit("asyncio.run(main())", 1)
    assert not call.strip()
    assert len([line for line in example.splitlines() if line.strip()]) == 10
    names: dict[str, Any] = {}
    exec(compile(body, "README.md", "exec"), names)
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=1)) as server, asyncio.timeout(50):
        await names["main"](rest_url=server.rest_url, ws_url=server.ws_url)
    assert re.match(r"BTC/USD \d+\.\d+ -?\d+\.\d+\n.*verified=", capsys.readouterr().out)


def test_the_keys_are_those_of_the_key_table() -> None:
    between = README.split("<!-- keys -->\n")[1].split("<!-- /keys -->")[0]
    assert between == keys_markdown(), "put the output of hybridtui.tui.keys.keys_markdown() between the marks"


def test_every_option_is_named() -> None:
    shown = CliRunner().invoke(cli, ["--help"]).output
    options = set(re.findall(r"^  (--(?:\[no-\])?[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    assert options
    assert all(option in README for option in options | {"--version"})


def test_its_pictures_and_pages_exist() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
