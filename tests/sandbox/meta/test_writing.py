"""How requests that change something come in at Meta's sandbox: bodies, faults, counts, and what is not offered."""

from collections.abc import Callable, Sequence

import httpx2
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.meta import server
from xylo_mcp.sandbox.world import World

US, FIRST = "123456789", "120210000000000001"
DAILY = {
    "name": "Neu",
    "objective": "OUTCOME_SALES",
    "special_ad_categories": "[]",
    "status": "PAUSED",
    "daily_budget": "5000",
}
Client = Callable[..., httpx2.AsyncClient]
Fails = Callable[[ASGIApp, str], ASGIApp]
Refused = Callable[[httpx2.Response], tuple[int, int, int]]


def asked(world: World) -> Sequence[tuple[object, object]]:
    return [(verb, target) for _, platform, verb, target in world.attempts() if platform == "meta"]


async def test_a_json_body_means_what_a_form_means(writes: httpx2.AsyncClient) -> None:
    fields = ["name", "daily_budget", "special_ad_categories", "is_adset_budget_sharing_enabled", "adlabels{name}"]
    body = {
        **DAILY,
        "name": 'Neu "ü" 🚀',
        "daily_budget": 5000,
        "special_ad_categories": ["CREDIT"],
        "special_ad_category_country": ["US"],
        "is_adset_budget_sharing_enabled": True,
        "adlabels": [{"name": "mine"}],
        "fields": fields,
    }

    answer = (await writes.post(f"/act_{US}/campaigns", json=body)).json()

    del answer["id"]
    assert answer == {
        "name": 'Neu "ü" 🚀',
        "daily_budget": "5000",
        "special_ad_categories": ["CREDIT"],
        "is_adset_budget_sharing_enabled": True,
        "adlabels": [{"name": "mine", "id": "6142498070251864"}],
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"name": null}'),
        ("application/json", b'{"name": "Anders"'),
        ("application/json", b'["name"]'),
        ("application/json", b'{"name": "\xff"}'),
        ("application/json", b'{"daily_budget": 6000.0}'),
        ("text/plain", b"name=Anders"),
        ("multipart/form-data; boundary=x", b"--x--"),
    ],
)
async def test_a_body_that_cannot_be_read_changes_nothing(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused, content_type: str, body: bytes
) -> None:
    before = fresh.campaign("meta", FIRST)

    answer = await writes.post(f"/{FIRST}", content=body, headers={"content-type": content_type})

    assert refused(answer) == (400, 100, 0)
    assert (fresh.campaign("meta", FIRST), asked(fresh)) == (before, [("update_campaign", FIRST)])


async def test_parameters_may_stand_in_the_query_and_a_post_may_delete(
    writes: httpx2.AsyncClient, fresh: World
) -> None:
    renamed = await writes.post(f"/{FIRST}/", params={"name": "Anders", "fields": "name"})
    deleted = await writes.post(f"/{FIRST}", data={"method": "delete"})

    assert renamed.json() == {"name": "Anders", "id": FIRST}
    assert deleted.json() == {"success": True}
    assert asked(fresh) == [("update_campaign", FIRST), ("delete_campaign", FIRST)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("throttle", (400, 80004, 2446079)),
        ("expire_token", (400, 190, 463)),
        ("server_error", (500, 1, 0)),
    ],
)
async def test_a_planned_fault_comes_before_anything_is_written(
    fresh: World, client: Client, fails: Fails, refused: Refused, fault: str, expected: tuple[int, int, int]
) -> None:
    before = fresh.campaigns("meta", US)

    async with client(fails(server(fresh), fault)) as http:
        answers = [
            await http.post(f"/act_{US}/campaigns", data=DAILY),
            await http.post(f"/{FIRST}", data={"name": "Anders"}),
            await http.delete(f"/{FIRST}"),
        ]

    assert [refused(answer) for answer in answers] == [expected] * 3
    assert fresh.campaigns("meta", US) == before


async def test_what_is_written_stays_written_when_the_answer_is_lost(fresh: World, client: Client) -> None:
    faults = Faults(fresh.memory)
    faults.plan(Fault("meta", "lose_answer"))

    async with client(Faulty(server(fresh), "meta", faults)) as http:
        with pytest.raises(ConnectionResetError):
            await http.post(f"/act_{US}/campaigns", data=DAILY)

    assert [one.name for one in fresh.campaigns("meta", US)][-1] == "Neu"


async def test_a_wrong_token_changes_nothing(fresh: World, client: Client, refused: Refused) -> None:
    before = fresh.campaigns("meta", US)

    async with client(server(fresh), token="EAAother") as http:
        answer = await http.delete(f"/{FIRST}")

    assert refused(answer) == (401, 190, 0)
    assert fresh.campaigns("meta", US) == before


async def test_every_request_to_change_something_is_counted_whatever_comes_of_it(
    fresh: World, client: Client, fails: Fails
) -> None:
    async with client(server(fresh)) as http, client(fails(server(fresh), "throttle")) as throttled:
        await http.post(f"/act_{US}/campaigns", data=DAILY)
        await http.post(f"/act_{US}/campaigns", data={})
        await throttled.post(f"/act_{US}/campaigns", data=DAILY)
        await http.post(f"/{FIRST}", data={"name": "Anders"})
        await http.delete(f"/{FIRST}")
        await http.delete(f"/act_{US}/campaigns", params={"delete_strategy": "DELETE_ANY"})
        await http.post(f"/act_{US}/adsets", data={"execution_options": "validate_only"})
        await http.post(f"/act_{US}/campaigns", data={**DAILY, "execution_options": '["validate_only"]'})
        await http.get(f"/{FIRST}")
        await http.post(f"/{FIRST}", data={"method": "get"})

    assert asked(fresh) == [
        ("create_campaign", US),
        ("create_campaign", US),
        ("create_campaign", US),
        ("update_campaign", FIRST),
        ("delete_campaign", FIRST),
        ("delete_campaigns", US),
        ("post_adsets", US),
    ]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("DELETE", f"/act_{US}/campaigns", (400, 100, 33)),
        ("DELETE", f"/act_{US}", (400, 100, 33)),
        ("POST", f"/act_{US}", (400, 100, 33)),
        ("POST", f"/act_{US}/adsets", (400, 100, 33)),
        ("POST", f"/act_{US}/ads", (400, 2500, 0)),
        ("POST", f"/{FIRST}/copies", (400, 2500, 0)),
        ("POST", f"/{FIRST}/campaigns", (400, 100, 33)),
        ("POST", f"/{FIRST}1", (400, 100, 33)),
        ("POST", "/act_999/campaigns", (400, 100, 33)),
        ("POST", f"/{US}/campaigns", (400, 100, 33)),
        ("POST", "/120210000009999999", (400, 100, 33)),
        ("DELETE", "/120210000009999999", (400, 100, 33)),
        ("POST", "/nobody/campaigns", (404, 803, 0)),
        ("POST", "/", (400, 100, 0)),
        ("PUT", f"/{FIRST}", (400, 100, 33)),
        ("PATCH", f"/{FIRST}", (400, 100, 33)),
    ],
)
async def test_what_is_not_offered_is_refused(
    writes: httpx2.AsyncClient,
    fresh: World,
    refused: Refused,
    method: str,
    path: str,
    expected: tuple[int, int, int],
) -> None:
    before = fresh.campaigns("meta", US)

    answer = await writes.request(method, path, params={**DAILY})

    assert refused(answer) == expected
    assert fresh.campaigns("meta", US) == before
