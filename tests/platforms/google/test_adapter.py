"""What the adapter puts on the wire, and what it makes of the answers."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account, Roster
from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, InvalidCursor, Misconfigured, Throttled, Unavailable
from xylo_mcp.ads.insights import InsightsQuery, every_row
from xylo_mcp.contract import Connection
from xylo_mcp.platforms.google import SPEC

pytestmark = pytest.mark.virtual_time

Connect = Callable[..., Connection]
SAMPLES = Path(__file__).parent / "samples"
MASK = '"fieldMask": "x"'
ACCOUNT = Account(
    id="customers/5000000002",
    platform="google",
    name="Kranich Räder",
    currency="EUR",
    time_zone="Europe/Berlin",
    status="active",
    raw_status="ENABLED",
    route="7000000001",
)
DIRECT = msgspec.structs.replace(ACCOUNT, route="")
EVERYTHING = CampaignFilter(statuses=frozenset({"active", "paused", "archived"}))
TOTALS = InsightsQuery(level="campaign", since=date(2026, 11, 18), until=date(2026, 11, 19))


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a search, and nothing else."""

    query: str
    page_token: str | None = msgspec.field(default=None, name="pageToken")


class Google:
    """Answers searches with what was prepared for each account, in turn, and remembers what it was asked."""

    def __init__(self, pages: Mapping[str, list[httpx2.Response]], accessible: bytes = b"{}") -> None:
        self.pages, self.accessible = pages, accessible
        self.requests: list[httpx2.Request] = []
        self.authorizations: list[str] = []
        self.tokens = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            self.tokens += 1
            return httpx2.Response(200, json={"access_token": f"ya29.t{self.tokens}", "expires_in": 3599})
        self.requests.append(request)
        self.authorizations.append(request.headers["authorization"])
        if request.method == "GET":
            return httpx2.Response(200, content=self.accessible)
        customer = request.url.path.split("/")[3]
        return self.pages[customer].pop(0)

    @property
    def bodies(self) -> list[Asked]:
        return [msgspec.json.decode(request.content, type=Asked) for request in self.requests]


def sample(name: str) -> httpx2.Response:
    return httpx2.Response(200, content=(SAMPLES / f"{name}.json").read_bytes())


def page(*rows: str, token: str = "") -> httpx2.Response:
    return httpx2.Response(200, content=f'{{"results": [{", ".join(rows)}], "nextPageToken": "{token}", {MASK}}}')


def client(number: str, name: str = "N") -> str:
    return (
        f'{{"customerClient": {{"id": "{number}", "descriptiveName": "{name}", "currencyCode": "EUR", '
        '"timeZone": "Europe/Berlin", "status": "ENABLED"}}'
    )


def refusal(status: int, category: str, value: str) -> httpx2.Response:
    detail = {"errors": [{"errorCode": {category: value}, "message": "No."}], "requestId": "Rq-1"}
    return httpx2.Response(status, json={"error": {"code": status, "status": "X", "details": [detail]}})


def reached(number: str, route: str, name: str = "N") -> Account:
    return msgspec.structs.replace(ACCOUNT, id=f"customers/{number}", name=name, route=route)


async def roster(connection: Connection) -> Roster:
    async with SPEC.open(connection) as reader:
        return await reader.accounts()


async def accounts(connection: Connection) -> list[Account]:
    """The accounts where all can be read."""
    found = await roster(connection)
    assert found.unreadable == []
    return list(found.accounts)


async def failing_insights(connection: Connection, query: InsightsQuery = TOTALS) -> AdsError:
    """The error that `query` ends with, without waiting for a second try."""
    async with SPEC.open(connection) as reader:
        with pytest.raises(AdsError) as caught, anyio.fail_after(0.1):
            await every_row(reader.insights(ACCOUNT, query))
    return caught.value


