"""Nodes of Meta's sandbox: their fields, what nests within them, and what is refused."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import httpx2
import pytest

from xylo_mcp.sandbox.meta import CAST

FIRST = "120210000000000001"
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]


async def test_accounts_are_listed_with_their_ids_alone_unless_more_is_asked(graph: httpx2.AsyncClient) -> None:
    answer = (await graph.get("/me/adaccounts")).json()
    assert answer["data"] == [{"id": f"act_{plan.id}", "account_id": plan.id} for plan in CAST.accounts]


async def test_an_account_tells_who_it_is(graph: httpx2.AsyncClient) -> None:
    fields = "name,currency,timezone_name,account_status,disable_reason,timezone_offset_hours_utc,funding_source"
    assert (await graph.get("/act_523456789/", params={"fields": fields})).json() == {
        "name": "Bergquell UK (closed)",
        "currency": "GBP",
        "timezone_name": "Europe/London",
        "account_status": 2,
        "disable_reason": 3,
        "timezone_offset_hours_utc": 0.0,
        "id": "act_523456789",
    }


@pytest.mark.parametrize("base", ["/v26.0", "/v19.0", ""])
async def test_any_version_or_none_is_served(graph: httpx2.AsyncClient, base: str) -> None:
    answer = await graph.get(f"http://sandbox{base}/{FIRST}/", params={"fields": "name"})
    assert answer.json() == {"name": "Q2 Prospecting", "id": FIRST}


async def test_a_campaign_tells_its_whole_configuration(graph: httpx2.AsyncClient) -> None:
    fields = (
        "account_id,objective,status,configured_status,effective_status,daily_budget,lifetime_budget,buying_type,"
        "bid_strategy,special_ad_categories,start_time,stop_time,created_time,issues_info"
    )
    answer = (await graph.get(f"/{FIRST}", params={"fields": fields})).json()
    created = answer.pop("created_time")
    assert datetime.fromisoformat(created).utcoffset() is not None
    assert answer == {
        "account_id": "123456789",
        "objective": "OUTCOME_SALES",
        "status": "ACTIVE",
        "configured_status": "ACTIVE",
        "effective_status": "ACTIVE",
        "daily_budget": "10000",
        "buying_type": "AUCTION",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "special_ad_categories": [],
        "start_time": "2025-10-18T00:00:00-0700",
        "id": FIRST,
    }


async def test_several_nodes_come_by_their_ids_and_one_bad_id_fails_all(
    graph: httpx2.AsyncClient, refusal: Refusal
) -> None:
    both = await graph.get("http://sandbox/v26.0//", params={"ids": f"{FIRST},act_123456789", "fields": "name"})
    assert both.json() == {
        FIRST: {"name": "Q2 Prospecting", "id": FIRST},
        "act_123456789": {"name": "Bergquell Shop US", "id": "act_123456789"},
    }
    assert await refusal(graph, "/", ids=f"{FIRST},12") == (400, 100, 33)
    assert await refusal(graph, "/", ids=",".join([FIRST] * 51)) == (400, 100, 0)


async def test_lists_nest_within_fields(graph: httpx2.AsyncClient) -> None:
    named = '[{"field":"name","operator":"IN","value":["Q2 Prospecting"]}]'
    insights = "insights.date_preset(yesterday){impressions}"
    fields = f"name,campaigns.limit(2).filtering({named}){{name,{insights}}}"
    answer = (await graph.get("/act_123456789", params={"fields": fields})).json()
    (campaign,) = answer["campaigns"]["data"]
    (row,) = campaign["insights"]["data"]
    assert (answer["name"], campaign["name"], row.keys()) == (
        "Bergquell Shop US",
        "Q2 Prospecting",
        {"impressions", "date_start", "date_stop"},
    )


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("/act_123456789", {"fields": "id,colour"}, (400, 100, 0)),
        ("/act_123456789/campaigns", {"fields": "colour"}, (400, 100, 0)),
        ("/act_123456789/campaigns", {"fields": "colour", "effective_status": '["DISAPPROVED"]'}, (400, 100, 0)),
        ("/me", {"fields": "email"}, (400, 100, 0)),
        ("/act_123456789", {"fields": "name{first}"}, (400, 100, 0)),
        ("/act_123456789", {"fields": "campaigns{colour}"}, (400, 100, 0)),
        ("/act_123456789", {"fields": "id,"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "campaigns{id"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "id}"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "campaigns.limit{id}"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "campaigns.limit(1"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "campaigns{" * 12}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "campaigns.(1){id}"}, (400, 2500, 0)),
        ("/act_123456789", {"fields": "[1]"}, (400, 100, 0)),
        ("/123456789", {}, (400, 100, 33)),
        ("/act_999", {}, (400, 100, 33)),
        ("/120210000009999999", {}, (400, 100, 33)),
        ("/v26/me", {}, (404, 803, 0)),
        ("/act_123456789/ads", {}, (400, 2500, 0)),
        ("/act_123456789/campaigns/insights", {}, (400, 2500, 0)),
        ("/", {}, (400, 100, 0)),
        ("/", {"ids": f"{FIRST},"}, (400, 100, 0)),
        ("/act_123456789/campaigns", {"colour": "red"}, (400, 100, 0)),
    ],
)
async def test_what_does_not_exist_is_refused(
    graph: httpx2.AsyncClient, refusal: Refusal, path: str, params: Mapping[str, str], expected: tuple[int, int, int]
) -> None:
    assert await refusal(graph, path, **params) == expected


async def test_an_edge_without_anything_has_no_key_within_a_node(graph: httpx2.AsyncClient) -> None:
    named = '[{"field": "name", "operator": "EQUAL", "value": "a \\"b\\") ]"}]'
    fields = f"campaigns . filtering( {named} ) {{ id , name }} , id"
    answer = await graph.get("/act_123456789", params={"fields": fields})
    assert answer.json() == {"id": "act_123456789"}


async def test_names_travel_as_ascii_and_arrive_as_written(graph: httpx2.AsyncClient) -> None:
    answer = await graph.get("/act_223456789", params={"fields": '["name"]'})
    assert answer.content.isascii()
    assert answer.json() == {"name": "ベルククヴェル日本", "id": "act_223456789"}
