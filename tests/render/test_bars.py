"""Header, status bar, title rows and the one-row layout."""

import msgspec
import pytest
from msgspec.structs import replace
from rich.style import Style

from hybridtui.market.events import Severity, SourceChanged
from hybridtui.market.source import Health, LinkState, Mode, Source
from hybridtui.render.header import HeaderView, header_words, render_header
from hybridtui.render.lines import plain
from hybridtui.render.onerow import render_one_row
from hybridtui.render.palette import Palette, on_ground, subdued
from hybridtui.render.status import StatusView, render_status, short_label, state_label
from hybridtui.render.title import TitleView, render_title

PALETTE = Palette()
HEADER = HeaderView(
    "BTC/USD", 64213.0, 1, 512.5, 0.008, 64590.0, 63105.0, 834.12345, "BTC", 64210.0, 64215.0,
    state="● WebSocket Live", state_style="live",
)  # fmt: skip
LIVE = StatusView("● WebSocket Live", "live", 42.0, None, 52.0, 1900.0, 0, True, 412, keys="r refresh  [ ] 1m  ? help")
BROKEN = StatusView(
    "◐ REST Polling",
    "polling",
    reason="socket: closed by the exchange (1006)",
    attempt=3,
    retry_in=2.0,
    keys="w try now",
)


@pytest.mark.parametrize(
    ("link", "age", "expected"),
    [
        (SourceChanged(LinkState.LIVE, Mode.AUTO, 0.0), 3.0, ("● WebSocket Live", "live")),
        (SourceChanged(LinkState.POLLING, Mode.AUTO, 0.0), None, ("◐ REST Polling", "polling")),
        (SourceChanged(LinkState.CONNECTING, Mode.AUTO, 0.0), None, ("○ Connecting", "connecting")),
        (SourceChanged(LinkState.CONNECTING, Mode.AUTO, 0.0, reconnecting=True), 9.0, ("○ Reconnecting", "connecting")),
        (SourceChanged(LinkState.STALE, Mode.AUTO, 0.0), 14.2, ("○ STALE 14s", "stale")),
        (SourceChanged(LinkState.MAINTENANCE, Mode.AUTO, 0.0), None, ("○ Maintenance", "maintenance")),
    ],
)
def test_every_state_has_its_words(link: SourceChanged, age: float | None, expected: tuple[str, str]) -> None:
    assert state_label(link, age) == expected
    assert hasattr(PALETTE, expected[1])
    assert len(short_label(expected[0])) <= len(expected[0])


def header(width: int) -> str:
    return plain([render_header(HEADER, width, PALETTE)])


def test_the_header_leaves_out_what_matters_least() -> None:
    assert header(160).startswith(
        " BTC/USD 64,213▲  +512.5 +0.80%   H 64,590  L 63,105   Vol 834.12 BTC   64,210 / 64,215"
    )
    assert "spread 5 · 0.78 bp" in header(160)
    assert header(80).split() == [
        "BTC/USD", "64,213▲", "+512.5", "+0.80%", "H", "64,590", "L", "63,105", "●", "WebSocket", "Live",
    ]  # fmt: skip
    assert header(40).split() == ["BTC/USD", "64,213▲", "+0.80%", "●", "WS"]


@pytest.mark.parametrize("width", range(11, 221))
def test_price_and_state_are_in_every_header(width: int) -> None:
    assert "64,213" in header(width)
    assert "●" in header(width)


@pytest.mark.parametrize("width", range(1, 6))
def test_half_a_price_ends_in_an_ellipsis(width: int) -> None:
    assert header(width).endswith("…")


def status(view: StatusView, width: int) -> str:
    return plain([render_status(view, width, PALETTE)])


def test_the_status_bar_in_good_times() -> None:
    assert status(LIVE, 130).startswith(" ● WebSocket Live │ 42 ms │ 52 msg/s │ 1.9 KB/s │ book ✓ 412 │ reconnects 0 ")
    assert status(LIVE, 130).endswith("  r refresh  [ ] 1m  ? help ")
    assert status(LIVE, 90).endswith(" ? help ")
    assert status(LIVE, 40).split("│")[1:3] == [" 42 ms ", " 52 msg/s    "]
    assert status(LIVE, 20).startswith(" ● WS │ 42 ms")


def test_the_status_bar_says_what_is_wrong_and_what_happens_next() -> None:
    assert " │ socket: closed by the exchange (1006), retry 3 in 2 s" in status(BROKEN, 100)
    assert status(BROKEN, 40).rstrip().endswith("…")
    notice = StatusView(notice="the exchange limits requests; waiting 60 s", severity=Severity.WARNING)
    assert "the exchange limits requests; waiting 60 s" in status(notice, 80)


