"""The summary as text, in as few words as say it."""

from collections.abc import Iterator, Sequence

from ..ads.text import quoted
from ..app import App
from ..insights import Report
from ..insights.overview import Overview
from .performance_text import counted_line, days_lines
from .summarising import NAMES, GroupShown, MoveShown, PaceShown, Summary
from .tables import counted, failure_lines, row

_NEAR = 0.8  # of a cap: from here on a pace is told
_SHOWN = 3


def summary_lines(app: App, found: Overview, content: Summary, said: Sequence[str]) -> Iterator[str]:
    """Totals, what moved, pace, what was unusual, and what the numbers do not say."""
    accounts = counted(len(found.by_day), "account")
    incomplete = f", incomplete: {len(found.failures)} failed" if found.failures else ""
    yield f"# {app.mode}: {content['date_preset']}, {accounts}{incomplete}"
    yield row(["currency platform", *NAMES, "change"])
    for one in content["groups"]:
        yield _group(one)
    yield "\n## Moved most"
    yield from _moved(content["moved"]) if content["moved"] else ["nothing to tell"]
    yield "\n## Pace"
    yield from _pace(content["pacing"])
    yield "\n## Unusual against the campaign's own 28 days"
    if not content["unusual"]:
        yield "nothing"
    for odd in content["unusual"]:
        what = f"{odd['metric']} {odd['value']}, usually {odd['usual']}"
        yield f"{odd['account']} {odd['campaign_id']} {quoted(odd['campaign_name'])} {odd['date']}: {what}"
    yield "\n## What the numbers do not say"
    yield from said
    yield from failure_lines(found.failures)


def _group(one: GroupShown) -> str:
    change = one["change_percent"]
    numbers = (one["metrics"][name] for name in NAMES)
    return row([one["currency"], one["platform"] or "all", *numbers, None if change is None else f"{change:+}%"])


def _moved(moved: Sequence[MoveShown]) -> Iterator[str]:
    for one in moved:
        by = one["by"] or 0
        yield (
            f"{by:+} {one['currency']} ({one['share_percent']}% of what moved): "
            f"{one['account']} {one['campaign_id']} {quoted(one['campaign_name'])}"
        )


def _pace(pacing: Sequence[PaceShown]) -> Iterator[str]:
    """What nears its cap, else what is nearest to it."""
    told = sorted((one for one in pacing if one["spend_a_day"] is not None), key=_used, reverse=True)
    near = [one for one in told if _used(one) >= _NEAR] or told[:1]
    for one in near[:_SHOWN]:
        used = f"{_used(one):.0%}"
        yield f"{one['scope']}: {one['spend_a_day']} {one['currency']} a day, {used} of the cap {one['cap']:g}"
    if not near:
        yield "no caps that could be compared"
    unknown = [one["scope"] for one in pacing if one["spend_a_day"] is None]
    if unknown:
        yield f"not known: {', '.join(unknown[:_SHOWN])}"


def _used(one: PaceShown) -> float:
    return (one["spend_a_day"] or 0) / one["cap"]


def reservations(reports: Sequence[Report], content: Summary) -> Iterator[str]:
    """What the numbers mean, and what they do not say."""
    yield "change: of spend, against the equally long time before. Currencies are not added up; caps are on budgets."
    yield from days_lines(reports)
    yield from counted_line(content["definitions"])
    if any(one.running for one in reports):
        yield "Today is not over: no change is told."
    if any(one["platform"] is None for one in content["groups"]):
        yield 'In "all", conversions stay "-": platforms count them differently.'
