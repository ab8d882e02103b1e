"""Members on the wire: how they come into lists and out of them, by either of Google's two interfaces.

Shapes: Google Ads API reference, v26, `OfflineUserDataJobService`; Data Manager API reference, v1 (2026).
"""

import httpx2
import pytest

from tests.platforms.google.people import (
    ACCOUNT,
    ANNA,
    BEN,
    DIRECT,
    ID,
    NAMES,
    Asked,
    Connect,
    Google,
    not_allowlisted,
    refuses,
    says,
    violates,
)
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Misconfigured,
    NotFound,
    Rejected,
    TokenExpired,
    Unavailable,
    Unsupported,
)
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.ads.people import Row
from xylo_mcp.contract import AdPlatform, Portion
from xylo_mcp.platforms.google import SPEC

CREATE = CreateAudience(ID, "N", "customer_list", consent="granted")
ADD = UpdateAudience(ID, "77", "add", consent="granted")
REMOVE = UpdateAudience(ID, "77", "remove")
REPLACE = UpdateAudience(ID, "77", "replace")
ROWS: list[Row] = [(ANNA, BEN, *NAMES, "pl", "00001"), ("", BEN, "", NAMES[1], "pl", "")]
ONE = Portion(1, ROWS, last=False)
TWO = Portion(2, ROWS[1:], last=True)
CUSTOMER = "ads.example/v26/customers/5000000002"
JOB = f"{CUSTOMER}/offlineUserDataJobs/555"
PEOPLE = "people.example/v1/audienceMembers"
WHOLE = [
    {"hashedEmail": ANNA},
    {"hashedPhoneNumber": BEN},
    {
        "addressInfo": {
            "hashedFirstName": NAMES[0],
            "hashedLastName": NAMES[1],
            "countryCode": "PL",
            "postalCode": "00001",
        }
    },
]
PHONE = [{"hashedPhoneNumber": BEN}]
DESTINATION = {
    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "5000000002"},
    "loginAccount": {"accountType": "GOOGLE_ADS", "accountId": "7000000001"},
    "productDestinationId": "77",
}
TO_77 = {"destinations": [DESTINATION]}
GRANTED = {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
TERMS = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}
WHOLE_AGAIN = [
    {"emailAddress": ANNA},
    {"phoneNumber": BEN},
    {"address": {"givenName": NAMES[0], "familyName": NAMES[1], "regionCode": "PL", "postalCode": "00001"}},
]
MEMBERS = [
    {"userData": {"userIdentifiers": WHOLE_AGAIN}},
    {"userData": {"userIdentifiers": [{"phoneNumber": BEN}]}},
]


def job() -> httpx2.Response:
    return says(resourceName=f"{ID}/offlineUserDataJobs/555")


def accepted() -> httpx2.Response:
    return says(requestId="t-1")


def created(**consent: str) -> Asked:
    about = {"userList": f"{ID}/userLists/77", **({"consent": consent} if consent else {})}
    body = {"job": {"type": "CUSTOMER_MATCH_USER_LIST", "customerMatchUserListMetadata": about}}
    return (f"{CUSTOMER}/offlineUserDataJobs:create", body)


def added(*operations: object) -> Asked:
    return (f"{JOB}:addOperations", {"operations": list(operations)})


def ingested(*members: object, **more: object) -> Asked:
    body = {**TO_77, "audienceMembers": list(members), **more, "encoding": "HEX", "termsOfService": TERMS}
    return (f"{PEOPLE}:ingest", body)


async def took(
    platform: AdPlatform, change: MembersChange, so_far: str, portion: Portion, account: Account = ACCOUNT
) -> str:
    return await platform.take(account, change, "77", so_far, portion)


async def failing(connection: Connect, google: Google, change: MembersChange = ADD, so_far: str = "") -> AdsError:
    async with SPEC.open(connection(google)) as platform:
        with pytest.raises(AdsError) as caught:
            await took(platform, change, so_far, ONE)
    return caught.value


