"""Google's own client makes, changes and is refused campaigns by the Google sandbox."""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import Campaign, World

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
CUSTOMER = CAST.accounts[0].id
FORM = {"grant_type": "refresh_token"} | {name.lower(): value for name, value in CREDENTIALS.items()}


@pytest.fixture(scope="module")
def bridge() -> ModuleType:
    """The gRPC face, loaded once in a process: so are gRPC's roots, and the vendor's package takes its time."""
    if "google_bridge" in sys.modules:
        return sys.modules["google_bridge"]
    spec = importlib.util.spec_from_file_location("google_bridge", Path(__file__).with_name("google_bridge.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["google_bridge"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def world() -> World:
    return World(11, date(2026, 11, 20), lambda: NOW, (CAST,))


@pytest.fixture(scope="module")
def client(bridge: ModuleType, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The official client, sent to the sandbox."""
    from google.ads.googleads.client import GoogleAdsClient
    from google.oauth2.credentials import Credentials

    with (
        bridge.served(server(world)) as base_url,
        bridge.bridged(base_url, tmp_path_factory.mktemp("google")) as (endpoint, roots),
        pytest.MonkeyPatch.context() as environment,
        httpx2.Client(base_url=base_url) as http,
    ):
        environment.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", str(roots))
        token = http.post("/token", data=FORM).json()["access_token"]
        yield GoogleAdsClient(
            credentials=Credentials(token),
            developer_token="unused",
            endpoint=endpoint,
            use_proto_plus=True,
            version="v26",
        )


def new(client: Any, name: str, number: int = -1, micros: int = 25_000_000) -> list[Any]:
    """The operations that make a campaign with a budget of its own, as Google's examples write them."""
    budget = client.get_type("MutateOperation")
    made = budget.campaign_budget_operation.create
    made.resource_name = client.get_service("CampaignBudgetService").campaign_budget_path(CUSTOMER, number)
    made.amount_micros = micros
    made.explicitly_shared = False
    campaign = client.get_type("MutateOperation")
    filled = campaign.campaign_operation.create
    filled.name = name
    filled.status = client.enums.CampaignStatusEnum.PAUSED
    filled.advertising_channel_type = client.enums.AdvertisingChannelTypeEnum.SEARCH
    filled.campaign_budget = made.resource_name
    filled.manual_cpc.enhanced_cpc_enabled = False
    filled.network_settings.target_google_search = True
    filled.network_settings.target_search_network = False
    filled.contains_eu_political_advertising = (
        client.enums.EuPoliticalAdvertisingStatusEnum.DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING
    )
    filled.start_date_time = "2027-01-10 00:00:00"
    return [budget, campaign]


def make(client: Any, name: str) -> tuple[str, str]:
    """The resource names of a new budget and its campaign."""
    answer = client.get_service("GoogleAdsService").mutate(customer_id=CUSTOMER, mutate_operations=new(client, name))
    first, second = answer.mutate_operation_responses
    return first.campaign_budget_result.resource_name, second.campaign_result.resource_name


def update(client: Any, kind: str, name: str, /, **fields: object) -> Any:
    """An operation with the mask that Google's own helper makes of what is set."""
    from google.api_core.protobuf_helpers import field_mask

    operation = client.get_type(f"{kind}Operation")
    operation.update.resource_name = name
    for field, value in fields.items():
        setattr(operation.update, field, value)
    client.copy_from(operation.update_mask, field_mask(None, operation.update._pb))
    return operation


def truth(world: World, name: str) -> Campaign:
    found = world.campaign("google", name.rpartition("/")[2])
    assert found is not None
    return found


def refused(call: Callable[[], object]) -> list[tuple[str, str]]:
    """The errors that the client understood: code, and place in the request."""
    from google.ads.googleads.errors import GoogleAdsException

    with pytest.raises(GoogleAdsException) as caught:
        call()
    return [told(error) for error in caught.value.failure.errors]


def told(error: Any) -> tuple[str, str]:
    category = type(error).pb(error).error_code.WhichOneof("error_code")
    path = ".".join(element.field_name for element in error.location.field_path_elements)
    return f"{category}.{getattr(error.error_code, category).name}", path


def test_the_official_client_makes_a_campaign_that_is_paused_and_what_it_said(client: Any, world: World) -> None:
    budget, campaign = make(client, "Made by the official client")

    made = truth(world, campaign)
    assert (made.name, made.switch, made.daily, made.budget_id, made.first_day, made.last_day) == (
        "Made by the official client",
        "off",
        2500,
        budget.rpartition("/")[2],
        date(2027, 1, 10),
        None,
    )
    fields = "campaign.name, campaign.status, campaign_budget.amount_micros"
    query = f"SELECT {fields} FROM campaign WHERE campaign.resource_name = '{campaign}'"
    (row,) = client.get_service("GoogleAdsService").search(customer_id=CUSTOMER, query=query)
    assert (row.campaign.name, row.campaign.status.name, row.campaign_budget.amount_micros) == (
        "Made by the official client",
        "PAUSED",
        25_000_000,
    )


def test_the_official_client_changes_budget_name_and_status(client: Any, world: World) -> None:
    budget, campaign = make(client, "Changed by the official client")
    campaigns, budgets = client.get_service("CampaignService"), client.get_service("CampaignBudgetService")
    status = client.enums.CampaignStatusEnum

    money = update(client, "CampaignBudget", budget, amount_micros=40_000_000)
    answered = budgets.mutate_campaign_budgets(customer_id=CUSTOMER, operations=[money])
    request = client.get_type("MutateCampaignsRequest")
    request.customer_id = CUSTOMER
    request.operations = [update(client, "Campaign", campaign, name="Renamed", status=status.ENABLED)]
    request.response_content_type = client.enums.ResponseContentTypeEnum.MUTABLE_RESOURCE
    (result,) = campaigns.mutate_campaigns(request=request).results
    enabled = truth(world, campaign)
    pause = update(client, "Campaign", campaign, status=status.PAUSED)
    campaigns.mutate_campaigns(customer_id=CUSTOMER, operations=[pause])

    assert [one.resource_name for one in answered.results] == [budget]
    assert (result.resource_name, result.campaign.name, result.campaign.status) == (
        campaign,
        "Renamed",
        status.ENABLED,
    )
    assert "manual_cpc" in result.campaign
    assert (enabled.name, enabled.switch, enabled.daily) == ("Renamed", "on", 4000)
    assert truth(world, campaign).switch == "off"


def test_the_official_client_removes_a_campaign(client: Any, world: World) -> None:
    _, campaign = make(client, "Removed by the official client")
    operation = client.get_type("CampaignOperation")
    operation.remove = campaign

    client.get_service("CampaignService").mutate_campaigns(customer_id=CUSTOMER, operations=[operation])

    assert truth(world, campaign).switch == "deleted"
    code = "context_error.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"
    again = client.get_service("CampaignService").mutate_campaigns
    assert refused(lambda: again(customer_id=CUSTOMER, operations=[operation])) == [(code, "operations.remove")]


def test_the_official_client_understands_that_nothing_was_written(client: Any, world: World) -> None:
    before = world.campaigns("google", CUSTOMER)
    operations = new(client, "Only looked at")
    request = client.get_type("MutateGoogleAdsRequest")
    request.customer_id, request.mutate_operations, request.validate_only = CUSTOMER, operations, True

    answer = client.get_service("GoogleAdsService").mutate(request=request)

    assert list(answer.mutate_operation_responses) == []
    assert world.campaigns("google", CUSTOMER) == before


def test_the_official_client_is_refused_with_typed_errors_and_their_details(client: Any) -> None:
    make(client, "Twice")
    service = client.get_service("GoogleAdsService")

    twice = refused(lambda: service.mutate(customer_id=CUSTOMER, mutate_operations=new(client, "Twice")))
    odd = refused(lambda: service.mutate(customer_id=CUSTOMER, mutate_operations=new(client, "Odd", micros=25_000_001)))

    assert twice == [("campaign_error.DUPLICATE_CAMPAIGN_NAME", "mutate_operations.campaign_operation.create.name")]
    place = "mutate_operations.campaign_budget_operation.create.amount_micros"
    assert odd == [
        ("campaign_budget_error.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", place),
        (
            "new_resource_creation_error.TEMP_ID_RESOURCE_HAD_ERRORS",
            "mutate_operations.campaign_operation.create.campaign_budget",
        ),
    ]


def test_the_official_client_reads_what_a_budget_must_be_at_least(client: Any) -> None:
    from google.ads.googleads.errors import GoogleAdsException

    budget, _ = make(client, "Cheap")
    money = update(client, "CampaignBudget", budget, amount_micros=10_000)

    with pytest.raises(GoogleAdsException) as caught:
        client.get_service("CampaignBudgetService").mutate_campaign_budgets(customer_id=CUSTOMER, operations=[money])

    (error,) = caught.value.failure.errors
    details = error.details.budget_per_day_minimum_error_details
    assert told(error) == ("campaign_budget_error.BUDGET_BELOW_PER_DAY_MINIMUM", "operations.update.amount_micros")
    assert (details.currency_code, details.minimum_budget_amount_micros, details.failed_budget_amount_micros) == (
        "USD",
        1_000_000,
        10_000,
    )


def test_the_official_client_unpacks_a_partial_failure(client: Any) -> None:
    request = client.get_type("MutateCampaignBudgetsRequest")
    request.customer_id, request.partial_failure = CUSTOMER, True
    for micros in (1, 3_000_000):
        operation = client.get_type("CampaignBudgetOperation")
        operation.create.amount_micros, operation.create.explicitly_shared = micros, False
        request.operations.append(operation)

    answer = client.get_service("CampaignBudgetService").mutate_campaign_budgets(request=request)

    (detail,) = answer.partial_failure_error.details
    failure = type(client.get_type("GoogleAdsFailure")).deserialize(detail.value)
    assert [told(error) for error in failure.errors] == [
        ("campaign_budget_error.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "operations.create.amount_micros")
    ]
    assert [bool(result.resource_name) for result in answer.results] == [False, True]


def test_every_code_that_the_sandbox_answers_with_is_googles_own() -> None:
    from google.ads.googleads.v26.errors.types.errors import ErrorCode

    categories = ErrorCode.pb(ErrorCode()).DESCRIPTOR.fields_by_camelcase_name
    folder = Path(importlib.util.find_spec("xylo_mcp.sandbox.google.writing").origin).parent
    source = "\n".join(file.read_text() for file in folder.glob("*.py"))
    pairs = re.findall(r'"([a-z][A-Za-z]+Error)",\s*"([A-Z_]+)"', source)
    codes = {code for field in categories.values() for code in field.enum_type.values_by_name}

    assert len(pairs) > 30
    assert [pair for pair in pairs if pair[1] not in categories[pair[0]].enum_type.values_by_name] == []
    assert set(re.findall(r'code(?:, message)? = "([A-Z_]+)"', source)) - codes == set()
