"""Days that differ from a campaign's own history, by a rule that a few odd days before cannot bend.

A day is odd where its value lies further from the median of the days before than five times their usual distance
from it (the median absolute deviation, times 1.4826, which makes it a standard deviation where days are normally
distributed), and by more than three tenths of the median.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Literal

import msgspec

from ..ads.insights import InsightRow

HISTORY_DAYS = 28
_LEAST_DAYS = 14
_FAR = 5
_NORMAL = Decimal("1.4826")
_MUCH = Decimal("0.3")
Watched = Literal["spend", "cpm", "ctr"]
WATCHED: Sequence[Watched] = ("spend", "cpm", "ctr")


class Oddity(msgspec.Struct, frozen=True):
    """On `day`, `metric` of a campaign was not the `usual` of the `days` days before."""

    campaign_id: str
    campaign_name: str
    day: date
    metric: Watched
    value: Decimal
    usual: Decimal
    days: int

    @property
    def times(self) -> Decimal:
        """How many times the usual it was."""
        return self.value / self.usual


def oddities(rows: Sequence[InsightRow], day: date) -> Sequence[Oddity]:
    """What was odd on `day`, of campaigns whose days up to and with it are `rows`; days without a row had nothing."""
    campaigns: dict[str, list[InsightRow]] = {}
    for row in rows:
        campaigns.setdefault(row.campaign_id, []).append(row)
    found = [_odd(of_campaign, day, metric) for of_campaign in campaigns.values() for metric in WATCHED]
    return [one for one in found if one is not None]


def _odd(rows: Sequence[InsightRow], day: date, metric: Watched) -> Oddity | None:
    values: Mapping[date | None, Decimal | None] = {row.day: getattr(row.metrics, metric) for row in rows}
    before = _history(values, min(row.day for row in rows if row.day is not None), day, zeros=metric == "spend")
    value = values.get(day, Decimal(0) if metric == "spend" else None)
    if value is None or len(before) < _LEAST_DAYS:
        return None
    usual = median(before)
    spread = median(abs(one - usual) for one in before) * _NORMAL
    if not usual or abs(value - usual) <= max(_FAR * spread, _MUCH * usual):
        return None
    return Oddity(rows[-1].campaign_id, rows[-1].campaign_name, day, metric, value, usual, len(before))


def _history(values: Mapping[date | None, Decimal | None], first: date, day: date, *, zeros: bool) -> list[Decimal]:
    """The values of the days before `day`, from the `first` that delivered on; a day without spend is a zero."""
    begins = max(first, day - timedelta(days=HISTORY_DAYS))
    days = [begins + timedelta(days=number) for number in range((day - begins).days)]
    told = (values.get(one, Decimal(0) if zeros else None) for one in days)
    return [one for one in told if one is not None]
