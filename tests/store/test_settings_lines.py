"""Every key is found on its line, in whatever way TOML lets it be written."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.store.settings_lines import KeyPath, key_lines, line_of, repeated

TEXT = '''# [comment]
a = 1 # b = 2
"q.r" = "x = y # z"
'lit' = [
  "c = 3", # ]
  [1, { d = 4 }],
]

[t]
long = """
e = 5
[f]
\\"""
""""
raw = \'\'\'
g = 6\'\'\'
h.i = { j = 7 }
"\\u00e4" = 8
  [ t . u ]
  after = 9
[[k]]
l = 10
'''


def test_every_way_to_write_a_key() -> None:
    tomllib.loads(TEXT)
    assert key_lines(TEXT) == {
        ("a",): 2,
        ("q.r",): 3,
        ("lit",): 4,
        ("t",): 9,
        ("t", "long"): 10,
        ("t", "raw"): 15,
        ("t", "h", "i"): 17,
        ("t", "ä"): 18,
        ("t", "u"): 19,
        ("t", "u", "after"): 20,
        ("k",): 21,
        ("k", "l"): 22,
    }
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


def test_a_key_in_an_inline_table_stands_where_the_table_does() -> None:
    lines = key_lines("looks = {\n theme = 1 }")
    assert line_of(("looks", "theme"), lines) == 1
    assert line_of(("timings",), lines) == 0


def test_what_stands_there_twice() -> None:
    assert repeated("a = 1\n[t]\na = 2\n[u]\n[t]\n") == (("t",), 5)
    assert repeated("a = 1\n[t]\na = 2\n") is None


NAMES = st.text("abcAB0-_", min_size=1, max_size=3)
VALUES = st.recursive(
    st.sampled_from(["1", "true", '"x"', '"a = 1"', "'#'", '"""\nm = 1\n"""', "'''\n[n]'''", '"\\""']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # ,\n".join(items) + "]"),
    max_leaves=4,
)
TABLES = st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=3), max_size=3)


def leaves(document: dict[str, Any], above: KeyPath = ()) -> set[KeyPath]:
    return {
        path
        for name, value in document.items()
        for path in ({(*above, name)} | (leaves(value, (*above, name)) if isinstance(value, dict) else set()))
    }


@given(tables=TABLES, top=st.dictionaries(NAMES.map("top_".__add__), VALUES, max_size=3))
def test_it_finds_what_the_parser_finds(tables: dict[str, dict[str, str]], top: dict[str, str]) -> None:
    rows = [f"{name} = {value}  # c = 1" for name, value in top.items()]
    for table, pairs in tables.items():
        rows += ["", f" [{table}] # x", *(f"\t{name}={value}" for name, value in pairs.items())]
    text = "\n".join(rows)
    lines = key_lines(text)
    assert set(lines) == leaves(tomllib.loads(text))
    for path, line in lines.items():
        assert path[-1] in text.split("\n")[line - 1]


@given(text=st.text("a=\"'[]{}#\n\\.\t 1", max_size=60))
def test_nonsense_never_raises(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())
    repeated(text)
