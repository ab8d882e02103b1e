"""Conversions at Meta, through the real client; answers are made up in the documented shape (Meta docs, "Conversions
API: using the API", 2026-09)."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.conversions import NAMES, Event, Item, Outgoing, Told, Traces
from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Invalid,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    VendorWords,
)
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Row
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.meta.people import SENDING

pytestmark = pytest.mark.virtual_time

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
EMAIL, AGENT, ADDRESS = "e233d4a29013e9d8", "Mozilla/5.0 (X11)", "https://shop.example/thanks?order=7"
VISIT = Traces(
    fbc="fb.1.1772600000000.IwAR0", fbp="fb.1.1772600000000.42", ip="192.0.2.7", user_agent=AGENT, url=ADDRESS
)
LEAD = Event("lead", "e-1", NOW - DAY, "phone")
PURCHASE = Event(
    "purchase",
    "e-2",
    datetime(2026, 3, 4, 11, 0, tzinfo=UTC) - DAY,
    "website",
    Money(Decimal("75.50"), "EUR"),
    "order-7",
    (Item("sku-1", 2, Decimal("30.00"), "Shoes", "Sport"), Item("sku-2")),
    VISIT,
)
TAKES = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "external_id", "madid", "db", "ge")


def person(**known: str) -> Row:
    assert known.keys() <= set(TAKES)
    return tuple(known.get(key, "") for key in TAKES)


CALLER = Outgoing(LEAD, person(ph="67f0"))
BUYER = Outgoing(PURCHASE, person(em=EMAIL, external_id="a1", madid="38400000-8cf0-11bd-b23e-10b96e40000d"))


class Meta:
    """Receives events, or says something else; keeps what it was told."""

    def __init__(self, told: httpx2.Response | None = None) -> None:
        self.says = told
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        taken: dict[str, object] = {"events_received": len(self.told[-1]["data"]), "messages": [], "fbtrace_id": "Aex1"}
        return self.says or httpx2.Response(200, json=taken)

    @property
    def told(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(request.content) for request in self.asked]


def refusal(code: int, subcode: int = 0, status: int = 400) -> httpx2.Response:
    error = {"message": f"{EMAIL} is bad", "code": code, "error_subcode": subcode, "fbtrace_id": "AbC123"}
    return httpx2.Response(status, json={"error": error})


async def sent(opened: Opened, account: Account, meta: Meta, *events: Outgoing, test: str = "") -> list[Told]:
    async with opened(meta) as platform:
        return list(await platform.send_events(account, "77", events, test))


def refused(told: list[Told]) -> list[str]:
    return [one.reason if one.state == "rejected" else one.state for one in told]


async def test_events_are_told_in_one_request_and_each_is_delivered(opened: Opened, account: Account) -> None:
    meta = Meta()

    assert await sent(opened, account, meta, BUYER, CALLER) == [Told("delivered")] * 2

    (request,) = meta.asked
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v26.0/77/events")
    assert request.headers["content-type"] == "application/json"
    assert meta.told == [
        {
            "data": [
                {
                    "event_name": "Purchase",
                    "event_time": 1772535600,
                    "event_id": "e-2",
                    "action_source": "website",
                    "user_data": {
                        "em": [EMAIL],
                        "external_id": ["a1"],
                        "madid": "38400000-8cf0-11bd-b23e-10b96e40000d",
                        "client_ip_address": "192.0.2.7",
                        "client_user_agent": AGENT,
                        "fbc": "fb.1.1772600000000.IwAR0",
                        "fbp": "fb.1.1772600000000.42",
                    },
                    "event_source_url": ADDRESS,
                    "custom_data": {
                        "currency": "EUR",
                        "value": 75.5,
                        "order_id": "order-7",
                        "content_type": "product",
                        "contents": [
                            {"id": "sku-1", "quantity": 2, "item_price": 30.0, "title": "Shoes", "category": "Sport"},
                            {"id": "sku-2", "quantity": 1},
                        ],
                    },
                },
                {
                    "event_name": "Lead",
                    "event_time": 1772532672,
                    "event_id": "e-1",
                    "action_source": "phone_call",
                    "user_data": {"ph": ["67f0"]},
                },
            ]
        }
    ]


async def test_nothing_about_people_is_logged(
    opened: Opened, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)

    await sent(opened, account, Meta(), BUYER)
    with pytest.raises(Rejected):
        await sent(opened, account, Meta(refusal(100)), BUYER)

    assert not any(text in caplog.text for text in (EMAIL, "192.0.2.7", AGENT, ADDRESS, "order-7"))


async def test_money_is_told_digit_for_digit(opened: Opened, account: Account) -> None:
    meta = Meta()
    price = Money(Decimal("12345678901234567890.10"), "EUR")

    await sent(opened, account, meta, Outgoing(msgspec.structs.replace(PURCHASE, value=price), None))

    assert b'"value":12345678901234567890.10,' in meta.asked[0].content


async def test_a_rehearsal_bears_its_code(opened: Opened, account: Account) -> None:
    meta = Meta()

    await sent(opened, account, meta, CALLER, test="TEST12345")

    assert meta.told[0]["test_event_code"] == "TEST12345"


async def test_what_all_platforms_know_has_metas_name_and_any_other_its_own(opened: Opened, account: Account) -> None:
    meta = Meta()
    names = [*NAMES, "Level up"]

    await sent(
        opened,
        account,
        meta,
        *(Outgoing(msgspec.structs.replace(PURCHASE, name=name), None) for name in names),
    )

    assert [event["event_name"] for event in meta.told[0]["data"]] == [
        *("Purchase", "Lead", "CompleteRegistration", "AddToCart", "AddToWishlist", "InitiateCheckout"),
        *("AddPaymentInfo", "ViewContent", "Search", "Subscribe", "StartTrial", "Contact", "Schedule"),
        *("SubmitApplication", "FindLocation", "CustomizeProduct", "Download", "Level up"),
    ]


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("website", "website"),
        ("store", "physical_store"),
        ("phone", "phone_call"),
        ("chat", "chat"),
        ("email", "email"),
        ("system", "system_generated"),
        ("other", "other"),
    ],
)
async def test_where_it_happened_is_said_in_metas_words(
    opened: Opened, account: Account, place: Any, source: str
) -> None:
    meta = Meta()

    await sent(opened, account, meta, Outgoing(msgspec.structs.replace(PURCHASE, place=place), None))

    assert meta.told[0]["data"][0]["action_source"] == source


async def test_all_that_is_known_of_a_person_stands_under_metas_keys(opened: Opened, account: Account) -> None:
    meta = Meta()

    await sent(opened, account, meta, Outgoing(LEAD, tuple(TAKES)))

    assert len(TAKES) == len(SENDING.forms.takes)
    assert meta.told[0]["data"][0]["user_data"] == {key: key if key == "madid" else [key] for key in TAKES}


WRONG: Mapping[str, Mapping[str, object]] = {
    "place_unsupported": {"place": "app"},
    "consent_denied": {"consent": "denied"},
    "too_old": {"at": NOW - 7 * DAY - SECOND},
    "in_future": {"at": NOW + timedelta(minutes=1) + SECOND},
    "url_missing": {"traces": Traces(user_agent=AGENT)},
    "cookie_invalid": {"traces": Traces(url=ADDRESS, user_agent=AGENT, fbc="IwAR0bare")},
    "user_agent_missing": {"traces": Traces(url=ADDRESS)},
    "ip_invalid": {"traces": Traces(url=ADDRESS, user_agent=AGENT, ip="192.0.2.777")},
    "value_missing": {"value": None},
    "value_invalid": {"value": Money(Decimal("NaN"), "EUR")},
}


@pytest.mark.parametrize("reason", WRONG)
async def test_an_event_that_would_cost_all_others_their_delivery_is_not_sent(
    opened: Opened, account: Account, reason: str
) -> None:
    meta = Meta()
    wrong = msgspec.structs.replace(PURCHASE, **WRONG[reason])

    async with opened(meta) as platform:
        with pytest.raises(Invalid) as raised:
            platform.check_event(account, "77", wrong)
    told = await sent(opened, account, meta, CALLER, Outgoing(wrong, BUYER.person), BUYER)

    assert told == [Told("delivered"), Told("rejected", reason), Told("delivered")]
    assert [event["event_id"] for event in meta.told[0]["data"]] == ["e-1", "e-2"]
    assert not any(text in f"{raised.value!r} {raised.value.fix}" for text in (ADDRESS, AGENT, "192.0", "e-2"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"at": NOW - 7 * DAY},
        {"at": NOW + timedelta(minutes=1)},
        {"at": NOW - 62 * DAY, "place": "store"},
        {"place": "store", "traces": Traces()},
        {"name": "lead", "value": None},
        {"value": Money(Decimal(0), "EUR")},
        {"consent": "granted"},
        {"traces": Traces(url=ADDRESS, user_agent=AGENT, ip="2001:db8::7")},
    ],
)
async def test_an_event_as_meta_wants_it_passes(opened: Opened, account: Account, changes: Any) -> None:
    async with opened(Meta()) as platform:
        platform.check_event(account, "77", msgspec.structs.replace(PURCHASE, **changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": NOW - 62 * DAY - SECOND, "place": "store"}, "time"),
        ({"name": "Purchase", "value": None}, "value"),
        ({"contents": (Item("1", price=Decimal("Infinity")),)}, "value"),
        ({"value": Money(Decimal("-0.01"), "EUR")}, "value"),
        ({"traces": Traces(url="shop.example", user_agent=AGENT)}, "url"),
        ({"traces": Traces(url=ADDRESS, user_agent=AGENT, fbp="42")}, "fbp"),
        ({"name": " "}, "name"),
        ({"id": ""}, "id"),
    ],
)
async def test_an_event_meta_would_not_take_is_refused_by_its_field(
    opened: Opened, account: Account, changes: Any, field: str
) -> None:
    async with opened(Meta()) as platform:
        with pytest.raises(Invalid, match=field):
            platform.check_event(account, "77", msgspec.structs.replace(PURCHASE, **changes))


@pytest.mark.parametrize("destination", ["", "act_1", "77/events", "7" * 25])
async def test_a_destination_is_an_id_and_nothing_else(opened: Opened, account: Account, destination: str) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        with pytest.raises(Invalid, match="destination"):
            platform.check_event(account, destination, PURCHASE)
        with pytest.raises(Invalid, match="destination"):
            await platform.send_events(account, destination, [BUYER], "")

    assert meta.asked == []


@pytest.mark.parametrize(
    ("known", "enough"),
    [
        (None, False),
        (person(), False),
        (person(ct="1", country="2", st="3", zp="4", ge="5"), False),
        (person(db="1"), False),
        (person(fn="1", ge="2"), False),
        (person(ln="1", ge="2"), False),
        (person(fn="1", ln="2"), True),
        (person(db="1", ge="2"), True),
        (person(fn="1", zp="2"), True),
        (person(madid="1"), True),
        (person(external_id="1"), True),
    ],
)
async def test_a_person_whom_meta_cannot_recognise_costs_the_others_nothing(
    opened: Opened, account: Account, known: Row | None, *, enough: bool
) -> None:
    told = await sent(opened, account, Meta(), CALLER, Outgoing(LEAD, known))

    assert refused(told) == ["delivered", "delivered" if enough else "person_too_vague"]


async def test_a_visit_alone_is_enough_where_it_left_more_than_its_browser(opened: Opened, account: Account) -> None:
    traces = [
        Traces(url=ADDRESS, user_agent=AGENT),
        Traces(url=ADDRESS, user_agent=AGENT, fbp="fb.1.1772600000000.3"),
        VISIT,
    ]

    told = await sent(
        opened,
        account,
        Meta(),
        *(Outgoing(msgspec.structs.replace(PURCHASE, traces=one), None) for one in traces),
    )

    assert refused(told) == ["person_too_vague", "delivered", "delivered"]


async def test_where_nothing_is_left_to_send_nothing_is_sent(opened: Opened, account: Account) -> None:
    meta = Meta()

    told = await sent(opened, account, meta, Outgoing(LEAD, None))

    assert (refused(told), meta.asked) == (["person_too_vague"], [])


@pytest.mark.parametrize(
    ("told", "kind", "code", "nothing_done"),
    [
        (refusal(100), Rejected, "100", True),
        (refusal(100, 2804003), Rejected, "100/2804003", True),
        (refusal(100, 2804050), Rejected, "100/2804050", True),
        (refusal(100, 33), NotFound, "100/33", True),
        (refusal(200, status=403), Forbidden, "200", True),
        (refusal(4), Throttled, "4", True),
        (refusal(2, status=503), Unavailable, "2", False),
    ],
)
async def test_a_refused_request_is_sent_once_and_says_nothing_of_people(
    opened: Opened, account: Account, told: httpx2.Response, kind: type[AdsError], *, code: str, nothing_done: bool
) -> None:
    meta = Meta(told)

    with pytest.raises(AdsError) as raised:
        await sent(opened, account, meta, BUYER, CALLER)

    error = raised.value
    assert (type(error), error.vendor, error.nothing_done) == (kind, VendorWords(code, "", "AbC123"), nothing_done)
    assert (len(meta.asked), EMAIL in f"{error!r} {error.fix}") == (1, False)


@pytest.mark.parametrize(
    "told",
    [
        {"events_received": 1, "messages": [], "fbtrace_id": "Aex1"},
        {"events_received": 3},
        {"events_received": "two"},
        {},
        {"success": True},
    ],
)
async def test_an_answer_that_does_not_count_all_events_leaves_it_open(
    opened: Opened, account: Account, told: object
) -> None:
    with pytest.raises(Garbled) as raised:
        await sent(opened, account, Meta(httpx2.Response(200, json=told)), BUYER, CALLER)

    assert not raised.value.nothing_done