@pytest.mark.parametrize("change", [CREATE, ADD])
async def test_people_are_added_by_one_job_that_is_run_at_the_end(connection: Connect, change: MembersChange) -> None:
    google = Google(job(), says(), says(), says(name=f"{ID}/operations/555"))

    async with SPEC.open(connection(google)) as platform:
        first = await took(platform, change, "", ONE)
        second = await took(platform, change, first, TWO)
        closed = await platform.close(ACCOUNT, change, "77", second, "op-7")

    assert (first, second, closed) == ("job/555", "job/555", "77")
    assert google.asked == [
        created(adUserData="GRANTED", adPersonalization="GRANTED"),
        added({"create": {"userIdentifiers": WHOLE}}, {"create": {"userIdentifiers": PHONE}}),
        added({"create": {"userIdentifiers": PHONE}}),
        (f"{JOB}:run", {}),
    ]
    assert {one.headers["login-customer-id"] for one in google.sent} == {"7000000001"}


async def test_people_are_taken_out_by_removals(connection: Connect) -> None:
    google = Google(job(), says())

    async with SPEC.open(connection(google)) as platform:
        await took(platform, REMOVE, "", TWO)

    assert google.asked == [created(), added({"remove": {"userIdentifiers": PHONE}})]


async def test_who_was_in_a_replaced_list_goes_with_the_first_operation_of_the_job_alone(connection: Connect) -> None:
    google = Google(job(), says(), says())

    async with SPEC.open(connection(google)) as platform:
        note = await took(platform, REPLACE, "", Portion(1, ROWS[1:], last=False))
        await took(platform, REPLACE, note, TWO)

    phone = {"create": {"userIdentifiers": PHONE}}
    assert google.asked == [created(), added({"removeAll": True}, phone), added(phone)]


async def test_a_first_portion_that_comes_again_goes_into_a_job_of_its_own(connection: Connect) -> None:
    other = says(resourceName=f"{ID}/offlineUserDataJobs/556")
    google = Google(job(), httpx2.Response(503), other, says())

    async with SPEC.open(connection(google)) as platform:
        with pytest.raises(Unavailable):
            await took(platform, REPLACE, "", ONE)
    async with SPEC.open(connection(google)) as another_process:
        note = await took(another_process, REPLACE, "", ONE)

    assert (note, len(google.sent)) == ("job/556", 4)
    assert google.asked[3] == (google.asked[1][0].replace("555", "556"), google.asked[1][1])


async def test_a_job_that_is_at_work_already_is_run(connection: Connect) -> None:
    google = Google(refuses("offlineUserDataJobError", "JOB_ALREADY_STARTED"))

    async with SPEC.open(connection(google)) as platform:
        assert await platform.close(ACCOUNT, ADD, "77", "job/555", "op-7") == "77"


@pytest.mark.parametrize(
    ("value", "kind"), [("CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS", Forbidden), ("CONFLICTING_OPERATION", Rejected)]
)
async def test_another_refusal_to_run_a_job_is_one(connection: Connect, value: str, kind: type[AdsError]) -> None:
    google = Google(refuses("offlineUserDataJobError", value))

    async with SPEC.open(connection(google)) as platform:
        with pytest.raises(kind):
            await platform.close(ACCOUNT, ADD, "77", "job/555", "op-7")


async def test_an_account_that_may_not_use_jobs_goes_by_the_data_manager_from_then_on(connection: Connect) -> None:
    google = Google(not_allowlisted(), accepted(), accepted(), accepted())

    async with SPEC.open(connection(google)) as platform:
        first = await took(platform, ADD, "", ONE)
        second = await took(platform, ADD, first, TWO)
        closed = await platform.close(ACCOUNT, ADD, "77", second, "op-7")
        await took(platform, REMOVE, "", TWO)

    assert (first, second, closed) == ("data_manager", "data_manager", "77")
    assert google.asked == [
        created(adUserData="GRANTED", adPersonalization="GRANTED"),
        ingested(*MEMBERS, consent=GRANTED),
        ingested(MEMBERS[1], consent=GRANTED),
        (f"{PEOPLE}:remove", {**TO_77, "audienceMembers": MEMBERS[1:], "encoding": "HEX"}),
    ]
    assert {one.headers["authorization"] for one in google.sent} == {"Bearer ya29.made-up"}
    assert not any("login-customer-id" in one.headers for one in google.sent[1:])


