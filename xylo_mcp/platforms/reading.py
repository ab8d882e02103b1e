"""Reads the values in platforms' answers: exactly, or not at all."""

import re
from collections.abc import Callable, Generator, Hashable, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ..ads.errors import Garbled

NOTHING = msgspec.Raw(b"null")
"""The default of a figure that may be missing."""

Told = TypeVar("Told", bound=Hashable)
Value = TypeVar("Value")

_FIGURE = re.compile(rb'("?)(-?[0-9]{1,24}(?:\.[0-9]{1,24})?(?:[eE][+-]?[0-9]{1,2})?)\1')
_ID = re.compile(r"[0-9]{1,24}")
_LONGEST_ID = 24
_CURRENCY = re.compile(r"[A-Z]{3}")
# No advertising has figures beyond these; arithmetic with them stays exact enough and never overflows.
_TOO_LARGE = Decimal(10**15)
_PLACES = 12
_SILENCE = frozenset({b"null", b'""', b'"-"'})


@contextmanager
def reading(platform: str) -> Generator[None]:
    """Within it, an answer that does not have its documented shape becomes `Garbled`."""
    try:
        yield
    except (msgspec.MsgspecError, ValueError, RecursionError):
        # The reason is left out: it may quote the answer.
        raise garbled(platform) from None


def garbled(platform: str) -> Garbled:
    """The error of an answer that is not in its documented format."""
    return Garbled(
        "The platform's answer is not in its documented format.",
        "Ask again; if it stays, the platform changed its interface: look for a newer version of xylo-mcp.",
        platform=platform,
    )


def figure(raw: msgspec.Raw, places: int = _PLACES) -> Decimal | None:
    """The number that a JSON value spells, digit for digit, whether quoted or not.

    None where the platform says nothing: null, an empty text, or TikTok's "-".

    Raises:
        ValueError: it is anything else, 10**15 or more, or has more than so many decimal places.
    """
    number = _spelled(raw)
    if number is None:
        return None
    exponent = number.as_tuple().exponent
    if number.copy_abs() >= _TOO_LARGE or not isinstance(exponent, int) or exponent < -places:
        raise ValueError("not a figure of this world")
    return number


def micros(raw: msgspec.Raw) -> Decimal | None:
    """The amount that a JSON value spells in whole millionths, None where the platform says nothing.

    Raises:
        ValueError: it is anything else, or 10**15 or more.
    """
    number = _spelled(raw)
    if number is None:
        return None
    if number.copy_abs() >= _TOO_LARGE.scaleb(6) or number != number.to_integral_value():
        raise ValueError("not an amount in millionths")
    return number.scaleb(-6)


def count(raw: msgspec.Raw) -> int | None:
    """The whole number that a JSON value spells, None where the platform says nothing.

    Raises:
        ValueError: it is anything else.
    """
    number = figure(raw)
    if number is None:
        return None
    if number != number.to_integral_value() or number < 0:
        raise ValueError("not a count")
    return int(number)


def identifier(value: str | int) -> str:
    """An id as digits, whether it came as text or as a number of any size.

    Raises:
        ValueError: it is anything else.
    """
    text = str(value)
    if not _ID.fullmatch(text):
        raise ValueError("not an id")
    return text


def identifiers(column: Sequence[str | int]) -> Sequence[str]:
    """Each id as digits. Checked together they cost a fraction of what they would cost one by one.

    Raises:
        ValueError: one is anything else.
    """
    texts = list(map(str, column))
    digits = "".join(texts).encode().isdigit()  # in bytes, only 0 to 9 are digits
    if texts and not (digits and all(texts) and max(map(len, texts)) <= _LONGEST_ID):
        raise ValueError("not ids")
    return texts


def each(column: Sequence[Told], read: Callable[[Told], Value]) -> Sequence[Value]:
    """What `read` makes of values that are few and come again and again."""
    known = {told: read(told) for told in set(column)}
    return [known[told] for told in column]


def currency(code: str) -> str:
    """`code`, if it has the form of an ISO 4217 code.

    Raises:
        ValueError: it has not.
    """
    if not _CURRENCY.fullmatch(code):
        raise ValueError("not a currency")
    return code


def time_zone(name: str) -> str:
    """`name`, if the IANA database has such a zone.

    Raises:
        ValueError: it has not.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, OSError) as unknown:
        raise ValueError("not a time zone") from unknown


def _spelled(raw: msgspec.Raw) -> Decimal | None:
    text = bytes(raw)
    if text in _SILENCE:
        return None
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise ValueError("not a number")
    return Decimal(match[2].decode())
