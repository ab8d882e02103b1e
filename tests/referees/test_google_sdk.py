"""Google's own client and message classes judge what the Google sandbox says."""

import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from xylo_mcp.sandbox.google import CAST, CREDENTIALS
from xylo_mcp.sandbox.google.api import server
from xylo_mcp.sandbox.google.gaql.company import at_home, together
from xylo_mcp.sandbox.google.gaql.fields import FIELDS, JOINED, LISTS
from xylo_mcp.sandbox.world import Campaign, Facts, World

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
WORLD = World(11, date(2026, 11, 20), lambda: NOW, (CAST,))
DIRECT, CHILD = CAST.accounts[0], CAST.accounts[1]
MANAGER = "9998887776"
CATEGORY = "segments.conversion_action_category"
ONE_DAY = "segments.date = '2026-11-19'"
DAYS = "segments.date BETWEEN '2026-11-01' AND '2026-11-19'"
FORM = {
    "grant_type": "refresh_token",
    "client_id": CREDENTIALS["CLIENT_ID"],
    "client_secret": CREDENTIALS["CLIENT_SECRET"],
    "refresh_token": CREDENTIALS["REFRESH_TOKEN"],
}


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


class Google:
    """The official client's way to the sandbox, and the plain one."""

    def __init__(self, endpoint: str, token: str, http: httpx2.Client) -> None:
        self._endpoint, self._token, self.http = endpoint, token, http

    def service(self, name: str, login: str | None = None, token: str = "") -> Any:
        from google.ads.googleads.client import GoogleAdsClient
        from google.oauth2.credentials import Credentials

        client = GoogleAdsClient(
            credentials=Credentials(token or self._token),
            developer_token="unused",
            login_customer_id=login,
            endpoint=self._endpoint,
            use_proto_plus=True,
            version="v26",
        )
        return client.get_service(name)


