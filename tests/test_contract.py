"""Every platform that is found keeps the promises of the contract, held against the sandbox's truth."""

import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, timedelta
from itertools import cycle
from typing import get_args
from zoneinfo import ZoneInfo

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account, AccountStatus
from xylo_mcp.ads.campaigns import Campaign, CampaignFilter, Delivery, Objective, Status
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.ads.insights import InsightsQuery, every_row
from xylo_mcp.contract import AdReader, Clock, Connection, PlatformSpec
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import KINDS, Fault, Kind
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import Truth, truth

SPECS = found()
EVERY_STATUS: frozenset[Status] = frozenset({"active", "paused", "archived"})
ALL = CampaignFilter(statuses=EVERY_STATUS)
SWITCHES = {"on": "active", "off": "paused", "archived": "archived", "deleted": "archived"}
MANY = 1000
SINCE, UNTIL = date(2026, 1, 20), date(2026, 3, 18)
DAY = timedelta(days=1)
pytestmark = pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))


def on_the_sandbox(spec: PlatformSpec, house: House, clock: Clock) -> AbstractAsyncContextManager[AdReader]:
    settings = {part.name: part.default for part in spec.settings} | dict(house.credentials(spec.name))
    network = httpx2.ASGITransport(app=house.app(spec.name))
    return spec.open(Connection(settings, network, clock, per_second=1000))


@pytest.fixture
async def reader(spec: PlatformSpec, house: House, clock: Clock) -> AsyncGenerator[AdReader]:
    async with on_the_sandbox(spec, house, clock) as opened:
        yield opened


async def some_accounts(reader: AdReader, house: House) -> Sequence[Account]:
    """Those of at most some hundred campaigns."""
    return [one for one in (await reader.accounts()).accounts if size_of(one, house) < MANY]


def size_of(account: Account, house: House) -> int:
    """How many campaigns it has in truth."""
    plans = house.world.cast(account.platform).accounts
    vendor_id = next(plan.id for plan in plans if plan.public_id == account.id)
    return len(house.world.campaigns(account.platform, vendor_id))


async def all_campaigns(reader: AdReader, account: Account, wanted: CampaignFilter, *sizes: int) -> Sequence[Campaign]:
    """The campaigns of all pages, those that are not wanted too."""
    campaigns: list[Campaign] = []
    places: list[str | None] = [None]
    for size in cycle(sizes):
        page = await reader.campaigns(account, wanted, place=places[-1], size=size)
        campaigns.extend(page.campaigns)
        if page.next is None:
            break
        assert page.next not in places
        places.append(page.next)
    return campaigns


async def test_all_accounts_are_listed_as_they_are_in_a_stable_order(
    spec: PlatformSpec, reader: AdReader, house: House
) -> None:

    roster, again = await reader.accounts(), await reader.accounts()

    accounts = roster.accounts
    assert roster == again
    assert not roster.unreadable
    assert [one.id for one in accounts] == sorted({one.id for one in accounts})
    true = {one.id: one for one in truth(house.world).accounts if one.platform == spec.name}
    assert {one.id: (one.platform, one.name, one.currency, one.time_zone) for one in accounts} == {
        key: (spec.name, one.name, one.currency, one.time_zone) for key, one in true.items()
    }
    assert {one.id: one.status == "active" for one in accounts} == {key: not one.disabled for key, one in true.items()}


async def test_an_account_has_the_form_and_the_words_that_are_promised(spec: PlatformSpec, reader: AdReader) -> None:
    accounts = (await reader.accounts()).accounts

    for one in accounts:
        assert re.fullmatch(spec.account_id, one.id, re.ASCII)
        assert re.fullmatch("[A-Z]{3}", one.currency)
        assert ZoneInfo(one.time_zone).key == one.time_zone
        assert one.status in get_args(AccountStatus)
        assert one.raw_status


@pytest.mark.parametrize("sizes", [(1,), (7,), (100,), (5000,), (1, 2), (7, 1, 3), (3, 100)], ids=str)
async def test_campaigns_are_paged_to_the_end_without_gap_or_double_newest_first(
    reader: AdReader, house: House, sizes: Sequence[int]
) -> None:
    for account in await some_accounts(reader, house):
        campaigns = await all_campaigns(reader, account, ALL, *sizes)

        true = sorted((int(one.id) for one in truth(house.world, account.id).campaigns), reverse=True)
        assert [int(one.id) for one in campaigns] == true


