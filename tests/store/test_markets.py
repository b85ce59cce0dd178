"""The remembered list of markets."""

from pathlib import Path

import pytest

from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import MarketsListed
from hybridtui.market.source import Source
from hybridtui.store.markets import load_markets, save_markets

URL = "https://exchange.example/v2"
LISTED = MarketsListed(
    (Instrument("tBTCUSD", "BTC", "USD"), Instrument("tDUSK:USD", "DUSK", "USD")),
    (("BTC", "Bitcoin"), ("DUSK", "Dusk Network")),
    Source.REST,
    1.0,
)


def test_what_was_listed_is_there_again_as_remembered(tmp_path: Path) -> None:
    save_markets(tmp_path / "new", URL, LISTED)
    found = load_markets(tmp_path / "new", URL, 9.0)
    assert found == MarketsListed(LISTED.instruments, LISTED.names, Source.CACHE, 9.0)
    assert load_markets(tmp_path / "new", "http://127.0.0.1:1/v2", 9.0) is None, "another exchange"
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()] == [0o600]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"instruments": 7}', b"\xff\xfe", b'{"instruments":[],"names":[["a"]]}']
)
def test_what_cannot_be_read_is_nothing(tmp_path: Path, content: bytes) -> None:
    save_markets(tmp_path, URL, LISTED)
    [path] = tmp_path.iterdir()
    path.write_bytes(content)
    assert load_markets(tmp_path, URL, 1.0) is None


def test_control_characters_in_the_file_reach_nobody(tmp_path: Path) -> None:
    bad = MarketsListed((Instrument("t\x1b[31m", "\x1b", "USD"),), (("BTC", "Bit\x07coin"),), Source.REST, 1.0)
    save_markets(tmp_path, URL, bad)
    found = load_markets(tmp_path, URL, 1.0)
    assert found is not None
    assert not found.instruments
    assert not found.names


def test_a_disk_that_does_not_take_it_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    save_markets(tmp_path / "file", URL, LISTED)
    assert load_markets(tmp_path / "file", URL, 1.0) is None
