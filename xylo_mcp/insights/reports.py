"""What was achieved, over many accounts: asked at once, and who did not answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from ..ads.accounts import Account
from ..ads.campaigns import Campaign
from ..ads.dates import DatePreset, Span, local_day, resolve
from ..ads.errors import Unsupported
from ..ads.insights import Batch, InsightRow, InsightsQuery, Metrics
from ..ads.tables import Table
from ..at_once import at_once
from ..contract import AdReader, Clock, PlatformSpec
from ..directory import Directory, Failure
from ..listings import Part
from ..remembering import Remembered, Restated
from .asked import Question, first_day_of, moving_since, span_of
from .counting import Counted, Counting

Remember = Callable[
    [Account, AdReader, InsightsQuery, PlatformSpec, timedelta | None, Callable[[Batch], None] | None],
    Awaitable[Remembered],
]
Progress = Callable[[str], None]


def unwatched(what: str) -> None:
    """Nobody wants to know how far it is."""


class Asker(msgspec.Struct, frozen=True):
    """What a question needs to be answered.

    Attributes:
        remember: asks an account, or the memory of what it said.
        until: when the answer is wanted, on the event loop's clock; None leaves it to the directory.
        progress: told of each account that has answered, and of reports that are being made.
    """

    directory: Directory
    clock: Clock
    remember: Remember
    counting: Counting
    until: float | None = None
    progress: Progress = unwatched


class Report(msgspec.Struct, frozen=True):
    """What one account answered.

    Attributes:
        today: the day it was there.
        moving_since: the first of its days whose conversions may still grow, None if all are settled.
        rows: those that the question's filters admit; `past`: of the equally long time before, where asked for.
        as_of: when the oldest part of it was read from the platform; `cached`: nothing was asked of it just now.
        restated: days that the platform had told otherwise before, though they were settled.
    """

    account: Account
    span: Span
    today: date
    moving_since: date | None
    counted: Counted
    rows: Table
    as_of: datetime
    cached: bool
    past: Table | None = None
    restated: Sequence[Restated] = ()

    @property
    def running(self) -> bool:
        """Whether its last day is not over."""
        return self.span.until == self.today

    @property
    def total(self) -> Metrics:
        """The sum of its rows."""
        return self.rows.total()


class Reports(msgspec.Struct, frozen=True):
    """The reports of all accounts that answered, and who did not."""

    reports: Sequence[Report]
    failures: Sequence[Failure]


async def report(asker: Asker, ids: Sequence[str], question: Question, platform: str = "") -> Reports:
    """The reports of the accounts with these ids, or of all (of `platform`).

    Raises:
        AdsError: see `Directory.ask`, or the only account asked failed.
    """
    answered = 0

    async def ask(account: Account, reader: AdReader) -> Report:
        nonlocal answered
        found = await _of_account(asker, account, reader, question)
        answered += 1
        asker.progress(f"{account.id} has answered; {answered} so far")
        return found

    answers = (await asker.directory.ask(ids, ask, asker.until, platform=platform)).some()
    return Reports([found for _, found in answers.answered], answers.failures)


async def _of_account(asker: Asker, account: Account, reader: AdReader, question: Question) -> Report:
    spec = asker.directory.spec(account)
    if question.breakdown and question.breakdown not in spec.breakdowns:
        there_are = ", ".join(spec.breakdowns)
        raise Unsupported(
            f"{spec.title} cannot divide its numbers by {question.breakdown}.",
            f"It can by {there_are}; or leave its accounts out.",
            platform=spec.name,
        )
    today = local_day(asker.clock(), account.time_zone)
    span = span_of(question.days, today, spec)
    counted = asker.counting.of(account, spec)
    now = InsightsQuery(
        level=question.depth,
        since=span.since,
        until=span.until,
        granularity="total" if question.bucket == "total" else "day",
        campaign_ids=question.campaign_ids,
        breakdown=question.breakdown,
        reach=question.people,
        events=counted.events,
    )
    past = span.before()
    before = msgspec.structs.replace(now, since=past.since, until=past.until, granularity="total")

    def being_made(batch: Batch) -> None:
        if batch.percent is not None:
            asker.progress(f"{account.id}: its report is {batch.percent}% made")

    async def remembered(query: InsightsQuery) -> Remembered:
        return await asker.remember(account, reader, query, spec, question.max_age, being_made)

    answers = await at_once(remembered, [now, before] if question.compare else [now])
    return Report(
        account=account,
        span=span,
        today=today,
        moving_since=moving_since(span, today, spec),
        counted=counted,
        rows=_admitted(_in_buckets(answers[0].rows, question, span), question),
        as_of=min(answer.as_of for answer in answers),
        cached=all(answer.cached for answer in answers),
        past=answers[1].rows if question.compare else None,
        restated=[one for answer in answers for one in answer.restated],
    )


def _in_buckets(rows: Table, question: Question, span: Span) -> Table:
    first_day = first_day_of(question.bucket, span)
    return rows if first_day is None else rows.by_time(first_day)


def _admitted(rows: Table, question: Question) -> Table:
    if not question.filters:
        return rows
    return rows.take(
        [at for at in range(len(rows)) if all(one.admits(rows.value(at, one.metric)) for one in question.filters)]
    )


class Numbers(msgspec.Struct, frozen=True):
    """What some campaigns of one account achieved, by their ids; see `Report` for the rest."""

    span: Span
    moving_since: date | None
    counted: Counted
    metrics: Mapping[str, Metrics]


async def of_campaigns(
    asker: Asker, parts: Sequence[Part], preset: DatePreset
) -> tuple[Mapping[str, Numbers], Sequence[Failure]]:
    """What the campaigns of `parts` achieved, by account; no delivery is zeros. Who failed is named."""
    campaigns: dict[str, Sequence[Campaign]] = {part.account.id: part.campaigns for part in parts if part.campaigns}
    if not campaigns:
        return {}, ()

    async def ask(account: Account, reader: AdReader) -> Numbers:
        spec = asker.directory.spec(account)
        today = local_day(asker.clock(), account.time_zone)
        span, counted = resolve(preset, today), asker.counting.of(account, spec)
        ids = frozenset(campaign.id for campaign in campaigns[account.id])
        query = InsightsQuery("campaign", span.since, span.until, campaign_ids=ids, events=counted.events)
        answer = await asker.remember(account, reader, query, spec, None, None)
        found = {row.campaign_id: row.metrics for row in answer.rows}
        metrics = {campaign_id: found.get(campaign_id, Metrics()) for campaign_id in ids}
        return Numbers(span, moving_since(span, today, spec), counted, metrics)

    answers = await asker.directory.ask(list(campaigns), ask, asker.until)
    return {account.id: numbers for account, numbers in answers.answered}, answers.failures


def key_of(row: InsightRow) -> tuple[str, str, str, str]:
    """What a row has in common with that of the time before."""
    return (row.campaign_id, row.ad_group_id, row.ad_id, row.segment)
