"""Ids of clicks. Google's say, to Google alone, of which account a click was and when; so do the sandbox's own.

`Cj0K-<account>-<seconds since 1970>-<anything>` is a click on an ad of that account at that moment. Any other id of
the right letters is one of a click that fits whatever conversion comes with it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_LETTERS: Final = re.compile(r"[A-Za-z0-9_-]{8,500}")
_OWN: Final = re.compile(r"Cj0K-([0-9]{10})-([0-9]{9,10})-[A-Za-z0-9_-]+")
SETTLES: Final = timedelta(hours=6)
"""So long after a click its conversions cannot be told yet."""


@dataclass(frozen=True, slots=True)
class Click:
    """Of which account a click was, and when."""

    account: str
    at: datetime


def is_click_id(text: str) -> bool:
    """Whether it could be decoded."""
    return bool(_LETTERS.fullmatch(text))


def click(text: str) -> Click | None:
    """What one of the sandbox's own ids says."""
    found = _OWN.fullmatch(text)
    return Click(found[1], datetime.fromtimestamp(int(found[2]), UTC)) if found else None
