"""A campaign in TikTok's words, field by field (TikTok API for Business docs, v1.3, "Get campaigns")."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from ..world import Campaign, amount
from .cast import LEGACY_CAMPAIGN
from .statuses import secondary_status

ABSENT: Final = object()
"""What a field is worth that this campaign does not even have as null."""

# A budget is a JSON float with TikTok, in every currency; adding this keeps the amount and shows the point.
_FLOAT = Decimal("0.0")
_OBJECTIVES = {
    "awareness": "REACH",
    "traffic": "TRAFFIC",
    "leads": "LEAD_GENERATION",
    "app": "APP_PROMOTION",
    "purchases": "WEB_CONVERSIONS",
}


def objective_type(campaign: Campaign) -> str:
    """What the campaign is for. Engagement is two objectives with TikTok; campaigns from 2023 keep old words."""
    if campaign.name == LEGACY_CAMPAIGN:
        return "CONVERSIONS"
    if campaign.goal == "engagement":
        return "VIDEO_VIEWS" if int(campaign.id) % 2 else "ENGAGEMENT"
    return _OBJECTIVES[campaign.goal]


def budget(campaign: Campaign) -> Decimal:
    """The campaign's own budget, in units of its currency; 0 where the money is set further down."""
    return amount(campaign.daily or campaign.lifetime, campaign.account.currency) + _FLOAT


def _budget_mode(campaign: Campaign) -> str:
    if campaign.daily:
        return "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" if int(campaign.id) % 4 == 0 else "BUDGET_MODE_DAY"
    return "BUDGET_MODE_TOTAL" if campaign.lifetime else "BUDGET_MODE_INFINITE"


def _budget_optimize_on(campaign: Campaign) -> object:
    """Returned only where it is on; a dynamic daily budget cannot be without it."""
    return True if _budget_mode(campaign) == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" else ABSENT


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


FIELDS: Final[Mapping[str, Callable[[Campaign], object]]] = {
    "advertiser_id": lambda campaign: campaign.account.id,
    "campaign_id": lambda campaign: campaign.id,
    "campaign_name": lambda campaign: campaign.name,
    "campaign_type": lambda _: "REGULAR_CAMPAIGN",
    "objective": lambda campaign: "APP" if campaign.goal == "app" else "LANDING_PAGE",
    "objective_type": objective_type,
    "virtual_objective_type": lambda _: None,
    "sales_destination": lambda _: None,
    "app_promotion_type": lambda campaign: "APP_INSTALL" if campaign.goal == "app" else None,
    "app_id": lambda campaign: "7200000000000000001" if campaign.goal == "app" else None,
    "budget": budget,
    "budget_mode": _budget_mode,
    "budget_optimize_on": _budget_optimize_on,
    "bid_type": lambda _: None,
    "deep_bid_type": lambda _: None,
    "roas_bid": lambda _: 0,
    "optimization_goal": lambda _: None,
    "special_industries": lambda _: [],
    "rf_campaign_type": lambda _: "STANDARD",
    "campaign_product_source": lambda _: None,
    "catalog_enabled": lambda _: False,
    "is_search_campaign": lambda _: False,
    "campaign_automation_type": lambda _: "MANUAL",
    "is_smart_performance_campaign": lambda _: False,
    "is_new_structure": lambda _: True,
    "operation_status": lambda campaign: "ENABLE" if campaign.switch == "on" else "DISABLE",
    "secondary_status": secondary_status,
    "postback_window_mode": lambda _: None,
    "po_number": lambda _: None,
    "rta_id": lambda _: None,
    "rta_bid_enabled": lambda _: False,
    "rta_product_selection_enabled": lambda _: False,
    "disable_skan_campaign": lambda _: None,
    "is_advanced_dedicated_campaign": lambda _: False,
    "bid_align_type": lambda _: None,
    "campaign_app_profile_page_state": lambda _: None,
    "create_time": lambda campaign: _moment(campaign.created),
    "modify_time": lambda campaign: _moment(campaign.modified),
}
