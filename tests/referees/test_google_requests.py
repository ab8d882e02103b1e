"""Google's own message classes read what the adapter sends, and know every word it relies on."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx2
import msgspec
import pytest
from google.ads.googleads.v26.enums.types import (
    ad_network_type,
    advertising_channel_type,
    age_range_type,
    bidding_strategy_type,
    campaign_primary_status,
    campaign_primary_status_reason,
    campaign_status,
    conversion_action_category,
    customer_status,
    device,
    gender_type,
)
from google.ads.googleads.v26.errors.types.errors import ErrorCode
from google.ads.googleads.v26.services.types.customer_service import ListAccessibleCustomersResponse
from google.ads.googleads.v26.services.types.google_ads_service import (
    GoogleAdsRow,
    MutateGoogleAdsRequest,
    MutateGoogleAdsResponse,
    SearchGoogleAdsRequest,
    SearchGoogleAdsResponse,
    SearchGoogleAdsStreamRequest,
    SearchGoogleAdsStreamResponse,
)
from google.protobuf.json_format import MessageToDict, Parse

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign, CampaignFilter
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.insights import InsightsQuery, every_row
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.contract import AdPlatform, AdReader, Connection
from xylo_mcp.platforms.google import SPEC, people_refusals, refusals, words, write_refusals

SAMPLES = Path(__file__).parents[1] / "platforms" / "google" / "samples"
BY_CODE = {**refusals.BY_CODE, **write_refusals.BY_CODE, **people_refusals.BY_CODE}
BY_CATEGORY = {**refusals.BY_CATEGORY, **write_refusals.BY_CATEGORY, **people_refusals.BY_CATEGORY}
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACCOUNT = Account("customers/5000000002", "google", "N", "EUR", "Europe/Berlin", "active", "ENABLED", "7000000001")
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 19)
EUR = Money(Decimal("12.50"), "EUR")
CAMPAIGN = Campaign("901", ACCOUNT.id, "N", "active", "delivering", "traffic", "ENABLED", "ELIGIBLE", "SEARCH")
DAILY = Standing(CAMPAIGN, [Budget("budget/40", "campaign", daily=EUR)])
LIFETIME = Standing(CAMPAIGN, [Budget("budget/40", "campaign", lifetime=EUR)])
CHANGES: list[tuple[Change, Standing | None]] = [
    *((CreateCampaign(ACCOUNT.id, "N", objective, daily_budget=EUR), None) for objective in sorted(SPEC.creates)),
    (CreateCampaign(ACCOUNT.id, 'Käse "neu"', "sales", None, EUR, date(2026, 12, 1), date(2026, 12, 31)), None),
    (UpdateCampaign(ACCOUNT.id, "901", "M", EUR, None, date(2026, 12, 1), date(2026, 12, 31), "active"), DAILY),
    (UpdateCampaign(ACCOUNT.id, "901", lifetime_budget=EUR), LIFETIME),
    (PauseCampaign(ACCOUNT.id, "901"), DAILY),
]
ROW = type(GoogleAdsRow.pb(GoogleAdsRow())).DESCRIPTOR


class Recorder:
    """Answers two pages to each search and nothing to each write, and keeps the bodies."""

    def __init__(self) -> None:
        self.searches: list[str] = []
        self.streams: list[str] = []
        self.writes: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            return httpx2.Response(200, json={"access_token": "ya29.made-up", "expires_in": 3599})
        if request.method == "GET":
            return httpx2.Response(200, content=(SAMPLES / "accessible.json").read_bytes())
        body = request.content.decode()
        if request.url.path.endswith(":mutate"):
            self.writes.append(body)
            return httpx2.Response(200, json={})
        if request.url.path.endswith(":searchStream"):
            self.streams.append(body)
            return httpx2.Response(200, json=[{"fieldMask": "campaign.id"}])
        self.searches.append(body)
        more = {} if "pageToken" in body or "LIMIT" in body else {"nextPageToken": "CK-2"}
        return httpx2.Response(200, json={"fieldMask": "campaign.id"} | more)


async def ask_for_campaigns(reader: AdReader) -> None:
    for wanted in (
        CampaignFilter(),
        CampaignFilter(name_contains='Käse\'s 50% \\ ["neu"] 😀', ids=frozenset({"901", "17"})),
        CampaignFilter(statuses=frozenset({"active", "paused", "archived"}), objectives=frozenset({"sales"})),
    ):
        await reader.campaigns(ACCOUNT, wanted, place="903", size=50)


async def ask_for_insights(reader: AdReader) -> None:
    for query in (
        InsightsQuery("account", SINCE, UNTIL),
        InsightsQuery("account", SINCE, UNTIL, "day"),
        InsightsQuery("campaign", SINCE, UNTIL),
        InsightsQuery("campaign", SINCE, UNTIL, reach=True),
        InsightsQuery("campaign", SINCE, UNTIL, "day", frozenset({"901"})),
        InsightsQuery("ad_group", SINCE, UNTIL),
        InsightsQuery("ad", SINCE, UNTIL, "day"),
        InsightsQuery("ad", SINCE, UNTIL, breakdown="device"),
        InsightsQuery("ad_group", SINCE, UNTIL, "day", breakdown="publisher_platform"),
        InsightsQuery("campaign", SINCE, UNTIL, breakdown="age"),
        InsightsQuery("account", SINCE, UNTIL, breakdown="gender"),
        InsightsQuery("ad_group", SINCE, UNTIL, breakdown="country"),
        InsightsQuery("ad", SINCE, UNTIL, events=tuple(sorted(SPEC.events))),
    ):
        await every_row(reader.insights(ACCOUNT, query))


async def look_and_find(reader: AdPlatform) -> None:
    create, _ = CHANGES[0]
    await reader.look(ACCOUNT, "901")
    await reader.find(ACCOUNT, create, "op-7f3k", NOW)


async def have_changes_checked(platform: AdPlatform) -> None:
    for change, standing in CHANGES:
        await platform.validate(ACCOUNT, change, "op-7f3k", standing)


@pytest.fixture
async def recorder() -> Recorder:
    """Knows the bodies of every kind of search and write that the adapter sends."""
    recorder = Recorder()
    settings = {
        "CLIENT_ID": "c",
        "CLIENT_SECRET": "s",
        "REFRESH_TOKEN": "r",
        "DEVELOPER_TOKEN": "",
        "LOGIN_CUSTOMER_ID": "",
        "BASE_URL": "https://ads.example",
        "DATA_MANAGER_URL": "https://people.example",
        "TOKEN_URL": "https://oauth.example/token",
    }
    connection = Connection(settings=settings, network=httpx2.MockTransport(recorder), clock=lambda: NOW)
    # A client for each, so that none has to wait for its rate limit.
    for ask in (
        lambda reader: reader.accounts(),
        ask_for_campaigns,
        ask_for_insights,
        look_and_find,
        have_changes_checked,
    ):
        async with SPEC.open(connection) as reader:
            await ask(reader)
    return recorder


@pytest.fixture
def searches(recorder: Recorder) -> list[str]:
    return recorder.searches


@pytest.fixture
def streams(recorder: Recorder) -> list[str]:
    return recorder.streams


def selected(query: str) -> list[str]:
    return query.removeprefix("SELECT ").partition(" FROM ")[0].split(", ")


def is_a_field(path: str) -> bool:
    message = ROW
    for name in path.split("."):
        known = message and (message.fields_by_name.get(name) or message.fields_by_name.get(f"{name}_"))
        if not known:
            return False
        message = known.message_type
    return message is None


def names(enum: object) -> set[str]:
    return {member.name for member in enum}  # type: ignore[attr-defined] - the enums are made at run time


def codes() -> Iterator[str]:
    """Every error code of Google's, as `category.VALUE`."""
    for field in type(ErrorCode.pb(ErrorCode())).DESCRIPTOR.fields:
        for value in field.enum_type.values:
            yield f"{field.json_name}.{value.name}"


