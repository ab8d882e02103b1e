"""Walks lists that come in pages, to their end or to an error, never to a part."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from ..ads.campaigns import CampaignFilter, Status
from ..ads.errors import Garbled, Rejected
from ..ads.insights import InsightRow, InsightsQuery
from ..at_once import at_once
from .reading import garbled

Row = TypeVar("Row")
Answer = TypeVar("Answer")

MOST_PAGES = 2000
MOST_IDS = 100
"""How many ids go into one request: TikTok's documented limit, and short enough for any URL."""

_KEPT: frozenset[Status] = frozenset({"active", "paused"})


class Numbered(NamedTuple, Generic[Row]):
    """A numbered page: its rows, and of how many pages and rows in all it says that it is one."""

    rows: Sequence[Row]
    pages: int
    total: int


async def by_cursor(
    platform: str, ask: Callable[[str | None], Awaitable[tuple[Sequence[Row], str | None]]]
) -> Sequence[Row]:
    """All rows of a list whose pages each name the place of the next; empty pages don't end it."""
    rows: list[Row] = []
    seen: set[str] = set()
    part, place = await ask(None)
    rows.extend(part)
    while place is not None:
        if place in seen:
            raise looping(platform)
        if len(seen) >= MOST_PAGES:
            raise _endless(platform)
        seen.add(place)
        part, place = await ask(place)
        rows.extend(part)
    return rows


async def by_number(platform: str, ask: Callable[[int], Awaitable[Numbered[Row]]]) -> Sequence[Row]:
    """All rows of a list with numbered pages, each of which tells how many there are.

    The pages after the first are asked for at once; a list that grows meanwhile is followed. Fewer or
    more rows than the pages tell of are an error.
    """
    rows: list[Row] = []
    asked, last, total = 0, 1, 0
    while asked < last:
        if last > MOST_PAGES:
            raise _endless(platform)
        parts = await at_once(ask, range(asked + 1, last + 1))
        asked = last
        for part in parts:
            rows.extend(part.rows)
            last, total = max(last, part.pages), max(total, part.total)
    complete(platform, len(rows), total)
    return rows


def complete(platform: str, read: int, told: int) -> None:
    """Refuse a list of which another number of rows was `read` than the platform `told` of."""
    if read != told:
        raise Garbled(
            "The platform sent another number of rows than it told of: the list changed while it was read.",
            "Ask again in a moment.",
            platform=platform,
        )


def asked_for(platform: str, rows: Sequence[InsightRow], query: InsightsQuery) -> Sequence[InsightRow]:
    """`rows` as they are, if all are of campaigns and days that `query` is about."""
    ids = query.campaign_ids
    if any(
        (ids and row.campaign_id and row.campaign_id not in ids)
        or (row.day is not None and not query.since <= row.day <= query.until)
        for row in rows
    ):
        raise garbled(platform)
    return rows


def once(platform: str, rows: Sequence[Row], key: Callable[[Row], Hashable]) -> Sequence[Row]:
    """`rows` as they are, if no `key` comes twice: such rows would be counted twice."""
    if len({key(row) for row in rows}) != len(rows):
        raise Garbled(
            "The platform sent the same row twice: the list changed while it was read.",
            "Ask again in a moment.",
            platform=platform,
        )
    return rows


def chunks(items: Sequence[Row], size: int = MOST_IDS) -> Sequence[Sequence[Row]]:
    """`items` cut into consecutive pieces of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def page_size(wanted: CampaignFilter, size: int, most: int) -> int:
    """How many campaigns to ask for: `size`, or the platform's `most` where only we can tell which are wanted."""
    sifted = wanted.objectives or wanted.name_contains or not wanted.statuses >= _KEPT or len(wanted.ids) > MOST_IDS
    return most if sifted else min(size, most)


def looping(platform: str) -> Garbled:
    """The error of a list whose next place is one where we already were."""
    return Garbled(
        "The platform's pages lead back to a page that was already read.",
        "Ask again; if it stays, ask for less at once.",
        platform=platform,
    )


def _endless(platform: str) -> Rejected:
    return Rejected(
        f"The list has more than {MOST_PAGES} pages.",
        "Ask for fewer days, for totals instead of days, or for some campaigns only.",
        platform=platform,
    )
