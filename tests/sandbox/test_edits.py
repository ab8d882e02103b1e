"""What is written to a world stays, is seen by everyone who shares it, and never changes what has been."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import pytest

from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.world import AccountPlan, AdGroup, Campaign, Facts, World

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)
PLATFORMS = ("google", "meta", "tiktok")


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


Open = Callable[[], World]


@pytest.fixture
def open_world(tmp_path: Path, clock: Clock) -> Generator[Open]:
    """Opens one and the same file, as often as processes do."""
    opened: list[House] = []

    def once_more() -> World:
        opened.append(House(tmp_path / "world.sqlite3", 1, clock))
        return opened[-1].world

    yield once_more
    for house in opened:
        house.close()


def everyone(world: World) -> Sequence[tuple[str, Campaign]]:
    return [
        (cast.platform, one)
        for cast in world.casts
        for plan in cast.accounts
        for one in world.campaigns(cast.platform, plan.id)
    ]


def first(world: World, platform: str = "meta") -> Campaign:
    return world.campaigns(platform, world.cast(platform).accounts[0].id)[0]


def updated(world: World, platform: str, campaign: Campaign, **values: object) -> Campaign:
    with world.editing(platform) as editor:
        return editor.update(campaign, **values)


def created(world: World, platform: str, plan: AccountPlan, name: str = "New") -> Campaign:
    with world.editing(platform) as editor:
        return editor.create(plan, name=name, goal="leads", switch="off", daily=5000)


class Halfway(Exception):
    """Something that goes wrong between two writes."""


def write_and_fail(world: World) -> None:
    plan, one = world.cast("meta").accounts[0], first(world)
    group = world.ad_groups("meta", one)[0]
    with world.editing("meta") as editor:
        editor.update(one, name="Never")
        editor.update_ad_group(one, group, name="Never")
        editor.create(plan, name="Never", goal="leads", switch="on")
        assert len(editor.campaigns(plan)) == plan.campaigns + 1  # within, it is there
        raise Halfway


def delivered(world: World, platform: str, campaign: Campaign, until: date = TODAY) -> Sequence[tuple[date, Facts]]:
    return list(world.days(platform, campaign, date(2025, 1, 1), until))


def test_a_new_campaign_is_as_it_was_asked_for(house: House) -> None:
    plan = house.world.cast("meta").accounts[0]

    with house.world.editing("meta") as editor:
        made = editor.create(
            plan,
            name="Spring",
            goal="leads",
            switch="on",
            lifetime=90_000,
            first_day=TODAY + DAY,
            last_day=TODAY + 9 * DAY,
            details={"category": "none"},
        )

    assert made == Campaign(
        id=made.id,
        account=plan,
        name="Spring",
        goal="leads",
        switch="on",
        state="delivering",
        daily=0,
        lifetime=90_000,
        budget_id=made.budget_id,
        first_day=TODAY + DAY,
        last_day=TODAY + 9 * DAY,
        created=NOW,
        modified=NOW,
        details={"category": "none"},
    )
    assert house.world.campaign("meta", made.id) == made


def test_what_is_not_asked_for_is_open(house: House) -> None:
    made = created(house.world, "meta", house.world.cast("meta").accounts[0])

    assert (made.state, made.daily, made.lifetime) == ("off", 5000, 0)
    assert (made.first_day, made.last_day, made.details, made.appetite) == (TODAY, None, {}, 0)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_campaign_begins_where_its_account_is_today(house: House, clock: Clock, platform: str) -> None:
    clock.now = datetime(2026, 3, 18, 23, 30, tzinfo=UTC)

    for plan in house.world.cast(platform).accounts:
        assert created(house.world, platform, plan).first_day == house.world.today(plan)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_new_ids_are_the_highest_of_their_account_and_nobody_elses(house: House, platform: str) -> None:
    world = house.world
    plans = world.cast(platform).accounts
    before = {one.id for of, one in everyone(world) if of == platform}
    budgets = {one.budget_id for of, one in everyone(world) if of == platform}

    for plan in (*plans, *plans):
        highest = max(int(one.id) for one in world.campaigns(platform, plan.id))
        made = created(world, platform, plan)

        assert int(made.id) > highest
        assert made.id not in before
        assert made.budget_id not in budgets | before
        assert world.campaigns(platform, plan.id)[-1] == made
        before.add(made.id)
        budgets.add(made.budget_id)

    ids = [[int(one.id) for one in world.campaigns(platform, plan.id)] for plan in plans]
    assert ids == [sorted(set(found)) for found in ids]


def test_two_in_one_transaction_have_ids_of_their_own(house: House) -> None:
    plan = house.world.cast("meta").accounts[0]

    with house.world.editing("meta") as editor:
        one, other = (editor.create(plan, name=name, goal="leads", switch="off") for name in ("One", "Two"))
        assert editor.campaigns(plan)[-2:] == (one, other)

    assert int(other.id) == int(one.id) + 1


@pytest.mark.parametrize("switch", ["on", "off"])
def test_in_a_new_campaign_there_is_nothing_that_could_deliver(house: House, clock: Clock, switch: str) -> None:
    made = created(house.world, "meta", house.world.cast("meta").accounts[0])
    made = updated(house.world, "meta", made, switch=switch, daily=90_000)

    clock.now += 10 * DAY

    assert delivered(house.world, "meta", made, TODAY + 10 * DAY) == []
    assert house.world.ad_groups("meta", made) == []


def test_what_was_written_survives_a_restart(open_world: Open, tmp_path: Path, clock: Clock) -> None:
    house = House(tmp_path / "other.sqlite3", 1, clock)
    made = created(house.world, "meta", house.world.cast("meta").accounts[0], "Häuser 🚀")
    other = updated(house.world, "google", first(house.world, "google"), daily=1234, details={"a": "b"})
    told = everyone(house.world)
    house.close()

    again = House(tmp_path / "other.sqlite3", 1, clock)
    try:
        assert again.world.campaign("meta", made.id) == made
        assert again.world.campaign("google", other.id) == other
        assert everyone(again.world) == told
    finally:
        again.close()
    assert everyone(open_world()) != told


def test_whoever_shares_the_file_sees_what_the_others_wrote_at_once(open_world: Open) -> None:
    mine, yours = open_world(), open_world()
    plan = mine.cast("meta").accounts[0]
    assert everyone(mine) == everyone(yours)

    made = created(mine, "meta", plan)
    assert yours.campaign("meta", made.id) == made
    changed = updated(yours, "meta", made, name="Yours")
    assert mine.campaign("meta", made.id) == changed
    another = created(yours, "meta", plan)

    assert int(another.id) == int(made.id) + 1
    assert everyone(mine) == everyone(yours)
    assert mine.campaigns("meta", plan.id)[-2:] == (changed, another)


def test_what_fails_halfway_was_never_written(open_world: Open) -> None:
    mine, yours = open_world(), open_world()
    before, groups = everyone(mine), mine.ad_groups("meta", first(mine))

    with pytest.raises(Halfway):
        write_and_fail(mine)

    assert everyone(mine) == everyone(yours) == before
    assert mine.ad_groups("meta", first(mine)) == groups


def test_what_was_written_after_a_failure_is_seen(open_world: Open) -> None:
    mine, yours = open_world(), open_world()
    plan = mine.cast("meta").accounts[0]
    with pytest.raises(Halfway):
        write_and_fail(mine)

    made = created(yours, "meta", plan, "Yours")

    assert mine.campaigns("meta", plan.id)[-1] == yours.campaigns("meta", plan.id)[-1] == made


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_change_changes_what_it_names_and_nothing_else(house: House, clock: Clock, platform: str) -> None:
    one = first(house.world, platform)
    before = everyone(house.world)
    clock.now += timedelta(minutes=5)

    changed = updated(house.world, platform, one, name="New", details={"a": "b"})

    assert changed == replace(one, name="New", details={"a": "b"}, modified=NOW + timedelta(minutes=5))
    assert everyone(house.world) == [(of, changed if known == one else known) for of, known in before]


@pytest.mark.parametrize(
    ("switch", "last_day", "values", "state"),
    [
        ("on", None, {"switch": "off"}, "off"),
        ("on", None, {"switch": "archived"}, "gone"),
        ("on", None, {"switch": "deleted"}, "gone"),
        ("on", None, {"name": "New"}, "delivering"),
        ("on", None, {"last_day": TODAY - DAY}, "ended"),
        ("on", None, {"last_day": TODAY}, "delivering"),
        ("on", TODAY - DAY, {"last_day": TODAY}, "delivering"),
        ("on", TODAY - DAY, {"last_day": None}, "delivering"),
        ("on", TODAY - DAY, {"name": "New"}, "delivering"),
        ("off", None, {"switch": "on"}, "delivering"),
        ("off", TODAY, {"switch": "on"}, "delivering"),
        ("off", TODAY - DAY, {"switch": "on"}, "ended"),
        ("off", TODAY - DAY, {"switch": "on", "last_day": TODAY}, "delivering"),
        ("off", TODAY - DAY, {"last_day": TODAY}, "off"),
        ("off", None, {"switch": "archived"}, "gone"),
        ("archived", None, {"name": "New"}, "gone"),
        ("archived", None, {"switch": "deleted"}, "gone"),
    ],
)
def test_what_becomes_of_a_campaign_follows_from_what_it_is_told(
    house: House, switch: str, last_day: date | None, values: Mapping[str, object], state: str
) -> None:
    plan = house.world.cast("meta").accounts[0]
    with house.world.editing("meta") as editor:
        given = editor.create(plan, name="New", goal="leads", switch="on", daily=5000, last_day=last_day)
        given = given if switch == "on" else editor.update(given, switch=switch)

    changed = updated(house.world, "meta", given, **values)

    assert changed.state == state
    assert house.world.campaign("meta", given.id) == changed


@pytest.mark.parametrize("state", ["in_review", "rejected", "limited"])
def test_a_new_end_does_not_take_a_campaign_out_of_review(house: House, state: str) -> None:
    platform, one = next((of, one) for of, one in everyone(house.world) if one.state == state)

    assert updated(house.world, platform, one, last_day=TODAY + 9 * DAY).state == state


@pytest.mark.parametrize(
    "values",
    [
        {"switch": "off"},
        {"switch": "archived"},
        {"daily": 999_900, "lifetime": 0},
        {"daily": 0, "lifetime": 999_900, "last_day": TODAY + 9 * DAY},
        {"daily": 1, "lifetime": 0},
        {"last_day": TODAY},
        {"last_day": TODAY + 90 * DAY},
        {"name": "New"},
    ],
)
def test_what_was_delivered_is_never_rewritten(house: House, clock: Clock, values: Mapping[str, object]) -> None:
    clock.now += timedelta(minutes=1)
    running = [(of, one) for of, one in everyone(house.world) if one.state in {"delivering", "limited"}][::7]
    before = [delivered(house.world, of, one, TODAY + DAY) for of, one in running]

    changed = [(of, updated(house.world, of, one, **values)) for of, one in running]

    assert len(running) > 10
    assert [delivered(house.world, of, one, TODAY + DAY) for of, one in changed] == before
    assert all(before)


@pytest.mark.parametrize("switch", ["off", "archived", "deleted"])
def test_what_is_switched_off_delivers_no_more_from_the_next_day_on(house: House, clock: Clock, switch: str) -> None:
    one = updated(house.world, "meta", first(house.world), switch=switch)

    clock.now += 10 * DAY

    days = [day for day, _ in delivered(house.world, "meta", one, TODAY + 10 * DAY)]
    assert days[-1] in {TODAY, TODAY - DAY}
    assert one.phases == ((TODAY + DAY, 0),)


def test_what_is_switched_on_again_goes_on_as_before(house: House, clock: Clock) -> None:
    one = first(house.world)
    off = updated(house.world, "meta", one, switch="off")
    clock.now += 5 * DAY

    on = updated(house.world, "meta", off, switch="on")

    assert on.phases == ((TODAY + DAY, 0), (TODAY + 6 * DAY, one.appetite))
    clock.now += 20 * DAY
    both = [dict(delivered(house.world, "meta", of, TODAY + 20 * DAY)) for of in (one, on)]
    assert [day for day in both[0] if day not in both[1]] == [day for day in both[0] if TODAY < day < TODAY + 6 * DAY]
    assert all(both[0][day] == facts for day, facts in both[1].items())


def test_what_is_changed_and_changed_back_on_one_day_goes_on_as_before(house: House, clock: Clock) -> None:
    one = first(house.world)
    more = updated(house.world, "meta", one, daily=one.daily * 2)
    back = updated(house.world, "meta", more, daily=one.daily)

    clock.now += 20 * DAY

    assert delivered(house.world, "meta", back, TODAY + 20 * DAY) == delivered(
        house.world, "meta", one, TODAY + 20 * DAY
    )


@pytest.mark.parametrize(
    ("values", "appetite"),
    [
        ({"daily": 12_345}, 12_345),
        ({"daily": 0, "lifetime": 110_000, "first_day": TODAY, "last_day": TODAY + 9 * DAY}, 11_000),
        ({"daily": 0, "lifetime": 99_999, "first_day": TODAY, "last_day": TODAY + 9 * DAY}, 9_999),
    ],
)
def test_from_the_next_day_on_a_campaign_spends_what_its_budget_says(
    house: House, values: Mapping[str, object], appetite: int
) -> None:
    one = first(house.world)

    changed = updated(house.world, "meta", one, **values)

    assert changed.appetite_on(TODAY) == one.appetite
    assert changed.appetite_on(TODAY + DAY) == changed.appetite_on(TODAY + 99 * DAY) == appetite
    assert changed.phases == ((TODAY + DAY, appetite),)


def test_what_has_no_budget_of_its_own_goes_on_as_its_ad_groups_do(house: House) -> None:
    platform, one = next(
        (of, one) for of, one in everyone(house.world) if one.state == "delivering" and not one.daily + one.lifetime
    )

    assert updated(house.world, platform, one, name="New").phases == ()


def test_the_budgets_of_ad_groups_that_are_on_add_up_to_what_the_campaign_spends(house: House) -> None:
    seen: set[bool] = set()
    for platform, one in everyone(house.world):
        groups = house.world.ad_groups(platform, one)
        own = not (one.daily or one.lifetime)
        seen.add(own)

        assert len(groups) >= 2
        assert sum(_per_day(group) for group in groups if group.switch == "on") == (one.appetite if own else 0)
        assert [group.switch for group in groups][-1] == "off"
        assert len({group.id for group in groups}) == len(groups)
        assert {(group.campaign, group.first_day, group.last_day) for group in groups} == {
            (one.id, one.first_day, one.last_day)
        }
        assert not any(group.daily and group.lifetime for group in groups)
    assert seen == {True, False}


def _per_day(group: AdGroup) -> Fraction:
    if not group.lifetime:
        return Fraction(group.daily)
    assert group.last_day is not None
    return Fraction(group.lifetime, (group.last_day - group.first_day).days + 1)


def test_an_ad_group_is_changed_for_everyone_and_the_others_stay(open_world: Open) -> None:
    mine, yours = open_world(), open_world()
    one, other = mine.campaigns("meta", mine.cast("meta").accounts[0].id)[:2]
    before, elsewhere = mine.ad_groups("meta", one), mine.ad_groups("meta", other)

    with mine.editing("meta") as editor:
        changed = editor.update_ad_group(one, before[0], switch="off", daily=77)

    assert changed == replace(before[0], switch="off", daily=77)
    assert mine.ad_groups("meta", one) == yours.ad_groups("meta", one) == [changed, *before[1:]]
    assert mine.ad_groups("meta", other) == yours.ad_groups("meta", other) == elsewhere


def test_every_attempt_is_remembered_in_order_by_everyone(open_world: Open, clock: Clock) -> None:
    mine, yours = open_world(), open_world()
    assert mine.attempts() == []

    mine.attempted("meta", "create", "123")
    clock.now += DAY
    yours.attempted("google", "mutate", "456")

    assert (
        mine.attempts()
        == yours.attempts()
        == [
            ("2026-03-18T15:30:00+00:00", "meta", "create", "123"),
            ("2026-03-19T15:30:00+00:00", "google", "mutate", "456"),
        ]
    )
