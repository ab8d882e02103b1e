"""What the adapter hands over is what Google's sandbox then knows, by either of its two interfaces.

Of the sandbox's accounts two may still use the Google Ads API for people's data, and two may not.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, Rule, Seed
from xylo_mcp.ads.conversions import Event, Outgoing, Told, Traces
from xylo_mcp.ads.errors import Invalid, NotFound, Unavailable
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.people import Known, Row
from xylo_mcp.contract import AdPlatform, Connection, FoundAudiences, Portion
from xylo_mcp.platforms.google import SPEC
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House

BEGIN = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
OLD_WAY, NEW_WAY, NO_LEADS = "1234567890", "1112223334", "3334445556"
MANY, PORTION = 3_000, 1_000
SINCE = BEGIN - timedelta(hours=1)
EITHER_WAY = pytest.mark.parametrize("customer", [OLD_WAY, NEW_WAY])


class Clock:
    """Goes on by a second whenever somebody looks."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Shop:
    """The adapter, the sandbox it is on, and what that truly knows."""

    platform: AdPlatform
    house: House
    clock: Clock

    async def account(self, customer: str) -> Account:
        roster = await self.platform.accounts()
        return next(one for one in roster.accounts if one.id == f"customers/{customer}")

    async def list_of(self, customer: str, name: str = "Buyers") -> tuple[Account, str]:
        """A new list."""
        account = await self.account(customer)
        change = CreateAudience(account.id, name, "customer_list", consent="granted")
        return account, await self.platform.make_audience(account, change, f"op-{name}")

    async def hand(self, account: Account, change: MembersChange, list_id: str, rows: Sequence[Row]) -> None:
        """A whole handover."""
        self.platform.check_audience(account, change)
        note, parts = "", [rows[begin : begin + PORTION] for begin in range(0, len(rows), PORTION)]
        for number, part in enumerate(parts, 1):
            portion = Portion(number, part, number == len(parts))
            note = await self.platform.take(account, change, list_id, note, portion)
        assert await self.platform.close(account, change, list_id, note, "op-1") == list_id

    def members(self, list_id: str) -> set[str]:
        audience = self.house.world.people.audience("google", list_id)
        assert audience is not None
        return {person for person, _ in self.house.world.people.members(audience)}

    def counted(self, customer: str) -> list[tuple[str, str, str, str]]:
        """The events that count."""
        events = self.house.world.people.events("google", f"7{customer}")
        return [(one.id, one.at.isoformat(), one.value, one.currency) for one in events if one.counted]


@pytest.fixture
async def shop() -> AsyncGenerator[Shop]:
    clock = Clock()
    house = House(None, 1, clock)
    settings = {part.name: part.default for part in SPEC.settings} | dict(house.credentials("google"))
    network = httpx2.ASGITransport(app=house.app("google"))
    async with SPEC.open(Connection(settings, network, clock, per_second=1000)) as platform:
        yield Shop(platform, house, clock)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def rows(begin: int, end: int) -> list[Row]:
    """People of whom more or less is known."""
    return [
        (
            digest(f"e{one}"),
            digest(f"p{one}") if one % 2 else "",
            *(digest("first"), digest("last"), "pl", "00001" if one % 3 else ""),
        )
        for one in range(begin, end)
    ]


def known(people: Sequence[Row]) -> set[str]:
    """The same people as the sandbox keeps them."""
    return {
        f"EMAIL={email}"
        + (f"|PHONE={phone}" if phone else "")
        + (f"|ADDRESS={first},{last},PL,{postcode}" if postcode else "")
        for email, phone, first, last, _, postcode in people
    }


def add(account: Account, list_id: str) -> UpdateAudience:
    return UpdateAudience(account.id, list_id, "add", consent="granted")


def lose_the_next_answer(shop: Shop, path: str) -> None:
    shop.house.faults.plan(Fault("google", "lose_answer", path))


