"""A campaign in TikTok's words, field by field (TikTok API for Business docs, v1.3, "Get campaigns")."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import msgspec

from ..world import Campaign, amount
from .objectives import objective_type
from .statuses import secondary_status

ABSENT: Final = object()
"""What a field is worth that this campaign does not even have as null."""

# A budget is a JSON float with TikTok, in every currency; adding this keeps the amount and shows the point.
_FLOAT = Decimal("0.0")
_Field = Callable[[Campaign], object]


def budget(campaign: Campaign) -> Decimal:
    """The campaign's own budget, in units of its currency; 0 where the money is set further down."""
    return amount(campaign.daily or campaign.lifetime, campaign.account.currency) + _FLOAT


def budget_mode(campaign: Campaign) -> str:
    """What the budget is for: as it was created here, else told from the kind of the world's budget."""
    if "budget_mode" in campaign.details:
        return campaign.details["budget_mode"]
    if campaign.daily:
        return "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" if int(campaign.id) % 4 == 0 else "BUDGET_MODE_DAY"
    return "BUDGET_MODE_TOTAL" if campaign.lifetime else "BUDGET_MODE_INFINITE"


def _budget_optimize_on(campaign: Campaign) -> object:
    """Returned only where it is on, as in all campaigns of old that have a budget: their ad groups have none."""
    of_old = budget_mode(campaign) != "BUDGET_MODE_INFINITE"
    on = campaign.details["budget_optimize_on"] == "true" if "budget_optimize_on" in campaign.details else of_old
    return True if on else ABSENT


def _kept(name: str, default: str | None = None) -> _Field:
    """A word that a request brought, else `default`."""
    return lambda campaign: campaign.details.get(name, default)


def _read(name: str, default: object) -> _Field:
    """Likewise what is no word: it is kept as JSON."""

    def read(campaign: Campaign) -> object:
        text = campaign.details.get(name)
        return default if text is None else msgspec.json.decode(text, type=object)

    return read


def _of_an_app(name: str, default: str) -> _Field:
    """Likewise, with a default only in app campaigns of old."""
    return lambda campaign: campaign.details.get(
        name, default if campaign.goal == "app" and "objective_type" not in campaign.details else None
    )


def moment(at: datetime) -> str:
    """A moment as TikTok writes it, which is in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


FIELDS: Final[Mapping[str, _Field]] = {
    "advertiser_id": lambda campaign: campaign.account.id,
    "campaign_id": lambda campaign: campaign.id,
    "campaign_name": lambda campaign: campaign.name,
    "campaign_type": _kept("campaign_type", "REGULAR_CAMPAIGN"),
    "objective": lambda campaign: "APP" if campaign.goal == "app" else "LANDING_PAGE",
    "objective_type": objective_type,
    "virtual_objective_type": _kept("virtual_objective_type"),
    "sales_destination": _kept("sales_destination"),
    "app_promotion_type": _of_an_app("app_promotion_type", "APP_INSTALL"),
    "app_id": _of_an_app("app_id", "7200000000000000001"),
    "budget": budget,
    "budget_mode": budget_mode,
    "budget_optimize_on": _budget_optimize_on,
    "bid_type": _kept("bid_type"),
    "deep_bid_type": _kept("deep_bid_type"),
    "roas_bid": _read("roas_bid", 0),
    "optimization_goal": _kept("optimization_goal"),
    "special_industries": _read("special_industries", []),
    "rf_campaign_type": _kept("rf_campaign_type", "STANDARD"),
    "campaign_product_source": _kept("campaign_product_source"),
    "catalog_enabled": _read("catalog_enabled", default=False),
    "is_search_campaign": _read("is_search_campaign", default=False),
    "campaign_automation_type": lambda _: "MANUAL",
    "is_smart_performance_campaign": lambda _: False,
    "is_new_structure": lambda _: True,
    "operation_status": lambda campaign: "ENABLE" if campaign.switch == "on" else "DISABLE",
    "secondary_status": secondary_status,
    "postback_window_mode": _kept("postback_window_mode"),
    "po_number": _kept("po_number"),
    "rta_id": _kept("rta_id"),
    "rta_bid_enabled": _read("rta_bid_enabled", default=False),
    "rta_product_selection_enabled": _read("rta_product_selection_enabled", default=False),
    "disable_skan_campaign": _read("disable_skan_campaign", None),
    "is_advanced_dedicated_campaign": _read("is_advanced_dedicated_campaign", default=False),
    "bid_align_type": lambda _: None,
    "campaign_app_profile_page_state": _kept("campaign_app_profile_page_state"),
    "create_time": lambda campaign: moment(campaign.created),
    "modify_time": lambda campaign: moment(campaign.modified),
}


def entity(campaign: Campaign, names: Iterable[str] = FIELDS, *, nulls: bool = True) -> Mapping[str, object]:
    """The campaign by some of its fields, or all; without `nulls`, only those that are not null."""
    values = {name: FIELDS[name](campaign) for name in names}
    return {name: value for name, value in values.items() if value is not ABSENT and (nulls or value is not None)}
