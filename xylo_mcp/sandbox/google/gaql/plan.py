"""Checks a parsed query against the catalogue and the rules of segments, and says how to answer it.

Google Ads API docs, "Query structure", "Segmentation" and "Zero metrics" (v26, read Nov 2026).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ..failures import query_error, refused
from .company import check_company
from .fields import CORE_DATES, FIELDS, JOINED, Field
from .periods import Days, restricted
from .predicates import Predicate, predicate
from .syntax import Ordering, Query

_DAILY_MONTHS: Final = 37
_MONTHLY_YEARS: Final = 11
_UNIQUE_USERS_DAYS: Final = 92
_FINE: Final = frozenset({"segments.date", "segments.week", "segments.day_of_week"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A query that makes sense.

    Attributes:
        select: the fields asked for, in order, each once.
        implicit: resource names that come along unasked.
        days: the days that count, as far as WHERE says.
        tests: what a row must pass, by the field that is tested.
        segments, metrics: those that must be known to answer, whether selected or not.
        resources: those of whom any attribute is referenced.
    """

    resource: str
    select: tuple[Field, ...]
    implicit: tuple[Field, ...]
    days: Days
    tests: tuple[tuple[str, Predicate], ...]
    order_by: tuple[Ordering, ...]
    limit: int
    segments: tuple[str, ...]
    metrics: tuple[str, ...]
    resources: frozenset[str] = frozenset()

    @property
    def field_mask(self) -> str:
        """The selected fields as JSON calls them."""
        return ",".join(".".join(field.path) for field in self.select)

    @property
    def counts(self) -> tuple[str, ...]:
        """The selected metrics."""
        return tuple(field.name for field in self.select if field.is_metric)


def planned(query: Query, today: date, *, manager: bool) -> Plan:
    """How to answer `query` for an account where it is `today`; refuses what Google would refuse."""
    _check_names(query)
    check_company(query)
    selected = tuple(FIELDS[name] for name in dict.fromkeys(query.select))
    metrics = tuple(name for name in dict.fromkeys(_referenced(query)) if FIELDS[name].is_metric)
    if manager and metrics:
        raise query_error(
            "REQUESTED_METRICS_FOR_MANAGER",
            "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests"
            " against each client account under the manager account.",
        )
    days = restricted([condition for condition in query.where if condition.field in CORE_DATES], today)
    _check_selection(query, days)
    _check_history(query, days, today)
    return Plan(
        resource=query.resource,
        select=selected,
        implicit=() if query.omit_unselected_resource_names else _implicit(query, selected),
        days=days,
        tests=tuple(
            (condition.field, predicate(FIELDS[condition.field], condition))
            for condition in query.where
            if condition.field not in CORE_DATES
        ),
        order_by=query.order_by,
        limit=query.limit,
        segments=tuple(field.name for field in selected if field.is_segment),
        metrics=metrics,
        resources=frozenset(FIELDS[name].resource for name in _referenced(query)),
    )


def _referenced(query: Query) -> Iterator[str]:
    yield from query.select
    yield from (condition.field for condition in query.where)
    yield from (ordering.field for ordering in query.order_by)


def _check_names(query: Query) -> None:
    if query.resource not in JOINED:
        raise query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", f"'{query.resource}' is not a valid resource name.")
    unknown = [name for name in dict.fromkeys(_referenced(query)) if name not in FIELDS]
    if unknown:
        quoted = ", ".join(f"'{name}'" for name in unknown)
        raise query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: {quoted}.")


def _check_selection(query: Query, days: Days) -> None:
    """What must be selected to be filtered or sorted by, and what must be filtered to be selected."""
    free = {name for name, field in FIELDS.items() if field.resource == query.resource}
    filtered = [condition.field for condition in query.where]
    wanted = [name for name in filtered if FIELDS[name].is_segment and name not in CORE_DATES]
    wanted += [ordering.field for ordering in query.order_by if ordering.field not in free]
    for name in wanted:
        if name not in query.select:
            code = "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"
            raise query_error(code, f"The following field must be present in SELECT clause: '{name}'.")
    if CORE_DATES & set(query.select) and not days.finite:
        raise query_error(
            "EXPECTED_FILTERS_ON_DATE_RANGE",
            "The query is segmented by date, so WHERE must restrict a core date segment to a finite range.",
        )


def _check_history(query: Query, days: Days, today: date) -> None:
    """Days and weeks are kept for 37 months, months and more for 11 years."""
    fine = bool(_FINE & set(_referenced(query)))
    oldest = _months_before(today, _DAILY_MONTHS if fine else _MONTHLY_YEARS * 12)
    if days.since and days.since < oldest:
        raise refused(
            "dateRangeError",
            "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED",
            f"The requested granularity is not available before {oldest.isoformat()}.",
        )
    if "metrics.unique_users" in query.select:
        longest = timedelta(days=_UNIQUE_USERS_DAYS)
        if not days.since or not days.until or days.until - days.since >= longest:
            raise query_error("DATE_RANGE_TOO_WIDE", "Unique users are known for ranges of 92 days at most.")


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _implicit(query: Query, selected: tuple[Field, ...]) -> tuple[Field, ...]:
    resources = dict.fromkeys(
        (query.resource, *(field.resource for field in selected if not (field.is_metric or field.is_segment)))
    )
    return tuple(FIELDS[f"{resource}.resource_name"] for resource in resources)
