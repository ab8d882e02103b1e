from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import pytest

from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.sandbox.world import Facts, summed

TIKTOK, TOKYO = "tiktok_7123456789012345678", "tiktok_7123456789012345680"
TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def test_without_days_it_tells_the_last_week_up_to_today_and_beyond_where_it_is_tomorrow_already(house: House) -> None:
    told = truth(house.world, TIKTOK)

    assert (told.since, told.until, told.now) == (TODAY - 7 * DAY, TODAY + DAY, "2026-03-18T15:30:00+00:00")
    assert {day.date for day in told.days} == {TODAY - number * DAY for number in range(8)}


def test_it_tells_of_every_account_unless_one_is_named(house: House) -> None:
    plans = [(cast.platform, plan) for cast in house.world.casts for plan in cast.accounts]

    told = truth(house.world, since=TODAY, until=TODAY)

    assert [(one.platform, one.id, one.vendor_id) for one in told.accounts] == [
        (platform, plan.public_id, plan.id) for platform, plan in plans
    ]
    assert [one.today for one in told.accounts] == [house.world.today(plan) for _, plan in plans]
    assert len(told.campaigns) == sum(plan.campaigns for _, plan in plans)
    assert [one.id for one in truth(house.world, TIKTOK).accounts] == [TIKTOK]
    assert truth(house.world, "nobody").accounts == []


def test_its_days_are_the_worlds_facts_in_units_of_the_currency(house: House) -> None:
    world = house.world
    for account, cents in ((TIKTOK, 100), (TOKYO, 1)):
        told = truth(world, account, TODAY - 20 * DAY, TODAY)
        campaigns = world.campaigns("tiktok", account.removeprefix("tiktok_"))
        facts: Sequence[Facts] = [
            one for campaign in campaigns for _, one in world.days("tiktok", campaign, told.since, told.until)
        ]
        whole = summed(facts)
        assert sum(day.spend for day in told.days) == Decimal(whole.spend) / cents
        assert sum(day.conversion_value for day in told.days) == Decimal(whole.value) / cents
        assert sum(day.conversions for day in told.days) == Decimal(whole.conversions) / 100
        assert sum(day.impressions for day in told.days) == whole.impressions
        assert sum(day.clicks for day in told.days) == whole.clicks


def test_a_campaign_has_at_most_one_budget_and_none_is_not_zero(house: House) -> None:
    campaigns = truth(house.world).campaigns

    assert {(one.daily_budget is None, one.lifetime_budget is None) for one in campaigns} == {
        (True, True),
        (True, False),
        (False, True),
    }
    assert all(budget != 0 for one in campaigns for budget in (one.daily_budget, one.lifetime_budget))


def test_days_without_any_delivery_are_left_out(house: House) -> None:
    days = truth(house.world, since=TODAY - 3 * DAY, until=TODAY).days

    assert days
    assert all(day.impressions or day.clicks or day.spend or day.conversions for day in days)


@pytest.mark.parametrize(("since", "until"), [(TODAY, TODAY - DAY), (TODAY + 2 * DAY, TODAY + 9 * DAY)])
def test_there_is_nothing_to_tell_of_no_time_or_of_the_future(house: House, since: date, until: date) -> None:
    assert truth(house.world, TIKTOK, since, until).days == []


def test_it_moves_with_the_clock(house: House, clock: Clock) -> None:
    clock.now += timedelta(days=1)

    assert truth(house.world, TIKTOK).until == TODAY + 2 * DAY
    assert truth(house.world, TIKTOK).anchor == TODAY
