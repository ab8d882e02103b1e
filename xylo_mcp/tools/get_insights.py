"""get_insights."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .. import insights
from ..ads.dates import DatePreset, Span
from ..ads.errors import Invalid
from ..ads.insights import Granularity, InsightRow, Level
from ..ads.text import clean, quoted
from ..app import App, Caller
from ..directory import Failure
from ..insights import Question, Report
from .catalog import Answer, Arguments
from .fields import AccountIds, CampaignIds, Cursor, Format, Limit
from .tables import (
    FailureShown,
    MetricsShown,
    counted,
    definition_lines,
    failure_lines,
    failures_shown,
    heading,
    metrics_shown,
    row,
)

_FEW_METRICS = ("spend", "impressions", "clicks", "ctr", "conversions", "cost_per_conversion")
_METRICS = (*_FEW_METRICS, "cpc", "cpm")
# So many rows are kept for the following pages at most.
_MOST_ROWS = 20_000
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class GetInsights(Arguments):
    """What get_insights takes."""

    accounts: AccountIds = ()
    level: Level = "account"
    granularity: Granularity = "total"
    date_preset: Annotated[DatePreset | None, Field(description="default: last_7d")] = None
    date_from: Annotated[Day | None, Field(description="instead of date_preset")] = None
    date_to: Day | None = None
    campaign_ids: CampaignIds = ()
    limit: Limit = 50
    cursor: Cursor = ""
    response_format: Format = "concise"


class RowShown(MetricsShown):
    """One row: an object's numbers, on one `date` or over the whole time."""

    campaign_id: NotRequired[str]
    campaign_name: NotRequired[str]
    date: NotRequired[str]


class ReportShown(TypedDict):
    """One account's numbers; `total` sums all its rows, those not shown here too."""

    account: str
    platform: str
    currency: str
    time_zone: str
    date_from: str
    date_to: str
    conversions_counted: str
    provisional_from: str | None
    total: MetricsShown
    rows: list[RowShown]


class TotalShown(MetricsShown):
    """The sum over the accounts of one currency."""

    currency: str


class Insights(TypedDict):
    """What get_insights gives."""

    mode: str
    accounts: list[ReportShown]
    totals: list[TotalShown]
    campaigns_without_numbers: list[str]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None


async def get_insights(asked: GetInsights, caller: Caller) -> Answer:
    """Performance of accounts or campaigns: spend, impressions, clicks, conversions and their ratios,
    biggest spend of each account first, or day by day. Days are each account's own; currencies are never added up.
    """
    app = caller.app
    question = f"{caller.who}/{asked.model_dump_json(exclude={'cursor', 'limit'})}"
    if asked.cursor:
        found = app.report_cursors.find(asked.cursor, question)
    else:
        found = await insights.report(app.directory, app.clock, asked.accounts, _question(asked), caller.until)
        _refuse_too_many(found.reports)
    shown, left = _page(found.reports, asked.limit)
    cursor = app.report_cursors.keep(found.with_reports(left), question) if left else None
    content: Insights = {
        "mode": app.mode,
        "accounts": [_report(app, asked, report) for report in shown],
        "totals": [{"currency": name, **metrics_shown(summed, name)} for name, summed in found.sums.items()],
        "campaigns_without_numbers": sorted(set(asked.campaign_ids) - found.campaigns),
        "failures": failures_shown(found.failures),
        "complete": not found.failures and not cursor,
        "next_cursor": cursor,
    }
    return Answer("\n".join(_lines(asked, content, found.failures)), content)


def _question(asked: GetInsights) -> Question:
    if asked.campaign_ids and asked.level == "account":
        raise Invalid("campaign_ids: these need level campaign.", 'Ask again with level "campaign".')
    days: DatePreset | Span = asked.date_preset or "last_7d"
    if asked.date_from or asked.date_to:
        if asked.date_preset or not (asked.date_from and asked.date_to):
            raise Invalid(
                "Give either date_preset, or both date_from and date_to.", "Leave out what does not belong, ask again."
            )
        days = Span(_day("date_from", asked.date_from), _day("date_to", asked.date_to))
        if days.until < days.since:
            raise Invalid(f"date_to: {days.until} is before date_from {days.since}.", "Swap them and ask again.")
    return Question(days, asked.level, asked.granularity, frozenset(asked.campaign_ids))


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{name}: {text} is not a day of the calendar.", "Use a day such as 2026-03-01.") from None


