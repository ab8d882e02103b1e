"""What campaigns deliver day by day: computed from the seed, never stored."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from .cast import Campaign, Goal, dollar
from .chance import Draw

_DAY = timedelta(days=1)
# How much of a day's conversions are known so many days later; all of them after a week.
_KNOWN_PERCENT = (55, 75, 84, 90, 94, 97, 99)


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What one campaign delivered on one day, as far as it is known now.

    `spend` and `value` are whole minor units (cents; yen), `conversions` are hundredths.
    """

    impressions: int = 0
    clicks: int = 0
    spend: int = 0
    conversions: int = 0
    value: int = 0
    reach: int = 0
    link_clicks: int = 0
    video_plays: int = 0

    @property
    def nothing(self) -> bool:
        """Whether there was no delivery at all."""
        return not (self.impressions or self.clicks or self.spend or self.conversions)


def summed(parts: Iterable[Facts]) -> Facts:
    """The sum of `parts`; people reached on several days are counted once in about three times."""
    columns, days = [0] * 8, 0
    for part in parts:
        days += 1
        columns[0] += part.impressions
        columns[1] += part.clicks
        columns[2] += part.spend
        columns[3] += part.conversions
        columns[4] += part.value
        columns[5] += part.reach
        columns[6] += part.link_clicks
        columns[7] += part.video_plays
    if days > 1:
        columns[5] = columns[5] * 3 // 5
    return Facts(*columns)


def delivers(campaign: Campaign, day: date) -> bool:
    """Whether `day` lies in the time `campaign` runs."""
    if campaign.state in {"in_review", "rejected"} or day < campaign.first_day:
        return False
    return campaign.last_day is None or day <= campaign.last_day


def day_of(seed: int, campaign: Campaign, day: date) -> Facts:
    """A whole day: weekends are quieter, one day in twelve brings nothing, budgets are overspent by up to a quarter."""
    return _drawn(seed, campaign.id, day, campaign.appetite_on(day), dollar(campaign.account.currency), campaign.goal)


@lru_cache(maxsize=16_384)  # most questions are about days that were asked about before
def _drawn(seed: int, campaign_id: str, day: date, appetite: int, unit: int, goal: Goal) -> Facts:
    draw = Draw(f"{seed}/{campaign_id}/{day.toordinal()}")
    if draw.below(12) == 0 or not appetite:
        return Facts()
    effort = draw.between(4500, 12_400) - (1200 if day.weekday() >= 5 else 0)
    spend = appetite * effort // 10_000
    impressions = spend * 100_000 // (draw.between(350, 1400) * unit)
    clicks = impressions * draw.between(40, 320) // 10_000
    rate = {"purchases": 420, "leads": 700, "app": 900}.get(goal, 0)
    conversions = clicks * rate * draw.between(60, 140) // 10_000
    basket = draw.between(1800, 9400) * unit // 100
    return Facts(
        impressions=impressions,
        clicks=clicks,
        spend=spend,
        conversions=conversions,
        value=conversions * basket // 100 if goal == "purchases" else 0,
        reach=impressions * draw.between(55, 90) // 100,
        link_clicks=clicks * draw.between(60, 95) // 100,
        video_plays=impressions * draw.between(10, 60) // 100,
    )


def so_far(whole: Facts, now: datetime, time_zone: str) -> Facts:
    """The part of a whole day that lies before the present hour, where days may have 23 or 25 hours."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    begin = datetime.combine(local.date(), time(), zone).astimezone(UTC)
    end = datetime.combine(local.date() + _DAY, time(), zone).astimezone(UTC)
    hours, gone = (end - begin) // timedelta(hours=1), (now.astimezone(UTC) - begin) // timedelta(hours=1)
    return Facts(
        impressions=whole.impressions * gone // hours,
        clicks=whole.clicks * gone // hours,
        spend=whole.spend * gone // hours,
        conversions=whole.conversions * gone // hours,
        value=whole.value * gone // hours,
        reach=whole.reach * gone // hours,
        link_clicks=whole.link_clicks * gone // hours,
        video_plays=whole.video_plays * gone // hours,
    )


def known(facts: Facts, age: int, *, fractional: bool) -> Facts:
    """Conversions are booked on the day of the click and become known later."""
    percent = _KNOWN_PERCENT[age] if age < len(_KNOWN_PERCENT) else 100
    conversions = facts.conversions * percent // 100
    if not fractional:
        conversions -= conversions % 100
    if conversions == facts.conversions:
        return facts
    value = facts.value * conversions // facts.conversions
    return msgspec.structs.replace(facts, conversions=conversions, value=value)
