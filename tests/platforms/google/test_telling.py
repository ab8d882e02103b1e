"""Events on the wire: what is sent of them, and what is made of the answers.

Shapes: Google Ads API reference, v26, `ConversionUploadService`; Data Manager API reference, v1 (2026).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import httpx2
import pytest

from tests.platforms.google.people import (
    ACCOUNT,
    ANNA,
    BEN,
    FAILURE,
    ID,
    Connect,
    Google,
    not_allowlisted,
    refuses,
    says,
    violates,
)
from xylo_mcp.ads.conversions import Event, Outgoing, Told, Traces
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, Invalid, NotFound, Rejected, VendorWords
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.google import SPEC
from xylo_mcp.platforms.google.verdicts import verdict

AT = datetime(2026, 11, 20, 11, 59, 30, 999_999, tzinfo=timezone(timedelta(hours=1)))
ACTION = f"{ID}/conversionActions/555"
CLICK = Traces(gclid="Cj0-made-up", gbraid="0AAA", ip="203.0.113.7", user_agent="Mozilla", url="https://shop.example")
VALUE = Money(Decimal("99.90"), "EUR")
UPLOAD = "ads.example/v26/customers/5000000002:uploadClickConversions"
INGEST = "people.example/v1/events:ingest"
DELIVERED = Told("delivered")


def event(event_id: str = "e-1", **more: object) -> Outgoing:
    given: dict[str, object] = {"value": VALUE, "order_id": "", "traces": CLICK, "consent": "granted", "person": None}
    given |= more
    person = given.pop("person")
    told = Event("purchase", event_id, AT, "website", **given)  # type: ignore[arg-type]  # fields of an event
    return Outgoing(told, person)  # type: ignore[arg-type]  # a row


BOTH = event(person=(ANNA, BEN), order_id="o-1")
LEAD = event("e-2", traces=Traces(), person=("", BEN), value=None, consent="unsaid")
CONVERSION = {
    "gclid": "Cj0-made-up",
    "conversionAction": ACTION,
    "conversionDateTime": "2026-11-20 10:59:30+00:00",
    "conversionValue": 99.9,
    "currencyCode": "EUR",
    "orderId": "o-1",
    "consent": {"adUserData": "GRANTED", "adPersonalization": "GRANTED"},
    "userIdentifiers": [{"hashedEmail": ANNA}, {"hashedPhoneNumber": BEN}],
    "conversionEnvironment": "WEB",
}
INGESTED = {
    "transactionId": "o-1",
    "eventTimestamp": "2026-11-20T10:59:30Z",
    "adIdentifiers": {"gclid": "Cj0-made-up"},
    "conversionValue": 99.9,
    "currency": "EUR",
    "eventSource": "WEB",
    "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
    "userData": {"userIdentifiers": [{"emailAddress": ANNA}, {"phoneNumber": BEN}]},
}
DESTINATION = {
    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "5000000002"},
    "loginAccount": {"accountType": "GOOGLE_ADS", "accountId": "7000000001"},
    "productDestinationId": "555",
}

NOTHING: dict[str, str] = {}


def ids(*names: str) -> list[Outgoing]:
    return [event(name) for name in names]


def result(action: str = ACTION) -> dict[str, str]:
    return {"gclid": "Cj0-made-up", "conversionAction": action, "conversionDateTime": "2026-11-20 10:59:30+00:00"}


def failed(row: int | None, *codes: str) -> list[object]:
    """What is said of one row, in words that quote it; the first row's index may be left out."""
    step = {"fieldName": "conversions", **({} if row is None else {"index": row})}
    return [
        {
            "errorCode": dict([code.split(".")]),
            "message": f"Odd: {ANNA}",
            "trigger": {"stringValue": ANNA},
            "location": {"fieldPathElements": [step, {"fieldName": "gclid"}]},
        }
        for code in codes
    ]


def partly(errors: list[object], *results: dict[str, str]) -> httpx2.Response:
    details = [{"@type": FAILURE, "errors": errors, "requestId": "Rq-1"}]
    return says(
        results=results, partialFailureError={"code": 3, "message": ANNA, "details": details}, jobId="4294967399"
    )


async def told(connection: Connect, google: Google, events: Sequence[Outgoing], test: str = "") -> Sequence[Told]:
    async with SPEC.open(connection(google)) as platform:
        return await platform.send_events(ACCOUNT, "555", events, test)


async def failing(connection: Connect, google: Google, events: Sequence[Outgoing], test: str = "") -> AdsError:
    with pytest.raises(AdsError) as caught:
        await told(connection, google, events, test)
    return caught.value


def said(code: str) -> VendorWords:
    return VendorWords(f"conversionUploadError.{code}", "", "Rq-1")


