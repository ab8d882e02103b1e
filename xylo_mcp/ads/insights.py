"""What advertising achieved, as sums that may be added up, and the ratios that follow from them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Level = Literal["account", "campaign"]
Granularity = Literal["total", "day"]


class Metrics(msgspec.Struct, frozen=True):
    """Sums over some days of one object. None is "the platform did not say", never zero.

    Attributes:
        spend: in the account's currency, major unit.
        impressions, clicks: as the platform counts them (Meta: all clicks; TikTok: to the destination).
        conversions: as the platform's `counted` definition says; Google's may be fractional.
    """

    spend: Decimal | None = Decimal(0)
    impressions: int | None = 0
    clicks: int | None = 0
    conversions: Decimal | None = Decimal(0)

    @property
    def ctr(self) -> Decimal | None:
        """Clicks per hundred impressions."""
        return _ratio(self.clicks, self.impressions, 100)

    @property
    def cpc(self) -> Decimal | None:
        """Spend per click."""
        return _ratio(self.spend, self.clicks)

    @property
    def cpm(self) -> Decimal | None:
        """Spend per thousand impressions."""
        return _ratio(self.spend, self.impressions, 1000)

    @property
    def cost_per_conversion(self) -> Decimal | None:
        """Spend per conversion."""
        return _ratio(self.spend, self.conversions)


class InsightsQuery(msgspec.Struct, frozen=True):
    """A question to one account.

    Attributes:
        level: one row for the account, or one a campaign.
        since, until: first and last day, both included, in the account's own time zone.
        granularity: `total` (one row for the whole time) or `day`.
        campaign_ids: only these campaigns; empty means all, archived ones included.
    """

    level: Level
    since: date
    until: date
    granularity: Granularity = "total"
    campaign_ids: frozenset[str] = frozenset()


class InsightRow(msgspec.Struct, frozen=True):
    """What one object achieved over the question's time, or on one `day` of it.

    Objects and days without delivery may be missing or be rows of zeros; both mean nothing happened.
    `campaign_id` and `campaign_name` are empty at account level.
    """

    metrics: Metrics
    campaign_id: str = ""
    campaign_name: str = ""
    day: date | None = None


def total(parts: Iterable[Metrics]) -> Metrics:
    """The sum of `parts`; a sum with an unknown part is unknown."""
    spend, impressions, clicks, conversions = Decimal(0), 0, 0, Decimal(0)
    unknown: set[str] = set()
    for part in parts:
        if part.spend is None or part.impressions is None or part.clicks is None or part.conversions is None:
            unknown.update(name for name in part.__struct_fields__ if getattr(part, name) is None)
        spend += part.spend or 0
        impressions += part.impressions or 0
        clicks += part.clicks or 0
        conversions += part.conversions or 0
    return Metrics(
        spend=None if "spend" in unknown else spend,
        impressions=None if "impressions" in unknown else impressions,
        clicks=None if "clicks" in unknown else clicks,
        conversions=None if "conversions" in unknown else conversions,
    )


def merged(rows: Iterable[InsightRow]) -> Sequence[InsightRow]:
    """One row for each campaign and day: the parts of a question that was asked in pieces, joined."""
    by_object: dict[tuple[str, date | None], list[InsightRow]] = {}
    for row in rows:
        by_object.setdefault((row.campaign_id, row.day), []).append(row)
    return [
        group[0] if len(group) == 1 else msgspec.structs.replace(group[-1], metrics=total(row.metrics for row in group))
        for group in by_object.values()
    ]


def _ratio(part: Decimal | int | None, whole: Decimal | int | None, scale: int = 1) -> Decimal | None:
    if part is None or not whole:
        return None
    return Decimal(part) * scale / Decimal(whole)
