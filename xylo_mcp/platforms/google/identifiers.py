"""What a row tells of a person, as each of Google's two interfaces for people's data wants it.

Shapes: Google Ads API reference, v26, `UserIdentifier`; Data Manager API reference, v1, `UserIdentifier` (2026).
"""

from collections.abc import Sequence
from typing import TypeAlias

from ...ads.people import Consent, Row

Identifier: TypeAlias = dict[str, str | dict[str, str]]
_SAID = {"granted": "GRANTED", "denied": "DENIED"}


def for_ads(row: Row) -> list[Identifier]:
    """The identifiers of one person for the Google Ads API."""
    email, phone, address = _parts(row)
    found: list[Identifier] = []
    if email:
        found.append({"hashedEmail": email})
    if phone:
        found.append({"hashedPhoneNumber": phone})
    if address:
        first, last, country, postcode = address
        found.append(
            {
                "addressInfo": {
                    "hashedFirstName": first,
                    "hashedLastName": last,
                    "countryCode": country.upper(),
                    "postalCode": postcode,
                }
            }
        )
    return found


def for_data_manager(row: Row) -> list[Identifier]:
    """The identifiers of one person for the Data Manager API."""
    email, phone, address = _parts(row)
    found: list[Identifier] = []
    if email:
        found.append({"emailAddress": email})
    if phone:
        found.append({"phoneNumber": phone})
    if address:
        first, last, country, postcode = address
        found.append(
            {
                "address": {
                    "givenName": first,
                    "familyName": last,
                    "regionCode": country.upper(),
                    "postalCode": postcode,
                }
            }
        )
    return found


def consent_for_ads(said: Consent) -> dict[str, dict[str, str]]:
    """A field for what people said, for the Google Ads API; none where nobody wrote it down."""
    word = _SAID.get(said)
    return {"consent": {"adUserData": word, "adPersonalization": word}} if word else {}


def consent_for_data_manager(said: Consent) -> dict[str, dict[str, str]]:
    """The same for the Data Manager API."""
    word = _SAID.get(said)
    return {"consent": {"adUserData": f"CONSENT_{word}", "adPersonalization": f"CONSENT_{word}"}} if word else {}


def _parts(row: Row) -> tuple[str, str, Sequence[str]]:
    """E-mail, phone and address; an address is of use as a whole only, and the person of an event has none."""
    address = row[2:]
    return row[0], row[1], address if address and all(address) else ()
