"""The sandbox's TikTok creates what TikTok would create, as it was told to, and nothing else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.tiktok.budgets import minor_units
from xylo_mcp.sandbox.truth import CampaignTruth, truth
from xylo_mcp.sandbox.world import World, amount

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
ROOT = "/open_api/v1.3"
CREATE, UPDATE, STATUS = f"{ROOT}/campaign/create/", f"{ROOT}/campaign/update/", f"{ROOT}/campaign/status/update/"
TOKEN = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
FIRST = "1790000000020001"
PLAIN: Mapping[str, object] = {
    "advertiser_id": US,
    "campaign_name": "Launch",
    "objective_type": "TRAFFIC",
    "budget_mode": "BUDGET_MODE_DAY",
    "budget": 75.5,
}

Create = Callable[..., Awaitable[tuple[int, str, Mapping[str, object]]]]


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


class Row(msgspec.Struct):
    dimensions: dict[str, str]


class Rows(msgspec.Struct):
    list: list[Row]


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
def create(http: httpx2.AsyncClient) -> Create:
    async def created(**fields: object) -> tuple[int, str, Mapping[str, object]]:
        return opened(await http.post(CREATE, json={**PLAIN, **fields}))

    return created


def opened(response: httpx2.Response) -> tuple[int, str, Mapping[str, object]]:
    """Code, message and data of the envelope, under the HTTP status of every application's answer."""
    assert response.status_code == 200
    envelope = msgspec.json.decode(response.content, type=Envelope)
    return envelope.code, envelope.message, envelope.data


def made(world: World, account: str = "") -> Sequence[CampaignTruth]:
    """What the world tells of campaigns that were created here."""
    campaigns = truth(world, account).campaigns
    return [one for one in campaigns if int(one.id) % 100_000 > 20_000]


async def read(http: httpx2.AsyncClient, campaign_id: str, account: str = US) -> Mapping[str, object]:
    """The campaign as the list of campaigns shows it."""
    filtering = json.dumps({"campaign_ids": [campaign_id], "primary_status": "STATUS_ALL"})
    path = f"{ROOT}/campaign/get/"
    code, _, data = opened(await http.get(path, params={"advertiser_id": account, "filtering": filtering}))
    assert code == 0
    (found,) = msgspec.convert(data["list"], list[dict[str, object]])
    return found


async def test_a_campaign_is_switched_on_unless_it_is_said_otherwise(world: World, create: Create) -> None:
    silent = await create()
    loud = await create(campaign_name="B", operation_status="ENABLE")
    off = await create(campaign_name="C", operation_status="DISABLE")

    told = [(data["operation_status"], data["secondary_status"]) for _, _, data in (silent, loud, off)]
    assert told == [("ENABLE", "CAMPAIGN_STATUS_ENABLE")] * 2 + [("DISABLE", "CAMPAIGN_STATUS_DISABLE")]
    assert [(one.name, one.switch) for one in made(world)] == [("Launch", "on"), ("B", "on"), ("C", "off")]


async def test_an_app_that_is_not_allowlisted_switches_on_what_it_wants_off(world: World) -> None:
    transport = httpx2.ASGITransport(app=server(world, allowlisted=False))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        code, message, data = opened(await http.post(CREATE, json={**PLAIN, "operation_status": "DISABLE"}))

    assert (code, message, data["operation_status"]) == (0, "OK", "ENABLE")
    assert [one.switch for one in made(world)] == ["on"]


