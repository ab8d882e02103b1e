"""The normal form of what people are reached by: e-mail addresses and telephone numbers."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
    region_code_for_country_code,
)

from .plain import folded
from .unusable import Unusable, UnusableNumber

_LONGEST_EMAIL = 320  # 64 before the at sign and 255 behind it: RFC 5321, 4.5.3.1
_LONGEST_PLAIN_LOCAL, _LONGEST_PLAIN_EMAIL = 64, 254  # what email-validator takes of either in any case
_DOMAINS = 4_096  # whose normal form is not sought again
_LONGEST_PHONE = 64
# What separates digits, and letters before an at sign, without a meaning of its own.
_SEPARATORS = dict.fromkeys(map(ord, " -()"))
_PLAIN_MARKS = dict.fromkeys(map(ord, "._-+"))
_BEFORE = "('\" "  # brackets around the prefix; spreadsheets put an apostrophe before what begins with a plus


def email(text: str, _country: str) -> str:
    """Lower-case, its domain in ASCII; whether anybody receives mail there is not asked."""
    if len(text) > _LONGEST_EMAIL:
        raise Unusable
    local, _, domain = text.partition("@")
    if _is_plain(local) and text.isascii() and len(text) <= _LONGEST_PLAIN_EMAIL:
        normal = _domain(domain)
        if not normal:
            raise Unusable
        return f"{local}@{normal}".lower()
    address = _validated(folded(text))
    return address if address.isascii() else unicodedata.normalize("NFC", address)


def phone(text: str, country: str) -> str:
    """E.164 with its plus. `country`, upper-case, is where numbers without one are at home.

    The number must have a length that exists in its country; whether that range of numbers is in use is not asked,
    because lists of ranges are always behind, and a customer would be lost. An extension is refused: the number before
    it is that of a company, not of a person.
    """
    written = _dialled(text)
    if plain := _plain_number(written):
        return plain
    if not country and not written.startswith("+"):
        raise UnusableNumber("phone_without_country" if any(map(str.isdigit, written)) else "phone_invalid")
    try:
        number = parse(written, country or None)
    except NumberParseException:
        raise UnusableNumber("phone_invalid") from None
    if number.extension:
        raise UnusableNumber("phone_with_extension")
    if _has_letters(written) or is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise UnusableNumber("phone_invalid")
    return format_number(number, PhoneNumberFormat.E164)


def _validated(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False)
    except (EmailNotValidError, ValueError):
        raise Unusable from None
    return f"{found.local_part}@{found.ascii_domain}".lower()


def _is_plain(local: str) -> bool:
    """Whether what is before an at sign is right whatever comes after it: letters, digits and a few marks between."""
    if not local.isascii() or not local.translate(_PLAIN_MARKS).isalnum() or len(local) > _LONGEST_PLAIN_LOCAL:
        return False
    return local[0] != "." and local[-1] != "." and ".." not in local


@lru_cache(_DOMAINS)
def _domain(domain: str) -> str:
    """The domain as email-validator makes it, where the part before it is plain; empty where it refuses it.

    Half of its work is about the domain, and most people share a few of these.
    """
    try:
        return _validated(f"a@{domain}").removeprefix("a@")
    except Unusable:
        return ""


class _Plan(NamedTuple):
    """How numbers of a calling code are read: what may be a prefix of their own, and how many digits they have."""

    prefix: re.Pattern[str] | None
    lengths: frozenset[int]


@cache
def _plan(code: int) -> _Plan | None:
    """What phonenumbers knows of the calling code; None: it is none."""
    if code not in COUNTRY_CODE_TO_REGION_CODE:
        return None
    known = PhoneMetadata.metadata_for_region_or_calling_code(code, region_code_for_country_code(code))
    if known is None or known.general_desc is None:
        return None
    general, prefix = known.general_desc, known.national_prefix_for_parsing
    lengths = frozenset(general.possible_length) - frozenset(general.possible_length_local_only)
    return _Plan(re.compile(prefix) if prefix else None, lengths)


def _plain_number(written: str) -> str:
    """A number with its country that is as it should be once blanks and the like are gone; empty: see for yourself.

    It is what phonenumbers comes to where nothing at its beginning could be a prefix, only with a tenth of the work.
    """
    digits = written[1:].translate(_SEPARATORS)
    if not (written.startswith("+") and written[1:2].isdigit() and digits.isascii() and digits.isdigit()):
        return ""
    if digits[0] == "0":  # no calling code begins so
        return ""
    for length in (1, 2, 3):
        plan = _plan(int(digits[:length]))
        if plan is not None:
            national = digits[length:]
            fits = len(national) in plan.lengths and national[0] != "0"
            return f"+{digits}" if fits and not (plan.prefix and plan.prefix.match(national)) else ""
    return ""


def _dialled(text: str) -> str:
    """`text` with a plus for the international prefix, and without what programs add that take it for a number."""
    if text.startswith("+") and text[1:].isdecimal() and text[1] != "0":
        return text
    if len(text) > _LONGEST_PHONE:
        raise UnusableNumber("phone_invalid")
    written = folded(text).lstrip(_BEFORE)
    if written[:4].lower() == "tel:":
        written = written[4:].lstrip()
    if written.endswith(".0") and written[:-2].lstrip("+").isdecimal():
        written = written[:-2]
    bare = written.lstrip("+")
    return f"+{bare[2:].lstrip()}" if bare.startswith("00") else written


def _has_letters(written: str) -> bool:
    """Whether it is spelt in letters, or is a number in powers of ten (1.5E+10): digits are missing."""
    return written.lower() != written.upper()
