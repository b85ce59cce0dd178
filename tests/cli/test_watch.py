"""A settings file that is saved while the program runs is heard of, once, and flags and environment stay above it."""

from pathlib import Path

import pytest

from hybridtui.cli.configuration import Resolved, SettingsWatch
from hybridtui.settings import Looks, Settings
from hybridtui.store.settings_table import setting_fields


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "hybridtui"
    folder.mkdir()
    return folder / "settings.toml"


def save(path: Path, text: str) -> None:
    """As editors do: another file takes the place of the old one."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def watch(looks: Looks | None = None, **origins: str) -> SettingsWatch:
    known = dict.fromkeys(setting_fields(), "default") | {f"looks.{name}": origin for name, origin in origins.items()}
    return SettingsWatch(Resolved(Settings(looks=looks or Looks()), known))


def test_a_saved_file_is_told_of_once(path: Path) -> None:
    watching = watch()
    assert watching.news() is None
    save(path, '[looks]\ntheme = "nord"\n[keys]\nrest = "ctrl+e"\n')
    news = watching.news()
    assert news is not None
    assert (news.settings, news.complaint) == (Settings(looks=Looks(theme="nord"), keys={"rest": "ctrl+e"}), "")
    assert (news.changed, news.later) == (("looks.theme", "keys"), ())
    assert watching.news() is None
    path.unlink()
    news = watching.news()
    assert news is not None
    assert news.settings == Settings()
    assert watching.news() is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nfps = 0\n", "line 2: fps must be"),
        ('[looks]\ntheme = "nrod"', "line 2: there is no theme 'nrod'; did you mean nord?"),
        ('[keys]\nrest = "q"', "line 2: keys.rest: q is also the key of quit"),
        ('symbol = "BT$"', "line 1: symbol: "),
        ("[looks", "line 1: this is no TOML"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(path: Path, text: str, words: str) -> None:
    watching = watch()
    save(path, text)
    news = watching.news()
    assert news is not None
    assert words in news.complaint
    assert news.complaint.endswith("The old settings stay.")


def test_what_the_command_line_said_stays(path: Path) -> None:
    watching = watch(Looks(theme="dracula", ascii=True), theme="flag, --theme", ascii="environment, HYBRIDTUI_ASCII")
    save(path, '[looks]\ntheme = "nord"\nascii = false\nswap_colours = true\n')
    news = watching.news()
    assert news is not None
    assert news.settings.looks == Looks(theme="dracula", ascii=True, swap_colours=True)
    assert news.changed == ("looks.swap_colours",)


def test_what_has_to_wait_for_the_next_start_is_named(path: Path) -> None:
    watching = watch()
    save(path, 'rest_url = "https://example.com"\nfps = 5\nlayout = "chart"\n[timings]\ngrace = 7\n')
    news = watching.news()
    assert news is not None
    assert news.settings == Settings(fps=5, layout="chart"), "the rest is as it was at the start"
    assert (news.changed, news.later) == (("fps", "layout"), ("rest_url", "timings.grace"))
    save(path, 'rest_url = "https://example.com"\nfps = 5\nlayout = "chart"\n# grace is gone\n')
    news = watching.news()
    assert news is not None
    assert (news.changed, news.later) == ((), ("rest_url",))


def test_a_market_that_is_remembered_is_no_news(path: Path) -> None:
    watching = SettingsWatch(Resolved(Settings(symbol="ETHUSD"), {"symbol": "remembered"}))
    save(path, "fps = 25\n")
    news = watching.news()
    assert news is not None
    assert (news.settings.symbol, news.changed, news.later) == ("ETHUSD", (), ())
    save(path, 'symbol = "XRPBTC"\n')
    news = watching.news()
    assert news is not None
    assert (news.changed, news.later) == ((), ("symbol",))
