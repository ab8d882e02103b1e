"""Every platform that is found keeps the promises about people's data, held against what the sandbox received."""

import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import httpx2
import msgspec
import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import AudienceKind, Rule, Seed
from xylo_mcp.ads.conversions import Event, Outgoing, Told, Traces
from xylo_mcp.ads.errors import Invalid, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Forms, Known, Row
from xylo_mcp.contract import AdPlatform, Connection, PlatformSpec, Portion
from xylo_mcp.identity import hashed
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.google.cast import conversion_action_id
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.meta.cast import pixel_of
from xylo_mcp.sandbox.people import Audience
from xylo_mcp.sandbox.tiktok.cast import event_sources, pixel_id

SPECS = found()
TAG, OTHER_TAG = "op:abcdefghijkm", "op:nopqrstuvwxy"
MANY = 1500
"""As many as every platform takes for a list."""
DESTINATION: Mapping[str, Callable[[str], str]] = {
    "google": conversion_action_id,
    "meta": pixel_of,
    "tiktok": lambda vendor_id: event_sources(vendor_id)["web"],
}
"""Where the events of an account go in the sandbox, by platform."""
RULES: Mapping[str, Callable[[str], Rule]] = {
    "google": lambda _: Rule("", 30, url_contains="shop.example/cart"),
    "meta": lambda vendor_id: Rule(pixel_of(vendor_id), 30),
    "tiktok": lambda vendor_id: Rule(pixel_id(vendor_id), 30),
}
"""A rule for visitors of the account's website."""
pytestmark = pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))


@pytest.fixture
async def platform(spec: PlatformSpec, house: House, clock: StandingClock) -> AsyncGenerator[AdPlatform]:
    settings = {part.name: part.default for part in spec.settings} | dict(house.credentials(spec.name))
    network = httpx2.ASGITransport(app=house.app(spec.name))
    async with spec.open(Connection(settings, network, clock, per_second=1000)) as opened:
        yield opened


@pytest.fixture
async def account(platform: AdPlatform) -> Account:
    accounts = (await platform.accounts()).accounts
    return next(one for one in accounts if one.currency == "USD" and one.status == "active")


@pytest.fixture
def vendor_id(house: House, account: Account) -> str:
    return vendors_own(house, account)


def vendors_own(house: House, account: Account) -> str:
    """The id by which its platform knows the account."""
    plans = house.world.cast(account.platform).accounts
    return next(plan.id for plan in plans if plan.public_id == account.id)


def person(number: int) -> Known:
    return Known(email=f"p{number}@example.org", phone=f"+1555{number:07}")


def rows(forms: Forms, numbers: range) -> Sequence[Row]:
    made = [hashed(person(number), forms) for number in numbers]
    return [row for row in made if row is not None]


def a_list(account: Account, count: int = MANY, **values: object) -> CreateAudience:
    change = CreateAudience(account.id, "Best customers", "customer_list", rows=count, consent="granted")
    return msgspec.structs.replace(change, **values)


class Hands:
    """Hands lists over as the gate would: in portions, each of them as often as asked."""

    def __init__(self, platform: AdPlatform, account: Account, spec: PlatformSpec, times: int = 1) -> None:
        self._platform, self._account, self._times = platform, account, times
        self._rules = spec.audiences

    async def over(self, change: MembersChange, numbers: range, size: int = 1000, tag: str = TAG) -> str:
        """The id of the audience once the people of these numbers are told."""
        platform, account = self._platform, self._account
        platform.check_audience(account, change)
        audience_id = change.audience_id if isinstance(change, UpdateAudience) else ""
        if isinstance(change, CreateAudience) and self._rules.makes_first:
            audience_id = await platform.make_audience(account, change, tag)
        people, so_far = rows(self._rules.forms, numbers), ""
        for number, start in enumerate(range(0, len(people), size), 1):
            portion = Portion(number, people[start : start + size], last=start + size >= len(people))
            notes = [await platform.take(account, change, audience_id, so_far, portion) for _ in range(self._times)]
            so_far = notes[-1]
        made = await platform.close(account, change, audience_id, so_far, tag)
        if self._times > 1 and (self._rules.makes_first or isinstance(change, UpdateAudience)):
            made = await platform.close(account, change, audience_id, so_far, tag)
        return made


def known_by(house: House, spec: PlatformSpec, audience_id: str) -> int:
    return house.world.people.size(audience(house, spec, audience_id))


def audience(house: House, spec: PlatformSpec, audience_id: str) -> Audience:
    kept = house.world.people.audience(spec.name, audience_id)
    assert kept is not None
    return kept


