"""The shapes that TikTok's answers have in common (TikTok API for Business docs, v1.3)."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

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
