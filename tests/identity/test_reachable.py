"""That the short ways to a normal form lead to the same as the libraries themselves."""

import unicodedata

from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

from xylo_mcp.identity import known

_LOCALS = st.text("aZ09._-+'\"<> \\(é", max_size=8) | st.text("aB1._", min_size=60, max_size=70)
_LABELS = st.text("aZ09-é", max_size=6) | st.sampled_from(
    ["com", "example", "test", "local", "xn--bcher-kva", "a" * 64]
)
_DOMAINS = st.lists(_LABELS, max_size=5).map(".".join) | st.text('a.@"<>[]: \\1', max_size=8)
_CODES = st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE)).map(str) | st.text("0123456789", max_size=3)
_NATIONAL = st.text("0123456789", max_size=16)
_SEPARATED = st.lists(st.text("0123456789", max_size=4), max_size=6).flatmap(
    lambda parts: st.sampled_from([" ", "-", "(", ")", ") ", " (", "/", "--", "x", "#", ";"]).map(
        lambda separator: separator.join(parts)
    )
)
_HOMES = st.sampled_from(["", *sorted(SUPPORTED_REGIONS)])


@given(_LOCALS, _DOMAINS)
@example("a", f"{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.com")
@example("a" * 65, "example.com")
@settings(max_examples=300)
def test_an_address_becomes_what_the_library_makes_of_it(local: str, domain: str) -> None:
    written = f"{local}@{domain}"
    found, _ = known({"email": written})
    assert found.email == _by_email_validator(written.strip())


@given(_CODES, _NATIONAL | _SEPARATED, _HOMES)
@example("1", "15551234567", "")
@example("44", "07946000123", "")
@example("54", "91123456789", "AR")
@example("7", "7123456789", "KZ")
@example("800", "12345678", "")
@example("", "012000000000", "")
@settings(max_examples=600)
def test_a_number_becomes_what_the_library_makes_of_it(code: str, national: str, home: str) -> None:
    written = f"+{code}{national}"
    found, _ = known({"phone": written}, home)
    assert found.phone == _by_phonenumbers(written.strip(), home)


def _by_email_validator(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False)
    except (EmailNotValidError, ValueError):
        return ""
    return unicodedata.normalize("NFC", f"{found.local_part}@{found.ascii_domain}".lower())


def _by_phonenumbers(text: str, home: str) -> str:
    written = f"+{text.lstrip('+')[2:].lstrip()}" if text.lstrip("+").startswith("00") else text
    try:
        number = parse(written, home or None)
    except NumberParseException:
        return ""
    possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    usable = possible and not number.extension and "x" not in text
    return format_number(number, PhoneNumberFormat.E164) if usable else ""