async def test_a_job_that_is_refused_once_it_is_there_leads_to_the_data_manager_too(connection: Connect) -> None:
    google = Google(job(), not_allowlisted(), accepted())

    async with SPEC.open(connection(google)) as platform:
        assert await took(platform, ADD, "", ONE) == "data_manager"


async def test_a_handover_keeps_its_way_in_another_process(connection: Connect) -> None:
    google = Google(accepted(), says())

    async with SPEC.open(connection(google)) as platform:
        await took(platform, ADD, "data_manager", TWO)
        await took(platform, ADD, "job/555", TWO)

    assert [where for where, _ in google.asked] == [f"{PEOPLE}:ingest", f"{JOB}:addOperations"]


async def test_an_account_without_a_manager_names_none(connection: Connect) -> None:
    google = Google(accepted())

    async with SPEC.open(connection(google)) as platform:
        await took(platform, REMOVE, "data_manager", TWO, DIRECT)

    alone = {key: DESTINATION[key] for key in ("operatingAccount", "productDestinationId")}
    assert google.asked == [
        (f"{PEOPLE}:remove", {"destinations": [alone], "audienceMembers": MEMBERS[1:], "encoding": "HEX"})
    ]


async def test_whoever_was_in_a_list_before_goes_last_by_googles_own_clock(connection: Connect) -> None:
    checked = httpx2.Response(200, json={}, headers={"date": "Fri, 20 Nov 2026 11:58:07 GMT"})
    google = Google(not_allowlisted(), checked, accepted(), accepted(), accepted(), accepted())

    async with SPEC.open(connection(google)) as platform:
        first = await took(platform, REPLACE, "", ONE)
        second = await took(platform, REPLACE, first, TWO)
        for _ in range(2):
            await platform.close(ACCOUNT, REPLACE, "77", second, "op-7")

    assert (first, second) == ("data_manager/2026-11-20T11:58:07Z",) * 2
    older = (f"{PEOPLE}:removeAll", {**TO_77, "removeAsOfTime": "2026-11-20T11:58:07Z"})
    assert google.asked[1:] == [
        (f"{PEOPLE}:removeAll", {**TO_77, "validateOnly": True}),
        ingested(*MEMBERS),
        ingested(MEMBERS[1]),
        older,
        older,
    ]


async def test_without_googles_clock_ours_is_taken(connection: Connect) -> None:
    google = Google(not_allowlisted(), says(), accepted())

    async with SPEC.open(connection(google)) as platform:
        assert await took(platform, REPLACE, "", ONE) == "data_manager/2026-11-20T12:00:00Z"


async def test_nobody_is_nothing_to_send_but_a_list_is_emptied_all_the_same(connection: Connect) -> None:
    google = Google(job(), says(), not_allowlisted(), says(), accepted())
    nobody = Portion(1, [], last=True)

    async with SPEC.open(connection(google)) as platform:
        await took(platform, REPLACE, "", nobody)
        note = await took(platform, REPLACE, "", nobody)
        await platform.close(ACCOUNT, REPLACE, "77", note, "op-7")
        assert await platform.close(ACCOUNT, ADD, "77", "", "op-7") == "77"

    assert google.asked[1] == added({"removeAll": True})
    assert [where for where, _ in google.asked[3:]] == [f"{PEOPLE}:removeAll"] * 2


