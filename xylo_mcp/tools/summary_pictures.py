"""The summary as pictures: what the dashboard draws of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ..ads.insights import Metrics
from ..ads.money import rounded, shown
from ..ads.tables import Table
from ..ads.text import clean
from ..app import App
from ..dashboard import Campaign, Day, Failed, Group, Pacing, Pictures, meta
from ..insights import Question, Report, added, by_currency, difference, grouped, not_added
from ..insights.overview import Overview
from .summarising import Summary

_CAMPAIGNS = 20  # so many of each currency
_DAY = timedelta(days=1)


def pictures(app: App, found: Overview, content: Summary, notes: Sequence[str]) -> Mapping[str, object]:
    """What a host hands to the dashboard, and keeps from the model."""
    moving = [one.moving_since for one in found.by_day if one.moving_since]
    return meta(
        Pictures(
            mode=app.mode,
            date_preset=content["date_preset"],
            as_of=min((one.as_of for one in found.by_day), default=app.clock()),
            provisional_from=min(moving) if moving else None,
            groups=[_group(same) for same in grouped(found.by_day, _platform_and_currency)],
            campaigns=list(_campaigns(found.by_campaign)),
            pacing=[
                Pacing(
                    one["scope"],
                    one["currency"],
                    None if one["spend_a_day"] is None else Decimal(str(one["spend_a_day"])),
                    Decimal(str(one["cap"])),
                )
                for one in content["pacing"]
            ],
            failures=[Failed(one["subject"], f"{one['message']} {one['fix']}") for one in content["failures"]],
            notes=notes,
        )
    )


def _platform_and_currency(one: Report) -> tuple[str, str]:
    return one.account.platform, one.account.currency


def _group(reports: Sequence[Report]) -> Group:
    currency = reports[0].account.currency
    left_out = not_added(one.counted for one in reports)
    now = added([one.total for one in reports], left_out)
    return Group(
        platform=reports[0].account.platform,
        currency=currency,
        days=list(_days(reports)),
        spend=None if now.spend is None else shown(now.spend, currency),
        conversions=_rounded(now.conversions),
        change_percent=_change(now, reports),
    )


def _days(reports: Sequence[Report]) -> Iterator[Day]:
    """Every day of the accounts' spans; one without a row had nothing."""
    left_out = not_added(one.counted for one in reports)
    told = {row.day: row.metrics for row in Table.joined([one.rows for one in reports]).by_time(_itself)}
    first, last = min(one.span.since for one in reports), max(one.span.until for one in reports)
    for number in range((last - first).days + 1):
        metrics = added([told.get(first + number * _DAY, Metrics())], left_out)
        spend = None if metrics.spend is None else shown(metrics.spend, reports[0].account.currency)
        yield Day(first + number * _DAY, spend, _rounded(metrics.conversions))


def _campaigns(reports: Sequence[Report]) -> Iterator[Campaign]:
    for section in by_currency(reports, Question("today", level="campaign", compare=True), _CAMPAIGNS):
        platforms = {one.account.id: one.account.platform for one in section.reports}
        running = {one.account.id for one in section.reports if one.running}
        for line in section.lines():
            now, past = line.metrics, line.past or Metrics()
            change = None if line.account in running else difference(now.spend, past.spend).percent
            yield Campaign(
                platform=platforms[line.account],
                account=line.account,
                currency=section.currency,
                id=line.row.campaign_id,
                name=clean(line.row.campaign_name),
                spend=None if now.spend is None else shown(now.spend, section.currency),
                impressions=now.impressions,
                clicks=now.clicks,
                ctr=_rounded(now.ctr),
                conversions=_rounded(now.conversions),
                cost_per_conversion=_rounded(now.cost_per_conversion),
                roas=_rounded(now.roas),
                change_percent=_rounded(change, 1),
            )


def _change(now: Metrics, reports: Sequence[Report]) -> Decimal | None:
    if any(one.running for one in reports):
        return None
    past = added([one.past.total() for one in reports if one.past is not None], frozenset())
    return _rounded(difference(now.spend, past.spend).percent, 1)


def _rounded(value: Decimal | None, places: int = 2) -> Decimal | None:
    return None if value is None else rounded(value, places)


def _itself(day: date) -> date:
    return day
