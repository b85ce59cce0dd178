"""A question on the bottom row, asked while the market goes on."""

from textual.app import App
from textual.widgets import Input, Label

from hybridtui.tui.screens.prompt import Prompt


def whole(text: str) -> str:
    return "" if text.isdigit() else "a whole number, please"


async def test_what_is_typed_is_checked_and_given_back() -> None:
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test(size=(60, 5)) as pilot:
        prompt = Prompt("How many?", "1", whole)
        await app.push_screen(prompt, answers.append)
        await pilot.press("x", "enter")
        assert app.screen is prompt
        assert "a whole number" in str(app.screen.query_one(".wrong", Label).visual)
        await pilot.press("backspace", "2", "enter")
    assert answers == ["2"]


async def test_escape_gives_nothing() -> None:
    app: App[None] = App()
    answers: list[str | None] = []
    async with app.run_test(size=(60, 5)) as pilot:
        await app.push_screen(Prompt("How [b]many[/b]?"), answers.append)
        assert isinstance(app.focused, Input)
        await pilot.press("q", "escape")
    assert answers == [None]
