"""Performance as data and as text: the numbers, and what they mean."""

from collections.abc import Iterator, Mapping, Sequence

from ..ads.insights import PEOPLE, InsightRow, Metric, Metrics, Sum
from ..ads.text import clean
from ..insights import Line, Performance, Report, Section, difference, value, why_unknown
from .performance_shapes import (
    Changes,
    ChangeShown,
    DefinitionShown,
    InOneShown,
    RestatedShown,
    RowShown,
    SectionShown,
    TotalShown,
    UnknownShown,
)
from .tables import metrics_shown, number_shown, percent_shown, row_shown

Lined = tuple[Section, Sequence[Line]]
"""A section with its rows to show, which are made once."""


def section_shown(lined: Lined, names: Sequence[Metric], *, detailed: bool) -> SectionShown:
    """A section as data."""
    section, lines = lined
    reports = section.reports
    zones = {one.account.time_zone for one in reports}
    moving = [one.moving_since for one in reports if one.moving_since]
    content: SectionShown = {
        "account": section.account.id if section.account else None,
        "platform": section.platform or None,
        "currency": section.currency,
        "time_zone": zones.pop() if len(zones) == 1 else None,
        "date_from": min(one.span.since for one in reports).isoformat(),
        "date_to": max(one.span.until for one in reports).isoformat(),
        "provisional_from": min(moving).isoformat() if moving else None,
        "total": metrics_shown(section.total, names, section.currency),
        "rows": [_row(section, line, names, detailed=detailed) for line in lines],
    }
    if section.past is not None:
        content["changes"] = changes_shown(
            section.total, section.past, names, section.currency, running=_running(reports)
        )
    if section.others is not None:
        content["others"] = metrics_shown(section.others, names, section.currency)
        content["others_rows"] = section.others_many
    return content


def totals_shown(found: Performance, names: Sequence[Metric]) -> list[TotalShown]:
    """The sums by currency as data."""
    totals: list[TotalShown] = []
    for one in found.sums:
        total: TotalShown = {"currency": one.currency, "metrics": metrics_shown(one.metrics, names, one.currency)}
        if one.past is not None:
            same = [report for report in found.reports if report.account.currency == one.currency]
            total["changes"] = changes_shown(one.metrics, one.past, names, one.currency, running=_running(same))
        totals.append(total)
    return totals


def changes_shown(now: Metrics, past: Metrics, names: Sequence[Metric], currency: str, *, running: bool) -> Changes:
    """What became of `past`; while the last day is `running`, only what there was before can be told."""
    shown: dict[str, ChangeShown] = {}
    for name in names:
        if name in PEOPLE:
            continue
        change = difference(None if running else value(now, name), value(past, name))
        shown[name] = {
            "before": number_shown(name, change.before, currency),
            "by": number_shown(name, change.by, currency),
            "percent": percent_shown(change.percent),
        }
    return shown


def in_one_shown(found: Performance) -> InOneShown | None:
    """All currencies in one as data."""
    one = found.in_one
    if one is None:
        return None
    return {
        "currency": one.currency,
        "rates_as_of": one.rates_as_of.isoformat(),
        "spend": number_shown("spend", one.spend, one.currency),
        "conversion_value": number_shown("conversion_value", one.conversion_value, one.currency),
    }


def definitions_shown(reports: Sequence[Report]) -> list[DefinitionShown]:
    """What counts as a conversion, and for which accounts, where a platform's differ."""
    ways: dict[tuple[str, str], list[str]] = {}
    for one in reports:
        ways.setdefault((one.account.platform, one.counted.words), []).append(one.account.id)
    platforms = [platform for platform, _ in ways]
    definitions: list[DefinitionShown] = []
    for (platform, words), accounts in ways.items():
        definition: DefinitionShown = {"platform": platform, "counted": words}
        if platforms.count(platform) > 1:
            definition["accounts"] = accounts
        definitions.append(definition)
    return definitions


def restated_shown(reports: Sequence[Report]) -> list[RestatedShown]:
    """The days that platforms tell otherwise than before, though they were settled."""
    return [
        {
            "account": report.account.id,
            "date": one.day.isoformat(),
            "read_before": one.read_before.isoformat(timespec="seconds"),
            "spend_before": number_shown("spend", one.spend_before, report.account.currency),
            "spend": number_shown("spend", one.spend_now, report.account.currency),
            "changed": list(one.changed),
        }
        for report in reports
        for one in report.restated
    ]


def unknown_shown(
    sections: Sequence[Lined], names: Sequence[Metric], unsaid: Mapping[str, Mapping[Sum, str]]
) -> list[UnknownShown]:
    """Why each metric is null that is null somewhere in `sections`; `unsaid`: what each platform does not tell."""
    reasons: dict[tuple[str, str], None] = {}
    for section, lines in sections:
        for platform, row, metrics in _numbers(section, lines):
            for name in names:
                missing = getattr(row, name) if row is not None and name in PEOPLE else getattr(metrics, name, None)
                if missing is None:
                    reasons[name, _why(section, platform, row, metrics, name, unsaid)] = None
    whys: dict[str, list[str]] = {}
    missing = {metric for metric, _ in reasons}
    for metric, why in reasons:
        if why.removesuffix(" not known") not in missing:  # else it follows from what is said of that
            whys.setdefault(metric, []).append(why)
    return [{"metric": metric, "why": ", or ".join(several)} for metric, several in whys.items()]


def _why(
    section: Section,
    platform: str,
    row: InsightRow | None,
    metrics: Metrics,
    name: Metric,
    unsaid: Mapping[str, Mapping[Sum, str]],
) -> str:
    if name in PEOPLE and row is not None:
        return "people are not added up" if section.pooled else "not told for these rows"
    lacks: Mapping[str, str] = {**unsaid.get(platform, {})}
    if name in lacks:
        return lacks[name]
    if name in section.left_out and (row is None or section.pooled):
        return "counted differently"
    return why_unknown(metrics, name)


def _numbers(section: Section, lines: Sequence[Line]) -> Iterator[tuple[str, InsightRow | None, Metrics]]:
    """Everything of a section that is shown: of which platform, and whether it is a row."""
    owners = {one.account.id: one.account.platform for one in section.reports}
    for line in lines:
        yield owners.get(line.account, section.platform), line.row, line.metrics
    yield section.platform, None, section.total
    if section.others is not None:
        yield section.platform, None, section.others


def _row(section: Section, line: Line, names: Sequence[Metric], *, detailed: bool) -> RowShown:
    found = line.row
    content: RowShown = {"metrics": row_shown(found, line.metrics, names, section.currency)}
    if section.account is None and line.account:
        content["account"] = line.account
    if found.campaign_id and (detailed or not found.ad_group_id):
        content["campaign_id"], content["campaign_name"] = found.campaign_id, clean(found.campaign_name)
    if found.ad_group_id and (detailed or not found.ad_id):
        content["ad_group_id"], content["ad_group_name"] = found.ad_group_id, clean(found.ad_group_name)
    if found.ad_id:
        content["ad_id"], content["ad_name"] = found.ad_id, clean(found.ad_name)
    if found.segment:
        content["segment"] = found.segment
    if found.day is not None:
        content["date"] = found.day.isoformat()
    if line.past is not None:
        running = any(one.running for one in section.reports)
        content["changes"] = changes_shown(line.metrics, line.past, names, section.currency, running=running)
    return content


def _running(reports: Sequence[Report]) -> bool:
    return any(one.running for one in reports)