@pytest.fixture(scope="module")
def google(bridge: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    """The sandbox on a port, with pages of ten rows."""
    folder = tmp_path_factory.mktemp("google")
    with (
        bridge.served(server(WORLD, page_rows=10)) as base_url,
        bridge.bridged(base_url, folder) as (endpoint, roots),
        pytest.MonkeyPatch.context() as environment,
        httpx2.Client(base_url=base_url) as http,
    ):
        environment.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", str(roots))
        token = http.post("/token", data=FORM).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        fill(http)
        yield Google(endpoint, token, http)


def fill(http: httpx2.Client) -> None:
    """Let there be lists of the kinds with fields of their own, and a job."""
    home = f"customers/{DIRECT.id}"
    crm = {"name": "Buyers", "description": "All", "crmBasedUserList": {"uploadKeyType": "CONTACT_INFO"}}
    made = http.post(f"/v26/{home}/userLists:mutate", json={"operations": [{"create": crm}]})
    name = made.json()["results"][0]["resourceName"]
    seeds = {"seedUserListIds": [name.rpartition("/")[2]], "expansionLevel": "BROAD", "countryCodes": ["PL", "US"]}
    like = {"name": "Like buyers", "lookalikeUserList": seeds}
    http.post(f"/v26/{home}/userLists:mutate", json={"operations": [{"create": like}]}).raise_for_status()
    job = {"type": "CUSTOMER_MATCH_USER_LIST", "customerMatchUserListMetadata": {"userList": name}}
    http.post(f"/v26/{home}/offlineUserDataJobs:create", json={"job": job}).raise_for_status()


def days_of(campaign: Campaign) -> list[tuple[date, Facts]]:
    return list(WORLD.days("google", campaign, date(2026, 11, 1), date(2026, 11, 19)))


def test_the_official_client_lists_the_customers(google: Google) -> None:
    found = google.service("CustomerService").list_accessible_customers()

    assert list(found.resource_names) == [f"customers/{MANAGER}", f"customers/{DIRECT.id}"]


def test_the_official_client_turns_the_pages(google: Google) -> None:
    service = google.service("GoogleAdsService")

    pager = service.search(
        customer_id=DIRECT.id, query="SELECT campaign.id, campaign.name, campaign.status FROM campaign"
    )

    pages = list(pager.pages)
    assert [len(page.results) for page in pages] == [10, 10, 10]
    assert [(row.campaign.id, row.campaign.name) for page in pages for row in page.results] == [
        (int(campaign.id), campaign.name) for campaign in WORLD.campaigns("google", DIRECT.id)
    ]


def test_the_official_client_streams_metrics_through_the_manager(google: Google) -> None:
    service = google.service("GoogleAdsService", MANAGER)
    query = f"SELECT campaign.id, segments.date, metrics.cost_micros, metrics.conversions FROM campaign WHERE {DAYS}"

    batches = list(service.search_stream(customer_id=CHILD.id, query=query))

    assert [
        (row.campaign.id, row.segments.date, row.metrics.cost_micros, row.metrics.conversions)
        for batch in batches
        for row in batch.results
    ] == [
        (int(campaign.id), f"{day}", facts.spend * 10_000, facts.conversions / 100)
        for campaign in WORLD.campaigns("google", CHILD.id)
        for day, facts in days_of(campaign)
        if facts.spend
    ]


def test_the_official_client_streams_what_each_ad_achieved_on_each_device(google: Google) -> None:
    service = google.service("GoogleAdsService")
    query = (
        "SELECT campaign.id, ad_group.id, ad_group_ad.ad.id, ad_group_ad.ad.name, segments.device, metrics.cost_micros"
        f" FROM ad_group_ad WHERE {DAYS}"
    )

    rows = [row for batch in service.search_stream(customer_id=DIRECT.id, query=query) for row in batch.results]

    told: dict[tuple[str, str, str], int] = {}
    for campaign in WORLD.campaigns("google", DIRECT.id):
        for part in WORLD.parts("google", campaign, date(2026, 11, 1), date(2026, 11, 19), "device"):
            key = (part.ad.id, part.ad.name, part.segment)
            told[key] = told.get(key, 0) + part.facts.spend * 10_000
    assert {
        (str(row.ad_group_ad.ad.id), row.ad_group_ad.ad.name, row.segments.device.name.lower()): row.metrics.cost_micros
        for row in rows
    } == {key: cost for key, cost in told.items() if cost}


def test_the_official_client_reads_ages_of_ad_groups(google: Google) -> None:
    service = google.service("GoogleAdsService")
    query = f"SELECT ad_group.id, ad_group_criterion.age_range.type, metrics.clicks FROM age_range_view WHERE {DAYS}"

    rows = [row for batch in service.search_stream(customer_id=DIRECT.id, query=query) for row in batch.results]

    total = sum(facts.clicks for campaign in WORLD.campaigns("google", DIRECT.id) for _, facts in days_of(campaign))
    assert sum(row.metrics.clicks for row in rows) == total
    assert {row.ad_group_criterion.age_range.type_.name for row in rows} == {
        *("AGE_RANGE_18_24", "AGE_RANGE_25_34", "AGE_RANGE_35_44", "AGE_RANGE_45_54", "AGE_RANGE_55_64"),
        *("AGE_RANGE_65_UP", "AGE_RANGE_UNDETERMINED"),
    }


@pytest.mark.parametrize(
    ("customer", "query", "category", "code"),
    [
        (DIRECT.id, "SELECT campaign.start_date FROM campaign", "query_error", "UNRECOGNIZED_FIELD"),
        (DIRECT.id, "SELECT segments.date FROM campaign", "query_error", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        (MANAGER, "SELECT metrics.clicks FROM customer", "query_error", "REQUESTED_METRICS_FOR_MANAGER"),
        (CHILD.id, "SELECT customer.id FROM customer", "authorization_error", "USER_PERMISSION_DENIED"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True], ids=["search", "stream"])
def test_the_official_client_raises_typed_errors(
    google: Google, customer: str, query: str, category: str, code: str, *, streamed: bool
) -> None:
    from google.ads.googleads.errors import GoogleAdsException

    service = google.service("GoogleAdsService")

    with pytest.raises(GoogleAdsException) as caught:
        list(
            service.search_stream(customer_id=customer, query=query)
            if streamed
            else service.search(customer_id=customer, query=query)
        )

    (error,) = caught.value.failure.errors
    assert getattr(error.error_code, category).name == code
    assert caught.value.request_id == caught.value.failure.request_id


def test_the_official_client_is_told_that_its_token_is_wrong(google: Google) -> None:
    from google.ads.googleads.errors import GoogleAdsException

    with pytest.raises(GoogleAdsException) as caught:
        google.service("CustomerService", token="wrong").list_accessible_customers()

    (error,) = caught.value.failure.errors
    assert error.error_code.authentication_error.name == "OAUTH_TOKEN_INVALID"


def strictly(message: type, content: object) -> object:
    """`content` as Google's own message reads and writes it."""
    from google.protobuf.json_format import MessageToDict, Parse

    return MessageToDict(Parse(json.dumps(content), message()))


def everything(resource: str) -> Sequence[str]:
    """Queries that together ask for every field of `resource`: what goes together, and what does not, apart."""
    fields = [name for name in FIELDS if at_home(resource, name)]
    metrics = [name for name in fields if FIELDS[name].is_metric]
    segments = [name for name in fields if FIELDS[name].is_segment and name not in {CATEGORY, "segments.device"}]
    plain = [name for name in fields if not FIELDS[name].is_metric and not FIELDS[name].is_segment]
    if not metrics:
        return [f"SELECT {', '.join(plain)} FROM {resource}"]
    divided = [name for name in metrics if together(name, "segments.device")]
    of_conversions = [name for name in divided if together(name, CATEGORY)]
    selections = ([*plain, *divided, *segments], ["segments.device"], [CATEGORY, *of_conversions], metrics)
    return [f"SELECT {', '.join(selection)} FROM {resource} WHERE {ONE_DAY}" for selection in selections]


@pytest.mark.parametrize("resource", sorted(JOINED))
def test_every_field_survives_googles_own_parser(google: Google, bridge: ModuleType, resource: str) -> None:
    from google.ads.googleads.v26.services.types import google_ads_service as types

    for query in everything(resource):
        body = {"query": query}
        page = google.http.post(f"/v26/customers/{DIRECT.id}/googleAds:search", json=body).json()
        stream = google.http.post(f"/v26/customers/{DIRECT.id}/googleAds:searchStream", json=body).json()

        assert page["results"]
        assert strictly(bridge.plain(types.SearchGoogleAdsResponse), page) == page
        assert [strictly(bridge.plain(types.SearchGoogleAdsStreamResponse), batch) for batch in stream] == stream


def test_counts_and_summaries_survive_googles_own_parser(google: Google, bridge: ModuleType) -> None:
    from google.ads.googleads.v26.services.types import google_ads_service as types

    body = {
        "query": f"SELECT campaign.id, metrics.clicks, metrics.ctr FROM campaign WHERE {DAYS} LIMIT 3",
        "searchSettings": {"returnSummaryRow": True, "returnTotalResultsCount": True},
    }

    page = google.http.post(f"/v26/customers/{DIRECT.id}/googleAds:search", json=body).json()

    assert (page["totalResultsCount"], list(page["summaryRow"])) == ("30", ["metrics"])
    assert strictly(bridge.plain(types.SearchGoogleAdsResponse), page) == page


@pytest.mark.parametrize(
    ("customer", "headers", "body"),
    [
        (DIRECT.id, {}, {"query": "SELECT campaign.id FROM nothing"}),
        (DIRECT.id, {}, {"query": "SELECT campaign.id FROM customer"}),
        (DIRECT.id, {}, {"query": "SELECT metrics.clicks FROM customer_client"}),
        (DIRECT.id, {}, {"query": "SELECT campaign.id FROM campaign WHERE segments.year = 2001"}),
        (DIRECT.id, {}, {"query": "SELECT campaign.id FROM campaign", "pageToken": "nonsense"}),
        (DIRECT.id, {}, {"query": "SELECT campaign.id FROM campaign", "pageSize": 5}),
        (DIRECT.id, {}, {"query": ""}),
        (DIRECT.id, {}, {"speed": 1}),
        (DIRECT.id, {"login-customer-id": "one"}, {"query": ""}),
        (CHILD.id, {"login-customer-id": DIRECT.id}, {"query": ""}),
        (DIRECT.id, {"authorization": ""}, {"query": ""}),
        ("one", {}, {"query": ""}),
    ],
)
def test_every_failure_survives_googles_own_parser(
    google: Google, customer: str, headers: dict[str, str], body: dict[str, object]
) -> None:
    from google.rpc import error_details_pb2, status_pb2

    assert error_details_pb2.BadRequest  # known, as the bridge's failures are, so that details can be read
    answer = google.http.post(f"/v26/customers/{customer}/googleAds:search", json=body, headers=headers)

    error = {name: answer.json()["error"][name] for name in ("message", "details")}
    assert answer.status_code >= 400
    assert strictly(status_pb2.Status, error) == error


def test_a_throttles_details_survive_googles_own_parser(bridge: ModuleType) -> None:
    from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
    from starlette.testclient import TestClient

    async def throttled(scope: Scope, receive: Receive, send: Send) -> None:
        await server(WORLD)({**scope, "fault": "throttle"}, receive, send)

    answer = TestClient(throttled).get("/v26/customers:listAccessibleCustomers")

    (detail,) = answer.json()["error"]["details"]
    failure = {name: value for name, value in detail.items() if name != "@type"}
    assert strictly(bridge.plain(GoogleAdsFailure), failure) == failure


KINDS = {"int64": 3, "int32": 5, "double": 1, "string": 9, "name": 9, "bool": 8, "enum": 14, "enums": 14, "numbers": 3}


def test_the_catalogue_holds_what_googles_own_messages_hold(bridge: ModuleType) -> None:
    from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow

    row = bridge.plain(GoogleAdsRow).DESCRIPTOR
    for field in FIELDS.values():
        *path, leaf = field.name.split(".")
        holder = row
        for part in path:
            holder = holder.fields_by_name[part].message_type
        google_field = holder.fields_by_name[f"{leaf}_" if leaf == "type" else leaf]
        assert (google_field.type, google_field.is_repeated) == (KINDS.get(field.kind, 9), field.kind in LISTS)
        if google_field.enum_type:
            assert field.constants <= set(google_field.enum_type.values_by_name)
