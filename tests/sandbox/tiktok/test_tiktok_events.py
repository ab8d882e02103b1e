"""The sandbox's TikTok takes events as the Events API 2.0 does: all or none, each once, and nobody by name."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256

import httpx2
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, events, server
from xylo_mcp.sandbox.tiktok.cast import SOMEONE_ELSES, event_sources
from xylo_mcp.sandbox.tiktok.envelope import Gateway, Write
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
Ask = Callable[..., Awaitable[Answer]]
Later = Callable[..., None]

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
PIXEL, APP, STORE, CRM = event_sources(US).values()
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
TRACK = "/event/track/"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


PURCHASE = {"event": "Purchase", "event_time": SECONDS - 60, "event_id": "order-1"}


@pytest.fixture
def track(post: Ask) -> Ask:
    async def tracked(*told: dict[str, object], source: str = "web", to: str = "", **others: object) -> Answer:
        where = to or event_sources(US)[source]  # type: ignore[index]  # one of its four words
        return await post(TRACK, event_source=source, event_source_id=where, data=list(told), **others)

    return tracked


def heard(world: World) -> list[Event]:
    return list(world.people.events("tiktok"))


async def test_an_event_is_kept_as_it_came_and_whom_it_is_about_by_digests(world: World, track: Ask) -> None:
    properties = (
        '{"currency":"EUR","value":59.8,"contents":[{"content_id":"SKU-9","quantity":2,"price":29.9}],"mine":1}'
    )
    answer = await track(
        {
            **PURCHASE,
            "user": {
                "email": digest("a"),
                "phone": [digest("b"), digest("c").upper()],
                "external_id": digest("d"),
                "ttclid": "E.C.P.demo",
                "ttp": "cookie",
                "ip": "203.0.113.9",
                "user_agent": "Mozilla/5.0",
            },
            "page": {"url": "https://shop.example/thanks?mail=a", "referrer": "https://shop.example/"},
            "properties": {
                "currency": "EUR",
                "value": 59.8,
                "contents": [{"content_id": "SKU-9", "quantity": 2, "price": 29.9}],
                "mine": 1,
            },
        }
    )

    assert answer == (0, "OK", {})
    assert heard(world) == [
        Event(
            platform="tiktok",
            destination=PIXEL,
            name="Purchase",
            id="order-1",
            at=datetime(2026, 3, 4, 15, 29, tzinfo=UTC),
            received=NOW,
            value="59.8",
            currency="EUR",
            person={
                "email": digest("a"),
                "phone": f"{digest('b')},{digest('c').upper()}",
                "external_id": digest("d"),
                "ttclid": "E.C.P.demo",
                "ttp": "cookie",
                "ip": digest("203.0.113.9"),
                "user_agent": digest("Mozilla/5.0"),
            },
            details={
                "event_source": "web",
                "properties": properties,
                "url": digest("https://shop.example/thanks?mail=a"),
                "referrer": digest("https://shop.example/"),
            },
        )
    ]
    assert [attempt[1:] for attempt in world.attempts()] == [("tiktok", "send_events", PIXEL)]


async def test_apps_stores_and_crms_have_sources_and_fields_of_their_own(world: World, track: Ask) -> None:
    event = {"event": "Purchase", "event_time": SECONDS}
    answers = [
        await track(
            {**event, "event": "LaunchAPP", "app": {"app_id": "1"}, "ad": {"callback": "x"}, "limited_data_use": True},
            source="app",
        ),
        await track(event, source="offline"),
        await track({**event, "event": "Qualified", "lead": {"lead_id": "9"}}, source="crm"),
    ]

    assert answers == [(0, "OK", {})] * 3
    assert [(one.destination, one.name, dict(one.details)) for one in heard(world)] == [
        (
            APP,
            "LaunchAPP",
            {"event_source": "app", "app": '{"app_id":"1"}', "ad": '{"callback":"x"}', "limited_data_use": "true"},
        ),
        (STORE, "Purchase", {"event_source": "offline"}),
        (CRM, "Qualified", {"event_source": "crm", "lead": '{"lead_id":"9"}'}),
    ]


async def test_what_comes_again_within_48_hours_is_taken_and_not_counted(
    world: World, track: Ask, later: Later
) -> None:
    await track(PURCHASE, PURCHASE, {**PURCHASE, "event": "Lead"}, {**PURCHASE, "event_id": "order-2"})
    later(hours=47, minutes=59)
    assert await track(PURCHASE) == (0, "OK", {})
    later(minutes=1)
    await track(PURCHASE)
    later(hours=1)
    await track(PURCHASE)

    assert [(one.name, one.id, one.counted) for one in heard(world)] == [
        ("Purchase", "order-1", True),
        ("Purchase", "order-1", False),
        ("Lead", "order-1", True),
        ("Purchase", "order-2", True),
        ("Purchase", "order-1", False),
        ("Purchase", "order-1", True),
        ("Purchase", "order-1", False),
    ]
    assert [one.details.get("repetition") for one in heard(world)] == [None, "true", None, None, "true", None, "true"]


async def test_events_without_an_id_and_those_of_another_source_are_no_repetitions(world: World, track: Ask) -> None:
    nameless = {"event": "Purchase", "event_time": SECONDS}
    await track(PURCHASE, nameless, nameless)
    await track(PURCHASE, to=event_sources(DE)["web"])

    assert [one.counted for one in heard(world)] == [True] * 4


@pytest.mark.parametrize(("value", "digits"), [("60", "60"), ("59.80", "59.8"), ("1e-7", "0.0000001"), ("0", "0")])
async def test_what_an_event_was_worth_is_kept_in_digits(
    world: World, http: httpx2.AsyncClient, value: str, digits: str
) -> None:
    event = f'{{"event":"Lead","event_time":{SECONDS},"page":{{"url":"x"}},"properties":{{"value":{value}}}}}'
    body = f'{{"event_source":"web","event_source_id":"{PIXEL}","data":[{event}]}}'
    await http.post(f"/open_api/v1.3{TRACK}", content=body, headers={"content-type": "application/json"})

    assert [(one.value, one.currency) for one in heard(world)] == [(digits, "")]


async def test_a_rehearsal_does_not_count_and_is_forgotten_by_what_comes_after(world: World, track: Ask) -> None:
    await track(PURCHASE, test_event_code="TEST12345")
    await track(PURCHASE)

    assert [(one.counted, one.details.get("test_event_code")) for one in heard(world)] == [
        (False, "TEST12345"),
        (True, None),
    ]


async def test_a_thousand_events_come_at_once_and_no_more(world: World, track: Ask) -> None:
    many = [{**PURCHASE, "event_id": str(number)} for number in range(1_001)]

    assert await track(*many) == (40002, "data: Expected `array` of length <= 1000.", {})
    assert heard(world) == []
    assert await track(*many[:1_000]) == (0, "OK", {})
    assert len(heard(world)) == 1_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "me@example.com"),
        ("email", [digest("a"), "me@example.com"]),
        ("phone", "+4915112345678"),
        ("external_id", "customer 7"),
        ("email", digest("a")[:-1]),
        ("email", ""),
        ("first_name", "Jo"),
        ("zip_code", "10115"),
    ],
)
async def test_what_is_not_hashed_costs_all_events_and_is_not_repeated(
    world: World, track: Ask, field: str, value: object
) -> None:
    answer = await track(PURCHASE, {**PURCHASE, "event_id": "2", "user": {field: value}})

    message = f"data[1].user.{field}: Must be hashed with SHA-256, as 64 hexadecimal digits."
    assert answer == (40062, message, {})
    assert heard(world) == []


@pytest.mark.parametrize(
    ("source", "changed", "message"),
    [
        ("web", {"event": ""}, "data[0].event: Expected `str` of length >= 1."),
        ("web", {"event_time": "1772366400"}, "data[0].event_time: Expected `int`, got `str`."),
        (
            "web",
            {"event_time": SECONDS * 1000},
            "data[0].event_time: Must be the Unix time in seconds, and not in the future.",
        ),
        ("offline", {"event_time": SECONDS - 29 * 86_400}, "data[0].event_time: Must be within the last 28 days."),
        ("offline", {"event": "purchase"}, "data[0].event: Only standard events are supported for offline events."),
        ("offline", {"page": {"url": "a"}}, "data[0].page: Only when event_source is web."),
        ("web", {"page": {"referrer": "a"}}, "data[0].page: Object missing required field `url`."),
        ("web", {"app": {}}, "data[0].app: Only when event_source is app."),
        ("crm", {"ad": {}}, "data[0].ad: Only when event_source is app or web."),
        ("web", {"lead": {"lead_id": "1"}}, "data[0].lead: Only when event_source is crm."),
        ("crm", {"lead": {}}, "data[0].lead: Object missing required field `lead_id`."),
        ("offline", {"limited_data_use": True}, "data[0].limited_data_use: Only when event_source is web or app."),
        ("web", {"user": {"phone_number": "1"}}, "data[0].user: Object contains unknown field `phone_number`."),
        ("web", {"timestamp": "1"}, "data[0]: Object contains unknown field `timestamp`."),
        ("web", {"properties": {"value": "9.90"}}, "data[0].properties.value: Expected `int | float`, got `str`."),
        ("web", {"properties": {"currency": "euro"}}, "data[0].properties.currency: Not a supported currency."),
        (
            "web",
            {"properties": {"content_type": "shoe"}},
            "data[0].properties.content_type: Invalid enum value 'shoe'.",
        ),
        (
            "web",
            {"properties": {"contents": [{"quantity": 1.5}]}},
            "data[0].properties.contents[0].quantity: Expected `int`, got `float`.",
        ),
    ],
)
async def test_one_event_that_breaks_a_rule_costs_all(
    world: World, track: Ask, source: str, changed: dict[str, object], message: str
) -> None:
    assert await track({**PURCHASE, **changed}, PURCHASE, source=source) == (40002, message, {})
    assert heard(world) == []


@pytest.mark.parametrize(
    ("source", "to", "code", "message"),
    [
        ("web", "CDEMO1234567890ABCDE", 40002, "event_source_id: It is no event source for web events."),
        ("offline", PIXEL, 40002, "event_source_id: It is no event source for offline events."),
        ("web", f"C{UK}", 40001, f"The advertiser {UK} is disabled."),
        ("web", f"C{SOMEONE_ELSES}", 40001, f"No permission to operate advertiser {SOMEONE_ELSES}."),
        ("shop", PIXEL, 40002, "event_source: Invalid enum value 'shop'."),
    ],
)
async def test_events_go_to_sources_of_advertisers_that_the_token_reaches(
    track: Ask, source: str, to: str, code: int, message: str
) -> None:
    assert await track(PURCHASE, source=source, to=to) == (code, message, {})


async def asked(app: ASGIApp, path: str, times: int) -> list[int]:
    """The codes of the answers to a path, asked so many times within one second."""
    transport = httpx2.ASGITransport(app=app)
    headers = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
    body = {"event_source": "web", "event_source_id": PIXEL, "data": [PURCHASE]}
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as http:
        return [(await http.post(path, json=body)).json()["code"] for _ in range(times)]


async def test_events_have_no_part_in_the_limit_of_the_app(world: World) -> None:
    app = server(world, qps=1)

    assert await asked(app, f"/open_api/v1.3{TRACK}", 3) == [0, 0, 0]
    assert await asked(app, "/open_api/v1.3/pixel/track/", 2) == [40002, 40100]


async def test_events_have_a_limit_of_their_own(world: World) -> None:
    app = Gateway(world, {}, {TRACK: Write("", "", events.track, 2)}, qps=1)

    assert await asked(app, TRACK, 3) == [0, 0, 40100]
