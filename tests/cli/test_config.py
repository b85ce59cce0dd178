"""`hybridtui config`: what it writes is right, what it shows is so, and what is wrong is said with its line."""

import json
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hybridtui.cli import main
from hybridtui.cli.configuration import examined_file
from hybridtui.cli.places import settings_path, state_directory
from hybridtui.cli.template import page, template
from hybridtui.market.watchlist import LAST_MARKET, LastMarket
from hybridtui.settings import Settings
from hybridtui.store.choices import Choices
from hybridtui.store.settings_file import understood
from hybridtui.store.settings_table import setting_fields, settings_of
from hybridtui.tui.keys import ALL_KEYS
from hybridtui.tui.keys.remapping import remapped

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "hybridtui" / "settings.toml"


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["config", *args])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> Mapping[str, tuple[str, str]]:
    """The value and the origin of every setting as `config show` prints them."""
    capsys.readouterr()
    assert run("show", *args) == 0
    rows = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    parts = [[part.strip() for part in row if part.strip()] for row in rows]
    return {row[0]: (row[1] if len(row) == 3 else "", row[-1]) for row in parts}


def written(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_what_is_written_is_every_default(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("init") == 0
    assert str(path) in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file = understood(path, path.read_bytes())
    assert file.problems == ()
    fixed = {name: field for name, field in setting_fields().items() if not field.remembered}
    assert file.values == {name: field.default for name, field in fixed.items() if field.default is not None}
    for field in setting_fields().values():
        assert f"{field.last} = " in path.read_text()
    assert run("check") == 0
    assert f"{path}: ok, {len(file.values)} settings." in capsys.readouterr().out


def test_the_keys_of_the_written_file_can_be_uncommented() -> None:
    text = template()
    keys = text[text.index("[keys]") :]
    rows = [line.removeprefix("# ") for line in keys.splitlines()[1:]]
    document = tomllib.loads("\n".join(rows))
    assert document == {key.id: key.key for key in ALL_KEYS}


def test_a_file_is_never_overwritten(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, "fps = 3\n")
    assert run("init") == 2
    assert "stays as it is" in capsys.readouterr().err
    assert path.read_text() == "fps = 3\n"


def test_the_path(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, "this is broken")
    assert run("path") == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert settings_path() == path


def test_without_a_word_it_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("init", "path", "show", "check", "schema"))


def test_a_file_that_is_missing_is_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert "the defaults hold" in capsys.readouterr().out


def test_all_problems_are_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, 'symbol = "BT$"\nfps = 0\n[looks]\ntheme = "nrod"\n[keys]\nrefrehs = "x"\n')
    assert run("check") == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(", line ")[2].partition(":")[0] for line in lines] == ["1", "2", "4", "6"]
    assert "not a trading pair" in lines[0]
    assert "did you mean nord?" in lines[2]
    assert "did you mean refresh?" in lines[3]


