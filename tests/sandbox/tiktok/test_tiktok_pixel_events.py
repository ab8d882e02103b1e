"""The sandbox's TikTok still takes events as the Events API 1.0 does, alone or up to fifty."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.tiktok import CAST
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
Ask = Callable[..., Awaitable[Answer]]

PIXEL = f"C{CAST.accounts[0].id}"
NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
EMAIL = sha256(b"a").hexdigest()
PAYMENT = {"event": "CompletePayment", "event_id": "order-1", "timestamp": "2026-03-04T15:29:00.500Z"}


def heard(world: World) -> list[Event]:
    return list(world.people.events("tiktok"))


async def test_an_event_is_kept_as_it_came(world: World, post: Ask) -> None:
    answer = await post(
        "/pixel/track/",
        pixel_code=PIXEL,
        partner_name="Nordlicht",
        **PAYMENT,
        context={
            "ip": "203.0.113.9",
            "user_agent": "Mozilla/5.0",
            "user": {"email": EMAIL, "phone_number": EMAIL, "external_id": EMAIL, "ttp": "cookie"},
            "ad": {"callback": "E.C.P.demo"},
            "page": {"url": "https://shop.example/"},
        },
        properties={"currency": "USD", "value": 20, "contents": [{"content_id": "1", "price": 10, "quantity": 2}]},
    )

    assert answer == (0, "OK", {})
    assert heard(world) == [
        Event(
            platform="tiktok",
            destination=PIXEL,
            name="CompletePayment",
            id="order-1",
            at=datetime(2026, 3, 4, 15, 29, 0, 500_000, tzinfo=UTC),
            received=NOW,
            value="20",
            currency="USD",
            person={
                "email": EMAIL,
                "phone_number": EMAIL,
                "external_id": EMAIL,
                "ttp": "cookie",
                "callback": "E.C.P.demo",
                "ip": sha256(b"203.0.113.9").hexdigest(),
                "user_agent": sha256(b"Mozilla/5.0").hexdigest(),
            },
            details={
                "event_source": "web",
                "properties": '{"currency":"USD","value":20,"contents":[{"content_id":"1","price":10,"quantity":2}]}',
                "url": sha256(b"https://shop.example/").hexdigest(),
            },
        )
    ]
    assert [attempt[1:] for attempt in world.attempts()] == [("tiktok", "send_events", PIXEL)]


async def test_an_event_without_a_time_happens_when_it_comes(world: World, post: Ask) -> None:
    await post("/pixel/track/", pixel_code=PIXEL, event="ViewContent")

    assert [(one.name, one.at) for one in heard(world)] == [("ViewContent", NOW)]


async def test_both_versions_of_the_api_are_one_channel(world: World, post: Ask) -> None:
    await post("/pixel/track/", pixel_code=PIXEL, **PAYMENT)
    event = {"event": "CompletePayment", "event_time": int(NOW.timestamp()), "event_id": "order-1"}
    await post("/event/track/", event_source="web", event_source_id=PIXEL, data=[event])

    assert [one.counted for one in heard(world)] == [True, False]


@pytest.mark.parametrize(
    ("changed", "code", "message"),
    [
        ({"pixel_code": "C7"}, 40002, "pixel_code: It is no event source for web events."),
        ({"event": "Bought"}, 40002, "event: Not a supported web event."),
        ({"timestamp": "2026-03-04T15:29:00"}, 40002, "timestamp: Expected `datetime` with a timezone component."),
        ({"timestamp": 1_772_366_400}, 40002, "timestamp: Expected `datetime`, got `int`."),
        ({"event_time": 1}, 40002, "event_time: Unknown field."),
        ({"context": {"user": {"phone": EMAIL}}}, 40002, "context.user: Object contains unknown field `phone`."),
        (
            {"context": {"user": {"email": "me@example.com"}}},
            40062,
            "context.user.email: Must be hashed with SHA-256, as 64 hexadecimal digits.",
        ),
        ({"properties": {"currency": "XXX"}}, 40002, "properties.currency: Not a supported currency."),
        ({"properties": {"value": "1"}}, 40002, "properties.value: Expected `int | float`, got `str`."),
    ],
)
async def test_an_event_that_breaks_a_rule_is_refused(
    world: World, post: Ask, changed: dict[str, object], code: int, message: str
) -> None:
    body = {"pixel_code": PIXEL, **PAYMENT, **changed}

    assert await post("/pixel/track/", **body) == (code, message, {})
    assert heard(world) == []


async def test_of_a_batch_all_are_taken_but_the_bad_ones(world: World, post: Ask) -> None:
    batch = [
        {"type": "track", **PAYMENT},
        {"type": "track", **PAYMENT, "context": {"user": {"email": "me@example.com"}}},
        {**PAYMENT},
        {"type": "track", **PAYMENT},
    ]

    code, message, data = await post("/pixel/batch/", pixel_code=PIXEL, batch=batch)

    assert (code, message) == (20001, "Partial success")
    assert data == {
        "failed_events": [
            {
                "order_in_batch": 1,
                "code": 40062,
                "message": "batch[1].context.user.email: Must be hashed with SHA-256, as 64 hexadecimal digits.",
            },
            {"order_in_batch": 2, "code": 40002, "message": "batch[2]: Object missing required field `type`."},
        ]
    }
    assert [one.counted for one in heard(world)] == [True, False]


async def test_a_whole_batch_is_taken_and_a_rehearsal_does_not_count(world: World, post: Ask) -> None:
    batch = [{"type": "track", **PAYMENT, "event_id": str(number)} for number in range(50)]

    assert await post("/pixel/batch/", pixel_code=PIXEL, batch=batch, test_event_code="T1") == (0, "OK", {})
    assert [(one.id, one.counted) for one in heard(world)] == [(str(number), False) for number in range(50)]


@pytest.mark.parametrize("many", [0, 51])
async def test_a_batch_has_one_to_fifty_events(world: World, post: Ask, many: int) -> None:
    answer = await post("/pixel/batch/", pixel_code=PIXEL, batch=[{"type": "track", **PAYMENT}] * many)

    assert answer == (40061, "batch: Must have 1 to 50 events.", {})
    assert heard(world) == []


async def test_a_batch_of_bad_ones_alone_is_refused(world: World, post: Ask) -> None:
    answer = await post("/pixel/batch/", pixel_code=PIXEL, batch=[{"type": "identify", **PAYMENT}])

    assert answer == (40002, "batch[0].type: Invalid enum value 'identify'.", {})
    assert heard(world) == []
