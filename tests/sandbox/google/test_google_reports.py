"""What the Google sandbox tells of ad groups, ads and the people who saw them, what it refuses, and how it streams."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.api import server
from xylo_mcp.sandbox.google.failures import Refusal
from xylo_mcp.sandbox.google.gaql.parser import parse
from xylo_mcp.sandbox.google.gaql.plan import planned
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
Rows = Callable[[str], Awaitable[list[Json]]]
ACCOUNT = CAST.accounts[0]
SINCE, UNTIL = date(2026, 11, 12), date(2026, 11, 18)
DAYS = f"segments.date BETWEEN '{SINCE}' AND '{UNTIL}'"
AGE = "ad_group_criterion.age_range.type"


def clicks_of(world: World, breakdown: str = "") -> Mapping[tuple[str, str, str], int]:
    """The true clicks of each ad group, ad and segment."""
    found: dict[tuple[str, str, str], int] = {}
    for campaign in world.campaigns("google", ACCOUNT.id):
        for part in world.parts("google", campaign, SINCE, UNTIL, breakdown):
            key = (part.ad.ad_group, part.ad.id, part.segment)
            found[key] = found.get(key, 0) + part.facts.clicks
    return found


def refusal(query: str) -> Mapping[str, str]:
    with pytest.raises(Refusal) as caught:
        planned(parse(query), UNTIL, manager=False)
    return caught.value.error_code


async def test_ads_that_did_nothing_are_there_until_a_segment_divides_them(rows: Rows, world: World) -> None:
    asked = f"SELECT ad_group_ad.ad.id, {{}} metrics.clicks FROM ad_group_ad WHERE {DAYS}"

    totals = await rows(asked.format(""))
    days = await rows(asked.format("segments.date,"))

    true = {ad: clicks for (_, ad, _), clicks in clicks_of(world).items()}
    told = {row["adGroupAd"]["ad"]["id"]: int(row["metrics"]["clicks"]) for row in totals}
    assert {ad: clicks for ad, clicks in told.items() if clicks} == {
        ad: clicks for ad, clicks in true.items() if clicks
    }
    assert 0 in told.values()
    assert not [row for row in days if row["metrics"]["clicks"] == "0"]


async def test_an_age_is_a_criterion_of_its_ad_group(world: World, rows: Rows) -> None:
    found = await rows(f"SELECT ad_group.id, {AGE}, metrics.clicks FROM age_range_view WHERE {DAYS}")

    true: dict[str, int] = {}
    for (_, _, segment), clicks in clicks_of(world, "age").items():
        true[segment] = true.get(segment, 0) + clicks
    told: dict[str, int] = {}
    for row in found:
        word: str = row["adGroupCriterion"]["ageRange"]["type"].removeprefix("AGE_RANGE_")
        segment = {"65_UP": "65+", "UNDETERMINED": "unknown"}.get(word, word.replace("_", "-"))
        told[segment] = told.get(segment, 0) + int(row["metrics"]["clicks"])
    assert told == true


async def test_a_country_comes_once_for_each_reason_to_count_and_resolves_to_its_code(rows: Rows, world: World) -> None:
    place = "geographic_view.country_criterion_id, geographic_view.location_type"
    found = await rows(f"SELECT {place}, metrics.clicks FROM geographic_view WHERE {DAYS}")
    constants = await rows(
        "SELECT geo_target_constant.id, geo_target_constant.country_code FROM geo_target_constant"
        " WHERE geo_target_constant.target_type = 'Country'"
    )

    codes = {row["geoTargetConstant"]["id"]: row["geoTargetConstant"]["countryCode"] for row in constants}
    keys = [(row["geographicView"]["countryCriterionId"], row["geographicView"]["locationType"]) for row in found]
    assert len(set(keys)) == len(keys) == 2 * len(CAST.segments["country"])
    assert {codes[number] for number, _ in keys} == set(CAST.segments["country"])
    assert sum(int(row["metrics"]["clicks"]) for row in found) == sum(clicks_of(world).values())


async def test_people_are_told_of_campaigns_that_google_counts_them_of_and_of_no_others(rows: Rows) -> None:
    found = await rows(
        "SELECT campaign.id, campaign.advertising_channel_type, metrics.impressions, metrics.unique_users"
        f" FROM campaign WHERE {DAYS} AND metrics.impressions > 0"
    )

    told = {row["campaign"]["advertisingChannelType"]: "uniqueUsers" in row["metrics"] for row in found}
    counted = {"DISPLAY", "VIDEO", "DEMAND_GEN", "MULTI_CHANNEL"}
    assert told == {channel: channel in counted for channel in told}
    assert set(told.values()) == {True, False}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"SELECT ad_group_ad.ad.id FROM ad_group WHERE {DAYS}", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (f"SELECT ad_group_ad.ad.id FROM age_range_view WHERE {DAYS}", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (f"SELECT ad_group_ad.ad.id FROM geographic_view WHERE {DAYS}", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (f"SELECT {AGE} FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT metrics.clicks FROM geo_target_constant", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (f"SELECT metrics.unique_users FROM customer WHERE {DAYS}", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (f"SELECT metrics.unique_users FROM ad_group_ad WHERE {DAYS}", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (
            f"SELECT segments.device, metrics.unique_users FROM campaign WHERE {DAYS}",
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        (
            f"SELECT segments.conversion_action_category, metrics.clicks FROM campaign WHERE {DAYS}",
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        ("SELECT metrics.video_views FROM campaign", "UNRECOGNIZED_FIELD"),
        (
            f"SELECT metrics.clicks FROM campaign WHERE segments.device = MOBILE AND {DAYS}",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(query: str, code: str) -> None:
    assert refusal(query) == {"queryError": code}


async def test_a_stream_may_break_with_an_error_after_good_batches(http: httpx2.AsyncClient) -> None:
    world = World(11, date(2026, 11, 20), lambda: datetime(2026, 11, 20, 18, 30, tzinfo=UTC), (CAST,))
    app = server(world, page_rows=10, good_batches=2)
    body = {"query": "SELECT campaign.id FROM campaign"}

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox") as broken:
        answer = await broken.post(
            f"/v26/customers/{ACCOUNT.id}/googleAds:searchStream",
            json=body,
            headers={"authorization": http.headers["authorization"]},
        )

    *good, last = answer.json()
    assert (answer.status_code, [len(batch["results"]) for batch in good]) == (200, [10, 10])
    assert last["error"]["details"][0]["errors"][0]["errorCode"] == {"internalError": "INTERNAL_ERROR"}
