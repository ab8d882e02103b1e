"""Who may ask Meta's sandbox, and what its planned faults and its quotas look like."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.meta import CREDENTIALS, server
from xylo_mcp.sandbox.world import World

TOKEN = CREDENTIALS["ACCESS_TOKEN"]
PROOF = hmac.new(CREDENTIALS["APP_SECRET"].encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
FIRST = "120210000000000001"
Client = Callable[..., httpx2.AsyncClient]
Fails = Callable[[ASGIApp, str], ASGIApp]
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]


async def test_a_token_is_taken_as_a_parameter_as_a_form_field_and_as_bearer(app: ASGIApp, client: Client) -> None:
    async with client(app, token="") as bare, client(app) as bearer:
        by_query = await bare.get("/me", params={"access_token": TOKEN})
        by_form = await bare.post("/me", data={"access_token": TOKEN, "method": "get"})
        by_header = await bearer.get("/me")
    me = {"id": "1000000000000001", "name": "Sandbox system user"}
    assert [by_query.json(), by_form.json(), by_header.json()] == [me, me, me]


@pytest.mark.parametrize(
    ("token", "proof", "expected"),
    [
        ("", "", (400, 104, 0)),
        ("EAAother", "", (401, 190, 0)),
        (TOKEN, "0" * 64, (400, 100, 0)),
        ("EAAother", PROOF, (401, 190, 0)),
    ],
)
async def test_a_bad_token_or_proof_is_refused(
    app: ASGIApp, client: Client, refusal: Refusal, token: str, proof: str, expected: tuple[int, int, int]
) -> None:
    async with client(app, token=token) as http:
        assert await refusal(http, "/me", **({"appsecret_proof": proof} if proof else {})) == expected


async def test_an_app_that_demands_a_proof_refuses_its_absence_and_takes_the_right_one(
    world: World, client: Client, refusal: Refusal
) -> None:
    async with client(server(world, proof_required=True)) as http:
        refused = await refusal(http, "/me")
        admitted = await http.get("/me", params={"appsecret_proof": PROOF})
    assert (refused, admitted.status_code) == ((400, 100, 0), 200)


@pytest.mark.parametrize(
    ("fault", "path", "expected"),
    [
        ("expire_token", "/me/adaccounts", (400, 190, 463)),
        ("server_error", "/me/adaccounts", (500, 1, 0)),
        ("throttle", "/me/adaccounts", (400, 17, 2446079)),
        ("throttle", "/act_123456789/campaigns", (400, 80004, 2446079)),
        ("throttle", f"/{FIRST}", (400, 80004, 2446079)),
        ("throttle", "/act_123456789/insights", (400, 80000, 2446079)),
    ],
)
async def test_a_planned_fault_is_told_in_metas_codes(
    app: ASGIApp,
    client: Client,
    fails: Fails,
    refusal: Refusal,
    *,
    fault: str,
    path: str,
    expected: tuple[int, int, int],
) -> None:
    async with client(fails(app, fault)) as http:
        assert await refusal(http, path) == expected


async def test_a_server_error_says_that_it_passes(app: ASGIApp, client: Client, fails: Fails) -> None:
    async with client(fails(app, "server_error")) as http:
        response = await http.get("/me")
    assert response.json()["error"]["is_transient"] is True


async def test_a_throttled_answer_says_which_quota_is_used_up_and_for_how_long(
    world: World, client: Client, fails: Fails
) -> None:
    async with client(fails(server(world, regain_minutes=4), "throttle")) as http:
        headers = (await http.get("/act_123456789/campaigns")).headers
    used = msgspec.json.decode(headers["x-business-use-case-usage"], type=dict[str, list[dict[str, object]]])
    assert used == {
        "123456789": [
            {
                "type": "ads_management",
                "call_count": 100,
                "total_cputime": 100,
                "total_time": 100,
                "estimated_time_to_regain_access": 4,
                "ads_api_access_tier": "standard_access",
            }
        ]
    }


@pytest.mark.parametrize("path", ["/me", "/act_123456789", "/act_1", "/nonsense", f"/{FIRST}/insights"])
async def test_every_answer_tells_the_usage(graph: httpx2.AsyncClient, path: str) -> None:
    headers = (await graph.get(path)).headers
    wanted = {"x-app-usage", "x-ad-account-usage", "x-business-use-case-usage"}
    if path.endswith("/insights"):
        wanted.add("x-fb-ads-insights-throttle")
    assert {name for name in headers if "usage" in name or "throttle" in name} == wanted
