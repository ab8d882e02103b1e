"""TikTok's sandbox reports ad groups, ads and audiences as they are, and makes large reports as tasks."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, Sizes, server
from xylo_mcp.sandbox.world import World, amount

US = CAST.accounts[0].id
ROOT = "/open_api/v1.3/report"
SINCE, UNTIL = date(2026, 2, 20), date(2026, 3, 3)
ADS: Mapping[str, Any] = {
    "advertiser_id": US,
    "report_type": "BASIC",
    "data_level": "AUCTION_AD",
    "dimensions": ["ad_id"],
    "metrics": ["spend", "conversion", "campaign_id", "adgroup_id", "ad_name"],
    "start_date": SINCE.isoformat(),
    "end_date": UNTIL.isoformat(),
}
EVERY_AD = [{"field_name": "ad_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}]
AGES: Mapping[str, Any] = {
    **ADS,
    "report_type": "AUDIENCE",
    "data_level": "AUCTION_ADVERTISER",
    "dimensions": ["advertiser_id", "age"],
    "metrics": ["spend", "impressions"],
}


class Asking:
    """Asks the sandbox of a world."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def get(self, path: str, asked: Mapping[str, Any]) -> httpx2.Response:
        params = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
        return await self._http.get(f"{ROOT}/{path}/", params=params)

    async def rows(self, asked: Mapping[str, Any]) -> list[dict[str, dict[str, str]]]:
        return (await self.get("integrated/get", {**asked, "page_size": "1000"})).json()["data"]["list"]

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return (await self._http.post(f"{ROOT}/{path}/", json=body)).json()

    async def refusal(self, asked: Mapping[str, Any]) -> tuple[int, str]:
        answer = (await self.get("integrated/get", asked)).json()
        return answer["code"], answer["message"]


@pytest.fixture
def world() -> World:
    now = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    return World(seed=7, anchor=now.date(), clock=lambda: now, casts=(CAST,))


@pytest.fixture
def sizes() -> Sizes:
    return Sizes()


@pytest.fixture
async def tiktok(world: World, sizes: Sizes) -> AsyncIterator[Asking]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=server(world, sizes=sizes)),
        base_url="http://sandbox",
        headers={"Access-Token": CREDENTIALS["ACCESS_TOKEN"]},
    ) as http:
        yield Asking(http)


async def test_every_ad_has_a_row_that_names_what_it_belongs_to(world: World, tiktok: Asking) -> None:
    rows = await tiktok.rows({**ADS, "filtering": EVERY_AD})

    spend: dict[str, int] = {}
    named: dict[str, tuple[str, str, str]] = {}
    for campaign in world.campaigns("tiktok", US):
        for group in world.ad_groups("tiktok", campaign):
            named |= {ad.id: (campaign.id, group.id, ad.name) for ad in world.ads(group)}
        for part in world.parts("tiktok", campaign, SINCE, UNTIL):
            spend[part.ad.id] = spend.get(part.ad.id, 0) + part.facts.spend
    told = {row["dimensions"]["ad_id"]: row["metrics"] for row in rows}
    assert {key: (one["campaign_id"], one["adgroup_id"], one["ad_name"]) for key, one in told.items()} == named
    assert {key: Decimal(one["spend"]) for key, one in told.items()} == {
        key: amount(spend.get(key, 0), "USD") for key in named
    }


async def test_ads_of_deleted_campaigns_are_hidden_or_shown_alone_on_request(tiktok: Asking) -> None:
    only = [{**EVERY_AD[0], "filter_value": '["STATUS_DELETE"]'}]

    every, kept, deleted = [
        {row["dimensions"]["ad_id"] for row in await tiktok.rows({**ADS, **filtering})}
        for filtering in ({"filtering": EVERY_AD}, {}, {"filtering": only})
    ]

    assert (kept | deleted, kept & deleted) == (every, set[str]())
    assert deleted


