"""The house has the rooms that its plan names, none is too long, and nothing in it knows one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hybridtui"

FILE_LINES, FUNCTION_LINES = 400, 60

PLAN = {
    ".": "__init__ __main__ cli settings errors clock wiring hybrid",
    "market": "__init__ events source state book candles trades ticker instrument feed timeframe indicators",
    "exchanges": "__init__ base registry",
    "exchanges/bitfinex": "__init__ symbols rest session payloads constants",
    "feeds": "__init__ supervisor live rest websocket replay record",
    "store": "__init__ database last_seen candles",
    "render": "__init__ plot palette",
    "server": "__init__ session socket",
    "demo": "__init__",
    "tui": "__init__ app panel messages commands screens",
    "tui/widgets": "__init__ price_chart order_book status_bar",
}
ROOMS = [f"{package}/{name}".removeprefix("./") for package, names in PLAN.items() for name in names.split()]

FILES = [
    *("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "constraints.txt"),
    *("docs/guide.md", "docs/websocket-vs-rest.md", "hybridtui/py.typed", "hybridtui/tui/app.tcss", ".ci/run"),
]

MACHINE = re.compile(r"(?<![\w.~$}])/(?:root|home|Users|work|farm)/\w")
REGISTRY = re.compile(r"https?://[^\s\"']+/simple\b|(?:extra-)?index-url")


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("room", ROOMS)
def test_the_room_exists_and_says_what_it_is(room: str) -> None:
    path = PACKAGE / f"{room}.py"
    path = path if path.exists() else PACKAGE / room / "__init__.py"
    assert path.exists(), f"hybridtui/{room} is in the plan and not in the house"
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", FILES)
def test_the_file_exists(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("path", sources(), ids=named)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_file_is_too_long() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{named(path)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_no_function_is_too_long() -> None:
    lengths = {name: count for path in sources() for name, count in functions(path)}
    assert len(lengths) > 100
    assert {name: count for name, count in lengths.items() if count > FUNCTION_LINES} == {}


def test_no_room_for_odds_and_ends() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [named(path) for path in sources() if path.stem in vague] == []


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    result = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    return [path for name in result.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["path", "registry"])
def test_nothing_that_is_tracked_knows_one_machine(pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in (".svg", ".png", ".gz"):
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{named(path)}:{number} {line.strip()[:80]}"
            for number, line in enumerate(lines, 1)
            if pattern.search(line)
        ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE, "see /ro" + "ot/project"),
        (MACHINE, "'/ho" + "me/somebody/project'"),
        (REGISTRY, "https://registry.test/pypi" + "/simple"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)
    assert not pattern.search("https://api-pub.bitfinex.com/v2 and ~/home/x and $HOME/work/x")
