"""What is known of one person: what was given of them, in normal form."""

from collections.abc import Callable, Mapping
from functools import cache

from ..ads.errors import Invalid
from ..ads.people import Consent, Kind, Known, Reason
from .unusable import Unusable, UnusableNumber

_LONGEST = 1_000
_DIGEST = 32  # bytes of a SHA-256
_HEX = 64
_LARGEST = 2**64
# The SHA-256 of nothing: some program hashed its empty cells.
_EMPTY = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
# Always as they were given: here, 64 hexadecimal digits are no digest.
_NO_DIGESTS = frozenset({"external_id", "mobile_id"})

_CONSENT: Mapping[str, Consent] = {
    "": "unsaid",
    "unsaid": "unsaid",
    "unknown": "unsaid",
    "unspecified": "unsaid",
    "granted": "granted",
    "yes": "granted",
    "y": "granted",
    "true": "granted",
    "1": "granted",
    "denied": "denied",
    "no": "denied",
    "n": "denied",
    "false": "denied",
    "0": "denied",
}


def known(given: Mapping[str, object], default_country: str = "") -> tuple[Known, tuple[Reason, ...]]:
    """What is known of one person, and why something that was given of them cannot be used.

    Args:
        given: by kind, and `consent`; other names in it are ignored. Text or whole numbers; None and "" are missing.
            What is already a SHA-256 in hexadecimal digits stays that digest.
        default_country: ISO 3166-1 alpha-2 of telephone numbers and postcodes in rows that name no country. It is not
            made the country of those rows.

    What cannot be used is left out, and the rest is kept. Consent that cannot be read counts as denied.

    Raises:
        Invalid: there is no such default country.
    """
    found: dict[str, str | bytes] = {}
    reasons: list[Reason] = []
    kinds = _normal()
    home = home_of(default_country)
    if "country" in given:  # first: the others are read by it
        _read("country", given["country"], home, found, reasons)
        place = found.get("country")
        home = place.upper() if isinstance(place, str) else home
    for name, value in given.items():
        if name in kinds and name != "country":
            _read(name, value, home, found, reasons)
    consent = _consent(given.get("consent"))
    if consent is None:
        reasons.append("consent_invalid")
    return Known(**found, consent=consent or "denied"), tuple(reasons)


def home_of(country: str) -> str:
    """The upper-case code of the country that a caller names as default; "" if it names none.

    Raises:
        Invalid: it is no country.
    """
    _, normal, _ = _normal()["country"]
    try:
        return normal(country, "").upper() if country else ""
    except Unusable:
        raise Invalid(
            "The default country is not a country.", "Give its two-letter code (ISO 3166-1 alpha-2), such as ES."
        ) from None


@cache
def _normal() -> Mapping[str, tuple[Kind, Callable[[str, str], str], Reason]]:
    """By kind: how its normal form is found, and the reason where there is none."""
    from . import plain, reachable  # noqa: PLC0415  # heavy: most servers start, and most calls pass, without people

    return {
        "email": ("email", reachable.email, "email_invalid"),
        "phone": ("phone", reachable.phone, "phone_invalid"),
        "first_name": ("first_name", plain.name, "first_name_invalid"),
        "last_name": ("last_name", plain.name, "last_name_invalid"),
        "city": ("city", plain.place, "city_invalid"),
        "region": ("region", plain.place, "region_invalid"),
        "postcode": ("postcode", plain.postcode, "postcode_invalid"),
        "country": ("country", plain.country, "country_invalid"),
        "external_id": ("external_id", plain.external_id, "external_id_invalid"),
        "mobile_id": ("mobile_id", plain.mobile_id, "mobile_id_invalid"),
        "birth_date": ("birth_date", plain.birth_date, "birth_date_invalid"),
        "gender": ("gender", plain.gender, "gender_invalid"),
    }


def _read(name: str, value: object, country: str, found: dict[str, str | bytes], reasons: list[Reason]) -> None:
    """Put the normal form of `value` into `found`, or why there is none into `reasons`."""
    kind, normal, reason = _normal()[name]
    try:
        text = value.strip() if isinstance(value, str) else _text(value)
        if not text:
            return
        if len(text) != _HEX or kind in _NO_DIGESTS or not (digest := _digest(text)):
            found[kind] = normal(_sendable(text), country)
        elif digest != _EMPTY:
            found[kind] = digest
    except UnusableNumber as unusable:
        reasons.append(unusable.reason)
    except Unusable:
        reasons.append(reason)


def _text(value: object) -> str:
    """A value that is no text, as text."""
    match value:
        case None:
            return ""
        case bool():
            raise Unusable
        case int():
            return _whole(value)
        case float() if value.is_integer():
            return _whole(int(value))
        case _:
            raise Unusable


def _whole(number: int) -> str:
    """A telephone number, postcode or id that JSON has as a number."""
    if not 0 <= number < _LARGEST:
        raise Unusable
    return str(number)


def _digest(text: str) -> bytes:
    """The digest that 64 characters spell, if they spell one."""
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        return b""
    return digest if len(digest) == _DIGEST else b""


def _sendable(text: str) -> str:
    """`text`, if it is short enough for what it is said to be, and whole: JSON can hold halves of characters."""
    if len(text) > _LONGEST or not (text.isascii() or all(not "\ud800" <= char <= "\udfff" for char in text)):
        raise Unusable
    return text


def _consent(value: object) -> Consent | None:
    match value:
        case None:
            return "unsaid"
        case str():
            return _CONSENT.get(value.strip().lower())
        case bool() | int():
            return _CONSENT.get(str(int(value))) if value in (0, 1) else None
        case _:
            return None