async def test_the_answer_is_the_whole_campaign_as_it_is_read_afterwards(
    world: World, http: httpx2.AsyncClient, create: Create
) -> None:
    code, message, data = await create(operation_status="DISABLE", special_industries=["CREDIT"], po_number="7")

    assert (code, message) == (0, "OK")
    assert data == await read(http, FIRST)
    assert data == {
        "advertiser_id": US,
        "campaign_id": FIRST,
        "campaign_name": "Launch",
        "campaign_type": "REGULAR_CAMPAIGN",
        "objective": "LANDING_PAGE",
        "objective_type": "TRAFFIC",
        "virtual_objective_type": None,
        "sales_destination": None,
        "app_promotion_type": None,
        "app_id": None,
        "budget": 75.5,
        "budget_mode": "BUDGET_MODE_DAY",
        "bid_type": None,
        "deep_bid_type": None,
        "roas_bid": 0,
        "optimization_goal": None,
        "special_industries": ["CREDIT"],
        "rf_campaign_type": "STANDARD",
        "campaign_product_source": None,
        "catalog_enabled": False,
        "is_search_campaign": False,
        "campaign_automation_type": "MANUAL",
        "is_smart_performance_campaign": False,
        "is_new_structure": True,
        "operation_status": "DISABLE",
        "secondary_status": "CAMPAIGN_STATUS_DISABLE",
        "postback_window_mode": None,
        "po_number": "7",
        "rta_id": None,
        "rta_bid_enabled": False,
        "rta_product_selection_enabled": False,
        "disable_skan_campaign": None,
        "is_advanced_dedicated_campaign": False,
        "bid_align_type": None,
        "campaign_app_profile_page_state": None,
        "create_time": "2026-03-04 15:30:00",
        "modify_time": "2026-03-04 15:30:00",
    }
    assert [(one.id, one.account, one.goal, one.daily_budget, one.lifetime_budget) for one in made(world)] == [
        (FIRST, f"tiktok_{US}", "traffic", Decimal("75.5"), None)
    ]


@pytest.mark.parametrize(
    ("objective", "extra", "goal"),
    [
        ("REACH", {}, "awareness"),
        ("TRAFFIC", {}, "traffic"),
        ("VIDEO_VIEWS", {}, "engagement"),
        ("LEAD_GENERATION", {}, "leads"),
        ("ENGAGEMENT", {}, "engagement"),
        ("APP_PROMOTION", {"app_promotion_type": "APP_INSTALL"}, "app"),
        ("APP_PROMOTION", {"app_promotion_type": "APP_RETARGETING", "app_id": "72"}, "app"),
        ("WEB_CONVERSIONS", {}, "purchases"),
        ("WEB_CONVERSIONS", {"virtual_objective_type": "SALES", "sales_destination": "WEBSITE"}, "purchases"),
        ("PRODUCT_SALES", {"virtual_objective_type": "SALES", "sales_destination": "TIKTOK_SHOP"}, "purchases"),
        ("PRODUCT_SALES", {"campaign_product_source": "CATALOG", "catalog_enabled": True}, "purchases"),
    ],
)
async def test_an_objective_is_read_back_with_all_that_belongs_to_it(
    world: World, http: httpx2.AsyncClient, create: Create, objective: str, extra: Mapping[str, object], goal: str
) -> None:
    code, _, data = await create(objective_type=objective, **extra)

    assert code == 0
    told = await read(http, FIRST)
    assert {name: told[name] for name in ("objective_type", *extra)} == {"objective_type": objective, **extra}
    assert told == data
    assert [one.goal for one in made(world)] == [goal]


async def test_everything_else_that_is_given_is_read_back_as_it_was(http: httpx2.AsyncClient, create: Create) -> None:
    given_fields = {
        "campaign_type": "IOS14_CAMPAIGN",
        "app_id": "72",
        "bid_type": "BID_TYPE_CUSTOM",
        "deep_bid_type": "VO_MIN_ROAS",
        "roas_bid": 1.25,
        "optimization_goal": "VALUE",
        "is_search_campaign": True,
        "rta_id": "5",
        "rta_bid_enabled": True,
        "rta_product_selection_enabled": True,
        "disable_skan_campaign": False,
        "is_advanced_dedicated_campaign": True,
        "postback_window_mode": "POSTBACK_WINDOW_MODE2",
        "campaign_app_profile_page_state": "ON",
        "budget_optimize_on": True,
    }

    code, _, _ = await create(**given_fields, plugin_partner="p", internal_channel="c")

    told = await read(http, FIRST)
    assert code == 0
    assert {name: told[name] for name in given_fields} == given_fields


@pytest.mark.parametrize(
    ("mode", "optimized", "budgets"),
    [
        ("BUDGET_MODE_DAY", False, ("60.05", None)),
        ("BUDGET_MODE_DAY", True, ("60.05", None)),
        ("BUDGET_MODE_TOTAL", False, (None, "60.05")),
        ("BUDGET_MODE_TOTAL", True, (None, "60.05")),
        ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", True, ("60.05", None)),
    ],
)
async def test_a_budget_goes_with_its_mode(
    world: World, create: Create, mode: str, *, optimized: bool, budgets: tuple[str | None, str | None]
) -> None:
    code, _, data = await create(budget_mode=mode, budget=60.05, budget_optimize_on=optimized)

    told = (data["budget_mode"], data["budget"], data.get("budget_optimize_on"))
    assert (code, told) == (0, (mode, 60.05, True if optimized else None))
    (one,) = made(world)
    stored = (one.daily_budget, one.lifetime_budget)
    assert tuple(None if budget is None else str(budget) for budget in stored) == budgets


