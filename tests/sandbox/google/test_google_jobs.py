"""Offline user data jobs of the Google sandbox: what they take, refuse, and do to their list."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.people.jobs import LAPSES
from xylo_mcp.sandbox.google.people.lists import PROCESSING
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
New = Callable[..., Awaitable[str]]
Rows = Callable[[str], Awaitable[list[Json]]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
Later = Callable[[timedelta], Awaitable[None]]
ACCOUNT, NEWCOMER = CAST.accounts[0].id, CAST.accounts[1].id
HOME = f"customers/{ACCOUNT}"
A, B, C = "a" * 64, "b" * 64, "c" * 64
ADDRESS = {"hashedFirstName": A, "hashedLastName": B, "countryCode": "PL", "postalCode": "00-001"}
DENIED = {"consent": {"adUserData": "DENIED"}}


def add(*identifiers: Json, **more: object) -> Json:
    return {"create": {"userIdentifiers": list(identifiers), **more}}


def remove(*identifiers: Json) -> Json:
    return {"remove": {"userIdentifiers": list(identifiers)}}


class Jobs:
    """A client of the jobs."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def create(self, list_id: str, customer: str = ACCOUNT, **fields: object) -> httpx2.Response:
        metadata = {"userList": f"customers/{customer}/userLists/{list_id}"}
        job = {"type": "CUSTOMER_MATCH_USER_LIST", "customerMatchUserListMetadata": metadata, **fields}
        headers = {"login-customer-id": "9998887776"} if customer != ACCOUNT else {}
        path = f"/v26/customers/{customer}/offlineUserDataJobs:create"
        return await self._http.post(path, json={"job": job}, headers=headers)

    async def new(self, list_id: str) -> str:
        answer = await self.create(list_id)
        assert answer.status_code == 200, answer.text
        return answer.json()["resourceName"]

    async def add(self, job: str, *operations: Json, **settings: object) -> httpx2.Response:
        return await self._http.post(f"/v26/{job}:addOperations", json={"operations": operations, **settings})

    async def run(self, job: str, **settings: object) -> httpx2.Response:
        return await self._http.post(f"/v26/{job}:run", json=settings)


@pytest.fixture
def jobs(http: httpx2.AsyncClient) -> Jobs:
    return Jobs(http)


def members(world: World, list_id: str) -> list[tuple[str, int]]:
    found = world.people.audience("google", list_id)
    assert found is not None
    return list(world.people.members(found))


async def test_a_job_brings_people_into_its_list_when_it_runs_and_is_done_hours_later(
    jobs: Jobs, new_list: New, world: World, rows: Rows, later: Later
) -> None:
    made = await new_list()
    job = await jobs.new(made)
    status = "SELECT offline_user_data_job.status FROM offline_user_data_job"

    added = await jobs.add(job, add({"hashedPhoneNumber": C}, {"hashedEmail": A}), add({"addressInfo": ADDRESS}))
    before, pending = members(world, made), await rows(status)
    ran = await jobs.run(job)
    running = await rows(status)
    await later(PROCESSING)

    assert (added.json(), ran.json()) == ({}, {"name": f"{HOME}/operations/{job.rpartition('/')[2]}"})
    assert before == []
    assert members(world, made) == [(f"ADDRESS={A},{B},PL,00-001", 1), (f"EMAIL={A}|PHONE={C}", 1)]
    found = [one[0]["offlineUserDataJob"]["status"] for one in (pending, running, await rows(status))]
    assert found == ["PENDING", "RUNNING", "SUCCESS"]


async def test_a_job_takes_people_out_or_replaces_them_all(jobs: Jobs, new_list: New, world: World) -> None:
    made = await new_list()
    for operations in (
        [add({"hashedEmail": A}), add({"hashedEmail": B})],
        [remove({"hashedEmail": B})],
    ):
        job = await jobs.new(made)
        assert (await jobs.add(job, *operations)).json() == {}
        await jobs.run(job)
    left = members(world, made)
    job = await jobs.new(made)
    await jobs.add(job, {"removeAll": True}, add({"hashedEmail": C}))
    await jobs.run(job)

    assert (left, members(world, made)) == ([(f"EMAIL={A}", 1)], [(f"EMAIL={C}", 1)])


