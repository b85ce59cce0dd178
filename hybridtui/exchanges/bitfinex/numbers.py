"""Numbers as the exchange writes them: JavaScript's `String(number)`, on which the book checksum depends."""

from collections.abc import Iterable
from zlib import crc32


def js_number(value: float) -> str:
    """The shortest text of a finite number as ECMAScript writes it (ECMA-262, Number::toString, radix 10).

    Differs from Python's `repr` in integers (`100`, not `100.0`), in exponents (`7e-7`, not `7e-07`) and in where
    exponents begin (below 1e-6 and from 1e21 on).
    """
    value = float(value)
    if value == 0:
        return "0"
    text = repr(value)
    if "e" not in text:  # from 1e-4 to 1e16 both write the same digits, but for the point of integers
        return text.removesuffix(".0")
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits, point = whole + fraction, len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """The significant digits with the decimal point after the first `point` of them."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    fraction = "." + digits[1:] if count > 1 else ""
    sign = "+" if point > 0 else "-"
    return f"{digits[0]}{fraction}e{sign}{abs(point - 1)}"


def checksum(parts: Iterable[str]) -> int:
    """CRC-32 of the parts joined by colons, as the signed 32-bit integer that a `cs` frame carries."""
    return signed_crc32(":".join(parts).encode("ascii"))


def signed_crc32(text: bytes) -> int:
    """CRC-32 as a signed 32-bit integer."""
    value = crc32(text)
    return value - (1 << 32) if value >= 1 << 31 else value
