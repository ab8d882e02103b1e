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


def next_place(paging: Paging | None) -> str | None:
    """The place of the page after this one; None: this is the last."""
    # The last page has a cursor, too: only `next` tells whether there is more. It is never followed,
    # since it carries the access token.
    if paging is None or not paging.next:
        return None
    if paging.cursors is None or not paging.cursors.after:
        raise ValueError("a next page without a cursor")
    return paging.cursors.after
