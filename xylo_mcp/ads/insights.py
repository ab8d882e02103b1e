"""What advertising achieved, as sums that may be added up, and the ratios that follow from them."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

import msgspec

Level = Literal["account", "campaign", "ad_group", "ad"]
Granularity = Literal["total", "day"]
Breakdown = Literal["country", "device", "publisher_platform", "placement", "age", "gender"]
Sum = Literal["spend", "impressions", "clicks", "link_clicks", "conversions", "conversion_value", "video_views"]
Ratio = Literal["ctr", "cpc", "cpm", "cost_per_conversion", "conversion_rate", "roas"]
People = Literal["reach", "frequency"]
Metric = Literal[Sum, Ratio, People]
SUMS: tuple[Sum, ...] = get_args(Sum)
"""The metrics that may be added up: the fields of `Metrics`."""
RATIOS: tuple[Ratio, ...] = get_args(Ratio)
"""The metrics that follow from the sums."""
PEOPLE: tuple[People, ...] = get_args(People)
"""The metrics that count people: of one object and one time, never added up."""


class Metrics(msgspec.Struct, frozen=True, gc=False):
    """Sums over some days of one object. None is "the platform did not say", never zero.

    Attributes:
        spend: in the account's currency, major unit.
        impressions, clicks: as the platform counts them (Meta: all clicks; TikTok: to the destination).
        conversions: as the platform's `counted` definition says, to a millionth; Google's may be fractional.
        link_clicks: those that lead away from the platform's own pages.
        conversion_value: what the counted conversions were worth, like spend, to a millionth.
        video_views: as the platform counts them; from how many seconds on differs.
    """

    spend: Decimal | None = Decimal(0)
    impressions: int | None = 0
    clicks: int | None = 0
    conversions: Decimal | None = Decimal(0)
    link_clicks: int | None = 0
    conversion_value: Decimal | None = Decimal(0)
    video_views: int | None = 0

    @property
    def ctr(self) -> Decimal | None:
        """Clicks per hundred impressions."""
        return ratio(self.clicks, self.impressions, 100)

    @property
    def cpc(self) -> Decimal | None:
        """Spend per click."""
        return ratio(self.spend, self.clicks)

    @property
    def cpm(self) -> Decimal | None:
        """Spend per thousand impressions."""
        return ratio(self.spend, self.impressions, 1000)

    @property
    def cost_per_conversion(self) -> Decimal | None:
        """Spend per conversion."""
        return ratio(self.spend, self.conversions)

    @property
    def conversion_rate(self) -> Decimal | None:
        """Conversions per hundred clicks."""
        return ratio(self.conversions, self.clicks, 100)

    @property
    def roas(self) -> Decimal | None:
        """Conversion value per spend."""
        return ratio(self.conversion_value, self.spend)


class InsightsQuery(msgspec.Struct, frozen=True):
    """A question to one account.

    Attributes:
        level: one row for the account, or one a campaign, ad group or ad.
        since, until: first and last day, both included, in the account's own time zone.
        granularity: `total` (one row for the whole time) or `day`.
        campaign_ids: only what belongs to these campaigns; empty means all, archived ones included.
        breakdown: one row for each value of this dimension, too.
        reach: whether to ask how many people were reached, which is kept apart since it costs more.
        events: which of the platform's `events` to count as conversions; empty: what it counts by default.
    """

    level: Level
    since: date
    until: date
    granularity: Granularity = "total"
    campaign_ids: frozenset[str] = frozenset()
    breakdown: Breakdown | None = None
    reach: bool = False
    events: tuple[str, ...] = ()


class InsightRow(msgspec.Struct, frozen=True, gc=False):
    """What one object achieved over the question's time, or on one `day` of it.

    Objects and days without delivery may be missing or be rows of zeros; both mean nothing happened.

    Attributes:
        campaign_id, ad_group_id, ad_id: of the object and those it belongs to; empty above the question's level.
        segment: the value of the breakdown, in small letters where it is a word; empty without one, "unknown" where
            the platform does not know.
        reach: how many people; None where it was not asked for, or the platform does not say.
    """

    metrics: Metrics
    campaign_id: str = ""
    campaign_name: str = ""
    day: date | None = None
    ad_group_id: str = ""
    ad_group_name: str = ""
    ad_id: str = ""
    ad_name: str = ""
    segment: str = ""
    reach: int | None = None

    @property
    def key(self) -> tuple[str, str, str, str, date | None]:
        """What no other row of the same answer shares."""
        return (self.campaign_id, self.ad_group_id, self.ad_id, self.segment, self.day)

    @property
    def frequency(self) -> Decimal | None:
        """How often each person saw it."""
        return ratio(self.metrics.impressions, self.reach)


class Batch(msgspec.Struct, frozen=True):
    """Some rows of an answer; none while the platform still makes a report, of which this `percent` is done."""

    rows: Sequence[InsightRow] = ()
    percent: int | None = None


async def every_row(batches: AsyncIterator[Batch]) -> Sequence[InsightRow]:
    """The rows of all `batches`."""
    return [row async for batch in batches for row in batch.rows]


def total(parts: Iterable[Metrics]) -> Metrics:
    """The sum of `parts`; a sum with an unknown part is unknown."""
    spend, impressions, clicks, conversions = Decimal(0), 0, 0, Decimal(0)
    link_clicks, conversion_value, video_views = 0, Decimal(0), 0
    unknown: set[str] = set()
    for part in parts:
        if None in (part.spend, part.impressions, part.clicks, part.conversions) or None in (
            part.link_clicks,
            part.conversion_value,
            part.video_views,
        ):
            unknown.update(name for name in SUMS if getattr(part, name) is None)
        spend += part.spend or 0
        impressions += part.impressions or 0
        clicks += part.clicks or 0
        conversions += part.conversions or 0
        link_clicks += part.link_clicks or 0
        conversion_value += part.conversion_value or 0
        video_views += part.video_views or 0
    whole = Metrics(spend, impressions, clicks, conversions, link_clicks, conversion_value, video_views)
    return msgspec.structs.replace(whole, **dict.fromkeys(unknown, None))


def merged(rows: Iterable[InsightRow]) -> Sequence[InsightRow]:
    """One row for each object, segment and day: the parts of a question that was asked in pieces, joined.

    How many people were reached is lost where there is more than one part: it cannot be added up.
    """
    by_key: dict[tuple[str, str, str, str, date | None], list[InsightRow]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return [group[0] if len(group) == 1 else _joined(group) for group in by_key.values()]


def _joined(group: Sequence[InsightRow]) -> InsightRow:
    return msgspec.structs.replace(group[-1], metrics=total(row.metrics for row in group), reach=None)


def ratio(part: Decimal | int | None, whole: Decimal | int | None, scale: int = 1) -> Decimal | None:
    """`part` for each `scale` of `whole`; None where one is unknown, or there is nothing to divide by."""
    if part is None or not whole:
        return None
    return Decimal(part) * scale / Decimal(whole)
