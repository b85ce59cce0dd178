"""What is right is read, what is wrong is named with its line, and nothing in a file can end in a traceback."""

import json
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hybridtui.errors import SettingsError
from hybridtui.store.settings_file import SettingsFile, read_settings, understood, write_new
from hybridtui.store.settings_table import SettingField, Value, setting_fields, settings_of

PATH = Path("settings.toml")


def read(text: str) -> SettingsFile:
    return understood(PATH, text.encode())


def told(text: str) -> list[str]:
    return [problem.told(PATH) for problem in read(text).problems]


def test_what_is_right_is_read() -> None:
    file = read('symbol = "ETHUSD"\nlooks.theme = "nord"\n[timings]\ngrace = 5\n[keys]\nrefresh = "ctrl+r"\n')
    assert file.problems == ()
    assert file.required() is file
    assert file.values == {"symbol": "ETHUSD", "looks.theme": "nord", "timings.grace": 5.0}
    assert file.keys == {"refresh": "ctrl+r"}
    assert file.lines == {"symbol": 1, "looks.theme": 2, "timings.grace": 4, "keys.refresh": 6}
    settings = settings_of(file.values, file.keys)
    assert settings.symbol == "ETHUSD"
    assert settings.looks.theme == "nord"
    assert settings.timings.grace == 5.0
    assert settings.keys == {"refresh": "ctrl+r"}


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    file = read_settings(tmp_path / "settings.toml")
    assert not file.exists
    assert file.required().values == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('\ntmeframe = "1m"', "line 2: there is no setting tmeframe; did you mean timeframe?"),
        ("[timngs]", "line 1: there is no setting timngs; did you mean [timings]?"),
        ("[timings]\n\ngarce = 1", "line 3: there is no setting timings.garce; did you mean timings.grace?"),
        ("[timings]\nfps = 1", "line 2: there is no setting timings.fps; fps belongs above the first [table]."),
        ('theme = "nord"', "line 1: there is no setting theme; theme belongs below [looks]."),
        ("zzzzzzzz = 1", "line 1: there is no setting zzzzzzzz; `hybridtui config show` names them all."),
        ("fps = 0", "line 1: fps must be a whole number from 1 to 60, not 0."),
        ("fps = 2.5", "line 1: fps must be a whole number from 1 to 60, not 2.5."),
        ('fps = "many"', 'line 1: fps must be a whole number from 1 to 60, not "many".'),
        ("mouse = 1", "line 1: mouse must be true or false, not 1."),
        ("[timings]\njitter = 1", "line 2: timings.jitter must be a number from 0 to below 1, not 1."),
        ("[timings]\ngrace = nan", "line 2: timings.grace must be a number from 0.01 to 3600, not nan."),
        ("mode = 'x'", 'line 1: mode must be one of auto, websocket, rest, not "x".'),
        ("looks = 3", "line 1: looks is a table: write [looks] on a line of its own and its settings below it."),
        ("[keys]\nrefresh = 1", 'line 2: keys.refresh must be a key in quotes, "ctrl+r" for example, not 1.'),
        ('rest_url = "http://example.com"', "line 1: rest_url: 'http://example.com' would be read without encryption"),
        ('ws_url = "https://example.com"', "line 1: ws_url: 'https://example.com' is not a URL that begins with wss"),
        ('fps = 1\nsymbol = "BTC', "line 2: this is no TOML at the end: unterminated string."),
        ("fps = 1\nfps = 2\n# end", "line 2: fps is set a second time."),
        ("fps = 1\n\nfps == 2", "line 3: this is no TOML at column 6"),
        ("x = " + "[" * 5000, "the brackets are nested too deeply."),
        ("fps = 1" + "0" * 5000, "a number has too many digits."),
    ],
)
def test_a_problem_is_one_clear_sentence_with_its_line(text: str, sentence: str) -> None:
    [problem] = told(text)
    assert sentence in problem
    with pytest.raises(SettingsError) as refused:
        read(text).required()
    assert str(refused.value) == problem


