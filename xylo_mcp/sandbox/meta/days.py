"""Which days a question to insights means: presets, ranges and steps, all in the account's own time zone."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import msgspec

from .errors import invalid, too_far_back
from .parameters import decoded, whole, word

Span = tuple[date, date]
_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=366)
_MONTHS_BACK = 37
_MONTHS_OF_PEOPLE = 13
_MOST_DAYS = 90


class _Range(msgspec.Struct, forbid_unknown_fields=True):
    since: date
    until: date


def span(arguments: Mapping[str, str], today: date) -> Span:
    """First and last day: `time_range` before `date_preset`, which is `last_30d` unless said."""
    if arguments.get("time_range"):
        shape = 'an object {"since": "YYYY-MM-DD", "until": "YYYY-MM-DD"}'
        given = decoded(arguments, "time_range", _Range, shape)
        since, until = given.since, given.until
    else:
        since, until = _PRESETS[word(arguments, "date_preset", _PRESETS, "last_30d")](today)
    if since > until:
        raise invalid("Param time_range: since must not be after until")
    if until > today + _FURTHEST:
        raise invalid("Param time_range: until must not be more than a year from now")
    if since < _months_before(today, _MONTHS_BACK):
        raise too_far_back()
    return since, until


def knows_people(since: date, today: date) -> bool:
    """Whether it is still known how many people each part of them counts (Marketing API docs, "Insights", 2026-09)."""
    return since >= _months_before(today, _MONTHS_OF_PEOPLE)


def steps(arguments: Mapping[str, str], whole_time: Span) -> tuple[Span, ...]:
    """The parts of the time that get rows of their own: `time_increment` is days, months, or all in one."""
    increment = arguments.get("time_increment", "") or "all_days"
    if increment == "all_days":
        return (whole_time,)
    if increment == "monthly":
        return _cut(whole_time, _month_end)
    days = whole(arguments, "time_increment", 1)
    if days > _MOST_DAYS:
        raise invalid("Param time_increment must be an integer from 1 to 90, monthly or all_days")
    return _cut(whole_time, lambda first: first + (days - 1) * _DAY)


def _cut(whole_time: Span, end: Callable[[date], date]) -> tuple[Span, ...]:
    first, until = whole_time
    found: list[Span] = []
    while first <= until:
        last = min(end(first), until)
        found.append((first, last))
        first = last + _DAY
    return tuple(found)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    return first.replace(day=min(day.day, _month_end(first).day))


def _last(days: int) -> Callable[[date], Span]:
    return lambda today: (today - days * _DAY, today - _DAY)


def _last_week(today: date, first_weekday: int) -> Span:
    begin = _week_begin(today, first_weekday) - 7 * _DAY
    return begin, begin + 6 * _DAY


def _week_begin(today: date, first_weekday: int) -> date:
    return today - ((today.weekday() - first_weekday) % 7) * _DAY


def _last_month(today: date) -> Span:
    until = today.replace(day=1) - _DAY
    return until.replace(day=1), until


def _quarter(today: date) -> date:
    return date(today.year, (today.month - 1) // 3 * 3 + 1, 1)


def _last_quarter(today: date) -> Span:
    until = _quarter(today) - _DAY
    return _quarter(until), until


_PRESETS: dict[str, Callable[[date], Span]] = {
    "today": lambda today: (today, today),
    "yesterday": _last(1),
    "this_month": lambda today: (today.replace(day=1), today),
    "last_month": _last_month,
    "this_quarter": lambda today: (_quarter(today), today),
    "maximum": lambda today: (_months_before(today, _MONTHS_BACK), today),
    "data_maximum": lambda today: (_months_before(today, _MONTHS_BACK), today),
    "last_3d": _last(3),
    "last_7d": _last(7),
    "last_14d": _last(14),
    "last_28d": _last(28),
    "last_30d": _last(30),
    "last_90d": _last(90),
    "last_week_mon_sun": lambda today: _last_week(today, 0),
    "last_week_sun_sat": lambda today: _last_week(today, 6),
    "last_quarter": _last_quarter,
    "last_year": lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    "this_week_mon_today": lambda today: (_week_begin(today, 0), today),
    "this_week_sun_today": lambda today: (_week_begin(today, 6), today),
    "this_year": lambda today: (date(today.year, 1, 1), today),
}
