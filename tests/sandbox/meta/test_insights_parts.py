"""Insights of Meta's sandbox by ad set, by ad and by breakdown are the world's parts, and come to its whole."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.meta import CAST
from xylo_mcp.sandbox.world import Campaign, Facts, Part, World, amount

Everything = Callable[..., Awaitable[list[dict[str, object]]]]
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]
SMALL, LARGE = "123456789", "423456789"
FIRST = "120210000000000001"
SINCE, UNTIL = date(2026, 11, 12), date(2026, 11, 18)
RANGE = msgspec.json.encode({"since": SINCE, "until": UNTIL}).decode()
FIELDS = "campaign_id,adset_id,ad_id,impressions,clicks,spend,inline_link_clicks"
NUMBERS = ("impressions", "clicks", "spend", "inline_link_clicks")
WORDS = {
    "audience_network/classic": {"publisher_platform": "audience_network", "platform_position": "an_classic"},
    "facebook/feed": {"publisher_platform": "facebook", "platform_position": "feed"},
    "facebook/marketplace": {"publisher_platform": "facebook", "platform_position": "marketplace"},
    "instagram/stories": {"publisher_platform": "instagram", "platform_position": "instagram_stories"},
}
Key = tuple[tuple[str, str], ...]


def known_by(part: Part, campaign: Campaign, level: str) -> dict[str, str]:
    ids = {"campaign_id": campaign.id, "adset_id": part.ad.ad_group, "ad_id": part.ad.id}
    depth = ("account", "campaign", "adset", "ad").index(level)
    return dict(list(ids.items())[:depth])


Sandbox = tuple[httpx2.AsyncClient, World, Everything]


@pytest.fixture
def sandbox(graph: httpx2.AsyncClient, world: World, everything: Everything) -> Sandbox:
    return graph, world, everything


def words(breakdown: str, segment: str) -> Mapping[str, str]:
    if breakdown == "placement":
        return WORDS[segment]
    return {"device_platform" if breakdown == "device" else breakdown: segment} if breakdown else {}


def true_sums(world: World, level: str, breakdown: str = "") -> dict[Key, list[Decimal]]:
    sums: dict[Key, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for campaign in world.campaigns("meta", SMALL):
        if campaign.state == "gone" and level != "account":
            continue
        for part in world.parts("meta", campaign, SINCE, UNTIL, breakdown):
            if part.facts == Facts():
                continue
            key = tuple(sorted({**known_by(part, campaign, level), **words(breakdown, part.segment)}.items()))
            facts = part.facts
            told = (facts.impressions, facts.clicks, amount(facts.spend, "USD"), facts.link_clicks)
            sums[key] = [one + Decimal(more) for one, more in zip(sums[key], told, strict=True)]
    return sums


def told_sums(rows: Sequence[Mapping[str, object]]) -> dict[Key, list[Decimal]]:
    return {
        tuple(
            sorted((name, str(value)) for name, value in row.items() if name not in (*NUMBERS, *DATES))
        ): [Decimal(str(row.get(name, 0))) for name in NUMBERS]
        for row in rows
    }  # fmt: skip


DATES = ("date_start", "date_stop")


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
async def test_rows_of_a_level_are_the_worlds_parts(
    graph: httpx2.AsyncClient, world: World, everything: Everything, level: str
) -> None:
    path = f"/act_{SMALL}/insights"
    rows = await everything(graph, path, fields=FIELDS, time_range=RANGE, level=level, limit="40")

    assert told_sums(rows) == true_sums(world, level)


@pytest.mark.parametrize("level", ["account", "ad"])
@pytest.mark.parametrize(
    ("breakdowns", "breakdown"),
    [
        ("country", "country"),
        ('["device_platform"]', "device"),
        ("publisher_platform", "publisher_platform"),
        ("publisher_platform,platform_position", "placement"),
        ("age", "age"),
        ("gender", "gender"),
    ],
)
async def test_a_breakdown_is_told_in_metas_words(
    sandbox: Sandbox, level: str, breakdowns: str, breakdown: str
) -> None:
    graph, world, everything = sandbox
    params = {"fields": FIELDS, "time_range": RANGE, "level": level, "limit": "500", "breakdowns": breakdowns}
    rows = await everything(graph, f"/act_{SMALL}/insights", **params)

    assert told_sums(rows) == true_sums(world, level, breakdown)


async def test_days_of_ads_come_in_order_and_one_by_one(graph: httpx2.AsyncClient, everything: Everything) -> None:
    params = {"fields": "ad_id,ad_name,adset_name", "level": "ad", "time_range": RANGE, "time_increment": "1"}
    rows = await everything(graph, f"/{FIRST}/insights", limit="7", **params)

    keys = [(str(row["ad_id"]), str(row["date_start"])) for row in rows]
    assert len(set(keys)) == len(keys) > 7
    assert {str(row["date_start"]) for row in rows} <= {f"2026-11-{day}" for day in range(12, 19)}
    assert {(str(row["adset_name"])[:6], str(row["ad_name"])[:3]) for row in rows} == {("Group ", "Ad ")}


@pytest.mark.parametrize("level", ["adset", "ad"])
async def test_what_is_archived_has_rows_only_if_its_own_status_is_asked_for(
    graph: httpx2.AsyncClient, world: World, everything: Everything, level: str
) -> None:
    path = f"/act_{SMALL}/insights"
    asked = {"fields": "campaign_id", "level": level, "date_preset": "maximum", "limit": "500"}
    gone = {found.id for found in world.campaigns("meta", SMALL) if found.state == "gone"}
    by_status = [
        f'[{{"field":"{of}.effective_status","operator":"IN","value":["ARCHIVED","DELETED"]}}]'
        for of in ("campaign", level)
    ]

    of_campaign, of_itself = [
        {row["campaign_id"] for row in await everything(graph, path, filtering=status, **asked)} for status in by_status
    ]
    without = {row["campaign_id"] for row in await everything(graph, path, **asked)}

    assert (of_campaign, of_itself, without & gone) == (set(), gone, set())


async def test_ad_sets_and_ads_are_chosen_by_id_and_name(graph: httpx2.AsyncClient, everything: Everything) -> None:
    chosen = (
        f'[{{"field":"adset.id","operator":"EQUAL","value":"{FIRST}1"}},'
        '{"field":"ad.name","operator":"EQUAL","value":"Ad 1"}]'
    )
    path = f"/act_{SMALL}/insights"
    rows = await everything(graph, path, fields="ad_id", level="ad", filtering=chosen, time_range=RANGE)

    assert [row["ad_id"] for row in rows] == [f"{FIRST}11"]


@pytest.mark.parametrize(
    ("since", "breakdowns", "people"),
    [
        ("2025-10-22", "age", True),
        ("2025-10-21", "age", False),
        ("2025-10-21", "", True),
    ],
)
async def test_people_by_breakdown_are_left_out_beyond_thirteen_months(
    graph: httpx2.AsyncClient, since: str, breakdowns: str, *, people: bool
) -> None:
    params = {"fields": "reach,frequency,spend", "time_range": f'{{"since":"{since}","until":"2026-11-20"}}'}
    answer = await graph.get(f"/act_{SMALL}/insights", params={**params, "breakdowns": breakdowns})

    row = answer.json()["data"][0]
    assert ("reach" in row, "frequency" in row, "spend" in row) == (people, people, True)


@pytest.mark.parametrize(
    "params",
    [
        {"level": "campaign", "time_increment": "1"},
        {"level": "ad", "breakdowns": "age"},
    ],
)
async def test_a_question_that_takes_too_long_is_refused_at_once(
    graph: httpx2.AsyncClient, refusal: Refusal, params: dict[str, str]
) -> None:
    assert await refusal(graph, f"/act_{LARGE}/insights", date_preset="maximum", **params) == (400, 100, 1504018)


def test_every_segment_of_the_cast_has_a_word() -> None:
    assert set(CAST.segments["placement"]) == set(WORDS)
