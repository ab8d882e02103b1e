"""A row of an answer as texts and whole numbers: what its columns hold."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from .columns import UNKNOWN, amount, millionths
from .insights import SUMS, InsightRow, Metric

FIGURES: Sequence[Metric] = (*SUMS, "reach")
"""The columns of figures."""
TEXTS = ("campaign_id", "campaign_name", "ad_group_id", "ad_group_name", "ad_id", "ad_name", "segment")
"""The columns of texts: the numbers of these in the pool."""
IDS = tuple(TEXTS.index(name) for name in ("campaign_id", "ad_group_id", "ad_id", "segment"))
"""The columns of texts that make a row's key, together with its day."""

PLACES: Mapping[Metric, int] = {name: place for place, name in enumerate(FIGURES)}
"""Which column of figures each is."""

_AMOUNTS = frozenset({"spend", "conversions", "conversion_value"})
QUOTIENTS: Mapping[Metric, tuple[Metric, Metric, int]] = {
    "ctr": ("clicks", "impressions", 100),
    "cpc": ("spend", "clicks", 1),
    "cpm": ("spend", "impressions", 1000),
    "cost_per_conversion": ("spend", "conversions", 1),
    "conversion_rate": ("conversions", "clicks", 100),
    "roas": ("conversion_value", "spend", 1),
    "frequency": ("impressions", "reach", 1),
}
"""Which part of which whole the others are, and for how many of it."""


def texts_of(row: InsightRow) -> tuple[str, ...]:
    """In the order of `TEXTS`."""
    above = (row.campaign_id, row.campaign_name, row.ad_group_id, row.ad_group_name)
    return (*above, row.ad_id, row.ad_name, row.segment)


def figures_of(row: InsightRow) -> Iterator[int]:
    """In the order of `FIGURES`."""
    told = row.metrics
    yield UNKNOWN if told.spend is None else millionths(told.spend)
    yield UNKNOWN if told.impressions is None else told.impressions
    yield UNKNOWN if told.clicks is None else told.clicks
    yield UNKNOWN if told.link_clicks is None else told.link_clicks
    yield UNKNOWN if told.conversions is None else millionths(told.conversions)
    yield UNKNOWN if told.conversion_value is None else millionths(told.conversion_value)
    yield UNKNOWN if told.video_views is None else told.video_views
    yield UNKNOWN if row.reach is None else row.reach


def said(name: Metric, figure: int) -> Decimal | int | None:
    """What a figure in the column called `name` says."""
    if figure == UNKNOWN:
        return None
    return amount(figure) if name in _AMOUNTS else figure