@pytest.mark.parametrize("size", [1000, 3000])
async def test_thousands_of_campaigns_are_paged_to_the_end_without_gap_or_double(
    reader: AdReader, house: House, size: int
) -> None:
    biggest = max((await reader.accounts()).accounts, key=lambda one: size_of(one, house))

    campaigns = await all_campaigns(reader, biggest, ALL, size)

    assert sorted(one.id for one in campaigns) == sorted(one.id for one in truth(house.world, biggest.id).campaigns)


async def test_a_page_may_be_asked_for_again(reader: AdReader, house: House) -> None:
    account = (await some_accounts(reader, house))[0]
    first = await reader.campaigns(account, ALL, place=None, size=5)

    once, again = [await reader.campaigns(account, ALL, place=first.next, size=5) for _ in range(2)]

    assert once == again


async def test_campaigns_are_told_in_our_words_and_the_platforms_own(reader: AdReader, house: House) -> None:
    for account in await some_accounts(reader, house):
        true = {one.id: one for one in truth(house.world, account.id).campaigns}
        for one in await all_campaigns(reader, account, ALL, 100):
            assert (one.account, one.name) == (account.id, true[one.id].name)
            assert one.status == SWITCHES[true[one.id].switch]
            assert one.delivery in get_args(Delivery)
            assert one.objective in get_args(Objective)
            assert one.raw_status
            assert re.fullmatch("[0-9]+", one.id, re.ASCII)


async def test_a_budget_is_exact_in_the_accounts_currency_and_never_of_both_kinds(
    reader: AdReader, house: House
) -> None:
    for account in await some_accounts(reader, house):
        campaigns = truth(house.world, account.id).campaigns
        true = {one.id: (one.daily_budget, one.lifetime_budget) for one in campaigns}
        sharing = {one.id: sum(one.budget_id == other.budget_id for other in campaigns) > 1 for one in campaigns}
        for one in await all_campaigns(reader, account, ALL, 100):
            budgets = [budget for budget in (one.daily_budget, one.lifetime_budget) if budget is not None]
            assert {budget.currency for budget in budgets} <= {account.currency}
            assert len(budgets) <= 1
            said = (one.daily_budget and one.daily_budget.amount, one.lifetime_budget and one.lifetime_budget.amount)
            assert said == true[one.id]
            assert one.shared_budget == sharing[one.id]


@pytest.mark.parametrize("statuses", [{"active", "paused"}, {"active"}, {"paused"}, {"archived"}, EVERY_STATUS])
async def test_what_a_platform_leaves_out_itself_was_not_wanted(
    reader: AdReader, house: House, statuses: set[Status]
) -> None:
    wanted = CampaignFilter(statuses=frozenset(statuses))
    for account in await some_accounts(reader, house):
        campaigns = await all_campaigns(reader, account, wanted, 100)

        true = {one.id for one in truth(house.world, account.id).campaigns if SWITCHES[one.switch] in statuses}
        assert {one.id for one in campaigns if wanted.admits(one)} == true


@pytest.mark.parametrize(
    "wanted",
    [
        CampaignFilter(statuses=EVERY_STATUS, name_contains="SALE"),
        CampaignFilter(statuses=EVERY_STATUS, name_contains="Größe"),
        CampaignFilter(statuses=EVERY_STATUS, name_contains="%"),
        CampaignFilter(statuses=EVERY_STATUS, name_contains="' OR 1=1"),
        CampaignFilter(statuses=EVERY_STATUS, objectives=frozenset({"traffic", "leads"})),
        CampaignFilter(statuses=EVERY_STATUS, objectives=frozenset({"other"})),
    ],
    ids=["name", "umlaut", "percent", "quote", "objectives", "other"],
)
async def test_narrowing_loses_nothing_that_is_wanted(reader: AdReader, house: House, wanted: CampaignFilter) -> None:
    for account in await some_accounts(reader, house):
        everything = await all_campaigns(reader, account, ALL, 100)
        narrowed = await all_campaigns(reader, account, wanted, 100)

        assert [one for one in narrowed if wanted.admits(one)] == [one for one in everything if wanted.admits(one)]


