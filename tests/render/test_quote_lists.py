"""Picker and watchlist as pictures: any size, any state, exactly; and a few to be read by people in `golden/`."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybridtui.market.source import Source
from hybridtui.render.lines import Line, Size, plain, width_of
from hybridtui.render.palette import Palette
from hybridtui.render.picker import PickerView, render_picker, row_at
from hybridtui.render.pointed import first_row
from hybridtui.render.quote_cells import QuoteRow, columns_that_fit
from hybridtui.render.watchlist import WatchView, render_watchlist

FOLDER = Path(__file__).parent / "golden"
PALETTE = Palette()
DAY = tuple(64_000.0 + (at * 37 % 19) * 20 for at in range(48))

ROWS = (
    QuoteRow(
        "tBTCUSD", "BTC/USD", "Bitcoin / US Dollar", "BTC", 64_213.0, 0.008, 834.12, DAY, Source.WEBSOCKET, True, 0.4,
        here=True, watched=True, recent=True,
    ),
    QuoteRow(
        "tXRPBTC", "XRP/BTC", "XRP / Bitcoin", "XRP", 0.00000712, -0.0004, 90_000.0, DAY[:9], Source.REST, True, 8,
    ),
    QuoteRow(
        "tDUSK:USD", "DUSK/USD", "Dusk Network / US Dollar", "DUSK", 0.20032, 0.0, 7_200_000.0, (), Source.WEBSOCKET,
        False, 125.0, watched=True,
    ),
    QuoteRow("tBTCF0:USTF0", "BTCF0/USDTF0", "", "BTCF0", 64_020.0, 0.0123, 0.0001, (), Source.CACHE, False, 90_000.0),
    QuoteRow("tNOPE:USD", "NOPE/USD", refused="not traded there"),
    QuoteRow("tNEWUSD", "NEW/USD"),
)  # fmt: skip
TROUBLE = PickerView(ROWS, 2, 6, True, 125.0, False, "connection refused")

PICTURES: dict[str, Callable[[], list[Line]]] = {
    "picker-84x10": lambda: render_picker(PickerView(ROWS, 1, 312, True, 4.0, True), Size(84, 10), PALETTE),
    "picker-40x11": lambda: render_picker(PickerView(ROWS, 0, 312, False, 4.0, True), Size(40, 11), PALETTE),
    "picker-24x6": lambda: render_picker(PickerView(ROWS, 3, 312, False, 4.0, True), Size(24, 6), PALETTE),
    "picker-60x9-trouble": lambda: render_picker(TROUBLE, Size(60, 9), PALETTE),
    "picker-40x5-nothing": lambda: render_picker(PickerView(known=6, asked=True), Size(40, 5), PALETTE),
    "watchlist-100": lambda: render_watchlist(WatchView(ROWS, 1, ("1 of 6 over REST.",)), 100, PALETTE),
    "watchlist-56": lambda: render_watchlist(WatchView(ROWS, 0), 56, PALETTE),
    "watchlist-40": lambda: render_watchlist(WatchView(ROWS, 0), 40, PALETTE),
    "watchlist-40-empty": lambda: render_watchlist(
        WatchView(notes=("Nothing is watched yet: / finds one.",)), 40, PALETTE
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str) -> None:
    drawn = "".join(f"{row}|\n" for row in plain(PICTURES[name]()).split("\n"))
    path = FOLDER / f"{name}.txt"
    if os.environ.get("HYBRIDTUI_WRITE_GOLDEN") == "1":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


texts = st.text(max_size=30) | st.sampled_from(["BTC/USD", "\x1b[31mred\n\t", "日本語の名前", "[bold]x[/bold]"])
numbers = (
    st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([64_213.0, 7e-7, 1e300, -1e300])
)
ages = st.none() | st.floats(0, 1e12)
quote_rows = st.builds(
    QuoteRow,
    symbol=texts,
    label=texts,
    name=texts,
    base=texts,
    last=numbers,
    change_ratio=numbers,
    volume=numbers,
    day=st.lists(st.floats(-1e300, 1e300), max_size=60).map(tuple),
    source=st.none() | st.sampled_from(Source),
    fed=st.booleans(),
    age=ages,
    refused=texts,
    here=st.booleans(),
    watched=st.booleans(),
    recent=st.booleans(),
)
many_rows = st.lists(quote_rows, max_size=12).map(tuple)
pickers = st.builds(
    PickerView,
    rows=many_rows,
    pointer=st.integers(0, 15),
    known=st.integers(0, 999),
    asked=st.booleans(),
    age=ages,
    fresh=st.booleans(),
    trouble=texts,
    message=texts,
)
sizes = st.builds(Size, st.integers(1, 120), st.integers(1, 20))
ANY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@ANY
@given(pickers, sizes)
def test_the_picker_draws_anything_at_any_size(view: PickerView, size: Size) -> None:
    lines = render_picker(view, size, PALETTE)
    assert [width_of(line) for line in lines] == [size.width] * size.height
    assert plain(lines).replace("\n", "").isprintable()


@ANY
@given(
    st.builds(WatchView, rows=many_rows, pointer=st.integers(0, 15), notes=st.lists(texts, max_size=3).map(tuple)),
    st.integers(1, 120),
)
def test_the_watchlist_draws_anything_at_any_width(view: WatchView, width: int) -> None:
    lines = render_watchlist(view, width, PALETTE)
    assert {width_of(line) for line in lines} <= {width}
    assert plain(lines).replace("\n", "").isprintable()


@ANY
@given(pickers, sizes)
def test_a_row_of_the_screen_is_the_market_that_stands_there(view: PickerView, size: Size) -> None:
    pointers = [y for y, row in enumerate(plain(render_picker(view, size, PALETTE)).split("\n")) if row.startswith("▸")]
    if view.pointer < len(view.rows):
        assert [row_at(view, size.height, y) for y in pointers] == [view.pointer]


@pytest.mark.parametrize("width", range(1, 60))
def test_no_number_is_ever_cut(width: int) -> None:
    for text in (
        plain(render_watchlist(WatchView(ROWS), width, PALETTE)),
        plain(render_picker(TROUBLE, Size(width, 9), PALETTE)),
    ):
        prices = re.findall(r"(?<![\d.,])(?:\d+,[\d,]*|0\.\d{3,})(?![\d%s])", text)
        assert set(prices) <= {"64,213", "0.00000712", "0.20032", "64,020"}


def test_the_important_columns_are_the_last_to_go() -> None:
    widths = {"label": 8, "last": 10, "change": 9, "name": 0}
    assert columns_that_fit(widths, ("label", "last", "change"), 27) == {"label", "last", "change"}
    assert columns_that_fit(widths, ("label", "last", "change"), 26) == {"label", "last"}
    assert columns_that_fit(widths, ("label", "name", "last"), 18) == {"label", "last"}
    assert columns_that_fit(widths, ("label", "last", "change"), 7) == set()


def test_the_pointer_stays_in_the_picture() -> None:
    for count in range(1, 12):
        for room in range(1, 12):
            for pointer in range(count):
                top = first_row(pointer, count, room)
                assert top <= pointer < top + room
                assert 0 <= top <= max(count - room, 0)
