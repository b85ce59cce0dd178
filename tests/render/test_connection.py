"""The connection page: any numbers at any size, and the numbers that matter are there."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hybridtui.market.events import Traffic
from hybridtui.market.journal import Statistics
from hybridtui.market.samples import Summary
from hybridtui.market.source import Health, LinkState, Source
from hybridtui.render.connection import ConnectionView, column_width, render_connection, span_text
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.page import PageTitle, last_top, render_page
from hybridtui.render.palette import Palette
from hybridtui.render.plot import HistogramOptions, render_histogram

Exact = Callable[[Sequence[Line], Size], None]
PALETTE = Palette()
ANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
sizes = st.builds(Size, st.integers(1, 220), st.integers(1, 60)) | st.builds(
    Size, st.integers(1, 40), st.integers(1, 9)
)
amounts = st.floats(0, 1e12)
texts = st.text(max_size=90) | st.sampled_from(["\x1b[31mred\n\t", "日本語の名前" * 9])
summaries = st.none() | st.builds(Summary, st.integers(1, 9), amounts, amounts, amounts, amounts)
statistics = st.builds(
    Statistics,
    uptime=amounts,
    seconds=st.dictionaries(st.sampled_from(LinkState), amounts),
    first_data=st.dictionaries(st.sampled_from(Source), amounts),
    reconnects=st.integers(0, 10**9),
    agreed=st.integers(0, 10**9),
    ping=summaries,
    delay=summaries,
    skew_ms=st.none() | st.floats(-1e12, 1e12),
)
healths = st.builds(
    Health,
    st.none() | st.sampled_from(Source),
    st.none() | amounts,
    st.booleans(),
    st.none() | st.booleans(),
    st.integers(0, 10**9),
    st.booleans(),
)
traffics = st.none() | st.builds(
    Traffic,
    amounts,
    amounts,
    st.none() | amounts,
    amounts,
    rest_messages_per_s=amounts,
    budgets=st.lists(st.tuples(texts, st.integers(0, 99), st.integers(1, 99)), max_size=6).map(tuple),
)
views = st.builds(
    ConnectionView,
    state=texts,
    reason=texts,
    retry_in=st.none() | st.floats(-1e6, 1e6),
    statistics=statistics,
    channels=st.lists(st.tuples(texts, healths), max_size=6).map(tuple),
    traffic=traffics,
)


@ANY
@given(views, sizes, st.integers(-5, 90), st.lists(st.floats(allow_nan=True), max_size=40))
def test_any_view_at_any_size(exact: Exact, view: ConnectionView, size: Size, top: int, delays: list[float]) -> None:
    picture = render_histogram(delays, Size(column_width(size.width), 6), HistogramOptions(), PALETTE)
    lines = render_connection(view, size.width, PALETTE, ("delay", picture))
    exact(lines, Size(size.width, len(lines)))
    exact(render_page(PageTitle("CONNECTION", "m goes back"), lines, top, size, PALETTE), size)


@ANY
@example([-1.7e308, 1.7e308], Size(40, 6))
@given(st.lists(st.floats(allow_nan=True) | st.floats(0, 500), max_size=300), sizes)
def test_any_histogram_at_any_size(exact: Exact, values: list[float], size: Size) -> None:
    exact(render_histogram(values, size, HistogramOptions(), PALETTE), size)


def test_a_histogram_is_highest_where_most_values_are() -> None:
    values = [10.0] * 5 + [20.0] * 50 + [30.0] * 10
    text = plain(render_histogram(values, Size(48, 6), HistogramOptions(tail=0), PALETTE)).splitlines()
    heights = [sum(row[x] == "█" for row in text[:5]) for x in range(48)]
    assert max(heights) == 5
    assert 20 < heights.index(5) < 28
    assert 0 < heights[47] < 5
    assert text[5].startswith("10 ms")
    assert text[5].endswith("30 ms")


def test_an_outlier_is_named_and_does_not_flatten() -> None:
    values = [float(value) for value in range(100)] + [100_000.0]
    text = plain(render_histogram(values, Size(60, 5), HistogramOptions(), PALETTE))
    assert "≥ 99 ms" in text


def test_the_numbers_are_there() -> None:
    view = ConnectionView(
        state="◐ REST Polling",
        state_style="polling",
        reason="connection refused",
        retry_in=2.04,
        statistics=Statistics(
            uptime=100,
            seconds={LinkState.LIVE: 75, LinkState.POLLING: 25},
            first_data={Source.REST: 0.25},
            reconnects=2,
            agreed=512,
            ping=Summary(9, 40, 60, 80, 90),
            delay=Summary(9, 21, 22, 23, 24),
            screen=Summary(9, 51, 62, 73, 84),
            skew_ms=-1200,
        ),
        channels=(("book", Health(Source.WEBSOCKET, 0.1, True, True, 77, True)),),
        traffic=Traffic(52.5, 1900, 40, 0, rest_messages_per_s=2.5, budgets=(("book", 58, 60),)),
    )
    for width in (40, 80, 120):
        text = plain(render_connection(view, width, PALETTE))
        for expected in (
            *("◐ REST Polling", "connection refused", "next try in 2.0 s", "75.00 %", "after 0.25 s"),
            *("40    60    80    90", "21    22    23    24", "1200 ms behind", "WS    0.1s old", "✓ 77"),
            *("50.0 msg/s", "2.5 msg/s", "58 of 60 left", "512 agreed"),
        ):
            assert expected in text, (width, expected)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (187, "3 m 07 s"), (7500, "2 h 05 m"), (349_200, "4 d 01 h")]
)
def test_spans(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_a_page_scrolls_to_its_end_and_no_further() -> None:
    lines: list[Line] = [*(render_connection(ConnectionView(), 40, PALETTE))]
    height = 10
    end = render_page(PageTitle("X"), lines, 10_000, Size(40, height), PALETTE)
    assert end == render_page(PageTitle("X"), lines, last_top(len(lines), height), Size(40, height), PALETTE)
    assert f"of {len(lines)}" in plain(end)
    assert plain(end).splitlines()[1:] == plain(lines).splitlines()[-9:]
