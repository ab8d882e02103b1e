"""How the Google sandbox reads requests that change something: shape, names, order, all or nothing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from xylo_mcp.sandbox.google import CAST, server
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
Make = Callable[..., Json]
Mutate = Callable[..., Awaitable[httpx2.Response]]
New = Callable[..., Awaitable[str]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
ACCOUNT, CHILD = CAST.accounts[0], CAST.accounts[1]
MANAGER = "9998887776"
HOME = f"customers/{ACCOUNT.id}"
BUDGET, CAMPAIGN = f"{HOME}/campaignBudgets/-1", f"{HOME}/campaigns/-2"


def named(operation: Json, name: str) -> Json:
    return {"create": {"resourceName": name, **operation["create"]}}


def status_of(name: str) -> Json:
    return {"update": {"resourceName": name, "status": "PAUSED"}, "updateMask": "status"}


def everything(world: World) -> object:
    kept = world.memory.read("SELECT kind, platform, account, id, data FROM edit ORDER BY id")
    return kept, world.campaigns("google", ACCOUNT.id)


async def test_of_a_request_that_is_refused_nothing_is_written(
    mutate: Mutate, a_budget: Make, a_campaign: Make, refusals: Refusals, world: World
) -> None:
    before = everything(world)

    answer = await mutate(
        "googleAds",
        {"campaignBudgetOperation": named(a_budget(), BUDGET)},
        {"campaignOperation": a_campaign(BUDGET)},
        {"campaignOperation": a_campaign(f"{HOME}/campaignBudgets/-9", name="Torches")},
    )

    place = "mutate_operations[2].campaign_operation.create.campaign_budget"
    assert refusals(answer) == [("mutateError.RESOURCE_NOT_FOUND", place)]
    assert everything(world) == before


async def test_a_request_that_only_validates_answers_nothing_and_writes_nothing(
    mutate: Mutate, a_budget: Make, a_campaign: Make, world: World
) -> None:
    before = everything(world)

    answer = await mutate(
        "googleAds",
        {"campaignBudgetOperation": named(a_budget(), BUDGET)},
        {"campaignOperation": named(a_campaign(BUDGET), CAMPAIGN)},
        validateOnly=True,
    )

    assert (answer.status_code, answer.json()) == (200, {})
    assert (everything(world), list(world.attempts())) == (before, [])


async def test_a_request_that_only_validates_is_refused_as_the_real_one_would_be(
    mutate: Mutate, a_budget: Make, refusals: Refusals
) -> None:
    answer = await mutate("campaignBudgets", a_budget(amountMicros="1"), validateOnly=True)

    code = "campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"
    assert refusals(answer) == [(code, "operations[0].create.amount_micros")]


async def test_with_partial_failure_the_good_ones_are_written_and_the_bad_ones_told(
    mutate: Mutate, a_budget: Make, world: World
) -> None:
    answer = await mutate(
        "googleAds",
        {"campaignBudgetOperation": a_budget(amountMicros="1")},
        {"campaignBudgetOperation": a_budget()},
        partialFailure=True,
    )

    told = answer.json()
    (kept,) = world.memory.read("SELECT id FROM edit WHERE kind = 'budget'")
    assert answer.status_code == 200
    assert told["mutateOperationResponses"] == [
        {},
        {"campaignBudgetResult": {"resourceName": f"{HOME}/campaignBudgets/{kept[0]}"}},
    ]
    error = told["partialFailureError"]
    (detail,) = error["details"]
    (failed,) = detail["errors"]
    assert error["code"] == 3
    assert failed["location"]["fieldPathElements"][0] == {"fieldName": "mutate_operations", "index": 0}


async def test_with_partial_failure_a_request_that_only_validates_tells_the_bad_ones_alone(
    mutate: Mutate, a_budget: Make, world: World
) -> None:
    before = everything(world)

    answer = await mutate(
        "campaignBudgets", a_budget(), a_budget(amountMicros="1"), partialFailure=True, validateOnly=True
    )

    assert (answer.status_code, list(answer.json())) == (200, ["partialFailureError"])
    assert everything(world) == before


async def test_all_errors_of_a_request_are_told(mutate: Mutate, a_budget: Make, refusals: Refusals) -> None:
    answer = await mutate("campaignBudgets", a_budget(amountMicros="1"), a_budget(), a_budget(amountMicros="-1"))

    assert refusals(answer) == [
        ("campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "operations[0].create.amount_micros"),
        ("campaignBudgetError.NEGATIVE_MONEY_AMOUNT", "operations[2].create.amount_micros"),
    ]


async def test_what_hangs_on_a_resource_that_had_errors_has_one_too(
    mutate: Mutate, a_budget: Make, a_campaign: Make, refusals: Refusals
) -> None:
    answer = await mutate(
        "googleAds",
        {"campaignBudgetOperation": named(a_budget(amountMicros="1"), BUDGET)},
        {"campaignOperation": a_campaign(BUDGET)},
    )

    assert [code for code, _ in refusals(answer)] == [
        "campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT",
        "newResourceCreationError.TEMP_ID_RESOURCE_HAD_ERRORS",
    ]


async def test_a_temporary_name_is_known_after_it_is_given_only_and_in_its_own_request(
    mutate: Mutate, a_budget: Make, a_campaign: Make, refusals: Refusals
) -> None:
    budget = {"campaignBudgetOperation": named(a_budget(), BUDGET)}
    campaign = {"campaignOperation": a_campaign(BUDGET)}

    early = await mutate("googleAds", campaign, budget)
    await mutate("googleAds", budget)
    late = await mutate("googleAds", campaign)

    for answer, at in ((early, 0), (late, 0)):
        place = f"mutate_operations[{at}].campaign_operation.create.campaign_budget"
        assert refusals(answer) == [("mutateError.RESOURCE_NOT_FOUND", place)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{HOME}/campaigns/7", "newResourceCreationError.CANNOT_SET_ID_FOR_CREATE"),
        (f"{HOME}/campaigns/-1", "newResourceCreationError.DUPLICATE_TEMP_IDS"),
        ("campaigns/-2", "requestError.RESOURCE_NAME_MALFORMED"),
        (f"{HOME}/adGroups/-2", "requestError.RESOURCE_NAME_MALFORMED"),
        (f"customers/{CHILD.id}/campaigns/-2", "requestError.INVALID_CUSTOMER_ID"),
        (f"{HOME}/campaigns/two", "requestError.BAD_RESOURCE_ID"),
    ],
)
async def test_the_name_of_a_new_resource_is_temporary_and_of_its_own(
    mutate: Mutate, a_budget: Make, a_campaign: Make, refusals: Refusals, name: str, code: str
) -> None:
    answer = await mutate(
        "googleAds",
        {"campaignBudgetOperation": named(a_budget(), BUDGET)},
        {"campaignOperation": named(a_campaign(BUDGET), name)},
    )

    assert refusals(answer) == [(code, "mutate_operations[1].campaign_operation.create.resource_name")]


@pytest.mark.parametrize(
    ("operation", "code", "place"),
    [
        (status_of(""), "requestError.RESOURCE_NAME_MISSING", "update.resource_name"),
        (status_of(f"{HOME}/campaigns/7"), "mutateError.RESOURCE_NOT_FOUND", "update.resource_name"),
        (status_of(f"{HOME}/campaigns/{CAST.first_campaign + 100_000}"), "mutateError.RESOURCE_NOT_FOUND",
         "update.resource_name"),
        (status_of(f"customers/{CHILD.id}/campaigns/7"), "requestError.INVALID_CUSTOMER_ID", "update.resource_name"),
        ({"remove": f"{HOME}/campaigns/7"}, "mutateError.RESOURCE_NOT_FOUND", "remove"),
        ({"remove": f"{HOME}/campaigns/-7"}, "mutateError.RESOURCE_NOT_FOUND", "remove"),
        ({"remove": f"{HOME}/campaigns/7", "updateMask": "status"}, "fieldMaskError.FIELD_MASK_NOT_ALLOWED",
         "update_mask"),
        ({"create": {}, "updateMask": "status"}, "fieldMaskError.FIELD_MASK_NOT_ALLOWED", "update_mask"),
        ({"update": {"resourceName": f"{HOME}/campaigns/7"}}, "fieldMaskError.FIELD_MASK_MISSING", "update_mask"),
        ({}, "requestError.OPERATION_REQUIRED", ""),
    ],
)  # fmt: skip
async def test_an_operation_on_nothing_is_refused(
    mutate: Mutate, refusals: Refusals, operation: Json, code: str, place: str
) -> None:
    answer = await mutate("campaigns", operation)

    assert refusals(answer) == [(code, ".".join(filter(None, ("operations[0]", place))))]


@pytest.mark.parametrize("collection", ["campaigns", "campaignBudgets"])
async def test_a_budget_that_does_not_exist_is_not_found_either(
    mutate: Mutate, refusals: Refusals, collection: str
) -> None:
    answer = await mutate(collection, {"remove": f"{HOME}/{collection}/7"})

    assert refusals(answer) == [("mutateError.RESOURCE_NOT_FOUND", "operations[0].remove")]


async def test_a_resource_changes_once_in_a_request(mutate: Mutate, new_campaign: New, refusals: Refusals) -> None:
    name = await new_campaign()

    answer = await mutate("campaigns", status_of(name), {"remove": name})

    assert refusals(answer) == [("mutateError.ID_EXISTS_IN_MULTIPLE_MUTATES", "operations[1].remove")]


@pytest.mark.parametrize(
    ("service", "body", "code"),
    [
        ("campaigns", {}, "REQUIRED_FIELD_MISSING"),
        ("googleAds", {"mutateOperations": []}, "REQUIRED_FIELD_MISSING"),
        ("campaigns", {"operations": [{"remove": "x"}] * 10_001}, "TOO_MANY_MUTATE_OPERATIONS"),
    ],
)
async def test_a_request_has_some_operations_and_not_too_many(
    post: Mutate, refusals: Refusals, service: str, body: Json, code: str
) -> None:
    assert refusals(await post(service, body)) == [(f"requestError.{code}", "")]


UNREADABLE: list[tuple[str, Json, str | None]] = [
    ("campaigns", {"speed": 1}, None),
    ("campaigns", {"mutateOperations": []}, None),
    ("campaigns", {"operations": {}}, "operations"),
    ("campaigns", {"operations": [7]}, "operations[0]"),
    ("campaigns", {"operations": [{"speed": 1}]}, "operations[0]"),
    ("campaigns", {"operations": [{"create": {"speed": 1}}]}, "operations[0].create"),
    ("campaigns", {"operations": [{"create": {"startDate": "2027-01-10"}}]}, "operations[0].create"),
    ("campaigns", {"operations": [{"create": {"campaign_budget": "x"}}]}, "operations[0].create"),
    ("campaigns", {"operations": [{"create": {"manualCpc": {"speed": 1}}}]}, "operations[0].create.manual_cpc"),
    ("campaigns", {"operations": [{"create": {"manualCpc": 1}}]}, "operations[0].create.manual_cpc"),
    ("campaigns", {"operations": [{"create": {"name": 1}}]}, "operations[0].create.name"),
    ("campaigns", {"operations": [{"create": {"status": "ACTIVE"}}]}, "operations[0].create.status"),
    ("campaigns", {"operations": [{"create": {"status": 2}}]}, "operations[0].create.status"),
    ("campaigns", {"operations": [{"create": {"targetRoas": {"targetRoas": "2"}}}]},
     "operations[0].create.target_roas.target_roas"),
    ("campaigns", {"operations": [{"create": {"manualCpc": {}, "manualCpm": {}}}]}, "operations[0].create"),
    ("campaigns", {"operations": [{"create": {}, "remove": "x"}]}, "operations[0]"),
    ("campaigns", {"operations": [{"remove": {}}]}, "operations[0].remove"),
    ("campaigns", {"operations": [{"update": {}, "updateMask": ["name"]}]}, "operations[0].update_mask"),
    ("campaigns", {"operations": [{"update": {}, "updateMask": "end_date_time"}]}, "operations[0].update_mask"),
    ("campaignBudgets", {"operations": [{"create": {"amountMicros": 2.5}}]}, "operations[0].create.amount_micros"),
    ("campaignBudgets", {"operations": [{"create": {"amountMicros": "2.5"}}]},
     "operations[0].create.amount_micros"),
    ("campaignBudgets", {"operations": [{"create": {"amountMicros": True}}]}, "operations[0].create.amount_micros"),
    ("campaignBudgets", {"operations": [{"create": {"amountMicros": "9223372036854775808"}}]},
     "operations[0].create.amount_micros"),
    ("campaignBudgets", {"operations": [{"create": {"explicitlyShared": "false"}}]},
     "operations[0].create.explicitly_shared"),
    ("campaigns", {"operations": [], "validateOnly": "true"}, "validate_only"),
    ("campaigns", {"operations": [], "responseContentType": "EVERYTHING"}, "response_content_type"),
    ("googleAds", {"mutateOperations": [{"adGroupOperation": {}}]}, "mutate_operations[0]"),
    ("googleAds", {"mutateOperations": [{"campaignOperation": {"create": {}}, "campaignBudgetOperation": {}}]},
     "mutate_operations[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("service", "body", "field"), UNREADABLE)
async def test_json_that_is_no_such_message_never_reaches_google_ads(
    post: Mutate, world: World, service: str, body: Json, field: str | None
) -> None:
    answer = await post(service, body)

    (detail,) = answer.json()["error"]["details"]
    (violation,) = detail["fieldViolations"]
    assert (answer.status_code, detail["@type"]) == (400, "type.googleapis.com/google.rpc.BadRequest")
    assert violation.get("field") == field
    assert world.memory.read("SELECT 1 FROM edit") == []


async def test_whole_numbers_may_be_json_numbers_and_null_is_nothing(mutate: Mutate, a_budget: Make) -> None:
    answer = await mutate("campaignBudgets", a_budget(amountMicros=25_000_000, name=None), partialFailure=None)

    assert answer.status_code == 200


ATTEMPTS: list[tuple[str, list[object], tuple[str, str]]] = [
    ("campaigns", [{"create": {}}], ("create_campaign", ACCOUNT.id)),
    ("campaigns", [status_of(f"{HOME}/campaigns/7")], ("update_status", "7")),
    ("campaigns", [{"update": {"resourceName": f"{HOME}/campaigns/7"}, "updateMask": "name,status"}],
     ("update_campaign", "7")),
    ("campaigns", [{"update": 7}], ("update_campaign", ACCOUNT.id)),
    ("campaigns", [{"remove": f"{HOME}/campaigns/7"}], ("remove_campaign", "7")),
    ("campaignBudgets", [{"create": {}}], ("create_budget", ACCOUNT.id)),
    ("campaignBudgets", [{"update": {"resourceName": f"{HOME}/campaignBudgets/7"}}], ("update_budget", "7")),
    ("campaignBudgets", [{"remove": f"{HOME}/campaignBudgets/7"}], ("remove_budget", "7")),
    ("googleAds", [{"campaignBudgetOperation": {"create": {}}}, {"campaignOperation": {"create": {}}}],
     ("create_campaign", ACCOUNT.id)),
    ("googleAds", [{"campaignBudgetOperation": {"create": {}}}], ("create_budget", ACCOUNT.id)),
    ("googleAds", [7], ("mutate", ACCOUNT.id)),
    ("googleAds", [], ("mutate", ACCOUNT.id)),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operations", "attempt"), ATTEMPTS)
async def test_a_request_to_change_something_is_remembered_whatever_comes_of_it(
    mutate: Mutate, world: World, service: str, operations: list[object], attempt: tuple[str, str]
) -> None:
    answer = await mutate(service, *operations)

    assert answer.status_code == 400
    assert [entry[1:] for entry in world.attempts()] == [("google", *attempt)]


@pytest.mark.parametrize(("kind", "status"), [("throttle", 429), ("server_error", 500), ("expire_token", 401)])
async def test_a_planned_fault_comes_before_anything_is_written(
    http: httpx2.AsyncClient, a_budget: Make, world: World, kind: str, status: int
) -> None:
    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        await server(world)({**scope, "fault": kind}, receive, send)

    transport = httpx2.ASGITransport(app=faulty)
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=http.headers) as client:
        path = f"/v26/customers/{ACCOUNT.id}/campaignBudgets:mutate"
        answer = await client.post(path, json={"operations": [a_budget()]})

    assert answer.status_code == status
    assert world.memory.read("SELECT 1 FROM edit") == []
    assert [entry[2:] for entry in world.attempts()] == [("create_budget", ACCOUNT.id)]


async def test_a_manager_has_nothing_to_change(post: Mutate, refusals: Refusals) -> None:
    answer = await post("campaigns", {"operations": [{"remove": "x"}]}, MANAGER)

    assert refusals(answer) == [("requestError.CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT", "")]


async def test_access_is_checked_before_anything_is_written(post: Mutate, a_budget: Make, world: World) -> None:
    answer = await post("campaignBudgets", {"operations": [a_budget()]}, CHILD.id)

    assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert world.memory.read("SELECT 1 FROM edit") == []


@pytest.mark.parametrize("path", ["adGroups:mutate", "campaigns:remove", "campaignCriteria:mutate", "campaigns"])
async def test_what_is_not_offered_leads_to_a_web_page(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.post(f"/v26/customers/{ACCOUNT.id}/{path}", json={"operations": []})

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


async def test_what_is_written_is_there_for_every_process_and_after_a_restart(
    tmp_path: Path, http: httpx2.AsyncClient, a_budget: Make, a_campaign: Make
) -> None:
    def opened() -> tuple[Memory, World]:
        memory = Memory(tmp_path / "world.sqlite3")
        now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
        return memory, World(11, date(2026, 11, 20), lambda: now, (CAST,), memory)

    (writing, first), (reading, second) = opened(), opened()
    second.campaigns("google", ACCOUNT.id)
    transport = httpx2.ASGITransport(app=server(first))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=http.headers) as client:
        operations = [
            {"campaignBudgetOperation": named(a_budget(), BUDGET)},
            {"campaignOperation": a_campaign(BUDGET)},
        ]
        answer = await client.post(f"/v26/{HOME}/googleAds:mutate", json={"mutateOperations": operations})

    assert answer.status_code == 200
    assert second.campaigns("google", ACCOUNT.id)[-1].name == "Lanterns"
    assert second.campaigns("google", ACCOUNT.id) == first.campaigns("google", ACCOUNT.id)
    writing.close()
    reading.close()
