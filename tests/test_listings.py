"""Campaigns of many accounts as one list: whatever the pages, each campaign comes once and in its place."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

import httpx2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xylo_mcp.ads.campaigns import CampaignFilter, Status
from xylo_mcp.ads.errors import AdsError, Garbled, Invalid, NotFound, Unauthorized
from xylo_mcp.app import App
from xylo_mcp.contract import Clock, Connection
from xylo_mcp.directory import Backend, Directory
from xylo_mcp.listings import Listing, Part, first_page, next_page
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth

META, GOOGLE, TIKTOK = "act_123456789", "customers/1234567890", "tiktok_7123456789012345678"
BULK = "act_423456789"
ACCOUNTS = [GOOGLE, "customers/1112223334", META, "act_223456789", TIKTOK, "tiktok_7123456789012345679"]
SWITCHES = {"on": "active", "off": "paused", "archived": "archived", "deleted": "archived"}
EVERY_STATUS: frozenset[Status] = frozenset({"active", "paused", "archived"})
ALL = CampaignFilter(statuses=EVERY_STATUS)
STATUSES: st.SearchStrategy[frozenset[Status]] = st.sets(st.sampled_from(sorted(EVERY_STATUS)), min_size=1).map(
    frozenset
)


@pytest.fixture
def directory(app: App) -> Directory:
    return app.directory


def campaigns(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [(part.account.id, campaign.id) for part in parts for campaign in part.campaigns]


def true_campaigns(house: House, ids: Sequence[str], wanted: CampaignFilter) -> list[tuple[str, str]]:
    """What is wanted of each account, newest first."""
    return [
        (account, one.id)
        for account in ids
        for one in sorted(truth(house.world, account).campaigns, key=lambda one: int(one.id), reverse=True)
        if SWITCHES[one.switch] in wanted.statuses
        and wanted.name_contains.casefold() in one.name.casefold()
        and (not wanted.ids or one.id in wanted.ids)
    ]


async def pages(
    directory: Directory, ids: Sequence[str], wanted: CampaignFilter, limits: Iterator[int]
) -> list[tuple[int, Listing]]:
    """Every page with its limit, to the end."""
    limit = next(limits)
    seen = [(limit, await first_page(directory, ids, wanted, limit))]
    while seen[-1][1].rest:
        limit = next(limits)
        seen.append((limit, await next_page(directory, seen[-1][1], wanted, limit)))
    return seen


@given(
    ids=st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True),
    limits=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    statuses=STATUSES,
    name=st.sampled_from(["", "sale", "Q", "DACH", "no such name"]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_the_pages_each_campaign_comes_once_and_in_its_place(
    directory: Directory, house: House, ids: list[str], limits: list[int], statuses: frozenset[Status], name: str
) -> None:
    wanted = CampaignFilter(statuses=statuses, name_contains=name)

    seen = await pages(directory, ids, wanted, cycle(limits))

    expected = true_campaigns(house, ids, wanted)
    assert [one for _, page in seen for one in campaigns(page.shown)] == expected
    assert all(len(campaigns(page.shown)) <= limit for limit, page in seen)
    assert all(campaigns(page.shown) for _, page in seen[:-1])
    assert all(page.failures == [] for _, page in seen)


@given(limit=st.integers(1, 60))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_page_is_as_full_as_it_may_be_while_the_limit_stays(
    directory: Directory, house: House, limit: int
) -> None:
    seen = await pages(directory, ACCOUNTS, ALL, cycle([limit]))

    first = seen[0][1]
    assert len(campaigns(first.shown)) == min(limit, len(true_campaigns(house, ACCOUNTS, ALL)))


async def test_a_campaign_belongs_to_the_account_it_is_shown_under(directory: Directory) -> None:
    listing = await first_page(directory, ACCOUNTS, ALL, 1000)

    assert {campaign.account for part in listing.shown for campaign in part.campaigns} == set(ACCOUNTS)
    assert all(campaign.account == part.account.id for part in listing.shown for campaign in part.campaigns)


async def test_a_list_of_all_accounts_goes_over_all_of_them(directory: Directory, house: House) -> None:
    wanted = CampaignFilter(name_contains="sale")

    seen = await pages(directory, (), wanted, cycle([100]))

    everyone = [plan.public_id for cast in house.world.casts for plan in cast.accounts]
    listed = [one for _, page in seen for one in campaigns(page.shown)]
    assert sorted(listed) == sorted(true_campaigns(house, everyone, wanted))


async def test_a_page_may_be_asked_for_again(directory: Directory) -> None:
    first = await first_page(directory, [META, TIKTOK], ALL, 10)

    once, again = [await next_page(directory, first, ALL, 10) for _ in range(2)]

    assert once == again


async def test_an_account_of_thousands_is_read_no_further_than_is_shown(directory: Directory, house: House) -> None:
    house.faults.plan(Fault("meta", "slow", "campaigns", times=100))

    first = await first_page(directory, [BULK], ALL, 50)
    await next_page(directory, first, ALL, 50)

    assert len(campaigns(first.shown)) == 50
    assert [fault.times for fault in house.faults.planned()] == [98]


async def test_thousands_are_listed_to_the_end(directory: Directory, house: House) -> None:
    seen = await pages(directory, [BULK], ALL, cycle([1000, 700]))

    assert [one for _, page in seen for one in campaigns(page.shown)] == true_campaigns(house, [BULK], ALL)


async def test_there_is_no_next_page_that_would_be_empty(directory: Directory, house: House) -> None:
    some = true_campaigns(house, [TIKTOK], ALL)[:3]
    wanted = CampaignFilter(statuses=EVERY_STATUS, ids=frozenset(campaign for _, campaign in some))

    listing = await first_page(directory, [TIKTOK, META, GOOGLE], wanted, 3)

    assert campaigns(listing.shown) == some
    assert listing.rest == ()


async def test_a_list_without_any_campaign_is_one_empty_page(directory: Directory) -> None:
    listing = await first_page(directory, [TIKTOK, META], CampaignFilter(name_contains="no such name"), 10)

    assert campaigns(listing.shown) == []
    assert listing.rest == ()


async def test_an_account_that_does_not_answer_is_named_on_every_page(directory: Directory, house: House) -> None:
    await directory.accounts()
    house.faults.plan(Fault("meta", "expire_token", "campaigns", times=-1))

    seen = await pages(directory, [META, GOOGLE, TIKTOK], ALL, cycle([20]))

    assert len(seen) > 1
    assert {failure.subject for _, page in seen for failure in page.failures} == {META}
    assert all(len(page.failures) == 1 for _, page in seen)
    listed = [one for _, page in seen for one in campaigns(page.shown)]
    assert listed == true_campaigns(house, [GOOGLE, TIKTOK], ALL)


async def test_the_only_account_that_fails_on_a_later_page_is_raised_and_the_page_may_be_asked_for_again(
    directory: Directory, house: House
) -> None:
    first = await first_page(directory, [META], ALL, 10)
    house.faults.plan(Fault("meta", "expire_token", "campaigns"))

    with pytest.raises(Unauthorized):
        await next_page(directory, first, ALL, 10)
    again = await next_page(directory, first, ALL, 10)

    assert campaigns([*first.shown, *again.shown]) == true_campaigns(house, [META], ALL)[:20]


async def test_an_account_that_fails_on_a_later_page_is_named_and_the_list_goes_on_with_the_others(
    directory: Directory, house: House
) -> None:
    first = await first_page(directory, [META, TIKTOK], ALL, 10)
    house.faults.plan(Fault("meta", "expire_token", "campaigns"))

    second = await next_page(directory, first, ALL, 10)
    third = await next_page(directory, second, ALL, 10)

    listed = campaigns([*first.shown, *second.shown, *third.shown])
    assert listed == true_campaigns(house, [META], ALL)[:10] + true_campaigns(house, [TIKTOK], ALL)[:20]
    for page in (second, third):
        assert [(failure.subject, failure.error.code) for failure in page.failures] == [(META, "AUTH_REQUIRED")]


class Shifting(httpx2.AsyncBaseTransport):
    """Meta on the sandbox, which gives the first campaigns again on every page, with these cursors of next pages."""

    def __init__(self, house: House, *cursors: str) -> None:
        self._sandbox = httpx2.ASGITransport(app=house.app("meta"))
        self._cursors = list(cursors)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/campaigns"):
            return await self._sandbox.handle_async_request(request)
        again = httpx2.Request("GET", request.url.copy_remove_param("after"), headers=request.headers)
        answer = await self._sandbox.handle_async_request(again)
        body = msgspec.json.decode(await answer.aread(), type=dict[str, object])
        body["paging"] = {}
        if self._cursors:
            body["paging"] = {"cursors": {"after": self._cursors.pop(0)}, "next": "https://graph.facebook.com/next"}
        return httpx2.Response(200, content=msgspec.json.encode(body))


@asynccontextmanager
async def shifting(house: House, clock: Clock, *cursors: str) -> AsyncGenerator[Directory]:
    spec = found()["meta"]
    settings = {part.name: part.default for part in spec.settings} | dict(house.credentials("meta"))
    async with spec.open(Connection(settings, Shifting(house, *cursors), clock, per_second=1000)) as reader:
        yield Directory({"meta": Backend(spec, reader)}, clock, 10)


async def test_campaigns_that_shift_onto_the_next_page_are_not_listed_again(house: House, clock: Clock) -> None:
    async with shifting(house, clock, "a", "b") as directory:
        seen = await pages(directory, [META], ALL, cycle([5]))

    assert [one for _, page in seen for one in campaigns(page.shown)] == true_campaigns(house, [META], ALL)[:5]


async def test_pages_that_lead_back_are_an_error_and_not_an_endless_list(house: House, clock: Clock) -> None:
    async with shifting(house, clock, *"abcabc") as directory:
        first = await first_page(directory, [META], ALL, 5)
        with pytest.raises(Garbled) as failed:
            await next_page(directory, first, ALL, 5)

    assert failed.value.platform == "meta"


@pytest.mark.parametrize(("account", "error"), [("act_999999999", NotFound), ("Bergquell", Invalid)])
async def test_an_account_that_is_not_there_is_refused(
    directory: Directory, account: str, error: type[AdsError]
) -> None:
    with pytest.raises(error):
        await first_page(directory, [account], ALL, 10)
