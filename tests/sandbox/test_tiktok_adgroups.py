"""The sandbox's TikTok shows the world's ad groups in TikTok's own words."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import AdGroup, Campaign, World, amount

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
PATH = "/open_api/v1.3/adgroup/get/"
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
INFINITE, DELIVERING, OFF = "1790000000000020", "1790000000000006", "1790000000000003"
WITH_LIFETIME, OF_JP = "1790000000000022", "1790000000200012"

Ask = Callable[..., Awaitable["Listing"]]
Pair = tuple[Campaign, AdGroup]


class PageInfo(msgspec.Struct, forbid_unknown_fields=True):
    page: int
    page_size: int
    total_number: int
    total_page: int


class Listing(msgspec.Struct, forbid_unknown_fields=True):
    list: list[dict[str, object]]
    page_info: PageInfo


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str
    request_id: str
    data: msgspec.Raw


@pytest.fixture
def world() -> World:
    return World(seed=7, anchor=date(2026, 3, 4), clock=lambda: NOW, casts=(CAST,))


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=server(world))
    headers = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as client:
        yield client


@pytest.fixture
def ask(http: httpx2.AsyncClient) -> Ask:
    async def asked(filtering: Mapping[str, object] | None = None, **parameters: str) -> Listing:
        asked = {"advertiser_id": US, "page_size": "1000", "filtering": json.dumps(filtering or {}), **parameters}
        envelope = opened(await http.get(PATH, params=asked))
        assert (envelope.code, envelope.message) == (0, "OK")
        return msgspec.json.decode(envelope.data, type=Listing)

    return asked


def opened(response: httpx2.Response) -> Envelope:
    assert response.status_code == 200
    return msgspec.json.decode(response.content, type=Envelope)


def pairs(world: World, account: str = US) -> Sequence[Pair]:
    """All ad groups of an account with their campaigns, highest id first."""
    found = [(one, group) for one in world.campaigns("tiktok", account) for group in world.ad_groups("tiktok", one)]
    return sorted(found, key=lambda pair: int(pair[1].id), reverse=True)


def kept(world: World, account: str = US) -> Sequence[Pair]:
    return [pair for pair in pairs(world, account) if pair[0].switch != "deleted"]


def ids(found: Listing) -> Sequence[object]:
    return [item["adgroup_id"] for item in found.list]


def moment(day: date, at: time, zone: str) -> str:
    return f"{datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def true_words(one: Campaign, group: AdGroup) -> tuple[object, ...]:
    """The ad group as TikTok should tell of it."""
    states = {
        "delivering": "ADGROUP_STATUS_DELIVERY_OK",
        "ended": "ADGROUP_STATUS_TIME_DONE",
        "in_review": "ADGROUP_STATUS_AUDIT",
        "rejected": "ADGROUP_STATUS_AUDIT_DENY",
        "limited": f"ADGROUP_STATUS_{'BUDGET' if group.daily or group.lifetime else 'CAMPAIGN'}_EXCEED",
    }
    parents = {"off": "ADGROUP_STATUS_CAMPAIGN_DISABLE", "deleted": "ADGROUP_STATUS_CAMPAIGN_DELETE"}
    own = states.get(one.state) if group.switch == "on" else "ADGROUP_STATUS_DISABLE"
    zone = one.account.time_zone
    ends = moment(group.last_day, time(23, 59, 59), zone) if group.last_day else None
    return (
        one.account.id,
        one.id,
        one.name,
        group.name,
        "ENABLE" if group.switch == "on" else "DISABLE",
        parents.get(one.switch, own),
        "BUDGET_MODE_DAY" if group.daily else "BUDGET_MODE_TOTAL" if group.lifetime else "BUDGET_MODE_INFINITE",
        amount(group.daily or group.lifetime, one.account.currency),
        "SCHEDULE_START_END" if ends else "SCHEDULE_FROM_NOW",
        moment(group.first_day, time(), zone),
        ends or moment(group.first_day + timedelta(days=3650), time(), zone),
    )


@pytest.mark.parametrize("account", [US, DE, JP, UK])
async def test_every_ad_group_says_what_is_true_in_tiktoks_words(world: World, ask: Ask, account: str) -> None:
    found = await ask({"primary_status": "STATUS_ALL"}, advertiser_id=account)

    told = {
        str(item["adgroup_id"]): (
            item["advertiser_id"],
            item["campaign_id"],
            item["campaign_name"],
            item["adgroup_name"],
            item["operation_status"],
            item["secondary_status"],
            item["budget_mode"],
            Decimal(str(item["budget"])),
            item["schedule_type"],
            item["schedule_start_time"],
            item["schedule_end_time"],
        )
        for item in found.list
    }
    assert told == {group.id: true_words(one, group) for one, group in pairs(world, account)}


async def test_ad_groups_come_highest_id_first_ten_a_page_and_without_the_deleted(world: World, ask: Ask) -> None:
    expected = [group.id for _, group in kept(world)]

    first = await ask(page_size="10")
    second = await ask(page_size="10", page="2")

    pages = -(-len(expected) // 10)
    assert (ids(first), ids(second)) == (expected[:10], expected[10:20])
    assert first.page_info == PageInfo(1, 10, len(expected), pages)


async def test_ten_are_shown_where_no_number_is_asked_for(http: httpx2.AsyncClient) -> None:
    envelope = opened(await http.get(PATH, params={"advertiser_id": US}))

    assert len(msgspec.json.decode(envelope.data, type=Listing).list) == 10


async def test_a_whole_ad_group_has_these_fields(ask: Ask) -> None:
    (item,) = (await ask({"adgroup_ids": [f"{INFINITE}1"]})).list

    assert item == {
        "advertiser_id": US,
        "campaign_id": INFINITE,
        "campaign_name": item["campaign_name"],
        "adgroup_id": f"{INFINITE}1",
        "adgroup_name": "Group 1",
        "operation_status": "ENABLE",
        "secondary_status": "ADGROUP_STATUS_DELIVERY_OK",
        "budget": 60.0,
        "budget_mode": "BUDGET_MODE_DAY",
        "scheduled_budget": 0,
        "schedule_type": "SCHEDULE_FROM_NOW",
        "schedule_start_time": "2025-05-07 04:00:00",
        "schedule_end_time": "2035-05-05 04:00:00",
        "dayparting": "1" * 336,
        "optimization_goal": "REACH",
        "billing_event": "CPM",
        "promotion_type": None,
        "bid_type": "BID_TYPE_NO_BID",
        "bid_price": 0,
        "conversion_bid_price": 0,
        "pacing": "PACING_MODE_SMOOTH",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "location_ids": ["6252001"],
        "age_groups": None,
        "gender": "GENDER_UNLIMITED",
        "languages": [],
        "audience_ids": [],
        "excluded_audience_ids": [],
        "creative_material_mode": "CUSTOM",
        "split_test_group_id": None,
        "is_new_structure": True,
        "create_time": item["create_time"],
        "modify_time": item["modify_time"],
    }


async def test_chosen_fields_alone_come_back_and_nulls_may_be_left_out(ask: Ask) -> None:
    fields = '["adgroup_id","age_groups","budget"]'
    only = {"adgroup_ids": [f"{INFINITE}1"]}

    with_nulls = await ask(only, fields=fields)
    without = await ask(only, fields=fields, exclude_field_types_in_response='["NULL_FIELD"]')

    assert with_nulls.list == [{"adgroup_id": f"{INFINITE}1", "age_groups": None, "budget": 60.0}]
    assert without.list == [{"adgroup_id": f"{INFINITE}1", "budget": 60.0}]


async def test_a_budget_is_a_json_float_in_yen_too(http: httpx2.AsyncClient) -> None:
    asked = {"advertiser_id": JP, "fields": '["budget"]', "filtering": json.dumps({"adgroup_ids": [f"{OF_JP}2"]})}

    response = await http.get(PATH, params=asked)

    assert '"list":[{"budget":583200.0}]' in response.text


_FILTERS: Sequence[tuple[Mapping[str, object], Callable[[Campaign, AdGroup], bool]]] = [
    ({"campaign_ids": [INFINITE, OFF]}, lambda one, _: one.id in (INFINITE, OFF)),
    ({"campaign_ids": ["1790000000100001"]}, lambda _, __: False),
    ({"adgroup_ids": [f"{INFINITE}2"]}, lambda _, group: group.id == f"{INFINITE}2"),
    ({"adgroup_name": "gROUP 2"}, lambda _, group: group.name == "Group 2"),
    ({"primary_status": "STATUS_DELIVERY_OK"}, lambda one, group: one.state == "delivering" and group.switch == "on"),
    ({"primary_status": "STATUS_DISABLE"}, lambda one, group: "off" in (one.switch, group.switch)),
    (
        {"primary_status": "STATUS_NOT_DELIVERY"},
        lambda one, group: one.state in ("limited", "in_review", "rejected") and group.switch == "on",
    ),
    ({"primary_status": "STATUS_TIME_DONE"}, lambda one, group: one.state == "ended" and group.switch == "on"),
    ({"secondary_status": "ADGROUP_STATUS_CAMPAIGN_DISABLE"}, lambda one, _: one.switch == "off"),
    ({"secondary_status": "ADGROUP_STATUS_NOT_DELETE"}, lambda _, __: True),
    (
        {"primary_status": "STATUS_DISABLE", "secondary_status": "ADGROUP_STATUS_DISABLE"},
        lambda one, group: one.switch == "on" and group.switch == "off",
    ),
    ({"objective_type": "TRAFFIC"}, lambda one, _: one.goal == "traffic"),
    ({"objective_type": "CONVERSIONS"}, lambda one, _: one.goal == "purchases"),
    ({"billing_events": ["CPV", "CPC"]}, lambda one, _: one.goal in ("engagement", "traffic")),
    ({"optimization_goal": "INSTALL"}, lambda one, _: one.goal == "app"),
    ({"creative_material_mode": "CUSTOM"}, lambda _, __: True),
    ({"creative_material_mode": "DYNAMIC"}, lambda _, __: False),
    ({"buying_types": ["RESERVATION_RF"]}, lambda _, __: False),
    ({"campaign_system_origins": ["PROMOTE"]}, lambda _, __: False),
    (
        {"creation_filter_start_time": "2025-09-01 00:00:00", "creation_filter_end_time": "2025-12-31 23:59:59"},
        lambda one, _: date(2025, 9, 1) <= one.created.date() <= date(2025, 12, 31),
    ),
]


@pytest.mark.parametrize(("filtering", "admits"), _FILTERS)
async def test_a_filter_finds_exactly_what_it_admits(
    world: World, ask: Ask, filtering: Mapping[str, object], admits: Callable[[Campaign, AdGroup], bool]
) -> None:
    found = await ask(filtering)

    assert ids(found) == [group.id for one, group in kept(world) if admits(one, group)]


async def test_the_ad_groups_of_deleted_campaigns_are_shown_to_those_who_ask_for_them(world: World, ask: Ask) -> None:
    gone = [group.id for one, group in pairs(world) if one.switch == "deleted"]

    assert ids(await ask({"primary_status": "STATUS_DELETE"})) == gone
    assert ids(await ask({"secondary_status": "ADGROUP_STATUS_CAMPAIGN_DELETE"})) == gone
    assert ids(await ask({"adgroup_ids": gone})) == []


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, (40002, "advertiser_id: Missing data for required field.")),
        ({"advertiser_id": "7123456789012345690"}, (40001, "No permission to operate advertiser 7123456789012345690.")),
        ({"advertiser_id": US, "fields": '["name"]'}, (40002, "fields: Invalid field 'name'.")),
        ({"advertiser_id": US, "page_size": "1001"}, (40002, "page_size: Expected `int` <= 1000.")),
        ({"advertiser_id": US, "campaign_id": "1"}, (40002, "campaign_id: Unknown field.")),
        (
            {"advertiser_id": US, "filtering": '{"status":"X"}'},
            (40002, "filtering: Object contains unknown field `status`."),
        ),
        (
            {"advertiser_id": US, "filtering": '{"primary_status":"PAUSED"}'},
            (40002, "filtering.primary_status: Invalid enum value 'PAUSED'."),
        ),
        (
            {"advertiser_id": US, "filtering": json.dumps({"campaign_ids": ["1"] * 101})},
            (40002, "filtering.campaign_ids: Expected `array` of length <= 100."),
        ),
        (
            {"advertiser_id": US, "filtering": '{"adgroup_ids":[1]}'},
            (40002, "filtering.adgroup_ids[0]: Expected `str`, got `int`."),
        ),
    ],
)
async def test_a_parameter_that_breaks_a_rule_is_named_with_the_rule(
    http: httpx2.AsyncClient, parameters: Mapping[str, str], refusal: tuple[int, str]
) -> None:
    envelope = opened(await http.get(PATH, params=parameters))

    assert ((envelope.code, envelope.message), bytes(envelope.data)) == (refusal, b"{}")


@pytest.mark.parametrize(
    ("status", "told"),
    [("DISABLE", "ADGROUP_STATUS_CAMPAIGN_DISABLE"), ("DELETE", "ADGROUP_STATUS_CAMPAIGN_DELETE")],
)
async def test_a_campaigns_switch_shows_in_its_ad_groups_whose_own_stays(
    http: httpx2.AsyncClient, ask: Ask, status: str, told: str
) -> None:
    everything = {"campaign_ids": [DELIVERING], "primary_status": "STATUS_ALL"}
    fields = '["adgroup_id","operation_status","secondary_status"]'
    before = await ask(everything, fields=fields)

    body = {"advertiser_id": US, "campaign_ids": [DELIVERING], "operation_status": status}
    await http.post("/open_api/v1.3/campaign/status/update/", json=body)

    after = await ask(everything, fields=fields)
    assert [item["operation_status"] for item in before.list] == ["DISABLE", "ENABLE", "ENABLE", "ENABLE"]
    assert after.list == [{**item, "secondary_status": told} for item in before.list]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"switch": "deleted"}, {"operation_status": "DISABLE", "secondary_status": "ADGROUP_STATUS_DELETE"}),
        ({"switch": "off"}, {"operation_status": "DISABLE", "secondary_status": "ADGROUP_STATUS_DISABLE"}),
        ({"first_day": date(2026, 3, 5)}, {"secondary_status": "ADGROUP_STATUS_NOT_START"}),
        (
            {"last_day": date(2026, 3, 3)},
            {"secondary_status": "ADGROUP_STATUS_TIME_DONE", "schedule_end_time": "2026-03-04 04:59:59"},
        ),
        (
            {"last_day": date(2026, 3, 4)},
            {"secondary_status": "ADGROUP_STATUS_DELIVERY_OK", "schedule_type": "SCHEDULE_START_END"},
        ),
        ({"daily": 0, "lifetime": 90_050}, {"budget": 900.5, "budget_mode": "BUDGET_MODE_TOTAL"}),
    ],
)
async def test_an_ad_groups_own_changes_are_told(
    world: World, ask: Ask, values: Mapping[str, object], told: Mapping[str, object]
) -> None:
    campaign = world.campaign("tiktok", INFINITE)
    assert campaign is not None
    with world.editing("tiktok") as editor:
        editor.update_ad_group(campaign, world.ad_groups("tiktok", campaign)[0], **values)

    (item,) = (await ask({"adgroup_ids": [f"{INFINITE}1"], "primary_status": "STATUS_ALL"})).list

    assert {name: item[name] for name in told} == told


async def test_a_campaign_that_was_created_here_has_no_ad_groups(http: httpx2.AsyncClient, ask: Ask) -> None:
    body = {
        "advertiser_id": US,
        "campaign_name": "New",
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": 75,
    }
    response = await http.post("/open_api/v1.3/campaign/create/", json=body)
    assert opened(response).code == 0

    assert ids(await ask({"campaign_ids": ["1790000000020001"]})) == []


async def test_money_sits_in_one_place_the_campaign_or_its_ad_groups(http: httpx2.AsyncClient, ask: Ask) -> None:
    asked = {"advertiser_id": US, "page_size": "1000", "fields": '["campaign_id","budget","budget_optimize_on"]'}
    envelope = opened(await http.get("/open_api/v1.3/campaign/get/", params=asked))
    campaigns = msgspec.json.decode(envelope.data, type=Listing).list

    with_own = {item["campaign_id"] for item in (await ask()).list if item["budget"]}

    optimized = {item["campaign_id"] for item in campaigns if item.get("budget_optimize_on")}
    assert optimized == {item["campaign_id"] for item in campaigns if item["budget"]}
    assert with_own == {INFINITE, WITH_LIFETIME} == {item["campaign_id"] for item in campaigns} - optimized
