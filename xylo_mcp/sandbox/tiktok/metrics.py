"""What TikTok counts, and how it writes numbers (TikTok API for Business docs, v1.3, "Basic reports")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ..world import AccountPlan, Campaign, Facts, amount, summed
from .campaign_fields import budget
from .objectives import objective_type

NO_DATA: Final = "-"
_CENT = Decimal("0.01")

# Attribute metrics show words as people read them in TikTok Ads Manager.
_OBJECTIVE_TITLES = {
    "REACH": "Reach",
    "TRAFFIC": "Traffic",
    "VIDEO_VIEWS": "Video views",
    "ENGAGEMENT": "Community interaction",
    "LEAD_GENERATION": "Lead generation",
    "APP_PROMOTION": "App promotion",
    "WEB_CONVERSIONS": "Website conversions",
    "PRODUCT_SALES": "Product sales",
    "CONVERSIONS": "Conversions",
}

Part = tuple[Campaign, Facts]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum that one row shows.

    Attributes:
        spend, value: in units of the currency.
        payments: conversions of campaigns that are for purchases.
    """

    spend: Decimal
    value: Decimal
    impressions: int
    clicks: int
    reach: int
    conversions: int
    payments: int
    video_plays: int


def tally(parts: Sequence[Part], currency: str) -> Tally:
    """What `parts` come to. One part is what it is; several share some of the people they reached."""
    facts = parts[0][1] if len(parts) == 1 else summed(facts for _, facts in parts)
    payments = sum(facts.conversions for campaign, facts in parts if campaign.goal == "purchases")
    return Tally(
        spend=amount(facts.spend, currency),
        value=amount(facts.value, currency),
        impressions=facts.impressions,
        clicks=facts.clicks,
        reach=facts.reach,
        conversions=facts.conversions // 100,
        payments=payments // 100,
        video_plays=facts.video_plays,
    )


COUNTS: Final[Mapping[str, Callable[[Tally], int]]] = {
    "impressions": lambda of: of.impressions,
    "clicks": lambda of: of.clicks,
    "reach": lambda of: of.reach,
    "conversion": lambda of: of.conversions,
    "complete_payment": lambda of: of.payments,
    "video_play_actions": lambda of: of.video_plays,
}
"""Whole numbers."""

AMOUNTS: Final[Mapping[str, Callable[[Tally], Decimal]]] = {
    "spend": lambda of: of.spend,
    "ctr": lambda of: _ratio(of.clicks * 100, of.impressions),
    "cpc": lambda of: _ratio(of.spend, of.clicks),
    "cpm": lambda of: _ratio(of.spend * 1000, of.impressions),
    "frequency": lambda of: _ratio(of.impressions, of.reach),
    "cost_per_conversion": lambda of: _ratio(of.spend, of.conversions),
    # Of impressions, since the end of October 2023; of clicks before.
    "conversion_rate": lambda of: _ratio(of.conversions * 100, of.impressions),
    # Despite its name, the value of all payments.
    "total_complete_payment_rate": lambda of: of.value,
}
"""Money, percentages and ratios, with two decimals in every currency."""

NUMBERS: Final = COUNTS.keys() | AMOUNTS.keys()
"""The metrics that rows may be ordered by."""

ACCOUNT_WORDS: Final[Mapping[str, Callable[[AccountPlan], str]]] = {"currency": lambda account: account.currency}
"""What a row says of its advertiser."""

CAMPAIGN_WORDS: Final[Mapping[str, Callable[[Campaign], str]]] = {
    "campaign_name": lambda campaign: campaign.name,
    "objective_type": lambda campaign: _OBJECTIVE_TITLES[objective_type(campaign)],
    "budget": lambda campaign: _decimals(budget(campaign)) if budget(campaign) else NO_DATA,
}
"""What a row says of its campaign."""


def number(metric: str, of: Tally) -> Decimal:
    """A metric's worth, unrounded."""
    return Decimal(COUNTS[metric](of)) if metric in COUNTS else AMOUNTS[metric](of)


def number_text(metric: str, of: Tally) -> str:
    """A metric's worth as TikTok writes it: all numbers of a report are strings."""
    return str(COUNTS[metric](of)) if metric in COUNTS else _decimals(AMOUNTS[metric](of))


def _decimals(value: Decimal) -> str:
    return str(value.quantize(_CENT, ROUND_HALF_UP))


def _ratio(part: Decimal | int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)