async def test_every_body_is_a_search_request_of_googles(searches: list[str]) -> None:
    assert len(searches) == 3 * 2 + 3 + 5 * 2 + 4 * 2

    for body in searches:
        message = Parse(body, SearchGoogleAdsRequest.pb(SearchGoogleAdsRequest()))
        assert httpx2.Response(200, content=body).json() == MessageToDict(message)


async def test_every_body_of_a_stream_is_a_request_of_googles(streams: list[str]) -> None:
    assert len(streams) == 10

    for body in streams:
        message = Parse(body, SearchGoogleAdsStreamRequest.pb(SearchGoogleAdsStreamRequest()))
        assert httpx2.Response(200, content=body).json() == MessageToDict(message)


async def test_every_write_is_a_mutate_request_of_googles(recorder: Recorder) -> None:
    assert len(recorder.writes) == len(CHANGES)

    for body in recorder.writes:
        message = Parse(body, MutateGoogleAdsRequest.pb(MutateGoogleAdsRequest()))
        assert httpx2.Response(200, content=body).json() == MessageToDict(message)


async def test_every_update_mask_names_exactly_the_fields_that_are_given(recorder: Recorder) -> None:
    updates = [
        operation[kind]
        for body in recorder.writes
        for operation in httpx2.Response(200, content=body).json()["mutateOperations"]
        for kind in operation
        if "update" in operation[kind]
    ]

    assert len(updates) == 4
    for update in updates:
        assert sorted(update["updateMask"].split(",")) == sorted(update["update"].keys() - {"resourceName"})


