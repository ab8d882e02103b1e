"""Audiences of Meta's sandbox: what they are made from, what they tell, and what is refused."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.meta import CAST, pixel_of, server
from xylo_mcp.sandbox.people import Audience
from xylo_mcp.sandbox.world import World

US, JAPAN, CLOSED = "123456789", "223456789", "523456789"
PIXEL = pixel_of(US)
FIRST = "23850000000000001"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIST = {"name": "Käufer", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
Client = Callable[..., httpx2.AsyncClient]
Fails = Callable[[ASGIApp, str], ASGIApp]
Refused = Callable[[httpx2.Response], tuple[int, int, int]]


def rule(kind: str = "pixel", source: str = PIXEL, days: int = 30, **others: object) -> str:
    visited: dict[str, object] = {
        "event_sources": [{"id": source, "type": kind}],
        "retention_seconds": days * 86_400,
        "filter": {"operator": "and", "filters": [{"field": "url", "operator": "i_contains", "value": "cart"}]},
    }
    return json.dumps({"inclusions": {"operator": "or", "rules": [{**visited, **others}]}})


VISITORS = {"name": "Visitors", "subtype": "WEBSITE", "rule": rule()}


def lookalike(**spec: object) -> dict[str, str]:
    told = {"country": "DE", "ratio": 0.01, **spec}
    kept = json.dumps({name: value for name, value in told.items() if value is not None})
    return {"name": "Like", "subtype": "LOOKALIKE", "origin_audience_id": FIRST, "lookalike_spec": kept}


async def made(http: httpx2.AsyncClient, wish: dict[str, str], account: str = US) -> str:
    answer = msgspec.json.decode((await http.post(f"/act_{account}/customaudiences", data=wish)).content)
    return str(answer["id"])


async def told(http: httpx2.AsyncClient, audience: str, fields: str) -> object:
    return msgspec.json.decode((await http.get(f"/{audience}", params={"fields": fields})).content)


async def test_a_list_is_made_and_nobody_is_in_it(writes: httpx2.AsyncClient, fresh: World) -> None:
    answer = await writes.post(
        f"/act_{US}/customaudiences", data={**LIST, "description": "All", "retention_days": "90"}
    )

    details = {"description": "All", "customer_file_source": "USER_PROVIDED_ONLY", "retention_days": "90"}
    assert answer.json() == {"id": FIRST}
    assert fresh.people.audiences("meta", US) == [Audience("meta", US, FIRST, "Käufer", "CUSTOM", NOW, NOW, details)]


async def test_a_list_tells_all_about_itself(writes: httpx2.AsyncClient) -> None:
    audience = await made(writes, {**LIST, "description": "All", "audience_labels": '["TRIAL_USERS"]'})

    fields = (
        "account_id,name,subtype,description,customer_file_source,retention_days,audience_labels,operation_status,"
        "delivery_status,approximate_count_lower_bound,approximate_count_upper_bound,time_created,time_updated,"
        "time_content_updated,rule,lookalike_spec,lookalike_audience_ids,data_source"
    )
    seconds = int(NOW.timestamp())
    assert await told(writes, audience, fields) == {
        "account_id": US,
        "name": "Käufer",
        "subtype": "CUSTOM",
        "description": "All",
        "customer_file_source": "USER_PROVIDED_ONLY",
        "audience_labels": ["TRIAL_USERS"],
        "operation_status": {"code": 410, "description": "No file has been uploaded to this audience."},
        "delivery_status": {
            "code": 300,
            "description": "This audience is too small. It must have at least 100 people.",
        },
        "approximate_count_lower_bound": 1000,
        "approximate_count_upper_bound": 1000,
        "time_created": seconds,
        "time_updated": seconds,
        "time_content_updated": seconds,
        "id": audience,
    }


@pytest.mark.parametrize(
    "wish",
    [
        VISITORS,
        {**VISITORS, "prefill": "true", "retention_days": "180"},
        {**VISITORS, "rule": rule(aggregation={"type": "count", "operator": ">", "value": 1}, template="ALL")},
        {"name": "Players", "subtype": "APP", "rule": rule("app", "123")},
        {"name": "Fans", "subtype": "ENGAGEMENT", "rule": rule("page", "77", days=365)},
    ],
)
async def test_audiences_by_a_rule_fill_themselves_within_hours(
    fresh: World, client: Client, wish: dict[str, str]
) -> None:
    fields = "subtype,rule,operation_status,delivery_status"

    async with client(server(fresh)) as http, client(server(_later(fresh, 6))) as later:
        audience = await made(http, wish)
        answers = [await told(http, audience, fields), await told(later, audience, fields)]

    same = {"subtype": wish["subtype"], "rule": wish["rule"], "id": audience}
    assert answers == [
        {
            **same,
            "operation_status": {"code": 441, "description": "We are finding people who fit your audience criteria."},
            "delivery_status": {
                "code": 300,
                "description": "This audience is too small. It must have at least 100 people.",
            },
        },
        {
            **same,
            "operation_status": {"code": 200, "description": "Normal"},
            "delivery_status": {"code": 200, "description": "This audience is ready for use."},
        },
    ]


async def test_a_lookalike_is_like_another_audience_and_holds_it(
    fresh: World, client: Client, refused: Refused
) -> None:
    async with client(server(fresh)) as http, client(server(_later(fresh, 7))) as later:
        seed = await made(http, VISITORS)
        similar = await made(http, lookalike())
        wider = await made(http, lookalike(ratio=0.2, starting_ratio=0.1))
        like = msgspec.json.decode((await later.get(f"/{similar}", params={"fields": "lookalike_spec"})).content)
        bounds = "approximate_count_lower_bound,operation_status,delivery_status"
        sizes = [await told(later, one, bounds) for one in (similar, wider)]
        of_seed = await told(later, seed, "lookalike_audience_ids")
        held = refused(await later.delete(f"/{seed}"))
        gone = [(await later.delete(f"/{one}")).json() for one in (similar, wider, seed)]

    usable = {
        "operation_status": {"code": 200, "description": "Normal"},
        "delivery_status": {"code": 200, "description": "This audience is ready for use."},
    }
    assert like == {
        "lookalike_spec": {
            "country": "DE",
            "ratio": 0.01,
            "origin": [{"id": seed, "name": "Visitors", "type": "custom_audience"}],
        },
        "id": similar,
    }
    assert sizes == [
        {"approximate_count_lower_bound": 39000, **usable, "id": similar},
        {"approximate_count_lower_bound": 830000, **usable, "id": wider},
    ]
    assert of_seed == {"lookalike_audience_ids": [similar, wider], "id": seed}
    assert (held, gone) == ((400, 2656, 0), [{"success": True}] * 3)
    assert fresh.people.audiences("meta", US) == []


async def test_a_lookalike_of_too_few_people_cannot_be_used(fresh: World, client: Client) -> None:
    async with client(server(fresh)) as http, client(server(_later(fresh, 7))) as later:
        await made(http, LIST)
        like = await made(http, lookalike())
        answer = await told(later, like, "operation_status,delivery_status")

    assert answer == {
        "operation_status": {"code": 432, "description": "The source of this lookalike has too few people."},
        "delivery_status": {"code": 400, "description": "This audience cannot be used."},
        "id": like,
    }


async def test_a_lookalike_that_nobody_used_for_90_days_has_no_size(fresh: World, client: Client) -> None:
    async with client(server(fresh)) as http, client(server(_later(fresh, 91 * 24))) as later:
        await made(http, VISITORS)
        like = await made(http, lookalike(type="reach", ratio=None, country=None, location_spec=_in("DE", "AT")))
        answer = await told(later, like, "approximate_count_lower_bound,approximate_count_upper_bound")

    assert answer == {"approximate_count_lower_bound": -1, "approximate_count_upper_bound": -1, "id": like}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, (400, 100, 0)),
        ({"name": None}, (400, 100, 0)),
        ({"subtype": None}, (400, 100, 0)),
        ({"subtype": "VIDEO"}, (400, 100, 0)),
        ({"customer_file_source": None}, (400, 100, 0)),
        ({"customer_file_source": "MINE"}, (400, 100, 0)),
        ({"retention_days": "0"}, (400, 100, 0)),
        ({"retention_days": "181"}, (400, 100, 0)),
        ({"audience_labels": '["BEST"]'}, (400, 100, 0)),
        ({"is_value_based": "perhaps"}, (400, 100, 0)),
        ({"description": "x" * 1001}, (400, 100, 0)),
        ({"rule": rule()}, (400, 100, 0)),
        ({"lookalike_spec": "{}"}, (400, 100, 0)),
        ({"colour": "red"}, (400, 100, 0)),
        ({"execution_options": '["validate_only"]'}, (400, 100, 0)),
    ],
)
async def test_a_list_is_refused_that_breaks_a_rule(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused, change: dict[str, str | None], expected: object
) -> None:
    wish = {name: value for name, value in {**LIST, **change}.items() if value is not None}

    answer = await writes.post(f"/act_{US}/customaudiences", data=wish)

    assert refused(answer) == expected
    assert fresh.people.audiences("meta", US) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("WEBSITE", rule(days=365)),
        ("APP", rule("app", "123", days=180)),
        ("ENGAGEMENT", rule("page", "77", days=730)),
        ("ENGAGEMENT", rule("lead", "77", days=90)),
    ],
)
async def test_a_rule_says_of_which_kind_its_audience_is(
    writes: httpx2.AsyncClient, fresh: World, kind: str, text: str
) -> None:
    await writes.post(f"/act_{US}/customaudiences", data={"name": "X", "rule": text})

    assert [audience.kind for audience in fresh.people.audiences("meta", US)] == [kind]


@pytest.mark.parametrize("text", ["", "{}", '{"inclusions":{"operator":"or","rules":[]}}', rule("magic", "77")])
async def test_an_audience_without_a_kind_needs_a_rule_that_has_one(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused, text: str
) -> None:
    answer = await writes.post(f"/act_{US}/customaudiences", data={"name": "X", "rule": text})

    assert refused(answer) == (400, 100, 1713098)
    assert fresh.people.audiences("meta", US) == []


@pytest.mark.parametrize(
    ("kind", "text", "subcode"),
    [
        ("WEBSITE", "", 1713098),
        ("WEBSITE", "cart", 1713098),
        ("WEBSITE", "{}", 1713098),
        ("WEBSITE", '{"inclusions":{"operator":"or","rules":[]}}', 1713098),
        ("WEBSITE", rule().replace('"or"', '"xor"'), 1713098),
        ("WEBSITE", rule().replace("i_contains", "resembles"), 1713098),
        ("WEBSITE", rule(filter={"operator": "and", "filters": [], "field": "url"}), 1713098),
        ("WEBSITE", rule(event_sources=[]), 1713098),
        ("WEBSITE", rule(days=0), 1713098),
        ("WEBSITE", rule(days=366), 1713098),
        ("WEBSITE", rule(colour="red"), 1713098),
        ("WEBSITE", rule("page", "77"), 1713098),
        ("APP", rule("app", "x"), 1713098),
        ("APP", rule("app", "123", days=181), 1713098),
        ("ENGAGEMENT", rule("page", "77", days=731), 1713098),
        ("ENGAGEMENT", rule("lead", "77", days=91), 1713098),
        ("WEBSITE", rule(source=pixel_of(JAPAN)), 0),
    ],
)
async def test_a_rule_is_refused_that_cannot_be_read_or_asks_what_is_not_its_accounts(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused, kind: str, text: str, subcode: int
) -> None:
    answer = await writes.post(f"/act_{US}/customaudiences", data={"name": "X", "subtype": kind, "rule": text})

    assert refused(answer) == (400, 100, subcode)
    assert fresh.people.audiences("meta", US) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"ratio": None},
        {"type": "reach"},
        {"type": "distance", "ratio": None},
        {"ratio": 0.21},
        {"ratio": 0},
        {"ratio": 0.015},
        {"starting_ratio": 0.01},
        {"starting_ratio": 0.005, "ratio": 0.02},
        {"country": None},
        {"country": "Germany"},
        {"country": "DE", "location_spec": {"geo_locations": {"countries": ["DE"]}}},
        {"country": None, "location_spec": {"geo_locations": {}}},
        {"colour": "red"},
    ],
)
async def test_a_lookalike_is_refused_that_breaks_a_rule(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused, spec: dict[str, object]
) -> None:
    await made(writes, VISITORS)

    answer = await writes.post(f"/act_{US}/customaudiences", data=lookalike(**spec))

    assert refused(answer) == (400, 100, 0)
    assert len(fresh.people.audiences("meta", US)) == 1


async def test_a_lookalike_must_be_like_an_audience_of_its_account_that_is_none_itself(
    writes: httpx2.AsyncClient, refused: Refused
) -> None:
    await made(writes, VISITORS)
    like = await made(writes, lookalike())

    answers = [
        await writes.post(f"/act_{US}/customaudiences", data={**lookalike(), "origin_audience_id": like}),
        await writes.post(f"/act_{US}/customaudiences", data={**lookalike(), "origin_audience_id": "1"}),
        await writes.post(f"/act_{JAPAN}/customaudiences", data=lookalike()),
    ]

    assert [refused(answer) for answer in answers] == [(400, 100, 0)] * 3


async def test_an_audience_whose_name_says_too_much_of_people_is_flagged(
    writes: httpx2.AsyncClient, refused: Refused
) -> None:
    audience = await made(writes, {**LIST, "name": "People with Diabetes"})
    payload = json.dumps({"schema": "EMAIL", "data": ["a" * 64]})

    status = await told(writes, audience, "operation_status,delivery_status")
    refusals = [
        refused(await writes.post(f"/{audience}/users", data={"payload": payload})),
        refused(await writes.post(f"/act_{US}/customaudiences", data=lookalike())),
    ]

    assert status == {
        "operation_status": {
            "code": 471,
            "description": "This audience is restricted because of what it says about people.",
        },
        "delivery_status": {"code": 400, "description": "This audience cannot be used."},
        "id": audience,
    }
    assert refusals == [(400, 100, 1713230), (400, 100, 1713232)]


async def test_a_list_needs_accepted_terms_and_other_audiences_do_not(
    fresh: World, client: Client, refused: Refused
) -> None:
    payload = json.dumps({"schema": "EMAIL", "data": ["a" * 64]})

    async with client(server(fresh)) as http, client(server(fresh, terms_accepted=False)) as strict:
        audience = await made(http, LIST)
        answers = [
            await strict.post(f"/act_{US}/customaudiences", data=LIST),
            await strict.post(f"/{audience}/users", data={"payload": payload}),
        ]
        await made(strict, VISITORS)

    assert [refused(answer) for answer in answers] == [(403, 200, 1870090)] * 2
    assert [one.kind for one in fresh.people.audiences("meta", US)] == ["CUSTOM", "WEBSITE"]


async def test_a_closed_account_gets_no_audience(writes: httpx2.AsyncClient, fresh: World, refused: Refused) -> None:
    assert refused(await writes.post(f"/act_{CLOSED}/customaudiences", data=LIST)) == (403, 200, 0)
    assert fresh.people.audiences("meta", CLOSED) == []


async def test_an_account_has_so_many_audiences_of_a_kind(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused
) -> None:
    with fresh.memory.writing():
        for number in range(500):
            fresh.people.keep(Audience("meta", US, str(number), "X", "CUSTOM", NOW, NOW))

    assert refused(await writes.post(f"/act_{US}/customaudiences", data=LIST)) == (400, 2654, 0)
    assert (await writes.post(f"/act_{JAPAN}/customaudiences", data=LIST)).status_code == 200


async def test_an_audience_is_changed_and_tells_so(fresh: World, client: Client, refused: Refused) -> None:
    async with client(server(fresh)) as http, client(server(_later(fresh, 1))) as later:
        audience = await made(http, LIST)
        answers = [
            (await later.post(f"/{audience}", data={"name": "Neu", "retention_days": "7"})).json(),
            (await later.post(f"/{audience}", data={"description": "All", "fields": "name,time_updated"})).json(),
        ]
        refusals = [
            refused(await later.post(f"/{audience}", data=change))
            for change in ({}, {"subtype": "WEBSITE"}, {"rule": rule()}, {"name": " "})
        ]

    seconds = int(NOW.timestamp()) + 3600
    assert answers == [{"success": True}, {"name": "Neu", "time_updated": seconds, "id": audience}]
    assert refusals == [(400, 100, 0)] * 4
    assert fresh.people.audience("meta", audience) == Audience(
        *("meta", US, audience, "Neu", "CUSTOM", NOW, NOW),
        {
            "customer_file_source": "USER_PROVIDED_ONLY",
            "retention_days": "7",
            "description": "All",
            "updated": str(seconds),
        },
    )


async def test_audiences_are_listed_newest_first_in_pages_and_by_filters(writes: httpx2.AsyncClient) -> None:
    ids = [await made(writes, {**LIST, "name": f"List {number}"}) for number in range(3)]
    ids.append(await made(writes, VISITORS))
    await made(writes, LIST, JAPAN)
    named = '[{"field":"name","operator":"CONTAIN","value":"List"},{"field":"name","operator":"NOT_EQUAL","value":"List 1"}]'
    edge = f"/act_{US}/customaudiences"

    page = (await writes.get(edge, params={"fields": "name", "limit": "3", "summary": "true"})).json()
    rest = (await writes.get(edge, params={"limit": "3", "after": page["paging"]["cursors"]["after"]})).json()
    some = (await writes.get(edge, params={"filtering": named})).json()

    assert page["data"] == [
        {"name": "Visitors", "id": ids[3]},
        {"name": "List 2", "id": ids[2]},
        {"name": "List 1", "id": ids[1]},
    ]
    assert (page["summary"], "next" in page["paging"]) == ({"total_count": 4}, True)
    assert (rest["data"], "next" in rest["paging"]) == ([{"id": ids[0]}], False)
    assert some["data"] == [{"id": ids[2]}, {"id": ids[0]}]


@pytest.mark.parametrize(
    ("method", "path", "params", "expected"),
    [
        ("GET", f"/act_{US}/customaudiences", {"fields": "colour"}, (400, 100, 0)),
        ("GET", f"/act_{US}/customaudiences", {"pixel_id": PIXEL}, (400, 100, 0)),
        ("GET", f"/{FIRST}", {"fields": "colour"}, (400, 100, 0)),
        ("GET", f"/{FIRST}/users", {}, (400, 2500, 0)),
        ("GET", "/23850000000000009", {}, (400, 100, 33)),
        ("POST", "/23850000000000009", {"name": "X"}, (400, 100, 33)),
        ("POST", "/23850000000000009/users", {}, (400, 100, 33)),
        ("DELETE", "/23850000000000009", {}, (400, 100, 33)),
        ("DELETE", f"/{FIRST}", {"all": "1"}, (400, 100, 0)),
        ("POST", f"/{FIRST}/sessions", {}, (400, 100, 33)),
        ("POST", f"/{FIRST}/adaccounts", {}, (400, 100, 33)),
        ("POST", "/act_999/customaudiences", LIST, (400, 100, 33)),
        ("DELETE", f"/act_{US}/usersofanyaudience", {}, (400, 2500, 0)),
    ],
)
async def test_what_there_is_not_is_refused(
    writes: httpx2.AsyncClient, refused: Refused, method: str, path: str, params: dict[str, str], expected: object
) -> None:
    await made(writes, LIST)

    assert refused(await writes.request(method, path, params=params)) == expected


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("throttle", (400, 80003, 2446079)), ("expire_token", (400, 190, 463)), ("server_error", (500, 1, 0))],
)
async def test_a_planned_fault_comes_before_anything_is_made_and_the_attempt_is_remembered(
    fresh: World, client: Client, fails: Fails, refused: Refused, fault: str, expected: object
) -> None:
    async with client(fails(server(fresh), fault)) as http:
        answer = await http.post(f"/act_{US}/customaudiences", data=LIST)

    assert refused(answer) == expected
    assert fresh.people.audiences("meta", US) == []
    assert [row[1:] for row in fresh.attempts()] == [("meta", "create_audience", US)]
    used = msgspec.json.decode(answer.headers["x-business-use-case-usage"])
    assert used[US][0]["type"] == "custom_audience"


def _in(*countries: str) -> dict[str, object]:
    return {"geo_locations": {"countries": [*countries]}}


def _later(world: World, hours: int) -> World:
    """The same world, some hours on."""
    return World(7, date(2026, 11, 22), lambda: NOW + timedelta(hours=hours), (CAST,), world.memory)
