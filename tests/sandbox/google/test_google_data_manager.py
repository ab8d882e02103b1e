"""The Data Manager API of the Google sandbox: members and events, refused whole, and told of later."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from xylo_mcp.sandbox.google import CAST, server
from xylo_mcp.sandbox.google.cast import MANAGER, conversion_action_id
from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
New = Callable[..., Awaitable[str]]
Later = Callable[[timedelta], Awaitable[None]]
ACCOUNT, CHILD = CAST.accounts[0].id, CAST.accounts[1].id
ACTION = conversion_action_id(ACCOUNT)
A, B, C = "a" * 64, "b" * 64, "c" * 64
NONE: Json = {}
NOBODY: list[Json] = []
EMAIL: Json = {"emailAddress": A}
ADDRESS = {"givenName": A, "familyName": B, "regionCode": "PL", "postalCode": "00-001"}
TERMS = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}
IDENTIFIERS = "audience_members.audience_members[0].user_data.user_identifiers"
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def destination(identity: str, account: str = ACCOUNT, **more: object) -> Json:
    return {
        "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": account},
        "productDestinationId": identity,
        **more,
    }


def member(*identifiers: Json, **more: object) -> Json:
    return {"userData": {"userIdentifiers": list(identifiers)}, **more}


def event(**fields: object) -> Json:
    """An event that is right; a field that is None is left out."""
    usual: Json = {
        "transactionId": "t-1",
        "eventTimestamp": "2026-11-20T12:30:00+01:00",
        "adIdentifiers": {"gclid": "Cj0made-up"},
        "conversionValue": 12.25,
        "currency": "EUR",
        "eventSource": "WEB",
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


class DataManager:
    """A client of the Data Manager API."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def members(self, list_id: str, *members: Json, verb: str = "ingest", **more: object) -> httpx2.Response:
        body: Json = {"destinations": [destination(list_id)], "audienceMembers": list(members), "encoding": "HEX"}
        terms = {"termsOfService": TERMS} if verb == "ingest" else {}
        return await self.http.post(f"/v1/audienceMembers:{verb}", json=body | terms | more)

    async def events(self, *events: Json, **more: object) -> httpx2.Response:
        body: Json = {"destinations": [destination(ACTION)], "events": list(events), "encoding": "HEX"}
        return await self.http.post("/v1/events:ingest", json=body | more)

    async def status(self, answer: httpx2.Response, **more: str) -> list[Json]:
        query = {"requestId": answer.json()["requestId"], **more}
        told = await self.http.get("/v1/requestStatus:retrieve", params=query)
        assert told.status_code == 200, told.text
        return told.json()["requestStatusPerDestination"]


@pytest.fixture
def manager(http: httpx2.AsyncClient) -> DataManager:
    return DataManager(http)


def people(world: World, list_id: str) -> list[tuple[str, int]]:
    found = world.people.audience("google", list_id)
    assert found is not None
    return list(world.people.members(found))