@pytest.mark.parametrize("extra", [{}, {"budget": 0}])
async def test_a_campaign_may_leave_all_budgets_to_its_ad_groups(
    world: World, http: httpx2.AsyncClient, extra: Mapping[str, object]
) -> None:
    body = {**{name: PLAIN[name] for name in PLAIN if name != "budget"}, "budget_mode": "BUDGET_MODE_INFINITE", **extra}

    code, _, data = opened(await http.post(CREATE, json=body))

    assert (code, data["budget_mode"], data["budget"]) == (0, "BUDGET_MODE_INFINITE", 0)
    assert "budget_optimize_on" not in data
    assert [(one.daily_budget, one.lifetime_budget) for one in made(world)] == [(None, None)]


@pytest.mark.parametrize(
    ("account", "budget", "extra"),
    [
        (US, 50, {}),
        (US, 9_999_999.99, {}),
        (DE, 50.01, {}),
        (JP, 5000, {}),
        (JP, 999_999_999, {}),
        (US, 10, {"objective_type": "PRODUCT_SALES", "campaign_product_source": "STORE"}),
        (JP, 1000, {"objective_type": "PRODUCT_SALES", "campaign_product_source": "STORE"}),
    ],
)
async def test_a_budget_within_the_range_of_its_currency_is_taken(
    create: Create, account: str, budget: float, extra: Mapping[str, object]
) -> None:
    code, _, data = await create(advertiser_id=account, budget=budget, **extra)

    assert (code, data["budget"]) == (0, budget)


@pytest.mark.parametrize(
    ("account", "budget", "rule"),
    [
        (US, 49.99, "Must be at least 50 and less than 10000000 USD."),
        (US, 10_000_000, "Must be at least 50 and less than 10000000 USD."),
        (US, -75, "Must be at least 50 and less than 10000000 USD."),
        (US, 75.005, "Must have no more than 2 decimals in USD."),
        (US, 100_000_000_000_000_000_000, "Must be at least 50 and less than 10000000 USD."),
        (DE, 49, "Must be at least 50 and less than 10000000 EUR."),
        (JP, 4999, "Must be at least 5000 and less than 1000000000 JPY."),
        (JP, 5000.5, "Must have no more than 0 decimals in JPY."),
        (US, "75", "Expected `float`, got `str`."),
        (US, None, "Expected `float`, got `null`."),
        (US, True, "Expected `float`, got `bool`."),
    ],
)
async def test_a_budget_outside_it_is_refused(
    world: World, create: Create, account: str, budget: object, rule: str
) -> None:
    assert await create(advertiser_id=account, budget=budget) == (40002, f"budget: {rule}", {})
    assert made(world) == []


@given(st.integers(min_value=5_000, max_value=999_999_999))
def test_every_amount_in_cents_is_what_the_world_is_given(cents: int) -> None:
    assert minor_units(float(amount(cents, "USD")), "USD", of_a_store=False) == cents