async def test_every_accessible_root_is_asked_and_each_account_comes_once_by_its_most_direct_way(
    connection: Connect,
) -> None:
    google = Google(
        {
            "5000000002": [page(client("5000000002"))],
            "6000000003": [page(client("4000000005"), token="p2"), page(client("4000000006"))],
            "7000000001": [page(client("5000000002"), client("4000000005"), client("4000000004"))],
        },
        (SAMPLES / "accessible.json").read_bytes(),
    )

    found = await accounts(connection(google))

    assert found == [
        reached("4000000004", "7000000001"),
        reached("4000000005", "6000000003"),
        reached("4000000006", "6000000003"),
        reached("5000000002", ""),
    ]
    first, *searches = google.requests
    assert (first.method, str(first.url)) == ("GET", "https://ads.example/v26/customers:listAccessibleCustomers")
    assert "login-customer-id" not in first.headers
    assert sorted((request.url.path, request.headers["login-customer-id"]) for request in searches) == [
        ("/v26/customers/5000000002/googleAds:search", "5000000002"),
        ("/v26/customers/6000000003/googleAds:search", "6000000003"),
        ("/v26/customers/6000000003/googleAds:search", "6000000003"),
        ("/v26/customers/7000000001/googleAds:search", "7000000001"),
    ]


async def test_nobody_accessible_means_no_accounts(connection: Connect) -> None:
    assert await accounts(connection(Google({}))) == []


async def test_with_a_login_customer_only_the_accounts_below_it_are_seen(connection: Connect) -> None:
    google = Google({"7000000001": [page(client("4000000004"))]})

    found = await accounts(connection(google, LOGIN_CUSTOMER_ID=" 700-000-0001 "))

    assert found == [reached("4000000004", "7000000001")]
    assert [request.headers["login-customer-id"] for request in google.requests] == ["7000000001"]


async def test_a_root_that_is_not_enabled_does_not_sink_the_others(connection: Connect) -> None:
    google = Google(
        {
            "5000000002": [refusal(403, "authorizationError", "CUSTOMER_NOT_ENABLED")],
            "6000000003": [page(client("4000000005"))],
            "7000000001": [page(client("4000000004"))],
        },
        (SAMPLES / "accessible.json").read_bytes(),
    )

    found = await accounts(connection(google))

    assert found == [reached("4000000004", "7000000001"), reached("4000000005", "6000000003")]


async def test_a_root_that_google_lists_and_denies_is_named_and_the_others_go_on(connection: Connect) -> None:
    google = Google(
        {
            "5000000002": [refusal(403, "authorizationError", "USER_PERMISSION_DENIED")],
            "6000000003": [page(client("4000000005"))],
            "7000000001": [refusal(403, "authorizationError", "USER_PERMISSION_DENIED")],
        },
        (SAMPLES / "accessible.json").read_bytes(),
    )

    found = await roster(connection(google))

    assert found.accounts == [reached("4000000005", "6000000003")]
    assert [(one.id, type(one.error)) for one in found.unreadable] == [
        ("customers/5000000002", Forbidden),
        ("customers/7000000001", Forbidden),
    ]


async def test_a_denied_root_that_a_manager_leads_to_is_read_through_it(connection: Connect) -> None:
    google = Google(
        {
            "5000000002": [refusal(403, "authorizationError", "USER_PERMISSION_DENIED")],
            "6000000003": [page()],
            "7000000001": [page(client("5000000002"))],
        },
        (SAMPLES / "accessible.json").read_bytes(),
    )

    assert await accounts(connection(google)) == [reached("5000000002", "7000000001")]


@pytest.mark.parametrize("value", ["CUSTOMER_NOT_ENABLED", "USER_PERMISSION_DENIED"])
async def test_a_login_customer_that_is_refused_is_an_error(connection: Connect, value: str) -> None:
    google = Google({"7000000001": [refusal(403, "authorizationError", value)]})

    with pytest.raises(Forbidden):
        await accounts(connection(google, LOGIN_CUSTOMER_ID="7000000001"))


async def test_a_customer_that_google_names_in_another_way_is_odd_and_is_not_asked(connection: Connect) -> None:
    accessible = b'{"resourceNames": ["customers/12", "customers/7000000001"]}'
    google = Google({"7000000001": [page(client("4000000004"))]}, accessible)

    found = await roster(connection(google))

    assert found.accounts == [reached("4000000004", "7000000001")]
    assert [(one.id, type(one.error)) for one in found.unreadable] == [("customers/12", Garbled)]