def violations(answer: httpx2.Response) -> list[tuple[str, str]]:
    """The fields that are wrong, and why."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    info, bad, request = error["details"]
    assert info == {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "INVALID_ARGUMENT",
        "domain": "datamanager.googleapis.com",
    }
    assert request == {
        "@type": "type.googleapis.com/google.rpc.RequestInfo",
        "requestId": answer.headers["request-id"],
    }
    return [(one["field"], one["reason"]) for one in bad["fieldViolations"]]


async def test_members_come_and_go_and_what_became_of_them_is_told_later(
    manager: DataManager, new_list: New, world: World, later: Later
) -> None:
    made = await new_list()
    phone = {"phoneNumber": C}

    came = await manager.members(made, member(phone, EMAIL), member({"address": ADDRESS}), member({"emailAddress": B}))
    before = await manager.status(came)
    gone = await manager.members(made, member({"emailAddress": B}), verb="remove")
    await later(timedelta(minutes=30))

    counts = {"recordCount": "3", "userIdentifierCount": "4"}
    shown = {"audienceMembersIngestionStatus": {"userDataIngestionStatus": counts}}
    known = counts | {"uploadMatchRateRange": "MATCH_RATE_RANGE_NOT_ELIGIBLE"}
    assert people(world, made) == [(f"ADDRESS={A},{B},PL,00-001", 1), (f"EMAIL={A}|PHONE={C}", 1)]
    assert before == [{"destination": destination(made), "requestStatus": "PROCESSING", **shown}]
    assert await manager.status(came) == [
        {
            "destination": destination(made),
            "requestStatus": "SUCCESS",
            "audienceMembersIngestionStatus": {"userDataIngestionStatus": known},
        }
    ]
    assert await manager.status(gone) == [
        {
            "destination": destination(made),
            "requestStatus": "SUCCESS",
            "audienceMembersRemovalStatus": {"userDataRemovalStatus": {"recordCount": "1", "userIdentifierCount": "1"}},
        }
    ]
    assert [entry[2:] for entry in world.attempts()][1:] == [("add_members", made), ("remove_members", made)]


async def test_enums_come_as_names_or_numbers_and_go_as_they_are_asked_for(
    manager: DataManager, new_list: New, later: Later
) -> None:
    made = await new_list()
    to = {"operatingAccount": {"accountType": 1, "accountId": ACCOUNT}, "productDestinationId": made}
    terms = {"customerMatchTermsOfServiceStatus": 1}

    came = await manager.members(made, member(EMAIL), destinations=[to], encoding=1, termsOfService=terms)
    await later(timedelta(minutes=30))

    (found,) = await manager.status(came, **{"$alt": "json;enum-encoding=int"})
    counts = {"recordCount": "1", "userIdentifierCount": "1", "uploadMatchRateRange": 1}
    assert found == {
        "destination": to,
        "requestStatus": 1,
        "audienceMembersIngestionStatus": {"userDataIngestionStatus": counts},
    }


async def test_digests_in_base64_are_the_same_people(manager: DataManager, new_list: New, world: World) -> None:
    made = await new_list()
    text = base64.b64encode(bytes.fromhex(A)).decode()

    await manager.members(made, member({"emailAddress": text}), encoding="BASE64")
    await manager.members(made, member({"emailAddress": A.upper()}))

    assert people(world, made) == [(f"EMAIL={A}", 2)]


async def test_lists_of_ids_take_the_ids_they_are_for(manager: DataManager, new_list: New, world: World) -> None:
    users = await new_list("Users", crmBasedUserList={"uploadKeyType": "CRM_ID"})
    devices = await new_list("Devices", crmBasedUserList={"uploadKeyType": "MOBILE_ADVERTISING_ID", "appId": "a.b"})
    mobile = "38400000-8cf0-11bd-b23e-10b96e40000d"

    one = await manager.members(users, {"userIdData": {"userId": "u-7"}}, termsOfService=NONE)
    other = await manager.members(devices, {"mobileData": {"mobileIds": [mobile]}})
    wrong = await manager.members(users, member(EMAIL))

    assert (one.status_code, other.status_code) == (200, 200)
    assert (people(world, users), people(world, devices)) == ([("ID=u-7", 1)], [(f"MOBILE={mobile}", 1)])
    place = "destinations.destinations[0].product_destination_id"
    assert violations(wrong) == [(place, "INVALID_USER_LIST_TYPE")]


async def test_who_denied_consent_does_not_come_in(
    manager: DataManager, new_list: New, world: World, later: Later
) -> None:
    made = await new_list()
    denied = {"consent": {"adUserData": "CONSENT_DENIED"}}

    some = await manager.members(made, member(EMAIL), member({"emailAddress": B}, **denied))
    none = await manager.members(made, member({"emailAddress": C}), consent={"adPersonalization": "CONSENT_DENIED"})
    await later(timedelta(minutes=30))

    found = [(await manager.status(answer))[0] for answer in (some, none)]
    assert people(world, made) == [(f"EMAIL={A}", 1)]
    counts = [{"recordCount": "1", "reason": "PROCESSING_ERROR_REASON_DENIED_CONSENT"}]
    assert [(one["requestStatus"], one["errorInfo"]) for one in found] == [
        ("PARTIAL_SUCCESS", {"errorCounts": counts}),
        ("FAILED", {"errorCounts": counts}),
    ]


async def test_a_row_goes_where_it_says(manager: DataManager, new_list: New, world: World) -> None:
    one, other = await new_list("One"), await new_list("Other")
    to = [destination(one, reference="x"), destination(other, reference="y")]

    await manager.members("", member(EMAIL, destinationReferences=["y"]), member({"emailAddress": B}), destinations=to)

    assert (people(world, one), people(world, other)) == ([(f"EMAIL={B}", 1)], [(f"EMAIL={A}", 1), (f"EMAIL={B}", 1)])


@pytest.mark.parametrize(
    ("members", "more", "found"),
    [
        ([member({"emailAddress": "ann@example.com"})], NONE, [(IDENTIFIERS, "INVALID_HEX_ENCODING")]),
        ([member({"phoneNumber": "+48600100200"})], NONE, [(IDENTIFIERS, "INVALID_HEX_ENCODING")]),
        (
            [member({"emailAddress": "abcd"})],
            NONE,
            [("audience_members.audience_members[0]", "INVALID_SHA256_FORMAT")],
        ),
        (
            [member({"emailAddress": "ann@example.com"})],
            {"encoding": "BASE64"},
            [(IDENTIFIERS, "INVALID_BASE64_ENCODING")],
        ),
        ([member(NONE)], NONE, [(IDENTIFIERS, "INVALID_FORMAT")]),
        ([member(EMAIL | {"phoneNumber": B})], NONE, [(IDENTIFIERS, "INVALID_FORMAT")]),
        ([member()], NONE, [(IDENTIFIERS, "REQUIRED_FIELD_MISSING")]),
        ([member(*[EMAIL] * 11)], NONE, [(IDENTIFIERS, "TOO_MANY_USER_IDENTIFIERS")]),
        (
            [member({"address": ADDRESS | {"regionCode": "Poland", "postalCode": A}})],
            NONE,
            [
                (f"{IDENTIFIERS}.address.region_code", "INVALID_REGION_CODE"),
                (f"{IDENTIFIERS}.address.postal_code", "INVALID_POSTAL_CODE"),
            ],
        ),
        (
            [member({"address": ADDRESS | {"givenName": ""}})],
            NONE,
            [(f"{IDENTIFIERS}.address", "REQUIRED_FIELD_MISSING")],
        ),
        (NOBODY, NONE, [("audience_members", "REQUIRED_FIELD_MISSING")]),
        ([member(EMAIL)] * 10_001, {}, [("audience_members", "TOO_MANY_AUDIENCE_MEMBERS")]),
        ([NONE], NONE, [("audience_members.audience_members[0]", "INVALID_AUDIENCE_MEMBER")]),
        (
            [member(EMAIL), {"userIdData": {"userId": "7"}}],
            NONE,
            [("audience_members", "MULTIPLE_DATA_TYPES_NOT_ALLOWED")],
        ),
        (
            [{"pairData": {"pairIds": ["x"]}}],
            NONE,
            [("audience_members.audience_members[0].pair_data", "NOT_ALLOWLISTED")],
        ),
        (
            [{"mobileData": {"mobileIds": ["x"]}}],
            NONE,
            [("audience_members.audience_members[0].mobile_data.mobile_ids", "INVALID_MOBILE_ID_FORMAT")],
        ),
        ([member(EMAIL)], {"encoding": 0}, [("encoding", "REQUIRED_FIELD_MISSING")]),
        ([member(EMAIL)], {"encryptionInfo": NONE}, [("encryption_info", "NOT_ALLOWLISTED")]),
        (
            [member(EMAIL)],
            {"termsOfService": {"customerMatchTermsOfServiceStatus": "REJECTED"}},
            [("terms_of_service.customer_match_terms_of_service_status", "TERMS_AND_CONDITIONS_NOT_SIGNED")],
        ),
        (
            [member(EMAIL, destinationReferences=["z"])],
            NONE,
            [("audience_members.audience_members[0].destination_references", "INVALID_DESTINATION")],
        ),
    ],
)
async def test_one_wrong_row_refuses_all_and_no_value_is_repeated(
    manager: DataManager, new_list: New, world: World, members: list[Json], more: Json, found: list[tuple[str, str]]
) -> None:
    made = await new_list()

    answer = await manager.members(made, *members, **more)

    assert (violations(answer), people(world, made)) == (found, [])
    assert "ann@" not in answer.text
    assert "+48" not in answer.text


@pytest.mark.parametrize(
    ("to", "found"),
    [
        (NOBODY, [("destinations", "REQUIRED_FIELD_MISSING")]),
        ([destination("5")] * 11, [("destinations", "TOO_MANY_DESTINATIONS")]),
        ([destination("5")], [("destinations.destinations[0].product_destination_id", "INVALID_USER_LIST_ID")]),
        (
            [destination("5", linkedAccount={"accountType": 1, "accountId": ACCOUNT})],
            [
                (
                    "destinations.destinations[0].linked_account",
                    "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT",
                )
            ],
        ),
        (
            [NONE],
            [
                ("destinations.destinations[0].operating_account", "REQUIRED_FIELD_MISSING"),
                ("destinations.destinations[0].product_destination_id", "REQUIRED_FIELD_MISSING"),
            ],
        ),
        (
            [destination("5", reference="x")] * 2,
            [
                ("destinations.destinations[0].reference", "DUPLICATE_DESTINATION_REFERENCE"),
                ("destinations.destinations[1].reference", "DUPLICATE_DESTINATION_REFERENCE"),
            ],
        ),
        (
            [{"operatingAccount": {"accountType": 5, "accountId": "1-2"}, "productDestinationId": "5"}],
            [
                ("destinations.destinations[0].operating_account.account_type", "INVALID_DESTINATION"),
                ("destinations.destinations[0].operating_account.account_id", "INVALID_DESTINATION"),
            ],
        ),
        (
            [{"operatingAccount": {"accountId": ACCOUNT}, "productDestinationId": "5"}],
            [("destinations.destinations[0].operating_account.account_type", "REQUIRED_FIELD_MISSING")],
        ),
        (
            [destination("5", MANAGER.id)],
            [("destinations.destinations[0].operating_account", "INVALID_DESTINATION")],
        ),
    ],
)
async def test_a_destination_that_cannot_be_is_refused(
    manager: DataManager, to: list[Json], found: list[tuple[str, str]]
) -> None:
    assert violations(await manager.members("", member(EMAIL), destinations=to)) == found


async def test_an_account_is_reached_through_its_manager_alone(manager: DataManager, world: World) -> None:
    through = {"loginAccount": {"accountType": "GOOGLE_ADS", "accountId": MANAGER.id}}
    action = conversion_action_id(CHILD)

    without = await manager.events(event(), destinations=[destination(action, CHILD)])
    within = await manager.events(event(), destinations=[destination(action, CHILD, **through)])

    assert (without.status_code, without.json()["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert without.json()["error"]["details"][0]["reason"] == "PERMISSION_DENIED"
    assert (within.status_code, [one.destination for one in world.people.events("google")]) == (200, [action])


async def test_an_event_is_kept_as_it_was_received(manager: DataManager, world: World, later: Later) -> None:
    device = {"userAgent": "Agent", "ipAddress": "203.0.113.9"}
    data = {"userIdentifiers": [EMAIL, {"phoneNumber": B}, {"emailAddress": C}]}
    consent = {"adUserData": "CONSENT_GRANTED", "adPersonalization": 2}

    answer = await manager.events(event(userData=data, eventDeviceInfo=device), consent=consent)
    await later(timedelta(minutes=30))

    assert list(world.people.events("google")) == [
        Event(
            platform="google",
            destination=ACTION,
            name="conversion",
            id="order t-1",
            at=datetime.fromisoformat("2026-11-20T12:30:00+01:00"),
            received=NOW,
            value="12.25",
            currency="EUR",
            person={"gclid": "Cj0made-up", "EMAIL": f"{A},{C}", "PHONE": B},
            details={
                "service": "events:ingest",
                "event_source": "WEB",
                "ad_user_data": "GRANTED",
                "ad_personalization": "DENIED",
            },
        )
    ]
    assert await manager.status(answer) == [
        {
            "destination": destination(ACTION),
            "requestStatus": "SUCCESS",
            "eventsIngestionStatus": {"recordCount": "1"},
        }
    ]


async def test_what_cannot_be_used_of_a_request_is_told_later(manager: DataManager, world: World, later: Later) -> None:
    at = int(NOW.timestamp())
    clicks = [
        ("with spaces", "PROCESSING_ERROR_REASON_INVALID_GCLID"),
        (f"Cj0K-{CHILD}-{at - 90_000}-x", "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER"),
        (f"Cj0K-{ACCOUNT}-{at - 3600}-x", "PROCESSING_ERROR_REASON_TOO_RECENT_CLICK"),
        (f"Cj0K-{ACCOUNT}-{at - 6 * 3600}-x", "PROCESSING_ERROR_REASON_CONVERSION_PRECEDES_CLICK"),
    ]
    sent = [event(adIdentifiers={"gclid": one}) for one, _ in clicks]
    sent += [
        event(eventTimestamp="2026-08-20T12:30:00Z"),
        event(adIdentifiers={"gclid": "Cj0made-up", "wbraid": "Cj0made-up"}),
        event(consent={"adUserData": "CONSENT_DENIED"}),
        event(),
        event(),
        event(transactionId=None),
        event(transactionId=None),
    ]

    answer = await manager.events(*sent)
    again = await manager.events(event())
    await later(timedelta(minutes=30))

    (found,), (repeated,) = await manager.status(answer), await manager.status(again)
    reason = "PROCESSING_ERROR_REASON_"
    reasons = [name for _, name in clicks]
    reasons += [f"{reason}EVENT_TOO_OLD", f"{reason}INVALID_AD_IDENTIFIERS", f"{reason}DENIED_CONSENT"]
    reasons += [f"{reason}DUPLICATE_TRANSACTION_ID", f"{reason}DUPLICATE_GCLID"]
    assert found["requestStatus"] == "PARTIAL_SUCCESS"
    assert found["errorInfo"]["errorCounts"] == [{"recordCount": "1", "reason": name} for name in reasons]
    assert repeated["requestStatus"] == "FAILED"
    assert [one.counted for one in world.people.events("google")] == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("fields", "place", "reason"),
    [
        ({"eventTimestamp": None}, ".event_timestamp", "REQUIRED_FIELD_MISSING"),
        ({"eventTimestamp": "2026-11-20T18:30:01Z"}, ".event_timestamp", "EVENT_TIME_INVALID"),
        ({"adIdentifiers": None}, "", "NO_IDENTIFIERS_PROVIDED"),
        ({"currency": "euro"}, ".currency", "INVALID_CURRENCY_CODE"),
        ({"conversionValue": "NaN"}, ".conversion_value", "INVALID_NUMBER_FORMAT"),
        ({"eventSource": 3}, ".event_source", "EVENT_SOURCE_AND_DESTINATION_MISMATCH"),
        ({"thirdPartyUserData": {}}, ".third_party_user_data", "THIRD_PARTY_USER_DATA_NOT_ALLOWED"),
        (
            {"userData": {"userIdentifiers": [{"emailAddress": "ann@example.com"}]}},
            ".user_data.user_identifiers",
            "INVALID_HEX_ENCODING",
        ),
    ],
)
async def test_one_wrong_event_refuses_all(
    manager: DataManager, world: World, fields: Json, place: str, reason: str
) -> None:
    answer = await manager.events(event(transactionId="t-2"), event(**fields))

    assert (violations(answer), list(world.people.events("google"))) == ([(f"events.events[1]{place}", reason)], [])


async def test_too_many_events_and_none_are_refused(manager: DataManager) -> None:
    assert violations(await manager.events()) == [("events", "REQUIRED_FIELD_MISSING")]
    assert violations(await manager.events(*[event()] * 2001)) == [("events", "TOO_MANY_EVENTS")]


async def test_an_action_must_be_the_accounts_and_people_need_enhanced_conversions(manager: DataManager) -> None:
    through = {"loginAccount": {"accountType": "GOOGLE_ADS", "accountId": MANAGER.id}}
    plain = destination(conversion_action_id("3334445556"), "3334445556", **through)
    data = {"userIdentifiers": [EMAIL]}

    unknown = await manager.events(event(), destinations=[destination("5")])
    without = await manager.events(event(userData=data), destinations=[plain])

    place = "destinations.destinations[0]"
    assert violations(unknown) == [(f"{place}.product_destination_id", "INVALID_CONVERSION_ACTION_ID")]
    reason = "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS"
    assert violations(without) == [(place, reason)]


async def test_what_is_only_validated_is_not_kept(manager: DataManager, new_list: New, world: World) -> None:
    made = await new_list()

    members = await manager.members(made, member(EMAIL), validateOnly=True)
    events = await manager.events(event(), validateOnly=True)

    assert (members.json(), events.json(), people(world, made)) == ({}, {}, [])
    assert list(world.people.events("google")) == []
    assert [entry[2] for entry in world.attempts()] == ["create_audience"]


async def test_statuses_are_told_of_known_requests_for_fifty_days(
    manager: DataManager, new_list: New, later: Later
) -> None:
    came = await manager.members(await new_list(), member(EMAIL))
    path = "/v1/requestStatus:retrieve"

    unknown = await manager.http.get(path, params={"requestId": "no"})
    missing = await manager.http.get(path)
    await later(timedelta(days=51))
    old = await manager.http.get(path, params={"requestId": came.json()["requestId"]})

    reasons = ("INVALID_REQUEST_ID", "REQUIRED_FIELD_MISSING", "REQUEST_TOO_OLD")
    assert [violations(one) for one in (unknown, missing, old)] == [[("request_id", reason)] for reason in reasons]


async def test_unknown_fields_and_wrong_times_never_reach_the_service(manager: DataManager) -> None:
    unknown = await manager.events(event(speed=1))
    time = await manager.events(event(eventTimestamp="yesterday"))

    found = [answer.json()["error"]["details"][0]["fieldViolations"][0]["field"] for answer in (unknown, time)]
    assert found == ["events[0]", "events.events[0].event_timestamp"]


@pytest.mark.parametrize(
    ("fault", "status", "word", "reason"),
    [
        ("throttle", 429, "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"),
        ("server_error", 500, "INTERNAL", "INTERNAL_ERROR"),
        ("expire_token", 401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"),
    ],
)
async def test_the_vendors_own_faults_come_in_its_own_words(
    world: World, fault: str, status: int, word: str, reason: str
) -> None:
    app = server(world)

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "fault": fault}, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=faulty), base_url="http://sandbox") as client:
        answers = [
            await client.post("/v1/events:ingest", json={}),
            await client.get("/v1/requestStatus:retrieve"),
        ]

    errors = [answer.json()["error"] for answer in answers]
    found = [(one["code"], one["status"], one["details"][0]["reason"]) for one in errors]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert found == [(status, word, reason)] * 2


async def test_a_wrong_token_opens_nothing(manager: DataManager) -> None:
    manager.http.headers["authorization"] = "Bearer wrong"

    answer = await manager.events(event())

    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


async def test_ids_are_needed_and_not_too_many(manager: DataManager, new_list: New) -> None:
    users = await new_list("Users", crmBasedUserList={"uploadKeyType": "CRM_ID"})

    user = await manager.members(users, {"userIdData": NONE})
    device = await manager.members(users, {"mobileData": NONE})

    place = "audience_members.audience_members[0]"
    assert violations(user) == [(f"{place}.user_id_data.user_id", "REQUIRED_FIELD_MISSING")]
    assert violations(device) == [(f"{place}.mobile_data.mobile_ids", "REQUIRED_FIELD_MISSING")]


async def test_a_click_of_the_account_in_time_counts_and_one_too_old_does_not(
    manager: DataManager, world: World
) -> None:
    at = int(NOW.timestamp())
    clicks = [f"Cj0K-{ACCOUNT}-{at - days * 86_400}-x" for days in (1, 91)]

    await manager.events(*[event(transactionId=None, adIdentifiers={"gclid": one}) for one in clicks])

    assert [one.person for one in world.people.events("google")] == [{"gclid": clicks[0]}]


async def test_who_is_known_by_a_digest_alone_is_heard_each_time(manager: DataManager, world: World) -> None:
    data = {"userIdentifiers": [EMAIL]}
    alone = event(transactionId=None, adIdentifiers=None, userData=data)

    await manager.events(alone, alone)

    assert [(one.id, one.counted) for one in world.people.events("google")] == [("", True), ("", True)]


async def test_what_is_no_json_is_refused_and_counted_as_an_attempt(manager: DataManager, world: World) -> None:
    kind = {"content-type": "application/json"}
    answer = await manager.http.post("/v1/events:ingest", content=b"{", headers=kind)

    assert answer.json()["error"]["message"] == "Invalid JSON payload received. Expected an object."
    assert [entry[2:] for entry in world.attempts()] == [("send_events", "")]
