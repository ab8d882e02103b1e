"""What was achieved, over many accounts: asked at once, added where it may be added."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from .ads.accounts import Account
from .ads.campaigns import Campaign
from .ads.dates import DatePreset, Span, local_day, resolve
from .ads.errors import Invalid
from .ads.insights import Granularity, InsightRow, InsightsQuery, Level, Metrics, every_row, total
from .at_once import at_once
from .contract import AdReader, Clock, PlatformSpec
from .directory import Directory, Failure
from .listings import Part


class Question(msgspec.Struct, frozen=True):
    """What is asked of each account: `days` are a preset, meant in the account's own time zone, or a span."""

    days: DatePreset | Span
    level: Level = "account"
    granularity: Granularity = "total"
    campaign_ids: frozenset[str] = frozenset()


class Report(msgspec.Struct, frozen=True):
    """What one account answered: its rows, biggest spend first (or day by day), and their sum.

    `moving_since` is the first of its days whose conversions may still grow, None if all are settled;
    `before` the sum over the equally long time before, where that was asked for.
    """

    account: Account
    span: Span
    today: date
    moving_since: date | None
    rows: Sequence[InsightRow]
    total: Metrics
    before: Metrics | None = None

    def with_rows(self, rows: Sequence[InsightRow]) -> "Report":
        """This report with only these `rows`; its total stays that of all."""
        return msgspec.structs.replace(self, rows=rows)


class Reports(msgspec.Struct, frozen=True):
    """The reports of all accounts that answered, and who did not.

    `sums` are by currency; `campaigns` are the ids of all that delivered anything.
    """

    reports: Sequence[Report]
    sums: Mapping[str, Metrics]
    campaigns: frozenset[str]
    failures: Sequence[Failure]

    def with_reports(self, reports: Sequence[Report]) -> "Reports":
        """These reports with only those given; the sums stay those of all."""
        return msgspec.structs.replace(self, reports=reports)


async def report(
    directory: Directory,
    clock: Clock,
    ids: Sequence[str],
    question: Question,
    until: float | None = None,
    *,
    before: bool = False,
) -> Reports:
    """The reports of the accounts with these ids, or of all; `before` adds the sum over the time before.

    Raises:
        AdsError: see `Directory.ask`, or the only account asked failed.
    """

    async def ask(account: Account, reader: AdReader) -> Report:
        today = local_day(clock(), account.time_zone)
        span = span_of(question.days, today, directory.spec(account))
        query = InsightsQuery(question.level, span.since, span.until, question.granularity, question.campaign_ids)
        queries = [query]
        if before:
            past = span.before()
            queries.append(InsightsQuery("account", past.since, past.until, campaign_ids=question.campaign_ids))
        rows, *earlier = await at_once(lambda query: every_row(reader.insights(account, query)), queries)
        return Report(
            account=account,
            span=span,
            today=today,
            moving_since=_moving_since(span, today, directory.spec(account)),
            rows=sorted(rows, key=_order),
            total=total(row.metrics for row in rows),
            before=total(row.metrics for row in earlier[0]) if earlier else None,
        )

    answers = (await directory.ask(ids, ask, until)).some()
    reports = [found for _, found in answers.answered]
    delivered = frozenset(row.campaign_id for one in reports for row in one.rows if row.metrics != Metrics())
    return Reports(reports, _sums(reports), delivered, answers.failures)


class Numbers(msgspec.Struct, frozen=True):
    """What some campaigns of one account achieved, by their ids; see `Report` for the days."""

    span: Span
    moving_since: date | None
    metrics: Mapping[str, Metrics]


async def of_campaigns(
    directory: Directory, clock: Clock, parts: Sequence[Part], preset: DatePreset, until: float | None = None
) -> tuple[Mapping[str, Numbers], Sequence[Failure]]:
    """What the campaigns of `parts` achieved, by account; no delivery is zeros. Who failed is named."""
    campaigns: dict[str, Sequence[Campaign]] = {part.account.id: part.campaigns for part in parts if part.campaigns}
    if not campaigns:
        return {}, ()

    async def ask(account: Account, reader: AdReader) -> Numbers:
        today = local_day(clock(), account.time_zone)
        span = resolve(preset, today)
        ids = frozenset(campaign.id for campaign in campaigns[account.id])
        rows = await every_row(
            reader.insights(account, InsightsQuery("campaign", span.since, span.until, "total", ids))
        )
        found = {row.campaign_id: row.metrics for row in rows}
        metrics = {campaign_id: found.get(campaign_id, Metrics()) for campaign_id in ids}
        return Numbers(span, _moving_since(span, today, directory.spec(account)), metrics)

    answers = await directory.ask(list(campaigns), ask, until)
    return {account.id: numbers for account, numbers in answers.answered}, answers.failures


def span_of(days: DatePreset | Span, today: date, spec: PlatformSpec) -> Span:
    """The days that are meant where it is `today`.

    Raises:
        Invalid: they lie in the future, or further back than the platform remembers.
    """
    if not isinstance(days, Span):
        return resolve(days, today)
    earliest = today - timedelta(days=spec.history_days)
    if days.since < earliest:
        raise Invalid(
            f"date_from: {days.since} is too long ago; {spec.title} remembers {spec.history_days} days.",
            f"Ask for {earliest} or later.",
            platform=spec.name,
        )
    if days.until > today:
        raise Invalid(
            f"date_to: {days.until} is in the future; there it is {today}.",
            f"Ask up to {today}.",
            platform=spec.name,
        )
    return days


def _moving_since(span: Span, today: date, spec: PlatformSpec) -> date | None:
    first = max(span.since, today - timedelta(days=spec.settling_days - 1))
    return first if first <= span.until else None


def _sums(reports: Sequence[Report]) -> Mapping[str, Metrics]:
    by_currency: dict[str, list[Metrics]] = {}
    for one in reports:
        by_currency.setdefault(one.account.currency, []).append(one.total)
    return {currency: total(parts) for currency, parts in by_currency.items()}


def _order(row: InsightRow) -> tuple[date, Decimal, str]:
    """By day, then biggest spend first, then by id."""
    return (row.day or date.min, -(row.metrics.spend or Decimal(0)), row.campaign_id)