@pytest.mark.parametrize(
    ("operation", "code", "place"),
    [
        (add({"hashedEmail": "ann@example.com"}), "INVALID_SHA256_FORMAT", ".user_identifiers[0].hashed_email"),
        (
            add({"hashedPhoneNumber": "+48600100200"}),
            "INVALID_SHA256_FORMAT",
            ".user_identifiers[0].hashed_phone_number",
        ),
        (add({"hashedEmail": A.upper()}), "INVALID_SHA256_FORMAT", ".user_identifiers[0].hashed_email"),
        (add(), "MISSING_USER_IDENTIFIER", ".user_identifiers"),
        (add({}), "MISSING_USER_IDENTIFIER", ".user_identifiers[0]"),
        (add({"thirdPartyUserId": "7"}), "INCOMPATIBLE_UPLOAD_KEY_TYPE", ".user_identifiers[0]"),
        (add({"mobileId": "7"}), "INVALID_MOBILE_ID_FORMAT", ".user_identifiers[0].mobile_id"),
        (
            add({"addressInfo": ADDRESS | {"countryCode": "Poland"}}),
            "INVALID_COUNTRY_CODE",
            ".user_identifiers[0].address_info.country_code",
        ),
        (
            add({"addressInfo": ADDRESS | {"hashedLastName": "Nowak"}}),
            "INVALID_SHA256_FORMAT",
            ".user_identifiers[0].address_info.hashed_last_name",
        ),
        (
            add({"addressInfo": ADDRESS | {"postalCode": ""}}),
            "MISSING_USER_IDENTIFIER",
            ".user_identifiers[0].address_info",
        ),
        (
            add({"hashedEmail": A}, userAttribute={"lifetimeValueMicros": "1"}),
            "ATTRIBUTES_NOT_APPLICABLE_FOR_CUSTOMER_MATCH_USER_LIST",
            "",
        ),
        (add({"hashedEmail": A}, consent={}), "OPERATION_LEVEL_CONSENT_PROVIDED", ".consent"),
    ],
)
async def test_an_operation_that_cannot_be_is_refused_without_its_values(
    jobs: Jobs, new_list: New, refusals: Refusals, operation: Json, code: str, place: str
) -> None:
    job = await jobs.new(await new_list())

    answer = await jobs.add(job, operation)

    assert refusals(answer) == [(f"offlineUserDataJobError.{code}", f"operations[0].create{place}")]
    assert not {"ann@", "+48", "Nowak"} & {text for text in ("ann@", "+48", "Nowak") if text in answer.text}


async def test_with_partial_failure_the_right_operations_are_kept(jobs: Jobs, new_list: New, world: World) -> None:
    made = await new_list()
    job = await jobs.new(made)

    answer = await jobs.add(job, add({"hashedEmail": "no"}), add({"hashedEmail": A}), enablePartialFailure=True)
    await jobs.run(job)

    status = answer.json()["partialFailureError"]
    (error,) = status["details"][0]["errors"]
    assert (status["code"], error["errorCode"]) == (3, {"offlineUserDataJobError": "INVALID_SHA256_FORMAT"})
    assert members(world, made) == [(f"EMAIL={A}", 1)]


async def test_with_warnings_consent_of_one_person_is_passed_over(jobs: Jobs, new_list: New, world: World) -> None:
    made = await new_list()
    job = await jobs.new(made)

    answer = await jobs.add(job, add({"hashedEmail": A}, consent={}), enableWarnings=True)
    await jobs.run(job)

    (warning,) = answer.json()["warning"]["details"][0]["errors"]
    assert warning["errorCode"] == {"offlineUserDataJobError": "OPERATION_LEVEL_CONSENT_PROVIDED"}
    assert members(world, made) == [(f"EMAIL={A}", 1)]


