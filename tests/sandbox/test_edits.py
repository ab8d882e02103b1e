"""What was written to the world: kept, seen by everyone, whole or not at all, and from tomorrow on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.sandbox.cast import ad_groups_of
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.world import AccountPlan, AdGroup, Campaign, Cast, Editor, Facts, World

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
TODAY = NOW.date()
HERE = AccountPlan("11", "acme_11", "Acme US", "USD", "America/New_York", 60)
YEN = AccountPlan("22", "acme_22", "Acme JP", "JPY", "Asia/Tokyo", 60)
EAST = AccountPlan("33", "acme_33", "Acme Line Islands", "AUD", "Pacific/Kiritimati", 20)
CAST = Cast(platform="acme", accounts=(HERE, YEN, EAST), first_campaign=9000, removals=("archived", "deleted"))


class SetClock:
    """A clock that moves only when it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at() -> SetClock:
    return SetClock()


@pytest.fixture
def world(at: SetClock) -> World:
    return World(1, TODAY, at, (CAST,))


def which(world: World, state: str, plan: AccountPlan = HERE) -> Campaign:
    return next(one for one in world.campaigns("acme", plan.id) if one.state == state)


def created(editor: Editor, plan: AccountPlan = HERE, name: str = "Spring") -> Campaign:
    return editor.create(plan, name=name, goal="leads", switch="off", daily=5000)


def now_is(world: World, campaign: Campaign) -> Campaign:
    found = world.campaign("acme", campaign.id)
    assert found is not None
    return found


def delivered(world: World, campaign: Campaign, until: date = TODAY) -> Mapping[date, Facts]:
    return dict(world.days("acme", now_is(world, campaign), TODAY - 500 * DAY, until))


def ad_groups_with_budgets(world: World) -> Iterator[tuple[Campaign, Sequence[AdGroup]]]:
    for plan in CAST.accounts:
        for one in world.campaigns("acme", plan.id):
            groups = world.ad_groups("acme", one)
            if any(group.daily or group.lifetime for group in groups):
                yield one, groups


def test_a_new_campaign_is_what_it_was_asked_to_be_and_begins_today_where_its_account_is(world: World) -> None:
    with world.editing("acme") as editor:
        made = editor.create(EAST, name="Spring", goal="leads", switch="off", lifetime=900, details={"bid": "low"})

    assert made == Campaign(
        id="229000",
        account=EAST,
        name="Spring",
        goal="leads",
        switch="off",
        state="off",
        daily=0,
        lifetime=900,
        budget_id="279000",
        first_day=date(2026, 3, 19),  # it is tomorrow there
        last_day=None,
        created=NOW,
        modified=NOW,
        details={"bid": "low"},
    )
    assert now_is(world, made) == made


def test_a_new_campaign_may_run_for_days_of_its_own_choice(world: World) -> None:
    with world.editing("acme") as editor:
        made = editor.create(
            HERE,
            name="Spring",
            goal="leads",
            switch="on",
            daily=5000,
            first_day=TODAY + 3 * DAY,
            last_day=TODAY + 9 * DAY,
        )

    assert (made.state, made.first_day, made.last_day) == ("delivering", TODAY + 3 * DAY, TODAY + 9 * DAY)


def test_a_new_campaign_has_the_highest_id_of_its_account_and_a_budget_of_its_own(world: World) -> None:
    with world.editing("acme") as editor:
        made = [created(editor), created(editor), created(editor, YEN), created(editor)]

    assert [one.id for one in made] == ["29000", "29001", "129000", "29002"]
    for plan in CAST.accounts[:2]:
        ids = [int(one.id) for one in world.campaigns("acme", plan.id)]
        assert ids == sorted(ids)
    everyone = [one for plan in CAST.accounts for one in world.campaigns("acme", plan.id)]
    assert len({one.id for one in everyone}) == len({one.budget_id for one in everyone}) == 144
    assert not {one.id for one in everyone} & {one.budget_id for one in everyone}


