"""Conversions uploaded to the Google sandbox: each taken or refused on its own."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.cast import ALLOWLISTED, MANAGER, WITHOUT_LEADS, conversion_action_id
from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
Upload = Callable[..., Awaitable[httpx2.Response]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
ACCOUNT = CAST.accounts[0].id
ACTION = conversion_action_id(ACCOUNT)
NAME = f"customers/{ACCOUNT}/conversionActions/{ACTION}"
A = "a" * 64
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


def conversion(**fields: object) -> Json:
    """A conversion that is right; a field that is None is left out."""
    usual: Json = {
        "gclid": "Cj0made-up",
        "conversionAction": NAME,
        "conversionDateTime": "2026-11-20 12:30:00+01:00",
        "conversionValue": 99.5,
        "currencyCode": "EUR",
        "orderId": "o-1",
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def click(hours: int, account: str = ACCOUNT) -> str:
    """The id of a click so many hours ago."""
    return f"Cj0K-{account}-{int(NOW.timestamp()) - hours * 3600}-x"


@pytest.fixture
def upload(http: httpx2.AsyncClient) -> Upload:
    async def ask(*conversions: Json, customer: str = ACCOUNT, **settings: object) -> httpx2.Response:
        body = {"conversions": list(conversions), "partialFailure": True, **settings}
        headers = {"login-customer-id": MANAGER.id} if customer != ACCOUNT else {}
        return await http.post(f"/v26/customers/{customer}:uploadClickConversions", json=body, headers=headers)

    return ask


def errors(answer: httpx2.Response) -> list[tuple[str, str]]:
    """All that is wrong beside what was taken: the code, and the place in the request."""
    assert answer.status_code == 200, answer.text
    status = answer.json().get("partialFailureError")
    if status is None:
        return []
    assert status["code"] == 3
    return [
        (
            ".".join(*error["errorCode"].items()),
            ".".join(
                f"{step['fieldName']}[{step['index']}]" if "index" in step else step["fieldName"]
                for step in error["location"]["fieldPathElements"]
            ),
        )
        for error in status["details"][0]["errors"]
    ]


async def test_a_conversion_is_kept_as_it_was_received(upload: Upload, world: World) -> None:
    sent = conversion(
        userIdentifiers=[{"hashedEmail": A}],
        conversionEnvironment="WEB",
        consent={"adUserData": "GRANTED", "adPersonalization": "GRANTED"},
    )

    answer = await upload(sent, jobId=77)

    assert answer.json() == {
        "results": [
            {
                "gclid": "Cj0made-up",
                "conversionAction": NAME,
                "conversionDateTime": "2026-11-20 12:30:00+01:00",
                "userIdentifiers": [{"hashedEmail": A}],
            }
        ],
        "jobId": "77",
    }
    assert list(world.people.events("google")) == [
        Event(
            platform="google",
            destination=ACTION,
            name="conversion",
            id="order o-1",
            at=datetime.fromisoformat("2026-11-20T12:30:00+01:00"),
            received=NOW,
            value="99.5",
            currency="EUR",
            person={"gclid": "Cj0made-up", "EMAIL": A},
            details={
                "service": "uploadClickConversions",
                "conversion_environment": "WEB",
                "ad_user_data": "GRANTED",
                "ad_personalization": "GRANTED",
            },
        )
    ]
    assert [entry[2:] for entry in world.attempts()] == [("send_events", ACCOUNT)]


async def test_without_a_currency_a_value_is_in_that_of_the_account(upload: Upload, world: World) -> None:
    await upload(
        conversion(currencyCode=None),
        conversion(orderId="o-2", currencyCode=None, conversionValue=None),
        conversion(orderId="o-3", conversionAction=f"customers/1/conversionActions/{ACTION}"),
    )

    assert [(one.value, one.currency) for one in world.people.events("google")] == [
        ("99.5", "USD"),
        ("", ""),
        ("99.5", "EUR"),
    ]


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"conversionAction": None}, "fieldError.REQUIRED", "conversion_action"),
        ({"conversionAction": "7"}, "requestError.RESOURCE_NAME_MALFORMED", "conversion_action"),
        (
            {"conversionAction": f"customers/{ACCOUNT}/conversionActions/5"},
            "conversionUploadError.NO_CONVERSION_ACTION_FOUND",
            "conversion_action",
        ),
        ({"gclid": None}, "fieldError.REQUIRED", "gclid"),
        ({"gclid": "with spaces"}, "conversionUploadError.UNPARSEABLE_GCLID", "gclid"),
        ({"gclid": None, "wbraid": "?"}, "conversionUploadError.UNPARSEABLE_WBRAID", "wbraid"),
        ({"gclid": None, "gbraid": "?"}, "conversionUploadError.UNPARSEABLE_GBRAID", "gbraid"),
        (
            {"gclid": None, "gbraid": "Cj0made-up", "wbraid": "Cj0made-up"},
            "conversionUploadError.GBRAID_WBRAID_BOTH_SET",
            "gbraid",
        ),
        ({"wbraid": "Cj0made-up"}, "fieldError.VALUE_MUST_BE_UNSET", "wbraid"),
        ({"gclid": click(5)}, "conversionUploadError.TOO_RECENT_EVENT", "gclid"),
        ({"gclid": click(24 * 91)}, "conversionUploadError.EXPIRED_EVENT", "conversion_date_time"),
        ({"gclid": click(6)}, "conversionUploadError.CONVERSION_PRECEDES_EVENT", "conversion_date_time"),
        ({"gclid": click(9, "1112223334")}, "conversionUploadError.INVALID_CUSTOMER_FOR_CLICK", "gclid"),
        ({"conversionDateTime": None}, "fieldError.REQUIRED", "conversion_date_time"),
        *(
            (
                {"conversionDateTime": text},
                "dateError.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET",
                "conversion_date_time",
            )
            for text in (
                "2026-11-20T12:30:00+01:00",
                "2026-11-20 12:30:00",
                "2026-11-20 12:30:00Z",
                "2026-11-20 12:30:00+0100",
                "2026-02-30 12:30:00+01:00",
            )
        ),
        (
            {"conversionDateTime": "2026-11-20 19:30:01+01:00"},
            "dateError.LATER_THAN_MAXIMUM_DATE",
            "conversion_date_time",
        ),
        (
            {"conversionDateTime": "2026-08-20 12:30:00+01:00"},
            "conversionUploadError.EXPIRED_EVENT",
            "conversion_date_time",
        ),
        ({"conversionValue": -1}, "rangeError.TOO_LOW", "conversion_value"),
        ({"conversionValue": "NaN"}, "rangeError.TOO_HIGH", "conversion_value"),
        ({"currencyCode": "euro"}, "currencyCodeError.UNSUPPORTED", "currency_code"),
        ({"orderId": "ann@example.com"}, "conversionUploadError.ORDER_ID_CONTAINS_PII", "order_id"),
        (
            {"externalAttributionData": {}},
            "conversionUploadError.EXTERNAL_ATTRIBUTION_DATA_SET_FOR_NON_EXTERNALLY_ATTRIBUTED_CONVERSION_ACTION",
            "external_attribution_data",
        ),
        (
            {"customVariables": [{"value": "x"}]},
            "conversionUploadError.CUSTOM_VARIABLE_NOT_ENABLED",
            "custom_variables",
        ),
        (
            {"userIpAddress": "203.0.113.9"},
            "notAllowlistedError.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE",
            "user_ip_address",
        ),
        (
            {"consent": {"adUserData": "DENIED"}},
            "conversionUploadError.CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY",
            "consent",
        ),
        (
            {"userIdentifiers": [{"hashedEmail": "ann@example.com"}]},
            "conversionUploadError.INVALID_USER_IDENTIFIER",
            "user_identifiers[0]",
        ),
        (
            {"userIdentifiers": [{"hashedEmail": A}, {"mobileId": "x"}]},
            "conversionUploadError.UNSUPPORTED_USER_IDENTIFIER",
            "user_identifiers[1]",
        ),
        ({"userIdentifiers": [{"hashedEmail": A}] * 6}, "collectionSizeError.TOO_MANY", "user_identifiers"),
    ],
)
async def test_a_conversion_that_cannot_be_is_refused_and_the_others_are_taken(
    upload: Upload, world: World, fields: Json, code: str, place: str
) -> None:
    answer = await upload(conversion(orderId="o-2"), conversion(**fields))

    first, second = answer.json()["results"]
    assert (errors(answer), bool(first), second) == ([(code, f"conversions[1].{place}")], True, {})
    assert "ann@" not in answer.text
    assert "203.0" not in answer.text
    assert [one.id for one in world.people.events("google")] == ["order o-2"]


async def test_an_order_counts_once_and_so_does_a_click_at_one_moment(upload: Upload, world: World) -> None:
    by_click = conversion(orderId=None)
    await upload(conversion(), by_click)

    again = await upload(conversion(), by_click, conversion(orderId="o-2"))

    assert errors(again) == [
        ("conversionUploadError.ORDER_ID_ALREADY_IN_USE", "conversions[0].order_id"),
        ("conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS", "conversions[1].conversion_date_time"),
    ]
    assert [(one.id, one.counted) for one in world.people.events("google")] == [
        ("order o-1", True),
        ("click Cj0made-up 2026-11-20T11:30:00+00:00", True),
        ("order o-1", False),
        ("click Cj0made-up 2026-11-20T11:30:00+00:00", False),
        ("order o-2", True),
    ]


async def test_of_what_a_request_says_twice_nothing_counts(upload: Upload, world: World) -> None:
    by_click = conversion(orderId=None)

    answer = await upload(conversion(), conversion(), by_click, by_click)

    code = "conversionUploadError"
    assert [found for found, _ in errors(answer)] == [
        *[f"{code}.DUPLICATE_ORDER_ID"] * 2,
        *[f"{code}.DUPLICATE_CLICK_CONVERSION_IN_REQUEST"] * 2,
    ]
    assert {one.counted for one in world.people.events("google")} == {False}
    assert errors(await upload(conversion())) == []


async def test_only_validated_conversions_are_not_kept(upload: Upload, world: World) -> None:
    answer = await upload(conversion(), conversion(orderId="o-2", gclid="?"), validateOnly=True)

    assert errors(answer) == [("conversionUploadError.UNPARSEABLE_GCLID", "conversions[1].gclid")]
    assert list(answer.json()) == ["partialFailureError"]
    assert (list(world.people.events("google")), world.attempts()) == ([], [])


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"partialFailure": False}, ("partialFailureError.PARTIAL_FAILURE_MODE_REQUIRED", "")),
        ({"conversions": []}, ("requestError.REQUIRED_FIELD_MISSING", "")),
        (
            {"conversions": [conversion()] * 2001},
            ("conversionUploadError.TOO_MANY_CONVERSIONS_IN_REQUEST", ""),
        ),
        ({"jobId": 0}, ("conversionUploadError.INVALID_JOB_ID", "job_id")),
        ({"jobId": 2**31}, ("conversionUploadError.INVALID_JOB_ID", "job_id")),
    ],
)
async def test_a_request_that_cannot_be_is_refused_whole(
    upload: Upload, world: World, refusals: Refusals, settings: Json, refusal: tuple[str, str]
) -> None:
    answer = await upload(conversion(), **settings)

    assert (refusals(answer), list(world.people.events("google"))) == ([refusal], [])


async def test_a_newcomer_is_refused_and_people_need_enhanced_conversions(upload: Upload) -> None:
    (plain,) = WITHOUT_LEADS & ALLOWLISTED
    action = f"customers/{plain}/conversionActions/{conversion_action_id(plain)}"
    sent = conversion(conversionAction=action, userIdentifiers=[{"hashedEmail": A}])

    closed = await upload(conversion(), customer="1112223334")
    people = await upload(sent, customer=plain)

    (error,) = closed.json()["error"]["details"][0]["errors"]
    code = {"notAllowlistedError": "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"}
    assert (closed.status_code, error["errorCode"]) == (403, code)
    leads = "conversionUploadError.CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS"
    assert errors(people) == [(leads, "conversions[0].user_identifiers")]


async def test_two_members_of_one_identifier_are_refused_by_the_front_end(upload: Upload) -> None:
    both = {"hashedEmail": A, "hashedPhoneNumber": A}

    answer = await upload(conversion(), conversion(userIdentifiers=[both]))

    (detail,) = answer.json()["error"]["details"]
    found = [one["field"] for one in detail["fieldViolations"]]
    assert (answer.status_code, found) == (400, ["conversions[1].user_identifiers[0]"])