async def test_coming_and_going_do_not_mix_and_who_removes_all_begins_with_it(
    jobs: Jobs, new_list: New, refusals: Refusals
) -> None:
    job = await jobs.new(await new_list())
    await jobs.add(job, add({"hashedEmail": A}))

    mixed = await jobs.add(job, remove({"hashedEmail": A}))
    late = await jobs.add(job, {"removeAll": True})

    error = "offlineUserDataJobError"
    assert refusals(mixed) == [(f"{error}.CONFLICTING_OPERATION", "operations[0].remove")]
    assert refusals(late) == [(f"{error}.INVALID_OPERATION_ORDER", "operations[0].remove_all")]


async def test_too_many_identifiers_are_refused(jobs: Jobs, new_list: New, refusals: Refusals) -> None:
    job = await jobs.new(await new_list())

    of_one = await jobs.add(job, add(*[{"hashedEmail": A}] * 21))
    of_all = await jobs.add(job, *[add(*[{"hashedEmail": A}] * 20)] * 5001)
    none = await jobs.add(job)

    assert refusals(of_one) == refusals(of_all) == [("offlineUserDataJobError.TOO_MANY_USER_IDENTIFIERS", "")]
    assert refusals(none) == [("requestError.REQUIRED_FIELD_MISSING", "")]


async def test_a_job_that_runs_takes_no_more_and_one_that_does_not_lapses(
    jobs: Jobs, new_list: New, refusals: Refusals, later: Later
) -> None:
    made = await new_list()
    job, waiting = await jobs.new(made), await jobs.new(made)
    await jobs.run(waiting, validateOnly=True)
    await jobs.run(job)

    again = [await jobs.run(job), await jobs.add(job, add({"hashedEmail": A}))]
    await later(LAPSES)
    lapsed = await jobs.run(waiting)

    assert [refusals(answer) for answer in again] == [[("offlineUserDataJobError.JOB_ALREADY_STARTED", "")]] * 2
    assert refusals(lapsed) == [("mutateError.RESOURCE_NOT_FOUND", "resource_name")]


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"type": "UNSPECIFIED"}, "fieldError.REQUIRED", "job.type"),
        (
            {"type": "STORE_SALES_UPLOAD_FIRST_PARTY"},
            "offlineUserDataJobError.NOT_ON_ALLOWLIST_FOR_STORE_SALES_DIRECT",
            "job.type",
        ),
        ({"type": "CUSTOMER_MATCH_WITH_ATTRIBUTES"}, "operationAccessDeniedError.ACTION_NOT_PERMITTED", "job.type"),
        ({"status": "RUNNING"}, "fieldError.VALUE_MUST_BE_UNSET", "job.status"),
        (
            {"customerMatchUserListMetadata": {}},
            "fieldError.REQUIRED",
            "job.customer_match_user_list_metadata.user_list",
        ),
        (
            {"customerMatchUserListMetadata": {"userList": f"{HOME}/userLists/5"}},
            "offlineUserDataJobError.INVALID_USER_LIST_ID",
            "job.customer_match_user_list_metadata.user_list",
        ),
        (
            {"customerMatchUserListMetadata": {"userList": f"{HOME}/userLists/5", **DENIED}},
            "offlineUserDataJobError.CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS",
            "job.customer_match_user_list_metadata.consent",
        ),
    ],
)
async def test_a_job_that_cannot_be_is_refused(
    jobs: Jobs, new_list: New, refusals: Refusals, fields: Json, code: str, place: str
) -> None:
    assert refusals(await jobs.create(await new_list(), **fields)) == [(code, place)]


async def test_a_job_is_for_lists_of_customers(jobs: Jobs, new_list: New, refusals: Refusals) -> None:
    converted = {"actions": [{"conversionAction": f"{HOME}/conversionActions/7{ACCOUNT}"}]}
    made = await new_list("Converted", basicUserList=converted)

    place = "job.customer_match_user_list_metadata.user_list"
    code = "offlineUserDataJobError.INVALID_USER_LIST_TYPE"
    assert refusals(await jobs.create(made)) == [(code, place)]


