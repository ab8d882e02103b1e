"""What Meta's campaigns and ad sets commit to, wherever the budget sits.

Fields and values: Meta Marketing API docs, "Campaign", "Ad set" (2026-09).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Look
from xylo_mcp.contract import AdPlatform

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
Rows = Sequence[Mapping[str, object]]

CAMPAIGN: Mapping[str, object] = {
    "id": "902",
    "name": "Spring",
    "objective": "OUTCOME_SALES",
    "status": "ACTIVE",
    "effective_status": "ACTIVE",
}
SET: Mapping[str, object] = {
    "id": "11",
    "campaign_id": "902",
    "status": "ACTIVE",
    "daily_budget": "3050",
    "lifetime_budget": "0",
    "start_time": "2026-03-01T23:30:00-0800",
}
DAILY = Budget("ad_group/11", "ad_group", Money(Decimal("30.50"), "USD"), starts=date(2026, 3, 2))
REFUSED = httpx2.Response(403, json={"error": {"code": 10, "message": "no"}})


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


class Meta:
    """An account with these campaigns and ad sets; `node` answers for the one that is asked about."""

    def __init__(self, campaigns: Rows = (), sets: Rows = (), node: httpx2.Response | None = None) -> None:
        self.parts = {
            "/v26.0/act_123456789/campaigns": httpx2.Response(200, json={"data": campaigns}),
            "/v26.0/act_123456789/adsets": httpx2.Response(200, json={"data": sets}),
        }
        if node is not None:
            self.parts["/v26.0/902"] = node
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        return self.parts[request.url.path]


async def looked(opened: Opened, account: Account, meta: Meta, target: str = "") -> Look:
    async with opened(meta) as platform:
        look = await platform.look(account, target)
    assert sorted(meta.asked) == sorted(meta.parts)
    return look


def budgets(look: Look) -> Mapping[str, Sequence[Budget]]:
    return {one.campaign.id: one.budgets for one in look.running}


async def test_without_a_budget_of_its_own_a_campaign_spends_its_running_ad_sets(
    opened: Opened, account: Account
) -> None:
    sets = [
        SET,
        *(
            {**SET, "id": str(number), "status": off}
            for number, off in enumerate(("PAUSED", "ARCHIVED", "DELETED"), 12)
        ),
        {**SET, "id": "15", "status": "OF_TOMORROW", "daily_budget": "900"},
        {**SET, "id": "16", "campaign_id": "903"},
    ]

    look = await looked(opened, account, Meta([CAMPAIGN], sets))

    new = msgspec.structs.replace(DAILY, id="ad_group/15", daily=Money(Decimal("9.00"), "USD"))
    assert budgets(look) == {"902": [DAILY, new]}


async def test_a_campaigns_own_budget_is_all_that_it_spends(opened: Opened, account: Account) -> None:
    campaign = {
        **CAMPAIGN,
        "lifetime_budget": "90000",
        "start_time": "2026-03-01T00:00:00-0500",
        "stop_time": "2026-04-01T00:00:00-0400",
    }

    look = await looked(opened, account, Meta([campaign], [SET]))

    own = Budget("campaign/902", "campaign", None, usd(900), date(2026, 3, 1), date(2026, 3, 31))
    assert budgets(look) == {"902": (own,)}


@pytest.mark.parametrize(
    ("values", "budget"),
    [
        ({"daily_budget": "0"}, msgspec.structs.replace(DAILY, daily=None)),
        ({"daily_budget": None}, msgspec.structs.replace(DAILY, daily=None)),
        (
            {"daily_budget": "0", "lifetime_budget": 50000, "end_time": "2026-03-20T23:59:59-0700"},
            Budget("ad_group/11", "ad_group", None, usd(500), date(2026, 3, 2), date(2026, 3, 21)),
        ),
        ({"end_time": "1970-01-01T00:00:00+0000"}, DAILY),
        ({"start_time": None}, msgspec.structs.replace(DAILY, starts=None)),
    ],
)
async def test_a_budget_that_is_not_told_has_no_bound(
    opened: Opened, account: Account, values: Mapping[str, object], budget: Budget
) -> None:
    look = await looked(opened, account, Meta([CAMPAIGN], [{**SET, **values}]))

    assert budgets(look) == {"902": [budget]}


@pytest.mark.parametrize(
    ("values", "runs"),
    [
        ({}, True),
        ({"status": "PAUSED", "effective_status": "PAUSED"}, False),
        ({"status": "ACTIVE", "effective_status": "WITH_ISSUES"}, True),
        ({"status": "SCHEDULED", "effective_status": "SCHEDULED"}, True),
        ({"stop_time": "2026-03-04T10:11:13+0000"}, True),
        ({"stop_time": "2026-03-04T10:11:12+0000"}, False),
    ],
)
async def test_a_campaign_runs_unless_it_is_surely_off_or_over(
    opened: Opened, account: Account, values: Mapping[str, object], *, runs: bool
) -> None:
    look = await looked(opened, account, Meta([{**CAMPAIGN, **values}], [SET]))

    assert list(budgets(look)) == (["902"] if runs else [])


async def test_the_target_is_found_in_whatever_status_if_it_is_the_accounts(opened: Opened, account: Account) -> None:
    deleted = {**CAMPAIGN, "status": "DELETED", "effective_status": "DELETED", "daily_budget": "5000"}
    ours = httpx2.Response(200, json={**deleted, "account_id": "123456789"})
    theirs = httpx2.Response(200, json={**deleted, "account_id": "987654321"})

    found = (await looked(opened, account, Meta(node=ours), "902")).target
    other = (await looked(opened, account, Meta(node=theirs), "902")).target

    assert found is not None
    assert (found.campaign.status, found.campaign.daily_budget, other) == ("archived", usd(50), None)


@pytest.mark.parametrize("part", ["/v26.0/act_123456789/campaigns", "/v26.0/act_123456789/adsets", "/v26.0/902"])
async def test_a_look_of_which_a_part_cannot_be_read_is_an_error(opened: Opened, account: Account, part: str) -> None:
    meta = Meta([CAMPAIGN], [SET], httpx2.Response(200, json={**CAMPAIGN, "account_id": "123456789"}))
    meta.parts[part] = REFUSED

    with pytest.raises(AdsError) as raised:
        await looked(opened, account, meta, "902")

    assert type(raised.value) is Forbidden


@pytest.mark.parametrize(
    "values", [{"id": None}, {"campaign_id": "x"}, {"daily_budget": "1.5"}, {"start_time": "2026-03-01T23:30:00"}]
)
async def test_an_ad_set_of_the_wrong_shape_is_garbled(
    opened: Opened, account: Account, values: Mapping[str, object]
) -> None:
    async with opened(Meta([CAMPAIGN], [{**SET, **values}])) as platform:
        with pytest.raises(Garbled):
            await platform.look(account)