def test_all_problems_are_told_in_their_order() -> None:
    problems = told('fps = 0\nfsp = 1\nmode = "auto"\n[looks]\nascii = "no"\n')
    assert [problem.partition(":")[0] for problem in problems] == [f"settings.toml, line {line}" for line in (1, 2, 5)]
    with pytest.raises(SettingsError, match="and 2 more: see `hybridtui config check`"):
        read('fps = 0\nfsp = 1\n[looks]\nascii = "no"\n').required()


def test_what_is_no_text_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"fps = 1\n# \xff\n")
    [problem] = read_settings(path).problems
    assert problem.told(path) == f"{path}, line 2: the text is not UTF-8; save it as UTF-8."
    path.write_bytes(b"#" * 300_000)
    assert "more than" in read_settings(path).problems[0].sentence
    assert "cannot be read" in read_settings(tmp_path).problems[0].sentence


def test_a_judge_has_the_last_word() -> None:
    file = understood(PATH, b'symbol = "?"', lambda name, value: f"{name} {value} is none")
    assert [problem.sentence for problem in file.problems] == ["symbol ? is none"]
    assert file.values == {}


WRONG: dict[type, Value] = {str: 1, bool: "x", int: "x", float: "x", tuple: True}


@pytest.mark.parametrize("field", setting_fields().values(), ids=lambda field: field.name)
def test_every_wrong_type_is_refused_with_its_line(field: SettingField) -> None:
    table = f"[{field.table}]\n" if field.table else "\n"
    wrong = WRONG[field.kind]
    name = field.name.rpartition(".")[2]
    for value in ("x" * 2000 if field.kind in (str, tuple) else "1e9", [1], wrong):
        text = f"{table}{name} = {json.dumps(value)}\n"
        [problem] = read(text).problems
        assert problem.line == 2
        assert problem.sentence.startswith(f"{field.name} must be {field.bounds}, not ")


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("\"notify-send 'a b'\"", "notify-send 'a b'"),
        ('["notify-send",\n  "a b", # two words\n]', ("notify-send", "a b")),
    ],
)
def test_a_command_is_a_text_or_its_words(literal: str, value: Value) -> None:
    file = read(f"on_alert = {literal}\nfps = 3\n")
    assert (file.problems, file.values) == ((), {"on_alert": value, "fps": 3})
    assert settings_of(file.values).on_alert == value


@pytest.mark.parametrize("literal", ["[]", '[""]', '""', "{ a = 1 }", '["a", 2]', '[["a"]]'])
def test_what_is_no_command_is_refused(literal: str) -> None:
    [problem] = read(f"\non_alert = {literal}\n").problems
    assert problem.line == 2
    assert problem.sentence.startswith("on_alert must be a text in quotes, or a list of them, not ")


SIGNS = [*"=.\"'{}[],#\n \\\x00", '"""', "'''", "[looks]", "[timings]", "[keys]", "[[keys]]", "refresh", "true"]
NUMBERS = ["1", "-1e999", "nan", "1979-05-27", '"BTCUSD"']
WORDS = st.sampled_from([*setting_fields(), *SIGNS, *NUMBERS])


@given(content=st.binary(max_size=200) | st.lists(WORDS, max_size=40).map(lambda words: "".join(words).encode()))
@example(b"\xef\xbb\xbffps = 1")
@example(b"fps = 1\r\nfps = 2\r\n")
@example(b'"\\ud800" = 1')
def test_a_fuzzed_file_is_settings_or_a_list_of_problems(content: bytes) -> None:
    file = understood(PATH, content)
    settings_of(file.values, file.keys)
    for problem in file.problems:
        assert problem.sentence.isprintable()
        assert problem.sentence[-1] in ".?"
        assert 0 <= problem.line <= content.count(b"\n") + 1
    if not file.problems:
        tomllib.loads(content.decode("utf-8-sig"))


def test_a_new_file_is_its_owners_and_an_old_one_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    assert write_new(path, "fps = 1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not write_new(path, "fps = 2\n")
    assert path.read_text() == "fps = 1\n"
    assert list(path.parent.iterdir()) == [path]
