"""People, as far as a platform may recognise them: what is known of one, and the forms in which platforms take it."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, get_args

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
"""What people are recognised by."""

KINDS: tuple[Kind, ...] = get_args(Kind)

Consent = Literal["granted", "denied", "unsaid"]
"""Whether a person allowed that advertising is aimed at them; `unsaid`: nobody wrote it down."""

Reason = Literal[
    "email_invalid",
    "phone_invalid",
    "phone_without_country",
    "phone_with_extension",
    "first_name_invalid",
    "last_name_invalid",
    "city_invalid",
    "region_invalid",
    "postcode_invalid",
    "country_invalid",
    "external_id_invalid",
    "mobile_id_invalid",
    "birth_date_invalid",
    "gender_invalid",
    "consent_invalid",
    "row_invalid",
]
"""Why something of a row cannot be used. `row_invalid`: it cannot be read as a row, so nothing of it is used."""

Row: TypeAlias = tuple[str, ...]
"""One person in the form one platform takes: in the order of its `Forms.takes`, empty where nothing is known."""

EmailForm = Literal["plain", "gmail"]
PhoneForm = Literal["plus", "digits"]


class Forms(msgspec.Struct, frozen=True):
    """In which form one platform takes people.

    Attributes:
        takes: the kinds, in the order in which its rows have them.
        enough: a row is of use if all kinds of one of these sets are there.
        plain: those that are sent as they are; all others are sent as SHA-256.
        email: `gmail` means that Google's two mail domains lose dots, and all from a plus on, before the at sign.
        phone: E.164 with its `plus`, or its `digits` alone.
    """

    takes: Sequence[Kind]
    enough: Sequence[frozenset[Kind]]
    plain: frozenset[Kind] = frozenset()
    email: EmailForm = "plain"
    phone: PhoneForm = "plus"


class Masked(msgspec.Struct, frozen=True):
    """Something about people: it never shows what it holds."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is known of one person, in normal form, before any platform's own form.

    Each is text, or 32 bytes where it came as a SHA-256 digest, or empty. Shown, it says only which are there.

    Attributes:
        email: lower-case, its domain in ASCII.
        phone: E.164, with a plus.
        first_name, last_name: lower-case without punctuation, in any script.
        city, region: lower-case letters alone.
        postcode: lower-case without blanks; in the United States its first five digits.
        country: ISO 3166-1 alpha-2, lower-case.
        external_id: the advertiser's own, as it was given; never taken for a digest.
        mobile_id: a lower-case UUID with hyphens; never taken for a digest.
        birth_date: YYYYMMDD.
        gender: `m` or `f`.
        consent: what the person said.
    """

    email: str | bytes = ""
    phone: str | bytes = ""
    first_name: str | bytes = ""
    last_name: str | bytes = ""
    city: str | bytes = ""
    region: str | bytes = ""
    postcode: str | bytes = ""
    country: str | bytes = ""
    external_id: str | bytes = ""
    mobile_id: str | bytes = ""
    birth_date: str | bytes = ""
    gender: str | bytes = ""
    consent: Consent = "unsaid"

    def __repr__(self) -> str:
        return f"Known({', '.join(self._kinds()) or 'nothing'}; consent {self.consent})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:  # what prints tracebacks in colour asks for this one
        return [("kinds", self._kinds()), ("consent", self.consent)]

    def _kinds(self) -> Sequence[Kind]:
        return [kind for kind in KINDS if getattr(self, kind)]
