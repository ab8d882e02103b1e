"""The normal form of what is hashed letter by letter: names, places, dates and ids."""

import re
import unicodedata
from datetime import date

from phonenumbers import SUPPORTED_REGIONS

from .unusable import Unusable

_REMEMBERED = 4_096  # characters whose class is not looked up again

_POSTCODE = re.compile(r"(?=[a-z-]*[0-9])[0-9a-z]+(?:-[0-9a-z]+)*")
_US_POSTCODE = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY = "00000000-0000-0000-0000-000000000000"  # what a phone answers whose owner does not want to be followed
_DIGITS_DATE = re.compile(r"([0-9]{4})([-/]?)([0-9]{1,2})\2([0-9]{1,2})")
_FIRST_YEAR = 1900
_GENDERS = {"m": "m", "male": "m", "f": "f", "female": "f"}
# Written so by many, though ISO 3166-1 only reserves it.
_OTHER_NAMES = {"UK": "GB"}


class _Kept(dict[int, str | None]):
    """A table for `str.translate` that keeps characters of some classes of Unicode and takes out all others."""

    def __init__(self, classes: str, blank: str | None) -> None:
        super().__init__()
        self._classes = classes
        self._blank = blank

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept = char if unicodedata.category(char)[0] in self._classes else None
        kept = self._blank if char.isspace() else kept
        if len(self) < _REMEMBERED:
            self[code] = kept
        return kept


# Letters, the marks on them, and numbers.
_WORDS = _Kept("LMN", " ")
_LETTERS = _Kept("LM", None)


def folded(text: str) -> str:
    """`text` beyond ASCII with full-width and other compatible characters made plain, and none that are invisible."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf").strip()


def name(text: str, _country: str) -> str:
    """Lower-case without punctuation, one blank between its parts."""
    if text.isascii() and text.isalpha():
        return text.lower()
    return _with_a_letter(" ".join(_kept(text, _WORDS).split()))


def place(text: str, _country: str) -> str:
    """Lower-case letters alone."""
    if text.isascii() and text.isalpha():
        return text.lower()
    return _with_a_letter(_kept(text, _LETTERS))


def postcode(text: str, country: str) -> str:
    """Lower-case without blanks; in the United States the first five digits."""
    code = "".join(folded(text).lower().split())
    if code.endswith(".0") and code[:-2].isdigit():  # a number to the program that wrote it
        code = code[:-2]
    found = (_US_POSTCODE if country == "US" else _POSTCODE).fullmatch(code)
    if not found:
        raise Unusable
    return found[1] if country == "US" else code


def country(text: str, _country: str) -> str:
    """ISO 3166-1 alpha-2, lower-case."""
    code = text.upper()
    code = _OTHER_NAMES.get(code, code)
    if code not in SUPPORTED_REGIONS:
        raise Unusable
    return code.lower()


def external_id(text: str, _country: str) -> str:
    """As it was given: only the advertiser knows what is the same. An address is none, for ids leave as they are."""
    if "@" in text:
        raise Unusable
    return text


def mobile_id(text: str, _country: str) -> str:
    """A lower-case UUID with its hyphens."""
    found = text.lower()
    if not _UUID.fullmatch(found) or found == _NOBODY:
        raise Unusable
    return found


def birth_date(text: str, _country: str) -> str:
    """YYYYMMDD, of a date that begins with its year: which of day and month comes first is never guessed."""
    found = _DIGITS_DATE.fullmatch(text)
    if not found or (not found[2] and len(text) != len("YYYYMMDD")):
        raise Unusable
    try:
        day = date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        raise Unusable from None
    if day.year < _FIRST_YEAR:
        raise Unusable
    return f"{day:%Y%m%d}"


def gender(text: str, _country: str) -> str:
    """`m` or `f`."""
    try:
        return _GENDERS[text.lower()]
    except KeyError:
        raise Unusable from None


def _kept(text: str, kept: "_Kept") -> str:
    """`text` in lower case, and of it only these characters."""
    if text.isascii():
        return text.lower().translate(kept)
    plain = unicodedata.normalize("NFKC", text).lower()
    # Again: neither lower case nor what is left when marks lose what stood between them is sure to be composed.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).translate(kept))


def _with_a_letter(text: str) -> str:
    if not any(map(str.isalpha, text)):
        raise Unusable
    return text
