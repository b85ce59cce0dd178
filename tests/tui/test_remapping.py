"""Other keys: understood as people write them, refused where they cannot be, obeyed and shown everywhere at once."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.command import CommandPalette

from hybridtui.market.events import SymbolRefused
from hybridtui.market.source import Mode
from hybridtui.settings import Looks, Settings
from hybridtui.tui.app import AppOptions
from hybridtui.tui.chosen import SettingsNews
from hybridtui.tui.keys import ALL_KEYS
from hybridtui.tui.keys.binding import KeyBinding
from hybridtui.tui.keys.remapping import complaints, keymap, remapped, shown_key
from hybridtui.tui.screens.help import HelpScreen
from tests.tui.screen import running


def complaint(keys: Mapping[str, str]) -> str:
    [(name, sentence)] = complaints(keys)
    assert name in keys
    return sentence


def entry(keys: Mapping[str, str], name: str) -> KeyBinding:
    return next(key for key in remapped(ALL_KEYS, keys) if key.id == name)


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("ctrl+r", "ctrl+r", "^r"),
        ("Ctrl+R", "ctrl+r", "^r"),
        ("^r", "ctrl+r", "^r"),
        ("R", "R", "R"),
        ("%", "percent_sign", "%"),
        (",", "comma", ","),
        ("f5", "f5", "f5"),
        ("F5", "f5", "f5"),
        ("PgUp", "pageup", "PgUp"),
        ("insert, U", "insert,U", "Ins"),
        ("alt+u", "alt+u", "alt+u"),
    ],
)
def test_keys_as_people_write_them(written: str, key: str, shown: str) -> None:
    table = {"refresh": written}
    assert keymap(table) == {"refresh": key}
    assert (entry(table, "refresh").key, entry(table, "refresh").shown) == (key, shown)
    assert entry(table, "quit") in ALL_KEYS


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"refrehs": "u"}, "there is no key named refrehs; did you mean refresh?"),
        ({"refresh": "ctrl+banana"}, "keys.refresh: 'ctrl+banana' is not a key; write a character"),
        ({"refresh": "pagup"}, "keys.refresh: 'pagup' is not a key; did you mean pageup?"),
        ({"refresh": "crtl+r"}, "keys.refresh: 'crtl+r' is not a key"),
        ({"refresh": "u,,"}, "keys.refresh: '' is not a key"),
        ({"refresh": "escape"}, "keys.refresh cannot be escape: it always goes back."),
        ({"refresh": "q"}, "keys.refresh: q is also the key of quit (Quit)."),
        ({"refresh": "ctrl+c"}, "keys.refresh: ^c is also the key of interrupt (Quit, whatever has the focus)."),
        ({"rest": "Home", "page_down": "p"}, "keys.rest: Home is also the key of "),
    ],
)
def test_what_cannot_be_is_one_sentence(keys: dict[str, str], sentence: str) -> None:
    assert any(said.startswith(sentence) for _, said in complaints(keys)), complaints(keys)


def test_the_table_itself_has_no_conflict() -> None:
    assert complaints({}) == []
    assert complaints({key.id: key.key for key in ALL_KEYS}) == []


def test_two_keys_may_be_swapped() -> None:
    assert complaints({"rest": "w", "websocket": "p"}) == []


@given(keys=st.dictionaries(st.sampled_from([key.id for key in ALL_KEYS]) | st.text(max_size=8), st.text(max_size=12)))
def test_nonsense_is_a_sentence_or_a_key(keys: dict[str, str]) -> None:
    found = complaints(keys)
    for _, sentence in found:
        assert sentence.isprintable()
        assert sentence[-1] in ".?"
    if not found:
        remapped(ALL_KEYS, keys)
        keymap(keys)


def test_keys_are_shown_as_in_the_table() -> None:
    for key in ALL_KEYS:
        first = key.key.split(",")[0]
        assert shown_key(first) == key.shown


async def test_another_key_is_obeyed_and_shown_everywhere() -> None:
    options = AppOptions(keys={"rest": "ctrl+e", "websocket": "p"})
    async with running(options=options, size=(160, 40)) as run:
        await run.pilot.press("p")
        assert run.feed.forced == [Mode.WEBSOCKET]
        await run.pilot.press("ctrl+e")
        assert run.feed.forced == [Mode.WEBSOCKET, Mode.REST]
        await run.pilot.press("w")
        assert run.feed.forced == [Mode.WEBSOCKET, Mode.REST]
        await run.until(lambda: "^e REST" in run.text())
        assert "p WebSocket" in run.text()
        await run.pilot.press("question_mark")
        await run.until(lambda: isinstance(run.app.screen, HelpScreen))
        assert "^e" in run.text()
        await run.pilot.press("question_mark", "ctrl+p")
        await run.until(lambda: isinstance(run.app.screen, CommandPalette))
        await run.pilot.press(*"Poll over")
        await run.until(lambda: "key ^e" in run.text())


async def test_the_hints_of_a_small_screen_and_of_a_refusal_name_the_new_keys() -> None:
    async with running(bare=True, size=(80, 12), options=AppOptions(keys={"quit": "Q", "help": "ctrl+h"})) as run:
        await run.until(lambda: "^h help" in run.text())
        assert "Q quit" in run.text()
        await run.emit(SymbolRefused(run.model.instrument.symbol, (), run.clock.now()))
        await run.until(lambda: "Press Q to quit." in run.text())
        run.app.use_keys({})
        run.app.market_screen.redraw()
        await run.until(lambda: "q quit" in run.text())


async def test_a_saved_file_changes_looks_and_keys_at_once() -> None:
    news: list[SettingsNews | None] = [
        None,
        SettingsNews(
            Settings(looks=Looks(theme="nord", ascii=True), keys={"rest": "ctrl+e"}),
            changed=("looks.theme", "looks.ascii", "keys"),
        ),
        SettingsNews(complaint="settings.toml, line 3: fps must be a number. The old settings stay."),
        SettingsNews(changed=("looks.theme", "looks.ascii", "keys")),
    ]
    async with running(toasts=True, options=AppOptions(news=lambda: news.pop(0) if news else None)) as run:
        await run.until(lambda: len(news) == 2)
        await run.until(lambda: "^e REST" in run.text())
        assert run.app.theme == "nord"
        await run.until(lambda: run.text().replace("\n", "").isascii())
        await run.until(lambda: len(news) == 1)
        await run.until(lambda: "line 3: fps must" in run.text())
        assert run.app.theme == "nord"
        assert "^e REST" in run.text()
        await run.until(lambda: not news)
        await run.until(lambda: "p REST" in run.text())
        assert run.app.theme == "hybridtui"
        await run.until(lambda: "●" in run.text())
        await run.pilot.press("p")
        assert run.feed.forced == [Mode.REST]


async def test_the_palette_has_every_action_with_its_key() -> None:
    for key in ALL_KEYS:
        assert key.description
    async with running(size=(160, 200)) as run:
        await run.pilot.press("ctrl+p")
        await run.until(lambda: isinstance(run.app.screen, CommandPalette))
        offered = [key for key in ALL_KEYS if key.group != "Pages" and key.id not in ("commands", "interrupt")]
        await run.until(lambda: all(key.description in run.text() for key in offered))
        assert all(f"key {key.shown}" in run.text() for key in offered)
