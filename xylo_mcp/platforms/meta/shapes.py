"""The shapes that Meta's lists have in common (Meta docs, "Paginated results", 2026-09)."""

import re
from typing import Generic, TypeVar

import msgspec

Row = TypeVar("Row")
Answer = TypeVar("Answer")

_NO_MOMENT = re.compile(rb'(_time"\s*:\s*)""')


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


def decoded(content: bytes, decoder: msgspec.json.Decoder[Answer]) -> Answer:
    """An answer, in which a moment may be an empty text: none is set."""
    try:
        return decoder.decode(content)
    except msgspec.ValidationError:
        # No text has a bare quote in it, so that this is a field and its value.
        return decoder.decode(_NO_MOMENT.sub(rb"\1null", content))