@pytest.mark.parametrize("times", [1, 2], ids=["each portion once", "each portion twice"])
async def test_a_list_has_who_was_told_however_often_a_portion_comes(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House, clock: StandingClock, times: int
) -> None:
    hands = Hands(platform, account, spec, times)
    steps = [
        ("add", range(1000, 3000), 3000),
        ("remove", range(500), 2500),
        ("replace", range(5000, 5000 + MANY), MANY),
    ]

    made = await hands.over(a_list(account), range(MANY))
    sizes = [known_by(house, spec, made)]
    for action, numbers, _ in steps:
        clock.now += timedelta(days=2)  # a list that is still being worked on may take no other change
        change = UpdateAudience(account.id, made, msgspec.convert(action, str), len(numbers), consent="granted")  # type: ignore[arg-type]  # one of the three
        assert await hands.over(change, numbers) == made
        sizes.append(known_by(house, spec, made))

    assert sizes == [MANY, *(size for _, _, size in steps)]
    kept = audience(house, spec, made)
    assert (kept.name, len(house.world.people.audiences(spec.name, kept.account))) == ("Best customers", 1)


async def test_a_full_portion_is_taken_and_one_person_more(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House
) -> None:
    size = min(spec.audiences.portion, 10_000)

    made = await Hands(platform, account, spec).over(a_list(account, size + 1), range(size + 1), size)

    assert known_by(house, spec, made) == size + 1


