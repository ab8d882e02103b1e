"""Meta's moments as days of an account."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ...ads.accounts import Account

_MOMENT = timedelta(seconds=1)
_DAY = timedelta(days=1)
_NEVER = "1970-01-01"  # how Meta writes an end that was set to 0


def moment(text: str) -> datetime:
    """The moment that `text` names.

    Raises:
        ValueError: it names none, or none in any zone.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def first_day(start_time: str | None, account: Account) -> date | None:
    """The day on which something that starts then may first deliver."""
    return _local_day(moment(start_time), account.time_zone) if start_time else None


def last_day(stop_time: str | None, account: Account) -> date | None:
    """The last day on which something that stops then may deliver; 0 and nothing: it goes on."""
    if not stop_time or stop_time.startswith(_NEVER):
        return None
    return _local_day(moment(stop_time) - _MOMENT, account.time_zone)


def is_over(stop_time: str | None, now: datetime) -> bool:
    """Whether something has stopped by `now`."""
    return bool(stop_time) and moment(stop_time or "") <= now


def _local_day(when: datetime, time_zone: str) -> date:
    """The day in the zone. Meta writes moments in the account's own, so that it is mostly the day as it is written."""
    day = when.date()
    return day if when.utcoffset() == _offset(day, time_zone) else when.astimezone(ZoneInfo(time_zone)).date()


@lru_cache(4096)
def _offset(day: date, time_zone: str) -> timedelta | None:
    """How far from UTC the whole `day` is in the zone; None where that changes on the day."""
    zone = ZoneInfo(time_zone)
    begin, end = (datetime.combine(one, time(), zone) for one in (day, day + _DAY))
    same = begin.utcoffset() == end.utcoffset() and end.astimezone(UTC) - begin.astimezone(UTC) == _DAY
    return begin.utcoffset() if same else None
