"""The shapes that TikTok's answers have in common (TikTok API for Business docs, v1.3)."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from ...ads.errors import Garbled
from ...ads.insights import InsightRow
from ..paging import complete

Row = TypeVar("Row")

PLATFORM = "tiktok"


class Total(msgspec.Struct):
    """How many rows a list has on all its pages."""

    total_number: int


class PageInfo(Total):
    """Which page it is, and of how many."""

    page: int
    total_page: int


class Rows(msgspec.Struct, Generic[Row]):
    """A list."""

    rows: list[Row] = msgspec.field(name="list")


class Page(Rows[Row]):
    """A page of a list."""

    page_info: PageInfo


class Whole(Rows[Row]):
    """A list that is documented without pages."""

    page_info: Total | None = None

    def complete(self) -> Sequence[Row]:
        """Its rows, if it does not tell of others."""
        if self.page_info is not None:
            complete(PLATFORM, len(self.rows), self.page_info.total_number)
        return self.rows


class Answer(msgspec.Struct, Generic[Row]):
    """What every answer has, beside what `errors` reads."""

    data: Row


def pages(info: PageInfo, asked: int) -> int:
    """How many pages there are, if this is the `asked` one.

    Raises:
        ValueError: it is another.
    """
    if info.page != asked or info.total_page < 0:
        raise ValueError("another page than the one asked for")
    return info.total_page


class Once:
    """Sees to it that no row of a report comes twice, whichever page or file it stands in: it would count twice.

    Only a number is kept of each row, not the row.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def checked(self, rows: Sequence[InsightRow]) -> Sequence[InsightRow]:
        """`rows` as they are, if all are new."""
        expected = len(self._seen) + len(rows)
        self._seen.update(hash(row.key) for row in rows)
        if len(self._seen) != expected:
            raise Garbled(
                "The platform sent the same row twice: the list changed while it was read.",
                "Ask again in a moment.",
                platform=PLATFORM,
            )
        return rows
