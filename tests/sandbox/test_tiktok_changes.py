"""The sandbox's TikTok changes campaigns as TikTok does: exactly what was asked, all of it or nothing."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import Campaign, World, amount, cents

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
ROOT = "/open_api/v1.3"
CREATE, UPDATE, STATUS = f"{ROOT}/campaign/create/", f"{ROOT}/campaign/update/", f"{ROOT}/campaign/status/update/"
TOKEN = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FOUNDING, DELETED, OFF = "1790000000000001", "1790000000000002", "1790000000000003"
LIFETIME, INFINITE, OF_DE = "1790000000000009", "1790000000000020", "1790000000100002"

Answer = tuple[int, str, Mapping[str, object]]
Post = Callable[..., Awaitable[Answer]]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str
    request_id: str
    data: dict[str, object]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=date(2026, 3, 4), clock=clock, casts=(CAST,))


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as client:
        yield client


@pytest.fixture
def update(http: httpx2.AsyncClient, clock: Clock) -> Post:
    async def updated(campaign_id: str, advertiser: str = US, **fields: object) -> Answer:
        clock.now = LATER
        body = {"advertiser_id": advertiser, "campaign_id": campaign_id, **fields}
        return opened(await http.post(UPDATE, json=body))

    return updated


@pytest.fixture
def switch(http: httpx2.AsyncClient, clock: Clock) -> Post:
    async def switched(status: str, *campaign_ids: str, **fields: object) -> Answer:
        clock.now = LATER
        body = {"advertiser_id": US, "campaign_ids": campaign_ids, "operation_status": status, **fields}
        return opened(await http.post(STATUS, json=body))

    return switched


def opened(response: httpx2.Response) -> Answer:
    """Code, message and data of the envelope, under the HTTP status of every application's answer."""
    assert response.status_code == 200
    envelope = msgspec.json.decode(response.content, type=Envelope)
    return envelope.code, envelope.message, envelope.data


def one(world: World, campaign_id: str) -> Campaign:
    found = world.campaign("tiktok", campaign_id)
    assert found is not None
    return found


def everyone(world: World) -> Sequence[Campaign]:
    return [campaign for plan in CAST.accounts for campaign in world.campaigns("tiktok", plan.id)]


async def read(http: httpx2.AsyncClient, campaign_id: str, advertiser: str = US) -> Mapping[str, object]:
    """The campaign as the list of campaigns shows it."""
    filtering = json.dumps({"campaign_ids": [campaign_id], "primary_status": "STATUS_ALL"})
    path = f"{ROOT}/campaign/get/"
    code, _, data = opened(await http.get(path, params={"advertiser_id": advertiser, "filtering": filtering}))
    assert code == 0
    (found,) = msgspec.convert(data["list"], list[dict[str, object]])
    return found


async def test_a_new_name_changes_the_name_alone(world: World, http: httpx2.AsyncClient, update: Post) -> None:
    before, told_before = one(world, FOUNDING), await read(http, FOUNDING)

    code, message, data = await update(FOUNDING, campaign_name="春 Sale")

    told = await read(http, FOUNDING)
    assert (code, message) == (0, "OK")
    assert data == told == {**told_before, "campaign_name": "春 Sale", "modify_time": "2026-03-04 16:30:00"}
    assert one(world, FOUNDING) == replace(before, name="春 Sale", modified=LATER)


@pytest.mark.parametrize(
    ("campaign_id", "budget", "minor"),
    [
        (FOUNDING, 220.55, {"daily": 22_055, "lifetime": 0}),
        (LIFETIME, 99_999.5, {"daily": 0, "lifetime": 9_999_950}),
        ("1790000000200001", 7001, {"daily": 7001, "lifetime": 0}),
    ],
)
async def test_a_new_budget_changes_the_budget_of_its_kind_alone(
    world: World, http: httpx2.AsyncClient, update: Post, campaign_id: str, budget: float, minor: Mapping[str, int]
) -> None:
    before = one(world, campaign_id)
    advertiser = before.account.id
    told_before = await read(http, campaign_id, advertiser)

    code, _, data = await update(campaign_id, advertiser, budget=budget)

    assert (code, data) == (0, {**told_before, "budget": budget, "modify_time": "2026-03-04 16:30:00"})
    after = one(world, campaign_id)
    assert (after.name, after.switch, after.state) == (before.name, before.switch, before.state)
    assert {"daily": after.daily, "lifetime": after.lifetime} == minor