async def test_every_field_that_is_named_exists_in_googles_rows(searches: list[str], streams: list[str]) -> None:
    queried = [httpx2.Response(200, content=body).json()["query"] for body in (*searches, *streams)]
    unquoted = [re.sub(r"'(?:[^'\\]|\\.)*'", "''", query) for query in queried]
    named = {path for query in unquoted for path in re.findall(r"[a-z_]+\.[a-z_.]+", query)}

    assert {path for query in queried for path in selected(query)} <= named
    assert not {path for path in named if not is_a_field(path)}


@pytest.mark.parametrize("name", ["accounts", "campaigns", "constants", "nothing", "totals_first", "totals_last"])
def test_our_samples_are_answers_of_googles(name: str) -> None:
    Parse((SAMPLES / f"{name}.json").read_text(), SearchGoogleAdsResponse.pb(SearchGoogleAdsResponse()))


@pytest.mark.parametrize("name", ["ads", "ages", "countries", "days", "events"])
def test_our_samples_of_streams_are_batches_of_googles(name: str) -> None:
    for batch in msgspec.json.decode((SAMPLES / f"{name}.json").read_bytes(), type=list[msgspec.Raw]):
        Parse(bytes(batch), SearchGoogleAdsStreamResponse.pb(SearchGoogleAdsStreamResponse()))


@pytest.mark.parametrize("name", ["created", "updated"])
def test_our_samples_of_writes_are_answers_of_googles(name: str) -> None:
    Parse((SAMPLES / f"{name}.json").read_text(), MutateGoogleAdsResponse.pb(MutateGoogleAdsResponse()))


def test_our_sample_of_accessible_customers_is_an_answer_of_googles() -> None:
    text = (SAMPLES / "accessible.json").read_text()

    Parse(text, ListAccessibleCustomersResponse.pb(ListAccessibleCustomersResponse()))


def test_every_error_that_we_know_is_one_of_googles() -> None:
    known = set(codes())

    assert not BY_CODE.keys() - known
    assert not BY_CATEGORY.keys() - {code.partition(".")[0] for code in known}


@pytest.mark.parametrize(
    ("ours", "enum"),
    [
        (words.ACCOUNT_STATUSES, customer_status.CustomerStatusEnum.CustomerStatus),
        (words.STATUSES, campaign_status.CampaignStatusEnum.CampaignStatus),
        (
            {*words.DELIVERIES, *words.NOT_RUNNING},
            campaign_primary_status.CampaignPrimaryStatusEnum.CampaignPrimaryStatus,
        ),
        (words.CHANNEL_OBJECTIVES, advertising_channel_type.AdvertisingChannelTypeEnum.AdvertisingChannelType),
        (
            {recipe.channel for recipe in words.RECIPES.values()},
            advertising_channel_type.AdvertisingChannelTypeEnum.AdvertisingChannelType,
        ),
        (
            {recipe.bidding for recipe in words.RECIPES.values()},
            bidding_strategy_type.BiddingStrategyTypeEnum.BiddingStrategyType,
        ),
        (words.SWITCHES.values(), campaign_status.CampaignStatusEnum.CampaignStatus),
        (
            {word for category in words.EVENTS.values() for word in category},
            conversion_action_category.ConversionActionCategoryEnum.ConversionActionCategory,
        ),
        (words.BIDDING_OBJECTIVES, bidding_strategy_type.BiddingStrategyTypeEnum.BiddingStrategyType),
    ],
)
def test_every_word_that_we_translate_is_one_of_googles(ours: set[str], enum: object) -> None:
    assert not set(ours) - names(enum)


@pytest.mark.parametrize(
    ("ours", "enum"),
    [
        (words.ACCOUNT_STATUSES, customer_status.CustomerStatusEnum.CustomerStatus),
        (words.STATUSES, campaign_status.CampaignStatusEnum.CampaignStatus),
        (
            {*words.DELIVERIES, *words.NOT_RUNNING},
            campaign_primary_status.CampaignPrimaryStatusEnum.CampaignPrimaryStatus,
        ),
    ],
)
def test_every_status_of_googles_is_translated(ours: set[str], enum: object) -> None:
    assert names(enum) - set(ours) == {"UNSPECIFIED", "UNKNOWN"}


def test_every_part_that_we_translate_is_one_of_googles_and_all_of_them_are() -> None:
    enums = (
        age_range_type.AgeRangeTypeEnum.AgeRangeType,
        gender_type.GenderTypeEnum.GenderType,
        device.DeviceEnum.Device,
        ad_network_type.AdNetworkTypeEnum.AdNetworkType,
    )

    assert words.SEGMENTS.keys() - {""} == {name for enum in enums for name in names(enum)}


@pytest.mark.parametrize("ending", ["_DISAPPROVED", "_UNDER_REVIEW", "_PAUSED"])
def test_googles_reasons_end_in_the_words_that_we_go_by(ending: str) -> None:
    reasons = names(campaign_primary_status_reason.CampaignPrimaryStatusReasonEnum.CampaignPrimaryStatusReason)

    assert any(reason.endswith(ending) for reason in reasons)
