"""The Google sandbox over HTTP: tokens, access, paging, streams, errors, and whether it tells the truth."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from xylo_mcp.sandbox.google import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.google.api import server as paged_server
from xylo_mcp.sandbox.world import AccountPlan, Campaign, World, amount, cents

TODAY = date(2026, 11, 20)
DIRECT = CAST.accounts[0]
MANAGER = "9998887776"
CHILD = CAST.accounts[1]
SINCE, UNTIL = date(2026, 8, 22), date(2026, 11, 20)
NINETY_DAYS = f"segments.date BETWEEN '{SINCE}' AND '{UNTIL}'"
Json = dict[str, Any]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Google:
    """A client that holds a token, and asks as a reporting client does."""

    def __init__(self, http: httpx2.AsyncClient, token: str) -> None:
        self.http, self.token = http, token

    async def post(self, path: str, body: object, login: str = "", token: str = "") -> httpx2.Response:
        headers = {"authorization": f"Bearer {token or self.token}"}
        if login:
            headers["login-customer-id"] = login
        return await self.http.post(f"/v26/customers/{path}", json=body, headers=headers)

    async def search(self, customer: str, query: str, login: str = "", **more: object) -> httpx2.Response:
        return await self.post(f"{customer}/googleAds:search", {"query": query, **more}, login)

    async def rows(self, account: AccountPlan, query: str) -> list[Json]:
        answer = await self.search(account.id, query, account.manager)
        assert answer.status_code == 200, answer.text
        return answer.json().get("results", [])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(11, TODAY, clock, (CAST,))


def form(**changes: str) -> dict[str, str]:
    filled = {
        "grant_type": "refresh_token",
        "client_id": CREDENTIALS["CLIENT_ID"],
        "client_secret": CREDENTIALS["CLIENT_SECRET"],
        "refresh_token": CREDENTIALS["REFRESH_TOKEN"],
    }
    return filled | changes


def http_to(app: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox")


async def opened(http: httpx2.AsyncClient) -> Google:
    answer = await http.post("/token", data=form())
    return Google(http, answer.json()["access_token"])


@pytest.fixture
async def google(world: World) -> AsyncGenerator[Google]:
    async with http_to(server(world)) as http:
        yield await opened(http)


def with_fault(app: ASGIApp, kind: str) -> ASGIApp:
    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "fault": kind}, receive, send)

    return faulty


def budget_of(campaign: Campaign) -> str:
    return campaign.budget_id


def failure(answer: httpx2.Response) -> tuple[int, str, dict[str, str]]:
    error = answer.json()["error"]
    (detail,) = error["details"]
    (only,) = detail["errors"]
    assert detail["@type"] == "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
    assert detail["requestId"] == answer.headers["request-id"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["status"], only["errorCode"]


async def test_the_cast_is_who_the_tools_know() -> None:
    accounts = [(plan.public_id, plan.currency, plan.time_zone, plan.campaigns, plan.manager) for plan in CAST.accounts]

    assert accounts == [
        ("customers/1234567890", "USD", "America/New_York", 30, ""),
        ("customers/1112223334", "EUR", "Europe/Madrid", 22, MANAGER),
        ("customers/2223334445", "BRL", "America/Sao_Paulo", 14, MANAGER),
        ("customers/3334445556", "AUD", "Pacific/Kiritimati", 12, MANAGER),
    ]


async def test_a_refresh_token_gives_an_access_token_for_an_hour(google: Google) -> None:
    answer = await google.http.post("/token", data=form())

    given = answer.json()
    assert answer.status_code == 200
    assert given == {
        "access_token": given["access_token"],
        "expires_in": 3599,
        "scope": "https://www.googleapis.com/auth/adwords https://www.googleapis.com/auth/datamanager",
        "token_type": "Bearer",
    }


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"refresh_token": "other"}, 400, "invalid_grant"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_credential_gives_no_token(
    google: Google, changes: dict[str, str], status: int, error: str
) -> None:
    answer = await google.http.post("/token", data=form(**changes))

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{}", "application/json"), (b"nonsense", "application/x-www-form-urlencoded"),
     (b"\xff=1", "application/x-www-form-urlencoded")],
)  # fmt: skip
async def test_the_token_endpoint_takes_forms_only(google: Google, content: bytes, kind: str) -> None:
    answer = await google.http.post("/token", content=content, headers={"content-type": kind})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("throttle", 429, "rate_limit_exceeded"),
        ("server_error", 500, "internal_failure"),
        ("expire_token", 400, "invalid_grant"),
    ],
)
async def test_the_token_endpoint_fails_on_purpose(world: World, kind: str, status: int, error: str) -> None:
    async with http_to(with_fault(server(world), kind)) as http:
        answer = await http.post("/token", data=form())

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_token_outlives_the_server_that_gave_it(google: Google, world: World) -> None:
    async with http_to(server(world)) as restarted:
        answer = await Google(restarted, google.token).search(DIRECT.id, "SELECT customer.id FROM customer")

    assert answer.status_code == 200


async def test_a_token_expires_by_the_worlds_clock(google: Google, clock: Clock) -> None:
    clock.now += timedelta(seconds=3598)
    in_time = await google.search(DIRECT.id, "SELECT customer.id FROM customer")
    clock.now += timedelta(seconds=1)
    late = await google.search(DIRECT.id, "SELECT customer.id FROM customer")

    assert in_time.status_code == 200
    assert failure(late) == (401, "UNAUTHENTICATED", {"authenticationError": "OAUTH_TOKEN_EXPIRED"})


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer nonsense", "Basic eHl6", "Bearer ya29.sandbox.9999999999.00", "Bearer ya29.sandbox.x.00",
     "Bearer ya29.sandbox." + "9" * 5000 + ".00"],
)  # fmt: skip
async def test_no_token_no_answer(google: Google, header: str) -> None:
    answer = await google.http.get("/v26/customers:listAccessibleCustomers", headers={"authorization": header})

    assert failure(answer) == (401, "UNAUTHENTICATED", {"authenticationError": "OAUTH_TOKEN_INVALID"})


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("throttle", (429, "RESOURCE_EXHAUSTED", {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"})),
        ("server_error", (500, "INTERNAL", {"internalError": "INTERNAL_ERROR"})),
        ("expire_token", (401, "UNAUTHENTICATED", {"authenticationError": "OAUTH_TOKEN_EXPIRED"})),
    ],
)
async def test_a_planned_fault_is_googles_own(google: Google, world: World, kind: str, told: object) -> None:
    async with http_to(with_fault(server(world), kind)) as http:
        answer = await Google(http, google.token).search(DIRECT.id, "SELECT customer.id FROM customer")

    assert failure(answer) == told


async def test_a_throttled_client_is_told_when_to_come_back(google: Google, world: World) -> None:
    async with http_to(with_fault(server(world), "throttle")) as http:
        answer = await Google(http, google.token).search(DIRECT.id, "SELECT customer.id FROM customer")

    (error,) = answer.json()["error"]["details"][0]["errors"]
    assert error["details"] == {
        "quotaErrorDetails": {
            "rateScope": "ACCOUNT",
            "rateName": "Requests per service per method",
            "retryDelay": "1s",
        }
    }


async def test_only_customers_with_direct_access_are_listed(google: Google) -> None:
    headers = {"authorization": f"Bearer {google.token}", "developer-token": "ignored"}

    answer = await google.http.get("/v26/customers:listAccessibleCustomers", headers=headers)

    assert (answer.status_code, answer.json()) == (
        200,
        {"resourceNames": ["customers/9998887776", "customers/1234567890"]},
    )


async def test_the_managers_clients_are_found_under_it(google: Google) -> None:
    query = (
        "SELECT customer_client.id, customer_client.level, customer_client.manager, customer_client.time_zone"
        " FROM customer_client WHERE customer_client.status = ENABLED PARAMETERS omit_unselected_resource_names = true"
    )

    answer = await google.search(MANAGER, query)

    assert [row["customerClient"] for row in answer.json()["results"]] == [
        {"id": MANAGER, "level": "0", "manager": True, "timeZone": "America/New_York"},
        {"id": "1112223334", "level": "1", "manager": False, "timeZone": "Europe/Madrid"},
        {"id": "2223334445", "level": "1", "manager": False, "timeZone": "America/Sao_Paulo"},
        {"id": "3334445556", "level": "1", "manager": False, "timeZone": "Pacific/Kiritimati"},
    ]


_DENIED = (403, "PERMISSION_DENIED", {"authorizationError": "USER_PERMISSION_DENIED"})


@pytest.mark.parametrize(
    ("customer", "login", "told"),
    [
        (CHILD.id, "", _DENIED),
        (CHILD.id, "5556667778", _DENIED),
        (CHILD.id, CHILD.id, _DENIED),
        ("5556667778", "", _DENIED),
        ("5556667778", MANAGER, _DENIED),
        (CHILD.id, DIRECT.id, (403, "PERMISSION_DENIED",
         {"authorizationError": "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION"})),
        (DIRECT.id, MANAGER, (403, "PERMISSION_DENIED",
         {"authorizationError": "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION"})),
        (CHILD.id, "999-888-7776", (400, "INVALID_ARGUMENT", {"headerError": "INVALID_LOGIN_CUSTOMER_ID"})),
        ("111-222-3334", MANAGER, (400, "INVALID_ARGUMENT", {"requestError": "INVALID_CUSTOMER_ID"})),
    ],
)  # fmt: skip
async def test_access_without_the_right_path_is_refused(
    google: Google, customer: str, login: str, told: object
) -> None:
    assert failure(await google.search(customer, "SELECT customer.id FROM customer", login)) == told


@pytest.mark.parametrize(
    ("customer", "login"),
    [(DIRECT.id, ""), (DIRECT.id, DIRECT.id), (MANAGER, ""), (MANAGER, MANAGER), (CHILD.id, MANAGER)],
)
async def test_access_on_the_right_path_is_given(google: Google, customer: str, login: str) -> None:
    answer = await google.search(customer, "SELECT customer.id FROM customer", login)

    assert answer.json()["results"] == [{"customer": {"id": customer, "resourceName": f"customers/{customer}"}}]


async def test_an_account_tells_its_currency_and_time_zone(google: Google) -> None:
    query = (
        "SELECT customer.descriptive_name, customer.currency_code, customer.time_zone, customer.manager,"
        " customer.test_account, customer.status FROM customer"
    )

    assert await google.rows(CHILD, query) == [
        {
            "customer": {
                "resourceName": "customers/1112223334",
                "descriptiveName": "Talwind Viajes",
                "currencyCode": "EUR",
                "timeZone": "Europe/Madrid",
                "manager": False,
                "testAccount": False,
                "status": "ENABLED",
            }
        }
    ]


@pytest.mark.parametrize("version", ["v25", "v27", "v2"])
async def test_another_version_is_refused_in_its_own_name(google: Google, version: str) -> None:
    answer = await google.http.post(f"/{version}/customers/{DIRECT.id}/googleAds:search", json={"query": ""})

    (detail,) = answer.json()["error"]["details"]
    assert answer.status_code == 400
    assert detail["@type"] == f"type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure"
    assert [error["errorCode"] for error in detail["errors"]] == [{"requestError": "UNSUPPORTED_VERSION"}]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v26/customers/1234567890/googleAds:search"),
        ("POST", "/v26/customers:listAccessibleCustomers"),
        ("POST", "/v26/customers/1234567890/campaigns:nothing"),
        ("GET", "/"),
    ],
)
async def test_an_unknown_path_leads_to_a_web_page(google: Google, method: str, path: str) -> None:
    answer = await google.http.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "field", "description"),
    [
        (b'{"query": "", "speed": 1}', None, 'Invalid JSON payload received. Unknown name "speed": Cannot find field.'),
        (
            b'{"query": "", "searchSettings": {"speed": 1}}',
            "search_settings",
            "Invalid JSON payload received. Unknown name \"speed\" at 'search_settings': Cannot find field.",
        ),
        (b"{", None, "Invalid JSON payload received. Expected an object."),
        (b"[]", None, "Invalid JSON payload received. Expected an object."),
        (b'{"query": 1}', None, "Invalid value received: Expected `str`, got `int` - at `$.query`"),
        (b'{"searchSettings": 1}', None, "Invalid value received: Expected `object`, got `int`"),
    ],
)
async def test_a_body_that_is_no_request_never_reaches_google_ads(
    google: Google, body: bytes, field: str | None, description: str
) -> None:
    headers = {"authorization": f"Bearer {google.token}", "content-type": "application/json"}

    answer = await google.http.post(f"/v26/customers/{DIRECT.id}/googleAds:search", content=body, headers=headers)

    violation = {"description": description} | ({"field": field} if field else {})
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == [
        {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    ]


async def test_a_body_of_another_type_is_refused(google: Google) -> None:
    headers = {"authorization": f"Bearer {google.token}"}

    answer = await google.http.post(f"/v26/customers/{DIRECT.id}/googleAds:search", data={"query": ""}, headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"pageSize": 100}, "PAGE_SIZE_NOT_SUPPORTED"),
        ({"query": ""}, "REQUIRED_FIELD_MISSING"),
        ({"pageToken": "nonsense"}, "INVALID_PAGE_TOKEN"),
        ({"pageToken": "ä"}, "INVALID_PAGE_TOKEN"),
        ({"pageToken": "CAES"}, "INVALID_PAGE_TOKEN"),
        ({"validateOnly": True, "pageToken": "x"}, "VALIDATE_ONLY_REQUEST_HAS_PAGE_TOKEN"),
        (
            {"validateOnly": True, "searchSettings": {"returnSummaryRow": True}},
            "CANNOT_RETURN_SUMMARY_ROW_FOR_VALIDATE_ONLY_REQUESTS",
        ),
        ({"searchSettings": {"returnSummaryRow": True}}, "CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS"),
    ],
)
async def test_a_request_that_contradicts_itself_is_refused(google: Google, more: Json, code: str) -> None:
    body: Json = {"query": "SELECT campaign.id FROM campaign", **more}

    answer = await google.post(f"{DIRECT.id}/googleAds:search", body)

    assert failure(answer) == (400, "INVALID_ARGUMENT", {"requestError": code})


async def test_a_query_is_only_validated_when_that_is_wanted(google: Google) -> None:
    good = await google.search(DIRECT.id, "SELECT campaign.id FROM campaign", validateOnly=True)
    bad = await google.search(DIRECT.id, "SELECT campaign.no FROM campaign", validateOnly=True)

    assert (good.status_code, good.json()) == (200, {})
    assert failure(bad) == (400, "INVALID_ARGUMENT", {"queryError": "UNRECOGNIZED_FIELD"})


async def test_an_empty_answer_has_no_results_at_all(google: Google) -> None:
    query = "SELECT campaign.id FROM campaign WHERE campaign.id = 1"

    plain = await google.search(DIRECT.id, query)
    stream = await google.post(f"{DIRECT.id}/googleAds:searchStream", {"query": query})

    assert plain.json() == {"fieldMask": "campaign.id", "queryResourceConsumption": "100"}
    assert stream.json() == [
        {
            "fieldMask": "campaign.id",
            "requestId": stream.headers["request-id"],
            "queryResourceConsumption": "100",
        }
    ]


PAGED = "SELECT campaign.id FROM campaign LIMIT 25"


@pytest.fixture
async def paged(world: World) -> AsyncGenerator[Google]:
    async with http_to(paged_server(world, page_rows=10)) as http:
        yield await opened(http)


async def test_pages_together_are_the_whole_answer(google: Google, paged: Google) -> None:
    found: list[Json] = []
    sizes: list[int] = []
    token = ""
    while token or not sizes:
        page = (await paged.search(DIRECT.id, PAGED, pageToken=token)).json()
        found += page["results"]
        sizes.append(len(page["results"]))
        token = page.get("nextPageToken", "")

    assert sizes == [10, 10, 5]
    assert found == await google.rows(DIRECT, PAGED)


async def test_the_rows_are_counted_without_the_limit_when_asked(paged: Google) -> None:
    answer = await paged.search(DIRECT.id, PAGED, searchSettings={"returnTotalResultsCount": True})

    assert answer.json()["totalResultsCount"] == "30"


@pytest.mark.parametrize(
    ("customer", "query", "more", "code"),
    [
        (DIRECT.id, "SELECT campaign.id FROM campaign LIMIT 26", {}, "INVALID_PAGE_TOKEN"),
        (CHILD.id, PAGED, {}, "INVALID_PAGE_TOKEN"),
        (DIRECT.id, PAGED, {"returnTotalResultsCount": True}, "TOTAL_RESULTS_COUNT_NOT_ORIGINALLY_REQUESTED"),
    ],
)
async def test_a_page_token_is_good_for_its_own_question_only(
    paged: Google, customer: str, query: str, more: Json, code: str
) -> None:
    token = (await paged.search(DIRECT.id, PAGED)).json()["nextPageToken"]

    login = MANAGER if customer == CHILD.id else ""
    answer = await paged.search(customer, query, login, pageToken=token, searchSettings=more)

    assert failure(answer) == (400, "INVALID_ARGUMENT", {"requestError": code})


async def test_a_summary_row_is_asked_for_on_every_page_or_none(paged: Google) -> None:
    query = "SELECT campaign.id, metrics.clicks FROM campaign"
    token = (await paged.search(DIRECT.id, query)).json()["nextPageToken"]

    answer = await paged.search(DIRECT.id, query, pageToken=token, searchSettings={"returnSummaryRow": True})

    assert failure(answer)[2] == {"requestError": "INCONSISTENT_RETURN_SUMMARY_ROW_VALUE"}


async def test_a_changed_page_token_is_refused(paged: Google) -> None:
    token: str = (await paged.search(DIRECT.id, PAGED)).json()["nextPageToken"]

    answer = await paged.search(DIRECT.id, PAGED, pageToken=("B" if token[0] == "A" else "A") + token[1:])

    assert failure(answer)[2] == {"requestError": "INVALID_PAGE_TOKEN"}


async def test_a_page_token_expires_after_two_hours(paged: Google, clock: Clock) -> None:
    token = (await paged.search(DIRECT.id, PAGED)).json()["nextPageToken"]
    clock.now += timedelta(hours=2)
    later = await opened(paged.http)

    answer = await later.search(DIRECT.id, PAGED, pageToken=token)

    assert failure(answer) == (400, "INVALID_ARGUMENT", {"requestError": "EXPIRED_PAGE_TOKEN"})


async def test_a_stream_comes_in_batches_with_the_summary_last(google: Google, paged: Google) -> None:
    query = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {NINETY_DAYS}"
    body = {"query": query, "summaryRowSetting": "SUMMARY_ROW_WITH_RESULTS"}

    answer = await paged.post(f"{DIRECT.id}/googleAds:searchStream", body)

    *batches, last = answer.json()
    rows = await google.rows(DIRECT, query)
    clicks = sum(int(row["metrics"]["clicks"]) for row in rows)
    assert [row for batch in batches for row in batch["results"]] == rows
    assert [len(batch["results"]) for batch in batches] == [10, 10, 10]
    assert last == {
        "summaryRow": {"metrics": {"clicks": str(clicks)}},
        "fieldMask": "campaign.id,metrics.clicks",
        "requestId": answer.headers["request-id"],
        "queryResourceConsumption": "130",
    }


async def test_a_summary_can_come_alone(google: Google) -> None:
    query = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {NINETY_DAYS}"
    (customer,) = await google.rows(DIRECT, f"SELECT metrics.clicks FROM customer WHERE {NINETY_DAYS}")

    body = {"query": query, "summaryRowSetting": "SUMMARY_ROW_ONLY"}
    (stream,) = (await google.post(f"{DIRECT.id}/googleAds:searchStream", body)).json()
    settings = {"omitResults": True, "returnSummaryRow": True}
    plain = (await google.search(DIRECT.id, query, searchSettings=settings)).json()

    assert stream["summaryRow"] == plain["summaryRow"] == {"metrics": customer["metrics"]}
    assert "results" not in plain


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [("", {"query": "SELECT"}, 400), ("", {"speed": 1}, 400), ("other", {"query": "SELECT"}, 401)],
)
async def test_a_streams_error_is_a_list_too(google: Google, token: str, body: Json, status: int) -> None:
    answer = await google.post(f"{DIRECT.id}/googleAds:searchStream", body, token=token)

    (only,) = answer.json()
    assert (answer.status_code, only["error"]["code"]) == (status, status)


METRICS = "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value"


@pytest.mark.parametrize("account", CAST.accounts, ids=lambda plan: plan.name)
async def test_every_campaign_day_is_the_worlds_own_truth(google: Google, world: World, account: AccountPlan) -> None:
    query = f"SELECT campaign.id, segments.date, {METRICS} FROM campaign WHERE {NINETY_DAYS}"

    rows = await google.rows(account, query)

    micros = 1_000_000 // cents(account.currency)
    assert [
        (row["campaign"]["id"], row["segments"]["date"], *(str(value) for value in row["metrics"].values()))
        for row in rows
    ] == [
        (
            campaign.id,
            day.isoformat(),
            str(facts.impressions),
            str(facts.clicks),
            str(facts.spend * micros),
            str(facts.conversions / 100),
            str(float(amount(facts.value, account.currency))),
        )
        for campaign in world.campaigns("google", account.id)
        for day, facts in world.days("google", campaign, SINCE, UNTIL)
    ]


async def test_totals_are_the_worlds_own_to_the_cent(google: Google, world: World) -> None:
    totals = [world.total("google", campaign, SINCE, UNTIL) for campaign in world.campaigns("google", DIRECT.id)]

    (row,) = await google.rows(DIRECT, f"SELECT {METRICS} FROM customer WHERE {NINETY_DAYS}")

    metrics = row["metrics"]
    assert int(metrics["costMicros"]) == sum(total.spend for total in totals) * 10_000
    assert Decimal(str(metrics["conversions"])) == Decimal(sum(total.conversions for total in totals)) / 100
    assert Decimal(str(metrics["conversionsValue"])) == Decimal(sum(total.value for total in totals)) / 100


async def test_ratios_are_fractions_and_micros(google: Google, world: World) -> None:
    campaign = world.campaigns("google", DIRECT.id)[0]
    total = world.total("google", campaign, SINCE, UNTIL)
    cost = total.spend * 10_000
    query = (
        "SELECT metrics.ctr, metrics.average_cpc, metrics.average_cpm, metrics.average_cost,"
        " metrics.cost_per_conversion, metrics.cost_per_all_conversions, metrics.all_conversions,"
        " metrics.conversions_from_interactions_rate, metrics.value_per_conversion,"
        " metrics.conversions_value_per_cost, metrics.search_impression_share,"
        " metrics.search_budget_lost_impression_share, metrics.interactions"
        f" FROM campaign WHERE campaign.id = {campaign.id} AND {NINETY_DAYS}"
    )

    (row,) = await google.rows(DIRECT, query)

    wholes = total.conversions * 5 // 4 / 100
    assert row["metrics"] == {
        "ctr": total.clicks / total.impressions,
        "averageCpc": cost / total.clicks,
        "averageCpm": cost * 1000 / total.impressions,
        "averageCost": cost / total.clicks,
        "costPerConversion": pytest.approx(cost / (total.conversions / 100)),
        "costPerAllConversions": pytest.approx(cost / wholes),
        "allConversions": wholes,
        "conversionsFromInteractionsRate": pytest.approx(total.conversions / 100 / total.clicks),
        "valuePerConversion": pytest.approx(total.value / total.conversions),
        "conversionsValuePerCost": total.value / total.spend,
        "searchImpressionShare": pytest.approx(0.7, abs=0.001),
        "searchBudgetLostImpressionShare": 0.0,
        "interactions": str(total.clicks),
    }


async def test_a_ratio_without_denominator_is_left_out(google: Google) -> None:
    query = (
        "SELECT metrics.clicks, metrics.conversions, metrics.ctr, metrics.average_cpc, metrics.search_impression_share"
        " FROM customer WHERE segments.date = '2027-01-01'"
    )

    assert await google.rows(DIRECT, query) == [
        {
            "customer": {"resourceName": "customers/1234567890"},
            "metrics": {"clicks": "0", "conversions": 0.0},
        }
    ]


async def test_without_dates_a_metric_covers_all_there_was(google: Google, world: World) -> None:
    campaign = world.campaigns("google", DIRECT.id)[0]
    everything = world.total("google", campaign, campaign.first_day, TODAY)

    (row,) = await google.rows(DIRECT, f"SELECT metrics.impressions FROM campaign WHERE campaign.id = {campaign.id}")

    assert row["metrics"] == {"impressions": str(everything.impressions)}


async def test_days_are_the_accounts_own(google: Google, world: World) -> None:
    islands = CAST.accounts[3]
    query = "SELECT segments.date, metrics.impressions FROM customer WHERE segments.date DURING TODAY"

    ahead = await google.rows(islands, query)

    assert world.today(islands) == TODAY + timedelta(days=1)
    assert {row["segments"]["date"] for row in ahead} <= {"2026-11-21"}


CAMPAIGN = (
    "SELECT campaign.id, campaign.name, campaign.status, campaign.primary_status, campaign.advertising_channel_type,"
    " campaign.bidding_strategy_type, campaign.start_date_time, campaign.end_date_time, campaign.campaign_budget,"
    " campaign_budget.id, campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.period,"
    " campaign_budget.explicitly_shared, campaign_budget.reference_count FROM campaign"
)
PRIMARY = {
    "delivering": "ELIGIBLE",
    "off": "PAUSED",
    "in_review": "PENDING",
    "rejected": "NOT_ELIGIBLE",
    "limited": "LIMITED",
    "ended": "ENDED",
    "gone": "REMOVED",
}


@pytest.mark.parametrize("account", CAST.accounts, ids=lambda plan: plan.name)
async def test_campaigns_say_what_the_world_knows(google: Google, world: World, account: AccountPlan) -> None:
    told = [row["campaign"] for row in await google.rows(account, CAMPAIGN)]

    status = {"on": "ENABLED", "off": "PAUSED", "deleted": "REMOVED"}
    assert [
        (one["id"], one["name"], one["status"], one["primaryStatus"], one["startDateTime"], one["campaignBudget"])
        for one in told
    ] == [
        (
            campaign.id,
            campaign.name,
            status[campaign.switch],
            PRIMARY[campaign.state],
            f"{campaign.first_day} 00:00:00",
            f"customers/{account.id}/campaignBudgets/{campaign.budget_id}",
        )
        for campaign in world.campaigns("google", account.id)
    ]


async def test_goals_show_in_channel_and_bidding(google: Google, world: World) -> None:
    shown: dict[str, set[tuple[str, str]]] = {}
    for account in CAST.accounts:
        goals = {campaign.id: campaign.goal for campaign in world.campaigns("google", account.id)}
        for row in await google.rows(account, CAMPAIGN):
            one = row["campaign"]
            pair = (one["advertisingChannelType"], one["biddingStrategyType"])
            shown.setdefault(goals[one["id"]], set()).add(pair)

    assert shown == {
        "awareness": {("DISPLAY", "TARGET_CPM")},
        "traffic": {("SEARCH", "TARGET_SPEND")},
        "engagement": {("DEMAND_GEN", "TARGET_CPC"), ("VIDEO", "TARGET_CPV")},
        "leads": {("SEARCH", "MAXIMIZE_CONVERSIONS")},
        "app": {("MULTI_CHANNEL", "TARGET_CPA")},
        "purchases": {
            ("SEARCH", "MAXIMIZE_CONVERSION_VALUE"),
            ("SHOPPING", "MAXIMIZE_CONVERSION_VALUE"),
            ("PERFORMANCE_MAX", "MAXIMIZE_CONVERSION_VALUE"),
        },
    }


@pytest.mark.parametrize("account", CAST.accounts, ids=lambda plan: plan.name)
async def test_a_budget_is_daily_or_total_and_shared_by_all_who_spend_from_it(
    google: Google, world: World, account: AccountPlan
) -> None:
    told = [row["campaignBudget"] for row in await google.rows(account, CAMPAIGN)]

    expected: list[Json] = []
    micros = 1_000_000 // cents(account.currency)
    for budget_id, group in groupby(world.campaigns("google", account.id), key=budget_of):
        members = list(group)
        first = members[0]
        amount_of = (
            {"totalAmountMicros": str(first.lifetime * micros), "period": "CUSTOM_PERIOD"}
            if first.lifetime
            else {"amountMicros": str(first.daily * micros), "period": "DAILY"}
        )
        budget = {
            "resourceName": f"customers/{account.id}/campaignBudgets/{budget_id}",
            "id": budget_id,
            "explicitlyShared": len(members) > 1,
            "referenceCount": str(sum(member.state != "gone" for member in members)),
            **amount_of,
        }
        expected += [budget] * len(members)
    assert told == expected


async def test_a_total_budget_always_has_an_end(google: Google) -> None:
    query = f"{CAMPAIGN} WHERE campaign_budget.period = CUSTOM_PERIOD"

    rows = [row for account in CAST.accounts for row in await google.rows(account, query)]

    assert rows
    assert all(row["campaign"]["endDateTime"].endswith(" 23:59:59") for row in rows)


async def test_paths_may_be_percent_encoded(google: Google) -> None:
    path = quote(f"{DIRECT.id}/googleAds:search")

    answer = await google.post(path, {"query": "SELECT customer.id FROM customer"})

    assert answer.status_code == 200


async def test_answers_are_json_with_a_request_id(google: Google) -> None:
    answer = await google.search(DIRECT.id, "SELECT customer.id FROM customer")

    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.headers["request-id"]
    assert msgspec.json.decode(answer.content) == answer.json()
