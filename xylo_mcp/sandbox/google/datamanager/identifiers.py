"""Identifiers of people as the Data Manager API takes them: digests in either encoding.

Data Manager API docs, "Format user data" and REST reference, "UserIdentifier" (v1, read Nov 2026).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from ..people import persons
from ..people.persons import COUNTRY, POSTAL_CODE
from .failures import Violations, violated
from .messages import Address, Encoding, UserData, UserIdentifier

MOST_IDENTIFIERS: Final = 10
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_DIGEST_BYTES: Final = 32
Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the people of one request.

    Attributes:
        encoding: how the digests are written.
        violations: where it tells what is wrong.
    """

    encoding: Encoding
    violations: Violations

    def parts(self, data: UserData, where: str) -> list[Part]:
        """What of a person is told, with digests in hexadecimal."""
        at = f"{where}.user_data.user_identifiers"
        if not data.user_identifiers:
            self.violations.add(at, "REQUIRED_FIELD_MISSING", "Required field is missing.")
        if len(data.user_identifiers) > MOST_IDENTIFIERS:
            self.violations.add(at, "TOO_MANY_USER_IDENTIFIERS", f"At most {MOST_IDENTIFIERS} are allowed.")
            return []
        return [self._part(one, where) for one in data.user_identifiers]

    def _part(self, one: UserIdentifier, where: str) -> Part:
        at = f"{where}.user_data.user_identifiers"
        members = (one.email_address, one.phone_number, one.address)
        if sum(1 for member in members if member) != 1:
            self.violations.add(at, "INVALID_FORMAT", "An identifier is one email, one phone number or one address.")
            return persons.EMAIL, ""
        if one.address is not None:
            return persons.ADDRESS, self._address(one.address, where)
        if one.email_address:
            return persons.EMAIL, self._digest(one.email_address, where, "Email")
        return persons.PHONE, self._digest(one.phone_number, where, "Phone number")

    def _address(self, one: Address, where: str) -> str:
        at = f"{where}.user_data.user_identifiers"
        if not all((one.given_name, one.family_name, one.region_code, one.postal_code)):
            self.violations.add(f"{at}.address", "REQUIRED_FIELD_MISSING", "Required field is missing.")
            return ""
        if not COUNTRY.fullmatch(one.region_code):
            self.violations.add(f"{at}.address.region_code", "INVALID_REGION_CODE", "The region code is not valid.")
        if not POSTAL_CODE.fullmatch(one.postal_code):
            self.violations.add(f"{at}.address.postal_code", "INVALID_POSTAL_CODE", "Postal code is not valid.")
        given = self._digest(one.given_name, where, "Given name")
        family = self._digest(one.family_name, where, "Family name")
        return persons.address(given, family, one.region_code, one.postal_code)

    def _digest(self, text: str, where: str, what: str) -> str:
        """A digest in hexadecimal; what is none is told of, and never repeated."""
        at = f"{where}.user_data.user_identifiers"
        if self.encoding in {"HEX", 1}:
            if not _HEX.fullmatch(text):
                self.violations.add(at, "INVALID_HEX_ENCODING", f"{what} is not hex encoded.")
                return ""
            found = text.lower()
        else:
            try:
                found = base64.b64decode(text, validate=True).hex()
            except (binascii.Error, ValueError):
                self.violations.add(at, "INVALID_BASE64_ENCODING", f"{what} is not base64 encoded.")
                return ""
        if len(found) != 2 * _DIGEST_BYTES:
            self.violations.add(where, "INVALID_SHA256_FORMAT", "The SHA256 encoded value is malformed.")
        return found


def check_encoding(encoding: Encoding, encryption: object, *, digests: bool) -> None:
    """Digests need an encoding. That they may be encrypted too is true of Google, and not of this sandbox."""
    if encryption is not None:
        raise violated("encryption_info", "NOT_ALLOWLISTED", "Encrypted data are not taken here.")
    if digests and encoding in {"ENCODING_UNSPECIFIED", 0}:
        raise violated("encoding", "REQUIRED_FIELD_MISSING", "Required field is missing.")
