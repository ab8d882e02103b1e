"""Days and date presets, resolved in an account's own time zone."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

DatePreset = Literal["today", "yesterday", "last_7d", "last_14d", "last_30d", "last_90d", "this_month", "last_month"]
PRESETS: tuple[DatePreset, ...] = get_args(DatePreset)
_DAY = timedelta(days=1)


class Span(msgspec.Struct, frozen=True, order=True):
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days, at least one."""
        return (self.until - self.since).days + 1

    def before(self) -> "Span":
        """The equally long span that ends the day before this one begins."""
        return Span(self.since - self.days * _DAY, self.since - _DAY)

    def pieces(self, days: int) -> Iterator["Span"]:
        """This span cut into consecutive ones of at most `days` days."""
        since = self.since
        while since <= self.until:
            until = min(since + (days - 1) * _DAY, self.until)
            yield Span(since, until)
            since = until + _DAY

    def months(self) -> Iterator["Span"]:
        """This span cut where a month ends."""
        since = self.since
        while since <= self.until:
            until = min(month_of(since).until, self.until)
            yield Span(since, until)
            since = until + _DAY


def month_of(day: date) -> Span:
    """The whole month that `day` belongs to."""
    first = day.replace(day=1)
    return Span(first, (first + 31 * _DAY).replace(day=1) - _DAY)


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day that `moment` (with zone) belongs to in the IANA zone `time_zone`."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def resolve(preset: DatePreset, today: date) -> Span:
    """The days that `preset` means on `today`. `last_Nd` ends yesterday, as the platforms have it."""
    return _RESOLVERS[preset](today)


def _last(days: int) -> Callable[[date], Span]:
    return lambda today: Span(today - days * _DAY, today - _DAY)


def _last_month(today: date) -> Span:
    end = today.replace(day=1) - _DAY
    return Span(end.replace(day=1), end)


_RESOLVERS: Mapping[DatePreset, Callable[[date], Span]] = {
    "today": lambda today: Span(today, today),
    "yesterday": _last(1),
    "last_7d": _last(7),
    "last_14d": _last(14),
    "last_30d": _last(30),
    "last_90d": _last(90),
    "this_month": lambda today: Span(today.replace(day=1), today),
    "last_month": _last_month,
}
