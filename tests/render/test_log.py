"""The event log on the screen and as text: newest first here, oldest first there, and nothing steers the terminal."""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybridtui.market.journal import Entry, Kind
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.log import LogOptions, log_text, render_log
from hybridtui.render.palette import Palette

Exact = Callable[[Sequence[Line], Size], None]
PALETTE = Palette()
NOON = LogOptions(epoch_ms=1_700_000_000_000)
texts = st.text(max_size=200) | st.sampled_from(["\x1b[31mred\n\t", "日本語の名前" * 9, "a" * 90, ""])
entries = st.lists(st.builds(Entry, st.floats(0, 1e7), st.sampled_from(Kind), texts), max_size=30)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries, st.integers(1, 200))
def test_any_story_at_any_width(exact: Exact, story: list[Entry], width: int) -> None:
    lines = render_log(story, width, NOON, PALETTE)
    exact(lines, Size(width, len(lines)))


@settings(max_examples=100, deadline=None)
@given(entries)
def test_the_copy_has_one_clean_line_for_each_entry(story: list[Entry]) -> None:
    text = log_text(story, NOON)
    assert text.count("\n") == len(story)
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_newest_comes_first() -> None:
    story = [Entry(0, Kind.START, "started"), Entry(5, Kind.LIVE, "WebSocket live")]
    rows = plain(render_log(story, 80, NOON, PALETTE)).splitlines()
    assert [row.split() for row in rows] == [
        ["14", "Nov"],
        ["22:13:25", "live", "WebSocket", "live"],
        ["22:13:20", "start", "started"],
    ]
    assert log_text(story, NOON).splitlines()[0] == "2023-11-14 22:13:20.000+00:00  start       started"


def test_long_texts_are_wrapped_and_whole() -> None:
    text = "the socket was silent for 5 s and did not answer a ping; REST: no answer in time, asked again"
    for width in (30, 40, 80):
        rows = plain(render_log([Entry(0, Kind.DROP, text)], width, NOON, PALETTE)).split()
        assert " ".join(rows).endswith(text)


def test_times_are_the_users() -> None:
    story = [Entry(0, Kind.START, "started")]
    berlin = LogOptions(epoch_ms=NOON.epoch_ms, utc_offset_ms=3_600_000)
    assert "23:13:20" in plain(render_log(story, 80, berlin, PALETTE))
    assert log_text(story, berlin).startswith("2023-11-14 23:13:20.000+01:00")


def test_nothing_is_said_calmly() -> None:
    assert "nothing has happened yet" in plain(render_log([], 80, NOON, PALETTE))
    assert log_text([], NOON) == ""
