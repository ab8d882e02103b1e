"""A person as the world keeps them: one text of all the digests and ids that came in one row."""

import re
from collections.abc import Iterable
from typing import Final

EMAIL: Final = "EMAIL"
PHONE: Final = "PHONE"
ADDRESS: Final = "ADDRESS"
MOBILE: Final = "MOBILE"
USER_ID: Final = "ID"
_ORDER: Final = {kind: at for at, kind in enumerate((EMAIL, PHONE, ADDRESS, MOBILE, USER_ID))}
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
"""SHA-256 in hexadecimal; that capitals are refused is inferred."""
COUNTRY: Final = re.compile(r"[A-Z]{2}")
POSTAL_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{1,11}")
MOBILE_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def person(parts: Iterable[tuple[str, str]]) -> str:
    """Kinds in the order of Google's message, each value once: the same person is the same text, however sent."""
    parts = list(parts)
    if len(parts) == 1:  # as most are
        return f"{parts[0][0]}={parts[0][1]}"
    found = sorted(set(parts), key=lambda part: (_ORDER[part[0]], part[1]))
    return "|".join(f"{kind}={value}" for kind, value in found)


def address(given: str, family: str, country: str, postal_code: str) -> str:
    """The parts of an address that are matched together."""
    return f"{given},{family},{country},{postal_code}"