_NO_MODE = {name: PLAIN[name] for name in PLAIN if name != "budget_mode"}
_NO_BUDGET = {name: PLAIN[name] for name in PLAIN if name != "budget"}
_RESERVED = {"advertiser_id": US, "campaign_name": "Launch", "objective_type": "RF_REACH"}
_SALES = {**PLAIN, "virtual_objective_type": "SALES"}
_MISSING = "Missing data for required field."


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, f"advertiser_id: {_MISSING}"),
        ({"advertiser_id": US}, f"campaign_name: {_MISSING}"),
        ({"advertiser_id": US, "campaign_name": "A"}, f"objective_type: {_MISSING}"),
        ({**PLAIN, "status": "DISABLE"}, "status: Unknown field."),
        ({**PLAIN, "daily_budget": 75}, "daily_budget: Unknown field."),
        ({**PLAIN, "advertiser_id": int(US)}, "advertiser_id: Expected `str`, got `int`."),
        ({**PLAIN, "objective_type": "CONVERSIONS"}, "objective_type: Invalid enum value 'CONVERSIONS'."),
        ({**PLAIN, "objective_type": "APP_INSTALL"}, "objective_type: Invalid enum value 'APP_INSTALL'."),
        ({**PLAIN, "objective_type": "traffic"}, "objective_type: Invalid enum value 'traffic'."),
        ({**PLAIN, "operation_status": "PAUSED"}, "operation_status: Invalid enum value 'PAUSED'."),
        ({**PLAIN, "operation_status": "DELETE"}, "operation_status: Invalid enum value 'DELETE'."),
        ({**PLAIN, "operation_status": None}, "operation_status: Expected `str`, got `null`."),
        ({**PLAIN, "budget_mode": "BUDGET_MODE_WEEK"}, "budget_mode: Invalid enum value 'BUDGET_MODE_WEEK'."),
        ({**PLAIN, "budget_optimize_on": "true"}, "budget_optimize_on: Expected `bool`, got `str`."),
        ({**PLAIN, "special_industries": "CREDIT"}, "special_industries: Expected `array`, got `str`."),
        ({**PLAIN, "special_industries": ["CARS"]}, "special_industries[0]: Invalid enum value 'CARS'."),
        ({**PLAIN, "roas_bid": 1000.5}, "roas_bid: Expected `float` <= 1000.0."),
        (_NO_MODE, f"budget_mode: {_MISSING}"),
        (_NO_BUDGET, f"budget: {_MISSING}"),
        ({**PLAIN, "budget_mode": "BUDGET_MODE_INFINITE"}, "budget: Not when budget_mode is BUDGET_MODE_INFINITE."),
        (
            {**PLAIN, "budget_mode": "BUDGET_MODE_INFINITE", "budget_optimize_on": True},
            "budget_mode: BUDGET_MODE_INFINITE cannot be used when budget_optimize_on is true.",
        ),
        (
            {**PLAIN, "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"},
            "budget_mode: BUDGET_MODE_DYNAMIC_DAILY_BUDGET can only be used when budget_optimize_on is true.",
        ),
        (
            {**PLAIN, "objective_type": "APP_PROMOTION"},
            "app_promotion_type: Required when objective_type is APP_PROMOTION.",
        ),
        (
            {**PLAIN, "app_promotion_type": "APP_INSTALL"},
            "app_promotion_type: Only when objective_type is APP_PROMOTION.",
        ),
        (
            {**PLAIN, "campaign_type": "IOS14_CAMPAIGN"},
            "app_id: Required when campaign_type is IOS14_CAMPAIGN.",
        ),
        (
            {
                **PLAIN,
                "objective_type": "APP_PROMOTION",
                "app_promotion_type": "APP_RETARGETING",
                "campaign_type": "IOS14_CAMPAIGN",
                "app_id": "72",
            },
            "app_promotion_type: APP_RETARGETING cannot be used with IOS14_CAMPAIGN.",
        ),
        (_SALES, "sales_destination: Required when virtual_objective_type is SALES."),
        (
            {**PLAIN, "sales_destination": "WEBSITE"},
            "sales_destination: Only when virtual_objective_type is SALES.",
        ),
        (
            {**_SALES, "sales_destination": "WEBSITE"},
            "virtual_objective_type: SALES needs the objective_type WEB_CONVERSIONS or PRODUCT_SALES.",
        ),
        ({**PLAIN, "rf_campaign_type": "PULSE"}, "rf_campaign_type: Only when objective_type is RF_REACH."),
        (
            {**_RESERVED, "operation_status": "DISABLE"},
            "operation_status: A reach and frequency campaign cannot be created as DISABLE.",
        ),
        (
            {**_RESERVED, "budget_mode": "BUDGET_MODE_DAY", "budget": 75},
            "budget_mode: Only BUDGET_MODE_INFINITE, not optimized, when objective_type is RF_REACH.",
        ),
        (
            {**_RESERVED, "budget_optimize_on": True},
            "budget_mode: Only BUDGET_MODE_INFINITE, not optimized, when objective_type is RF_REACH.",
        ),
        ({**PLAIN, "request_id": 7}, "request_id: Expected `str`, got `int`."),
        ({**PLAIN, "request_id": "9223372036854775808"}, "request_id: Must be a 64-bit integer."),
    ],
)
async def test_a_body_that_breaks_a_rule_creates_nothing_and_is_told_which(
    world: World, http: httpx2.AsyncClient, body: Mapping[str, object], message: str
) -> None:
    assert opened(await http.post(CREATE, json=body)) == (40002, message, {})
    assert made(world) == []


