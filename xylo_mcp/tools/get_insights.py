"""get_insights."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .. import insights
from ..ads.dates import DatePreset, Span
from ..ads.errors import Invalid
from ..ads.insights import RATIOS, SUMS, Breakdown, Metric, Metrics
from ..app import App, Caller
from ..insights import Bucket, Performance, Question, Section, View
from .catalog import Answer, Arguments, Link
from .exporting import EXPORTS
from .fields import AccountIds, CampaignIds, Cursor, Format, Limit
from .performance import definitions_shown, in_one_shown, restated_shown, section_shown, totals_shown, unknown_shown
from .performance_shapes import DefinitionShown, InOneShown, RestatedShown, SectionShown, TotalShown, UnknownShown
from .performance_text import lines, notes, performance_as_of
from .tables import FailureShown, counted, failure_lines, failures_shown, heading

_FEW: Sequence[Metric] = ("spend", "impressions", "clicks", "ctr", "conversions", "cost_per_conversion")
_MORE: Sequence[Metric] = (*SUMS, *RATIOS)
# So many rows are kept for the following pages at most.
_MOST_ROWS = 20_000
# About so many bytes of rows fit an answer, some 8,000 tokens: names may be long, and `limit` counts rows alone.
_MOST_BYTES = 24_000
_NUMBER = 8  # bytes
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class GetInsights(Arguments):
    """What get_insights takes."""

    accounts: AccountIds = ()
    platform: Annotated[str, Field(max_length=40)] = ""
    level: View = "account"
    granularity: Bucket = "total"
    breakdown: Breakdown | None = None
    date_preset: Annotated[DatePreset | None, Field(description="default: last_7d")] = None
    date_from: Annotated[Day | None, Field(description="instead of date_preset")] = None
    date_to: Day | None = None
    campaign_ids: CampaignIds = ()
    metrics: Annotated[Sequence[Metric], Field(max_length=15, description="default: a few")] = ()
    filters: Annotated[
        Sequence[Annotated[str, Field(max_length=60)]], Field(max_length=10, description='such as "spend>=100"')
    ] = ()
    sort: Annotated[str, Field(max_length=40, description="a metric; -metric: smallest first")] = ""
    top: Annotated[int, Field(ge=0, le=100, description="rows per currency, the rest summed")] = 0
    compare: Annotated[bool, Field(description="with the equally long time before")] = False
    max_age: Annotated[int | None, Field(ge=0, le=10_000_000, description="minutes; default: 15")] = None
    limit: Limit = 50
    cursor: Cursor = ""
    response_format: Format = "concise"


class Insights(TypedDict):
    """What get_insights gives."""

    mode: str
    groups: list[SectionShown]
    totals: list[TotalShown]
    in_one_currency: NotRequired[InOneShown]
    definitions: list[DefinitionShown]
    unknown: list[UnknownShown]
    as_of: str | None
    cached: bool
    restated: list[RestatedShown]
    campaigns_without_numbers: list[str]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None
    export: NotRequired[str]


async def get_insights(asked: GetInsights, caller: Caller) -> Answer:
    """How advertising performed, over all platforms at once. Days are each account's own; currencies are never
    added up. Level platform sums accounts by platform and currency; top ranks over accounts.
    """
    app = caller.app
    question = f"{caller.who}/{asked.model_dump_json(exclude={'cursor', 'limit'})}"
    found = app.report_cursors.find(asked.cursor, question) if asked.cursor else await _ask(asked, caller)
    shown, left = _page(found.sections, asked.limit, _NUMBER * len(_columns(asked)))
    content = _content(app, asked, found.with_sections(shown))
    links: list[Link] = []
    if left:
        content["next_cursor"] = app.report_cursors.keep(found.with_sections(left), question)
        if not asked.cursor:
            uri = f"{EXPORTS}{app.exports.keep(found, caller.who)}.csv"
            content["export"] = uri
            links.append(Link(uri, "insights", "text/csv"))
    content["complete"] = not (found.failures or left)
    return Answer("\n".join(_lines(asked, content, found.with_sections(shown))), content, links)


async def _ask(asked: GetInsights, caller: Caller) -> Performance:
    app = caller.app
    found = await insights.performance(
        await caller.asker(),
        asked.accounts,
        _question(asked),
        platform=asked.platform,
        top=asked.top,
        rates=await app.declared_rates(),
    )
    rows = sum(len(section.picks) for section in found.sections)
    if rows > _MOST_ROWS:
        raise Invalid(
            f"The answer would have {rows} rows; {_MOST_ROWS} is the most.",
            "Ask for the top 50, for fewer accounts, fewer days, granularity total, or level account.",
        )
    return found


def _question(asked: GetInsights) -> Question:
    if asked.campaign_ids and asked.level in ("platform", "account"):
        raise Invalid("campaign_ids: these need level campaign or below.", 'Ask again with level "campaign".')
    if asked.filters and asked.level == "platform":
        raise Invalid("filters: these need level account or below.", 'Ask again with level "account".')
    return Question(
        days=_days(asked),
        level=asked.level,
        bucket=asked.granularity,
        breakdown=asked.breakdown,
        campaign_ids=frozenset(asked.campaign_ids),
        metrics=tuple(_columns(asked)),
        filters=tuple(insights.filter_of(text) for text in asked.filters),
        sort=insights.metric_of("sort", asked.sort.removeprefix("-")) if asked.sort else None,
        ascending=asked.sort.startswith("-"),
        compare=asked.compare,
        max_age=None if asked.max_age is None else timedelta(minutes=asked.max_age),
    )


def _columns(asked: GetInsights) -> Sequence[Metric]:
    if asked.metrics:
        return tuple(dict.fromkeys(asked.metrics))
    return _MORE if asked.response_format == "detailed" else _FEW


def _days(asked: GetInsights) -> DatePreset | Span:
    if not (asked.date_from or asked.date_to):
        return asked.date_preset or "last_7d"
    if asked.date_preset or not (asked.date_from and asked.date_to):
        raise Invalid(
            "Give either date_preset, or both date_from and date_to.", "Leave out what does not belong, ask again."
        )
    days = Span(_day("date_from", asked.date_from), _day("date_to", asked.date_to))
    if days.until < days.since:
        raise Invalid(f"date_to: {days.until} is before date_from {days.since}.", "Swap them and ask again.")
    return days


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{name}: {text} is not a day of the calendar.", "Use a day such as 2026-03-01.") from None


def _page(sections: Sequence[Section], limit: int, numbers: int) -> tuple[Sequence[Section], Sequence[Section]]:
    """The sections with the first `limit` rows, or as many as fit, and those with the rest.

    A row's numbers take so many bytes, its names what they take; one row fits always.
    """
    shown: list[Section] = []
    room = _MOST_BYTES
    for number, section in enumerate(sections):
        if limit <= 0 or room <= 0:
            return shown, sections[number:]
        many = 0
        while many < min(limit, len(section.picks)) and room > 0:
            room -= numbers + section.weight(many)
            many += 1
        now, later = section.picks[:many], section.picks[many:]
        shown.append(section.with_picks(now))
        limit -= max(many, 1)
        if later:
            return shown, [section.with_picks(later), *sections[number + 1 :]]
    return shown, ()


def _content(app: App, asked: GetInsights, found: Performance) -> Insights:
    names, detailed = _columns(asked), asked.response_format == "detailed"
    unsaid = {one.account.platform: app.directory.spec(one.account).unsaid(asked.breakdown) for one in found.reports}
    lined = [(section, section.lines()) for section in found.sections]
    content: Insights = {
        "mode": app.mode,
        "groups": [section_shown(one, names, detailed=detailed) for one in lined],
        "totals": totals_shown(found, names),
        "definitions": definitions_shown(found.reports),
        "unknown": unknown_shown(lined, names, unsaid),
        "as_of": found.as_of.isoformat(timespec="seconds") if found.as_of else None,
        "cached": found.cached,
        "restated": restated_shown(found.reports),
        "campaigns_without_numbers": sorted(set(asked.campaign_ids) - _delivered(found)) if asked.campaign_ids else [],
        "failures": failures_shown(found.failures),
        "complete": False,
        "next_cursor": None,
    }
    if (in_one := in_one_shown(found)) is not None:
        content["in_one_currency"] = in_one
    return content


def _delivered(found: Performance) -> frozenset[str]:
    """The campaigns that delivered anything."""
    return frozenset(row.campaign_id for one in found.reports for row in one.rows if row.metrics != Metrics())


def _lines(asked: GetInsights, content: Insights, found: Performance) -> Iterator[str]:
    names, detailed = _columns(asked), asked.response_format == "detailed"
    rows = counted(sum(len(section["rows"]) for section in content["groups"]), "row")
    yield heading(content["mode"], rows, content["next_cursor"], found.failures) + performance_as_of(found)
    yield from lines(content["groups"], content["totals"], names, detailed=detailed)
    yield from notes(
        found.reports, content["groups"], content["definitions"], content["unknown"], content.get("in_one_currency")
    )
    for day in content["restated"]:
        yield f"restated: {day['account']} {day['date']}: spend was {day['spend_before']}, is {day['spend']}"
    if content["campaigns_without_numbers"]:
        yield "nothing delivered, or unknown: " + " ".join(content["campaigns_without_numbers"])
    if "export" in content:
        yield f"all rows as CSV: {content['export']}"
    yield from failure_lines(found.failures)
