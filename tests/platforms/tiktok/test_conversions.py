"""How conversions are told to TikTok, and what its answers make of them.

Bodies and answers are made up in the documented shapes (TikTok API for Business docs, v1.3, "Events API 2.0",
"Report a web event", "Report web events in bulk", 2026).
"""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.conversions import NAMES, Event, Item, Outgoing, Place, Told, Traces
from xylo_mcp.ads.errors import AdsError, Forbidden, Invalid, NotFound, Rejected, Throttled, Unavailable, VendorWords
from xylo_mcp.ads.money import Money
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.tiktok import event_bodies, event_names, pixel_bodies

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
VirtualTime = Callable[[Coroutine[object, object, None]], None]

PIXEL, APP = "CDEMO1234567890ABCDE", "7000000000000000001"
EMAIL, PHONE, EXTERNAL = "e2" * 32, "86" * 32, "04" * 32
MOBILE = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
TRACES = Traces(
    fbp="fb.1.1",
    ttclid="E.C.P.demo",
    ttp="ttp-demo",
    ip="203.0.113.9",
    user_agent="Mozilla/5.0 (Linux; Android 14)",
    url="https://shop.example/thanks",
    referrer="https://shop.example/pay",
)
RICH = Event(
    name="purchase",
    id="ord-1001",
    at=AT,
    place="website",
    value=Money(Decimal("59.80"), "EUR"),
    order_id="1001",
    contents=(Item("SKU-9", 2, Decimal("29.9"), "Mug", "Kitchen"), Item("SKU-8")),
    traces=TRACES,
)
POOR = Event("view_content", "v-1", AT, "website")
PERSON = (EMAIL, PHONE, EXTERNAL, MOBILE)
TRACK, ONE, BATCH = "event/track/", "pixel/track/", "pixel/batch/"


