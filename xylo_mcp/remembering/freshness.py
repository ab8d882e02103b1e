"""Which days need not be asked again: those that were settled when they were read, and those read a moment ago."""

from datetime import date, datetime, timedelta

import msgspec

from ..ads.dates import local_day

_MOMENT = timedelta(minutes=15)


class Freshness(msgspec.Struct, frozen=True):
    """How fresh an answer must be that is `asked` for now.

    Attributes:
        asked: the present moment.
        time_zone: of the account.
        settling_days: for so many days after a day, its conversions may still grow.
        max_age: how old the caller lets anything be, settled or not; None leaves it to the rules.
    """

    asked: datetime
    time_zone: str
    settling_days: int
    max_age: timedelta | None

    def holds(self, day: date, read_at: datetime) -> bool:
        """Whether what was read of `day`, or of days up to it, is still good enough."""
        if self.max_age is not None:
            return read_at >= self.asked - self.max_age
        return self.settled(day, read_at) or read_at >= self.asked - _MOMENT

    def settled(self, day: date, read_at: datetime) -> bool:
        """Whether `day` no longer moved when it was read."""
        return (local_day(read_at, self.time_zone) - day).days >= self.settling_days
