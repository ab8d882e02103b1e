"""What the adapter tells of people is what the sandbox's world holds, though neither knows the other."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, Rule, Seed
from xylo_mcp.ads.conversions import Event, Outgoing, Told, Traces
from xylo_mcp.ads.errors import AdsError, InProgress, NotFound, Rejected, Unavailable
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Row
from xylo_mcp.contract import AdPlatform, Connection, FoundAudiences, JobsOfOneProcess, Portion
from xylo_mcp.platforms.meta import SPEC
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House

pytestmark = pytest.mark.virtual_time

ACCOUNT = Account("act_123456789", "meta", "", "USD", "America/Los_Angeles", "active", "ACTIVE")
PIXEL = "1700000123456789"
TAG = "op:7f3k9m2q4wxy"
CREATE = CreateAudience(ACCOUNT.id, "Customers", "customer_list", rows=3000, content="c0ffee")
PROCESSED = timedelta(hours=7)
EMAILS = [sha256(f"{number}@example.com".encode()).hexdigest() for number in range(3000)]


def row(number: int) -> Row:
    return (EMAILS[number], "", "", "", "", "", "", "", f"crm-{number}", "")


def portions(numbers: range, size: int = 300) -> Sequence[Portion]:
    rows = [row(number) for number in numbers]
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    return [Portion(place, part, last=place == len(parts)) for place, part in enumerate(parts, 1)]


def people(*numbers: range) -> set[str]:
    return {f"EXTERN_ID=crm-{number}|EMAIL={EMAILS[number]}" for part in numbers for number in part}


class Now:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Desk:
    """Hands over to the sandbox; each call comes from a process of its own, as far as the platform can tell."""

    def __init__(self, house: House, now: Now) -> None:
        self.house, self.now = house, now

    def opened(self) -> AbstractAsyncContextManager[AdPlatform]:
        settings = {part.name: part.default for part in SPEC.settings} | dict(self.house.credentials("meta"))
        network = httpx2.ASGITransport(app=self.house.app("meta"))
        return SPEC.open(Connection(settings, network, self.now, 1000, JobsOfOneProcess()))

    async def made(self, change: CreateAudience = CREATE) -> str:
        async with self.opened() as meta:
            meta.check_audience(ACCOUNT, change)
            return await meta.make_audience(ACCOUNT, change, TAG)

    async def told(self, change: MembersChange, audience_id: str, parts: Sequence[Portion], so_far: str = "") -> str:
        """Hand portions over, each again while its outcome is open."""
        for portion in parts:
            so_far = await self._taken(change, audience_id, so_far, portion)
        return so_far

    async def filled(self, numbers: range) -> str:
        """A list with these people in it, of whom Meta has thought long enough."""
        audience_id = await self.made()
        await self.told(CREATE, audience_id, portions(numbers))
        self.now.at += PROCESSED
        return audience_id

    async def shown(self, audience_id: str) -> Audience:
        async with self.opened() as meta:
            page = await meta.audiences(ACCOUNT, place=None, size=50)
        return next(audience for audience in page.audiences if audience.id == audience_id)

    def members(self, audience_id: str) -> set[str]:
        audience = self.house.world.people.audience("meta", audience_id)
        assert audience is not None
        return {person for person, _ in self.house.world.people.members(audience)}

    async def _taken(self, change: MembersChange, audience_id: str, so_far: str, portion: Portion) -> str:
        for _ in range(3):
            try:
                async with self.opened() as meta:
                    return await meta.take(ACCOUNT, change, audience_id, so_far, portion)
            except AdsError as error:
                if error.nothing_done:
                    raise
        raise AssertionError("its outcome stays open")


@pytest.fixture
def desk() -> Desk:
    now = Now()
    return Desk(House(None, 1, now), now)


def change(audience_id: str, action: Any) -> UpdateAudience:
    return UpdateAudience(ACCOUNT.id, audience_id, action, rows=2000, content=f"c0ffee {action}")


async def test_a_list_is_made_filled_and_read(desk: Desk) -> None:
    audience_id = await desk.made(msgspec.structs.replace(CREATE, description="Who bought", days=90))
    empty = await desk.shown(audience_id)
    await desk.told(CREATE, audience_id, portions(range(3000), 1000))
    filling = await desk.shown(audience_id)
    desk.now.at += PROCESSED
    ready = await desk.shown(audience_id)

    assert desk.members(audience_id) == people(range(3000))
    assert [one.readiness for one in (empty, filling, ready)] == ["too_small", "processing", "ready"]
    assert (ready.size, ready.kind, ready.name, ready.created) == (
        2400,
        "customer_list",
        "Customers",
        desk.now.at - PROCESSED,
    )


@pytest.mark.parametrize("kind", ["lose_answer", "cut"])
@pytest.mark.parametrize(("action", "left"), [("add", people(range(1200))), ("remove", people(range(600)))])
async def test_members_come_and_go_once_however_often_they_are_told(
    desk: Desk, kind: Kind, action: str, *, left: set[str]
) -> None:
    audience_id = await desk.filled(range(900))
    for skip in range(2):
        desk.house.faults.plan(Fault("meta", kind, path="/users", skip=skip, times=1))

    await desk.told(change(audience_id, action), audience_id, portions(range(600, 1200)))

    assert desk.members(audience_id) == left


@pytest.mark.parametrize("skip", range(3))
async def test_members_are_replaced_as_a_whole_even_if_an_answer_is_lost(desk: Desk, skip: int) -> None:
    audience_id = await desk.filled(range(900))
    desk.house.faults.plan(Fault("meta", "lose_answer", path="/usersreplace", skip=skip, times=1))
    parts = portions(range(600, 1350))

    so_far = await desk.told(change(audience_id, "replace"), audience_id, parts[:2])
    before = desk.members(audience_id)
    await desk.told(change(audience_id, "replace"), audience_id, parts[2:], so_far)

    assert (before, desk.members(audience_id)) == (people(range(900)), people(range(600, 1350)))


async def test_a_replacement_in_one_portion_whose_answer_was_lost_is_found(desk: Desk) -> None:
    audience_id = await desk.filled(range(900))
    desk.house.faults.plan(Fault("meta", "lose_answer", path="/usersreplace", times=1))
    whole, replace = portions(range(300)), change(audience_id, "replace")

    await desk.told(replace, audience_id, whole)

    assert desk.members(audience_id) == people(range(300))


async def test_another_change_waits_until_a_replacement_is_over(desk: Desk) -> None:
    audience_id = await desk.filled(range(900))
    parts = portions(range(600))
    await desk.told(change(audience_id, "replace"), audience_id, parts[:1])

    for action in ("add", "remove", "replace"):
        other = UpdateAudience(ACCOUNT.id, audience_id, action, rows=9, content="beef")
        with pytest.raises(InProgress):
            await desk.told(other, audience_id, portions(range(9)))


async def test_a_replacement_that_took_too_long_and_came_to_nothing_is_not_added_to(desk: Desk) -> None:
    audience_id = await desk.filled(range(900))
    parts, replace = portions(range(600)), change(audience_id, "replace")
    so_far = await desk.told(replace, audience_id, parts[:1])
    desk.now.at += timedelta(minutes=91)

    with pytest.raises(Rejected, match="90 minutes"):
        await desk.told(replace, audience_id, parts[1:], so_far)

    assert desk.members(audience_id) == people(range(900))


async def test_nobody_is_taken_out_of_a_list_that_would_become_too_small(desk: Desk) -> None:
    audience_id = await desk.filled(range(300))

    with pytest.raises(Rejected, match="too small"):
        await desk.told(change(audience_id, "remove"), audience_id, portions(range(300)))

    assert desk.members(audience_id) == people(range(300))


async def test_a_create_whose_answer_was_lost_is_found_by_its_tag(desk: Desk) -> None:
    desk.house.faults.plan(Fault("meta", "lose_answer", path="/customaudiences", times=1))

    with pytest.raises(Unavailable) as raised:
        await desk.made()
    async with desk.opened() as meta:
        found = await meta.find_audiences(ACCOUNT, CREATE, TAG, desk.now.at)
        nothing = await meta.find_audiences(ACCOUNT, CREATE, "op:other", desk.now.at)

    assert (raised.value.nothing_done, nothing) == (False, FoundAudiences([]))
    assert [(await desk.shown(one)).name for one in found.ids] == ["Customers"]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("website", Rule(PIXEL, 365, "Purchase", "thanks")),
        ("website", Rule(PIXEL, 30)),
        ("app_activity", Rule("55", 180)),
        ("engagement", Rule("11", 730)),
        ("engagement", Rule("12", 90, "lead_generation_submitted")),
    ],
)
async def test_an_audience_of_those_who_did_something_is_made(desk: Desk, kind: Any, rule: Rule) -> None:
    audience_id = await desk.made(CreateAudience(ACCOUNT.id, "Visitors", kind, rule=rule))

    assert (await desk.shown(audience_id)).kind == kind


async def test_a_lookalike_is_made_and_audiences_get_other_names(desk: Desk) -> None:
    seed = await desk.filled(range(900))

    alike = await desk.made(CreateAudience(ACCOUNT.id, "Alike", "lookalike", seed=Seed(seed, ("DE", "US"), "broad")))
    async with desk.opened() as meta:
        await meta.update_audience(ACCOUNT, UpdateAudience(ACCOUNT.id, alike, name="Much alike"))

    shown = await desk.shown(alike)
    assert (shown.name, shown.kind) == ("Much alike", "lookalike")


async def test_people_are_told_to_no_other_accounts_list(desk: Desk) -> None:
    audience_id = await desk.filled(range(300))
    other = msgspec.structs.replace(ACCOUNT, id="act_223456789")

    async with desk.opened() as meta:
        with pytest.raises(NotFound):
            await meta.take(other, change(audience_id, "add"), audience_id, "", portions(range(5))[0])


def event(number: int, **changes: Any) -> Outgoing:
    visit = Traces("fb.1.1772600000000.AbC", ip="192.0.2.7", user_agent="Mozilla/5.0", url="https://shop.example/")
    happened = datetime(2026, 3, 3, 12, tzinfo=UTC)
    plain = Event("purchase", f"e-{number}", happened, "website", Money(Decimal("75.50"), "EUR"), traces=visit)
    known = (EMAILS[number], *[""] * 11)
    return Outgoing(msgspec.structs.replace(plain, **changes), known)


async def test_events_count_once_however_often_they_are_told(desk: Desk) -> None:
    events = [event(number) for number in range(1000)]
    desk.house.faults.plan(Fault("meta", "lose_answer", path="/events", times=1))

    async with desk.opened() as meta:
        for one in events:
            meta.check_event(ACCOUNT, PIXEL, one.event)
        with pytest.raises(Unavailable):
            await meta.send_events(ACCOUNT, PIXEL, events, "")
        told = await meta.send_events(ACCOUNT, PIXEL, events, "")

    heard = [one for one in desk.house.world.people.events("meta", PIXEL) if one.counted]
    assert told == [Told("delivered")] * 1000
    assert [(one.name, one.id, one.value, one.currency) for one in heard] == [
        ("Purchase", f"e-{number}", "75.50", "EUR") for number in range(1000)
    ]
    assert {one.at for one in heard} == {datetime(2026, 3, 3, 12, tzinfo=UTC)}
    assert [one.person["em"] for one in heard[:2]] == EMAILS[:2]


async def test_what_the_platform_would_refuse_is_left_out_and_the_others_are_delivered(desk: Desk) -> None:
    events = [
        event(1),
        Outgoing(event(2, traces=Traces(url="https://a.example/", user_agent="UA")).event, None),
        event(3, at=desk.now.at - timedelta(days=8)),
        event(4, at=desk.now.at - timedelta(days=8), place="store"),
        event(5, name="Level up", value=None, place="phone", traces=Traces()),
    ]

    async with desk.opened() as meta:
        told = await meta.send_events(ACCOUNT, PIXEL, events, "TEST123")

    assert [one.reason or one.state for one in told] == [
        *("delivered", "person_too_vague", "too_old", "delivered", "delivered")
    ]
    assert [one.name for one in desk.house.world.people.events("meta", PIXEL)] == ["Purchase", "Purchase", "Level up"]


async def test_an_unknown_destination_is_said_to_be_one(desk: Desk) -> None:
    async with desk.opened() as meta:
        with pytest.raises(NotFound):
            await meta.send_events(ACCOUNT, "1700000999999999", [event(1)], "")