@pytest.mark.parametrize("value", ["ACTION_NOT_PERMITTED", "MISSING_TOS"])
async def test_a_root_that_fails_otherwise_fails_the_whole_rather_than_hiding_accounts(
    connection: Connect, value: str
) -> None:
    google = Google(
        {
            "5000000002": [page(client("5000000002"))],
            "6000000003": [page(client("4000000005"))],
            "7000000001": [refusal(403, "authorizationError", value)],
        },
        (SAMPLES / "accessible.json").read_bytes(),
    )

    with pytest.raises(Forbidden):
        await accounts(connection(google))


@pytest.mark.parametrize("login", ["12", "abc", "70000000011", "customers/7000000001"])
async def test_a_login_customer_that_is_none_is_misconfigured(connection: Connect, login: str) -> None:
    with pytest.raises(Misconfigured):
        await accounts(connection(Google({}), LOGIN_CUSTOMER_ID=login))


@pytest.mark.parametrize(
    ("proper", "odd"),
    [
        ('"Europe/Berlin"', '"Mars/Phobos"'),
        ('"Europe/Berlin"', '""'),
        ('"Europe/Berlin"', '"../etc/passwd"'),
        ('"Europe/Berlin"', "null"),
        (', "timeZone": "Europe/Berlin"', ""),
        ('"EUR"', '"euro"'),
        ('"EUR"', "978"),
        ('"ENABLED"', "2"),
    ],
)
async def test_an_odd_account_costs_the_others_nothing(connection: Connect, proper: str, odd: str) -> None:
    google = Google({"7000000001": [page(client("5000000002").replace(proper, odd), client("4000000004"))]})

    found = await roster(connection(google, LOGIN_CUSTOMER_ID="7000000001"))

    assert found.accounts == [reached("4000000004", "7000000001")]
    assert [(one.id, type(one.error)) for one in found.unreadable] == [("customers/5000000002", Garbled)]


async def test_an_account_with_an_id_that_is_none_is_odd(connection: Connect) -> None:
    google = Google({"7000000001": [page(client("50000000021"), client("x"))]})

    found = await roster(connection(google, LOGIN_CUSTOMER_ID="7000000001"))

    assert found.accounts == []
    assert [one.id for one in found.unreadable] == ["customers/000000000x", "customers/50000000021"]


async def test_an_account_without_any_id_is_refused(connection: Connect) -> None:
    google = Google({"7000000001": [page('{"customerClient": {"currencyCode": "EUR"}}')]})

    with anyio.fail_after(0.1), pytest.raises(Garbled):
        await roster(connection(google, LOGIN_CUSTOMER_ID="7000000001"))


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://ads.example", "https://ads.example/v26/customers/5000000002/googleAds:search"),
        ("https://ads.example/", "https://ads.example/v26/customers/5000000002/googleAds:search"),
        ("https://ads.example/v27", "https://ads.example/v27/customers/5000000002/googleAds:search"),
        ("http://localhost:8080/g/v26/", "http://localhost:8080/g/v26/customers/5000000002/googleAds:search"),
    ],
)
async def test_the_base_url_may_name_the_version_or_leave_it(connection: Connect, base: str, address: str) -> None:
    google = Google({"5000000002": [sample("nothing")]})

    # The host of a prefixed address has its paths one folder deeper.
    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        request.url = request.url.copy_with(path=request.url.path.removeprefix("/g"))
        return google(request)

    asked: list[str] = []
    async with SPEC.open(connection(answer, BASE_URL=base)) as reader:
        await reader.campaigns(ACCOUNT, EVERYTHING, place=None, size=5)

    assert asked[-1] == address


@pytest.mark.parametrize(
    ("account", "settings", "headers"),
    [
        (ACCOUNT, {}, {"authorization": "Bearer ya29.t1", "login-customer-id": "7000000001"}),
        (DIRECT, {}, {"authorization": "Bearer ya29.t1"}),
        (DIRECT, {"DEVELOPER_TOKEN": "dev-1"}, {"authorization": "Bearer ya29.t1", "developer-token": "dev-1"}),
    ],
)
async def test_a_search_carries_the_token_and_only_the_headers_it_needs(
    connection: Connect, account: Account, settings: Mapping[str, str], headers: Mapping[str, str]
) -> None:
    google = Google({"5000000002": [sample("nothing")]})

    async with SPEC.open(connection(google, **settings)) as reader:
        await reader.campaigns(account, EVERYTHING, place=None, size=5)

    (request,) = google.requests
    ours = ("authorization", "login-customer-id", "developer-token")
    assert {name: request.headers[name] for name in ours if name in request.headers} == headers
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert msgspec.json.decode(request.content, type=dict[str, str]).keys() == {"query"}