async def test_ages_are_told_in_tiktoks_words_and_come_to_the_whole(tiktok: Asking) -> None:
    whole = {**AGES, "report_type": "BASIC", "dimensions": ["advertiser_id"]}

    ages, (account,) = await tiktok.rows(AGES), await tiktok.rows(whole)

    assert [row["dimensions"]["age"] for row in ages] == [
        *("AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100", "NONE")
    ]
    assert sum(Decimal(row["metrics"]["spend"]) for row in ages) == Decimal(account["metrics"]["spend"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metrics": ["complete_payment"]}, "Invalid metric fields: ['complete_payment']"),
        ({"dimensions": ["advertiser_id", "mood"]}, "Invalid dimension fields: ['mood']"),
        ({"dimensions": ["advertiser_id", "age", "platform"]}, "dimensions: age with platform is not supported here."),
        ({"dimensions": ["ad_id", "age"]}, "dimension ad_id does not match data_level AUCTION_ADVERTISER"),
        ({"query_lifetime": True}, "query_lifetime: Not with the dimension of an audience or country."),
        ({"report_type": "BASIC"}, "Invalid dimension fields: ['age']"),
        (
            {"dimensions": ["advertiser_id", "age", "stat_time_day"], "start_date": "2026-01-01"},
            "max time span is 30 days when use stat_time_day",
        ),
    ],
)
async def test_an_audience_report_that_breaks_a_rule_is_refused(
    tiktok: Asking, change: Mapping[str, Any], message: str
) -> None:
    assert await tiktok.refusal({**AGES, **change}) == (40002, message)


@pytest.mark.parametrize("sizes", [Sizes(ids=20)])
async def test_of_too_many_ids_the_latest_are_told_and_a_header_warns(tiktok: Asking) -> None:
    response = await tiktok.get("integrated/get", {**ADS, "page_size": "1000"})

    assert response.headers["X-Tt-Ads-Throttle"] == "Only 20 ids are returned."
    assert len(response.json()["data"]["list"]) == 20


@pytest.mark.parametrize("sizes", [Sizes(rows=20)])
async def test_too_large_a_report_is_not_given_at_once(tiktok: Asking) -> None:
    assert (await tiktok.refusal(ADS))[0] == 40067


async def test_a_task_is_queued_worked_on_and_done_and_its_file_tells_the_same(tiktok: Asking) -> None:
    created = await tiktok.post("task/create", {**ADS, "enable_report_title_translation": False})
    task = {"advertiser_id": US, **created["data"]}

    early = (await tiktok.get("task/download", task)).json()["code"]
    states = [(await tiktok.get("task/check", task)).json()["data"]["status"] for _ in range(3)]
    head, *lines = (await tiktok.get("task/download", task)).text.splitlines()

    assert (early, states) == (40201, ["QUEUING", "PROCESSING", "SUCCESS"])
    assert head == "ad_id,spend,conversion,campaign_id,adgroup_id,ad_name"
    assert [line.split(",") for line in lines] == [
        [row["dimensions"]["ad_id"], *row["metrics"].values()] for row in await tiktok.rows(ADS)
    ]


async def test_titles_are_translated_unless_that_is_refused(tiktok: Asking) -> None:
    task = {"advertiser_id": US, **(await tiktok.post("task/create", ADS))["data"]}
    for _ in range(3):
        await tiktok.get("task/check", task)

    assert (await tiktok.get("task/download", task)).text.startswith("Ad ID,Cost,Conversions,Campaign ID,")


async def test_a_canceled_task_gives_nothing_and_cannot_be_canceled_again(tiktok: Asking) -> None:
    task = {"advertiser_id": US, **(await tiktok.post("task/create", ADS))["data"]}

    canceled, again = [await tiktok.post("task/cancel", task) for _ in range(2)]

    state = (await tiktok.get("task/check", task)).json()["data"]["status"]
    download = (await tiktok.get("task/download", task)).json()["code"]
    assert (canceled["data"], again["code"], state, download) == ({"status": "CANCELED"}, 40200, "CANCELED", 40200)


@pytest.mark.parametrize("sizes", [Sizes(made=5)])
async def test_a_task_that_is_too_large_fails(tiktok: Asking) -> None:
    task = {"advertiser_id": US, **(await tiktok.post("task/create", ADS))["data"]}

    states = [(await tiktok.get("task/check", task)).json()["data"]["status"] for _ in range(3)]

    assert states == ["QUEUING", "PROCESSING", "FAILED"]


async def test_a_task_takes_no_filter_but_ids_and_is_its_advertisers_own(tiktok: Asking) -> None:
    refused = await tiktok.post("task/create", {**ADS, "filtering": EVERY_AD})
    task = (await tiktok.post("task/create", ADS))["data"]

    other = (await tiktok.get("task/check", {"advertiser_id": CAST.accounts[1].id, **task})).json()
    assert (refused["code"], other["code"]) == (40002, 40007)


async def test_tasks_are_created_no_faster_than_documented(world: World, tiktok: Asking) -> None:
    codes = [(await tiktok.post("task/create", ADS))["code"] for _ in range(3)]

    assert codes == [0, 0, 40100]
    assert world.attempts() == []
