"""Ad sets of Meta's sandbox: their own budgets, their statuses, and where they are listed."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from xylo_mcp.sandbox.meta import CAST
from xylo_mcp.sandbox.world import AccountPlan, AdGroup, Campaign, World, amount

US, FIRST = "123456789", "120210000000000001"
ALL = '["ACTIVE","PAUSED","CAMPAIGN_PAUSED","IN_PROCESS","WITH_ISSUES","ARCHIVED","DELETED"]'
BUDGETS = "id,campaign_id,daily_budget,lifetime_budget"
SMALL = [plan for plan in CAST.accounts if plan.campaigns < 100]
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]
Everything = Callable[..., Awaitable[list[dict[str, object]]]]
Keep = Callable[[AdGroup, Campaign], bool]
FILTERS: list[tuple[str, Keep]] = [
    (
        '[{"field":"campaign.id","operator":"IN","value":["120210000000000001"]}]',
        lambda _, campaign: campaign.id == FIRST,
    ),
    (
        '[{"field":"campaign.effective_status","operator":"EQUAL","value":"PAUSED"}]',
        lambda _, campaign: campaign.switch == "off",
    ),
    (
        '[{"field":"adset.name","operator":"CONTAIN","value":"2"},{"field":"daily_budget","operator":"EQUAL","value":0}]',
        lambda group, campaign: "2" in group.name and not group.daily and campaign.state != "gone",
    ),
    (
        '[{"field":"effective_status","operator":"IN","value":["DELETED"]}]',
        lambda _, campaign: campaign.switch == "deleted",
    ),
    (
        '[{"field":"id","operator":"EQUAL","value":"1202100000000000011"}]',
        lambda group, _: group.id == "1202100000000000011",
    ),
    (
        '[{"field":"lifetime_budget","operator":"GREATER_THAN","value":0}]',
        lambda group, campaign: bool(group.lifetime) and campaign.state != "gone",
    ),
]


def newest_first(world: World, account: str, keep: Callable[[Campaign], bool]) -> list[tuple[AdGroup, Campaign]]:
    return [
        (group, campaign)
        for campaign in reversed(world.campaigns("meta", account))
        if keep(campaign)
        for group in reversed(world.ad_groups("meta", campaign))
    ]


@pytest.mark.parametrize("plan", SMALL, ids=lambda plan: plan.currency)
async def test_budgets_are_the_worlds_in_metas_subunits_and_none_stand_below_a_campaigns(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    offset = 1 if plan.currency in {"JPY", "TWD"} else 100

    rows = await everything(graph, f"/act_{plan.id}/adsets", limit="7", fields=BUDGETS, effective_status=ALL)

    def shown(group: AdGroup) -> dict[str, str]:
        if not (group.daily or group.lifetime):
            return {}
        amounts = {"daily_budget": group.daily, "lifetime_budget": group.lifetime}
        return {name: str(int(offset * amount(minor, plan.currency))) for name, minor in amounts.items()}

    assert rows == [
        {"id": group.id, "campaign_id": campaign.id, **shown(group)}
        for group, campaign in newest_first(world, plan.id, lambda _: True)
    ]
    assert any("daily_budget" in row for row in rows)
    assert not all("daily_budget" in row for row in rows)


async def test_an_ad_set_tells_its_whole_configuration(graph: httpx2.AsyncClient, world: World) -> None:
    campaign = next(one for one in world.campaigns("meta", US) if one.last_day and one.switch == "off")
    group = world.ad_groups("meta", campaign)[0]
    fields = "account_id,campaign_id,name,status,configured_status,effective_status,billing_event,targeting"

    told = (await graph.get(f"/{group.id}", params={"fields": f"{fields},start_time,end_time"})).json()

    assert told.pop("start_time").startswith(f"{group.first_day}T00:00:00-0")
    assert told.pop("end_time").startswith(f"{group.last_day}T23:59:59-0")
    assert told == {
        "account_id": US,
        "campaign_id": campaign.id,
        "name": "Group 1",
        "status": "ACTIVE",
        "configured_status": "ACTIVE",
        "effective_status": "CAMPAIGN_PAUSED",
        "billing_event": "IMPRESSIONS",
        "id": group.id,
    }


async def test_statuses_say_what_the_campaign_brings_about(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    rows = await everything(
        graph,
        f"/act_{US}/adsets",
        limit="500",
        fields="effective_status,created_time,updated_time",
        effective_status=ALL,
    )
    of_state = {
        "delivering": "ACTIVE",
        "ended": "ACTIVE",
        "off": "CAMPAIGN_PAUSED",
        "in_review": "IN_PROCESS",
        "rejected": "WITH_ISSUES",
        "limited": "WITH_ISSUES",
    }

    def expected(group: AdGroup, campaign: Campaign) -> str:
        if campaign.state == "gone":
            return campaign.switch.upper()
        return of_state[campaign.state] if group.switch == "on" else "PAUSED"

    everyone = newest_first(world, US, lambda _: True)
    assert {str(row["id"]): row["effective_status"] for row in rows} == {
        group.id: expected(group, campaign) for group, campaign in everyone
    }
    assert all(str(row["created_time"]) < str(row["updated_time"]) for row in rows)


async def test_those_of_campaigns_that_are_gone_are_hidden_unless_asked_for(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    ids = [row["id"] for row in await everything(graph, f"/act_{US}/adsets", limit="500")]

    assert ids == [group.id for group, _ in newest_first(world, US, lambda one: one.state != "gone")]


@pytest.mark.parametrize(
    ("filtering", "keep"),
    FILTERS,
)
async def test_filters_admit_by_the_ad_set_and_by_its_campaign(
    graph: httpx2.AsyncClient,
    world: World,
    everything: Everything,
    filtering: str,
    keep: Keep,
) -> None:
    rows = await everything(graph, f"/act_{US}/adsets", filtering=filtering, limit="500")

    wanted = [group.id for group, campaign in newest_first(world, US, lambda _: True) if keep(group, campaign)]
    assert [row["id"] for row in rows] == wanted
    assert wanted


async def test_they_nest_within_campaigns_in_pages_of_their_own(graph: httpx2.AsyncClient, world: World) -> None:
    fields = "id,adsets.limit(2){id,effective_status}"
    named = '[{"field":"id","operator":"EQUAL","value":"120210000000000001"}]'
    groups = [group.id for group in reversed(world.ad_groups("meta", world.campaigns("meta", US)[0]))]

    answer = await graph.get(f"/act_{US}/campaigns", params={"fields": fields, "filtering": named})
    (campaign,) = answer.json()["data"]
    inner = campaign["adsets"]
    rest = (await graph.get(inner["paging"]["next"])).json()

    assert campaign.keys() == {"id", "adsets"}
    assert [row["id"] for row in (*inner["data"], *rest["data"])] == groups
    assert (len(inner["data"]), "next" in rest["paging"]) == (2, False)
    assert {row.keys() == {"id", "effective_status"} for row in rest["data"]} == {True}


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        (f"/act_{US}/adsets", {"fields": "colour"}, (400, 100, 0)),
        (f"/act_{US}/adsets", {"colour": "red"}, (400, 100, 0)),
        (f"/act_{US}/adsets", {"filtering": '[{"field":"colour","operator":"EQUAL","value":"red"}]'}, (400, 100, 0)),
        (f"/act_{US}/adsets", {"filtering": '[{"field":"campaign.x","operator":"EQUAL","value":"1"}]'}, (400, 100, 0)),
        (f"/{FIRST}/adsets", {"fields": "colour"}, (400, 100, 0)),
        (f"/{FIRST}9", {}, (400, 100, 33)),
        (f"/{FIRST}1", {"fields": "colour"}, (400, 100, 0)),
        (f"/{FIRST}1/adsets", {}, (400, 2500, 0)),
        (f"/act_{US}/campaigns", {"fields": "adsets{colour}"}, (400, 100, 0)),
    ],
)
async def test_what_ad_sets_do_not_have_is_refused(
    graph: httpx2.AsyncClient, refusal: Refusal, path: str, params: dict[str, str], expected: tuple[int, int, int]
) -> None:
    assert await refusal(graph, path, **params) == expected