async def test_a_page_of_campaigns_is_one_request_and_names_the_next_place(connection: Connect) -> None:
    google = Google({"5000000002": [sample("campaigns")]})

    async with SPEC.open(connection(google)) as reader:
        found = await reader.campaigns(ACCOUNT, EVERYTHING, place="1000", size=3)

    assert ([campaign.id for campaign in found.campaigns], found.next) == (["903", "902", "901"], "901")
    assert len(google.requests) == 1
    assert google.bodies[0].query.endswith("WHERE campaign.id < 1000 ORDER BY campaign.id DESC LIMIT 3")


async def test_fewer_campaigns_than_asked_for_are_the_last(connection: Connect) -> None:
    google = Google({"5000000002": [sample("campaigns"), sample("nothing")]})

    async with SPEC.open(connection(google)) as reader:
        some = await reader.campaigns(ACCOUNT, EVERYTHING, place=None, size=4)
        none = await reader.campaigns(ACCOUNT, EVERYTHING, place="901", size=4)

    assert (len(some.campaigns), some.next, none.campaigns, none.next) == (3, None, [], None)


async def test_a_next_page_that_google_names_is_not_forgotten(connection: Connect) -> None:
    google = Google({"5000000002": [page('{"campaign": {"id": "8"}}', token="more")]})

    async with SPEC.open(connection(google)) as reader:
        found = await reader.campaigns(ACCOUNT, EVERYTHING, place=None, size=4)

    assert found.next == "8"


@pytest.mark.parametrize(
    ("place", "ids"), [("5", ["7", "3"]), ("5", ["5"]), (None, ["3", "3"]), (None, ["3", "4"]), (None, [])]
)
async def test_campaigns_in_another_order_than_asked_for_are_refused(
    connection: Connect, place: str | None, ids: list[str]
) -> None:
    rows = [f'{{"campaign": {{"id": "{number}"}}}}' for number in ids]
    google = Google({"5000000002": [page(*rows, token="more")]})

    async with SPEC.open(connection(google)) as reader:
        with pytest.raises(Garbled):
            await reader.campaigns(ACCOUNT, EVERYTHING, place=place, size=4)


async def test_a_foreign_cursor_sends_nothing(connection: Connect) -> None:
    google = Google({})

    async with SPEC.open(connection(google)) as reader:
        with pytest.raises(InvalidCursor):
            await reader.campaigns(ACCOUNT, EVERYTHING, place="1 OR 1", size=4)

    assert google.requests == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(200, content=b"<html>Hello"), Garbled),
        (httpx2.Response(200, content=b'{"results": [{"campaign'), Garbled),
        (httpx2.Response(200, content=b"{}"), Garbled),
        (httpx2.Response(200, content=b'{"results": [{"metrics": {"clicks": "many"}}]}'), Garbled),
        (httpx2.Response(502, content=b"<html>Bad gateway"), Unavailable),
        (httpx2.Response(404, content=b"<html>Not found"), Misconfigured),
        (refusal(429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED"), Throttled),
        (refusal(403, "authorizationError", "USER_PERMISSION_DENIED"), Forbidden),
    ],
)
async def test_what_is_no_answer_is_an_error_of_ours(
    connection: Connect, answer: httpx2.Response, kind: type[AdsError]
) -> None:
    error = await failing_insights(connection(Google({"5000000002": [answer]})))

    assert (type(error), error.platform) == (kind, "google")


def test_the_spec_says_what_google_is() -> None:
    names = [(setting.name, setting.required, setting.secret) for setting in SPEC.settings]

    assert (SPEC.name, SPEC.title, SPEC.api_version, SPEC.history_days) == ("google", "Google Ads", "v26", 1125)
    assert names == [
        ("CLIENT_ID", True, False),
        ("CLIENT_SECRET", True, True),
        ("REFRESH_TOKEN", True, True),
        ("DEVELOPER_TOKEN", False, True),
        ("LOGIN_CUSTOMER_ID", False, False),
        ("BASE_URL", False, False),
        ("DATA_MANAGER_URL", False, False),
        ("TOKEN_URL", False, False),
    ]