async def test_events_are_uploaded_as_click_conversions_with_nothing_but_what_google_needs(connection: Connect) -> None:
    google = Google(says(results=[result(), result()], jobId="4294967399"))

    assert await told(connection, google, [BOTH, LEAD]) == [DELIVERED, DELIVERED]

    lead = {
        "conversionAction": ACTION,
        "conversionDateTime": "2026-11-20 10:59:30+00:00",
        "orderId": "e-2",
        "userIdentifiers": [{"hashedPhoneNumber": BEN}],
        "conversionEnvironment": "WEB",
    }
    assert google.asked == [(UPLOAD, {"conversions": [CONVERSION, lead], "partialFailure": True})]
    assert b'"conversionValue":99.90,' in google.sent[0].content
    assert google.sent[0].headers["login-customer-id"] == "7000000001"


async def test_an_account_that_may_not_upload_goes_by_the_data_manager_from_then_on(connection: Connect) -> None:
    google = Google(not_allowlisted(), says(requestId="t-1"), says(requestId="t-2"))

    async with SPEC.open(connection(google)) as platform:
        first = await platform.send_events(ACCOUNT, "555", [BOTH, LEAD], "")
        second = await platform.send_events(ACCOUNT, "555", [BOTH], "")

    assert (first, second) == ([DELIVERED, DELIVERED], [DELIVERED])
    lead = {
        "transactionId": "e-2",
        "eventTimestamp": "2026-11-20T10:59:30Z",
        "eventSource": "WEB",
        "userData": {"userIdentifiers": [{"phoneNumber": BEN}]},
    }
    assert google.asked[1:] == [
        (INGEST, {"destinations": [DESTINATION], "events": [INGESTED, lead], "encoding": "HEX"}),
        (INGEST, {"destinations": [DESTINATION], "events": [INGESTED], "encoding": "HEX"}),
    ]