def test_a_new_campaign_has_nothing_in_it_so_it_never_delivers(world: World, at: SetClock) -> None:
    with world.editing("acme") as editor:
        made = editor.update(created(editor), switch="on")
    at.now = NOW + 30 * DAY

    assert world.ad_groups("acme", made) == []
    assert delivered(world, made, TODAY + 30 * DAY) == {}


def test_a_value_that_is_written_is_read_and_the_others_stay(world: World, at: SetClock) -> None:
    before = which(world, "delivering")
    at.now = NOW + timedelta(hours=2)

    with world.editing("acme") as editor:
        editor.update(before, name="Renamed")

    assert now_is(world, before) == replace(before, name="Renamed", modified=at.now)
    assert world.campaigns("acme", HERE.id)[int(before.id) - 9000] == now_is(world, before)


def test_one_written_again_is_what_was_written_last(world: World) -> None:
    before = which(world, "delivering")

    with world.editing("acme") as editor:
        editor.update(editor.update(before, name="Once"), daily=12_300)
    with world.editing("acme") as editor:
        editor.update(now_is(world, before), name="Twice")

    after = now_is(world, before)
    assert (after.name, after.daily) == ("Twice", 12_300)
    assert len(world.campaigns("acme", HERE.id)) == 60


def test_what_others_own_is_left_alone(world: World) -> None:
    before = which(world, "delivering")
    others = [
        one for plan in CAST.accounts for one in world.campaigns("acme", plan.id) if one.id != before.id
    ]  # read before anything was written

    with world.editing("acme") as editor:
        editor.update(before, name="Renamed", switch="off")

    assert [one for plan in CAST.accounts for one in world.campaigns("acme", plan.id) if one.id != before.id] == others


@pytest.mark.parametrize(
    ("switch", "state"), [("on", "delivering"), ("off", "off"), ("archived", "gone"), ("deleted", "gone")]
)
def test_what_becomes_of_a_campaign_follows_its_switch(world: World, switch: str, state: str) -> None:
    with world.editing("acme") as editor:
        made = editor.create(
            HERE, name="Spring", goal="leads", switch="off" if switch == "on" else "on", last_day=TODAY
        )
        after = editor.update(made, switch=switch)

    assert (after.switch, after.state) == (switch, state)


def test_one_that_is_switched_on_after_its_last_day_has_ended(world: World) -> None:
    with world.editing("acme") as editor:
        over = editor.create(HERE, name="Past", goal="leads", switch="off", first_day=TODAY - DAY, last_day=TODAY - DAY)
        after = editor.update(over, switch="on")

    assert (after.switch, after.state) == ("on", "ended")


def test_one_that_is_taken_away_after_its_last_day_is_gone(world: World) -> None:
    with world.editing("acme") as editor:
        after = editor.update(which(world, "ended"), switch="archived")

    assert (after.switch, after.state) == ("archived", "gone")


@pytest.mark.parametrize(
    ("last_day", "state"), [(TODAY - DAY, "ended"), (TODAY, "delivering"), (TODAY + DAY, "delivering")]
)
def test_one_that_runs_has_ended_once_its_last_day_is_past(world: World, last_day: date, state: str) -> None:
    with world.editing("acme") as editor:
        runs = editor.create(HERE, name="Spring", goal="leads", switch="on", first_day=TODAY - 9 * DAY)
        after = editor.update(runs, last_day=last_day)

    assert (after.switch, after.state) == ("on", state)


@pytest.mark.parametrize("last_day", [None, TODAY, TODAY + DAY])
def test_one_that_has_ended_goes_on_with_a_later_last_day_or_none(world: World, last_day: date | None) -> None:
    with world.editing("acme") as editor:
        begun = editor.create(HERE, name="Spring", goal="leads", switch="on", first_day=TODAY - 9 * DAY)
        ended = editor.update(begun, last_day=TODAY - DAY)
        after = editor.update(ended, last_day=last_day)

    assert (ended.state, after.state) == ("ended", "delivering")


