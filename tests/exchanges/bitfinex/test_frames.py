"""The layouts of section 6 of the protocol, each told from the frame alone."""

import json

import pytest

from hybridtui.exchanges.bitfinex.frames import Frame, decode, decode_delta

TIME = 1790134414850


@pytest.mark.parametrize(
    ("content", "tag", "payload"),
    [
        ([[[1, 2, 3], [4, 5, 6]]], None, [[1, 2, 3], [4, 5, 6]]),
        ([[]], None, []),
        ([[64210, 3, 0.7]], None, [64210, 3, 0.7]),
        (["te", [1, 2, 3, 4]], "te", [1, 2, 3, 4]),
        (["hb"], "hb", None),
        (["cs", -123456], "cs", -123456),
        (["new", 5], "new", 5),
    ],
)
@pytest.mark.parametrize(
    ("trailing", "sequence"),
    [([], None), ([7], 7), ([TIME], None), ([7, TIME], 7), ([7, TIME, "new"], 7), (["new"], None)],
)
def test_every_layout(
    content: list[object], tag: str | None, payload: object, trailing: list[object], sequence: int | None
) -> None:
    assert decode(json.dumps([9, *content, *trailing])) == Frame(9, tag, payload, sequence)


def test_the_fast_decoder_reads_a_level_in_every_layout() -> None:
    for trailing, expected in (([], (0, 0)), ([7], (7, 0)), ([TIME], (TIME, 0)), ([7, TIME], (7, TIME))):
        delta = decode_delta(json.dumps([9, [64210, 3, 0.7], *trailing]))
        assert (delta.channel, delta.row.price, delta.row.count, delta.row.amount) == (9, 64210.0, 3, 0.7)
        assert (delta.first, delta.second) == expected
