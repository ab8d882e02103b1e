"""How all accounts did, in short, over all platforms."""

from collections.abc import Iterator, Sequence

from .. import insights
from ..ads.dates import DatePreset
from ..ads.insights import Metrics, total
from ..ads.money import shown
from ..app import App, Caller
from ..insights import Question, Report, Reports
from ..tools.tables import counted, failure_lines, metrics_shown, row

_NUMBERS = ("spend", "impressions", "clicks", "ctr", "cpc", "conversions", "cost_per_conversion")


async def summary(preset: DatePreset, caller: Caller) -> str:
    """How all accounts did over `preset`, against the equally long time before."""
    app = caller.app
    found = await insights.report(app.directory, app.clock, (), Question(preset), caller.until, before=True)
    return "\n".join(_lines(app, preset, found))


def _lines(app: App, preset: DatePreset, found: Reports) -> Iterator[str]:
    reports = found.reports
    yield f"# {app.mode}: performance of {counted(len(reports), 'account')}, {preset}"
    yield ""
    yield "change: spend against the equally long time before"
    for currency in sorted(found.sums):
        same = [report for report in reports if report.account.currency == currency]
        yield ""
        yield f"## {currency}"
        yield " ".join(["of", *_NUMBERS, "change"])
        if len(same) > 1:
            yield _line("all", same, currency)
        for platform in app.directory.platforms:
            of_platform = [report for report in same if report.account.platform == platform]
            if len(of_platform) > 1:
                yield _line(f"all {platform}", of_platform, currency)
        for report in sorted(same, key=lambda report: -(report.total.spend or 0)):
            yield _line(report.account.id, [report], currency)
    yield ""
    yield "## What the numbers do not say"
    yield from _reservations(app, found)


def _line(of: str, reports: Sequence[Report], currency: str) -> str:
    now = total(report.total for report in reports)
    numbers = metrics_shown(now, currency)
    running = any(report.span.until == report.today for report in reports)
    change = None if running else _change(now, total(_before(reports)), currency)
    return row((of, *(numbers[name] for name in _NUMBERS), change))


def _before(reports: Sequence[Report]) -> Iterator[Metrics]:
    for report in reports:
        if report.before is not None:
            yield report.before


def _change(now: Metrics, before: Metrics, currency: str) -> str | None:
    if now.spend is None or before.spend is None:
        return None
    if not before.spend:
        return f"from 0 to {shown(now.spend, currency)}" if now.spend else "0%"
    return f"{(now.spend - before.spend) * 100 / before.spend:+.1f}%"


def _reservations(app: App, found: Reports) -> Iterator[str]:
    reports = found.reports
    yield "- Currencies are not added up: no exchange rate is assumed."
    for span in sorted({report.span for report in reports}):
        many = sum(report.span == span for report in reports)
        yield f"- {counted(many, 'account')}: {span.since}..{span.until}, days of the account's own time zone."
    for platform, spec in {report.account.platform: app.directory.spec(report.account) for report in reports}.items():
        yield f"- Conversions ({platform}): {spec.conversions}."
    moving = sorted({report.moving_since for report in reports if report.moving_since})
    if moving:
        yield f"- From {moving[0]} on, conversions may still grow."
    if any(report.span.until == report.today for report in reports):
        yield "- Today is not over: spend is of the day so far, and no change is told."
    for line in failure_lines(found.failures):
        yield f"- {line}"
    if found.failures:
        yield "- So the sums above are incomplete."