@EITHER_WAY
async def test_thousands_of_people_come_in_and_go_and_are_replaced(shop: Shop, customer: str) -> None:
    account, list_id = await shop.list_of(customer)
    people = rows(0, MANY)

    await shop.hand(account, add(account, list_id), list_id, people)
    assert shop.members(list_id) == known(people)

    await shop.hand(account, UpdateAudience(account.id, list_id, "remove"), list_id, people[: MANY // 2])
    assert shop.members(list_id) == known(people[MANY // 2 :])

    others = rows(MANY - 10, MANY + 1_500)
    await shop.hand(account, UpdateAudience(account.id, list_id, "replace"), list_id, others)
    assert shop.members(list_id) == known(others)


@EITHER_WAY
@pytest.mark.parametrize("action", ["add", "replace"])
async def test_portions_whose_answers_are_lost_come_again_and_nothing_is_different(
    shop: Shop, customer: str, action: str
) -> None:
    account, list_id = await shop.list_of(customer)
    await shop.hand(account, add(account, list_id), list_id, rows(5_000, 5_010))
    change = UpdateAudience(account.id, list_id, "add" if action == "add" else "replace")
    people, note = rows(0, 30), ""

    for number, part in enumerate((people[:20], people[20:]), 1):
        portion = Portion(number, part, last=number > 1)
        for path in ("offlineUserDataJobs:create", ":addOperations") if customer == OLD_WAY else (":ingest",):
            if number == 1 or path != "offlineUserDataJobs:create":
                lose_the_next_answer(shop, path)
                with pytest.raises(Unavailable):
                    await shop.platform.take(account, change, list_id, note, portion)
        note = await shop.platform.take(account, change, list_id, note, portion)
    if customer == OLD_WAY or action == "replace":
        lose_the_next_answer(shop, ":run" if customer == OLD_WAY else ":removeAll")
        with pytest.raises(Unavailable):
            await shop.platform.close(account, change, list_id, note, "op-1")
    await shop.platform.close(account, change, list_id, note, "op-1")

    before = known(rows(5_000, 5_010)) if action == "add" else set[str]()
    assert shop.members(list_id) == before | known(people)


async def test_until_a_job_is_run_a_list_is_as_it_was(shop: Shop) -> None:
    account, list_id = await shop.list_of(OLD_WAY)
    await shop.hand(account, add(account, list_id), list_id, rows(0, 20))

    change = UpdateAudience(account.id, list_id, "replace")
    await shop.platform.take(account, change, list_id, "", Portion(1, rows(20, 40), last=False))

    assert shop.members(list_id) == known(rows(0, 20))


@EITHER_WAY
async def test_audiences_are_made_listed_changed_and_found(shop: Shop, customer: str) -> None:
    account, list_id = await shop.list_of(customer)
    visitors = CreateAudience(account.id, "Cart", "website", rule=Rule("", 7, url_contains="shop.example/cart"))
    alike = CreateAudience(account.id, "Alike", "lookalike", seed=Seed(list_id, ("PL",), "balanced"))
    made = [await shop.platform.make_audience(account, change, f"op-{change.kind}") for change in (visitors, alike)]
    await shop.hand(account, add(account, list_id), list_id, rows(0, 400))
    shop.clock.now += timedelta(hours=48)
    await shop.platform.update_audience(account, UpdateAudience(account.id, made[0], name="Trolley", status="closed"))

    page = await shop.platform.audiences(account, place=None, size=50)
    first = await shop.platform.audiences(account, place=None, size=2)
    second = await shop.platform.audiences(account, place=first.next, size=2)

    buyers = page.audiences[-1]
    assert buyers.size is not None
    assert 280 <= buyers.size <= 360
    assert buyers == Audience(list_id, account.id, "Buyers", "customer_list", buyers.size, "ready", "CRM_BASED", "OPEN")
    cart = Audience(made[0], account.id, "Trolley", "website", 0, "closed", "RULE_BASED", "CLOSED")
    found = [page.audiences[-2], (page.audiences[-3].kind, page.audiences[-3].readiness)]
    assert (found, page.next) == ([cart, ("lookalike", "ready")], None)
    assert [*first.audiences, *second.audiences] == page.audiences
    by_tag = await shop.platform.find_audiences(account, visitors, "op-website", SINCE)
    by_name = await shop.platform.find_audiences(account, alike, "op-other", SINCE)
    assert (by_tag, by_name) == (FoundAudiences([made[0]]), FoundAudiences([made[1]], sure=False))


async def test_a_list_whose_answer_is_lost_is_found_by_its_tag(shop: Shop) -> None:
    account = await shop.account(NEW_WAY)
    change = CreateAudience(account.id, "Buyers", "customer_list")
    lose_the_next_answer(shop, "userLists:mutate")

    with pytest.raises(Unavailable) as caught:
        await shop.platform.make_audience(account, change, "op-7f3k")

    found = await shop.platform.find_audiences(account, change, "op-7f3k", SINCE)
    assert (caught.value.nothing_done, len(found.ids), found.sure) == (False, 1, True)


@EITHER_WAY
async def test_what_is_no_list_of_the_account_takes_nobody(shop: Shop, customer: str) -> None:
    account, list_id = await shop.list_of(customer)
    _, others = await shop.list_of("2223334445")
    same_name = CreateAudience(account.id, "Buyers", "customer_list")

    with pytest.raises(NotFound) as taking:
        await shop.platform.take(account, add(account, others), others, "", Portion(1, rows(0, 1), last=True))
    with pytest.raises(NotFound) as naming:
        await shop.platform.update_audience(account, UpdateAudience(account.id, others, name="Mine"))
    with pytest.raises(Invalid) as making:
        await shop.platform.make_audience(account, same_name, "op-2")

    assert [one.value.nothing_done for one in (taking, naming, making)] == [True] * 3
    assert (shop.members(list_id), shop.members(others)) == (set(), set())


def outgoing(event_id: str, gclid: str = "", email: str = "", at: datetime = BEGIN) -> Outgoing:
    value, traces, person = Money(Decimal(12), "EUR"), Traces(gclid=gclid), Known(email=email)
    event = Event("purchase", event_id, at, "website", value, traces=traces, person=person, consent="granted")
    return Outgoing(event, (digest(email), "") if email else None)


@EITHER_WAY
async def test_events_count_once_however_often_they_are_told(shop: Shop, customer: str) -> None:
    account = await shop.account(customer)
    events = [outgoing("e-1", "Cj0-made-up-1"), outgoing("e-2", email="anna"), outgoing("e-1", "Cj0-made-up-1")]
    send = shop.platform.send_events
    for event in events:
        shop.platform.check_event(account, f"7{customer}", event.event)

    rehearsed = await send(account, f"7{customer}", events, "test")
    assert shop.counted(customer) == []
    lose_the_next_answer(shop, "uploadClickConversions" if customer == OLD_WAY else "events:ingest")
    with pytest.raises(Unavailable):
        await send(account, f"7{customer}", events, "")
    told = await send(account, f"7{customer}", events, "")

    states = ["already"] * 3 if customer == OLD_WAY else ["delivered", "delivered", "already"]
    assert [one.state for one in rehearsed] == ["delivered", "delivered", "already"]
    assert [one.state for one in told] == states
    at = BEGIN.isoformat()
    assert shop.counted(customer) == [("order e-1", at, "12", "EUR"), ("order e-2", at, "12", "EUR")]


async def test_events_are_refused_one_by_one(shop: Shop) -> None:
    account = await shop.account(OLD_WAY)
    just_now, long_ago = int(BEGIN.timestamp()) - 60, int((BEGIN - timedelta(days=2)).timestamp())
    events = [
        outgoing("a", f"Cj0K-{OLD_WAY}-{just_now}-x"),
        outgoing("b", f"Cj0K-{NEW_WAY}-{long_ago}-x"),
        outgoing("c", f"Cj0K-{OLD_WAY}-{long_ago}-x"),
        outgoing("d", "?"),
        outgoing("e", "Cj0-made-up-1", at=BEGIN - timedelta(days=91)),
    ]

    told = await shop.platform.send_events(account, f"7{OLD_WAY}", events, "")

    assert [(one.state, one.reason) for one in told] == [
        ("later", "click_too_recent"),
        ("rejected", "click_of_another_account"),
        ("delivered", ""),
        ("rejected", "unreadable_click_id"),
        ("rejected", "click_too_old"),
    ]


@pytest.mark.parametrize(("customer", "state"), [(NO_LEADS, "rejected"), (OLD_WAY, "delivered")])
async def test_people_alone_lead_to_a_click_only_where_enhanced_conversions_are_on(
    shop: Shop, customer: str, state: str
) -> None:
    account = await shop.account(customer)

    (told,) = await shop.platform.send_events(account, f"7{customer}", [outgoing("a", email="anna")], "")

    assert told.state == state
    assert told == Told("delivered") or told.reason == "enhanced_conversions_off"


async def test_an_unfit_event_costs_the_others_nothing_by_the_data_manager_either(shop: Shop) -> None:
    account = await shop.account(NEW_WAY)
    odd = Outgoing(outgoing("b", email="x").event, ("no digest", ""))
    events = [outgoing("a", email="anna"), odd, outgoing("c", "Cj0-made-up-1")]

    told = await shop.platform.send_events(account, f"7{NEW_WAY}", events, "")

    assert [one.state for one in told] == ["delivered", "rejected", "delivered"]
    assert [one[0] for one in shop.counted(NEW_WAY)] == ["order a", "order c"]


async def test_a_destination_that_the_data_manager_does_not_know_is_not_found(shop: Shop) -> None:
    account = await shop.account(NEW_WAY)

    with pytest.raises(NotFound):
        await shop.platform.send_events(account, "5", [outgoing("a", email="anna")], "")
