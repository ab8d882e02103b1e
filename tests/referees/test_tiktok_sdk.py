"""TikTok's own SDK, unmodified, against the sandbox on a real port: it must understand it, and be told the truth."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
import uvicorn
from business_api_client import ApiClient, Configuration
from business_api_client.api.account_management_api import AccountManagementApi
from business_api_client.api.authentication_api import AuthenticationApi
from business_api_client.api.campaign_creation_api import CampaignCreationApi
from business_api_client.api.reporting_api import ReportingApi
from business_api_client.models import FilteringCampaignGet, ReportTaskCreateBody, TaskCancelBody
from business_api_client.rest import ApiException
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty, Kind
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import Campaign, Facts, World, amount, summed

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
TOKEN = CREDENTIALS["ACCESS_TOKEN"]
SINCE, UNTIL = date(2026, 2, 3), date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=11, anchor=NOW.date(), clock=lambda: NOW, casts=(CAST,))


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    memory = Memory()
    yield Faults(memory)
    memory.close()


@pytest.fixture(scope="module")
def port(world: World, faults: Faults) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Faulty(server(world), "tiktok", faults)
    running = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=running.run, args=([listener],))
    thread.start()
    yield listener.getsockname()[1]
    running.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[ApiClient]:
    configuration = Configuration()
    configuration.host = f"http://127.0.0.1:{port}"
    client = ApiClient(configuration)
    yield client
    client.rest_client.pool_manager.clear()


def kept(world: World, account: str) -> list[Campaign]:
    return [one for one in world.campaigns("tiktok", account) if one.switch != "deleted"]


def two_decimals(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_it_lists_the_advertisers_of_the_token(client: ApiClient) -> None:
    answer = AuthenticationApi(client).oauth2_advertiser_get(CREDENTIALS["APP_ID"], CREDENTIALS["APP_SECRET"], TOKEN)

    assert answer["data"] == {
        "list": [{"advertiser_id": plan.id, "advertiser_name": plan.name} for plan in CAST.accounts]
    }
    assert answer["request_id"].startswith("20260304153000")


def test_it_reads_what_is_known_of_advertisers(client: ApiClient) -> None:
    answer = AccountManagementApi(client).advertiser_info(
        [US, UK], TOKEN, fields=["advertiser_id", "name", "currency", "display_timezone", "status"]
    )

    assert answer["data"]["list"] == [
        {
            "advertiser_id": US,
            "name": "Nordlicht Outdoor US",
            "currency": "USD",
            "display_timezone": "America/New_York",
            "status": "STATUS_ENABLE",
        },
        {
            "advertiser_id": UK,
            "name": "Nordlicht UK (closed)",
            "currency": "GBP",
            "display_timezone": "Europe/London",
            "status": "STATUS_DISABLE",
        },
    ]


@pytest.mark.parametrize("account", [US, DE, JP, UK])
def test_it_pages_through_all_campaigns(client: ApiClient, world: World, account: str) -> None:
    asked = {"page_size": 5, "fields": ["campaign_id", "campaign_name", "budget"]}
    api, found, page, pages = CampaignCreationApi(client), [], 1, 1
    while page <= pages:
        data = api.campaign_get(account, TOKEN, page=page, **asked)["data"]
        found += data["list"]
        page, pages = page + 1, data["page_info"]["total_page"]

    assert found == [
        {
            "campaign_id": one.id,
            "campaign_name": one.name,
            "budget": float(amount(one.daily or one.lifetime, one.account.currency)),
        }
        for one in reversed(kept(world, account))
    ]


def test_its_own_filter_model_is_understood(client: ApiClient, world: World) -> None:
    filtering = FilteringCampaignGet(primary_status="STATUS_DELETE", buying_types=["AUCTION"])

    data = CampaignCreationApi(client).campaign_get(
        US, TOKEN, filtering=filtering, page_size=1000, exclude_field_types_in_response=["NULL_FIELD"]
    )["data"]

    assert [(item["campaign_id"], item["secondary_status"]) for item in data["list"]] == [
        (one.id, "CAMPAIGN_STATUS_DELETE") for one in reversed(world.campaigns("tiktok", US)) if one.switch == "deleted"
    ]
    assert data["list"]
    assert all(value is not None for item in data["list"] for value in item.values())


def report(client: ApiClient, **asked: object) -> dict:
    basic = {
        "advertiser_id": US,
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": ["campaign_id"],
        "metrics": ["spend", "impressions", "clicks", "conversion"],
        "start_date": str(SINCE),
        "end_date": str(UNTIL),
        "page_size": 1000,
    }
    return ReportingApi(client).report_integrated_get("BASIC", TOKEN, **{**basic, **asked})["data"]


def metrics(facts: Facts, currency: str = "USD") -> dict[str, str]:
    return {
        "spend": two_decimals(amount(facts.spend, currency)),
        "impressions": str(facts.impressions),
        "clicks": str(facts.clicks),
        "conversion": str(facts.conversions // 100),
    }


@pytest.mark.parametrize("account", [US, DE, JP, UK])
def test_it_reports_the_truth_about_campaigns(client: ApiClient, world: World, account: str) -> None:
    data = report(client, advertiser_id=account, enable_total_metrics=True, query_lifetime=False)

    truth = {one.id: world.total("tiktok", one, SINCE, UNTIL) for one in kept(world, account)}
    currency = kept(world, account)[0].account.currency
    assert {row["dimensions"]["campaign_id"]: row["metrics"] for row in data["list"]} == {
        campaign: metrics(facts, currency) for campaign, facts in truth.items()
    }
    assert data["total_metrics"] == metrics(summed(truth.values()), currency)


def test_it_reports_the_truth_about_an_advertisers_days(client: ApiClient, world: World) -> None:
    data = report(client, data_level="AUCTION_ADVERTISER", dimensions=["advertiser_id", "stat_time_day"])

    days: dict[date, list] = {}
    for one in world.campaigns("tiktok", US):
        for day, facts in world.days("tiktok", one, SINCE, UNTIL):
            days.setdefault(day, []).append(facts)
    assert [(row["dimensions"], row["metrics"]) for row in data["list"]] == [
        ({"advertiser_id": US, "stat_time_day": f"{day} 00:00:00"}, metrics(summed(days[day]))) for day in sorted(days)
    ]


def test_its_report_filters_are_understood(client: ApiClient, world: World) -> None:
    gone = next(one for one in world.campaigns("tiktok", US) if one.switch == "deleted")
    filtering = [
        {"field_name": "campaign_ids", "filter_type": "IN", "filter_value": f'["{gone.id}"]'},
        {"field_name": "campaign_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'},
    ]

    data = report(client, filtering=filtering, query_lifetime=True, order_field="spend", order_type="ASC")

    lifetime = world.total("tiktok", gone, gone.first_day, UNTIL)
    assert data["list"] == [{"dimensions": {"campaign_id": gone.id}, "metrics": metrics(lifetime)}]


def test_it_reports_ads_and_the_parts_of_an_audience(client: ApiClient, world: World) -> None:
    ads = report(client, data_level="AUCTION_AD", dimensions=["ad_id"], metrics=["spend", "ad_name", "campaign_id"])
    genders = ReportingApi(client).report_integrated_get(
        "AUDIENCE",
        TOKEN,
        advertiser_id=US,
        data_level="AUCTION_ADVERTISER",
        dimensions=["advertiser_id", "gender"],
        metrics=["impressions"],
        start_date=str(SINCE),
        end_date=str(UNTIL),
    )["data"]["list"]

    impressions: dict[str, int] = {}
    for one in world.campaigns("tiktok", US):
        for part in world.parts("tiktok", one, SINCE, UNTIL, "gender"):
            impressions[part.segment] = impressions.get(part.segment, 0) + part.facts.impressions
    words = {"FEMALE": "female", "MALE": "male", "NONE": "unknown"}
    assert {words[row["dimensions"]["gender"]]: int(row["metrics"]["impressions"]) for row in genders} == impressions
    assert {row["metrics"]["campaign_id"] for row in ads["list"]} == {one.id for one in kept(world, US)}


def test_it_has_a_report_made_looks_at_it_and_cancels_it(client: ApiClient) -> None:
    api = ReportingApi(client)
    body = ReportTaskCreateBody(
        advertiser_id=US,
        report_type="BASIC",
        service_type="AUCTION",
        data_level="AUCTION_CAMPAIGN",
        dimensions=["campaign_id"],
        metrics=["spend"],
        start_date=str(SINCE),
        end_date=str(UNTIL),
    )

    task = api.report_task_create(TOKEN, body=body)["data"]["task_id"]
    states = [api.report_task_check(task, US, TOKEN)["data"]["status"] for _ in range(2)]
    canceled = api.report_task_cancel(TOKEN, body=TaskCancelBody(advertiser_id=US, task_id=task))["data"]

    assert (states, canceled) == (["QUEUING", "PROCESSING"], {"status": "CANCELED"})


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda api: api.campaign_get(US, ""), "Error Code: 40104, message: Access token is null"),
        (lambda api: api.campaign_get(US, "x"), "Error Code: 40105, message: Access token is incorrect"),
        (lambda api: api.campaign_get("7123456789012345690", TOKEN), "Error Code: 40001, message: No permission"),
        (lambda api: api.campaign_get("7", TOKEN), "Error Code: 40300, message: The advertiser 7 doesn't exist."),
        (lambda api: api.campaign_get(US, TOKEN, page_size=1001), "Error Code: 40002, message: page_size: "),
        (lambda api: api.campaign_get(US, TOKEN, fields=["id"]), "Error Code: 40002, message: fields: Invalid"),
        (lambda api: report(api.api_client, dimensions=["ad_id"]), "Error Code: 40002, message: dimension ad_id"),
        (
            lambda api: report(api.api_client, start_date="2025-03-04"),
            "Error Code: 40002, message: max time span is 365 days",
        ),
    ],
)
def test_a_refusal_is_its_own_error(
    client: ApiClient, call: Callable[[CampaignCreationApi], object], text: str
) -> None:
    with pytest.raises(TiktokSDKError, match=text):
        call(CampaignCreationApi(client))


def test_a_path_that_does_not_exist_is_its_http_error(port: int) -> None:
    configuration = Configuration()
    configuration.host = f"http://127.0.0.1:{port}/open_api"
    client = ApiClient(configuration)

    with pytest.raises(ApiException, match="404 page not found"):
        CampaignCreationApi(client).campaign_get(US, TOKEN)
    client.rest_client.pool_manager.clear()


@pytest.mark.parametrize(("kind", "code"), [("throttle", 40100), ("expire_token", 40102), ("server_error", 50000)])
def test_a_fault_is_its_own_error(client: ApiClient, faults: Faults, kind: Kind, code: int) -> None:
    faults.plan(Fault("tiktok", kind))

    with pytest.raises(TiktokSDKError, match=f"Error Code: {code}, "):
        CampaignCreationApi(client).campaign_get(US, TOKEN)
