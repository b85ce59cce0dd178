"""The picture on the disk: found by market and size, read only when it is nothing but text and colours."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from time import localtime, strftime

import pytest

from hybridtui.store import picture as pictures
from hybridtui.store.picture import (
    FOLDER,
    KEPT,
    Picture,
    age_words,
    load_picture,
    save_picture,
    squeezed,
    without_colours,
)

URL = "https://exchange.test/v2"
NOW = 1_790_134_380_000
RED = "\x1b[38;2;200;10;10m"


def picture(saved_at: int = NOW, size: tuple[int, int] = (30, 4)) -> Picture:
    rows = [f"{RED}{'x' * size[0]}\x1b[0m" for _ in range(size[1] - 1)]
    header = [" BTC/USD", " 64,213▲ ", " +0.80%"]
    return Picture(saved_at=saved_at, size=size, colours="", title=RED, state="\x1b[1m", header=header, rows=rows)


def keep(folder: Path, kept: Picture, name: str = "tBTCUSD", url: str = URL) -> None:
    save_picture(str(folder), url, name, "1m", kept)


def found(folder: Path, name: str = "BTCUSD", size: tuple[int, int] = (30, 4), url: str = URL) -> Picture | None:
    return load_picture(str(folder), url, name, "1m", size)


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    keep(tmp_path / "new", picture())
    again = found(tmp_path / "new")
    assert again is not None
    assert [getattr(again, name) for name in Picture.__slots__] == [
        getattr(picture(), name) for name in Picture.__slots__
    ]


@pytest.mark.parametrize("name", ["BTCUSD", "btcusd", "btc/usd", "tBTCUSD", "BTC:USD"])
def test_every_way_to_write_a_market_finds_it(tmp_path: Path, name: str) -> None:
    keep(tmp_path, picture())
    assert found(tmp_path, name) is not None


def test_a_currency_that_begins_with_t_keeps_it() -> None:
    assert squeezed("TRXUSD") == squeezed("trx/usd") == squeezed("tTRXUSD") == "TRXUSD"


def test_another_market_timeframe_or_exchange_has_another_picture(tmp_path: Path) -> None:
    keep(tmp_path, picture())
    assert found(tmp_path, "ETHUSD") is None
    assert found(tmp_path, url="https://other.test/v2") is None
    assert load_picture(str(tmp_path), URL, "BTCUSD", "5m", (30, 4)) is None


def test_for_another_size_the_newest_of_any_size_is_found(tmp_path: Path) -> None:
    keep(tmp_path, picture(NOW, (30, 4)))
    keep(tmp_path, picture(NOW + 1, (50, 9)))
    for path in (tmp_path / FOLDER).iterdir():
        os.utime(path, (1000, 2000 if path.name.endswith("50x9") else 1000))
    assert [getattr(found(tmp_path, size=size), "size", None) for size in ((30, 4), (99, 9))] == [(30, 4), (50, 9)]


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text.replace("xxx", "x\x1b]0;owned\x07x", 1),
        lambda text: text.replace("xxx", "x\x1b[2Jx", 1),
        lambda text: text.replace("xxx", "x\x9b2Jx", 1),
        lambda text: text.replace("xxx", "x\x1b[6nx", 1),
        lambda text: text.replace("xxx", "x\rx", 1),
        lambda text: text.replace(RED, "\x1b[?1049l", 1),
        lambda text: text.replace(RED, "word", 1),
        lambda text: text.replace("64,213", "64\b,213"),
        lambda text: text.replace("picture 1", "picture 2"),
        lambda text: text.replace(str(NOW), "9" * 30),
        lambda text: text.replace(str(NOW), "-1"),
        lambda text: text.replace("30 4", "30 four"),
        lambda text: text.replace("30 4", "30 5"),
        lambda text: text[: len(text) // 2],
        lambda text: text[:0],
        lambda text: text.replace("xxx", "\udcff", 1),
    ],
)
def test_a_file_with_anything_else_in_it_is_no_picture(tmp_path: Path, harm: Callable[[str], str]) -> None:
    keep(tmp_path, picture())
    [path] = (tmp_path / FOLDER).iterdir()
    text = path.read_text(encoding="utf-8")
    assert harm(text) != text
    path.write_bytes(harm(text).encode(errors="surrogateescape"))
    assert found(tmp_path) is None


def test_a_huge_file_is_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, picture())
    monkeypatch.setattr(pictures, "_LARGEST", 100)
    assert found(tmp_path) is None


def test_names_from_the_command_line_lead_nowhere_else(tmp_path: Path) -> None:
    keep(tmp_path, picture(), name="../../BTCUSD")
    assert [path.parent for path in (tmp_path / FOLDER).iterdir()] == [tmp_path / FOLDER]
    assert load_picture(str(tmp_path), "\udcff", "\udcff/..", "../1m", (1, 1)) is None


def test_only_the_owner_can_read_it_and_only_so_many_are_kept(tmp_path: Path) -> None:
    for width in range(KEPT + 5):
        keep(tmp_path, picture(size=(width + 10, 2)))
    kept = list((tmp_path / FOLDER).iterdir())
    assert len(kept) == KEPT
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3 * 3600 + 5, "3 h"), (200_000, "2 d")]
)
def test_the_age_is_said_in_words(seconds: int, words: str) -> None:
    longest, exact, shortest = age_words(NOW, NOW + seconds * 1000)
    assert longest == f"{exact} ({words} ago)"
    assert exact.startswith("CACHED ")
    assert exact.count(":") == 2
    assert shortest == "CACHED"


def test_a_picture_of_another_day_says_which() -> None:
    day, year = 86_400_000, 366 * 86_400_000
    today, other, long_ago = (age_words(NOW, NOW + later)[1] for later in (0, 2 * day, year))
    clock = today.removeprefix("CACHED ")
    when = localtime(NOW / 1000)
    assert len(clock) == 8
    assert other == f"CACHED {when.tm_mday} {strftime('%b', when)} {clock}"
    assert long_ago == f"CACHED {when.tm_mday} {strftime('%b', when)} {when.tm_year} {clock}"


def test_a_picture_from_the_future_has_no_age() -> None:
    assert not any("ago" in words for words in age_words(NOW, NOW - 5000))


def test_colours_can_be_left_out() -> None:
    assert without_colours(f"{RED}red\x1b[0m and\x1b[1m bold") == "red and bold"
