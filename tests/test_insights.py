"""Numbers over many accounts: each account's own days, sums of what may be added, and who did not answer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import pytest

from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.dates import PRESETS, DatePreset, Span, resolve
from xylo_mcp.ads.errors import Invalid, NotFound
from xylo_mcp.ads.insights import Metrics, total
from xylo_mcp.app import App
from xylo_mcp.contract import PlatformSpec
from xylo_mcp.insights import Numbers, Question, of_campaigns, report, span_of
from xylo_mcp.listings import Part, first_page
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import DayTruth, truth

META, GOOGLE, TIKTOK = "act_123456789", "customers/1234567890", "tiktok_7123456789012345678"
TOKYO, KIRITIMATI = "tiktok_7123456789012345680", "customers/3334445556"
DAY = timedelta(days=1)
SPECS = sorted(found().values(), key=lambda spec: spec.name)
TODAY = date(2026, 3, 18)


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def summed(days: Sequence[DayTruth]) -> Metrics:
    return Metrics(
        spend=sum((day.spend for day in days), Decimal(0)),
        impressions=sum(day.impressions for day in days),
        clicks=sum(day.clicks for day in days),
        conversions=sum((day.conversions for day in days), Decimal(0)),
    )


def true_sum(house: House, account: str, span: Span) -> Metrics:
    return summed(truth(house.world, account, span.since, span.until).days)


async def test_each_account_answers_for_its_own_days(app: App, clock: Clock, house: House) -> None:
    clock.now = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)  # on the Line Islands it is the 19th, in Los Angeles the 18th

    answer = await report(app.directory, app.clock, [META, KIRITIMATI], Question("yesterday"))

    assert [(one.account.id, one.today, one.span) for one in answer.reports] == [
        (META, date(2026, 3, 18), Span(date(2026, 3, 17), date(2026, 3, 17))),
        (KIRITIMATI, date(2026, 3, 19), Span(date(2026, 3, 18), date(2026, 3, 18))),
    ]
    assert [one.total for one in answer.reports] == [
        true_sum(house, one.account.id, one.span) for one in answer.reports
    ]


@pytest.mark.parametrize("preset", PRESETS)
async def test_the_time_before_is_equally_long_and_right_before(app: App, house: House, preset: DatePreset) -> None:
    answer = await report(app.directory, app.clock, [TIKTOK, GOOGLE], Question(preset), before=True)

    for one in answer.reports:
        past = Span(one.span.since - one.span.days * DAY, one.span.since - DAY)
        assert one.before == true_sum(house, one.account.id, past)


async def test_the_time_before_is_left_out_unless_it_is_asked_for(app: App) -> None:
    answer = await report(app.directory, app.clock, [TIKTOK], Question("last_7d"))

    assert [one.before for one in answer.reports] == [None]


async def test_rows_come_biggest_spend_first_and_their_sum_is_the_total(app: App) -> None:
    answer = await report(app.directory, app.clock, [META, TIKTOK, GOOGLE], Question("last_30d", level="campaign"))

    for one in answer.reports:
        spent = [row.metrics.spend or 0 for row in one.rows]
        assert len(spent) > 5
        assert spent == sorted(spent, reverse=True)
        assert one.total == total(row.metrics for row in one.rows)


async def test_rows_by_day_come_day_by_day(app: App) -> None:
    question = Question("last_7d", level="campaign", granularity="day")

    answer = await report(app.directory, app.clock, [META, TIKTOK, GOOGLE], question)

    for one in answer.reports:
        order = [(row.day or date.min, -(row.metrics.spend or 0), row.campaign_id) for row in one.rows]
        assert order == sorted(order)
        assert {row.day for row in one.rows} == {one.span.since + number * DAY for number in range(7)}


async def test_only_the_campaigns_asked_for_count(app: App, house: House) -> None:
    span = resolve("last_30d", TODAY)
    days = truth(house.world, TIKTOK, span.since, span.until).days
    ids = sorted({day.campaign_id for day in days})[:2]

    answer = await report(app.directory, app.clock, [TIKTOK], Question(span, "campaign", campaign_ids=frozenset(ids)))

    assert [one.total for one in answer.reports] == [summed([day for day in days if day.campaign_id in ids])]


async def test_accounts_are_added_up_within_a_currency_and_never_across(app: App) -> None:
    answer = await report(app.directory, app.clock, [TIKTOK, TOKYO, META, GOOGLE], Question("last_7d"))

    dollars = [one.total for one in answer.reports if one.account.currency == "USD"]
    (yen,) = (one.total for one in answer.reports if one.account.currency == "JPY")
    assert len(dollars) == 3
    assert answer.sums == {"USD": total(dollars), "JPY": yen}


async def test_who_does_not_answer_is_named_and_not_part_of_the_sums(app: App, house: House) -> None:
    await app.directory.accounts()
    house.faults.plan(Fault("meta", "expire_token", "insights"))

    answer = await report(app.directory, app.clock, [TIKTOK, META], Question("last_7d"))

    assert [(failure.subject, failure.error.code) for failure in answer.failures] == [(META, "AUTH_REQUIRED")]
    (one,) = answer.reports
    assert (one.account.id, answer.sums) == (TIKTOK, {"USD": one.total})


async def test_the_failure_of_the_only_account_is_raised(app: App) -> None:
    with pytest.raises(NotFound):
        await report(app.directory, app.clock, ["act_999999999"], Question("last_7d"))


async def test_fewer_reports_keep_the_sums_of_all(app: App) -> None:
    answer = await report(app.directory, app.clock, [TIKTOK, GOOGLE], Question("last_30d"))

    part = answer.with_reports(answer.reports[:1])

    assert (part.reports, part.sums) == (answer.reports[:1], answer.sums)
    assert part.with_reports(answer.reports) == answer


async def test_a_report_with_fewer_rows_keeps_the_total_of_all(app: App) -> None:
    answer = await report(app.directory, app.clock, [TIKTOK], Question("last_30d", level="campaign"))

    (whole,) = answer.reports
    part = whole.with_rows(whole.rows[:1])

    assert part.rows == whole.rows[:1]
    assert part.with_rows(whole.rows) == whole


@pytest.mark.parametrize("account", [META, GOOGLE, TIKTOK])
@pytest.mark.parametrize("preset", PRESETS)
async def test_a_report_says_from_when_on_conversions_may_still_grow(
    app: App, preset: DatePreset, account: str
) -> None:
    answer = await report(app.directory, app.clock, [account], Question(preset))

    for one in answer.reports:
        settled = one.today - app.directory.spec(one.account).settling_days * DAY
        days = [one.span.since + number * DAY for number in range(one.span.days)]
        assert one.moving_since == next((day for day in days if day > settled), None)


@pytest.mark.parametrize("account", [META, GOOGLE, TIKTOK])
async def test_a_day_is_settled_when_its_platform_says_so(app: App, account: str) -> None:
    (known,) = (await report(app.directory, app.clock, [account], Question("today"))).reports
    settled = known.today - app.directory.spec(known.account).settling_days * DAY

    answers = [
        await report(app.directory, app.clock, [account], Question(Span(day, day))) for day in (settled, settled + DAY)
    ]

    assert [one.moving_since for answer in answers for one in answer.reports] == [None, settled + DAY]


async def test_what_is_settled_does_not_move_and_what_is_not_may(app: App, clock: Clock) -> None:
    span = Span(TODAY - 10 * DAY, TODAY - 2 * DAY)
    question = Question(span, granularity="day")
    (now,) = (await report(app.directory, app.clock, [TIKTOK], question)).reports

    clock.now += timedelta(days=60)
    (later,) = (await report(app.directory, app.clock, [TIKTOK], question)).reports

    moved = [row.day for row, then in zip(now.rows, later.rows, strict=True) if row.metrics != then.metrics]
    assert moved
    assert now.moving_since is not None
    assert all(day is not None and day >= now.moving_since for day in moved)
    assert later.moving_since is None


async def test_campaigns_get_their_own_numbers_and_zeros_where_nothing_happened(app: App, house: House) -> None:
    wanted = CampaignFilter(statuses=frozenset({"active", "paused", "archived"}))
    listing = await first_page(app.directory, [TIKTOK, META, GOOGLE], wanted, 200)

    numbers, failures = await of_campaigns(app.directory, app.clock, listing.shown, "last_7d")

    assert failures == []
    assert any(part == Metrics() for found in numbers.values() for part in found.metrics.values())
    for part in listing.shown:
        span = resolve("last_7d", TODAY)
        days = truth(house.world, part.account.id, span.since, span.until).days
        (whole,) = (await report(app.directory, app.clock, [part.account.id], Question("last_7d"))).reports
        metrics = {
            campaign.id: summed([day for day in days if day.campaign_id == campaign.id]) for campaign in part.campaigns
        }
        assert numbers[part.account.id] == Numbers(span, whole.moving_since, metrics)


async def test_without_campaigns_nobody_is_asked_for_their_numbers(app: App, house: House) -> None:
    listing = await first_page(app.directory, [TIKTOK], CampaignFilter(name_contains="no such name"), 10)
    house.faults.plan(Fault("tiktok", "html", "report", times=-1))

    assert await of_campaigns(app.directory, app.clock, listing.shown, "last_7d") == ({}, ())
    assert await of_campaigns(app.directory, app.clock, (), "last_7d") == ({}, ())


async def test_an_account_that_fails_leaves_the_numbers_of_the_others(app: App, house: House) -> None:
    listing = await first_page(app.directory, [TIKTOK, META], CampaignFilter(), 100)
    house.faults.plan(Fault("meta", "expire_token", "insights"))

    numbers, failures = await of_campaigns(app.directory, app.clock, listing.shown, "last_7d")

    assert list(numbers) == [TIKTOK]
    assert [failure.subject for failure in failures] == [META]


async def test_an_account_without_campaigns_to_show_is_not_asked(app: App, house: House) -> None:
    listing = await first_page(app.directory, [TIKTOK, META], CampaignFilter(), 100)
    without = [Part(part.account, (), None) if part.account.id == META else part for part in listing.shown]
    house.faults.plan(Fault("meta", "html", "insights", times=-1))

    numbers, failures = await of_campaigns(app.directory, app.clock, without, "last_7d")

    assert (list(numbers), failures) == ([TIKTOK], [])


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_days_reach_from_as_far_as_the_platform_remembers_to_today(spec: PlatformSpec) -> None:
    whole = Span(TODAY - spec.history_days * DAY, TODAY)

    assert span_of(whole, TODAY, spec) == whole


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_day_too_many_is_refused_with_the_first_that_will_do(spec: PlatformSpec) -> None:
    earliest = TODAY - spec.history_days * DAY

    with pytest.raises(Invalid) as refused:
        span_of(Span(earliest - DAY, TODAY), TODAY, spec)

    assert str(refused.value) == (
        f"date_from: {earliest - DAY} is too long ago; {spec.title} remembers {spec.history_days} days."
    )
    assert (refused.value.fix, refused.value.platform) == (f"Ask for {earliest} or later.", spec.name)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_day_in_the_future_is_refused_with_the_last_that_will_do(spec: PlatformSpec) -> None:
    with pytest.raises(Invalid) as refused:
        span_of(Span(TODAY, TODAY + DAY), TODAY, spec)

    assert str(refused.value) == f"date_to: {TODAY + DAY} is in the future; there it is {TODAY}."
    assert (refused.value.fix, refused.value.platform) == (f"Ask up to {TODAY}.", spec.name)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_preset_and_the_time_before_it_lie_within_what_each_platform_remembers(
    spec: PlatformSpec, preset: DatePreset
) -> None:
    span = span_of(preset, TODAY, spec)

    assert span == resolve(preset, TODAY)
    assert span_of(span.before(), TODAY, spec) == span.before()