async def test_a_newcomer_may_not_use_jobs(jobs: Jobs) -> None:
    answer = await jobs.create("5", NEWCOMER)

    (error,) = answer.json()["error"]["details"][0]["errors"]
    code = {"notAllowlistedError": "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"}
    assert (answer.status_code, error["errorCode"]) == (403, code)


async def test_attempts_are_remembered_without_people(jobs: Jobs, new_list: New, world: World) -> None:
    job = await jobs.new(await new_list())
    await jobs.add(job, add({"hashedEmail": A}))
    await jobs.run(job)

    number = job.rpartition("/")[2]
    assert [entry[2:] for entry in world.attempts()][1:] == [
        ("create_job", ACCOUNT),
        ("change_members", number),
        ("run_job", number),
    ]


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        (add({"hashedEmail": A, "mobileId": "x"}), "operations[0].create.user_identifiers[0]"),
        ({**add({"hashedEmail": A}), **remove({"hashedEmail": A})}, "operations[0]"),
        ({**add({"hashedEmail": A}), "removeAll": True}, "operations[0]"),
    ],
)
async def test_two_members_of_one_are_refused_by_the_front_end(
    jobs: Jobs, new_list: New, operation: Json, field: str
) -> None:
    job = await jobs.new(await new_list())

    answer = await jobs.add(job, operation, enablePartialFailure=True)

    (detail,) = answer.json()["error"]["details"]
    assert (answer.status_code, [one["field"] for one in detail["fieldViolations"]]) == (400, [field])


async def test_addresses_are_for_customer_match_and_operations_do_something(
    jobs: Jobs, new_list: New, refusals: Refusals
) -> None:
    job = await jobs.new(await new_list())
    city, code = ADDRESS | {"city": "Łódź"}, ADDRESS | {"postalCode": A}

    nothing: Json = {}
    answer = await jobs.add(job, add({"addressInfo": city}), add({"addressInfo": code}), nothing)

    place = "create.user_identifiers[0].address_info"
    assert refusals(answer) == [
        ("fieldError.VALUE_MUST_BE_UNSET", f"operations[0].{place}.city"),
        ("fieldError.INVALID_VALUE", f"operations[1].{place}.postal_code"),
        ("requestError.OPERATION_REQUIRED", "operations[2]"),
    ]


async def test_a_job_without_its_list_does_nothing(
    http: httpx2.AsyncClient, jobs: Jobs, new_list: New, world: World, refusals: Refusals
) -> None:
    made = await new_list()
    job = await jobs.new(made)
    found = world.people.audience("google", made)
    assert found is not None
    world.people.drop(found)

    ran = await jobs.run(job)
    empty = await http.post(f"/v26/{HOME}/offlineUserDataJobs:create", json={})

    assert refusals(ran) == [("offlineUserDataJobError.INVALID_USER_LIST_ID", "")]
    assert refusals(empty) == [("fieldError.REQUIRED", "job")]


async def test_a_job_that_is_only_validated_is_none(
    http: httpx2.AsyncClient, jobs: Jobs, new_list: New, rows: Rows, world: World
) -> None:
    metadata = {"userList": f"{HOME}/userLists/{await new_list()}"}
    job = {"type": "CUSTOMER_MATCH_USER_LIST", "customerMatchUserListMetadata": metadata}

    answer = await http.post(f"/v26/{HOME}/offlineUserDataJobs:create", json={"job": job, "validateOnly": True})

    assert answer.json() == {}
    assert await rows("SELECT offline_user_data_job.id FROM offline_user_data_job") == []


async def test_a_job_that_is_done_tells_its_match_rate(jobs: Jobs, new_list: New, rows: Rows, later: Later) -> None:
    job = await jobs.new(await new_list())
    await jobs.add(job, *[add({"hashedEmail": f"{number:064x}"}) for number in range(1000)])
    await jobs.run(job)
    await later(PROCESSING)

    field = "offline_user_data_job.operation_metadata.match_rate_range"
    (row,) = await rows(f"SELECT {field} FROM offline_user_data_job")
    assert row["offlineUserDataJob"] == {"operationMetadata": {"matchRateRange": "MATCH_RANGE_71_TO_80"}}
