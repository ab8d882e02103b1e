"""What people are known by: the forms of digests and device ids, and what is kept of what must stay plain.

Source: TikTok API for Business docs, v1.3, "Hash" and "Enumeration - Encryption type".
"""

import re
from collections.abc import Mapping
from hashlib import sha256

SHA256 = re.compile(r"[0-9A-Fa-f]{64}\Z")
"""In either letter case."""

_MD5 = re.compile(r"[0-9A-Fa-f]{32}\Z")
_DEVICE = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")

FORMS: Mapping[str, re.Pattern[str]] = {
    "EMAIL_SHA256": SHA256,
    "PHONE_SHA256": SHA256,
    "IDFA_SHA256": SHA256,
    "IDFA_MD5": _MD5,
    "GAID_SHA256": SHA256,
    "GAID_MD5": _MD5,
    "MAID_SHA256": SHA256,
    "MAID_MD5": _MD5,
    "FIRST_SHA256": SHA256,
    "FIRST_MD5": _MD5,
    "MAID": _DEVICE,
}
"""The form of an identifier of each type; MAID is a plain device id, and only a column beside others."""


def trace(plain: str) -> str:
    """What is kept of something personal that has to come as it is, such as an address: its digest."""
    return sha256(plain.encode()).hexdigest()