async def test_a_list_is_shown_as_it_was_made(
    spec: PlatformSpec, platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    made = await Hands(platform, account, spec).over(a_list(account), range(MANY))

    (new,) = (await platform.audiences(account, place=None, size=10)).audiences
    clock.now += spec.audiences.processing + timedelta(hours=1)
    (later,) = (await platform.audiences(account, place=None, size=10)).audiences

    assert (new.id, new.account, new.name, new.kind) == (made, account.id, "Best customers", "customer_list")
    assert new.readiness in {"processing", "too_small"}
    assert later.readiness == "ready"
    assert later.size is not None
    assert spec.audiences.smallest <= later.size <= MANY


async def test_what_a_create_made_is_found_and_nothing_else(
    spec: PlatformSpec, platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    hands, change, since = Hands(platform, account, spec), a_list(account), clock()
    assert (await platform.find_audiences(account, change, TAG, since)).ids == []
    await hands.over(a_list(account, name="Another"), range(MANY), tag=OTHER_TAG)

    made = await hands.over(change, range(MANY))

    found_now = await platform.find_audiences(account, change, TAG, since)
    assert list(found_now.ids) == [made]


async def test_a_name_can_be_changed_and_changed_again(
    spec: PlatformSpec, platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    made = await Hands(platform, account, spec).over(a_list(account), range(MANY))
    clock.now += timedelta(days=2)

    for _ in range(2):
        change = UpdateAudience(account.id, made, name="Herbst: Größe")
        platform.check_audience(account, change)
        await platform.update_audience(account, change)

    (shown,) = (await platform.audiences(account, place=None, size=10)).audiences
    assert shown.name == "Herbst: Größe"


async def test_an_audience_can_be_closed_where_it_is_said_so_and_only_there(
    spec: PlatformSpec, platform: AdPlatform, account: Account
) -> None:
    made = await Hands(platform, account, spec).over(a_list(account), range(MANY))
    change = UpdateAudience(account.id, made, status="closed")

    if not spec.audiences.closes:
        with pytest.raises(Unsupported):
            platform.check_audience(account, change)
        return
    platform.check_audience(account, change)
    await platform.update_audience(account, change)
    (shown,) = (await platform.audiences(account, place=None, size=10)).audiences
    assert shown.readiness == "closed"


@pytest.mark.parametrize("kind", ["website", "lookalike"])
async def test_other_kinds_are_made_of_what_they_are_made_of(
    spec: PlatformSpec,
    platform: AdPlatform,
    account: Account,
    house: House,
    clock: StandingClock,
    kind: AudienceKind,
) -> None:
    assert kind in spec.audiences.kinds
    seed = await Hands(platform, account, spec).over(a_list(account), range(MANY), tag=OTHER_TAG)
    clock.now += timedelta(days=3)
    rule = RULES[spec.name](vendors_own(house, account))
    made_of = {"rule": rule} if kind == "website" else {"seed": Seed(seed, ("US",))}
    change = a_list(account, 0, name="Others", kind=kind, **made_of)

    platform.check_audience(account, change)
    made = await platform.make_audience(account, change, TAG)

    shown = {one.id: one for one in (await platform.audiences(account, place=None, size=10)).audiences}
    assert (shown[made].name, shown[made].kind) == ("Others", kind)
    assert known_by(house, spec, made) == 0


EVERY: Sequence[AudienceKind] = ("customer_list", "website", "app_activity", "engagement", "lookalike", "other")


@pytest.mark.parametrize("kind", EVERY)
async def test_kinds_that_are_not_declared_are_refused_before_any_request(
    spec: PlatformSpec, platform: AdPlatform, account: Account, kind: AudienceKind
) -> None:
    if kind in spec.audiences.kinds:
        return
    with pytest.raises((Unsupported, Invalid)):
        platform.check_audience(account, a_list(account, 0, kind=kind, rule=Rule("1", 30)))


def event(clock: StandingClock, number: int = 1, **values: object) -> Event:
    told = Event(
        "purchase",
        f"order-{number}",
        clock() - timedelta(hours=5),
        "website",
        value=Money(Decimal("49.99"), "USD"),
        order_id=f"order-{number}",
        traces=Traces(url="https://shop.example/thanks", user_agent="Mozilla/5.0", gclid="Cj0made-up"),
        person=person(number),
        consent="granted",
    )
    return msgspec.structs.replace(told, **values)


def outgoing(spec: PlatformSpec, *events: Event) -> Sequence[Outgoing]:
    return [Outgoing(one, hashed(one.person, spec.sending.forms)) for one in events]


def came(told: Sequence[Told]) -> bool:
    return all(one.state in {"delivered", "already"} for one in told)


async def test_events_that_come_twice_count_once(
    spec: PlatformSpec, platform: AdPlatform, account: Account, vendor_id: str, house: House, clock: StandingClock
) -> None:
    there = DESTINATION[spec.name](vendor_id)
    events = outgoing(spec, *(event(clock, number) for number in range(3)))
    assert re.fullmatch(spec.sending.destination_id, there)
    for one in events:
        platform.check_event(account, there, one.event)

    first = await platform.send_events(account, there, events, "")
    again = await platform.send_events(account, there, events, "")

    assert [one.state for one in first] == ["delivered"] * 3
    assert came(again)
    assert spec.sending.dedupes > timedelta()
    ((_, _, counted),) = house.world.people.heard(spec.name)
    assert counted == 3


async def test_as_many_events_as_declared_go_in_one_request(
    spec: PlatformSpec, platform: AdPlatform, account: Account, vendor_id: str, house: House, clock: StandingClock
) -> None:
    there = DESTINATION[spec.name](vendor_id)
    events = outgoing(spec, *(event(clock, number) for number in range(spec.sending.portion)))

    told = await platform.send_events(account, there, events, "")

    assert len(told) == len(events)
    assert came(told)
    ((_, received, _),) = house.world.people.heard(spec.name)
    assert received == len(events)


async def test_events_are_taken_until_they_are_as_old_as_declared(
    spec: PlatformSpec, platform: AdPlatform, account: Account, vendor_id: str, clock: StandingClock
) -> None:
    there = DESTINATION[spec.name](vendor_id)
    oldest = event(clock, at=clock() - spec.sending.oldest + timedelta(minutes=1))

    platform.check_event(account, there, oldest)
    assert came(await platform.send_events(account, there, outgoing(spec, oldest), ""))
    for wrong in (clock() - spec.sending.oldest - timedelta(days=1), clock() + timedelta(hours=1)):
        with pytest.raises(Invalid, match=r"^time: "):
            platform.check_event(account, there, event(clock, at=wrong))


async def test_a_rehearsal_counts_at_most_where_it_is_said_so(
    spec: PlatformSpec, platform: AdPlatform, account: Account, vendor_id: str, house: House, clock: StandingClock
) -> None:
    there = DESTINATION[spec.name](vendor_id)

    told = await platform.send_events(account, there, outgoing(spec, event(clock)), "TEST123")

    assert came(told)
    counted = sum(counted for _, _, counted in house.world.people.heard(spec.name))
    assert counted == 0 or spec.sending.test_counts


@pytest.mark.parametrize("wrong", ["", "../1", "1 2", "1?access_token=x", "a" * 100, "1\n"])
async def test_what_is_no_destination_is_refused_before_any_request(
    spec: PlatformSpec, platform: AdPlatform, account: Account, clock: StandingClock, wrong: str
) -> None:
    assert not re.fullmatch(spec.sending.destination_id, wrong)
    with pytest.raises(Invalid, match=r"^destination: "):
        platform.check_event(account, wrong, event(clock))
