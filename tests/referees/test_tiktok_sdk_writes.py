"""TikTok's own SDK, unmodified, writes to the sandbox on a real port: both must agree on what was done."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import uvicorn
from business_api_client import ApiClient, Configuration
from business_api_client.api.adgroup_api import AdgroupApi
from business_api_client.api.campaign_creation_api import CampaignCreationApi
from business_api_client.models import (
    CampaignCreateBody,
    CampaignStatusUpdateBody,
    CampaignUpdateBody,
    FilteringAdgroupGet,
    FilteringCampaignGet,
)
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty, Kind
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.sandbox.world import World

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
TOKEN = CREDENTIALS["ACCESS_TOKEN"]
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
FIRST, DELIVERING = "1790000000020001", "1790000000000006"
PLAIN = {
    "advertiser_id": US,
    "campaign_name": "Launch",
    "objective_type": "WEB_CONVERSIONS",
    "budget_mode": "BUDGET_MODE_DAY",
    "budget": 75.0,
}


@pytest.fixture
def world() -> World:
    return World(seed=7, anchor=NOW.date(), clock=lambda: NOW, casts=(CAST,))


@pytest.fixture
def faults() -> Iterator[Faults]:
    memory = Memory()
    yield Faults(memory)
    memory.close()


@pytest.fixture
def client(world: World, faults: Faults) -> Iterator[ApiClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Faulty(server(world), "tiktok", faults)
    running = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=running.run, args=([listener],))
    thread.start()
    configuration = Configuration()
    configuration.host = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client = ApiClient(configuration)
    yield client
    client.rest_client.pool_manager.clear()
    running.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def api(client: ApiClient) -> CampaignCreationApi:
    return CampaignCreationApi(client)


def create(api: CampaignCreationApi, **fields: object) -> dict:
    return api.campaign_create(TOKEN, body=CampaignCreateBody(**{**PLAIN, **fields}))["data"]


def update(api: CampaignCreationApi, **fields: object) -> dict:
    body = CampaignUpdateBody(advertiser_id=US, campaign_id=FIRST, **fields)
    return api.campaign_update(TOKEN, body=body)["data"]


def switch(api: CampaignCreationApi, status: str, *campaign_ids: str) -> dict:
    body = CampaignStatusUpdateBody(advertiser_id=US, campaign_ids=list(campaign_ids), operation_status=status)
    return api.campaign_status_update(TOKEN, body=body)["data"]


def read(api: CampaignCreationApi) -> dict:
    filtering = FilteringCampaignGet(campaign_ids=[FIRST], primary_status="STATUS_ALL")
    (found,) = api.campaign_get(US, TOKEN, filtering=filtering)["data"]["list"]
    return found


def test_a_campaign_lives_from_its_creation_to_its_deletion(world: World, api: CampaignCreationApi) -> None:
    made = create(api, operation_status="DISABLE", budget_mode="BUDGET_MODE_TOTAL", budget_optimize_on=True)
    told = [made]
    told.append(update(api, budget=1200.55, campaign_name="春 Launch"))
    answers = [switch(api, status, FIRST) for status in ("ENABLE", "DISABLE", "DELETE")]

    names = ("campaign_id", "campaign_name", "budget", "budget_mode", "budget_optimize_on", "operation_status")
    assert [tuple(one[name] for name in names) for one in told] == [
        (FIRST, "Launch", 75.0, "BUDGET_MODE_TOTAL", True, "DISABLE"),
        (FIRST, "春 Launch", 1200.55, "BUDGET_MODE_TOTAL", True, "DISABLE"),
    ]
    assert answers == [
        {
            "status": status,
            "campaign_ids": [FIRST],
            "campaign_list": [{"campaign_id": FIRST, "status": status}],
        }
        for status in ("ENABLE", "DISABLE", "DELETE")
    ]
    assert read(api) == {**told[1], "secondary_status": "CAMPAIGN_STATUS_DELETE"}
    (true,) = [one for one in truth(world).campaigns if one.id == FIRST]
    assert (true.name, str(true.lifetime_budget), true.daily_budget, true.switch, true.goal) == (
        "春 Launch",
        "1200.55",
        None,
        "deleted",
        "purchases",
    )
    assert [one[2] for one in world.attempts()] == ["create_campaign", "update_campaign", *["update_status"] * 3]


def test_its_own_default_switches_a_new_campaign_on(world: World, api: CampaignCreationApi) -> None:
    made = create(api)

    assert (made["operation_status"], made["secondary_status"]) == ("ENABLE", "CAMPAIGN_STATUS_ENABLE")
    assert [one.switch for one in truth(world).campaigns if one.id == FIRST] == ["on"]


def test_a_campaign_without_a_budget_and_an_app_campaign_are_understood(api: CampaignCreationApi) -> None:
    open_ended = create(api, budget_mode="BUDGET_MODE_INFINITE", budget=None)
    app = create(api, campaign_name="App", objective_type="APP_PROMOTION", app_promotion_type="APP_INSTALL")

    assert (open_ended["budget"], open_ended["budget_mode"]) == (0.0, "BUDGET_MODE_INFINITE")
    assert (app["objective"], app["app_promotion_type"]) == ("APP", "APP_INSTALL")


def test_the_same_request_is_carried_out_once(world: World, api: CampaignCreationApi) -> None:
    create(api, request_id="9007199254740993")

    with pytest.raises(TiktokSDKError, match="Error Code: 40050, message: Duplicated request"):
        create(api, request_id="9007199254740993")

    assert [one.name for one in world.campaigns("tiktok", US)].count("Launch") == 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda api: create(api, budget=49.0), "40002, message: budget: Must be at least 50"),
        (lambda api: create(api, campaign_name="Sale 🔥"), "40002, message: campaign_name: Emoji"),
        (
            lambda api: create(api, campaign_name="Summer Sale - TikTok"),
            "40002, message: campaign_name: Campaign name already exists: Summer Sale - TikTok",
        ),
        (lambda api: create(api, objective_type="CONVERSIONS"), "40002, message: objective_type: Invalid"),
        (lambda api: create(api, advertiser_id="7"), "40300, message: The advertiser 7 doesn't exist."),
        (lambda api: update(api, budget=60.0), f"40007, message: Campaign {FIRST} doesn't exist."),
        (lambda api: switch(api, "PAUSE", DELIVERING), "40002, message: operation_status: Invalid"),
        (lambda api: switch(api, "ENABLE", "1790000000000002"), "40002, message: campaign_id: Campaign 17900"),
        (lambda api: api.campaign_create("x", body=CampaignCreateBody(**PLAIN)), "40105, message: Access token"),
    ],
)
def test_a_refusal_is_its_own_error_and_changes_nothing(
    world: World, api: CampaignCreationApi, call: Callable[[CampaignCreationApi], object], text: str
) -> None:
    before = truth(world).campaigns

    with pytest.raises(TiktokSDKError, match=f"Error Code: {text}"):
        call(api)

    assert truth(world).campaigns == before


@pytest.mark.parametrize(("kind", "code"), [("throttle", 40100), ("expire_token", 40102), ("server_error", 50000)])
def test_a_fault_is_its_own_error_and_writes_nothing(
    world: World, faults: Faults, api: CampaignCreationApi, kind: Kind, code: int
) -> None:
    faults.plan(Fault("tiktok", kind))
    before = truth(world).campaigns

    with pytest.raises(TiktokSDKError, match=f"Error Code: {code}, "):
        create(api)

    assert truth(world).campaigns == before


def test_it_reads_the_ad_groups_of_a_campaign_and_their_parents_switch(client: ApiClient, world: World) -> None:
    campaign = world.campaign("tiktok", DELIVERING)
    groups = list(reversed(world.ad_groups("tiktok", campaign)))
    filtering = FilteringAdgroupGet(campaign_ids=[DELIVERING], primary_status="STATUS_NOT_DELETE")
    asked = {"filtering": filtering, "fields": ["adgroup_id", "operation_status", "secondary_status"], "page_size": 50}

    switch(CampaignCreationApi(client), "DISABLE", DELIVERING)
    data = AdgroupApi(client).adgroup_get(US, TOKEN, **asked)["data"]

    assert data["list"] == [
        {
            "adgroup_id": group.id,
            "operation_status": "ENABLE" if group.switch == "on" else "DISABLE",
            "secondary_status": "ADGROUP_STATUS_CAMPAIGN_DISABLE",
        }
        for group in groups
    ]
    assert len(groups) > 1
