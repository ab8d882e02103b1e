"""What TikTok's campaigns and ad groups commit to, wherever the budget sits.

Fields and values: TikTok API for Business docs, v1.3, "Get campaigns", "Get ad groups", "Budget".
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import AdsError, Garbled
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Look
from xylo_mcp.contract import AdPlatform

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
Answer = Callable[..., httpx2.Response]
Rows = Sequence[Mapping[str, object]]

CAMPAIGN: Mapping[str, object] = {
    "campaign_id": "902",
    "campaign_name": "Spring",
    "objective_type": "TRAFFIC",
    "budget": 0,
    "budget_mode": "BUDGET_MODE_INFINITE",
    "operation_status": "ENABLE",
    "secondary_status": "CAMPAIGN_STATUS_ENABLE",
}
GROUP: Mapping[str, object] = {
    "adgroup_id": "11",
    "campaign_id": "902",
    "operation_status": "ENABLE",
    "budget": 30.5,
    "budget_mode": "BUDGET_MODE_DAY",
    "schedule_type": "SCHEDULE_FROM_NOW",
    "schedule_start_time": "2026-02-28 23:30:00",
    "schedule_end_time": "2036-02-26 23:30:00",
}
DAILY = Budget("ad_group/11", "ad_group", Money(Decimal("30.5"), "EUR"), starts=date(2026, 3, 1))
OWN = {"budget": 120, "budget_mode": "BUDGET_MODE_DAY"}


def eur(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


async def looked(
    opened: Opened, good: Answer, account: Account, campaigns: Rows, groups: Rows, target: str = ""
) -> Look:
    """What a look finds where there are these campaigns and ad groups."""
    asked: list[tuple[str, str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        rows = groups if request.url.path.endswith("adgroup/get/") else campaigns
        asked.append((request.url.path.rsplit("/", 3)[1], request.url.params.get("filtering", "")))
        info = {"page": 1, "page_size": 1000, "total_number": len(rows), "total_page": 1}
        return good({"list": rows, "page_info": info})

    async with opened(reply) as tiktok:
        look = await tiktok.look(account, target)
    assert sorted(asked) == [("adgroup", ""), ("campaign", '{"primary_status":"STATUS_ALL"}')]
    return look


def budgets(look: Look) -> Mapping[str, Sequence[Budget]]:
    return {one.campaign.id: one.budgets for one in look.running}


async def test_without_a_budget_of_its_own_a_campaign_spends_its_running_ad_groups(
    opened: Opened, good: Answer, account: Account
) -> None:
    groups = [
        GROUP,
        {**GROUP, "adgroup_id": "12", "operation_status": "DISABLE"},
        {**GROUP, "adgroup_id": "13", "operation_status": "DELETE"},
        {**GROUP, "adgroup_id": "14", "operation_status": "FROZEN", "budget": 9},
        {**GROUP, "adgroup_id": "15", "campaign_id": "903"},
    ]

    look = await looked(opened, good, account, [CAMPAIGN], groups)

    frozen = msgspec.structs.replace(DAILY, id="ad_group/14", daily=eur(9))
    assert budgets(look) == {"902": [DAILY, frozen]}


async def test_a_campaigns_own_budget_bounds_whatever_its_ad_groups_have(
    opened: Opened, good: Answer, account: Account
) -> None:
    look = await looked(opened, good, account, [{**CAMPAIGN, **OWN}], [GROUP])

    assert budgets(look) == {"902": (Budget("campaign/902", "campaign", eur(120)),)}


@pytest.mark.parametrize(
    ("ends", "last"),
    [
        (["2026-03-20 22:59:00"], date(2026, 3, 20)),
        (["2026-03-20 23:01:00"], date(2026, 3, 21)),
        (["2026-03-20 12:00:00", "2026-04-02 12:00:00"], date(2026, 4, 2)),
        (["2026-03-20 12:00:00", ""], None),
        ([], None),
    ],
)
async def test_a_lifetime_budget_lasts_to_the_day_on_which_the_last_ad_group_ends_where_the_account_is(
    opened: Opened, good: Answer, account: Account, ends: Sequence[str], *, last: date | None
) -> None:
    campaign = {**CAMPAIGN, "budget": 900, "budget_mode": "BUDGET_MODE_TOTAL"}
    groups = [
        {**GROUP, "adgroup_id": str(number), "schedule_type": "SCHEDULE_START_END", "schedule_end_time": end}
        for number, end in enumerate(ends, 11)
    ]

    look = await looked(opened, good, account, [campaign], groups)

    assert budgets(look) == {"902": (Budget("campaign/902", "campaign", lifetime=eur(900), ends=last),)}


@pytest.mark.parametrize(
    ("values", "budget"),
    [
        ({"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"}, DAILY),
        (
            {"budget_mode": "BUDGET_MODE_TOTAL", "budget": 500, "schedule_type": "SCHEDULE_START_END"},
            Budget("ad_group/11", "ad_group", None, eur(500), date(2026, 3, 1), date(2036, 2, 27)),
        ),
        ({"budget_mode": "BUDGET_MODE_OF_TOMORROW"}, msgspec.structs.replace(DAILY, daily=None)),
        ({"budget": None}, msgspec.structs.replace(DAILY, daily=None)),
        ({"budget": 0}, msgspec.structs.replace(DAILY, daily=None)),
        ({"schedule_start_time": None}, msgspec.structs.replace(DAILY, starts=None)),
    ],
)
async def test_a_budget_that_is_not_told_has_no_bound(
    opened: Opened, good: Answer, account: Account, values: Mapping[str, object], *, budget: Budget
) -> None:
    look = await looked(opened, good, account, [CAMPAIGN], [{**GROUP, **values}])

    assert budgets(look) == {"902": [budget]}


@pytest.mark.parametrize(
    ("values", "end", "runs"),
    [
        ({}, "2036-01-01 00:00:00", True),
        ({"operation_status": "DISABLE"}, "2036-01-01 00:00:00", False),
        ({"secondary_status": "CAMPAIGN_STATUS_DELETE"}, "2036-01-01 00:00:00", False),
        ({"secondary_status": "CAMPAIGN_STATUS_BUDGET_EXCEED"}, "2036-01-01 00:00:00", True),
        ({"operation_status": "OF_TOMORROW"}, "2036-01-01 00:00:00", True),
        ({}, "2026-03-04 22:59:59", True),
        ({}, "2026-03-03 22:59:59", False),
    ],
)
async def test_a_campaign_runs_unless_it_is_surely_off_or_over(
    opened: Opened, good: Answer, account: Account, values: Mapping[str, object], end: str, *, runs: bool
) -> None:
    """It is the 4th of March in Berlin."""
    group = {**GROUP, "schedule_type": "SCHEDULE_START_END", "schedule_end_time": end}

    look = await looked(opened, good, account, [{**CAMPAIGN, **values}], [group], "902")

    assert [one.campaign.id for one in look.running] == (["902"] if runs else [])
    assert look.target is not None


async def test_a_target_that_is_not_there_is_none(opened: Opened, good: Answer, account: Account) -> None:
    assert (await looked(opened, good, account, [CAMPAIGN], [], "903")).target is None


@pytest.mark.parametrize("part", ["campaign/get/", "adgroup/get/"])
@pytest.mark.parametrize(
    "told",
    [
        httpx2.Response(200, json={"code": 40001, "message": "no", "request_id": "r", "data": {}}),
        httpx2.Response(200, json={"code": 0, "data": {"list": [], "page_info": {}}}),
    ],
)
async def test_a_look_of_which_a_part_cannot_be_read_is_an_error(
    opened: Opened, good: Answer, account: Account, part: str, told: httpx2.Response
) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        info = {"page": 1, "page_size": 1000, "total_number": 0, "total_page": 0}
        return told if request.url.path.endswith(part) else good({"list": [], "page_info": info})

    async with opened(reply) as tiktok:
        with pytest.raises(AdsError):
            await tiktok.look(account)


@pytest.mark.parametrize(
    "values", [{"adgroup_id": None}, {"campaign_id": "x"}, {"budget": "much"}, {"schedule_end_time": "soon"}]
)
async def test_an_ad_group_of_the_wrong_shape_is_garbled(
    opened: Opened, good: Answer, account: Account, values: Mapping[str, object]
) -> None:
    group = {**GROUP, "schedule_type": "SCHEDULE_START_END", **values}

    with pytest.raises(Garbled):
        await looked(opened, good, account, [CAMPAIGN], [group])
