"""What may be asked about performance: which days, of what, and which of it is wanted."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from ..ads.dates import DatePreset, Span, resolve
from ..ads.errors import Invalid
from ..ads.insights import PEOPLE, RATIOS, SUMS, Breakdown, Level, Metric
from ..contract import PlatformSpec

View = Literal["platform", "account", "campaign", "ad_group", "ad"]
Bucket = Literal["total", "day", "week", "month"]
METRICS: tuple[Metric, ...] = (*SUMS, *RATIOS, *PEOPLE)
_DAY = timedelta(days=1)
_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_FILTER = re.compile(r"([a-z_]+) ?(>=|<=|>|<|=) ?(-?[0-9]{1,15}(?:\.[0-9]{1,6})?)", re.ASCII)


class Filter(msgspec.Struct, frozen=True):
    """Only rows whose `metric` compares so with `value`; what is not known does not."""

    metric: Metric
    sign: str
    value: Decimal

    def admits(self, value: Decimal | None) -> bool:
        """Whether a row with this `value` is wanted."""
        return value is not None and _COMPARISONS[self.sign](value, self.value)


class Question(msgspec.Struct, frozen=True):
    """What is asked of each account.

    Attributes:
        days: a preset, meant in the account's own time zone, or a span.
        level: of what there is a row each; `platform` adds up the accounts of a platform and currency.
        bucket: for which time there is a row each; weeks begin on Monday, and the first and last may be cut short.
        breakdown: by what the rows are divided further.
        metrics: which are wanted; empty leaves it to whoever shows them.
        filters: rows that all of these admit.
        sort: the metric that rows are in order of, the biggest first unless `ascending`.
        compare: whether the equally long time before is asked for too.
        max_age: how old what is remembered may be; None leaves it to the memory.
    """

    days: DatePreset | Span
    level: View = "account"
    bucket: Bucket = "total"
    breakdown: Breakdown | None = None
    campaign_ids: frozenset[str] = frozenset()
    metrics: tuple[Metric, ...] = ()
    filters: tuple[Filter, ...] = ()
    sort: Metric | None = None
    ascending: bool = False
    compare: bool = False
    max_age: timedelta | None = None

    @property
    def depth(self) -> Level:
        """The level that an account is asked at."""
        return "account" if self.level == "platform" else self.level

    @property
    def people(self) -> bool:
        """Whether it matters how many people were reached; those of several accounts cannot be added up."""
        named = {*self.metrics, self.sort, *(one.metric for one in self.filters)}
        return self.level != "platform" and not named.isdisjoint(PEOPLE)


def filter_of(text: str) -> Filter:
    """The filter that `text` spells, such as spend>=100.

    Raises:
        Invalid: it spells none.
    """
    found = _FILTER.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"filters: {text[:60]!a} is none.", 'Write a metric, >= <= > < or =, and a number: "roas<1.5".')
    return Filter(metric_of("filters", found[1]), found[2], Decimal(found[3]))


def metric_of(argument: str, name: str) -> Metric:
    """The metric of this `name`.

    Raises:
        Invalid: there is none.
    """
    for metric in METRICS:
        if metric == name:
            return metric
    raise Invalid(f"{argument}: there is no metric {name[:40]!a}.", f"There are {', '.join(METRICS)}.")


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


def moving_since(span: Span, today: date, spec: PlatformSpec) -> date | None:
    """The first day of `span` whose conversions may still grow, None if all are settled."""
    first = max(span.since, today - timedelta(days=spec.settling_days - 1))
    return first if first <= span.until else None


def first_day_of(bucket: Bucket, span: Span) -> Callable[[date], date] | None:
    """Tells the first day, within `span`, of the week or month that a day belongs to; None where days stay apart."""
    begins: Mapping[Bucket, Callable[[date], date]] = {
        "week": lambda day: max(day - day.weekday() * _DAY, span.since),
        "month": lambda day: max(day.replace(day=1), span.since),
    }
    return begins.get(bucket)
