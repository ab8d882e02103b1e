"""Meta's own SDK, unmodified, tells the sandbox of people: the world then holds exactly them."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
import uvicorn
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.serverside.action_source import ActionSource
from facebook_business.adobjects.serverside.content import Content
from facebook_business.adobjects.serverside.custom_data import CustomData
from facebook_business.adobjects.serverside.event import Event as ServerEvent
from facebook_business.adobjects.serverside.event_request import EventRequest
from facebook_business.adobjects.serverside.user_data import UserData
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from starlette.types import ASGIApp

from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, pixel_of, server
from xylo_mcp.sandbox.people import Audience, Event
from xylo_mcp.sandbox.world import World

US = "123456789"
PIXEL = pixel_of(US)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
LIST = {"name": "Käufer", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
SCHEMA = CustomAudience.Schema
RULE = (
    '{"inclusions":{"operator":"or","rules":[{"event_sources":[{"id":"1700000123456789","type":"pixel"}],'
    '"retention_seconds":2592000,"filter":{"operator":"and","filters":'
    '[{"field":"url","operator":"i_contains","value":"cart"}]}}]}}'
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, date(2026, 11, 22), lambda: NOW, (CAST,))


@pytest.fixture(scope="module")
def origin(world: World) -> Iterator[str]:
    yield from served(server(world, proof_required=True))


def served(app: ASGIApp) -> Iterator[str]:
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started and thread.is_alive():
        time.sleep(0.005)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def api(origin: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FacebookAdsApi]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    session = FacebookSession("1", CREDENTIALS["APP_SECRET"], CREDENTIALS["ACCESS_TOKEN"], timeout=60)
    session.GRAPH = origin
    monkeypatch.setattr(FacebookAdsApi, "_default_api", FacebookAdsApi(session))
    yield FacebookAdsApi.get_default_api()
    session.requests.close()


@pytest.fixture
def account(api: FacebookAdsApi) -> AdAccount:
    return AdAccount(f"act_{US}", api=api)


@pytest.fixture
def buyers(account: AdAccount) -> CustomAudience:
    return account.create_custom_audience(params=LIST)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def people(world: World, audience: CustomAudience) -> Sequence[tuple[str, int]]:
    kept = world.people.audience("meta", audience["id"])
    assert kept is not None
    return list(world.people.members(kept))


def refusal(error: FacebookRequestError) -> tuple[int, int, int | None]:
    return error.http_status(), error.api_error_code(), error.api_error_subcode()


def test_the_sdk_makes_a_list_reads_changes_and_deletes_it(buyers: CustomAudience, world: World) -> None:
    made = world.people.audience("meta", buyers["id"])
    buyers.api_update(params={"name": "Neu", "description": "All"})
    buyers.api_get(fields=["name", "subtype", "operation_status", "delivery_status", "approximate_count_lower_bound"])
    read = buyers.export_all_data()
    buyers.api_delete()

    source = {"customer_file_source": "USER_PROVIDED_ONLY"}
    assert made == Audience("meta", US, buyers["id"], "Käufer", "CUSTOM", NOW, NOW, source)
    assert read == {
        "id": buyers["id"],
        "name": "Neu",
        "subtype": "CUSTOM",
        "operation_status": {"code": 410, "description": "No file has been uploaded to this audience."},
        "delivery_status": {
            "code": 300,
            "description": "This audience is too small. It must have at least 100 people.",
        },
        "approximate_count_lower_bound": 1000,
    }
    assert world.people.audience("meta", buyers["id"]) is None


def test_the_sdk_lists_audiences_over_several_pages(account: AdAccount, world: World) -> None:
    made = [account.create_custom_audience(params={**LIST, "name": f"List {number}"})["id"] for number in range(3)]

    named = [{"field": "name", "operator": "CONTAIN", "value": "List "}]
    cursor = account.get_custom_audiences(fields=["name"], params={"limit": 2, "filtering": named})

    assert [(one["id"], one["name"]) for one in cursor] == [
        (one, f"List {number}") for number, one in reversed([*enumerate(made)])
    ]
    assert cursor.total() == 3


def test_the_sdk_makes_audiences_by_a_rule_and_lookalikes(account: AdAccount, world: World) -> None:
    visitors = account.create_custom_audience(params={"name": "Visitors", "subtype": "WEBSITE", "rule": RULE})
    like = account.create_custom_audience(
        params={
            "name": "Like",
            "subtype": "LOOKALIKE",
            "origin_audience_id": visitors["id"],
            "lookalike_spec": '{"country":"ES","ratio":0.01}',
        }
    )
    kinds = [world.people.audience("meta", one["id"]).kind for one in (visitors, like)]
    with pytest.raises(FacebookRequestError) as caught:
        account.create_custom_audience(params={"name": "X", "subtype": "WEBSITE", "rule": "cart"})

    assert kinds == ["WEBSITE", "LOOKALIKE"]
    assert (refusal(caught.value), caught.value.api_blame_field_specs()) == ((400, 100, 1713098), [["rule"]])


def test_the_sdk_adds_and_removes_people_by_one_key(buyers: CustomAudience, world: World) -> None:
    added = buyers.add_users(SCHEMA.email_hash, [" A@example.com ", "b@example.com", "c@example.com"]).json()
    buyers.add_users(SCHEMA.phone_hash, [digest("34600111222")], pre_hashed=True)
    removed = buyers.remove_users(SCHEMA.email_hash, ["b@example.com", "z@example.com"]).json()

    assert (added["audience_id"], added["num_received"], added["num_invalid_entries"]) == (buyers["id"], 3, 0)
    assert (removed["num_received"], removed["num_invalid_entries"]) == (2, 0)
    expected = [f"EMAIL={digest(f'{one}@example.com')}" for one in "ac"]
    assert people(world, buyers) == [
        (one, 1)
        for one in sorted([*expected, "PHONE=67f01a2b0e2c34277df586b5cc6e35a5f232494e64dc33b5f75f80bf568914f1"])
    ]


def test_the_sdk_adds_people_by_several_keys_in_a_session(buyers: CustomAudience, world: World) -> None:
    keys = SCHEMA.MultiKeySchema
    schema = [keys.email, keys.phone, keys.fn, keys.zip, keys.country, keys.extern_id]
    ana = ["Ana@example.com", "+34 600 111 222", "Ana", "28013", "ES", "Crm-1"]
    bob = ["bob@example.com", "+1 650 555 1212", "Bob", "94025-1234", "US", "Crm-2"]
    batches = [({"session_id": 7, "batch_seq": 1, "last_batch_flag": False}, ana)]
    batches.append(({"session_id": 7, "batch_seq": 2, "last_batch_flag": True}, bob))

    told = [buyers.add_users(schema, [one], is_raw=True, session=asked).json() for asked, one in batches]
    sessions = [one.export_all_data() for one in buyers.get_sessions()]

    assert [answer["num_received"] for answer in told] == [1, 2]
    assert [(one["session_id"], one["stage"], one["num_received"]) for one in sessions] == [("7", "processing", "2")]
    expected = [
        ("crm-1", "ana@example.com", "34600111222", "ana", "28013", "es"),
        ("crm-2", "bob@example.com", "16505551212", "bob", "94025", "us"),
    ]
    hashed = [(one[0], *(digest(value) for value in one[1:])) for one in expected]
    names = ("EXTERN_ID", "EMAIL", "PHONE", "FN", "ZIP", "COUNTRY")
    assert people(world, buyers) == [
        ("|".join(f"{name}={value}" for name, value in zip(names, row, strict=True)), 1) for row in hashed
    ]


def test_the_sdk_is_told_of_rows_that_are_not_hashed(buyers: CustomAudience, world: World) -> None:
    told = buyers.add_users(SCHEMA.email_hash, ["a@example.com"], pre_hashed=True).json()

    assert (told["num_received"], told["num_invalid_entries"]) == (1, 1)
    assert people(world, buyers) == []


def test_the_sdk_is_refused_a_replacement_of_a_list_that_is_being_populated(buyers: CustomAudience) -> None:
    buyers.add_users(SCHEMA.email_hash, ["a@example.com"])
    payload = {"schema": "EMAIL", "data": [digest("b@example.com")]}
    asked = {"session_id": 8, "batch_seq": 1, "last_batch_flag": True}

    with pytest.raises(FacebookRequestError) as caught:
        buyers.create_users_replace(params={"payload": payload, "session": asked})

    assert refusal(caught.value) == (400, 2650, 1870145)


def test_the_sdk_finds_an_accounts_pixel(account: AdAccount) -> None:
    pixels = account.get_ads_pixels(fields=["id", "name"])

    assert [one.export_all_data() for one in pixels] == [{"id": PIXEL, "name": "Bergquell Shop US Pixel"}]


def purchase(**changed: Any) -> ServerEvent:
    person = UserData(
        emails=["Ana@example.com"],
        phones=["+34 600 111 222"],
        first_names=["Ana"],
        country_codes=["ES"],
        external_ids=["crm-1"],
        client_ip_address="203.0.113.7",
        client_user_agent="Mozilla/5.0",
        fbp="fb.1.1795348800000.1098115397",
    )
    bought = CustomData(value=123.45, currency="EUR", order_id="42", contents=[Content(product_id="a", quantity=1)])
    told = {"event_name": "Purchase", "event_time": SECONDS, "event_id": "order-42", **changed}
    return ServerEvent(
        **told,
        action_source=ActionSource.WEBSITE,
        event_source_url="https://shop.example/thanks",
        user_data=person,
        custom_data=bought,
    )


def test_the_sdk_sends_events_and_a_repetition_is_not_counted(api: FacebookAdsApi, world: World) -> None:
    first = EventRequest(PIXEL, [purchase(), purchase(event_id="order-43")]).execute()
    again = EventRequest(PIXEL, [purchase()], test_event_code="TEST1").execute()

    answers = [(answer.events_received, answer.messages, bool(answer.fbtrace_id)) for answer in (first, again)]
    came = list(world.people.events("meta", PIXEL))
    assert answers == [(2, [], True), (1, [], True)]
    assert came[0] == Event(
        platform="meta",
        destination=PIXEL,
        name="Purchase",
        id="order-42",
        at=NOW,
        received=NOW,
        value="123.45",
        currency="EUR",
        person={
            "em": digest("ana@example.com"),
            "ph": digest("34600111222"),
            "fn": digest("ana"),
            "country": digest("es"),
            "external_id": "crm-1",
            "fbp": "fb.1.1795348800000.1098115397",
        },
        details={
            "action_source": "website",
            "event_source_url": "https://shop.example/thanks",
            "custom_data": came[0].details["custom_data"],
        },
    )
    assert [(event.id, event.counted, event.details.get("test_event_code")) for event in came] == [
        ("order-42", True, None),
        ("order-43", True, None),
        ("order-42", False, "TEST1"),
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"event_time": SECONDS - 8 * 86_400}, (400, 100, 2804003)), ({"event_name": ""}, (400, 100, None))],
)
def test_the_sdk_knows_why_events_are_refused_all_of_them(
    api: FacebookAdsApi, world: World, changed: dict[str, Any], expected: tuple[int, int, int | None]
) -> None:
    before = len(list(world.people.events("meta", PIXEL)))

    with pytest.raises(FacebookRequestError) as caught:
        EventRequest(PIXEL, [purchase(event_id="order-44"), purchase(**changed)]).execute()

    assert refusal(caught.value) == expected
    assert len(list(world.people.events("meta", PIXEL))) == before


def test_the_sdk_cannot_tell_a_pixel_that_is_not_there(api: FacebookAdsApi) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        EventRequest("999", [purchase()]).execute()

    assert refusal(caught.value) == (400, 100, 33)
