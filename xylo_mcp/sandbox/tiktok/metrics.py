"""What TikTok counts, and how it writes numbers (TikTok API for Business docs, v1.3, "Basic reports")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ..world import AccountPlan, Ad, AdGroup, Campaign, Facts, amount, summed
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

# What none of the world's campaigns is for.
_OF_NOBODY = ("total_purchase", "user_registration", "web_event_add_to_cart", "initiate_checkout")
_WITHOUT_VALUE = ("form", "user_registration", "web_event_add_to_cart", "initiate_checkout")

Part = tuple[Campaign, Facts]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum that one row shows.

    Attributes:
        spend, value: in units of the currency.
        payments, leads, installs: conversions of campaigns that are for them.
    """

    spend: Decimal
    value: Decimal
    impressions: int
    clicks: int
    reach: int
    conversions: int
    payments: int
    leads: int
    installs: int
    video_plays: int


def tally(parts: Sequence[Part], currency: str) -> Tally:
    """What `parts` come to. One part is what it is; several share some of the people they reached."""
    facts = parts[0][1] if len(parts) == 1 else summed(facts for _, facts in parts)
    of_goal = dict.fromkeys(("purchases", "leads", "app"), 0)
    for campaign, part in parts:
        if campaign.goal in of_goal:
            of_goal[campaign.goal] += part.conversions
    return Tally(
        spend=amount(facts.spend, currency),
        value=amount(facts.value, currency),
        impressions=facts.impressions,
        clicks=facts.clicks,
        reach=facts.reach,
        conversions=facts.conversions // 100,
        payments=of_goal["purchases"] // 100,
        leads=of_goal["leads"] // 100,
        installs=of_goal["app"] // 100,
        video_plays=facts.video_plays,
    )


COUNTS: Final[Mapping[str, Callable[[Tally], int]]] = {
    "impressions": lambda of: of.impressions,
    "clicks": lambda of: of.clicks,
    "reach": lambda of: of.reach,
    "conversion": lambda of: of.conversions,
    "complete_payment": lambda of: of.payments,
    "form": lambda of: of.leads,
    "app_install": lambda of: of.installs,
    **dict.fromkeys(_OF_NOBODY, lambda _: 0),
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
    **{f"total_{event}_value": lambda _: Decimal(0) for event in (*_WITHOUT_VALUE, "purchase")},
}
"""Money, percentages and ratios, with two decimals in every currency."""

NUMBERS: Final = COUNTS.keys() | AMOUNTS.keys()
"""The metrics that rows may be ordered by."""

AUDIENCE_NUMBERS: Final = frozenset(
    {
        *("spend", "impressions", "clicks", "ctr", "cpc", "cpm", "reach", "frequency", "video_play_actions"),
        *("conversion", "cost_per_conversion", "conversion_rate"),
    }
)
"""Those that audience reports have, too: no events, so no payments and no values (refused so, seen 2026-08)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about; None below its level."""

    account: AccountPlan
    campaign: Campaign | None = None
    group: AdGroup | None = None
    ad: Ad | None = None


WORDS: Final[Mapping[str, tuple[int, Callable[[Subject], str]]]] = {
    "currency": (0, lambda of: of.account.currency),
    "campaign_name": (1, lambda of: of.campaign.name if of.campaign else NO_DATA),
    "objective_type": (1, lambda of: _OBJECTIVE_TITLES[objective_type(of.campaign)] if of.campaign else NO_DATA),
    "budget": (1, lambda of: _budget(of.campaign)),
    "campaign_id": (2, lambda of: of.campaign.id if of.campaign else NO_DATA),
    "adgroup_name": (2, lambda of: of.group.name if of.group else NO_DATA),
    "adgroup_id": (3, lambda of: of.group.id if of.group else NO_DATA),
    "ad_name": (3, lambda of: of.ad.name if of.ad else NO_DATA),
}
"""What a row says of its subject and those above it, and how far below the advertiser its own level is at least."""


def number(metric: str, of: Tally) -> Decimal:
    """A metric's worth, unrounded."""
    return Decimal(COUNTS[metric](of)) if metric in COUNTS else AMOUNTS[metric](of)


def number_text(metric: str, of: Tally) -> str:
    """A metric's worth as TikTok writes it: all numbers of a report are strings."""
    return str(COUNTS[metric](of)) if metric in COUNTS else _decimals(AMOUNTS[metric](of))


def _budget(campaign: Campaign | None) -> str:
    return _decimals(budget(campaign)) if campaign and budget(campaign) else NO_DATA


def _decimals(value: Decimal) -> str:
    return str(value.quantize(_CENT, ROUND_HALF_UP))


def _ratio(part: Decimal | int, whole: int) -> Decimal:
    return Decimal(part) / whole if whole else Decimal(0)
