"""Lists of Meta's sandbox: which campaigns, in which order, on which page and in which words."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import AccountPlan, Campaign, World, amount

Client = Callable[..., httpx2.AsyncClient]
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]
Everything = Callable[..., Awaitable[list[dict[str, object]]]]
SMALL, LARGE = "123456789", "423456789"
ALL = '["ACTIVE","PAUSED","IN_PROCESS","WITH_ISSUES","ARCHIVED","DELETED"]'
OFFSET = {"USD": 100, "INR": 100, "GBP": 100, "JPY": 1, "TWD": 1}

Filter = tuple[str, str, object, Callable[[Campaign], bool]]
FILTERS: list[Filter] = [
    ("effective_status", "IN", ["ARCHIVED"], lambda found: found.switch == "archived"),
    ("effective_status", "NOT_IN", ["ACTIVE"], lambda found: found.state not in {"delivering", "ended"}),
    ("name", "CONTAIN", "JP", lambda found: "JP" in found.name and found.state != "gone"),
    ("name", "NOT_CONTAIN", "a", lambda found: "a" not in found.name and found.state != "gone"),
    ("name", "STARTS_WITH", "Q", lambda found: found.name.startswith("Q") and found.state != "gone"),
    ("name", "ENDS_WITH", "7", lambda found: found.name.endswith("7") and found.state != "gone"),
    ("name", "CONTAINS_ANY", ["JP", "BR"], lambda c: ("JP" in c.name or "BR" in c.name) and c.state != "gone"),
    ("name", "CONTAINS_ALL", ["Q1", "BR"], lambda c: "Q1" in c.name and "BR" in c.name and c.state != "gone"),
    ("campaign.id", "EQUAL", "120210000000000001", lambda found: found.id == "120210000000000001"),
    ("daily_budget", "GREATER_THAN", 10000, lambda found: found.daily > 10000 and found.state != "gone"),
    ("daily_budget", "IN_RANGE", [6000, "7500"], lambda c: 6000 <= c.daily <= 7500 and c.state != "gone"),
]


def filtering(field: str, operator: str, value: object) -> str:
    return msgspec.json.encode([{"field": field, "operator": operator, "value": value}]).decode()


def newest_first(world: World, account: str, keep: Callable[[Campaign], bool]) -> list[str]:
    return [found.id for found in reversed(world.campaigns("meta", account)) if keep(found)]


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
async def test_all_but_archived_and_deleted_campaigns_are_listed_newest_first(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    rows = await everything(graph, f"/act_{plan.id}/campaigns", limit="500")
    assert ids(rows) == newest_first(world, plan.id, lambda found: found.state != "gone")


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
async def test_statuses_and_budgets_are_the_worlds_in_metas_words(
    graph: httpx2.AsyncClient, world: World, everything: Everything, plan: AccountPlan
) -> None:
    fields = "name,status,effective_status,daily_budget,lifetime_budget"
    path = f"/act_{plan.id}/campaigns"
    rows = await everything(graph, path, limit="500", fields=fields, effective_status=ALL)
    status = {"on": "ACTIVE", "off": "PAUSED", "archived": "ARCHIVED", "deleted": "DELETED"}
    trouble = {"in_review": "IN_PROCESS", "rejected": "WITH_ISSUES", "limited": "WITH_ISSUES"}

    def shown(minor: int) -> int:
        return int(amount(minor, plan.currency) * OFFSET[plan.currency])

    told = {
        row["id"]: (
            row["name"],
            row["status"],
            row["effective_status"],
            int(str(row.get("daily_budget", "0"))),
            int(str(row.get("lifetime_budget", "0"))),
        )
        for row in rows
    }
    assert told == {
        found.id: (
            found.name,
            status[found.switch],
            trouble.get(found.state, status[found.switch]),
            shown(found.daily),
            shown(found.lifetime),
        )
        for found in world.campaigns("meta", plan.id)
    }


async def test_troubled_campaigns_tell_their_issues_and_ended_ones_their_end(
    graph: httpx2.AsyncClient, world: World, everything: Everything
) -> None:
    fields = "issues_info{level}"
    assert (await graph.get(f"/act_{LARGE}/campaigns", params={"fields": fields})).status_code == 400
    rows = await everything(graph, f"/act_{LARGE}/campaigns", limit="500", fields="issues_info,stop_time")
    state = {found.id: found.state for found in world.campaigns("meta", LARGE)}
    assert {state[str(row["id"])] for row in rows if "issues_info" in row} == {"rejected", "limited"}
    ends = [datetime.fromisoformat(str(row["stop_time"])) for row in rows if state[str(row["id"])] == "ended"]
    assert all(end < datetime(2026, 11, 22, tzinfo=UTC) for end in ends)


async def test_a_few_old_campaigns_have_objectives_of_old(graph: httpx2.AsyncClient, everything: Everything) -> None:
    rows = await everything(graph, f"/act_{LARGE}/campaigns", limit="500", fields="objective")
    kinds = Counter(str(row["objective"]).startswith("OUTCOME_") for row in rows)
    legacy = {row["objective"] for row in rows if not str(row["objective"]).startswith("OUTCOME_")}
    assert 0.02 < kinds[False] / kinds.total() < 0.2
    assert {"CONVERSIONS", "LINK_CLICKS"} <= legacy


async def test_what_is_left_of_a_budget_is_told(graph: httpx2.AsyncClient, world: World) -> None:
    for campaign in world.campaigns("meta", SMALL):
        today = world.today(campaign.account)
        since = campaign.first_day if campaign.lifetime else today
        left = max(campaign.lifetime + campaign.daily - world.total("meta", campaign, since, today).spend, 0)
        answer = await graph.get(f"/{campaign.id}", params={"fields": "budget_remaining"})
        assert answer.json() == {"budget_remaining": str(left), "id": campaign.id}


@pytest.mark.parametrize("case", FILTERS, ids=lambda case: f"{case[0]}-{case[1]}")
async def test_filters_admit_what_they_say(
    graph: httpx2.AsyncClient, world: World, everything: Everything, case: Filter
) -> None:
    field, operator, value, keep = case
    rows = await everything(graph, f"/act_{SMALL}/campaigns", filtering=filtering(field, operator, value))
    assert ids(rows) == newest_first(world, SMALL, keep)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"limit": "501"}, (500, 1, 0)),
        ({"limit": "0"}, (400, 100, 0)),
        ({"limit": "many"}, (400, 100, 0)),
        ({"after": "QVFI9"}, (400, 100, 0)),
        ({"after": "ü"}, (400, 100, 0)),
        ({"summary": "spend"}, (400, 100, 0)),
        ({"effective_status": "ACTIVE"}, (400, 100, 0)),
        ({"effective_status": '["ON"]'}, (400, 100, 0)),
        ({"filtering": "{}"}, (400, 100, 0)),
        ({"filtering": filtering("colour", "EQUAL", "red")}, (400, 100, 0)),
        ({"filtering": filtering("name", "LIKE", "Q")}, (400, 100, 0)),
        ({"filtering": filtering("name", "GREATER_THAN", "Q")}, (400, 100, 0)),
        ({"filtering": filtering("id", "IN", "1")}, (400, 100, 0)),
        ({"filtering": filtering("id", "EQUAL", ["1"])}, (400, 100, 0)),
        ({"filtering": filtering("daily_budget", "EQUAL", "much")}, (400, 100, 0)),
        ({"filtering": filtering("daily_budget", "EQUAL", "NaN")}, (400, 100, 0)),
        ({"filtering": filtering("daily_budget", "IN_RANGE", [1])}, (400, 100, 0)),
    ],
)
async def test_a_question_that_meta_would_not_take_is_refused(
    graph: httpx2.AsyncClient, refusal: Refusal, params: dict[str, str], expected: tuple[int, int, int]
) -> None:
    assert await refusal(graph, f"/act_{SMALL}/campaigns", **params) == expected


async def test_a_list_may_come_in_brackets_but_the_last_of_several_values_wins(
    graph: httpx2.AsyncClient, world: World
) -> None:
    answer = await graph.get(
        f"/act_{SMALL}/campaigns?limit=9&limit=100&effective_status[]=ARCHIVED&effective_status[1]=DELETED"
    )
    assert ids(answer.json()["data"]) == newest_first(world, SMALL, lambda found: found.state == "gone")


async def test_pages_lead_forth_and_back_and_say_how_many_there_are(graph: httpx2.AsyncClient, world: World) -> None:
    path = f"/act_{LARGE}/campaigns"
    first = (await graph.get(path, params={"summary": "true"})).json()
    second = (await graph.get(path, params={"after": first["paging"]["cursors"]["after"]})).json()
    back = (await graph.get(path, params={"before": second["paging"]["cursors"]["before"]})).json()
    wanted = newest_first(world, LARGE, lambda found: found.state != "gone")
    assert first["summary"] == {"total_count": len(wanted)}
    assert ids(first["data"]) + ids(second["data"]) == wanted[:50]
    assert (back["data"], second["paging"].keys()) == (first["data"], {"cursors", "next", "previous"})


async def test_a_total_is_told_only_if_asked_for(graph: httpx2.AsyncClient) -> None:
    for summary in ({}, {"summary": "false"}):
        assert "summary" not in (await graph.get("/me/adaccounts", params=summary)).json()


async def test_the_last_page_has_a_cursor_and_no_next(graph: httpx2.AsyncClient) -> None:
    paging = (await graph.get(f"/act_{SMALL}/campaigns", params={"limit": "500"})).json()["paging"]
    assert paging.keys() == {"cursors"}
    after = await graph.get(f"/act_{SMALL}/campaigns", params={"after": paging["cursors"]["after"]})
    assert after.json() == {"data": []}


async def test_a_cursor_is_good_for_its_own_question_only(graph: httpx2.AsyncClient, refusal: Refusal) -> None:
    page = (await graph.get(f"/act_{SMALL}/campaigns", params={"limit": "2"})).json()
    after = page["paging"]["cursors"]["after"]
    assert await refusal(graph, f"/act_{LARGE}/campaigns", after=after) == (400, 100, 0)
    assert await refusal(graph, f"/act_{SMALL}/campaigns", after=after, effective_status=ALL) == (400, 100, 0)


async def test_a_link_to_the_next_page_works_as_it_is_and_carries_the_token(world: World, client: Client) -> None:
    house = Starlette(routes=[Mount("/meta", server(world))])
    async with client(house, token="") as http:
        asked = {"limit": "2", "fields": "name", "access_token": CREDENTIALS["ACCESS_TOKEN"]}
        page = (await http.get(f"http://sandbox/meta/v25.0/act_{SMALL}/campaigns", params=asked)).json()
        link = httpx2.URL(str(page["paging"]["next"]))
        second = (await http.get(link)).json()
    wanted = newest_first(world, SMALL, lambda found: found.state != "gone")
    assert (link.path, link.params["access_token"]) == (
        f"/meta/v25.0/act_{SMALL}/campaigns",
        CREDENTIALS["ACCESS_TOKEN"],
    )
    assert ids(second["data"]) == wanted[2:4]


async def test_empty_pages_between_pages_lose_nothing(world: World, client: Client, everything: Everything) -> None:
    async with client(server(world, gaps=True)) as http:
        rows = await everything(http, f"/act_{SMALL}/campaigns", limit="5")
        page = (await http.get(f"/act_{SMALL}/campaigns", params={"limit": "5"})).json()
        gap = (await http.get(page["paging"]["next"])).json()
    assert (gap["data"], "next" in gap["paging"]) == ([], True)
    assert ids(rows) == newest_first(world, SMALL, lambda found: found.state != "gone")


async def test_a_large_page_has_as_many_campaigns_as_were_asked_for(app: ASGIApp, graph: httpx2.AsyncClient) -> None:
    fields = "name,objective,status,effective_status,daily_budget,lifetime_budget,start_time,stop_time,issues_info"
    params = {"limit": "500", "fields": fields}
    answer = await graph.get(f"/act_{LARGE}/campaigns", params=params)
    assert len(answer.json()["data"]) == 500
