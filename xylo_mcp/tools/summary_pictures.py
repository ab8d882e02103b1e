"""The summary as pictures: what the dashboard draws of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from ..ads.insights import Metrics
from ..ads.money import rounded, shown
from ..ads.text import clean
from ..app import App
from ..dashboard import Campaign, Day, Failed, Group, Pacing, Pictures, meta
from ..insights import Question, Report, Section, by_currency, by_platform, difference, without
from ..insights.overview import Overview, change_of_spend
from .summarising import Summary

_CAMPAIGNS = 20  # so many of each currency
_DAY = timedelta(days=1)
# How the overview was asked; of which days makes no difference to the order of its rows.
_BY_DAY = Question("today", level="platform", bucket="day")
_BY_CAMPAIGN = Question("today", level="campaign", compare=True)


def pictures(app: App, found: Overview, content: Summary, notes: Sequence[str]) -> Mapping[str, object]:
    """What a host hands to the dashboard, and keeps from the model."""
    moving = [one.moving_since for one in found.by_day if one.moving_since]
    return meta(
        Pictures(
            mode=app.mode,
            date_preset=content["date_preset"],
            as_of=min((one.as_of for one in found.by_day), default=app.clock()),
            provisional_from=min(moving) if moving else None,
            groups=[_group(one) for one in by_platform(found.by_day, _BY_DAY, 0)],
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


def _group(section: Section) -> Group:
    """A platform's accounts of one currency, with every day of their spans: one without a row had nothing."""
    days = {line.row.day: line.metrics for line in section.lines()}
    first = min(one.span.since for one in section.reports)
    last = max(one.span.until for one in section.reports)
    nothing = without(Metrics(), section.left_out)
    told = [(first + number * _DAY) for number in range((last - first).days + 1)]
    return Group(
        platform=section.platform,
        currency=section.currency,
        days=[_day(day, days.get(day, nothing), section.currency) for day in told],
        spend=_amount(section.total.spend, section.currency),
        conversions=_rounded(section.total.conversions),
        change_percent=_rounded(change_of_spend(section.reports), 1),
    )


def _day(day: date, metrics: Metrics, currency: str) -> Day:
    return Day(day, _amount(metrics.spend, currency), _rounded(metrics.conversions))


def _campaigns(reports: Sequence[Report]) -> Iterator[Campaign]:
    for section in by_currency(reports, _BY_CAMPAIGN, _CAMPAIGNS):
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
                spend=_amount(now.spend, section.currency),
                impressions=now.impressions,
                clicks=now.clicks,
                ctr=_rounded(now.ctr),
                conversions=_rounded(now.conversions),
                cost_per_conversion=_rounded(now.cost_per_conversion),
                roas=_rounded(now.roas),
                change_percent=_rounded(change, 1),
            )


def _amount(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else shown(amount, currency)


def _rounded(value: Decimal | None, places: int = 2) -> Decimal | None:
    return None if value is None else rounded(value, places)
