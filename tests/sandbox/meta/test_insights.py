"""Insights of Meta's sandbox: the sums are the world's truth, in Meta's words, and nothing is added that was not."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.meta import CAST, server
from xylo_mcp.sandbox.meta.figures import Books, Sums
from xylo_mcp.sandbox.world import AccountPlan, Campaign, Facts, World, amount, summed

Client = Callable[..., httpx2.AsyncClient]
Everything = Callable[..., Awaitable[list[dict[str, object]]]]
SMALL, LARGE = "123456789", "423456789"
FIRST = "120210000000000001"
SINCE, UNTIL = date(2026, 10, 20), date(2026, 11, 18)
RANGE = msgspec.json.encode({"since": SINCE, "until": UNTIL}).decode()
PURCHASES = (
    "purchase",
    "omni_purchase",
    "offsite_conversion.fb_pixel_purchase",
    "onsite_web_purchase",
    "onsite_web_app_purchase",
    "web_in_store_purchase",
)


class Action(msgspec.Struct):
    action_type: str
    value: Decimal
    click: Decimal = msgspec.field(default=Decimal(0), name="7d_click")
    view: Decimal = msgspec.field(default=Decimal(0), name="1d_view")


class Row(msgspec.Struct, omit_defaults=True):
    date_start: date
    date_stop: date
    campaign_id: str = ""
    campaign_name: str = ""
    impressions: int = 0
    clicks: int = 0
    spend: Decimal = Decimal(0)
    reach: int = 0
    inline_link_clicks: int = 0
    actions: list[Action] = []
    action_values: list[Action] = []
    cost_per_action_type: list[Action] = []
    purchase_roas: list[Action] = []


FIELDS = "campaign_id,campaign_name,impressions,clicks,spend,reach,inline_link_clicks"


def typed(rows: Iterable[object]) -> list[Row]:
    return [msgspec.convert(row, Row, strict=False) for row in rows]


def counted(actions: list[Action]) -> dict[str, Decimal]:
    return {action.action_type: action.value for action in actions}


def expected(facts: Facts, since: date, until: date, campaign: Campaign | None, plan: AccountPlan) -> Row:
    return Row(
        since,
        until,
        campaign.id if campaign else "",
        campaign.name if campaign else "",
        impressions=facts.impressions,
        clicks=facts.clicks,
        spend=amount(facts.spend, plan.currency),
        reach=facts.reach,
        inline_link_clicks=facts.link_clicks,
    )


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
async def test_an_accounts_sums_are_those_of_all_its_campaigns(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    rows = await everything(graph, f"/act_{plan.id}/insights", fields=FIELDS, time_range=RANGE)
    campaigns = world.campaigns("meta", plan.id)
    parts = (facts for found in campaigns for _, facts in world.days("meta", found, SINCE, UNTIL))
    assert typed(rows) == [expected(summed(parts), SINCE, UNTIL, None, plan)]


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
async def test_rows_per_campaign_are_the_truth_and_leave_archived_ones_out(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    path = f"/act_{plan.id}/insights"
    rows = await everything(graph, path, fields=FIELDS, time_range=RANGE, level="campaign", limit="500")
    sums = (
        (found, world.total("meta", found, SINCE, UNTIL), len(list(world.days("meta", found, SINCE, UNTIL))))
        for found in reversed(world.campaigns("meta", plan.id))
        if found.state != "gone"
    )
    several = [(found, facts) for found, facts, days in sums if days > 1]
    assert [row for row in typed(rows) if row.campaign_id in {found.id for found, _ in several}] == [
        expected(facts, SINCE, UNTIL, found, plan) for found, facts in several
    ]


async def test_archived_campaigns_have_rows_if_their_status_is_asked_for(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    path = f"/act_{LARGE}/insights"
    status = '[{"field":"campaign.effective_status","operator":"IN","value":["ARCHIVED","DELETED"]}]'
    rows = await everything(graph, path, level="campaign", date_preset="maximum", filtering=status, limit="500")
    gone = {found.id for found in world.campaigns("meta", LARGE) if found.state == "gone"}
    assert {row.campaign_id for row in typed(rows)} == gone


async def test_rows_per_day_are_the_days_of_the_world_and_no_others(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    ids = [found.id for found in world.campaigns("meta", SMALL) if found.state != "gone"][:6]
    named = msgspec.json.encode([{"field": "campaign.id", "operator": "IN", "value": ids}]).decode()
    params = {"fields": FIELDS, "level": "campaign", "time_increment": "1", "limit": "7", "date_preset": "last_7d"}
    rows = await everything(graph, f"/act_{SMALL}/insights", filtering=named, **params)
    since, until = date(2026, 11, 15), date(2026, 11, 21)
    assert typed(rows) == [
        expected(facts, day, day, found, found.account)
        for found in reversed(world.campaigns("meta", SMALL))
        if found.id in ids
        for day, facts in world.days("meta", found, since, until)
    ]


async def test_today_is_the_accounts_own_and_counts_the_hours_so_far(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    rows = await everything(graph, f"/{FIRST}/insights", fields=FIELDS, date_preset="today")
    campaign = world.campaigns("meta", SMALL)[0]
    today = world.today(campaign.account)
    facts = world.facts("meta", campaign, today)
    assert typed(rows) == [expected(facts, today, today, campaign, campaign.account)]


async def test_a_campaign_that_delivered_nothing_has_no_row(graph: httpx2.AsyncClient, world: World) -> None:
    idle = next(found for found in world.campaigns("meta", SMALL) if found.state in {"in_review", "rejected"})
    assert (await graph.get(f"/{idle.id}/insights")).json() == {"data": []}


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
async def test_conversions_come_under_all_names_of_their_family(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    fields = "actions,action_values,purchase_roas,spend,cost_per_action_type"
    (row,) = typed(await everything(graph, f"/act_{plan.id}/insights", fields=fields, time_range=RANGE))
    campaigns = world.campaigns("meta", plan.id)
    by_goal = {
        goal: summed(
            facts for found in campaigns if found.goal == goal for _, facts in world.days("meta", found, SINCE, UNTIL)
        )
        for goal in ("purchases", "leads", "app")
    }
    told = counted(row.actions)
    leads = told.get("offsite_conversion.fb_pixel_lead", 0) + told.get("onsite_conversion.lead_grouped", 0)
    value = amount(by_goal["purchases"].value, plan.currency)
    assert {told[name] for name in PURCHASES} == {Decimal(by_goal["purchases"].conversions) / 100}
    assert told.get("lead", 0) == leads == Decimal(by_goal["leads"].conversions) / 100
    assert told.get("omni_app_install", 0) == told.get("mobile_app_install", 0)
    assert told.get("omni_app_install", 0) == Decimal(by_goal["app"].conversions) / 100
    assert counted(row.action_values) == dict.fromkeys(PURCHASES, value)
    assert counted(row.purchase_roas) == {"omni_purchase": round(value / row.spend, 6)}
    assert counted(row.cost_per_action_type).keys() == told.keys()
    assert told["page_engagement"] > told["post_engagement"] == told["link_click"] + told["video_view"]


async def test_attribution_windows_show_their_shares_only_if_asked_for(
    graph: httpx2.AsyncClient, everything: Everything
) -> None:
    plain = await everything(graph, f"/{FIRST}/insights", fields="actions")
    windows = '["7d_click","1d_view"]'
    rows = await everything(graph, f"/{FIRST}/insights", fields="actions", action_attribution_windows=windows)
    assert '"7d_click"' not in msgspec.json.encode(plain).decode()
    (row,) = typed(rows)
    assert [action.value for action in row.actions] == [action.click + action.view for action in row.actions]


async def test_without_fields_impressions_and_spend_are_told(graph: httpx2.AsyncClient) -> None:
    (row,) = (await graph.get(f"/{FIRST}/insights")).json()["data"]
    assert row.keys() == {"account_id", "campaign_id", "impressions", "spend", "date_start", "date_stop"}
    assert (row["date_start"], row["date_stop"]) == ("2026-10-23", "2026-11-21")


@pytest.mark.parametrize("field", ["ctr", "cpc", "cpm", "frequency", "cost_per_inline_link_click"])
async def test_ratios_have_at_most_six_places(graph: httpx2.AsyncClient, field: str) -> None:
    (row,) = (await graph.get(f"/{FIRST}/insights", params={"fields": field})).json()["data"]
    assert Decimal(row[field]) == round(Decimal(row[field]), 6) > 0


async def test_rows_are_sorted_and_filtered_by_what_they_tell(
    graph: httpx2.AsyncClient, everything: Everything
) -> None:
    params = {"level": "campaign", "fields": "campaign_id,spend,actions", "limit": "3"}
    enough = '[{"field":"spend","operator":"GREATER_THAN","value":1000}]'
    path = f"/act_{SMALL}/insights"
    by_spend = typed(await everything(graph, path, sort="spend_descending", filtering=enough, **params))
    by_clicks = typed(await everything(graph, path, sort='["actions:link_click_ascending"]', **params))
    clicks = [counted(row.actions)["link_click"] for row in by_clicks]
    assert [row.spend for row in by_spend] == sorted((row.spend for row in by_spend), reverse=True)
    assert min(row.spend for row in by_spend) > 1000
    assert clicks == sorted(clicks)


async def test_days_are_sorted_as_asked_and_videos_counted(graph: httpx2.AsyncClient, world: World) -> None:
    params = {"fields": "video_play_actions", "time_increment": "1", "sort": "date_start_descending"}
    rows = (await graph.get(f"/{FIRST}/insights", params={**params, "date_preset": "last_7d"})).json()["data"]
    days = list(world.days("meta", world.campaigns("meta", SMALL)[0], date(2026, 11, 15), date(2026, 11, 21)))
    assert [(row["date_start"], row["video_play_actions"]) for row in rows] == [
        (day.isoformat(), [{"action_type": "video_view", "value": str(facts.video_plays)}])
        for day, facts in reversed(days)
    ]


def test_sums_are_remembered_until_there_are_too_many(world: World) -> None:
    campaigns = world.campaigns("meta", SMALL)
    one, other = (Sums(campaigns[0].account, campaigns, ((day, day),), "account") for day in (SINCE, UNTIL))
    books = Books(world, most=150)
    first = books.rows(one)
    assert books.rows(one) is first
    books.rows(other)
    again = books.rows(one)
    assert (again == first, again is first) == (True, False)


async def test_figures_follow_the_clock(world: World, client: Client, everything: Everything) -> None:
    moments = [datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (10, 11, 12, 22)]
    moving = moments[:1]
    later = replace(world, clock=lambda: moving[0])
    spent: list[Decimal] = []
    async with client(server(later)) as http:
        for moment in moments:
            moving[0] = moment
            (row,) = typed(await everything(http, f"/{FIRST}/insights", date_preset="today"))
            spent.append(row.spend)
    assert spent == sorted(set(spent))


async def test_a_large_account_is_added_up_in_little_time(world: World, client: Client) -> None:
    async with client(server(world)) as http:
        start = perf_counter()
        answer = await http.get(f"/act_{LARGE}/insights")
    assert (len(answer.json()["data"]), perf_counter() - start < 5) == (1, True)