def test_one_that_is_off_stays_off_whatever_its_last_day(world: World) -> None:
    with world.editing("acme") as editor:
        after = editor.update(created(editor), last_day=TODAY + DAY)

    assert (after.switch, after.state) == ("off", "off")


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Renamed"},
        {"switch": "off"},
        {"switch": "archived"},
        {"daily": 1, "lifetime": 0},
        {"daily": 1_000_000, "lifetime": 0},
        {"daily": 0, "lifetime": 9_000_000, "last_day": TODAY + 60 * DAY},
        {"last_day": TODAY},
    ],
)
def test_nothing_that_is_written_to_a_running_campaign_changes_what_it_delivered(
    world: World, values: Mapping[str, object]
) -> None:
    running = [one for one in world.campaigns("acme", HERE.id) if one.state == "delivering" and one.last_day is None]
    before = [delivered(world, one) for one in running]

    with world.editing("acme") as editor:
        for one in running:
            editor.update(one, **values)

    assert len(running) > 10
    assert all(before)
    assert [delivered(world, one) for one in running] == before


def opened(world: World, state: str) -> Sequence[Campaign]:
    return [one for plan in CAST.accounts for one in world.campaigns("acme", plan.id) if one.state == state]


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("rejected", [{"switch": "off"}]),
        ("in_review", [{"switch": "off"}, {"switch": "on"}]),
        ("ended", [{"last_day": TODAY + 30 * DAY}]),
        ("ended", [{"last_day": None}]),
        ("off", [{"switch": "on", "last_day": TODAY + 30 * DAY}]),
        ("off", [{"switch": "on"}, {"last_day": TODAY + 30 * DAY}]),
        ("off", [{"last_day": TODAY + 30 * DAY}]),
        ("delivering", [{"first_day": TODAY - 450 * DAY}]),
    ],
)
def test_nothing_that_is_written_makes_up_days_that_were_never_delivered(
    world: World, state: str, steps: Sequence[Mapping[str, object]]
) -> None:
    campaigns = opened(world, state)
    before = [delivered(world, one) for one in campaigns]

    for values in steps:
        with world.editing("acme") as editor:
            for one in campaigns:
                editor.update(now_is(world, one), **values)

    assert campaigns
    assert [delivered(world, one) for one in campaigns] == before


def test_one_that_has_ended_and_goes_on_delivers_again_from_tomorrow(world: World, at: SetClock) -> None:
    campaigns = opened(world, "ended")
    with world.editing("acme") as editor:
        for one in campaigns:
            editor.update(one, last_day=None)
    at.now = NOW + 30 * DAY

    for one in campaigns:
        days = [day for day in delivered(world, one, TODAY + 30 * DAY) if day > (one.last_day or TODAY)]
        assert TODAY + DAY <= days[0] <= TODAY + 9 * DAY


def test_a_budget_counts_from_the_next_day_on_and_so_does_the_one_after_it(world: World, at: SetClock) -> None:
    one = next(one for one in world.campaigns("acme", HERE.id) if one.state == "delivering" and one.daily)
    was = one.appetite

    with world.editing("acme") as editor:
        editor.update(one, daily=2 * was)
    at.now = NOW + 5 * DAY
    with world.editing("acme") as editor:
        editor.update(now_is(world, one), daily=3 * was)

    after = now_is(world, one)
    assert after.phases == ((TODAY + DAY, 2 * was), (TODAY + 6 * DAY, 3 * was))
    assert [after.appetite_on(TODAY + days * DAY) for days in (-30, 0, 1, 5, 6, 90)] == [
        was,
        was,
        2 * was,
        2 * was,
        3 * was,
        3 * was,
    ]


def test_a_lifetime_budget_is_spent_in_equal_parts_from_its_first_day_to_its_last(world: World) -> None:
    one = which(world, "delivering")
    days = (TODAY + 9 * DAY - one.first_day).days + 1

    with world.editing("acme") as editor:
        after = editor.update(one, daily=0, lifetime=days * 700 + 1, last_day=TODAY + 9 * DAY)

    assert after.phases == ((TODAY + DAY, 700),)


