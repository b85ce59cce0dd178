"""A settings file that is saved while the program runs: what is obeyed at once, and what is said of the rest."""

import pytest

from hybridtui.settings import Settings
from hybridtui.tui.app import AppOptions
from hybridtui.tui.chosen import SettingsNews
from hybridtui.tui.reloading import words
from tests.tui.screen import Running, running


def panels(run: Running) -> list[str]:
    """Which panels are on the screen."""
    return [name for name in ("CHART", "ORDER BOOK", "TRADES") if f"{name} " in run.text()]


def obeying(news: list[SettingsNews]) -> AppOptions:
    return AppOptions(news=lambda: news.pop(0) if news else None)


async def test_another_layout_stands_at_once_and_auto_brings_back_the_choice() -> None:
    news: list[SettingsNews] = []
    async with running(size=(160, 50), toasts=True, options=obeying(news)) as run:
        await run.pilot.press("3")
        await run.until(lambda: panels(run) == ["CHART", "ORDER BOOK"])
        news.append(SettingsNews(Settings(layout="book|tape"), changed=("layout",)))
        await run.until(lambda: panels(run) == ["ORDER BOOK", "TRADES"])
        await run.until(lambda: "layout: as saved." in run.text())
        news.append(SettingsNews(Settings(), changed=("layout",)))
        await run.until(lambda: panels(run) == ["CHART", "ORDER BOOK"])


async def test_the_layout_key_goes_through_the_new_ones() -> None:
    news = [SettingsNews(Settings(layouts="tape book"), changed=("layouts",))]
    async with running(size=(160, 50), toasts=True, options=obeying(news)) as run:
        await run.until(lambda: "layouts: as saved." in run.text())
        for shown in (["TRADES"], ["ORDER BOOK"], ["TRADES"]):
            await run.pilot.press("v")
            await run.until(lambda shown=shown: panels(run) == shown)  # type: ignore[misc]


async def test_what_the_user_chose_meanwhile_stays_where_the_file_did_not_change_it() -> None:
    news: list[SettingsNews] = []
    async with running(size=(160, 50), toasts=True, options=obeying(news)) as run:
        run.app.theme = "nord"
        await run.pilot.press("3")
        news.append(SettingsNews(Settings(fps=5), changed=("fps",), later=("rest_url",)))
        await run.until(lambda: "rest_url takes effect at the next start." in run.text())
        assert run.app.theme == "nord"
        assert panels(run) == ["CHART", "ORDER BOOK"]


@pytest.mark.parametrize(
    ("changed", "later", "said"),
    [
        ((), (), "Saved, and nothing is to be done differently."),
        (("fps",), (), "fps: as saved."),
        (("looks.theme", "keys"), ("mode",), "looks.theme, keys: as saved. mode takes effect at the next start."),
        ((), ("rest_url", "ws_url"), "rest_url, ws_url take effect at the next start."),
    ],
)
def test_the_words(changed: tuple[str, ...], later: tuple[str, ...], said: str) -> None:
    assert words(SettingsNews(changed=changed, later=later)) == said
