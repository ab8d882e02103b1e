"""Campaigns as Meta shows them (Marketing API docs, "Ad Campaign Group", 2026-09)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from ..world import Campaign, Goal, State, Switch, World
from . import labels
from .errors import no_such_field
from .money import subunits
from .times import local, start, stop, updated, written
from .wire import Json

DEFAULT = ("id",)
EDGES = frozenset({"adsets", "insights"})
HIDDEN = frozenset({"ARCHIVED", "DELETED"})
PARTS = {"adlabels": labels.FIELDS}
EFFECTIVE_STATUSES = (
    *("ACTIVE", "PAUSED", "DELETED", "PENDING_REVIEW", "DISAPPROVED", "PREAPPROVED", "PENDING_BILLING_INFO"),
    *("CAMPAIGN_PAUSED", "ARCHIVED", "ADSET_PAUSED", "IN_PROCESS", "WITH_ISSUES"),
)
SWITCHES: Mapping[str, Switch] = {"ACTIVE": "on", "PAUSED": "off", "ARCHIVED": "archived", "DELETED": "deleted"}
STATUS: Mapping[Switch, str] = {switch: word for word, switch in SWITCHES.items()}
IN_TROUBLE: Mapping[State, str] = {"in_review": "IN_PROCESS", "rejected": "WITH_ISSUES", "limited": "WITH_ISSUES"}
ODAX: Mapping[str, Goal] = {
    "OUTCOME_AWARENESS": "awareness",
    "OUTCOME_TRAFFIC": "traffic",
    "OUTCOME_ENGAGEMENT": "engagement",
    "OUTCOME_LEADS": "leads",
    "OUTCOME_APP_PROMOTION": "app",
    "OUTCOME_SALES": "purchases",
}
_ODAX: Mapping[Goal, str] = {goal: word for word, goal in ODAX.items()}
_LEGACY: dict[Goal, str] = {
    "awareness": "BRAND_AWARENESS",
    "traffic": "LINK_CLICKS",
    "engagement": "POST_ENGAGEMENT",
    "leads": "LEAD_GENERATION",
    "app": "APP_INSTALLS",
    "purchases": "CONVERSIONS",
}
_LEGACY_AGE = timedelta(days=200)
_ISSUES: dict[str, dict[str, Json]] = {
    "rejected": {
        "level": "AD",
        "error_code": 1815869,
        "error_type": "HARD_ERROR",
        "error_summary": "Ad rejected",
        "error_message": "All ads of this campaign were rejected because they break an advertising standard.",
    },
    "limited": {
        "level": "CAMPAIGN",
        "error_code": 2490085,
        "error_type": "SOFT_ERROR",
        "error_summary": "Delivery is limited",
        "error_message": "This campaign delivers less than it could: its audience is small for its budget.",
    },
}


def check(name: str) -> None:
    """Refuse a field that campaigns do not have."""
    if not (name in _FIELDS or name in _SAME_FOR_ALL or name in _WITHOUT_VALUE or name in EDGES):
        raise no_such_field(name, "Campaign")


def campaign_value(world: World, campaign: Campaign, name: str) -> Json | None:
    """What the field `name` of a campaign says; None where it has no value, and then no key."""
    check(name)
    kept = campaign.details.get(name)
    if kept is not None and name in _REMEMBERED:
        return _REMEMBERED[name](kept)
    show = _FIELDS.get(name)
    return show(world, campaign) if show else _SAME_FOR_ALL.get(name)


def status(campaign: Campaign) -> str:
    """What was asked for: `status` and `configured_status`."""
    return STATUS[campaign.switch]


def effective_status(campaign: Campaign) -> str:
    """What became of it. A campaign whose time is over stays ACTIVE: its stop_time tells."""
    return IN_TROUBLE.get(campaign.state) or status(campaign)


def objective(world: World, campaign: Campaign) -> str:
    """Some old campaigns still have an objective from before the outcome-driven ones."""
    kept = campaign.details.get("objective")
    return kept or (_LEGACY if _is_legacy(world, campaign) else _ODAX)[campaign.goal]


def _is_legacy(world: World, campaign: Campaign) -> bool:
    was_there = "objective" not in campaign.details
    return was_there and int(campaign.id) % 4 == 3 and world.anchor - campaign.first_day > _LEGACY_AGE


def _issues(world: World, campaign: Campaign) -> Json | None:
    issue = _ISSUES.get(campaign.state)
    return [dict(issue)] if issue else None


def _budget(world: World, campaign: Campaign, *, minor: int) -> Json | None:
    """A budget that is not set is left out, or "0" where the campaign is of the old kind: Meta does both."""
    if minor:
        return subunits(minor, campaign.account.currency)
    return "0" if _is_legacy(world, campaign) else None


def _remaining(world: World, campaign: Campaign) -> Json:
    today = world.today(campaign.account)
    if campaign.lifetime:
        left = campaign.lifetime - world.total("meta", campaign, campaign.first_day, today).spend
    else:
        left = campaign.daily - world.facts("meta", campaign, today).spend
    return subunits(max(left, 0), campaign.account.currency)


def _bid_strategy(world: World, campaign: Campaign) -> Json | None:
    return "LOWEST_COST_WITHOUT_CAP" if campaign.daily or campaign.lifetime else None


def _stop(world: World, campaign: Campaign) -> Json | None:
    end = stop(world, campaign)
    return written(end) if end else None


def _category(_: World, campaign: Campaign) -> Json:
    """What was there before there could be several."""
    kept = _decoded(campaign.details.get("special_ad_categories", "[]"))
    return kept[0] if kept else "NONE"


def _decoded(kept: str) -> list[Json]:
    return [*msgspec.json.decode(kept, type=list[str])]


_FIELDS: dict[str, Callable[[World, Campaign], Json | None]] = {
    "id": lambda _, campaign: campaign.id,
    "account_id": lambda _, campaign: campaign.account.id,
    "name": lambda _, campaign: campaign.name,
    "objective": objective,
    "status": lambda _, campaign: status(campaign),
    "configured_status": lambda _, campaign: status(campaign),
    "effective_status": lambda _, campaign: effective_status(campaign),
    "issues_info": _issues,
    "bid_strategy": _bid_strategy,
    "daily_budget": lambda world, campaign: _budget(world, campaign, minor=campaign.daily),
    "lifetime_budget": lambda world, campaign: _budget(world, campaign, minor=campaign.lifetime),
    "budget_remaining": _remaining,
    "start_time": lambda _, campaign: written(start(campaign)),
    "stop_time": _stop,
    "created_time": lambda _, campaign: written(local(campaign.created, campaign.account)),
    "updated_time": lambda _, campaign: written(updated(campaign)),
    "special_ad_category": _category,
}
_REMEMBERED: dict[str, Callable[[str], Json | None]] = {
    "bid_strategy": str,
    "buying_type": str,
    "is_adset_budget_sharing_enabled": lambda kept: kept == "true",
    "special_ad_categories": _decoded,
    "special_ad_category_country": _decoded,
    "spend_cap": lambda kept: kept or None,
    "adlabels": labels.shown,
}
_SAME_FOR_ALL: dict[str, Json] = {
    "buying_type": "AUCTION",
    "is_adset_budget_sharing_enabled": False,
    "can_use_spend_cap": True,
    "special_ad_categories": [],
    "smart_promotion_type": "GUIDED_CREATION",
    "source_campaign_id": "0",
    "topline_id": "0",
}
_WITHOUT_VALUE = frozenset(
    {
        *("adlabels", "advantage_state_info", "boosted_object_id", "brand_lift_studies", "budget_rebalance_flag"),
        *("budget_schedule_specs", "campaign_group_active_time", "can_create_brand_lift_study", "pacing_type"),
        *("frequency_control_specs", "is_budget_schedule_enabled", "is_message_campaign", "promoted_object"),
        *("is_skadnetwork_attribution", "iterative_split_test_configs", "last_budget_toggling_time", "spend_cap"),
        *("primary_attribution", "recommendations", "source_campaign", "special_ad_category_country"),
    }
)
