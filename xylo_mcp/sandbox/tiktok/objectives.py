"""What campaigns are for, in TikTok's words (TikTok API for Business docs, v1.3, "Objectives")."""

from collections.abc import Mapping
from typing import Final, Literal

from ..world import Campaign, Goal
from .cast import CAST

Objective = Literal[
    "REACH",
    "TRAFFIC",
    "VIDEO_VIEWS",
    "LEAD_GENERATION",
    "ENGAGEMENT",
    "APP_PROMOTION",
    "WEB_CONVERSIONS",
    "PRODUCT_SALES",
    "RF_REACH",
]
"""What a campaign may be created for."""

AnyObjective = Literal[Objective, "CONVERSIONS", "APP_INSTALL", "CATALOG_SALES"]
"""Likewise, with what only campaigns from before 2023-10-27 are for."""

Buying = Literal["AUCTION", "RESERVATION_RF", "RESERVATION_TOP_VIEW"]

GOALS: Final[Mapping[Objective, Goal]] = {
    "REACH": "awareness",
    "TRAFFIC": "traffic",
    "VIDEO_VIEWS": "engagement",
    "LEAD_GENERATION": "leads",
    "ENGAGEMENT": "engagement",
    "APP_PROMOTION": "app",
    "WEB_CONVERSIONS": "purchases",
    "PRODUCT_SALES": "purchases",
    "RF_REACH": "awareness",
}
"""What an objective is in the world's words."""

_OF_GOAL: Mapping[Goal, Objective] = {
    "awareness": "REACH",
    "traffic": "TRAFFIC",
    "leads": "LEAD_GENERATION",
    "app": "APP_PROMOTION",
    "purchases": "WEB_CONVERSIONS",
}
# A filter by either word finds both: CONVERSIONS became WEB_CONVERSIONS on 2023-10-27, and older
# campaigns kept the old word.
_WEB_CONVERSIONS: frozenset[AnyObjective] = frozenset({"WEB_CONVERSIONS", "CONVERSIONS"})
_LEGACY = str(CAST.first_campaign)


def objective_type(campaign: Campaign) -> str:
    """What the campaign is for: as it was created here, else told from the world's goal.

    Engagement is two objectives with TikTok; a campaign from 2023 keeps its old word.
    """
    if "objective_type" in campaign.details:
        return campaign.details["objective_type"]
    if campaign.id == _LEGACY:
        return "CONVERSIONS"
    if campaign.goal == "engagement":
        return "VIDEO_VIEWS" if int(campaign.id) % 2 else "ENGAGEMENT"
    return _OF_GOAL[campaign.goal]


def is_for(campaign: Campaign, objective: AnyObjective | None) -> bool:
    """Whether a filter by `objective`, None being no filter, finds the campaign."""
    found = _WEB_CONVERSIONS if objective in _WEB_CONVERSIONS else {objective}
    return objective is None or objective_type(campaign) in found


def buying_type(campaign: Campaign) -> Buying:
    """How the campaign's impressions are bought."""
    return "RESERVATION_RF" if objective_type(campaign) == "RF_REACH" else "AUCTION"