@pytest.mark.parametrize(
    "name",
    ["x" * 512, "春" * 256, "a", "Größe & Öko – 50 % «ü» 春 #1 [op:7f3k9m2q]", " spaced "],
)
async def test_a_name_is_kept_letter_by_letter(world: World, create: Create, name: str) -> None:
    code, _, data = await create(campaign_name=name)

    assert (code, data["campaign_name"]) == (0, name)
    assert [one.name for one in made(world)] == [name]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "Must not be blank."),
        ("  ", "Must not be blank."),
        ("x" * 513, "Longer than 512 characters; Chinese and Japanese ones count twice."),
        ("春" * 256 + "x", "Longer than 512 characters; Chinese and Japanese ones count twice."),
        ("Sale 🔥", "Emoji are not supported."),
        ("☀️ Summer", "Emoji are not supported."),
        ("Done ✅", "Emoji are not supported."),
        ("1\u20e3 first", "Emoji are not supported."),
        ("two\nlines", "Control characters are not supported."),
        ("nul\x00", "Control characters are not supported."),
    ],
)
async def test_a_name_that_tiktok_does_not_take_is_refused(world: World, create: Create, name: str, rule: str) -> None:
    assert await create(campaign_name=name) == (40002, f"campaign_name: {rule}", {})
    assert made(world) == []


async def test_a_name_is_an_advertisers_only_once(world: World, create: Create) -> None:
    await create()
    seeded = world.campaigns("tiktok", US)[0].name

    again, elsewhere = await create(), await create(advertiser_id=DE)
    of_old = await create(campaign_name=seeded)

    assert again == (40002, "campaign_name: Campaign name already exists: Launch", {})
    assert elsewhere[0] == 0
    assert of_old == (40002, f"campaign_name: Campaign name already exists: {seeded}", {})
    assert [one.account for one in made(world)] == [f"tiktok_{US}", f"tiktok_{DE}"]


async def test_a_deleted_campaign_gives_its_name_free(world: World, http: httpx2.AsyncClient, create: Create) -> None:
    await create()
    await http.post(STATUS, json={"advertiser_id": US, "campaign_ids": [FIRST], "operation_status": "DELETE"})

    code, _, _ = await create()

    assert code == 0
    assert [(one.name, one.switch) for one in made(world)] == [("Launch", "deleted"), ("Launch", "on")]


async def test_a_request_id_is_carried_out_once_in_ten_seconds(world: World, clock: Clock, create: Create) -> None:
    first = await create(request_id="42")
    clock.now += timedelta(seconds=9, milliseconds=999)
    replayed = await create(request_id="42", campaign_name="Another")
    clock.now += timedelta(milliseconds=1)
    later = await create(request_id="42")

    assert (first[0], later[0]) == (0, 0)
    assert replayed == (40050, "Duplicated request: request_id 42.", {})
    assert [(one.name, one.details["request_id"]) for one in made(world)] == [("Launch", "42")] * 2


async def test_a_request_id_is_an_advertisers_own_and_allows_a_name_twice(world: World, create: Create) -> None:
    codes = [
        (await create(request_id="42"))[0],
        (await create(request_id="43"))[0],
        (await create(request_id="42", advertiser_id=DE))[0],
    ]

    assert codes == [0, 0, 0]
    assert [one.name for one in made(world)] == ["Launch"] * 3


async def test_two_processes_on_one_file_know_of_each_others_names_and_requests(tmp_path: Path, clock: Clock) -> None:
    memories = [Memory(tmp_path / "sandbox.db") for _ in range(2)]
    apps = [server(World(7, date(2026, 3, 4), clock, (CAST,), memory)) for memory in memories]
    asked = [{**PLAIN, "request_id": "42"}, PLAIN, {**PLAIN, "request_id": "42"}]

    codes: list[int] = []
    for app, body in zip([apps[0], apps[1], apps[1]], asked, strict=True):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
            codes.append(opened(await http.post(CREATE, json=body))[0])
    for memory in memories:
        memory.close()

    assert codes == [0, 40002, 40050]