def test_where_the_newest_data_is_of_another_day_that_day_is_said() -> None:
    gone = StatusView("○ Connecting", reason="no network: name not resolved", last_data="26 Nov 14:32:05")
    assert "│ no network: name not resolved │ last data 26 Nov 14:32:05" in status(gone, 90)
    assert status(gone, 72).rstrip().endswith("│ no network: name not resolved │ last data 26 Nov 14:32")
    assert status(gone, 67).rstrip().endswith("│ no network: name not resolved │ last data 26 Nov")
    assert status(gone, 60).rstrip().endswith("│ no network: name not resolved")


@pytest.mark.parametrize(
    ("health", "cached_at", "truth", "style"),
    [
        (Health(Source.WEBSOCKET, 0.1, True, True, 412), "", "WS ✓ 412 0.1s", "title"),
        (Health(Source.WEBSOCKET, 0.1, True, None), "", "WS 0.1s", "title"),
        (Health(Source.WEBSOCKET, 0.1, True, False), "", "WS ✗ 0.1s", "stale"),
        (Health(Source.WEBSOCKET, 0.1, True, None, mixed=True), "", "REST+WS 0.1s", "title"),
        (Health(Source.REST, 4.0, True, None), "", "REST 4s", "title"),
        (Health(Source.REST, 14.0, False, None), "", "STALE 14s · REST", "stale"),
        (Health(Source.WEBSOCKET, 14.0, False, True), "", "STALE 14s · WS", "stale"),
        (Health(Source.CACHE, 14.0, False, None), "14:32:05", "CACHED 14:32:05", "polling"),
        (Health(None, None, False, None), "", "waiting", "title_muted"),
    ],
)
def test_a_title_row_tells_the_truth(health: Health, cached_at: str, truth: str, style: str) -> None:
    line = render_title(TitleView("ORDER BOOK", "P0 ×1", health, cached_at), 60, PALETTE)
    assert plain([line]).startswith(" ORDER BOOK P0 ×1 ")
    assert plain([line]).endswith(f" {truth} ")
    assert line[-1].style == getattr(PALETTE, style)


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (44, " ORDER BOOK P0 ×1    CACHED 26 Nov 14:32:05 "),
        (35, " ORDER BOOK CACHED 26 Nov 14:32:05 "),
        (34, " ORDER BOOK   CACHED 26 Nov 14:32 "),
        (30, " ORDER BOOK P0  CACHED 26 Nov "),
        (24, " ORDER    CACHED 26 Nov "),
    ],
)
def test_the_day_of_remembered_data_matters_more_than_the_seconds(width: int, row: str) -> None:
    cached = TitleView("ORDER BOOK", "P0 ×1", Health(Source.CACHE, 300_000.0, False, None), "26 Nov 14:32:05")
    assert plain([render_title(cached, width, PALETTE)]) == row


def test_the_truth_outlives_the_name() -> None:
    stale = Health(Source.REST, 14.0, False, None)
    assert plain([render_title(TitleView("ORDER BOOK", "P0 ×1", stale), 26, PALETTE)]) == " ORDER   STALE 14s · REST "
    assert plain([render_title(TitleView("ORDER BOOK", "P0 ×1", stale), 9, PALETTE)]) == "STALE 14s"


def test_details_are_cut_between_numbers() -> None:
    view = TitleView("CHART", "O 64,201 H 64,220 L 64,198", None)
    assert plain([render_title(view, 20, PALETTE)]).rstrip() == " CHART O 64,201"


def test_one_row() -> None:
    row = plain([render_one_row(HEADER, [1.0, 2.0, 8.0], 0.1, 100, PALETTE)])
    assert row.startswith(" BTC/USD 64,213▲ ")
    assert row.endswith("● WebSocket Live 0.1s  ▁▂█ ")
    assert plain([render_one_row(HEADER, [1.0], 0.1, 40, PALETTE)]) == " BTC/USD 64,213▲  +0.80%  0.78 bp  ● WS "
    needing = replace(HEADER, needs="needs 80x20")
    assert "  0.78 bp   needs 80x20 " in plain([render_one_row(needing, [1.0], 0.1, 60, PALETTE)])


