from collections.abc import Mapping, Sequence
from datetime import date

import anyio
import anyio.lowlevel
import pytest

from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.errors import Garbled, Rejected
from xylo_mcp.ads.insights import InsightRow, InsightsQuery, Metrics
from xylo_mcp.platforms.paging import MOST_PAGES, Numbered, asked_for, by_cursor, by_number, chunks, once, page_size

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

    async def ask(page: int) -> Numbered[int]:
        for _ in range(5 - page):
            await anyio.lowlevel.checkpoint()
        return Numbered([page * 10, page * 10 + 1], totals[page], 2 * totals[page])

    assert await by_number("tiktok", ask) == [10, 11, 20, 21, 30, 31, 40, 41]


async def test_an_empty_numbered_list_takes_one_request() -> None:
    asked: list[int] = []

    async def ask(page: int) -> Numbered[int]:
        asked.append(page)
        return Numbered([], 0, 0)

    assert (await by_number("tiktok", ask), asked) == ([], [1])


async def test_too_many_numbered_pages_are_not_even_asked_for() -> None:
    asked: list[int] = []

    async def ask(page: int) -> Numbered[int]:
        asked.append(page)
        return Numbered([], MOST_PAGES + 1, 0)

    with pytest.raises(Rejected):
        await by_number("tiktok", ask)
    assert asked == [1]


@pytest.mark.parametrize("told", [0, 3, 5])
async def test_another_number_of_rows_than_told_of_is_refused(told: int) -> None:
    async def ask(page: int) -> Numbered[int]:
        return Numbered([page * 10, page * 10 + 1], 2, told)

    with pytest.raises(Garbled) as raised:
        await by_number("tiktok", ask)
    assert raised.value.platform == "tiktok"


_FIRST, _LAST = date(2026, 2, 1), date(2026, 2, 3)


@pytest.mark.parametrize(
    "row",
    [
        InsightRow(Metrics(), campaign_id="11", day=_FIRST),
        InsightRow(Metrics(), campaign_id="12", day=_LAST),
        InsightRow(Metrics(), campaign_id="11"),
        InsightRow(Metrics(), day=_LAST),
        InsightRow(Metrics()),
    ],
)
def test_rows_that_were_asked_for_are_kept(row: InsightRow) -> None:
    query = InsightsQuery("campaign", _FIRST, _LAST, "day", frozenset({"11", "12"}))

    assert asked_for("meta", [row], query) == [row]


def test_any_campaign_is_asked_for_where_none_is_named() -> None:
    rows = [InsightRow(Metrics(), campaign_id="13")]

    assert asked_for("meta", rows, InsightsQuery("campaign", _FIRST, _LAST)) == rows


@pytest.mark.parametrize(
    "row",
    [
        InsightRow(Metrics(), campaign_id="13", day=_FIRST),
        InsightRow(Metrics(), campaign_id="13"),
        InsightRow(Metrics(), campaign_id="11", day=date(2026, 1, 31)),
        InsightRow(Metrics(), day=date(2026, 2, 4)),
    ],
)
def test_a_row_that_nobody_asked_for_is_refused(row: InsightRow) -> None:
    query = InsightsQuery("campaign", _FIRST, _LAST, "day", frozenset({"11", "12"}))
    good = InsightRow(Metrics(), campaign_id="11", day=_LAST)

    with pytest.raises(Garbled) as raised:
        asked_for("meta", [good, row], query)
    assert raised.value.platform == "meta"


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
