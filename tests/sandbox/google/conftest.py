"""A Google world of each test's own, and ways to change it and to ask it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
BIDDING = {
    *("manualCpc", "maximizeConversions", "maximizeConversionValue", "targetCpa", "targetRoas", "targetSpend"),
    *("targetImpressionShare", "targetCpm", "targetCpv", "targetCpc", "biddingStrategy"),
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(11, date(2026, 11, 20), clock, (CAST,))


@pytest.fixture
async def http(world: World) -> AsyncGenerator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        form = {name.lower(): value for name, value in CREDENTIALS.items()}
        token = (await client.post("/token", data={"grant_type": "refresh_token", **form})).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def post(http: httpx2.AsyncClient) -> Callable[..., Awaitable[httpx2.Response]]:
    async def ask(service: str, body: object, customer: str = CAST.accounts[0].id) -> httpx2.Response:
        return await http.post(f"/v26/customers/{customer}/{service}:mutate", json=body)

    return ask


@pytest.fixture
def mutate(post: Callable[..., Awaitable[httpx2.Response]]) -> Callable[..., Awaitable[httpx2.Response]]:
    """Operations of one service, or of all; with the request's settings."""

    async def ask(service: str, *operations: Json, **settings: object) -> httpx2.Response:
        name = "mutateOperations" if service == "googleAds" else "operations"
        return await post(service, {name: list(operations), **settings})

    return ask


@pytest.fixture
def later(http: httpx2.AsyncClient, clock: Clock) -> Callable[[timedelta], Awaitable[None]]:
    """So much later, with a token that is good then."""

    async def wait(how_long: timedelta) -> None:
        clock.now += how_long
        form = {name.lower(): value for name, value in CREDENTIALS.items()}
        token = (await http.post("/token", data={"grant_type": "refresh_token", **form})).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"

    return wait


@pytest.fixture
def new_list(post: Callable[..., Awaitable[httpx2.Response]]) -> Callable[..., Awaitable[str]]:
    """Makes a list for contact info, or of the kind that is given; its id."""

    async def make(name: str = "Buyers", **fields: object) -> str:
        kind = fields or {"crmBasedUserList": {"uploadKeyType": "CONTACT_INFO"}}
        answer = await post("userLists", {"operations": [{"create": {"name": name, **kind}}]})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]["resourceName"].rpartition("/")[2]

    return make


@pytest.fixture
def rows(http: httpx2.AsyncClient) -> Callable[[str], Awaitable[list[Json]]]:
    async def ask(query: str) -> list[Json]:
        body = {"query": f"{query} PARAMETERS omit_unselected_resource_names = true"}
        answer = await http.post(f"/v26/customers/{CAST.accounts[0].id}/googleAds:search", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json().get("results", [])

    return ask


def written(place: Json) -> str:
    steps = place.get("fieldPathElements", [])
    return ".".join(step["fieldName"] + (f"[{step['index']}]" if "index" in step else "") for step in steps)


@pytest.fixture
def refusals() -> Callable[[httpx2.Response], list[tuple[str, str]]]:
    """All errors of an answer that must be one: the code, and the place in the request."""

    def read(answer: httpx2.Response) -> list[tuple[str, str]]:
        assert answer.status_code == 400, answer.text
        (detail,) = answer.json()["error"]["details"]
        assert detail["@type"] == "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
        return [
            (".".join(*error["errorCode"].items()), written(error.get("location", {}))) for error in detail["errors"]
        ]

    return read


@pytest.fixture
def a_budget() -> Callable[..., Json]:
    """The operation that makes a budget of a campaign's own."""

    def make(**fields: object) -> Json:
        return {"create": {"amountMicros": "25000000", "explicitlyShared": False, **fields}}

    return make


@pytest.fixture
def a_campaign() -> Callable[..., Json]:
    """The operation that makes a campaign; a field that is None is left out."""

    def make(budget: str, **fields: object) -> Json:
        usual: Json = {
            "name": "Lanterns",
            "status": "PAUSED",
            "advertisingChannelType": "SEARCH",
            "campaignBudget": budget,
            "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
        }
        none: Json = {}
        bidding: Json = none if BIDDING & fields.keys() else {"manualCpc": none}
        return {"create": {name: value for name, value in (usual | bidding | fields).items() if value is not None}}

    return make


@pytest.fixture
def new_budget(
    mutate: Callable[..., Awaitable[httpx2.Response]], a_budget: Callable[..., Json]
) -> Callable[..., Awaitable[str]]:
    """Makes a budget; its resource name."""

    async def make(**fields: object) -> str:
        answer = await mutate("campaignBudgets", a_budget(**fields))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]["resourceName"]

    return make


@pytest.fixture
def new_campaign(
    mutate: Callable[..., Awaitable[httpx2.Response]],
    a_campaign: Callable[..., Json],
    new_budget: Callable[..., Awaitable[str]],
) -> Callable[..., Awaitable[str]]:
    """Makes a campaign with a budget of its own unless given one; its resource name."""

    async def make(budget: str = "", **fields: object) -> str:
        answer = await mutate("campaigns", a_campaign(budget or await new_budget(), **fields))
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]["resourceName"]

    return make