@pytest.mark.parametrize(
    "answers",
    [
        (says(),),
        (says(resourceName="customers/9999999999/offlineUserDataJobs/555"),),
        (job(), says(partialFailureError={"code": 3, "message": "Some were odd."})),
        (job(), httpx2.Response(200, content=b"[]")),
        (not_allowlisted(), says()),
        (not_allowlisted(), says(requestId="")),
    ],
)
async def test_answers_that_do_not_say_what_was_done_are_garbled(
    connection: Connect, answers: tuple[httpx2.Response, ...]
) -> None:
    error = await failing(connection, Google(*answers))

    assert (type(error), error.nothing_done) == (Garbled, False)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("INVALID_USER_LIST_ID", NotFound),
        ("INVALID_USER_LIST_TYPE", Unsupported),
        ("CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS", Forbidden),
        ("INVALID_SHA256_FORMAT", Rejected),
        ("NEWER", Rejected),
    ],
)
async def test_a_refused_job_says_who_can_act_and_nothing_about_people(
    connection: Connect, value: str, kind: type[AdsError]
) -> None:
    error = await failing(connection, Google(job(), refuses("offlineUserDataJobError", value)))

    assert error.vendor is not None
    told = (error.vendor.code, error.vendor.message, error.vendor.request_id)
    assert (type(error), error.nothing_done, told) == (kind, True, (f"offlineUserDataJobError.{value}", "", "Rq-1"))
    assert ANNA not in repr(error) + error.message + error.fix


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("INVALID_USER_LIST_ID", NotFound),
        ("INVALID_USER_LIST_TYPE", Unsupported),
        ("TERMS_AND_CONDITIONS_NOT_SIGNED", Forbidden),
        ("INVALID_HEX_ENCODING", Rejected),
        ("NEWER", Rejected),
    ],
)
async def test_a_refusal_by_the_data_manager_says_who_can_act_and_nothing_about_people(
    connection: Connect, reason: str, kind: type[AdsError]
) -> None:
    google = Google(violates(("audience_members[0].user_data.user_identifiers[0]", reason)))

    error = await failing(connection, google, so_far="data_manager")

    assert error.vendor is not None
    told = (error.vendor.code, error.vendor.message, error.vendor.request_id)
    assert (type(error), error.nothing_done, told) == (kind, True, (reason, "", "t-1"))
    assert ANNA not in repr(error) + error.message + error.fix


def stated(status: int, word: str, reason: str) -> httpx2.Response:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return httpx2.Response(status, json={"error": {"code": status, "status": word, "message": "", "details": details}})


@pytest.mark.parametrize(
    ("answer", "kind", "fix"),
    [
        (stated(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), Forbidden, "auth/datamanager"),
        (stated(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), Misconfigured, "Enable it"),
        (stated(403, "PERMISSION_DENIED", ""), Forbidden, "Check the id"),
        (stated(404, "NOT_FOUND", ""), NotFound, "Check the id"),
        (httpx2.Response(404, content=b"<html>"), Misconfigured, "XYLO_GOOGLE_DATA_MANAGER_URL"),
        (httpx2.Response(403, content=b"<html>"), Forbidden, "access level"),
    ],
)
async def test_what_is_in_the_data_managers_way_says_what_the_operator_does(
    connection: Connect, answer: httpx2.Response, kind: type[AdsError], fix: str
) -> None:
    error = await failing(connection, Google(answer), so_far="data_manager")

    assert (type(error), fix in error.fix) == (kind, True)


async def test_an_expired_token_is_renewed_for_the_data_manager_too(connection: Connect) -> None:
    google = Google(stated(401, "UNAUTHENTICATED", ""), stated(401, "UNAUTHENTICATED", ""))

    assert isinstance(await failing(connection, google, so_far="data_manager"), TokenExpired)
    assert len(google.sent) == 2


async def test_a_note_that_is_none_of_ours_is_refused_unsent(connection: Connect) -> None:
    google = Google()

    error = await failing(connection, google, so_far="job/5 5")

    assert (type(error), error.nothing_done, google.sent) == (Rejected, True, [])


async def test_another_refusal_of_the_old_way_does_not_lead_to_the_new_one(connection: Connect) -> None:
    google = Google(refuses("authorizationError", "USER_PERMISSION_DENIED", 403))

    assert isinstance(await failing(connection, google), Forbidden)
    assert len(google.sent) == 1
