"""Performance as text that stands alone: columns said once, a line each, and below what the numbers mean."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ..ads.insights import Metric
from ..ads.text import quoted
from ..insights import Performance, Report
from .performance_shapes import Changes, DefinitionShown, InOneShown, RowShown, SectionShown, TotalShown, UnknownShown
from .tables import MetricsShown, row

_NAMED = 3  # so many accounts are named where they are the exception


def lines(
    sections: Sequence[SectionShown],
    totals: Sequence[TotalShown],
    names: Sequence[Metric],
    *,
    detailed: bool,
) -> Iterator[str]:
    """The table: one line a section where each is a single number of its own, else a heading each and its rows."""
    if not _flat(sections):
        yield " ".join([*_labels([found for shown in sections for found in shown["rows"]]), *names])
        for shown in sections:
            yield from _section(shown, names, detailed=detailed)
    else:
        yield " ".join(["account currency zone" if _of_accounts(sections) else "platform currency", *names])
        for shown in sections:
            (only,) = shown["rows"]
            who = (shown["account"], shown["currency"], shown["time_zone"])
            yield row([*(who if shown["account"] else (shown["platform"], shown["currency"])), *_cells(only, names)])
    many = [shown["currency"] for shown in sections]
    several = [one for one in totals if many.count(one["currency"]) > 1]
    if several and names[0] == "spend" and _flat(sections) and "changes" not in several[0]:
        # The rest would be as long as the rows, and say little more.
        yield "spend in all: " + ", ".join(f"{one['currency']} {one['metrics']['spend']}" for one in several)
        return
    for one in several:
        yield row(["all", one["currency"], *_numbers(one["metrics"], one.get("changes"), names, detailed=detailed)])


def notes(
    reports: Sequence[Report],
    sections: Sequence[SectionShown],
    definitions: Sequence[DefinitionShown],
    unknown: Sequence[UnknownShown],
    in_one: InOneShown | None,
) -> Iterator[str]:
    """What the numbers mean, and what they do not say; days that stand in headings are not said again."""
    if in_one is not None:
        value = "" if in_one["conversion_value"] is None else f", conversion_value {in_one['conversion_value']}"
        yield f"in {in_one['currency']} at {in_one['rates_as_of']} rates: spend {in_one['spend']}{value}"
    if _flat(sections) or not all(shown["account"] for shown in sections):
        yield from days_lines(reports)
    yield from counted_line(definitions)
    if unknown:
        yield "null: " + "; ".join(f"{one['metric']}: {one['why']}" for one in unknown)


def counted_line(definitions: Sequence[DefinitionShown]) -> Iterator[str]:
    """What counts as a conversion, on one line; of accounts that differ the first are named."""
    said = (
        f"{one['platform']}{''.join(f' {account}' for account in one.get('accounts', ())[:_NAMED])}: {one['counted']}"
        for one in definitions
    )
    if definitions:
        yield "conversions: " + " | ".join(said)


def _flat(sections: Sequence[SectionShown]) -> bool:
    """Whether each section is a single number of its own."""
    return all(len(shown["rows"]) == 1 and not _labels(shown["rows"]) for shown in sections)


def _section(shown: SectionShown, names: Sequence[Metric], *, detailed: bool) -> Iterator[str]:
    growing = f"~{shown['provisional_from']}" if shown["provisional_from"] and shown["account"] else ""
    days = f"{shown['date_from']}..{shown['date_to']}" if shown["account"] else ""
    who = (shown["account"] or shown["platform"], shown["currency"], shown["time_zone"] if shown["account"] else "")
    yield row(["#", *(part for part in (*who, days, growing) if part)])
    if len(shown["rows"]) != 1 or "others" in shown:
        yield row(["total", *_numbers(shown["total"], shown.get("changes"), names, detailed=detailed)])
    numbers = _legend(shown["rows"])
    for found in shown["rows"]:
        yield row([*_label(found, numbers), *_cells(found, names, detailed=detailed)])
    if "others" in shown:
        yield row([f"others({shown.get('others_rows')})", *_numbers(shown["others"], None, names)])
    if numbers:
        yield "accounts: " + ", ".join(f"{number} {account}" for account, number in numbers.items())


def _legend(rows: Sequence[RowShown]) -> Mapping[str, str]:
    """Numbers for the accounts of `rows`, where that is shorter than naming them in each."""
    accounts = [found["account"] for found in rows if "account" in found]
    several = dict.fromkeys(accounts)
    return {account: str(at + 1) for at, account in enumerate(several)} if len(several) < len(accounts) else {}


def _cells(found: RowShown, names: Sequence[Metric], *, detailed: bool = False) -> Iterator[str]:
    return _numbers(found["metrics"], found.get("changes"), names, detailed=detailed)


def _numbers(
    metrics: MetricsShown, changes: Changes | None, names: Sequence[Metric], *, detailed: bool = False
) -> Iterator[str]:
    for name in names:
        number = metrics[name]
        text = "-" if number is None else str(number)
        change = changes.get(name) if changes else None
        if change is None:
            yield text
        elif change["percent"] is None:
            yield text if change["before"] is None else f"{text}(before {change['before']})"
        else:
            by = f",{change['by']:+}" if detailed and change["by"] is not None else ""
            yield f"{text}({change['percent']:+}%{by})"


def _labels(rows: Sequence[RowShown]) -> Sequence[str]:
    """What stands before the numbers of each row."""
    if not rows:
        return []
    named = {"account": "account", "campaign_id": "campaign", "ad_group_id": "ad_group", "ad_id": "ad"}
    others = {"segment": "segment", "date": "date"}
    present = {key for found in rows for key in found}
    return [word for key, word in (named | others).items() if key in present]


def _label(found: RowShown, numbers: Mapping[str, str]) -> Iterator[str]:
    if "account" in found:
        yield numbers.get(found["account"], found["account"])
    for identity, name in (
        (found.get("campaign_id"), found.get("campaign_name")),
        (found.get("ad_group_id"), found.get("ad_group_name")),
        (found.get("ad_id"), found.get("ad_name")),
    ):
        if identity:
            yield identity
            yield quoted(name or "")
    if "segment" in found:
        yield found["segment"]
    if "date" in found:
        yield found["date"]


def _of_accounts(sections: Sequence[SectionShown]) -> bool:
    return any(shown["account"] for shown in sections)


def days_lines(reports: Sequence[Report]) -> Iterator[str]:
    """The days of how many accounts, and from when on which platform's numbers still move."""
    spans = Counter(one.span for one in reports).most_common()
    if spans:
        parts = (f"{span.since}..{span.until}" + (f" ({many})" if len(spans) > 1 else "") for span, many in spans)
        yield "accounts' own days: " + ", ".join(parts)
    moving = _moving(reports)
    if moving:
        parts = (f"{day} {' '.join(platforms)}" for day, platforms in sorted(moving.items()))
        yield "provisional from " + ", ".join(parts)


def _moving(reports: Sequence[Report]) -> Mapping[date, Sequence[str]]:
    """The first days that may still change, and of which platforms' accounts."""
    first: dict[str, date] = {}
    for one in reports:
        if one.moving_since is not None:
            first[one.account.platform] = min(one.moving_since, first.get(one.account.platform, one.moving_since))
    days: dict[date, list[str]] = {}
    for platform, day in first.items():
        days.setdefault(day, []).append(platform)
    return days


def performance_as_of(found: Performance) -> str:
    """When the answer was read, as a part of its heading."""
    if found.as_of is None:
        return ""
    return f", as of {found.as_of:%Y-%m-%dT%H:%MZ}" + (" (remembered)" if found.cached else "")
