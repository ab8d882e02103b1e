"""Numbers over many accounts: each account's own days, sums of what may be added, and who did not answer."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import msgspec
import pytest

from tests.test_contract_insights import summed as true_sum_of
from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.dates import PRESETS, DatePreset, Span, resolve
from xylo_mcp.ads.errors import Invalid, NotFound
from xylo_mcp.ads.insights import Metrics
from xylo_mcp.app import Caller
from xylo_mcp.contract import PlatformSpec
from xylo_mcp.insights import Asker, Numbers, Question, of_campaigns, report, span_of
from xylo_mcp.listings import Part, first_page
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import DayTruth, truth

META, GOOGLE, TIKTOK = "act_123456789", "customers/1234567890", "tiktok_7123456789012345678"
KIRITIMATI = "customers/3334445556"
DAY = timedelta(days=1)
SPECS = sorted(found().values(), key=lambda spec: spec.name)
TODAY = date(2026, 3, 18)


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


def summed(account: str, days: Iterable[DayTruth]) -> Metrics:
    """The sum of `days` as the platform of `account` tells it."""
    (spec,) = (one for one in SPECS if re.fullmatch(one.account_id, account))
    found = list(days)
    return true_sum_of(spec, found) if found else Metrics()


@pytest.fixture
async def asker(caller: Caller) -> Asker:
    return await caller.asker()


def true_sum(house: House, account: str, span: Span) -> Metrics:
    return summed(account, truth(house.world, account, span.since, span.until).days)


async def test_each_account_answers_for_its_own_days(asker: Asker, clock: Clock, house: House) -> None:
    clock.now = datetime(2026, 3, 18, 10, 30, tzinfo=UTC)  # on the Line Islands it is the 19th, in Los Angeles the 18th

    answer = await report(asker, [META, KIRITIMATI], Question("yesterday"))

    assert [(one.account.id, one.today, one.span) for one in answer.reports] == [
        (META, date(2026, 3, 18), Span(date(2026, 3, 17), date(2026, 3, 17))),
        (KIRITIMATI, date(2026, 3, 19), Span(date(2026, 3, 18), date(2026, 3, 18))),
    ]
    assert [one.total for one in answer.reports] == [
        true_sum(house, one.account.id, one.span) for one in answer.reports
    ]


@pytest.mark.parametrize("preset", PRESETS)
async def test_the_time_before_is_equally_long_and_right_before(asker: Asker, house: House, preset: DatePreset) -> None:
    answer = await report(asker, [TIKTOK, GOOGLE], Question(preset, compare=True))

    for one in answer.reports:
        past = Span(one.span.since - one.span.days * DAY, one.span.since - DAY)
        assert one.past is not None
        assert one.past.total() == true_sum(house, one.account.id, past)


async def test_the_time_before_is_left_out_unless_it_is_asked_for(asker: Asker) -> None:
    answer = await report(asker, [TIKTOK], Question("last_7d"))

    assert [one.past for one in answer.reports] == [None]


async def test_only_the_campaigns_asked_for_count(asker: Asker, house: House) -> None:
    span = resolve("last_30d", TODAY)
    days = truth(house.world, TIKTOK, span.since, span.until).days
    ids = sorted({day.campaign_id for day in days})[:2]

    answer = await report(asker, [TIKTOK], Question(span, "campaign", campaign_ids=frozenset(ids)))

    assert [one.total for one in answer.reports] == [summed(TIKTOK, [day for day in days if day.campaign_id in ids])]


async def test_who_does_not_answer_is_named(asker: Asker, house: House) -> None:
    await asker.directory.accounts()
    house.faults.plan(Fault("meta", "expire_token", "insights"))

    answer = await report(asker, [TIKTOK, META], Question("last_7d"))

    assert [(failure.subject, failure.error.code) for failure in answer.failures] == [(META, "AUTH_REQUIRED")]
    (one,) = answer.reports
    assert one.account.id == TIKTOK


async def test_the_failure_of_the_only_account_is_raised(asker: Asker) -> None:
    with pytest.raises(NotFound):
        await report(asker, ["act_999999999"], Question("last_7d"))


@pytest.mark.parametrize("account", [META, GOOGLE, TIKTOK])
@pytest.mark.parametrize("preset", PRESETS)
async def test_a_report_says_from_when_on_conversions_may_still_grow(
    asker: Asker, preset: DatePreset, account: str
) -> None:
    answer = await report(asker, [account], Question(preset))

    for one in answer.reports:
        settled = one.today - asker.directory.spec(one.account).settling_days * DAY
        days = [one.span.since + number * DAY for number in range(one.span.days)]
        assert one.moving_since == next((day for day in days if day > settled), None)


@pytest.mark.parametrize("account", [META, GOOGLE, TIKTOK])
async def test_a_day_is_settled_when_its_platform_says_so(asker: Asker, account: str) -> None:
    (known,) = (await report(asker, [account], Question("today"))).reports
    settled = known.today - asker.directory.spec(known.account).settling_days * DAY

    answers = [await report(asker, [account], Question(Span(day, day))) for day in (settled, settled + DAY)]

    assert [one.moving_since for answer in answers for one in answer.reports] == [None, settled + DAY]


async def test_what_is_settled_does_not_move_and_what_is_not_may(asker: Asker, clock: Clock) -> None:
    span = Span(TODAY - 10 * DAY, TODAY - 2 * DAY)
    question = Question(span, bucket="day")
    (now,) = (await report(asker, [TIKTOK], question)).reports

    clock.now += timedelta(days=60)
    (later,) = (await report(asker, [TIKTOK], question)).reports

    moved = [row.day for row, then in zip(now.rows, later.rows, strict=True) if row.metrics != then.metrics]
    assert moved
    assert now.moving_since is not None
    assert all(day is not None and day >= now.moving_since for day in moved)
    assert later.moving_since is None


async def test_campaigns_get_their_own_numbers_and_zeros_where_nothing_happened(asker: Asker, house: House) -> None:
    wanted = CampaignFilter(statuses=frozenset({"active", "paused", "archived"}))
    listing = await first_page(asker.directory, [TIKTOK, META, GOOGLE], wanted, 200)

    numbers, failures = await of_campaigns(asker, listing.shown, "last_7d")

    assert failures == []
    assert any(not part.impressions for found in numbers.values() for part in found.metrics.values())
    for part in listing.shown:
        span = resolve("last_7d", TODAY)
        days = truth(house.world, part.account.id, span.since, span.until).days
        (whole,) = (await report(asker, [part.account.id], Question("last_7d"))).reports
        metrics = {
            campaign.id: summed(part.account.id, [day for day in days if day.campaign_id == campaign.id])
            for campaign in part.campaigns
        }
        told = numbers[part.account.id]
        unsaid = dict.fromkeys(asker.directory.spec(part.account).lacks, None)  # of what did not deliver, it may be 0
        assert Numbers(told.span, told.moving_since, told.counted, {}) == Numbers(
            span, whole.moving_since, whole.counted, {}
        )
        assert {key: msgspec.structs.replace(one, **unsaid) for key, one in told.metrics.items()} == {
            key: msgspec.structs.replace(one, **unsaid) for key, one in metrics.items()
        }


async def test_without_campaigns_nobody_is_asked_for_their_numbers(asker: Asker, house: House) -> None:
    listing = await first_page(asker.directory, [TIKTOK], CampaignFilter(name_contains="no such name"), 10)
    house.faults.plan(Fault("tiktok", "html", "report", times=-1))

    assert await of_campaigns(asker, listing.shown, "last_7d") == ({}, ())
    assert await of_campaigns(asker, (), "last_7d") == ({}, ())


async def test_an_account_that_fails_leaves_the_numbers_of_the_others(asker: Asker, house: House) -> None:
    listing = await first_page(asker.directory, [TIKTOK, META], CampaignFilter(), 100)
    house.faults.plan(Fault("meta", "expire_token", "insights"))

    numbers, failures = await of_campaigns(asker, listing.shown, "last_7d")

    assert list(numbers) == [TIKTOK]
    assert [failure.subject for failure in failures] == [META]


async def test_an_account_without_campaigns_to_show_is_not_asked(asker: Asker, house: House) -> None:
    listing = await first_page(asker.directory, [TIKTOK, META], CampaignFilter(), 100)
    without = [Part(part.account, (), None) if part.account.id == META else part for part in listing.shown]
    house.faults.plan(Fault("meta", "html", "insights", times=-1))

    numbers, failures = await of_campaigns(asker, without, "last_7d")

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
