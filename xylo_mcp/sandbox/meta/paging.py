"""Cuts lists into pages with cursors (Graph API docs, "Paginated Results", 2026-09)."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from .errors import invalid, too_much_data
from .parameters import whole
from .wire import Json

PAGING = frozenset({"limit", "after", "before"})
_DEFAULT, _LARGEST = 25, 500
_SECRET = frozenset({"access_token", "appsecret_proof", "method", *PAGING})
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page needs to know of the request: where links lead to, and as whom.

    Attributes:
        root: scheme, host and version.
        token: stands in the links, as it does in Meta's.
        gaps: whether an empty page comes between any two.
        breaks: whether a report that is begun now will fail.
        trace: what Meta can find the request by.
    """

    root: str
    token: str
    gaps: bool = False
    breaks: bool = False
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is asked for in pages.

    Attributes:
        path: of its edge, e.g. `act_1/campaigns`.
        arguments: as asked, `fields` included.
        question: what the list depends on; a cursor is good for one question only.
    """

    path: str
    arguments: Mapping[str, str]
    question: str

    @property
    def limit(self) -> int:
        """How many are wanted on a page."""
        limit = whole(self.arguments, "limit", _DEFAULT)
        if limit > _LARGEST:
            raise too_much_data(insights=self.path.endswith("/insights"))
        return limit

    def link(self, visit: Visit, **place: str) -> str:
        """Where another page is."""
        kept = {name: value for name, value in self.arguments.items() if name not in _SECRET}
        query = urlencode({**kept, "access_token": visit.token, "limit": str(self.limit), **place})
        return f"{visit.root}/{self.path}?{query}"

    def cursor(self, position: int, *, gap: bool = False) -> str:
        """An opaque name of a position."""
        number = (position << 1 | gap).to_bytes(5)
        return base64.urlsafe_b64encode(self._seal() + number).decode().rstrip("=") + "ZD"

    def position(self, cursor: str) -> tuple[int, bool]:
        """The position that `cursor` names, and whether a gap comes first."""
        text = cursor.removesuffix("ZD")
        try:
            found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError as error:
            raise invalid("Invalid cursors values") from error
        if len(found) != 15 or found[:10] != self._seal() or not cursor.endswith("ZD"):
            raise invalid("Invalid cursors values")
        number = int.from_bytes(found[10:])
        return number >> 1, bool(number & 1)

    def _seal(self) -> bytes:
        return hashlib.blake2b(f"{self.path}?{self.question}".encode(), digest_size=10).digest()


def page(listing: Listing, items: Sequence[_Item], render: Callable[[_Item], Json], visit: Visit) -> dict[str, Json]:
    """The page of `items` that is asked for. `after` is there even on the last page, `next` is not."""
    first, last, gap = _slice(listing, len(items))
    shown = items[first:last]
    if not shown and not gap:
        return {"data": []}
    after = listing.cursor(last - 1, gap=visit.gaps and not gap and last < len(items))
    paging: dict[str, Json] = {"cursors": {"before": listing.cursor(first), "after": after}}
    if last < len(items):
        paging["next"] = listing.link(visit, after=after)
    if first > 0:
        paging["previous"] = listing.link(visit, before=listing.cursor(first))
    return {"data": [render(item) for item in shown], "paging": paging}


def _slice(listing: Listing, count: int) -> tuple[int, int, bool]:
    """Which items are on the page that is asked for, and whether it is a gap: a page of none, with a next one."""
    arguments, limit = listing.arguments, listing.limit
    if before := arguments.get("before"):
        end = min(listing.position(before)[0], count)
        return max(end - limit, 0), end, False
    if after := arguments.get("after"):
        position, gap = listing.position(after)
        start = min(position + 1, count)
        return start, start if gap else min(start + limit, count), gap
    return 0, min(limit, count), False