class TikTok:
    """Gives its answers in turn, the last one again and again, and keeps what it was told: path and body."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers = list(answers)
        self.told: list[tuple[str, Mapping[str, object]]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.method == "POST"
        assert request.url.query == b""
        assert request.headers["Content-Type"] == "application/json"
        path = request.url.path.removeprefix("/open_api/v1.3/")
        self.told.append((path, msgspec.json.decode(request.content, type=dict[str, object])))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def answer(code: int = 0, message: str = "OK") -> httpx2.Response:
    return httpx2.Response(200, json={"code": code, "message": message, "request_id": "r1", "data": {}})


def decoded(body: bytes) -> Mapping[str, object]:
    return msgspec.json.decode(body, type=dict[str, object])


def several(count: int) -> list[Outgoing]:
    return [Outgoing(msgspec.structs.replace(POOR, id=f"v-{number}"), None) for number in range(count)]


def test_an_event_takes_along_all_that_tiktok_takes() -> None:
    body = event_bodies.body(PIXEL, [Outgoing(RICH, PERSON)], "TEST12345")

    assert b'"value":59.80' in body
    assert decoded(body) == {
        "event_source": "web",
        "event_source_id": PIXEL,
        "test_event_code": "TEST12345",
        "data": [
            {
                "event": "Purchase",
                "event_time": 1772618400,
                "event_id": "ord-1001",
                "user": {
                    "email": EMAIL,
                    "phone": PHONE,
                    "external_id": EXTERNAL,
                    "ttclid": "E.C.P.demo",
                    "ttp": "ttp-demo",
                    "ip": "203.0.113.9",
                    "user_agent": "Mozilla/5.0 (Linux; Android 14)",
                },
                "properties": {
                    "currency": "EUR",
                    "value": 59.8,
                    "order_id": "1001",
                    "content_type": "product",
                    "contents": [
                        {
                            "content_id": "SKU-9",
                            "quantity": 2,
                            "price": 29.9,
                            "content_name": "Mug",
                            "content_category": "Kitchen",
                        },
                        {"content_id": "SKU-8", "quantity": 1},
                    ],
                },
                "page": {"url": "https://shop.example/thanks", "referrer": "https://shop.example/pay"},
            }
        ],
    }


def test_what_is_not_known_is_left_out() -> None:
    assert decoded(event_bodies.body(PIXEL, [Outgoing(POOR, None)], "")) == {
        "event_source": "web",
        "event_source_id": PIXEL,
        "data": [{"event": "ViewContent", "event_time": 1772618400, "event_id": "v-1"}],
    }


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        ("MyShop/3 CFNetwork/1490 Darwin/23.2", {"idfa": MOBILE.upper()}),
        ("okhttp/4.12 (Linux; Android 14)", {"gaid": MOBILE}),
        ("", {"gaid": MOBILE}),
    ],
)
def test_in_an_app_the_device_is_told_as_its_makers(user_agent: str, told: Mapping[str, str]) -> None:
    event = Event("lead", "l-1", AT, "app", traces=Traces(user_agent=user_agent, url="https://shop.example"))
    user = {**told, "user_agent": user_agent} if user_agent else told

    assert decoded(event_bodies.body(APP, [Outgoing(event, ("", "", "", MOBILE))], "")) == {
        "event_source": "app",
        "event_source_id": APP,
        "data": [{"event": "GenerateLead", "event_time": 1772618400, "event_id": "l-1", "user": user}],
    }


def test_names_are_tiktoks_own() -> None:
    def names(place: Place) -> list[str]:
        return [event_names.name_at(place, name) for name in (*NAMES, "My own")]

    usual = [
        "Purchase",
        "Lead",
        "CompleteRegistration",
        "AddToCart",
        "AddToWishlist",
        "InitiateCheckout",
        "AddPaymentInfo",
        "ViewContent",
        "Search",
        "Subscribe",
        "StartTrial",
        "Contact",
        "Schedule",
        "SubmitApplication",
        "FindLocation",
        "CustomizeProduct",
        "Download",
        "My own",
    ]
    in_apps = {"Lead": "GenerateLead", "CompleteRegistration": "Registration", "InitiateCheckout": "Checkout"}
    of_old = {"Purchase": "CompletePayment", "Lead": "SubmitForm"}
    assert names("website") == names("store") == usual
    assert names("app") == [in_apps.get(name, name) for name in usual]
    assert list(map(event_names.old_name, (*NAMES, "My own"))) == [of_old.get(name, name) for name in usual]


def test_the_older_version_has_words_of_its_own() -> None:
    rich = {
        "event": "CompletePayment",
        "event_id": "ord-1001",
        "timestamp": "2026-03-04T10:00:00Z",
        "context": {
            "user": {"email": EMAIL, "phone_number": PHONE, "external_id": EXTERNAL, "ttp": "ttp-demo"},
            "ad": {"callback": "E.C.P.demo"},
            "page": {"url": "https://shop.example/thanks", "referrer": "https://shop.example/pay"},
            "ip": "203.0.113.9",
            "user_agent": "Mozilla/5.0 (Linux; Android 14)",
        },
        "properties": {
            "currency": "EUR",
            "value": 59.8,
            "contents": [
                {
                    "content_id": "SKU-9",
                    "quantity": 2,
                    "content_type": "product",
                    "price": 29.9,
                    "content_name": "Mug",
                    "content_category": "Kitchen",
                },
                {"content_id": "SKU-8", "quantity": 1, "content_type": "product"},
            ],
        },
    }
    poor = {"event": "ViewContent", "event_id": "v-1", "timestamp": "2026-03-04T10:00:00Z"}

    one = pixel_bodies.request(PIXEL, [Outgoing(RICH, PERSON)], "TEST12345")
    both = pixel_bodies.request(PIXEL, [Outgoing(RICH, PERSON), Outgoing(POOR, None)], "")

    assert (one.path, decoded(one.body)) == (ONE, {**rich, "pixel_code": PIXEL, "test_event_code": "TEST12345"})
    assert (both.path, decoded(both.body)) == (
        BATCH,
        {"pixel_code": PIXEL, "batch": [{"type": "track", **rich}, {"type": "track", **poor}]},
    )


def test_the_parts_of_a_body_never_show_what_they_hold() -> None:
    part = event_bodies.Content("SKU-9", 2)

    assert repr(part) == "Content(…)"


async def test_all_events_of_a_place_are_told_in_one_request(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer())
    events = several(1000)

    async with opened(tiktok) as platform:
        told = await platform.send_events(account, PIXEL, events, "TEST1")

    assert told == [Told("delivered")] * 1000
    assert tiktok.told == [(TRACK, decoded(event_bodies.body(PIXEL, events, "TEST1")))]


async def test_no_event_is_no_request(opened: Opened, account: Account) -> None:
    async with opened(TikTok()) as platform:
        assert await platform.send_events(account, PIXEL, [], "") == []


@pytest.mark.parametrize(
    "events",
    [
        several(1001),
        [Outgoing(POOR, None), Outgoing(msgspec.structs.replace(POOR, place="app"), None)],
        [Outgoing(msgspec.structs.replace(POOR, id=""), None)],
    ],
    ids=["too many", "two places", "improper"],
)
async def test_what_is_no_proper_request_is_not_sent(opened: Opened, account: Account, events: list[Outgoing]) -> None:
    tiktok = TikTok(answer())

    async with opened(tiktok) as platform:
        with pytest.raises(Invalid):
            await platform.send_events(account, PIXEL, events, "")

    assert tiktok.told == []


@pytest.mark.parametrize(
    ("said", "kind", "words", "nothing_done"),
    [
        (answer(40002, f"Invalid value for email: {EMAIL}"), Rejected, "email", True),
        (answer(40062, "user.phone is not hashed: +4930123"), Rejected, "phone", True),
        (answer(20001, "Partly"), Rejected, "", False),
        (answer(40002, "Invalid value for event_source_id: not a valid string."), NotFound, "event_source_id", True),
        (answer(40002, f"event_source_id {PIXEL}, event_time: bad"), Rejected, "event_source_id event_time", True),
        (answer(40001, "No permission for jo@example.com"), Forbidden, "", True),
    ],
)
async def test_a_refusal_says_which_fields_and_of_whom_nothing(
    opened: Opened,
    account: Account,
    said: httpx2.Response,
    kind: type[AdsError],
    words: str,
    *,
    nothing_done: bool,
) -> None:
    async with opened(TikTok(said)) as platform:
        with pytest.raises(kind) as raised:
            await platform.send_events(account, PIXEL, [Outgoing(RICH, PERSON)], "")

    error = raised.value
    assert error.vendor == VendorWords(str(decoded(said.content)["code"]), words, "r1")
    assert error.nothing_done is nothing_done
    assert not any(
        told in repr((error, error.args, error.__cause__, error.__context__, error.vendor))
        for told in (EMAIL, PHONE, "+4930123", "jo@example.com", "203.0.113.9")
    )


@pytest.mark.virtual_time
@pytest.mark.parametrize("events_api", ["1", "2"])
async def test_a_websites_event_without_an_answer_is_told_again(
    opened: Opened, account: Account, events_api: str
) -> None:
    tiktok = TikTok(httpx2.Response(502), answer(50002), answer())

    async with opened(tiktok, events_api=events_api) as platform:
        assert await platform.send_events(account, PIXEL, [Outgoing(RICH, PERSON)], "") == [Told("delivered")]

    assert len(tiktok.told) == 3
    assert tiktok.told[0] == tiktok.told[2]


@pytest.mark.parametrize("place", ["app", "store"])
async def test_elsewhere_it_is_told_once_for_nothing_is_said_of_dropping_it(
    opened: Opened, account: Account, place: Place
) -> None:
    tiktok = TikTok(httpx2.Response(502))

    async with opened(tiktok) as platform:
        event = msgspec.structs.replace(POOR, place=place)
        with pytest.raises(Unavailable):
            await platform.send_events(account, APP, [Outgoing(event, None)], "")

    assert len(tiktok.told) == 1


async def test_the_older_version_is_told_by_fifties(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer())
    events = several(101)

    async with opened(tiktok, events_api="1") as platform:
        told = await platform.send_events(account, PIXEL, events, "")

    assert told == [Told("delivered")] * 101
    assert tiktok.told == [
        (BATCH, decoded(pixel_bodies.request(PIXEL, events[:50], "").body)),
        (BATCH, decoded(pixel_bodies.request(PIXEL, events[50:100], "").body)),
        (ONE, decoded(pixel_bodies.request(PIXEL, events[100:], "").body)),
    ]


async def test_of_what_the_older_version_takes_in_part_each_is_told_alone(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer(20001), answer(), answer(40002, f"Invalid value for url: {EMAIL}"), answer())

    async with opened(tiktok, events_api="1") as platform:
        told = await platform.send_events(account, PIXEL, several(3), "")

    assert told == [
        Told("delivered"),
        Told("rejected", "refused", VendorWords("40002", "url", "r1")),
        Told("delivered"),
    ]
    assert [path for path, _ in tiktok.told] == [BATCH, ONE, ONE, ONE]


@pytest.mark.virtual_time
async def test_what_the_older_version_does_not_answer_alone_waits_for_later(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer(20001), answer(), answer(50000))

    async with opened(tiktok, events_api="1") as platform:
        told = await platform.send_events(account, PIXEL, several(2), "")

    assert told == [Told("delivered"), Told("later", "not_told_yet", VendorWords("50000", "", "r1"))]


@pytest.mark.parametrize("code", [40002, 40001])
async def test_once_the_older_version_took_some_the_others_wait_for_later(
    opened: Opened, account: Account, code: int
) -> None:
    tiktok = TikTok(answer(), answer(code))

    async with opened(tiktok, events_api="1") as platform:
        told = await platform.send_events(account, PIXEL, several(120), "")

    waiting = Told("later", "not_told_yet", VendorWords(str(code), "", "r1"))
    assert told == [Told("delivered")] * 50 + [waiting] * 70
    assert len(tiktok.told) == 2


async def test_what_the_older_version_refuses_first_is_refused_whole(opened: Opened, account: Account) -> None:
    async with opened(TikTok(answer(40002)), events_api="1") as platform:
        with pytest.raises(Rejected):
            await platform.send_events(account, PIXEL, several(120), "")


def test_events_do_not_count_against_the_apps_pace(
    opened: Opened, account: Account, in_virtual_time: VirtualTime
) -> None:
    async def play() -> None:
        async with opened(TikTok(answer())) as platform:
            began = anyio.current_time()
            async with anyio.create_task_group() as group:
                for _ in range(100):
                    group.start_soon(platform.send_events, account, PIXEL, several(1), "")
            assert anyio.current_time() - began < 1

    in_virtual_time(play())


async def test_a_throttle_for_events_is_said_as_one(opened: Opened, account: Account) -> None:
    async with opened(TikTok(answer(40132))) as platform:
        event = msgspec.structs.replace(POOR, place="store")
        with pytest.raises(Throttled):
            await platform.send_events(account, APP, [Outgoing(event, None)], "")
