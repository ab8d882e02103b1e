"""Identifiers of people as the Ads API takes them, and what is wrong with one.

Google Ads API docs, "UserIdentifier" and "OfflineUserDataJobError" (v26, read Nov 2026).
"""

from collections.abc import Sequence
from typing import Final, Literal

from ..failures import Place, Refusal, wrong
from ..shapes import Message, both_set
from . import persons
from .persons import COUNTRY, DIGEST, MOBILE_ID, POSTAL_CODE

_JOB: Final = "offlineUserDataJobError"
KEY_TYPES: Final = {
    persons.EMAIL: "CONTACT_INFO",
    persons.PHONE: "CONTACT_INFO",
    persons.ADDRESS: "CONTACT_INFO",
    persons.MOBILE: "MOBILE_ADVERTISING_ID",
    persons.USER_ID: "CRM_ID",
}
"""Into lists of which upload key type each kind of identifier goes."""


class AddressInfo(Message, frozen=True):
    """Names are digests, country and postal code are plain."""

    hashed_first_name: str = ""
    hashed_last_name: str = ""
    city: str = ""
    state: str = ""
    country_code: str = ""
    postal_code: str = ""
    hashed_street_address: str = ""


class UserIdentifier(Message, frozen=True):
    """One of its members is set, beside the source."""

    user_identifier_source: Literal["UNSPECIFIED", "FIRST_PARTY", "THIRD_PARTY"] = "UNSPECIFIED"
    hashed_email: str = ""
    hashed_phone_number: str = ""
    mobile_id: str = ""
    third_party_user_id: str = ""
    address_info: AddressInfo | None = None


class Consent(Message, frozen=True):
    """What a person agreed to."""

    ad_user_data: Literal["UNSPECIFIED", "GRANTED", "DENIED"] = "UNSPECIFIED"
    ad_personalization: Literal["UNSPECIFIED", "GRANTED", "DENIED"] = "UNSPECIFIED"


def plain_part(one: UserIdentifier) -> tuple[str, str]:
    """Kind and value of an identifier that is a single text; an empty kind where there is none."""
    if one.hashed_email:
        return persons.EMAIL, one.hashed_email
    if one.hashed_phone_number:
        return persons.PHONE, one.hashed_phone_number
    if one.mobile_id:
        return persons.MOBILE, one.mobile_id
    if one.third_party_user_id:
        return persons.USER_ID, one.third_party_user_id
    return "", ""


def check_one(one: UserIdentifier, place: Place) -> None:
    """Refuse an identifier with two members."""
    members: Sequence[object] = (
        *(one.hashed_email, one.hashed_phone_number, one.mobile_id, one.third_party_user_id),
        one.address_info,
    )
    if sum(1 for member in members if member) > 1:
        raise both_set(place, "identifier")


def part_of(one: UserIdentifier, place: Place) -> tuple[str, str]:
    """What of a person one identifier tells; refuses what is no digest where one is due."""
    check_one(one, place)
    if one.address_info is not None:
        return persons.ADDRESS, _address(one.address_info, (*place, ("address_info", None)))
    kind, value = plain_part(one)
    if not kind:
        raise missing(place)
    if kind in {persons.EMAIL, persons.PHONE} and not DIGEST.fullmatch(value):
        name = "hashed_email" if kind == persons.EMAIL else "hashed_phone_number"
        raise _no_digest((*place, (name, None)))
    if kind == persons.MOBILE and not MOBILE_ID.fullmatch(value):
        at = (*place, ("mobile_id", None))
        raise wrong(at, _JOB, "INVALID_MOBILE_ID_FORMAT", "The mobile ID is malformed.")
    return kind, value


def missing(place: Place) -> Refusal:
    """There is nothing to know a person by."""
    return wrong(place, _JOB, "MISSING_USER_IDENTIFIER", "The user identifier is missing valid data.")


def _address(info: AddressInfo, place: Place) -> str:
    needed = (info.hashed_first_name, info.hashed_last_name, info.country_code, info.postal_code)
    if not all(needed):
        raise missing(place)
    for name in ("city", "state", "hashed_street_address"):
        if getattr(info, name):
            message = "The field is not for Customer Match."
            raise wrong((*place, (name, None)), "fieldError", "VALUE_MUST_BE_UNSET", message)
    for name in ("hashed_first_name", "hashed_last_name"):
        if not DIGEST.fullmatch(getattr(info, name)):
            raise _no_digest((*place, (name, None)))
    if not COUNTRY.fullmatch(info.country_code):
        at = (*place, ("country_code", None))
        raise wrong(at, _JOB, "INVALID_COUNTRY_CODE", "The country code is invalid.")
    if not POSTAL_CODE.fullmatch(info.postal_code):  # which error stands for it is inferred
        at = (*place, ("postal_code", None))
        raise wrong(at, "fieldError", "INVALID_VALUE", "The postal code is invalid.")
    return persons.address(*needed)


def _no_digest(place: Place) -> Refusal:
    return wrong(place, _JOB, "INVALID_SHA256_FORMAT", "The SHA256 encoded value is malformed.")
