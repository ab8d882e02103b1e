"""get_summary says in short how everything did, and the dashboard is handed the same as pictures."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cache

import msgspec
import pytest

from xylo_mcp.ads.dates import Span, resolve
from xylo_mcp.app import Caller
from xylo_mcp.dashboard import META_KEY, Pictures
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import DayTruth, truth
from xylo_mcp.tools import TOOLS, Answer

TOOL = {tool.name: tool.run for tool in TOOLS}
BULK = "act_423456789"


class Group(msgspec.Struct):
    platform: str | None
    currency: str
    accounts: int
    metrics: dict[str, float | None]
    change_percent: float | None


class Move(msgspec.Struct):
    account: str
    campaign_id: str
    currency: str
    spend: float
    by: float
    share_percent: float


async def summary(caller: Caller, preset: str = "last_7d") -> Answer:
    return await TOOL["get_summary"]({"date_preset": preset}, caller)


def groups(answer: Answer) -> Sequence[Group]:
    return msgspec.convert(answer.content["groups"], list[Group])


def pictures(answer: Answer) -> Pictures:
    return msgspec.convert(answer.meta[META_KEY], Pictures, strict=False)


def days_of(house: House, platform: str, currency: str, *, before: bool = False) -> Sequence[DayTruth]:
    """The truth of all accounts of a platform and currency over the last seven days of each, or those before."""
    cast = house.world.cast(platform)
    found: list[DayTruth] = []
    for plan in cast.accounts:
        if plan.currency == currency:
            span = resolve("last_7d", house.world.today(plan))
            span = span.before() if before else span
            found += truth(house.world, plan.public_id, span.since, span.until).days
    return found


def spent(days: Sequence[DayTruth]) -> Decimal:
    return sum((day.spend for day in days), Decimal(0))


async def test_each_platform_and_currency_is_told_as_it_is_and_against_the_time_before(
    caller: Caller, house: House
) -> None:
    answer = await summary(caller)

    told = [one for one in groups(answer) if one.platform is not None]
    assert len(told) == 13
    for one in told:
        now = days_of(house, one.platform or "", one.currency)
        past = spent(days_of(house, one.platform or "", one.currency, before=True))
        assert Decimal(str(one.metrics["spend"])) == spent(now)
        assert one.metrics["clicks"] == sum(day.clicks for day in now)
        assert Decimal(str(one.metrics["conversions"])) == sum(day.conversions for day in now)
        assert one.change_percent == float(round((spent(now) - past) * 100 / past, 1))


async def test_currencies_stay_apart_and_conversions_that_differ_are_not_added_up(caller: Caller) -> None:
    answer = await summary(caller)

    by_platform = [one for one in groups(answer) if one.platform is not None]
    everything = [one for one in groups(answer) if one.platform is None]
    assert sorted(one.currency for one in everything) == ["EUR", "GBP", "JPY", "USD"]
    for whole in everything:
        parts = [one for one in by_platform if one.currency == whole.currency]
        assert sum(one.accounts for one in parts) == whole.accounts
        assert sum(Decimal(str(one.metrics["spend"])) for one in parts) == Decimal(str(whole.metrics["spend"]))
        assert (whole.metrics["conversions"], whole.metrics["cost_per_conversion"]) == (None, None)


async def test_what_moved_is_told_with_its_share_of_all_movement_in_its_currency(caller: Caller, house: House) -> None:
    answer = await summary(caller)

    moves = msgspec.convert(answer.content["moved"], list[Move])
    assert [one.by > 0 for one in moves] == sorted((one.by > 0 for one in moves), reverse=True)
    for one in moves:
        changes = movement(house, one.currency)
        assert Decimal(str(one.by)) == changes[one.campaign_id]
        share = abs(changes[one.campaign_id]) * 100 / sum(map(abs, changes.values()))
        assert one.share_percent == round(share)


def movement(house: House, currency: str) -> Mapping[str, Decimal]:
    changes: dict[str, Decimal] = {}
    for cast in house.world.casts:
        for sign, days in (
            (1, days_of(house, cast.platform, currency)),
            (-1, days_of(house, cast.platform, currency, before=True)),
        ):
            for day in days:
                changes[day.campaign_id] = changes.get(day.campaign_id, Decimal(0)) + sign * day.spend
    return changes


async def test_spend_is_held_against_the_caps_in_the_policys_currency(caller: Caller, house: House) -> None:
    answer = await summary(caller)

    (bulk,) = (
        one for one in msgspec.convert(answer.content["pacing"], list[dict[str, object]]) if one["scope"] == BULK
    )
    rupees = spent(days_of(house, "meta", "INR"))
    assert bulk == {
        "scope": BULK,
        "currency": "USD",
        "spend_a_day": float(round(rupees / 7 * Decimal("0.012"), 2)),
        "cap": 500000,
    }


async def test_a_day_that_is_not_over_is_not_compared_with_one_that_is(caller: Caller) -> None:
    answer = await summary(caller, "today")

    assert {one.change_percent for one in groups(answer)} == {None}
    assert answer.content["moved"] == []
    assert "Today is not over: no change is told." in answer.text


async def test_who_does_not_answer_is_named_once_and_the_rest_stands(caller: Caller, house: House) -> None:
    await caller.app.directory.accounts()
    house.faults.plan(Fault("google", "expire_token", times=-1))

    answer = await summary(caller)

    failures = msgspec.convert(answer.content["failures"], list[dict[str, object]])
    assert sorted({str(one["subject"]).partition("/")[0] for one in failures}) == ["customers"]
    assert len({str(one["subject"]) for one in failures}) == len(failures)
    assert {one.platform for one in groups(answer)} == {None, "meta", "tiktok"}
    assert answer.content["complete"] is False
    assert "incomplete: 4 failed" in answer.text.splitlines()[0]


async def test_the_pictures_show_every_day_and_come_to_what_the_text_says(caller: Caller, house: House) -> None:
    answer = await summary(caller)

    drawn = pictures(answer)
    assert (drawn.mode, drawn.date_preset) == ("sandbox", "last_7d")
    told = {(one.platform, one.currency): one.metrics for one in groups(answer)}
    for one in drawn.groups:
        days = days_of(house, one.platform, one.currency)
        assert one.spend == Decimal(str(told[one.platform, one.currency]["spend"])) == spent(days)
        assert [day.date for day in one.days] == [one.days[0].date + timedelta(days=at) for at in range(len(one.days))]
        assert sum(day.spend or 0 for day in one.days) == one.spend
    assert len({(one.account, one.id) for one in drawn.campaigns}) == len(drawn.campaigns)


@pytest.mark.no_cover  # whatever it runs, the others here do
@pytest.mark.parametrize("preset", ["yesterday", "last_month"])
async def test_the_biggest_campaigns_are_drawn_as_they_are(caller: Caller, house: House, preset: str) -> None:
    answer = await summary(caller, preset)

    @cache
    def true_days(account: str, span: Span) -> Sequence[DayTruth]:
        return truth(house.world, account, span.since, span.until).days

    for one in pictures(answer).campaigns:
        plan = house.world.account(one.platform, one.account.rpartition("_")[2].rpartition("/")[2])
        assert plan is not None
        today = house.world.today(plan)
        span = (
            Span(today - timedelta(days=1), today - timedelta(days=1))
            if preset == "yesterday"
            else resolve("last_month", today)
        )
        days = [day for day in true_days(one.account, span) if day.campaign_id == one.id]
        assert one.spend == spent(days)
