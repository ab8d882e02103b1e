"""The normal form of what people are reached by: e-mail addresses and telephone numbers."""

import unicodedata

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

from .plain import folded
from .unusable import Unusable, UnusableNumber

_LONGEST_EMAIL = 320  # 64 before the at sign and 255 behind it: RFC 5321, 4.5.3.1
_LONGEST_PHONE = 64
_BEFORE = "('\" "  # brackets around the prefix; spreadsheets put an apostrophe before what begins with a plus


def email(text: str, _country: str) -> str:
    """Lower-case, its domain in ASCII; whether anybody receives mail there is not asked."""
    if len(text) > _LONGEST_EMAIL:
        raise Unusable
    try:
        found = validate_email(folded(text), check_deliverability=False)
    except (EmailNotValidError, ValueError):
        raise Unusable from None
    address = f"{found.local_part}@{found.ascii_domain}".lower()
    return address if address.isascii() else unicodedata.normalize("NFC", address)


def phone(text: str, country: str) -> str:
    """E.164 with its plus. `country`, upper-case, is where numbers without one are at home.

    The number must have a length that exists in its country; whether that range of numbers is in use is not asked,
    because lists of ranges are always behind, and a customer would be lost. An extension is refused: the number before
    it is that of a company, not of a person.
    """
    written = _dialled(text)
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
