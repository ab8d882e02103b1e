from collections.abc import Mapping, Sequence

import anyio
import anyio.lowlevel
import pytest

from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.errors import Garbled, Rejected
from xylo_mcp.platforms.paging import MOST_PAGES, by_cursor, by_number, chunks, once, page_size

_Page = tuple[Sequence[int], str | None]


async def test_cursors_are_followed_to_the_end_across_empty_pages() -> None:
    pages: Mapping[str | None, _Page] = {None: ([1, 2], "a"), "a": ([], "b"), "b": ([3], None)}

    async def ask(place: str | None) -> _Page:
        return pages[place]

    assert await by_cursor("meta", ask) == [1, 2, 3]


@pytest.mark.parametrize("back_to", ["a", "b"])
async def test_a_repeated_cursor_is_refused(back_to: str) -> None:
    pages: Mapping[str | None, _Page] = {None: ([1], "a"), "a": ([2], "b"), "b": ([3], back_to)}

    async def ask(place: str | None) -> _Page:
        return pages[place]

    with pytest.raises(Garbled) as raised:
        await by_cursor("meta", ask)
    assert raised.value.platform == "meta"


async def test_ever_new_cursors_end_in_an_error() -> None:
    asked = 0

    async def ask(place: str | None) -> _Page:
        nonlocal asked
        asked += 1
        return [asked], str(asked)

    with pytest.raises(Rejected):
        await by_cursor("meta", ask)
    assert asked == MOST_PAGES + 1


async def test_numbered_pages_keep_their_order_and_a_growing_list_is_followed() -> None:
    totals = {1: 3, 2: 3, 3: 4, 4: 4}

    async def ask(page: int) -> tuple[Sequence[int], int]:
        for _ in range(5 - page):
            await anyio.lowlevel.checkpoint()
        return [page * 10, page * 10 + 1], totals[page]

    assert await by_number("tiktok", ask) == [10, 11, 20, 21, 30, 31, 40, 41]


async def test_an_empty_numbered_list_takes_one_request() -> None:
    asked: list[int] = []

    async def ask(page: int) -> tuple[Sequence[int], int]:
        asked.append(page)
        return [], 0

    assert (await by_number("tiktok", ask), asked) == ([], [1])


async def test_too_many_numbered_pages_are_not_even_asked_for() -> None:
    asked: list[int] = []

    async def ask(page: int) -> tuple[Sequence[int], int]:
        asked.append(page)
        return [], MOST_PAGES + 1

    with pytest.raises(Rejected):
        await by_number("tiktok", ask)
    assert asked == [1]


def test_rows_that_come_twice_are_refused() -> None:
    assert once("meta", [1, 2], lambda row: row) == [1, 2]
    with pytest.raises(Garbled):
        once("meta", [1, 2, 1], lambda row: row)


def test_chunks_have_everything_in_order() -> None:
    assert chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert chunks([]) == []


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        (CampaignFilter(), 25),
        (CampaignFilter(ids=frozenset({"1"})), 25),
        (CampaignFilter(statuses=frozenset({"active", "paused", "archived"})), 25),
        (CampaignFilter(statuses=frozenset({"active"})), 1000),
        (CampaignFilter(name_contains="spring"), 1000),
        (CampaignFilter(objectives=frozenset({"sales"})), 1000),
        (CampaignFilter(ids=frozenset(map(str, range(101)))), 1000),
    ],
)
def test_pages_are_as_large_as_can_be_where_only_we_can_tell_what_is_wanted(wanted: CampaignFilter, size: int) -> None:
    assert page_size(wanted, 25, 1000) == size


def test_no_page_is_larger_than_the_platform_allows() -> None:
    assert page_size(CampaignFilter(), 5000, 1000) == 1000