async def test_the_manager_that_counts_for_an_account_takes_its_conversions(connection: Connect) -> None:
    manager = "customers/7000000001"
    taken = says(results=[result(f"{manager}/conversionActions/555")])
    google = Google(taken, not_allowlisted(), says(requestId="t-1"), owner=manager)

    async with SPEC.open(connection(google)) as platform:
        for _ in range(2):
            assert await platform.send_events(ACCOUNT, "555", [BOTH], "") == [DELIVERED]

    upload = {"conversions": [CONVERSION | {"conversionAction": f"{manager}/conversionActions/555"}]}
    owner = {"operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "7000000001"}}
    ingest = {"destinations": [DESTINATION | owner], "events": [INGESTED], "encoding": "HEX"}
    at = "ads.example/v26/customers/7000000001:uploadClickConversions"
    assert google.asked == [(at, {**upload, "partialFailure": True})] * 2 + [(INGEST, ingest)]
    assert google.looks == 1


@pytest.mark.parametrize("owner", ["customers/1", "7000000001"])
async def test_nothing_is_sent_to_whom_nobody_knows(connection: Connect, owner: str) -> None:
    google = Google(owner=owner)

    assert isinstance(await failing(connection, google, [BOTH]), Garbled)
    assert google.sent == []


async def test_an_account_that_counts_nothing_yet_takes_its_own(connection: Connect) -> None:
    google = Google(says(results=[result()]), owner="")

    assert await told(connection, google, [BOTH]) == [DELIVERED]


async def test_a_rehearsal_is_checked_and_not_kept(connection: Connect) -> None:
    google = Google(says(), not_allowlisted(), says())

    async with SPEC.open(connection(google)) as platform:
        uploaded = await platform.send_events(ACCOUNT, "555", [BOTH], "yes")
        ingested = await platform.send_events(ACCOUNT, "555", [BOTH], "yes")

    assert (uploaded, ingested) == ([DELIVERED], [DELIVERED])
    upload = {"conversions": [CONVERSION], "partialFailure": True, "validateOnly": True}
    ingest = {"destinations": [DESTINATION], "events": [INGESTED], "encoding": "HEX", "validateOnly": True}
    assert google.asked == [(UPLOAD, upload), (UPLOAD, upload), (INGEST, ingest)]


async def test_a_rehearsal_says_what_would_be_refused(connection: Connect) -> None:
    errors = failed(1, "conversionUploadError.UNPARSEABLE_GCLID")
    google = Google(partly(errors), partly(errors, {}, {}))

    for _ in range(2):
        assert await told(connection, google, ids("a", "b"), "yes") == [
            DELIVERED,
            Told("rejected", "unreadable_click_id", said("UNPARSEABLE_GCLID")),
        ]


async def test_each_event_is_told_what_became_of_it_in_order_and_nobody_what_it_was(connection: Connect) -> None:
    errors = [
        *failed(None, "conversionUploadError.TOO_RECENT_EVENT"),
        *failed(3, "conversionUploadError.ORDER_ID_ALREADY_IN_USE", "conversionUploadError.CLICK_NOT_FOUND"),
        *failed(1, "conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS"),
    ]
    google = Google(partly(errors, {}, {}, result(), {}))

    assert await told(connection, google, ids("a", "b", "c", "d")) == [
        Told("later", "click_too_recent", said("TOO_RECENT_EVENT")),
        Told("already", "taken_before", said("CLICK_CONVERSION_ALREADY_EXISTS")),
        DELIVERED,
        Told("rejected", "no_such_click", said("CLICK_NOT_FOUND")),
    ]


async def test_all_events_may_be_refused_without_any_result(connection: Connect) -> None:
    errors = failed(0, "conversionUploadError.TOO_RECENT_CONVERSION_ACTION")

    assert await told(connection, Google(partly(errors)), ids("a")) == [
        Told("later", "destination_too_new", said("TOO_RECENT_CONVERSION_ACTION"))
    ]


@pytest.mark.parametrize(
    "answer",
    [
        says(),
        says(results=[result()]),
        says(results=[result(), NOTHING]),
        says(results=[result(), result(), result()]),
        says(results=[result(), result(f"{ID}/conversionActions/556")]),
        partly(failed(0, "conversionUploadError.CLICK_NOT_FOUND"), result(), result()),
        partly(failed(0, "conversionUploadError.CLICK_NOT_FOUND"), {}, {}),
        partly(failed(2, "conversionUploadError.CLICK_NOT_FOUND"), result(), result(), {}),
        partly(failed(-1, "conversionUploadError.CLICK_NOT_FOUND"), result(), {}),
        partly([{"errorCode": {"requestError": "UNKNOWN"}, "message": ""}], result(), result()),
    ],
)
async def test_an_answer_that_does_not_say_what_became_of_each_event_is_garbled(
    connection: Connect, answer: httpx2.Response
) -> None:
    error = await failing(connection, Google(answer), ids("a", "b"))

    assert (type(error), error.nothing_done) == (Garbled, False)


async def test_a_rehearsal_that_tells_of_something_kept_is_garbled(connection: Connect) -> None:
    assert isinstance(await failing(connection, Google(says(results=[result()])), ids("a"), "yes"), Garbled)


async def test_an_ingestion_that_nobody_numbered_is_garbled(connection: Connect) -> None:
    assert isinstance(await failing(connection, Google(not_allowlisted(), says()), ids("a")), Garbled)


async def test_of_events_that_google_knows_by_the_same_only_the_first_is_sent(connection: Connect) -> None:
    refused = failed(1, "conversionUploadError.EXPIRED_EVENT")
    google = Google(partly(refused, result(), {}))
    events = [event("a"), event("b"), event("c", order_id="a"), event("b")]

    found = await told(connection, google, events)

    expired = Told("rejected", "click_too_old", said("EXPIRED_EVENT"))
    assert found == [DELIVERED, expired, Told("already", "twice_in_one_request"), expired]
    assert [one["orderId"] for one in google.events(0)] == ["a", "b"]


async def test_an_event_that_leads_to_nobody_is_not_sent(connection: Connect) -> None:
    google = Google(says(results=[result()]))
    nobody = [
        event("b", traces=Traces()),
        event("c", traces=Traces(), person=("", "")),
        event("d", traces=Traces(), person=(ANNA, ""), consent="denied"),
    ]

    found = await told(connection, google, [event("a"), *nobody])

    assert found == [DELIVERED, *[Told("rejected", "nobody_to_match")] * 3]
    assert ANNA.encode() not in google.sent[0].content
    assert await told(connection, Google(), nobody) == found[1:]


@pytest.mark.parametrize(
    ("outgoing", "click", "people"),
    [
        (event(traces=Traces(gbraid="0AAA", wbraid="0BBB"), person=(ANNA, "")), {"gbraid": "0AAA"}, None),
        (event(traces=Traces(wbraid="0BBB"), person=(ANNA, "")), {"wbraid": "0BBB"}, None),
        (event(person=(ANNA, ""), consent="denied"), {"gclid": "Cj0-made-up"}, None),
        (event(person=(ANNA, "")), {"gclid": "Cj0-made-up"}, [{"hashedEmail": ANNA}]),
    ],
)
async def test_one_click_id_is_sent_and_people_only_where_that_may_be(
    connection: Connect, outgoing: Outgoing, click: dict[str, str], people: object
) -> None:
    google = Google(says(results=[result()]))

    await told(connection, google, [outgoing])

    (sent,) = google.events(0)
    assert {name: sent[name] for name in ("gclid", "gbraid", "wbraid") if name in sent} == click
    assert sent.get("userIdentifiers") == people


async def test_zero_is_a_value_and_no_value_is_none(connection: Connect) -> None:
    google = Google(says(results=[result(), result()]))

    await told(connection, google, [event("a", value=Money(Decimal(0), "JPY")), event("b", value=None)])

    zero, none = google.events(0)
    assert (zero["conversionValue"], zero["currencyCode"]) == (0, "JPY")
    assert "conversionValue" not in none
    assert "currencyCode" not in none


async def test_events_that_the_data_manager_names_unfit_are_left_out_and_the_rest_is_sent(connection: Connect) -> None:
    unfit = violates(
        ("events.events[1].user_data.user_identifiers[0]", "INVALID_HEX_ENCODING"),
        ("events.events[1].event_timestamp", "EVENT_TIME_INVALID"),
        ("events.events[3]", "CONVERSION_ACTION_TOO_RECENTLY_CREATED"),
    )
    google = Google(not_allowlisted(), unfit, says(requestId="t-2"))

    found = await told(connection, google, ids("a", "b", "c", "d"))

    assert found == [
        DELIVERED,
        Told("rejected", "unfit_person", VendorWords("INVALID_HEX_ENCODING", "", "t-1")),
        DELIVERED,
        Told("later", "destination_too_new", VendorWords("CONVERSION_ACTION_TOO_RECENTLY_CREATED", "", "t-1")),
    ]
    sent = [[one["transactionId"] for one in google.events(place)] for place in (1, 2)]
    assert sent == [["a", "b", "c", "d"], ["a", "c"]]


async def test_if_all_events_are_unfit_nothing_else_is_sent(connection: Connect) -> None:
    google = Google(not_allowlisted(), violates(("events[0]", "INVALID_EVENT"), ("events[1]", "NEWER")))

    found = await told(connection, google, ids("a", "b"))

    assert [(one.state, one.reason) for one in found] == [("rejected", "refused")] * 2
    assert len(google.sent) == 2


async def test_what_is_refused_again_and_again_is_given_up(connection: Connect) -> None:
    google = Google(not_allowlisted(), *(violates(("events[0]", "INVALID_EVENT")) for _ in range(20)))

    assert isinstance(await failing(connection, google, ids(*"abcdefghijklmnopqrstuvwxyz")), Rejected)
    assert google.answers == []


@pytest.mark.parametrize(
    "refusal",
    [
        (violates(("events[0]", "INVALID_EVENT"), ("destinations[0].product_destination_id", "INVALID_FORMAT")),),
        (violates(("events[9]", "INVALID_EVENT")),),
        (violates(("", "INVALID_EVENT")),),
    ],
)
async def test_a_refusal_that_is_not_about_single_events_is_one_of_all(
    connection: Connect, refusal: tuple[httpx2.Response, ...]
) -> None:
    error = await failing(connection, Google(not_allowlisted(), *refusal), ids("a", "b", "c", "d"))

    assert isinstance(error, Rejected)
    assert error.nothing_done
    assert ANNA not in repr(error) + repr(error.vendor)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("NO_CONVERSION_ACTION_FOUND", NotFound),
        ("INVALID_CONVERSION_ACTION_TYPE", Invalid),
        ("CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS", Forbidden),
        ("CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS", Forbidden),
        ("NEWER", Rejected),
    ],
)
async def test_a_refused_upload_says_who_can_act_and_nothing_about_people(
    connection: Connect, value: str, kind: type[AdsError]
) -> None:
    error = await failing(connection, Google(refuses("conversionUploadError", value)), [BOTH])

    assert (type(error), error.nothing_done, error.vendor) == (kind, True, said(value))


@pytest.mark.parametrize("value", ["INVALID_CONVERSION_ACTION_ID", "INVALID_DESTINATION"])
async def test_an_unknown_destination_of_the_data_manager_is_not_found(connection: Connect, value: str) -> None:
    google = Google(not_allowlisted(), violates(("destinations[0].product_destination_id", value)))

    assert isinstance(await failing(connection, google, [BOTH]), NotFound)


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        ("internalError.TRANSIENT_ERROR", "later", "platform_failure"),
        ("databaseError.CONCURRENT_MODIFICATION", "later", "platform_failure"),
        ("conversionUploadError.ORDER_ID_CONTAINS_PII", "rejected", "id_names_a_person"),
        ("conversionUploadError.NO_CONVERSION_ACTION_FOUND", "rejected", "no_such_destination"),
        ("fieldError.NEWER", "rejected", "refused"),
        ("", "rejected", "refused"),
    ],
)
def test_every_code_has_a_state_and_a_short_reason(code: str, state: str, reason: str) -> None:
    found = verdict(code)

    assert (found.state, found.reason, found.vendor) == (state, reason, VendorWords(code))