async def test_name_and_budget_may_change_at_once(world: World, update: Post) -> None:
    code, _, _ = await update(OFF, campaign_name="Both", budget=60)

    after = one(world, OFF)
    assert (code, after.name, after.daily, after.switch) == (0, "Both", 6000, "off")


async def test_what_a_created_campaign_was_given_stays_with_its_changes(
    http: httpx2.AsyncClient, update: Post, switch: Post
) -> None:
    body = {
        "advertiser_id": US,
        "campaign_name": "New",
        "objective_type": "PRODUCT_SALES",
        "campaign_product_source": "STORE",
        "virtual_objective_type": "SALES",
        "sales_destination": "TIKTOK_SHOP",
        "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "budget_optimize_on": True,
        "budget": 30,
        "special_industries": ["HOUSING"],
    }
    _, _, made = opened(await http.post(CREATE, json=body))
    campaign_id = str(made["campaign_id"])

    await update(campaign_id, budget=10, special_industries=[], po_number="PO 7")
    await switch("DISABLE", campaign_id, postback_window_mode="POSTBACK_WINDOW_MODE1")

    assert await read(http, campaign_id) == {
        **made,
        "budget": 10.0,
        "special_industries": [],
        "po_number": "PO 7",
        "postback_window_mode": "POSTBACK_WINDOW_MODE1",
        "operation_status": "DISABLE",
        "secondary_status": "CAMPAIGN_STATUS_DISABLE",
        "modify_time": "2026-03-04 16:30:00",
    }


@pytest.mark.parametrize(
    ("campaign_id", "fields", "refusal"),
    [
        (FOUNDING, {}, (40012, "There is nothing to update.")),
        ("1799999999999999", {"budget": 60}, (40007, "Campaign 1799999999999999 doesn't exist.")),
        (OF_DE, {"budget": 60}, (40007, f"Campaign {OF_DE} doesn't exist.")),
        (DELETED, {"budget": 60}, (40002, f"campaign_id: Campaign {DELETED} has been deleted and cannot be changed.")),
        (INFINITE, {"budget": 60}, (40002, "budget: Cannot be set when budget_mode is BUDGET_MODE_INFINITE.")),
        (OFF, {"budget": 49.99}, (40002, "budget: Must be at least 50 and less than 10000000 USD.")),
        (OFF, {"budget": 60.001}, (40002, "budget: Must have no more than 2 decimals in USD.")),
        (OFF, {"budget": "60"}, (40002, "budget: Expected `float`, got `str`.")),
        (OFF, {"budget": None}, (40002, "budget: Expected `float`, got `null`.")),
        (OFF, {"campaign_name": "Sale 🔥"}, (40002, "campaign_name: Emoji are not supported.")),
        (OFF, {"campaign_name": ""}, (40002, "campaign_name: Must not be blank.")),
        (
            OFF,
            {"campaign_name": "Summer Sale - TikTok"},
            (40002, "campaign_name: Campaign name already exists: Summer Sale - TikTok"),
        ),
        (OFF, {"budget_mode": "BUDGET_MODE_TOTAL"}, (40002, "budget_mode: Unknown field.")),
        (OFF, {"objective_type": "TRAFFIC"}, (40002, "objective_type: Unknown field.")),
        (OFF, {"budget_optimize_on": True}, (40002, "budget_optimize_on: Unknown field.")),
        (OFF, {"operation_status": "ENABLE"}, (40002, "operation_status: Unknown field.")),
        (OFF, {"request_id": "1"}, (40002, "request_id: Unknown field.")),
        (
            OFF,
            {"special_industries": ["CREDIT"]},
            (40002, "special_industries: Can only be cleared once the campaign is created."),
        ),
        (OFF, {"special_industries": ["CARS"]}, (40002, "special_industries[0]: Invalid enum value 'CARS'.")),
    ],
)
async def test_a_change_that_breaks_a_rule_changes_nothing(
    world: World, update: Post, campaign_id: str, fields: Mapping[str, object], refusal: tuple[int, str]
) -> None:
    before = everyone(world)

    assert await update(campaign_id, **fields) == (*refusal, {})
    assert everyone(world) == before
    assert world.attempts() == [(LATER.isoformat(), "tiktok", "update_campaign", campaign_id)]