async def test_a_campaign_whose_answer_was_lost_is_there_and_not_made_again(world: World) -> None:
    memory = Memory()
    faults = Faults(memory)
    faults.plan(Fault("tiktok", "lose_answer"))
    transport = httpx2.ASGITransport(app=Faulty(server(world), "tiktok", faults))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        with pytest.raises(ConnectionResetError):
            await http.post(CREATE, json={**PLAIN, "request_id": "42"})
        again = opened(await http.post(CREATE, json={**PLAIN, "request_id": "42"}))
    memory.close()

    assert again[0] == 40050
    assert [one.name for one in made(world)] == ["Launch"]


@pytest.mark.parametrize(("kind", "code"), [("throttle", 40100), ("expire_token", 40102), ("server_error", 50000)])
@pytest.mark.parametrize(
    ("path", "body", "attempt"),
    [
        (CREATE, PLAIN, ("create_campaign", US)),
        (UPDATE, {"advertiser_id": US, "campaign_id": FIRST, "budget": 60}, ("update_campaign", FIRST)),
        (
            STATUS,
            {"advertiser_id": US, "campaign_ids": [FIRST, "2"], "operation_status": "DELETE"},
            ("update_status", f"{FIRST},2"),
        ),
    ],
)
async def test_a_planned_fault_strikes_before_anything_is_written_and_the_attempt_is_remembered(
    world: World, path: str, body: Mapping[str, object], attempt: tuple[str, str], kind: str, code: int
) -> None:
    memory = Memory()
    faults = Faults(memory)
    faults.plan(msgspec.convert({"platform": "tiktok", "kind": kind}, Fault))
    before = world.campaigns("tiktok", US)
    transport = httpx2.ASGITransport(app=Faulty(server(world), "tiktok", faults))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        met = opened(await http.post(path, json=body))
    memory.close()

    assert (met[0], met[2]) == (code, {})
    assert world.campaigns("tiktok", US) == before
    assert world.attempts() == [(NOW.isoformat(), "tiktok", *attempt)]


@pytest.mark.parametrize("path", [CREATE, UPDATE, STATUS])
async def test_the_token_is_asked_for_before_a_write_too(world: World, path: str) -> None:
    transport = httpx2.ASGITransport(app=server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        none = opened(await http.post(path, json=PLAIN))
        wrong = opened(await http.post(path, json=PLAIN, headers={"Access-Token": "x"}))

    assert (none[0], wrong[0]) == (40104, 40105)
    assert made(world) == []


@pytest.mark.parametrize(
    ("advertiser", "refusal"),
    [
        ("7123456789012345690", (40001, "No permission to operate advertiser 7123456789012345690.")),
        ("7999999999999999999", (40300, "The advertiser 7999999999999999999 doesn't exist.")),
        (UK, (40001, f"The advertiser {UK} is disabled.")),
    ],
)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CREATE, PLAIN),
        (UPDATE, {"campaign_id": "1790000000300001", "campaign_name": "A"}),
        (STATUS, {"campaign_ids": ["1790000000300001"], "operation_status": "DISABLE"}),
    ],
)
async def test_nobody_writes_for_an_advertiser_that_is_not_theirs_or_is_closed(
    world: World,
    http: httpx2.AsyncClient,
    path: str,
    body: Mapping[str, object],
    advertiser: str,
    refusal: tuple[int, str],
) -> None:
    before = truth(world).campaigns

    assert opened(await http.post(path, json={**body, "advertiser_id": advertiser})) == (*refusal, {})
    assert truth(world).campaigns == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CREATE),
        ("PUT", UPDATE),
        ("DELETE", STATUS),
        ("POST", CREATE.removesuffix("/")),
        ("POST", f"{ROOT}/campaign/delete/"),
        ("POST", f"{ROOT}/campaign/update/status/"),
        ("POST", f"{ROOT}/adgroup/create/"),
        ("POST", f"{ROOT}/adgroup/update/"),
        ("POST", f"{ROOT}/adgroup/get/"),
        ("POST", "/open_api/v1.2/campaign/create/"),
    ],
)
async def test_what_is_not_offered_is_plain_404_and_no_attempt(
    world: World, http: httpx2.AsyncClient, method: str, path: str
) -> None:
    response = await http.request(method, path, json=PLAIN)

    assert (response.status_code, response.text) == (404, "404 page not found")
    assert (made(world), world.attempts()) == ([], [])