def test_a_campaign_that_is_paused_delivers_until_today_and_from_the_day_after_it_is_enabled(
    world: World, at: SetClock
) -> None:
    one = next(one for one in world.campaigns("acme", HERE.id) if one.state == "delivering" and one.last_day is None)
    with world.editing("acme") as editor:
        editor.update(one, switch="off")
    at.now = NOW + 20 * DAY
    with world.editing("acme") as editor:
        editor.update(now_is(world, one), switch="on")
    at.now = NOW + 40 * DAY

    days = [day for day in delivered(world, one, TODAY + 40 * DAY) if day > TODAY - 20 * DAY]

    assert any(day <= TODAY for day in days)
    assert not any(TODAY < day <= TODAY + 20 * DAY for day in days)
    assert any(day > TODAY + 20 * DAY for day in days)


def test_a_new_name_alone_begins_no_new_phase(world: World) -> None:
    one = next(one for one in world.campaigns("acme", HERE.id) if one.state == "delivering" and one.daily)

    with world.editing("acme") as editor:
        after = editor.update(one, name="Renamed")

    assert after.phases == ()


def test_the_budgets_of_ad_groups_that_are_on_add_up_to_what_their_campaign_spends(world: World) -> None:
    spread = 0
    for one, groups in ad_groups_with_budgets(world):
        days = ((one.last_day or one.first_day) - one.first_day).days + 1
        spread += sum(bool(group.lifetime) for group in groups)

        assert (one.daily, one.lifetime) == (0, 0)
        assert not any(group.daily and group.lifetime for group in groups)
        assert one.appetite == sum(group.daily + group.lifetime // days for group in groups if group.switch == "on")
        assert [group.switch for group in groups].count("off") == 1
        assert groups[-1].switch == "off"

    assert spread


@given(seed=st.integers(0, 2**31 - 1), number=st.integers(0, 59))
def test_ad_groups_are_the_same_for_the_same_seed_and_have_budgets_only_where_their_campaign_has_none(
    seed: int, number: int
) -> None:
    one = World(seed, TODAY, lambda: NOW, (CAST,)).campaigns("acme", YEN.id)[number]

    groups = list(ad_groups_of(seed, one))

    assert groups == list(ad_groups_of(seed, one))
    assert 2 <= len(groups) <= 4
    assert len({group.id for group in groups}) == len(groups)
    assert {bool(group.daily or group.lifetime) for group in groups} == {not (one.daily or one.lifetime)}
    assert {(group.campaign, group.first_day, group.last_day) for group in groups} == {
        (one.id, one.first_day, one.last_day)
    }


def test_an_ad_group_that_is_written_to_takes_its_place_among_the_others(world: World) -> None:
    one, before = next(found for found in ad_groups_with_budgets(world) if len(found[1]) == 4)

    with world.editing("acme") as editor:
        editor.update_ad_group(one, before[1], switch="off", daily=1234)

    assert world.ad_groups("acme", one) == [
        before[0],
        replace(before[1], switch="off", daily=1234),
        before[2],
        before[3],
    ]


def test_an_ad_group_that_is_written_to_is_found_under_its_own_campaign_alone(world: World) -> None:
    (one, groups), (other, before) = list(ad_groups_with_budgets(world))[:2]

    with world.editing("acme") as editor:
        editor.update_ad_group(one, groups[0], name="Renamed")

    assert one.account == other.account
    assert world.ad_groups("acme", other) == before


def test_what_fails_in_the_middle_was_never_written_nor_seen(world: World) -> None:
    one = which(world, "delivering")
    campaigns, groups = world.campaigns("acme", HERE.id), world.ad_groups("acme", one)

    with pytest.raises(RuntimeError, match="power"), world.editing("acme") as editor:  # noqa: PT012  # it fails late
        created(editor)
        editor.update(one, name="Renamed")
        editor.update_ad_group(one, groups[0], name="Renamed")
        assert [found.name for found in editor.campaigns(HERE)].count("Spring") == 1
        raise RuntimeError("power")

    assert world.campaigns("acme", HERE.id) == campaigns
    assert world.ad_groups("acme", one) == groups
    with world.editing("acme") as editor:
        assert created(editor).id == "29000"


def test_within_a_transaction_one_reads_what_it_wrote(world: World) -> None:
    with world.editing("acme") as editor:
        made = created(editor)

        assert editor.campaigns(HERE)[-1] == made
        assert editor.campaigns(YEN)[-1].account == YEN


def test_what_was_written_survives_a_restart(tmp_path: Path, at: SetClock) -> None:
    path = tmp_path / "world.sqlite3"
    first = House(path, 1, at)
    plan = first.world.cast("meta").accounts[0]
    one = first.world.campaigns("meta", plan.id)[0]
    group = first.world.ad_groups("meta", one)[0]
    with first.world.editing("meta") as editor:
        made = created(editor, plan)
        changed = editor.update(one, daily=77_700, lifetime=0, details={"label": "kept"})
        regrouped = editor.update_ad_group(one, group, switch="off")
    first.close()

    at.now = NOW + 3 * DAY
    again = House(path, 1, at)
    try:
        assert again.world.campaign("meta", made.id) == made
        assert again.world.campaign("meta", one.id) == changed
        assert again.world.ad_groups("meta", changed)[0] == regrouped
    finally:
        again.close()


def test_what_one_house_writes_another_on_the_same_file_sees_at_once(tmp_path: Path, at: SetClock) -> None:
    path = tmp_path / "world.sqlite3"
    here, there = House(path, 1, at), House(path, 1, at)
    plan = here.world.cast("google").accounts[0]
    one = here.world.campaigns("google", plan.id)[0]
    try:
        assert there.world.campaigns("google", plan.id) == here.world.campaigns("google", plan.id)

        with here.world.editing("google") as editor:
            renamed, mine = editor.update(one, name="Renamed"), created(editor, plan)
        assert there.world.campaigns("google", plan.id) == here.world.campaigns("google", plan.id)
        assert there.world.campaign("google", one.id) == renamed

        with there.world.editing("google") as editor:
            theirs = created(editor, plan)
        assert int(theirs.id) == int(mine.id) + 1
        assert here.world.campaigns("google", plan.id)[-2:] == (mine, theirs)
    finally:
        here.close()
        there.close()


def test_a_campaign_is_written_on_its_own_platform_alone(house: House) -> None:
    world = house.world
    before = {
        cast.platform: [world.campaigns(cast.platform, plan.id) for plan in cast.accounts] for cast in world.casts
    }

    with world.editing("tiktok") as editor:
        created(editor, world.cast("tiktok").accounts[0])

    for platform in ("google", "meta"):
        assert [world.campaigns(platform, plan.id) for plan in world.cast(platform).accounts] == before[platform]


def test_an_attempt_is_remembered_whatever_comes_of_it(world: World, at: SetClock) -> None:
    world.attempted("acme", "POST campaign", "1000")
    at.now = NOW + timedelta(seconds=1)
    with pytest.raises(ValueError, match="no"), world.editing("acme"):
        raise ValueError("no")
    world.attempted("acme", "DELETE campaign", "")

    assert world.attempts() == [
        ("2026-03-18T15:30:00+00:00", "acme", "POST campaign", "1000"),
        ("2026-03-18T15:30:01+00:00", "acme", "DELETE campaign", ""),
    ]


def test_two_worlds_in_memory_share_nothing(at: SetClock) -> None:
    one, other = (World(1, TODAY, at, (CAST,), Memory()) for _ in range(2))

    with one.editing("acme") as editor:
        made = created(editor)

    assert one.campaign("acme", made.id) == made
    assert other.campaign("acme", made.id) is None
