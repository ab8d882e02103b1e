"""Days and the weeks, months, quarters and years they lie in; date conditions as ranges of days.

Google Ads API docs, "Date ranges" and "Segmentation" (v26, read Nov 2026).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from decimal import Decimal
from typing import Final, Literal

from ..failures import query_error
from .fields import WEEKDAYS, Value
from .syntax import Bare, Condition, Literals

Granule = Literal["date", "week", "month", "quarter", "year"]
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `since` to `until`, both included; None: without end on that side."""

    since: date | None = None
    until: date | None = None

    @property
    def finite(self) -> bool:
        """Whether both ends are set."""
        return self.since is not None and self.until is not None

    def meet(self, other: "Days") -> "Days":
        """The days in both."""
        since = max((day for day in (self.since, other.since) if day), default=None)
        until = min((day for day in (self.until, other.until) if day), default=None)
        return Days(since, until)


_GRANULES: Final[dict[str, Granule]] = {
    "segments.date": "date",
    "segments.week": "week",
    "segments.month": "month",
    "segments.quarter": "quarter",
    "segments.year": "year",
}


def restricted(conditions: Iterable[Condition], today: date) -> Days:
    """The days that all of `conditions` (on core date segments) leave."""
    days = Days()
    for condition in conditions:
        days = days.meet(_range(condition, today))
    if days.since and days.until and days.since > days.until:
        raise query_error("DATE_RANGE_TOO_NARROW", "The start date of the filters is after their end date.")
    return days


def value(segment: str, day: date) -> Value:
    """What `segment` shows for `day`."""
    if segment == "segments.day_of_week":
        return WEEKDAYS[day.weekday()]
    begin = _begin(_GRANULES[segment], day)
    return begin.year if segment == "segments.year" else begin.isoformat()


def _range(condition: Condition, today: date) -> Days:
    if condition.operator == "DURING":
        return _during(condition, today)
    granule = _GRANULES[condition.field]
    ends = [_moment(condition, granule, literal) for literal in condition.values]
    first, last = ends[0], _end(granule, ends[-1])
    match condition.operator:
        case "=" | "BETWEEN":
            return Days(first, last)
        case ">=":
            return Days(since=first)
        case ">":
            return Days(since=last + _DAY)
        case "<=":
            return Days(until=last)
        case "<":
            return Days(until=first - _DAY)
        case _:
            raise query_error("OPERATOR_FIELD_MISMATCH", f"{condition.operator} does not go with {condition.field}.")


def _during(condition: Condition, today: date) -> Days:
    (literal,) = condition.values
    found = _DURING.get(literal.text.upper()) if isinstance(literal, Bare) else None
    if condition.field != "segments.date":
        raise query_error("OPERATOR_FIELD_MISMATCH", f"DURING does not go with {condition.field}.")
    if found is None:
        raise query_error("INVALID_VALUE_WITH_DURING_OPERATOR", "The value of DURING is not a known date range.")
    return Days(*found(today))


def _moment(condition: Condition, granule: Granule, literal: Literals) -> date:
    if granule == "year":
        if not isinstance(literal, Decimal) or literal % 1 or not MINYEAR < literal < MAXYEAR:
            raise query_error("BAD_VALUE", f"Invalid year for {condition.field}.")
        return date(int(literal), 1, 1)
    day = parsed(literal)
    if day is None:
        code = "INVALID_VALUE_WITH_BETWEEN_OPERATOR" if condition.operator == "BETWEEN" else "INVALID_DATE_FORMAT"
        raise query_error(code, f"Invalid date for {condition.field}. Expected 'YYYY-MM-DD'.")
    if _begin(granule, day) != day:
        code = "MISALIGNED_DATE_FOR_FILTER"
        raise query_error(code, f"{condition.field} must be compared with the first day of a {granule}.")
    return day


def parsed(literal: Literals) -> date | None:
    """The day that `literal` writes as 'YYYY-MM-DD' or 'YYYYMMDD', None if it does not."""
    match = _DATE.fullmatch(literal) if isinstance(literal, str) else None
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return day if MINYEAR < day.year < MAXYEAR else None


def _begin(granule: Granule, day: date) -> date:
    match granule:
        case "date":
            return day
        case "week":
            return day - day.weekday() * _DAY
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def _end(granule: Granule, begin: date) -> date:
    """The last day of the period that begins with `begin`."""
    longest = {"date": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[granule]
    return _begin(granule, begin + longest * _DAY) - _DAY


def _week(day: date, *, sunday: bool) -> date:
    """The first day of the week that `day` lies in."""
    return day - ((day.weekday() + 1) % 7 if sunday else day.weekday()) * _DAY


def _ago(days: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today - days * _DAY, today - _DAY)


def _last_week(*, sunday: bool, length: int = 7) -> Callable[[date], tuple[date, date]]:
    def days(today: date) -> tuple[date, date]:
        begin = _week(today, sunday=sunday) - 7 * _DAY
        return begin, begin + (length - 1) * _DAY

    return days


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - _DAY
    return last.replace(day=1), last


_DURING: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "TODAY": lambda today: (today, today),
    "YESTERDAY": _ago(1),
    "LAST_7_DAYS": _ago(7),
    "LAST_14_DAYS": _ago(14),
    "LAST_30_DAYS": _ago(30),
    "LAST_BUSINESS_WEEK": _last_week(sunday=False, length=5),
    "THIS_MONTH": lambda today: (today.replace(day=1), today),
    "LAST_MONTH": _last_month,
    "THIS_WEEK_SUN_TODAY": lambda today: (_week(today, sunday=True), today),
    "THIS_WEEK_MON_TODAY": lambda today: (_week(today, sunday=False), today),
    "LAST_WEEK_SUN_SAT": _last_week(sunday=True),
    "LAST_WEEK_MON_SUN": _last_week(sunday=False),
}