def _refuse_too_many(reports: Sequence[Report]) -> None:
    rows = sum(len(report.rows) for report in reports)
    if rows > _MOST_ROWS:
        raise Invalid(
            f"The answer would have {rows} rows; {_MOST_ROWS} is the most.",
            "Ask for fewer accounts, fewer days, granularity total, or level account.",
        )


def _page(reports: Sequence[Report], limit: int) -> tuple[Sequence[Report], Sequence[Report]]:
    """The reports with the first `limit` rows, and those with the rest."""
    shown: list[Report] = []
    for number, report in enumerate(reports):
        if limit <= 0:
            return shown, reports[number:]
        now, later = report.rows[:limit], report.rows[limit:]
        shown.append(report.with_rows(now))
        limit -= max(len(now), 1)
        if later:
            return shown, [report.with_rows(later), *reports[number + 1 :]]
    return shown, ()


def _report(app: App, asked: GetInsights, report: Report) -> ReportShown:
    currency = report.account.currency
    return {
        "account": report.account.id,
        "platform": report.account.platform,
        "currency": currency,
        "time_zone": report.account.time_zone,
        "date_from": report.span.since.isoformat(),
        "date_to": report.span.until.isoformat(),
        "conversions_counted": app.directory.spec(report.account).conversions,
        "provisional_from": report.moving_since.isoformat() if report.moving_since else None,
        "total": metrics_shown(report.total, currency),
        "rows": [_row(asked, found, currency) for found in report.rows],
    }


def _row(asked: GetInsights, found: InsightRow, currency: str) -> RowShown:
    shown: RowShown = {**metrics_shown(found.metrics, currency)}
    if asked.level == "campaign":
        shown["campaign_id"] = found.campaign_id
        shown["campaign_name"] = clean(found.campaign_name)
    if found.day is not None:
        shown["date"] = found.day.isoformat()
    return shown


def _lines(asked: GetInsights, content: Insights, failures: Sequence[Failure]) -> Iterator[str]:
    names = _METRICS if asked.response_format == "detailed" else _FEW_METRICS
    rows = sum(len(report["rows"]) for report in content["accounts"])
    moving = "; ~day: conversions may still grow from there on"
    yield heading(content["mode"], counted(rows, "row"), content["next_cursor"], failures) + moving
    columns = [*(["campaign"] if asked.level == "campaign" else []), *(["date"] if asked.granularity == "day" else [])]
    yield " ".join([*columns, *names])
    for report in content["accounts"]:
        growing = f"~{report['provisional_from']}" if report["provisional_from"] else None
        days = f"{report['date_from']}..{report['date_to']}"
        yield row(("#", report["account"], report["currency"], report["time_zone"], days, growing))
        if len(report["rows"]) != 1 or asked.level == "campaign" or asked.granularity == "day":
            yield row(("total", *(report["total"][name] for name in names)))
        for found in report["rows"]:
            yield row([*_label(found), *(found[name] for name in names)])
    for summed in content["totals"]:
        yield row(("all", summed["currency"], *(summed[name] for name in names)))
    yield from definition_lines({one["platform"]: one["conversions_counted"] for one in content["accounts"]})
    if content["campaigns_without_numbers"]:
        yield "nothing delivered, or unknown: " + " ".join(content["campaigns_without_numbers"])
    yield from failure_lines(failures)


def _label(found: RowShown) -> Iterator[str]:
    if "campaign_id" in found:
        yield found["campaign_id"]
        yield quoted(found.get("campaign_name", ""))
    if "date" in found:
        yield found["date"]
