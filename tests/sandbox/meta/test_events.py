"""Events of Meta's sandbox: what a pixel takes, what it counts, and what it refuses whole."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, pixel_of, server
from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.world import World

US = "123456789"
PIXEL = pixel_of(US)
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHOP = "https://shop.example/thanks"
EMAIL = sha256(b"a@example.com").hexdigest()
LEAD: dict[str, object] = {
    "event_name": "Lead",
    "event_time": int(START.timestamp()),
    "action_source": "system_generated",
    "user_data": {"em": EMAIL},
}
VISIT = {**LEAD, "action_source": "website", "event_source_url": SHOP}
Refused = Callable[[httpx2.Response], tuple[int, int, int]]
Fails = Callable[[ASGIApp, str], ASGIApp]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """What the vendor's own client reads of an answer, all of it."""

    events_received: int
    messages: list[str]
    fbtrace_id: str


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moving(clock: Clock) -> World:
    return World(7, date(2026, 11, 22), clock, (CAST,))


@pytest.fixture
def http(moving: World) -> httpx2.AsyncClient:
    return asking(server(moving))


def asking(app: ASGIApp) -> httpx2.AsyncClient:
    headers = {"authorization": f"Bearer {CREDENTIALS['ACCESS_TOKEN']}"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox/v26.0", headers=headers)


async def send(http: httpx2.AsyncClient, *events: Mapping[str, object], **others: str) -> httpx2.Response:
    return await http.post(f"/{PIXEL}/events", data={"data": msgspec.json.encode(events).decode(), **others})


def without(event: Mapping[str, object], name: str) -> Mapping[str, object]:
    return {key: value for key, value in event.items() if key != name}


def counted(world: World) -> list[bool]:
    return [event.counted for event in world.people.events("meta")]


async def test_an_event_is_kept_as_it_came_without_address_and_user_agent(
    http: httpx2.AsyncClient, moving: World
) -> None:
    event = {
        **VISIT,
        "event_name": "Purchase",
        "event_time": int(START.timestamp()) - 60,
        "event_id": "order-42",
        "user_data": {
            "em": [EMAIL, "0" * 64],
            "external_id": "user-42",
            "lead_id": 1234567890123456,
            "client_ip_address": "2001:db8::1",
            "client_user_agent": "Mozilla/5.0",
            "fbc": "fb.1.1795348800000.Click",
        },
        "custom_data": {"value": 9.90, "currency": "eur", "order_id": "42", "contents": [{"id": "a", "quantity": 1}]},
        "opt_out": True,
        "data_processing_options": ["LDU"],
        "data_processing_options_country": 1,
        "data_processing_options_state": 1000,
    }

    answer = await send(http, event, test_event_code="TEST1", partner_agent="agent")

    told = msgspec.json.decode(answer.content, type=Told)
    assert (answer.status_code, told.events_received, told.messages, told.fbtrace_id[0]) == (200, 1, [], "A")
    assert list(moving.people.events("meta", PIXEL)) == [
        Event(
            platform="meta",
            destination=PIXEL,
            name="Purchase",
            id="order-42",
            at=START - timedelta(minutes=1),
            received=START,
            value="9.9",
            currency="EUR",
            person={
                "em": f"{EMAIL},{'0' * 64}",
                "external_id": "user-42",
                "lead_id": "1234567890123456",
                "fbc": "fb.1.1795348800000.Click",
            },
            details={
                "action_source": "website",
                "event_source_url": SHOP,
                "opt_out": "true",
                "data_processing_options": "LDU",
                "custom_data": '{"order_id":"42","contents":[{"id":"a","quantity":1}]}',
                "test_event_code": "TEST1",
            },
        )
    ]
    assert [row[1:] for row in moving.attempts()] == [("meta", "send_events", PIXEL)]


@pytest.mark.parametrize("how", ["objects", "texts", "json"])
async def test_events_come_as_objects_as_texts_and_in_a_json_body(
    http: httpx2.AsyncClient, moving: World, how: str
) -> None:
    events = [{**LEAD, "event_id": "1"}, {**LEAD, "event_id": "2"}]
    if how == "json":
        answer = await http.post(f"/{PIXEL}/events", json={"data": events})
    else:
        data = [json.dumps(event) for event in events] if how == "texts" else events
        answer = await http.post(f"/{PIXEL}/events", data={"data": json.dumps(data)})

    assert msgspec.json.decode(answer.content, type=Told).events_received == 2
    assert [event.id for event in moving.people.events("meta", PIXEL)] == ["1", "2"]


async def test_a_repetition_is_received_and_not_counted_for_48_hours(
    http: httpx2.AsyncClient, clock: Clock, moving: World
) -> None:
    event = {**LEAD, "event_id": "1"}
    await send(http, event, event, {**event, "event_name": "Other"})
    await http.post(f"/{pixel_of('223456789')}/events", data={"data": json.dumps([event])})
    clock.now += timedelta(hours=48, seconds=-1)
    again = await send(http, event)
    clock.now += timedelta(seconds=1)
    await send(http, event)
    await send(http, event)

    assert msgspec.json.decode(again.content, type=Told).events_received == 1
    assert counted(moving) == [True, False, True, True, False, True, False]


async def test_events_without_an_id_are_all_counted(http: httpx2.AsyncClient, moving: World) -> None:
    await send(http, LEAD, LEAD)
    await send(http, LEAD)

    assert counted(moving) == [True] * 3


@pytest.mark.parametrize(
    ("source", "days", "good"),
    [
        ("system_generated", 7, True),
        ("physical_store", 62, True),
        ("system_generated", 7.001, False),
        ("physical_store", 62.001, False),
    ],
)
async def test_an_event_is_at_most_seven_days_old_or_62_in_a_store(
    http: httpx2.AsyncClient, moving: World, refused: Refused, source: str, days: float, *, good: bool
) -> None:
    then = int((START - timedelta(days=days)).timestamp())

    answer = await send(http, LEAD, {**LEAD, "action_source": source, "event_time": then})

    if good:
        assert answer.status_code == 200
    else:
        assert refused(answer) == (400, 100, 2804003)
    assert counted(moving) == [True, True] * good


@pytest.mark.parametrize(
    "event",
    [
        without(LEAD, "event_name"),
        {**LEAD, "event_name": " "},
        without(LEAD, "event_time"),
        {**LEAD, "event_time": "now"},
        {**LEAD, "event_time": int(START.timestamp()) + 61},
        {**LEAD, "event_time": int(START.timestamp()) * 1000},
        without(LEAD, "action_source"),
        {**LEAD, "action_source": "web"},
        without(LEAD, "user_data"),
        {**LEAD, "event_id": 7},
        {**LEAD, "colour": "red"},
        {**LEAD, "data_processing_options": ["ALL"]},
        {**LEAD, "data_processing_options_country": 2},
        {**LEAD, "data_processing_options_state": 1},
        without({**VISIT, "user_data": {"em": EMAIL, "client_user_agent": "UA"}}, "event_source_url"),
        {**VISIT, "user_data": {"em": EMAIL, "client_user_agent": "UA"}, "event_source_url": "shop"},
        VISIT,
        {**LEAD, "action_source": "app"},
        {**LEAD, "action_source": "app", "app_data": {"extinfo": ["a2"]}},
        {**LEAD, "action_source": "app", "app_data": {"extinfo": 16}},
        {**LEAD, "action_source": "business_messaging"},
        {**LEAD, "event_name": "Purchase"},
        {**LEAD, "event_name": "Purchase", "custom_data": {"value": 1}},
        {**LEAD, "event_name": "Purchase", "custom_data": {"currency": "EUR"}},
        {**LEAD, "custom_data": {"value": "much"}},
        {**LEAD, "custom_data": {"value": -1}},
        {**LEAD, "custom_data": {"value": 1e30}},
        {**LEAD, "custom_data": {"value": None}},
        {**LEAD, "custom_data": {"currency": "EURO"}},
        {**LEAD, "custom_data": {"currency": 978}},
        {**LEAD, "user_data": {"em": "john@example.com"}},
        {**LEAD, "user_data": {"em": [EMAIL, "john@example.com"]}},
        {**LEAD, "user_data": {"em": EMAIL.upper()}},
        {**LEAD, "user_data": {"em": EMAIL[:32]}},
        {**LEAD, "user_data": {"em": ""}},
        {**LEAD, "user_data": {"ph": "+4915112345678"}},
        {**LEAD, "user_data": {"em": EMAIL, "country": "de"}},
        {**LEAD, "user_data": {"em": None}},
        {**LEAD, "user_data": {"em": EMAIL, "john@example.com": "x"}},
        {**LEAD, "user_data": {"em": EMAIL, "client_ip_address": "203.0.113.777"}},
        {**LEAD, "user_data": {"em": EMAIL, "client_user_agent": ""}},
        {**LEAD, "user_data": {"em": EMAIL, "fbc": "Click"}},
        {**LEAD, "user_data": {"em": EMAIL, "fbp": EMAIL}},
        {**LEAD, "user_data": {"external_id": " "}},
    ],
)
async def test_one_bad_event_refuses_all_and_nothing_of_it_is_told(
    http: httpx2.AsyncClient, moving: World, refused: Refused, event: Mapping[str, object]
) -> None:
    answer = await send(http, LEAD, event, LEAD)

    assert refused(answer) == (400, 100, 0)
    assert not [one for one in ("john@example.com", "4915112345678", "203.0.113.777", EMAIL) if one in answer.text]
    assert counted(moving) == []


@pytest.mark.parametrize(
    "user_data",
    [
        {},
        {"em": []},
        {"client_user_agent": "UA"},
        {"db": EMAIL, "client_user_agent": "UA"},
        {"fn": EMAIL, "ge": EMAIL},
        {"ln": EMAIL, "ge": EMAIL},
        {"ct": EMAIL, "st": EMAIL, "zp": EMAIL, "country": EMAIL},
    ],
)
async def test_an_event_must_make_out_a_person(
    http: httpx2.AsyncClient, moving: World, refused: Refused, user_data: Mapping[str, object]
) -> None:
    answer = await send(http, LEAD, {**LEAD, "user_data": user_data})

    assert refused(answer) == (400, 100, 2804050)
    assert counted(moving) == []


@pytest.mark.parametrize(
    "event",
    [
        {**VISIT, "user_data": {"client_user_agent": "UA", "client_ip_address": "203.0.113.7"}},
        {**LEAD, "action_source": "app", "app_data": {"extinfo": ["a2", *[""] * 15]}},
        {**LEAD, "action_source": "business_messaging", "messaging_channel": "whatsapp"},
        {**LEAD, "user_data": {"fn": EMAIL, "ln": EMAIL}},
        {**LEAD, "custom_data": {"value": "9.90", "currency": "EUR", "mine": {"a": 1}}},
        {**LEAD, "event_time": int(START.timestamp()) + 60},
    ],
)
async def test_what_is_as_it_must_be_is_taken(
    http: httpx2.AsyncClient, moving: World, event: Mapping[str, object]
) -> None:
    assert (await send(http, event)).status_code == 200
    assert counted(moving) == [True]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"data": ""},
        {"data": "[]"},
        {"data": json.dumps(LEAD)},
        {"data": '["event"]'},
        {"data": "[null]"},
        {"data": json.dumps([LEAD] * 1001)},
        {"data": json.dumps([LEAD]), "colour": "red"},
    ],
)
async def test_a_request_without_events_or_with_too_many_is_refused(
    http: httpx2.AsyncClient, moving: World, refused: Refused, given: dict[str, str]
) -> None:
    assert refused(await http.post(f"/{PIXEL}/events", data=given)) == (400, 100, 0)
    assert counted(moving) == []