@pytest.mark.parametrize("count", [1, 3, 100, 150])
async def test_campaigns_are_found_by_their_ids(reader: AdReader, house: House, count: int) -> None:
    for account in await some_accounts(reader, house):
        ids = [one.id for one in truth(house.world, account.id).campaigns][:count]
        made_up = [str(10**11 + number) for number in range(count - len(ids))]
        wanted = CampaignFilter(statuses=EVERY_STATUS, ids=frozenset([*ids, *made_up]))

        campaigns = await all_campaigns(reader, account, wanted, 50)

        assert sorted(one.id for one in campaigns if wanted.admits(one)) == sorted(ids)


async def test_an_account_that_is_not_reachable_is_an_error_of_ours_that_names_the_platform(
    spec: PlatformSpec, reader: AdReader
) -> None:
    account = (await reader.accounts()).accounts[0]
    stranger = msgspec.structs.replace(account, id=re.sub("[0-9]", "9", account.id))

    for ask in (
        reader.campaigns(stranger, ALL, place=None, size=10),
        every_row(reader.insights(stranger, InsightsQuery("account", SINCE, UNTIL))),
    ):
        with pytest.raises(AdsError) as failed:
            await ask
        assert failed.value.platform == spec.name
        assert failed.value.message
        assert failed.value.fix


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"slow", "hang", "huge"}])
def test_whatever_goes_wrong_is_an_error_of_ours_that_names_the_platform_and_the_way_out(
    spec: PlatformSpec,
    house: House,
    clock: Clock,
    kind: Kind,
    in_virtual_time: Callable[[Coroutine[object, object, None]], None],
) -> None:
    async def meet() -> None:
        async with on_the_sandbox(spec, house, clock) as reader:
            account = (await reader.accounts()).accounts[0]
            house.faults.plan(Fault(spec.name, kind, times=-1, status=500))
            for ask in (
                reader.accounts(),
                reader.campaigns(account, ALL, place=None, size=10),
                every_row(reader.insights(account, InsightsQuery("account", SINCE, UNTIL))),
            ):
                with pytest.raises(AdsError) as failed:
                    await ask
                assert failed.value.platform == spec.name
                assert failed.value.message
                assert failed.value.fix

    in_virtual_time(meet())


def test_the_sandbox_has_it_too_and_opens_it_with_the_settings_it_needs(spec: PlatformSpec, house: House) -> None:
    assert list(house.platforms) == list(SPECS)

    given = {name for name, value in house.credentials(spec.name).items() if value}
    assert {part.name for part in spec.settings if part.required} <= given <= {part.name for part in spec.settings}


def test_its_settings_say_what_they_are_for(spec: PlatformSpec) -> None:
    assert all(re.fullmatch("[A-Z][A-Z_]*", part.name) and part.purpose for part in spec.settings)
    assert all(part.default.startswith("https://") for part in spec.settings if part.name.endswith("_URL"))
    assert all(part.secret for part in spec.settings if re.search("TOKEN$|SECRET", part.name))


def test_it_says_what_its_numbers_mean(spec: PlatformSpec) -> None:
    assert spec.title
    assert spec.api_version
    assert spec.conversions
    assert spec.history_days >= 365


def test_to_know_a_platform_loads_neither_its_adapter_nor_the_wire(spec: PlatformSpec) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, xylo_mcp.platforms.{spec.name}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    ours = {name for name in loaded if name.startswith("xylo_mcp")}
    assert f"xylo_mcp.platforms.{spec.name}.adapter" not in ours
    assert {name for name in ours if ".transport" in name or ".sandbox" in name} == set()
    assert {name.split(".")[2] for name in ours if name.startswith("xylo_mcp.platforms.")} == {spec.name}


def test_the_truth_has_something_to_tell_of_it(spec: PlatformSpec, house: House) -> None:
    whole: Sequence[Truth] = [
        truth(house.world, one.id, SINCE, UNTIL) for one in truth(house.world).accounts if one.platform == spec.name
    ]

    assert {SWITCHES[one.switch] for part in whole for one in part.campaigns} == EVERY_STATUS
    assert all(part.days for part in whole)
