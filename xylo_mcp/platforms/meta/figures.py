"""Reads Meta's figures, which come as text: the usual ones fast, all others by the strict rules they share."""

from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

from ..reading import count, figure

_MILLIONTH = Decimal("0.000001")
_MOST = 14  # of so few characters, a number is below 10**15 and has at most twelve places
_DOT = b"."
_LONGEST_ID = 24


def exact(raw: msgspec.Raw) -> Decimal | None:
    """The number that a JSON value spells, digit for digit; None where Meta says nothing.

    Raises:
        ValueError: see `figure`.
    """
    text = bytes(raw)
    inner = text[1:-1] if text[:1] == b'"' else text
    if len(inner) <= _MOST and inner.isdigit():
        return Decimal(int(inner))
    usual = (
        len(inner) <= _MOST and inner[:1].isdigit() and inner[-1:].isdigit() and inner.replace(_DOT, b"", 1).isdigit()
    )
    return Decimal(inner.decode()) if usual else figure(raw)


def whole(raw: msgspec.Raw) -> int | None:
    """The whole number that a JSON value spells; None where Meta says nothing.

    Raises:
        ValueError: see `count`.
    """
    text = bytes(raw)
    inner = text[1:-1] if text[:1] == b'"' else text
    return int(inner) if len(inner) <= _MOST and inner.isdigit() else count(raw)


def identity(value: str | int | None) -> str:
    """An id as digits.

    Raises:
        ValueError: it is anything else.
    """
    text = value if isinstance(value, str) else str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise ValueError("not an id")
    return text


def to_a_millionth(number: Decimal) -> Decimal:
    """`number`, rounded where it is finer than that."""
    rounded = number.quantize(_MILLIONTH, ROUND_HALF_EVEN)
    return number if number == rounded else rounded
