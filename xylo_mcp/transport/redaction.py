"""Takes secrets out of texts that others may read."""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from ..ads.errors import VendorWords

_REDACTED = "[redacted]"
_LONGEST_MESSAGE = 300
_LONGEST_NAME = 100
_LOOKED_AT = 10_000  # of a text that may be as large as a whole answer

_VALUE = r"[^\s\"'&,;<>\\)}]+"
_NAMES = (
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|input[_-]?token|fb[_-]?exchange[_-]?token|developer[_-]?token"
    r"|appsecret[_-]?proof|client[_-]?secret|app[_-]?secret|secret|auth[_-]?code|password|api[_-]?key"
)
_CREDENTIALS = (
    # Authorization: Bearer abc · Authorization: Basic abc
    (
        re.compile(rf"(\bauthorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|oauth)\s+)?){_VALUE}", re.IGNORECASE),
        rf"\1{_REDACTED}",
    ),
    (re.compile(rf"(\bbearer\s+){_VALUE}", re.IGNORECASE), rf"\1{_REDACTED}"),
    # access_token=abc · access_token%3Dabc · "access_token": "abc" · Access-Token: abc
    (
        re.compile(rf"((?:{_NAMES})[\"']?(?:\s*[:=]\s*|%3d)[\"']?){_VALUE}", re.IGNORECASE),
        rf"\1{_REDACTED}",
    ),
    # https://user:password@host
    (re.compile(r"(://)[^\s/@]+@"), rf"\1{_REDACTED}@"),
    # Tokens known by their looks: Google's access, refresh and client secrets; Meta's access tokens
    (re.compile(r"\bya29\.[\w.-]+|\b1//[\w-]{20,}|\bGOCSPX-[\w-]+|\bEAA[A-Za-z0-9]{10,}"), _REDACTED),
)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the `secrets`, as they are or URL-encoded, and without what looks like a credential."""
    spellings = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), quote_plus(secret))}
    if spellings:
        longest_first = sorted(spellings, key=len, reverse=True)
        text = re.sub("|".join(map(re.escape, longest_first)), _REDACTED, text, flags=re.IGNORECASE)
    for pattern, replacement in _CREDENTIALS:
        text = pattern.sub(replacement, text)
    return text


def vendor_words(code: str | int, message: str, request_id: str, *, secrets: Iterable[str] = ()) -> VendorWords:
    """What a platform said, fit to be shown: one line, redacted, shortened."""
    known = tuple(secrets)
    return VendorWords(
        code=_line(str(code), _LONGEST_NAME, known),
        message=_line(message, _LONGEST_MESSAGE, known),
        request_id=_line(request_id, _LONGEST_NAME, known),
    )


def _line(text: str, longest: int, secrets: Iterable[str]) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:_LOOKED_AT])
    line = redacted(" ".join(printable.split()), secrets)
    return line if len(line) <= longest else line[: longest - 1] + "…"
