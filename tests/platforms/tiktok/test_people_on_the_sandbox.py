"""TikTok's adapter on the sandbox: what it hands over is what arrives, once, whatever is lost on the way."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, AudienceKind, Rule, Seed
from xylo_mcp.ads.conversions import NAMES, Event, Item, Outgoing, Place, Told, Traces
from xylo_mcp.ads.errors import Forbidden, Invalid, NotFound, Rejected, Unavailable
from xylo_mcp.ads.handovers import Action, CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Row
from xylo_mcp.contract import AdPlatform, Connection, FoundAudiences, Portion
from xylo_mcp.platforms.tiktok import SPEC
from xylo_mcp.sandbox import people
from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import World

ADVERTISER = "7123456789012345678"
ID = f"tiktok_{ADVERTISER}"
PIXEL, PIXEL_ID, APP, STORE = f"C{ADVERTISER}", f"3{ADVERTISER[1:]}", f"6{ADVERTISER[1:]}", f"5{ADVERTISER[1:]}"
TAG = "op:7f3k9m2q4wxy"
PORTION = 1500
LIST = CreateAudience(ID, "Kunden", "customer_list", rows=4000)


class Clock:
    now = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=clock.now.date(), clock=clock, casts=(CAST,))


@pytest.fixture
def faults(world: World) -> Faults:
    return Faults(world.memory)


@pytest.fixture
def connection(world: World, faults: Faults, clock: Clock) -> Connection:
    app = Faulty(server(world), "tiktok", faults)
    settings = {part.name: part.default for part in SPEC.settings} | dict(CREDENTIALS)
    return Connection(settings, httpx2.ASGITransport(app=app), clock, per_second=1000)


@pytest.fixture
async def platform(connection: Connection) -> AsyncGenerator[AdPlatform]:
    async with SPEC.open(connection) as opened:
        yield opened


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def rows(first: int, last: int) -> list[Row]:
    """People by number: every third by e-mail alone, others by phone, and by mobile id, too."""
    return [
        (
            digest(f"p{number}@example.com") if number % 3 != 1 else "",
            digest(f"+4930{number:07}") if number % 3 else "",
            f"00000000-0000-4000-8000-{number:012x}" if number % 3 == 2 else "",
        )
        for number in range(first, last)
    ]


def as_received(row: Row) -> str:
    named = zip(("EMAIL_SHA256", "PHONE_SHA256", "MAID"), row, strict=True)
    told = {name: value for name, value in named if value}
    return "|".join(f"{name}={told[name]}" for name in ("MAID", "PHONE_SHA256", "EMAIL_SHA256") if name in told)


async def handed_over(
    platform: AdPlatform, account: Account, change: MembersChange, members: Sequence[Row], audience_id: str = ""
) -> str:
    platform.check_audience(account, change)
    note = ""
    starts = range(0, len(members), PORTION)
    for number, start in enumerate(starts, 1):
        portion = Portion(number, members[start : start + PORTION], last=number == len(starts))
        note = await platform.take(account, change, audience_id, note, portion)
    return await platform.close(account, change, audience_id, note, TAG)


def members(world: World, audience_id: str) -> set[str]:
    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    told = dict(world.people.members(audience))
    assert set(told.values()) <= {1}
    return set(told)


def expected(*parts: Sequence[Row]) -> set[str]:
    return {as_received(row) for part in parts for row in part}


async def only(platform: AdPlatform, account: Account) -> Audience:
    page = await platform.audiences(account, place=None, size=20)
    (audience,) = page.audiences
    assert page.next is None
    return audience


@pytest.mark.parametrize(
    ("action", "given", "left"),
    [
        ("add", (4000, 6000), [(0, 6000)]),
        ("remove", (0, 1700), [(1700, 4000)]),
        ("replace", (9000, 12000), [(9000, 12000)]),
    ],
)
async def test_a_list_is_made_and_changed_by_files(
    platform: AdPlatform,
    account: Account,
    world: World,
    action: Action,
    given: tuple[int, int],
    left: Sequence[tuple[int, int]],
) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 4000))
    assert members(world, audience_id) == expected(rows(0, 4000))

    change = UpdateAudience(ID, audience_id, action, rows=given[1] - given[0])
    assert await handed_over(platform, account, change, rows(*given), audience_id) == audience_id
    assert members(world, audience_id) == expected(*(rows(*part) for part in left))


async def test_a_list_is_worked_on_and_then_ready(platform: AdPlatform, account: Account, clock: Clock) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 4000))
    new = await only(platform, account)
    clock.passes(days=2)
    done = await only(platform, account)

    assert new == Audience(
        id=audience_id,
        account=ID,
        name="Kunden",
        kind="customer_list",
        size=None,
        readiness="processing",
        raw_kind="Customer File Audience",
        raw_status="Processing",
        created=datetime(2026, 3, 4, 15, 30, tzinfo=UTC),
    )
    assert done.size is not None
    assert 3000 < done.size < 3400
    assert done == msgspec.structs.replace(new, size=done.size, readiness="ready", raw_status="")


async def test_a_list_of_few_is_too_small_and_stays_as_it_is(
    platform: AdPlatform, account: Account, world: World, clock: Clock
) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 900))
    clock.passes(days=2)
    audience = await only(platform, account)

    assert (audience.size, audience.readiness) == (None, "too_small")
    with pytest.raises(Rejected) as refused:
        await handed_over(platform, account, UpdateAudience(ID, audience_id, "add", rows=9), rows(0, 9), audience_id)
    assert "fewer than 1,000 people" in refused.value.fix
    assert members(world, audience_id) == expected(rows(0, 900))


async def test_a_removal_that_would_leave_too_few_is_refused_whole(
    platform: AdPlatform, account: Account, world: World
) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 4000))

    change = UpdateAudience(ID, audience_id, "remove", rows=3900)
    with pytest.raises(Rejected) as refused:
        await handed_over(platform, account, change, rows(0, 3900), audience_id)

    assert refused.value.nothing_done
    assert members(world, audience_id) == expected(rows(0, 4000))


async def test_a_lost_upload_is_repeated_and_counts_once(
    platform: AdPlatform, account: Account, world: World, faults: Faults
) -> None:
    faults.plan(Fault("tiktok", "lose_answer", path="file/upload", skip=1))

    audience_id = await handed_over(platform, account, LIST, rows(0, 4000))

    assert members(world, audience_id) == expected(rows(0, 4000))


async def test_a_handover_goes_on_in_another_process(connection: Connection, account: Account, world: World) -> None:
    async with SPEC.open(connection) as first:
        note = await first.take(account, LIST, "", "", Portion(1, rows(0, 1500), last=False))
        await first.take(account, LIST, "", note, Portion(2, rows(1500, 3000), last=True))  # its note is lost
    async with SPEC.open(connection) as second:
        note = await second.take(account, LIST, "", note, Portion(2, rows(1500, 3000), last=True))
        audience_id = await second.close(account, LIST, "", note, TAG)

    assert members(world, audience_id) == expected(rows(0, 3000))


@pytest.mark.parametrize("action", ["add", "remove", "replace"])
async def test_a_change_whose_answer_was_lost_has_the_same_effect_twice(
    platform: AdPlatform, account: Account, world: World, faults: Faults, action: Action
) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 4000))
    change = UpdateAudience(ID, audience_id, action, rows=1500)
    note = await platform.take(account, change, audience_id, "", Portion(1, rows(0, 1500), last=True))
    faults.plan(Fault("tiktok", "lose_answer", path="custom_audience/update"))

    with pytest.raises(Unavailable) as lost:
        await platform.close(account, change, audience_id, note, TAG)
    once = dict(world.people.members(known(world, audience_id)))
    await platform.close(account, change, audience_id, note, TAG)

    assert not lost.value.nothing_done
    assert dict(world.people.members(known(world, audience_id))).keys() == once.keys()


def known(world: World, audience_id: str) -> people.Audience:
    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    return audience


async def test_a_create_whose_answer_was_lost_is_found(
    platform: AdPlatform, account: Account, world: World, faults: Faults, clock: Clock
) -> None:
    await handed_over(platform, account, LIST, rows(0, 1500))
    clock.passes(hours=1)
    faults.plan(Fault("tiktok", "lose_answer", path="custom_audience/create"))

    with pytest.raises(Unavailable):
        await handed_over(platform, account, LIST, rows(0, 1500))

    made = world.people.audiences("tiktok", ADVERTISER)
    assert await platform.find_audiences(account, LIST, TAG, clock()) == FoundAudiences([made[-1].id], sure=False)
    assert len(made) == 2


async def test_files_that_expired_are_said_to_be(platform: AdPlatform, account: Account, clock: Clock) -> None:
    note = await platform.take(account, LIST, "", "", Portion(1, rows(0, 1500), last=True))
    clock.passes(days=30)

    with pytest.raises(Rejected, match="no longer has a file"):
        await platform.close(account, LIST, "", note, TAG)


async def test_an_audience_has_another_name(platform: AdPlatform, account: Account) -> None:
    audience_id = await handed_over(platform, account, LIST, rows(0, 1500))

    await platform.update_audience(account, UpdateAudience(ID, audience_id, name="Größe & Öko"))

    assert (await only(platform, account)).name == "Größe & Öko"
    with pytest.raises(NotFound):
        await platform.update_audience(account, UpdateAudience(ID, "999", name="Nobody's"))


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("website", Rule(PIXEL_ID, 30)),
        ("website", Rule(PIXEL_ID, 180, "PIXEL COMPLETE PAYMENT", "shop")),
        ("app_activity", Rule(APP, 7, "LAUNCH APP")),
    ],
)
async def test_audiences_are_made_by_rules(
    platform: AdPlatform, account: Account, kind: AudienceKind, rule: Rule
) -> None:
    change = CreateAudience(ID, "Besuch", kind, rule=rule)
    platform.check_audience(account, change)

    audience_id = await platform.make_audience(account, change, TAG)

    audience = await only(platform, account)
    assert (audience.id, audience.name, audience.kind, audience.readiness) == (
        audience_id,
        "Besuch",
        kind,
        "processing",
    )


async def test_a_lookalike_is_made_of_a_list(platform: AdPlatform, account: Account, clock: Clock) -> None:
    source = await handed_over(platform, account, LIST, rows(0, 4000))
    clock.passes(days=2)
    change = CreateAudience(ID, "Wie Kunden", "lookalike", seed=Seed(source, ("US", "CA"), "broad"))

    audience_id = await platform.make_audience(account, change, TAG)

    page = await platform.audiences(account, place=None, size=20)
    assert [(one.id, one.kind) for one in page.audiences] == [(audience_id, "lookalike"), (source, "customer_list")]
    nowhere = msgspec.structs.replace(change, seed=Seed(source, ("KP",)))
    with pytest.raises(Invalid, match="KP"):
        await platform.make_audience(account, nowhere, TAG)


def told(number: int, place: Place, **fields: object) -> Outgoing:
    event = Event(
        name=NAMES[number % len(NAMES)],
        id=f"e-{number}",
        at=datetime(2026, 3, 4, 15, tzinfo=UTC),
        place=place,
        value=Money(Decimal("59.80"), "USD"),
        order_id=str(number),
        contents=(Item("SKU-9", 2, Decimal("29.90"), "Mug", "Kitchen"),),
        traces=Traces(ttclid="E.C.P.demo", ttp="t", ip="203.0.113.9", user_agent="okhttp", url="https://shop.example/"),
    )
    person = (digest(f"p{number}@example.com"), digest("+1"), digest("x"), "00000000-0000-4000-8000-000000000001")
    return Outgoing(msgspec.structs.replace(event, **fields), person)


@pytest.mark.parametrize(("place", "destination"), [("website", PIXEL), ("app", APP), ("store", STORE)])
async def test_events_arrive_and_count_once(
    platform: AdPlatform, account: Account, world: World, faults: Faults, place: Place, destination: str
) -> None:
    events = [told(number, place) for number in range(200)]
    if place == "website":
        faults.plan(Fault("tiktok", "lose_answer", path="event/track"))

    assert await platform.send_events(account, destination, events, "") == [Told("delivered")] * 200
    assert await platform.send_events(account, destination, events[:50], "") == [Told("delivered")] * 50

    counted = [one for one in world.people.events("tiktok", destination) if one.counted]
    assert [(one.id, one.value, one.currency) for one in counted] == [(f"e-{n}", "59.8", "USD") for n in range(200)]
    assert counted[7].person["email"] == digest("p7@example.com")
    assert counted[7].at == datetime(2026, 3, 4, 15, tzinfo=UTC)


async def test_a_rehearsal_is_told_as_one(platform: AdPlatform, account: Account, world: World) -> None:
    await platform.send_events(account, PIXEL, [told(1, "website")], "TEST12345")

    (event,) = world.people.events("tiktok", PIXEL)
    assert event.details["test_event_code"] == "TEST12345"


async def test_the_older_version_tells_of_websites(connection: Connection, account: Account, world: World) -> None:
    older = msgspec.structs.replace(connection, settings={**connection.settings, "EVENTS_API": "1"})
    events = [told(number, "website") for number in range(120)]
    events[60] = told(60, "website", name="My own")

    async with SPEC.open(older) as platform:
        states = [one.state for one in await platform.send_events(account, PIXEL, events, "")]
        single = await platform.send_events(account, PIXEL, [told(500, "website")], "")

    assert states == ["delivered"] * 60 + ["rejected"] + ["delivered"] * 59
    assert single == [Told("delivered")]
    counted = [one.id for one in world.people.events("tiktok", PIXEL) if one.counted]
    assert sorted(counted) == sorted([*(f"e-{n}" for n in range(120) if n != 60), "e-500"])


async def test_a_destination_that_is_none_or_anothers_is_said_to_be(platform: AdPlatform, account: Account) -> None:
    with pytest.raises(NotFound):
        await platform.send_events(account, "CNOSUCHPIXEL", [told(1, "website")], "")
    with pytest.raises(NotFound):
        await platform.send_events(account, PIXEL, [told(1, "app")], "")
    with pytest.raises(Forbidden):
        await platform.send_events(account, "C7123456789012345681", [told(1, "website")], "")


async def test_one_bad_event_costs_all_others(platform: AdPlatform, account: Account, world: World) -> None:
    events = [told(number, "website") for number in range(20)]
    bad = Outgoing(events[3].event, ("jo@example.com", "", "", ""))

    with pytest.raises(Rejected) as refused:
        await platform.send_events(account, PIXEL, [*events, bad], "")

    assert refused.value.nothing_done
    assert refused.value.vendor is not None
    assert (refused.value.vendor.code, refused.value.vendor.message) == ("40062", "email")
    assert not list(world.people.events("tiktok", PIXEL))
