"""People as we hold them: only in memory, masked wherever they could be written down."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

Kind = Literal[
    "email",
    "phone",
    "first_name",
    "last_name",
    "city",
    "region",
    "postcode",
    "country",
    "external_id",
    "mobile_id",
    "birth_date",
    "gender",
]
Consent = Literal["granted", "denied", "unsaid"]
Row: TypeAlias = tuple[str, ...]
"""One person in the form one platform takes: in the order of its `Forms.takes`, empty where nothing is known."""


class Forms(msgspec.Struct, frozen=True):
    """In which form one platform takes people.

    Attributes:
        takes: what it takes, in the order in which rows have it.
        plain: those of them that it takes as they are; all others are SHA-256, in lower-case hex digits.
        email: `gmail`: in addresses at gmail.com and googlemail.com, dots and all from `+` on do not count.
        phone: E.164 with its `+` (`plus`), or the digits alone.
        enough: a row is of use with all of one of these sets.
    """

    takes: tuple[Kind, ...]
    enough: tuple[frozenset[Kind], ...]
    plain: frozenset[Kind] = frozenset()
    email: Literal["plain", "gmail"] = "plain"
    phone: Literal["plus", "digits"] = "plus"


class Masked(msgspec.Struct, frozen=True):
    """Something about people: it never shows what it holds."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Known(Masked, frozen=True):
    """One person in normal form, before any platform's: text, or 32 bytes where it came hashed."""

    values: Mapping[Kind, str | bytes]
    consent: Consent = "unsaid"