@pytest.mark.parametrize(
    ("query", "kind", "content", "message"),
    [
        ("?operation_status=DISABLE", "application/json", None, "operation_status: Must be in the JSON body"),
        ("", "application/x-www-form-urlencoded", b"advertiser_id=1", "Content-Type: Must be application/json."),
        ("", "text/plain", None, "Content-Type: Must be application/json."),
        ("", "application/json", b"[]", "body: Must be a JSON object."),
        ("", "application/json", b"{", "body: Must be a JSON object."),
        ("", "application/json", b"", "advertiser_id: Missing data for required field."),
    ],
)
async def test_parameters_are_a_json_body_and_nothing_else(
    world: World, http: httpx2.AsyncClient, query: str, kind: str, content: bytes | None, message: str
) -> None:
    body = json.dumps(PLAIN).encode() if content is None else content

    code, told, _ = opened(await http.post(CREATE + query, content=body, headers={"Content-Type": kind}))

    assert (code, told[: len(message)]) == (40002, message)
    assert made(world) == []


@pytest.mark.parametrize(
    ("content", "target"),
    [(json.dumps(PLAIN).encode(), US), (b"{", ""), (b'{"advertiser_id": 7}', ""), (b"{}", ""), (b"\xff", "")],
)
async def test_every_request_to_write_is_remembered_whatever_it_says(
    world: World, http: httpx2.AsyncClient, content: bytes, target: str
) -> None:
    await http.post(CREATE, content=content, headers={"Content-Type": "application/json"})

    assert world.attempts() == [(NOW.isoformat(), "tiktok", "create_campaign", target)]


async def test_reading_is_no_attempt_to_write(world: World, http: httpx2.AsyncClient) -> None:
    await http.get(f"{ROOT}/campaign/get/", params={"advertiser_id": US})

    assert world.attempts() == []


async def test_a_reserved_campaign_is_in_its_own_lists_and_in_no_auction_report(
    http: httpx2.AsyncClient,
) -> None:
    body = {**_RESERVED, "rf_campaign_type": "PULSE", "budget_mode": "BUDGET_MODE_INFINITE"}
    _, _, plain = opened(await http.post(CREATE, json={**_RESERVED, "campaign_name": "Plain"}))
    _, _, pulse = opened(await http.post(CREATE, json=body))
    _, _, listed = opened(
        await http.get(
            f"{ROOT}/campaign/get/",
            params={
                "advertiser_id": US,
                "filtering": '{"buying_types":["RESERVATION_RF"]}',
                "fields": '["campaign_id","budget_mode","objective_type","rf_campaign_type"]',
            },
        )
    )
    _, _, report = opened(
        await http.get(
            f"{ROOT}/report/integrated/get/",
            params={
                "advertiser_id": US,
                "report_type": "BASIC",
                "data_level": "AUCTION_CAMPAIGN",
                "dimensions": '["campaign_id"]',
                "query_lifetime": "true",
                "page_size": "1000",
            },
        )
    )

    shown = {"budget_mode": "BUDGET_MODE_INFINITE", "objective_type": "RF_REACH"}
    assert listed["list"] == [
        {"campaign_id": pulse["campaign_id"], **shown, "rf_campaign_type": "PULSE"},
        {"campaign_id": plain["campaign_id"], **shown, "rf_campaign_type": "STANDARD"},
    ]
    reported = {row.dimensions["campaign_id"] for row in msgspec.convert(report, Rows).list}
    assert len(reported) > 10
    assert not reported & {pulse["campaign_id"], plain["campaign_id"]}


async def test_a_new_campaign_is_reported_with_its_words_and_zeros(http: httpx2.AsyncClient, create: Create) -> None:
    await create(objective_type="PRODUCT_SALES")
    asked = {
        "advertiser_id": US,
        "report_type": "BASIC",
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": '["campaign_id"]',
        "metrics": '["spend","objective_type","budget"]',
        "query_lifetime": "true",
        "filtering": json.dumps(
            [{"field_name": "campaign_ids", "filter_type": "IN", "filter_value": json.dumps([FIRST])}]
        ),
    }

    _, _, report = opened(await http.get(f"{ROOT}/report/integrated/get/", params=asked))

    assert report["list"] == [
        {
            "dimensions": {"campaign_id": FIRST},
            "metrics": {"spend": "0.00", "objective_type": "Product sales", "budget": "75.50"},
        }
    ]