@pytest.mark.parametrize("command", [["BTCUSD"], ["watch"], ["config", "show"]])
def test_nothing_starts_with_a_broken_file(path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    written(path, "\nfps = 0\n")
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"hybridtui: {path}, line 2: fps must be a whole number from 1 to 60, not 0.\n"


def test_help_needs_no_right_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, "fps = 0\n")
    for command in (["--help"], ["doctor", "--help"], ["config", "show", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 0
    assert "hybridtui" in capsys.readouterr().out


def test_file_then_environment_then_flag(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(capsys)["fps"] == ("25", "default")
    written(path, "\nfps = 3\n[timings]\ngrace = 4\n")
    assert shown(capsys)["fps"] == ("3", "file, line 2")
    assert shown(capsys)["timings.grace"] == ("4.0", "file, line 4")
    monkeypatch.setenv("HYBRIDTUI_FPS", "4")
    monkeypatch.setenv("HYBRIDTUI_TIMINGS_GRACE", "5")
    assert shown(capsys)["fps"] == ("4", "environment, HYBRIDTUI_FPS")
    assert shown(capsys)["timings.grace"] == ("5.0", "environment, HYBRIDTUI_TIMINGS_GRACE")
    assert shown(capsys, "--fps", "5")["fps"] == ("5", "flag, --fps")
    assert shown(capsys, "ETHUSD")["symbol"] == ('"ETHUSD"', "flag, argument")


def test_what_is_remembered_comes_after_all_others(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert shown(capsys)["symbol"] == ('"BTCUSD"', "default")
    Choices(state_directory()).put(LAST_MARKET, LastMarket("DUSK:USD", "15m"))
    assert shown(capsys)["symbol"] == ('"DUSK:USD"', "remembered")
    assert shown(capsys)["timeframe"] == ('"15m"', "remembered")
    written(path, 'symbol = "XRPBTC"\n')
    assert shown(capsys)["symbol"] == ('"XRPBTC"', "file, line 1")
    assert shown(capsys)["timeframe"] == ('"15m"', "remembered")
    monkeypatch.setenv("HYBRIDTUI_TIMEFRAME", "1h")
    assert shown(capsys)["timeframe"] == ('"1h"', "environment, HYBRIDTUI_TIMEFRAME")
    assert shown(capsys, "ETHUSD", "--timeframe", "1D")["timeframe"] == ('"1D"', "flag, --timeframe")


@pytest.mark.parametrize("text", ["", "not JSON", '{"symbol": 3}', '{"symbol": "BT$", "timeframe": "2m"}', "[" * 9999])
def test_what_was_remembered_wrongly_is_the_default(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "hybridtui").mkdir(exist_ok=True)
    (tmp_path / "hybridtui" / f"{LAST_MARKET}.json").write_text(text)
    rows = shown(capsys)
    assert (rows["symbol"], rows["timeframe"]) == (('"BTCUSD"', "default"), ('"1m"', "default"))


OTHER = {bool: None, int: 7, float: 2.5, str: "nord"}
SPECIAL = {"symbol": "ETHUSD", "timeframe": "5m", "mode": "rest"}
SPECIAL |= {"layout": "chart/book", "layouts": "book chart|book"}
SPECIAL |= {"rest_url": "https://example.com/v2", "ws_url": "wss://example.com", "log_file": "some.log"}
SPECIAL |= {"on_alert": "true a 'b c'"}


@pytest.mark.parametrize("name", setting_fields())
def test_every_setting_comes_from_file_and_environment(
    name: str, path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    field = setting_fields()[name]
    value = SPECIAL.get(name) or (not field.default if field.kind is bool else OTHER[field.kind])
    value = 0.5 if name == "timings.jitter" else value
    assert value != field.default
    literal = json.dumps(value)
    written(path, (f"[{field.table}]\n" if field.table else "\n") + f"{field.last} = {literal}\n")
    assert shown(capsys)[name] == (literal, "file, line 2")
    path.unlink()
    monkeypatch.setenv(field.variable, str(value).lower() if field.kind is bool else str(value))
    assert shown(capsys)[name] == (literal, f"environment, {field.variable}")


def test_the_command_of_alerts_in_words_and_over_the_file(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written(path, '\non_alert = ["true", "a b"]\n')
    assert shown(capsys)["on_alert"] == ('["true", "a b"]', "file, line 2")
    monkeypatch.setenv("HYBRIDTUI_ON_ALERT", "true c")
    assert shown(capsys)["on_alert"] == ('"true c"', "environment, HYBRIDTUI_ON_ALERT")
    assert shown(capsys, "--on-alert", "true d")["on_alert"] == ('"true d"', "flag, --on-alert")


@pytest.mark.parametrize(
    ("literal", "sentence"),
    [
        ('"no-such-program-x now"', "on_alert: there is no program 'no-such-program-x'; give its path, or one that"),
        ('["no-such-program-x"]', "on_alert: there is no program 'no-such-program-x'; give its path, or one that"),
        ('"true \'x"', "cannot be parted into words (No closing quotation); close the quotes."),
    ],
)
def test_a_command_that_cannot_be_run_is_named_with_its_line(
    literal: str, sentence: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(path, f"\non_alert = {literal}\n")
    assert run("check") == 2
    said = capsys.readouterr()
    assert f"{path}, line 2: on_alert" in said.out + said.err
    assert sentence in said.out + said.err


def test_an_environment_variable_that_cannot_be_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYBRIDTUI_TIMINGS_GRACE", "soon")
    assert run("show") == 2
    said = capsys.readouterr().err
    assert said.startswith("hybridtui: The environment variable HYBRIDTUI_TIMINGS_GRACE cannot be used: ")
    assert 'a number from 0.01 to 3600, not "soon".' in said
    monkeypatch.delenv("HYBRIDTUI_TIMINGS_GRACE")
    monkeypatch.setenv("HYBRIDTUI_THEME", "nrod")
    assert run("show") == 2
    assert "There is no theme 'nrod'; did you mean nord?" in capsys.readouterr().err


def test_the_keys_are_shown_as_they_are(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(path, '[keys]\nrefresh = "Ctrl+R"\n')
    rows = shown(capsys)
    assert rows["keys.refresh"] == ('"ctrl+r"', "file, line 2")
    assert rows["keys.quit"] == ('"q"', "default")


def test_the_schema_is_that_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    settings = schema["$defs"]["Settings"]
    assert set(settings["properties"]) == {*Settings.__struct_fields__}
    assert settings["properties"]["fps"]["maximum"] == 60
    assert settings["properties"]["mode"]["enum"] == ["auto", "websocket", "rest"]
    assert settings["additionalProperties"] is False
    assert set(settings["properties"]["keys"]["properties"]) == {key.id for key in ALL_KEYS}


def test_the_page_about_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page(), "run `make docs`"


PIECES = st.sampled_from(
    [*setting_fields(), *(key.id for key in ALL_KEYS), "[looks]", "[keys]", "=", '"', "\n", "#", "{", "ctrl+", "escape"]
)


@given(content=st.binary(max_size=80) | st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(content=b'[keys]\n"\\u001b" = ","\nrefresh = "+++"\n')
@example(content=b'symbol = "\\u001b[31m"\n[looks]\ntheme = "\\u0007"\n')
def test_a_fuzzed_file_is_obeyed_or_refused_in_words(content: bytes) -> None:
    path = settings_path()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    file = examined_file()
    for problem in file.problems:
        assert problem.sentence.isprintable()
        assert problem.sentence[-1] in ".?"
    if not file.problems:
        settings_of(file.values, file.keys)
        remapped(ALL_KEYS, file.keys)