def test_where_prices_may_be_dead_the_state_comes_before_the_change() -> None:
    view = HeaderView("BTC/USD", 63182.0, change_ratio=0.0015, state="○ STALE 9s", state_style="stale")
    assert "STALE 9s" in plain([render_header(view, 28, Palette())])
    assert "0.15%" not in plain([render_header(view, 28, Palette())])
    calm = HeaderView("BTC/USD", 63182.0, change_ratio=0.0015, state="● WebSocket Live", state_style="live")
    assert "0.15%" in plain([render_header(calm, 28, Palette())])


def test_an_old_notice_gives_way() -> None:
    news = StatusView(state="● WebSocket Live", state_style="live", latency_ms=42.0, notice="the checksum was wrong")
    old = StatusView(
        state="● WebSocket Live",
        state_style="live",
        latency_ms=42.0,
        notice="the checksum was wrong",
        notice_is_old=True,
    )
    assert "checksum" in plain([render_status(news, 44, Palette())])
    assert "42 ms" in plain([render_status(old, 44, Palette())])
    assert "checksum" not in plain([render_status(old, 44, Palette())])


def test_one_odd_price_keeps_its_digits_and_the_others_theirs() -> None:
    view = HeaderView(
        "BTC/USD", 6438.2, change=-6.0, high=6445.89623587, low=6438.1, bid=6438.0, ask=6438.1, price_decimals=1
    )
    shown = plain([render_header(view, 140, Palette())])
    for text in ("6,438.2 ", "H 6,445.89623587", "L 6,438.1 ", "6,438.0 / 6,438.1", "-6.0", "spread 0.1 "):
        assert text in shown, shown


@pytest.mark.parametrize("style", ["stale", "maintenance", "connecting"])
def test_a_price_that_may_be_dead_is_not_bright(style: str) -> None:
    dead = render_header(msgspec.structs.replace(HEADER, state="○ gone", state_style=style), 160, PALETTE)
    alive = render_header(HEADER, 160, PALETTE)
    assert plain([dead])[:140] == plain([alive])[:140]
    pairs = zip(dead, alive, strict=False)
    styles = {segment.text.strip(): (segment.style, bright.style or Style()) for segment, bright in pairs}
    assert styles["BTC/USD"][0] == styles["BTC/USD"][1]
    for price in ("64,213", "+512.5", "64,210 / 64,215"):
        shown, expected = styles[price][0], subdued(on_ground(styles[price][1], PALETTE.title))
        assert shown is not None
        assert shown.color == expected.color != styles[price][1].color


DEAD = replace(HEADER, last_age=200.0, state="◐ REST Polling", state_style="polling")


def test_only_the_price_is_dim_where_only_the_price_is_dead() -> None:
    line = render_header(DEAD, 160, PALETTE)
    assert plain([line]).startswith(" BTC/USD 64,213▲ 3m old  +512.5 +0.80%   H 64,590")
    styles = {segment.text.strip(): segment.style or Style() for segment in line}
    assert styles["64,213"].color == subdued(PALETTE.title_strong).color
    assert styles["▲"].color == subdued(on_ground(PALETTE.up, PALETTE.title)).color
    assert styles["3m old"] == PALETTE.stale
    assert styles["+512.5"].color == PALETTE.up.color


@pytest.mark.parametrize("alone", [False, True])
def test_wherever_there_is_room_for_more_than_a_dead_price_its_age_comes_first(alone: bool) -> None:
    for width in range(20, 200):
        text = plain([render_header(DEAD, width, PALETTE, alone=alone)])
        assert len(text) == width
        assert "64,213▲ 3m old " in text
        assert "◐" in text


def test_a_dead_price_is_dim_at_any_width() -> None:
    for width in range(8, 20):
        line = render_header(DEAD, width, PALETTE)
        assert next(style for text, style, _ in line if "64,213" in text) == subdued(PALETTE.title_strong)


def test_words_for_later_have_no_age_of_now() -> None:
    assert header_words(DEAD, PALETTE) == header_words(replace(DEAD, last_age=None), PALETTE)


def test_the_count_of_checks_goes_before_anything_else() -> None:
    health = Health(Source.WEBSOCKET, 0.1, True, True, 412)
    title = TitleView("ORDER BOOK", "P1 step 50", health)
    assert plain([render_title(title, 40, PALETTE)]) == " ORDER BOOK P1 step 50    WS ✓ 412 0.1s "
    assert plain([render_title(title, 36, PALETTE)]) == " ORDER BOOK P1 step 50    WS ✓ 0.1s "
    assert "step" not in plain([render_title(title, 30, PALETTE)]), "a step without its number says nothing"
