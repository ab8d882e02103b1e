"""The shapes that Meta's lists have in common (Meta docs, "Paginated results", 2026-09)."""

from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")


class Cursors(msgspec.Struct):
    """The places of a page."""

    after: str | None = None


class Paging(msgspec.Struct):
    """Where a page stands; `next` is an address with the access token in it, and never followed."""

    cursors: Cursors | None = None
    next: str | None = None


class Edge(msgspec.Struct, Generic[Row]):
    """A page of a list."""

    data: list[Row]
    paging: Paging | None = None