async def test_a_wrong_part_takes_the_right_one_with_it(world: World, update: Post) -> None:
    before = everyone(world)

    code, message, _ = await update(OFF, campaign_name="Fine", budget=1)

    assert (code, message) == (40002, "budget: Must be at least 50 and less than 10000000 USD.")
    assert everyone(world) == before


async def test_a_campaign_may_be_given_the_name_it_has(world: World, update: Post) -> None:
    code, _, data = await update(FOUNDING, campaign_name="Summer Sale - TikTok")

    assert (code, data["campaign_name"]) == (0, one(world, FOUNDING).name)


def spent(world: World, campaign_id: str, since: date) -> Decimal:
    """What a campaign has cost from `since` to the present hour."""
    campaign = one(world, campaign_id)
    return amount(world.total("tiktok", campaign, since, world.today(campaign.account)).spend, "USD")


@pytest.mark.parametrize(
    ("campaign_id", "since"),
    [("1790000000000012", date(2026, 3, 4)), (LIFETIME, date(2025, 5, 19))],
)
async def test_a_budget_may_not_fall_below_105_percent_of_what_its_period_has_cost(
    world: World, clock: Clock, update: Post, campaign_id: str, since: date
) -> None:
    clock.now = LATER
    cost = spent(world, campaign_id, since)
    floor = (cost * Decimal("1.05")).quantize(Decimal("0.01"), ROUND_CEILING)
    assert floor > 55  # above the least budget there is

    below = await update(campaign_id, budget=float(floor - Decimal("0.01")))
    at_it = await update(campaign_id, budget=float(floor))

    assert below == (40002, f"budget: Must be at least 105% of the {cost:f} already spent.", {})
    assert (at_it[0], at_it[2]["budget"]) == (0, float(floor))


async def test_a_daily_budget_may_fall_again_on_the_next_day_of_its_account(
    world: World, http: httpx2.AsyncClient, clock: Clock
) -> None:
    body = {"advertiser_id": US, "campaign_id": "1790000000000012", "budget": 50}
    clock.now = datetime(2026, 3, 5, 4, 59, tzinfo=UTC)  # the last minute of the 4th in New York
    late = opened(await http.post(UPDATE, json=body))
    clock.now = datetime(2026, 3, 5, 5, 0, tzinfo=UTC)

    early = opened(await http.post(UPDATE, json=body))

    assert (late[0], early[0]) == (40002, 0)
    assert one(world, "1790000000000012").daily == 50 * cents("USD")


@pytest.mark.parametrize(
    ("status", "switched", "told"),
    [
        ("ENABLE", "on", ("ENABLE", "CAMPAIGN_STATUS_ENABLE")),
        ("DISABLE", "off", ("DISABLE", "CAMPAIGN_STATUS_DISABLE")),
        ("DELETE", "deleted", ("DISABLE", "CAMPAIGN_STATUS_DELETE")),
    ],
)
async def test_campaigns_are_switched_together(
    world: World, http: httpx2.AsyncClient, switch: Post, status: str, switched: str, told: tuple[str, str]
) -> None:
    before = [campaign for campaign in everyone(world) if campaign.id not in (FOUNDING, OFF)]

    answer = await switch(status, FOUNDING, OFF)

    entries = [{"campaign_id": campaign_id, "status": status} for campaign_id in (FOUNDING, OFF)]
    data = {"status": status, "campaign_ids": [FOUNDING, OFF], "campaign_list": entries}
    assert answer == (0, "OK", data)
    assert [one(world, campaign_id).switch for campaign_id in (FOUNDING, OFF)] == [switched] * 2
    shown = [await read(http, campaign_id) for campaign_id in (FOUNDING, OFF)]
    assert [(item["operation_status"], item["secondary_status"]) for item in shown] == [told] * 2
    assert [item["modify_time"] for item in shown] == ["2026-03-04 16:30:00"] * 2
    assert [campaign for campaign in everyone(world) if campaign.id not in (FOUNDING, OFF)] == before
    assert world.attempts() == [(LATER.isoformat(), "tiktok", "update_status", f"{FOUNDING},{OFF}")]


