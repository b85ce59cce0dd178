"""One array frame, taken apart; what each part means is up to the channel it belongs to.

Nearly all frames of a busy socket are one shape, a single changed level of a book, so that shape has a decoder of its
own: it checks types and bounds while it reads, which costs no more than reading alone.

    [channel, payload, ...]           a row or a list of rows
    [channel, "hb", ...]              a heartbeat
    [channel, "te", payload, ...]     a tagged row; likewise "tu", and "cs" with a number

At the end come a sequence number and the server's time, each only if it was asked for and granted. Which of them are
there is read off the frame, because the acknowledgement of the flags may lack them or never come: times in milliseconds
are far beyond any sequence number.
"""

import msgspec

from hybridtui.errors import DecodeError
from hybridtui.exchanges.bitfinex.payloads import BookRow

TIMES_BEGIN = 100_000_000_000
"""Larger integers at the end of a frame are times (this one is in 1973), smaller ones are sequence numbers."""


class Delta(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A frame that holds one level of a book; other channels may have rows of the same shape."""

    channel: int
    row: BookRow
    first: int = 0
    """The sequence number, or the time where frames are not numbered; 0 where there is neither."""
    second: int = 0


class Frame(msgspec.Struct, frozen=True):
    """Any array frame."""

    channel: int
    tag: str | None
    payload: object
    sequence: int | None


UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What the decoders raise for a text that is not JSON or not of the shape they expect."""

decode_delta = msgspec.json.Decoder(Delta).decode
_decode = msgspec.json.Decoder().decode


def decode(text: str | bytes) -> dict[str, object] | Frame:
    """An event as its fields, or an array frame taken apart. Raises DecodeError where the text is neither."""
    try:
        value = _decode(text)
    except UNREADABLE as error:
        raise DecodeError("The exchange sent a text that is not JSON.") from error
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return _frame(value)
    raise DecodeError("The exchange sent a text that is neither an event nor a channel's data.")


def _frame(parts: list[object]) -> Frame:
    channel = integer(parts[0]) if len(parts) > 1 else None
    if channel is None:
        raise DecodeError("The exchange sent a channel's data without the number of the channel or without content.")
    payload = parts[1]
    if isinstance(payload, list):
        return Frame(channel, None, payload, _sequence(parts[2:]))
    if not isinstance(payload, str):
        raise DecodeError("The exchange sent a channel's data whose content is neither a row nor a tag.")
    if payload == "hb":
        return Frame(channel, payload, None, _sequence(parts[2:]))
    if len(parts) < 3:
        raise DecodeError("The exchange sent a tag without content.")
    return Frame(channel, payload, parts[2], _sequence(parts[3:]))


def _sequence(trailing: list[object]) -> int | None:
    """The sequence number among what follows the content; None where frames are not numbered."""
    number = integer(trailing[0]) if trailing else None
    return number if number is not None and 0 < number < TIMES_BEGIN else None


def sent_ms(frame: bytes) -> int | None:
    """The server's time, ms UTC, at the end of an array frame; None where there is none. Reads nothing but the end."""
    last = frame[-24:].rstrip().removesuffix(b"]").rpartition(b",")[2].strip()
    if not frame.startswith(b"[") or not last.isdigit():
        return None
    time = int(last)
    return time if time >= TIMES_BEGIN else None


def integer(value: object) -> int | None:
    """The value where it is an integer, else None; JSON's true and false are no integers."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
