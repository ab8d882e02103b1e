"""Moments as Google's JSON has them.

Protocol Buffers docs, "Timestamp" in JSON (read Nov 2026): RFC 3339.
"""

import re
from datetime import datetime
from typing import Final

from ..failures import malformed

_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def read_time(text: str, where: str) -> datetime:
    """The moment that a field at `where` says; refuses what is none."""
    try:
        return datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise malformed(where, f"Invalid value at '{where}'") from None
