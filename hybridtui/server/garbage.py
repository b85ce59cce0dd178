"""Frames that no protocol knows, for clients that have to survive them. PURE."""

from collections.abc import Iterable

_ANYWHERE = (
    "",
    " ",
    "{",
    "[1,2,3",
    "[]",
    "{}",
    "null",
    "true",
    "17",
    '"text"',
    "[null]",
    "[null,null]",
    "[[1]]",
    "[1e999]",
    "[-1,[1,2,3]]",
    "[18446744073709551616,[1,1,1]]",
    '["7","hb"]',
    "[7.5,[1,1,1]]",
    '{"event":null}',
    '{"event":"cow"}',
    '{"event":7}',
    '{"event":"subscribed"}',
    '{"event":"subscribed","channel":"book","chanId":"x"}',
    '{"event":"subscribed","channel":"cow","chanId":4,"symbol":"tBTCUSD"}',
    '{"event":"unsubscribed","status":"OK","chanId":424242}',
    '{"event":"pong","ts":"late","cid":{}}',
    '{"event":"error","msg":["nested"],"code":"many"}',
    '{"event":"info","code":99999,"msg":"\\u001b[31mred\\u0007"}',
    "not JSON at all",
    "<html><body>502</body></html>",
    '"\\u001b[2J\\u0000"',
    "\ufffe",
    "[" * 5000,
    "[" * 200 + "]" * 200,
    '{"event":"' + "x" * 20_000 + '"}',
)
_IN_A_CHANNEL = (
    "[{0}]",
    "[{0},null]",
    "[{0},true]",
    "[{0},{{}}]",
    "[{0},7]",
    '[{0},"zz"]',
    '[{0},"te"]',
    '[{0},"te",null]',
    '[{0},"tu",["x",{{}},null,[]]]',
    '[{0},"cs","seven"]',
    '[{0},"hb","late"]',
    "[{0},[null,null,null]]",
    '[{0},["64000","1","many"]]',
    "[{0},[[]]]",
    "[{0},[[[]]]]",
    "[{0},[1]]",
)


def garbage(channels: Iterable[int]) -> list[str]:
    """Texts that are not of the protocol: broken, of other shapes, and broken frames of the channels given by number.

    None of them, read with care, changes what is known of the market.
    """
    return [*_ANYWHERE, *(text.format(number) for number in channels for text in _IN_A_CHANNEL)]


def huge_frame(size: int) -> str:
    """A text of so many bytes that is an event which nobody knows."""
    start, end = '{"event":"info","msg":"', '"}'
    return start + "x" * max(0, size - len(start) - len(end)) + end
