"""One truth: the same for everyone who asks, however they ask, for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from xylo_mcp.sandbox.cast import cents, dollar
from xylo_mcp.sandbox.chance import Draw
from xylo_mcp.sandbox.delivery import Facts, day_of, delivers, known, so_far
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.names import campaign_name
from xylo_mcp.sandbox.world import HISTORY_DAYS, AccountPlan, Campaign, Cast, World, amount, summed

ANCHOR = date(2026, 3, 18)
NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NEW_YORK = AccountPlan("11", "acme_11", "Acme US", "USD", "America/New_York", 60)
TOKYO = AccountPlan("22", "acme_22", "Acme 日本", "JPY", "Asia/Tokyo", 60)
LINE_ISLANDS = AccountPlan("33", "acme_33", "Acme Line Islands", "AUD", "Pacific/Kiritimati", 60)
CAST = Cast(
    platform="acme",
    accounts=(NEW_YORK, TOKYO, LINE_ISLANDS),
    first_campaign=1000,
    removals=("archived", "deleted"),
    shared_budgets=True,
    named=(("11", "First"), ("11", "Second")),
)
WHOLE = Facts(1000, 100, 5000, 400, 90_000, 700, 80, 300)
FACTS = st.builds(Facts, *[st.integers(0, 10**9)] * 8)
SEEDS = st.integers(0, 2**31 - 1)


def world(seed: int = 1, now: datetime = NOW, cast: Cast = CAST, anchor: date = ANCHOR) -> World:
    return World(seed, anchor, lambda: now, (cast,))


def everyone(of: World) -> Sequence[Campaign]:
    return [one for plan in CAST.accounts for one in of.campaigns("acme", plan.id)]


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_world_and_another_another(seed: int) -> None:
    assert everyone(world(seed)) == everyone(world(seed))
    assert everyone(world(seed)) != everyone(world(seed + 1))


def test_what_is_past_and_settled_stays_for_ever() -> None:
    then, later = world(), world(now=NOW + 200 * DAY)

    for one in everyone(then)[:20]:
        settled = (one.first_day, ANCHOR - 8 * DAY)
        assert list(then.days("acme", one, *settled)) == list(later.days("acme", one, *settled))


def test_ids_are_unique_and_later_campaigns_have_higher_ones() -> None:
    campaigns = everyone(world())

    assert len({one.id for one in campaigns}) == len(campaigns) == 180
    for plan in CAST.accounts:
        ids = [int(one.id) for one in campaigns if one.account == plan]
        assert ids == sorted(ids)
    assert not {one.id for one in campaigns} & {one.budget_id for one in campaigns}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_campaign_is_one_that_might_be(seed: int) -> None:
    for one in everyone(world(seed)):
        assert one.name
        assert not (one.daily and one.lifetime)
        assert {"on": True, "off": one.state == "off"}.get(one.switch, one.state == "gone")
        assert one.switch == "on" or one.last_day is not None
        assert ANCHOR - HISTORY_DAYS * DAY <= one.first_day < ANCHOR
        assert (
            one.last_day is None or one.first_day < one.last_day < ANCHOR or one.state not in {"off", "gone", "ended"}
        )
        assert one.created < one.modified <= datetime.combine(ANCHOR, time(), UTC)
        assert one.created.date() < one.first_day


def test_names_are_unique_within_an_account_and_the_named_come_first() -> None:
    for plan in CAST.accounts:
        names = [one.name for one in world().campaigns("acme", plan.id)]
        assert len(set(names)) == len(names)
    assert [one.name for one in world().campaigns("acme", "11")[:2]] == ["First", "Second"]


def test_names_come_in_many_scripts_and_with_emoji_only_where_these_may_be() -> None:
    with_emoji = [campaign_name(Draw(str(number)), number, emoji=True) for number in range(300)]
    without = [campaign_name(Draw(str(number)), number, emoji=False) for number in range(300)]

    assert sum(name.startswith(("🚀", "🔥", "🎁", "☀", "👩", "✅")) for name in with_emoji) > 10
    assert not any(name.startswith(("🚀", "🔥", "🎁", "☀", "👩", "✅")) for name in without)
    assert sum(not name.isascii() for name in without) > 20


def test_campaigns_that_share_a_budget_have_the_same_one_and_some_do() -> None:
    budgets: dict[str, set[tuple[int, int, str]]] = {}
    sharing: dict[str, int] = {}
    for one in everyone(world()):
        budgets.setdefault(one.budget_id, set()).add((one.daily, one.lifetime, one.account.id))
        sharing[one.budget_id] = sharing.get(one.budget_id, 0) + 1

    assert {len(found) for found in budgets.values()} == {1}
    assert max(sharing.values()) > 1


def test_without_shared_budgets_each_campaign_has_its_own() -> None:
    campaigns = world(cast=replace(CAST, shared_budgets=False)).campaigns("acme", "11")

    assert len({one.budget_id for one in campaigns}) == len(campaigns)
    assert {(bool(one.daily), bool(one.lifetime)) for one in campaigns} == {
        (True, False),
        (False, True),
        (False, False),
    }


def test_every_state_of_a_campaign_occurs() -> None:
    campaigns = everyone(world())

    assert {one.switch for one in campaigns} == {"on", "off", "archived", "deleted"}
    assert {one.state for one in campaigns} == {
        "delivering",
        "off",
        "in_review",
        "rejected",
        "limited",
        "ended",
        "gone",
    }


def test_what_is_not_there_is_not_found() -> None:
    found = world()

    assert found.account("acme", "11") is NEW_YORK
    assert found.account("acme", "99") is None
    assert found.campaign("acme", "1000") == found.campaigns("acme", "11")[0]
    assert found.campaign("acme", "201003") == found.campaigns("acme", "33")[3]
    assert found.campaign("acme", "999") is None


def test_the_present_day_is_each_accounts_own() -> None:
    at = world(now=datetime(2026, 12, 31, 10, 0, tzinfo=UTC))

    assert [at.today(plan) for plan in CAST.accounts] == [date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)]


@pytest.mark.parametrize("state", ["in_review", "rejected"])
def test_what_was_never_approved_never_delivers(state: str) -> None:
    never = [one for one in everyone(world()) if one.state == state]

    assert never
    assert all(not list(world().days("acme", one, ANCHOR - 500 * DAY, ANCHOR)) for one in never)


def test_a_campaign_delivers_from_its_first_day_to_its_last() -> None:
    for one in everyone(world()):
        days = [day for day, _ in world().days("acme", one, ANCHOR - 500 * DAY, ANCHOR + 50 * DAY)]
        assert days == sorted(set(days))
        assert all(one.first_day <= day <= (one.last_day or ANCHOR + DAY) for day in days)
        assert all(delivers(one, day) for day in days)


def test_days_that_have_not_begun_have_no_facts() -> None:
    at = world(now=datetime(2026, 3, 18, 3, 59, 59, tzinfo=UTC))  # a second before midnight in New York
    one = at.campaigns("acme", "11")[0]

    assert at.facts("acme", one, date(2026, 3, 18)) == Facts()
    assert at.facts("acme", one, date(2026, 3, 17)) != Facts()
    assert list(at.days("acme", one, date(2026, 3, 18), date(2026, 4, 18))) == []


def test_a_running_day_only_grows() -> None:
    midnight = datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    one = world().campaigns("acme", "11")[0]
    hours = [
        world(now=midnight + number * timedelta(minutes=20)).facts("acme", one, date(2026, 3, 8))
        for number in range(72)
    ]

    assert [facts.spend for facts in hours] == sorted(facts.spend for facts in hours)
    assert [facts.conversions for facts in hours] == sorted(facts.conversions for facts in hours)
    assert hours[0] == Facts()


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 3, 18), 24), (date(2026, 11, 1), 25)])
def test_a_day_is_told_by_its_full_hours_of_which_there_may_be_23_or_25(day: date, hours: int) -> None:
    begin = datetime.combine(day, time(), ZoneInfo("America/New_York")).astimezone(UTC)

    for gone in range(hours):
        part = so_far(WHOLE, begin + timedelta(hours=gone, minutes=59), "America/New_York")
        assert (part.spend, part.clicks) == (5000 * gone // hours, 100 * gone // hours)


@given(facts=FACTS, age=st.integers(0, 60), fractional=st.booleans())
def test_conversions_become_known_within_a_week_and_nothing_else_changes(
    facts: Facts, age: int, *, fractional: bool
) -> None:
    now, later = known(facts, age, fractional=fractional), known(facts, age + 1, fractional=fractional)

    assert now.conversions <= later.conversions <= facts.conversions
    assert now.value <= facts.value
    assert structs.replace(now, conversions=0, value=0) == structs.replace(facts, conversions=0, value=0)
    assert fractional or now.conversions % 100 == 0
    assert known(facts, 7 + age, fractional=True).conversions == facts.conversions


@given(st.lists(FACTS, max_size=6))
def test_sums_add_everything_but_people_who_are_counted_once(parts: list[Facts]) -> None:
    whole = summed(parts)

    assert structs.replace(whole, reach=0) == Facts(
        impressions=sum(part.impressions for part in parts),
        clicks=sum(part.clicks for part in parts),
        spend=sum(part.spend for part in parts),
        conversions=sum(part.conversions for part in parts),
        value=sum(part.value for part in parts),
        link_clicks=sum(part.link_clicks for part in parts),
        video_plays=sum(part.video_plays for part in parts),
    )
    reached = sum(part.reach for part in parts)
    assert whole.reach == (reached if len(parts) <= 1 else reached * 3 // 5)


@given(SEEDS, st.integers(0, 59), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_day_is_one_that_might_be(seed: int, number: int, age: int) -> None:
    one = world(seed).campaigns("acme", "11")[number]

    facts = day_of(seed, one, ANCHOR - age * DAY)

    assert facts.impressions >= facts.reach
    assert facts.impressions >= facts.clicks >= facts.link_clicks
    assert facts.conversions <= facts.clicks * 100
    assert facts.spend <= one.appetite * 5 // 4
    assert one.goal in {"purchases", "leads", "app"} or facts.conversions == 0
    assert one.goal == "purchases" or facts.value == 0


def test_the_total_is_the_sum_of_the_days() -> None:
    at = world()
    for one in everyone(at)[:30]:
        days = [facts for _, facts in at.days("acme", one, ANCHOR - 30 * DAY, ANCHOR)]
        assert at.total("acme", one, ANCHOR - 30 * DAY, ANCHOR) == summed(days)


@pytest.mark.parametrize(
    ("currency", "minor", "units"), [("USD", 1234, "12.34"), ("JPY", 1234, "1234"), ("TWD", 5, "5"), ("EUR", 5, "0.05")]
)
def test_minor_units_are_cents_where_there_are_cents(currency: str, minor: int, units: str) -> None:
    assert amount(minor, currency) == Decimal(units)
    assert dollar(currency) % cents(currency) == 0


@given(st.text(max_size=10), st.lists(st.integers(1, 1000), min_size=1, max_size=40))
def test_chance_is_reproducible_and_keeps_within_its_bounds(label: str, ends: list[int]) -> None:
    once, again = Draw(label), Draw(label)

    drawn = [once.below(end) for end in ends]

    assert drawn == [again.below(end) for end in ends]
    assert all(0 <= number < end for number, end in zip(drawn, ends, strict=True))
    assert 5 <= once.between(5, 7) <= 7
    assert once.one_of("abc") in "abc"


def test_chance_is_even() -> None:
    draw = Draw("dice")
    counts = dict.fromkeys(range(6), 0)
    for _ in range(6000):
        counts[draw.below(6)] += 1

    assert all(850 < count < 1150 for count in counts.values())


def test_the_names_that_others_rely_on_are_there(house: House) -> None:
    found: Mapping[str, Sequence[str]] = {
        plan.public_id: [one.name for one in house.world.campaigns(cast.platform, plan.id)]
        for cast in house.world.casts
        for plan in cast.accounts
        if any(account == plan.id for account, _ in cast.named)
    }

    for cast in house.world.casts:
        for account, name in cast.named:
            (plan,) = (plan for plan in cast.accounts if plan.id == account)
            assert name in found[plan.public_id]