async def test_a_thousand_events_come_at_once(http: httpx2.AsyncClient, moving: World) -> None:
    answer = await send(http, *({**LEAD, "event_id": str(number)} for number in range(1000)))

    assert msgspec.json.decode(answer.content, type=Told).events_received == 1000
    assert counted(moving) == [True] * 1000


async def test_every_account_has_one_pixel(http: httpx2.AsyncClient) -> None:
    listed = (await http.get(f"/act_{US}/adspixels", params={"fields": "id,name", "summary": "true"})).json()
    node = (await http.get(f"/{PIXEL}", params={"fields": "name,owner_ad_account,is_unavailable,code"})).json()

    pixel = {"name": "Bergquell Shop US Pixel", "id": "1700000123456789"}
    assert (listed["data"], listed["summary"]) == ([pixel], {"total_count": 1})
    assert node == {**pixel, "owner_ad_account": {"id": f"act_{US}", "account_id": US}, "is_unavailable": False}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/1700000999999999/events", (400, 100, 33)),
        ("POST", "/999/events", (400, 100, 33)),
        ("POST", f"/{US}/events", (400, 100, 33)),
        ("POST", f"/act_{US}/events", (400, 100, 33)),
        ("GET", "/1700000999999999", (400, 100, 33)),
        ("GET", f"/{PIXEL}/events", (400, 2500, 0)),
        ("GET", f"/{PIXEL}?fields=colour", (400, 100, 0)),
        ("GET", f"/act_{US}/adspixels?colour=red", (400, 100, 0)),
        ("POST", f"/{PIXEL}", (400, 100, 33)),
        ("DELETE", f"/{PIXEL}/events", (400, 100, 33)),
    ],
)
async def test_what_there_is_not_is_refused(
    http: httpx2.AsyncClient, moving: World, refused: Refused, method: str, path: str, expected: object
) -> None:
    body = {"data": json.dumps([LEAD])} if method == "POST" else None

    assert refused(await http.request(method, path, data=body)) == expected
    assert counted(moving) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("throttle", (400, 80004, 2446079)), ("expire_token", (400, 190, 463)), ("server_error", (500, 1, 0))],
)
async def test_a_planned_fault_comes_before_any_event(
    moving: World, fails: Fails, refused: Refused, fault: str, expected: object
) -> None:
    async with asking(fails(server(moving), fault)) as failing:
        answer = await send(failing, LEAD)

    assert refused(answer) == expected
    assert counted(moving) == []
    assert [row[1:] for row in moving.attempts()] == [("meta", "send_events", PIXEL)]


async def test_an_event_whose_answer_was_lost_is_there_and_is_not_counted_twice(moving: World) -> None:
    faults = Faults(moving.memory)
    faults.plan(Fault("meta", "lose_answer"))

    async with asking(Faulty(server(moving), "meta", faults)) as http:
        with pytest.raises(ConnectionResetError):
            await send(http, {**LEAD, "event_id": "1"})
        await send(http, {**LEAD, "event_id": "1"})

    assert counted(moving) == [True, False]