async def test_an_id_that_is_given_twice_is_switched_once(switch: Post) -> None:
    _, _, data = await switch("DISABLE", FOUNDING, FOUNDING)

    assert data["campaign_ids"] == [FOUNDING]


@pytest.mark.parametrize("status", ["ENABLE", "DISABLE", "DELETE"])
async def test_a_deleted_campaign_never_changes_again(world: World, switch: Post, status: str) -> None:
    await switch("DELETE", FOUNDING)
    before = everyone(world)

    refusal = await switch(status, OFF, FOUNDING)

    assert refusal == (40002, f"campaign_id: Campaign {FOUNDING} has been deleted and cannot be changed.", {})
    assert everyone(world) == before


@pytest.mark.parametrize(
    ("ids", "fields", "refusal"),
    [
        ([], {}, (40002, "campaign_ids: Expected `array` of length >= 1.")),
        (["1"] * 21, {}, (40002, "campaign_ids: Expected `array` of length <= 20.")),
        ([OFF, "1799999999999999"], {}, (40007, "Campaign 1799999999999999 doesn't exist.")),
        ([OFF, OF_DE], {}, (40007, f"Campaign {OF_DE} doesn't exist.")),
        ([OFF, DELETED], {}, (40002, f"campaign_id: Campaign {DELETED} has been deleted and cannot be changed.")),
        ([OFF], {"operation_status": "PAUSED"}, (40002, "operation_status: Invalid enum value 'PAUSED'.")),
        ([OFF], {"campaign_ids": OFF}, (40002, "campaign_ids: Expected `array`, got `str`.")),
        ([OFF], {"campaign_ids": [int(OFF)]}, (40002, "campaign_ids[0]: Expected `str`, got `int`.")),
        ([OFF], {"opt_status": "ENABLE"}, (40002, "opt_status: Unknown field.")),
        ([OFF], {"postback_window_mode": "X"}, (40002, "postback_window_mode: Invalid enum value 'X'.")),
    ],
)
async def test_one_that_cannot_be_switched_leaves_all_as_they_were(
    world: World, switch: Post, ids: Sequence[str], fields: Mapping[str, object], refusal: tuple[int, str]
) -> None:
    before = everyone(world)

    assert await switch("ENABLE", *ids, **fields) == (*refusal, {})
    assert everyone(world) == before


@pytest.mark.parametrize("missing", ["advertiser_id", "campaign_ids", "operation_status"])
async def test_a_switch_needs_all_it_is_about(http: httpx2.AsyncClient, missing: str) -> None:
    whole = {"advertiser_id": US, "campaign_ids": [OFF], "operation_status": "DISABLE"}
    body = {name: value for name, value in whole.items() if name != missing}

    assert opened(await http.post(STATUS, json=body)) == (40002, f"{missing}: Missing data for required field.", {})


async def test_twenty_campaigns_may_be_switched_at_once(world: World, switch: Post) -> None:
    ids = [campaign.id for campaign in world.campaigns("tiktok", US) if campaign.switch != "deleted"][:20]
    assert len(ids) == 20

    code, _, data = await switch("DISABLE", *ids)

    assert (code, data["campaign_ids"]) == (0, ids)
    assert {one(world, campaign_id).switch for campaign_id in ids} == {"off"}


async def test_a_paused_campaign_stops_spending_from_the_next_day_on(world: World, clock: Clock, switch: Post) -> None:
    await switch("DISABLE", FOUNDING)
    today = world.today(one(world, FOUNDING).account)
    clock.now += timedelta(days=20)

    days = [day for day, _ in world.days("tiktok", one(world, FOUNDING), today - timedelta(days=9), date(2026, 4, 1))]

    assert days
    assert max(days) <= today
