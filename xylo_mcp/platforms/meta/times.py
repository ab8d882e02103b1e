"""Meta's moments as days of an account."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from ...ads.accounts import Account
from ...ads.dates import local_day

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""As Meta writes it, "2026-03-01T23:30:00-0800"; one without a zone is none."""

_MOMENT = timedelta(seconds=1)
_DAY = timedelta(days=1)
_MIDNIGHT = time()
_NEVER = 1970  # the year in which an end is, or a day before it, that was set to 0


def first_days(start_times: Sequence[datetime | None], account: Account) -> Sequence[date | None]:
    """The days on which what starts then may first deliver."""
    zone = account.time_zone
    return [when and (_as_written(when.date(), when.tzinfo, zone) or _local_day(when, zone)) for when in start_times]


def last_days(stop_times: Sequence[datetime | None], account: Account) -> Sequence[date | None]:
    """The last days on which what stops then may deliver; 0 and nothing: it goes on."""
    # A day ends with a full minute, in whatever zone its end is written.
    moments = [
        None if when is None or when.year <= _NEVER else when if when.second else when - _MOMENT for when in stop_times
    ]
    return first_days(moments, account)


def is_over(stop_time: datetime | None, now: datetime) -> bool:
    """Whether something has stopped by `now`."""
    return stop_time is not None and stop_time.year > _NEVER and stop_time <= now


def _local_day(when: datetime, time_zone: str) -> date:
    try:
        return local_day(when, time_zone)
    except OverflowError as endless:
        raise ValueError("not a day of this world") from endless


@lru_cache(4096)
def _as_written(day: date, written_in: tzinfo | None, time_zone: str) -> date | None:
    """`day`, if whatever is on it as it is written is on it in the zone, too.

    Meta writes moments in the account's own zone, so that it mostly is. None where it is another day for some moments.
    """
    zone = ZoneInfo(time_zone)
    try:
        first, following = (datetime.combine(one, _MIDNIGHT, zone).astimezone(UTC) for one in (day, day + _DAY))
    except OverflowError:
        return None
    begin = datetime.combine(day, _MIDNIGHT, written_in)
    return day if begin == first and begin + _DAY == following else None
