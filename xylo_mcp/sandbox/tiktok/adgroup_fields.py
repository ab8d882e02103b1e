"""An ad group in TikTok's words, field by field (TikTok API for Business docs, v1.3, "Get ad groups")."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from ..world import AdGroup, Campaign, Goal, amount
from .adgroup_statuses import ad_group_status
from .campaign_fields import moment

# What an ad group is optimized for, and what it pays for.
_GOALS: Mapping[Goal, tuple[str, str]] = {
    "awareness": ("REACH", "CPM"),
    "traffic": ("CLICK", "CPC"),
    "engagement": ("ENGAGED_VIEW", "CPV"),
    "leads": ("LEAD_GENERATION", "OCPM"),
    "app": ("INSTALL", "OCPM"),
    "purchases": ("CONVERT", "OCPM"),
}
_PROMOTIONS: Mapping[Goal, str | None] = {
    "awareness": None,
    "traffic": "WEBSITE",
    "engagement": None,
    "leads": "LEAD_GENERATION",
    "app": "APP_ANDROID",
    "purchases": "WEBSITE",
}
# An ad group that goes on for good is told to end about ten years after its start.
_FOR_GOOD = timedelta(days=3650)
_FLOAT = Decimal("0.0")  # a budget is a JSON float in every currency


@dataclass(frozen=True, slots=True)
class Placed:
    """An ad group where it is: in its campaign, on a day of its advertiser's."""

    group: AdGroup
    campaign: Campaign
    today: date

    @property
    def status(self) -> str:
        """The secondary status."""
        return ad_group_status(self.group, self.campaign, self.today)


def _budget(of: Placed) -> Decimal:
    """Its own budget, in units of the currency; 0 where it spends its campaign's."""
    return amount(of.group.daily or of.group.lifetime, of.campaign.account.currency) + _FLOAT


def _budget_mode(of: Placed) -> str:
    if of.group.daily:
        return "BUDGET_MODE_DAY"
    return "BUDGET_MODE_TOTAL" if of.group.lifetime else "BUDGET_MODE_INFINITE"


def _start(of: Placed) -> datetime:
    return datetime.combine(of.group.first_day, time(), ZoneInfo(of.campaign.account.time_zone))


def _end(of: Placed) -> datetime:
    if of.group.last_day is None:
        return _start(of) + _FOR_GOOD
    return datetime.combine(of.group.last_day, time(23, 59, 59), ZoneInfo(of.campaign.account.time_zone))


FIELDS: Final[Mapping[str, Callable[[Placed], object]]] = {
    "advertiser_id": lambda of: of.campaign.account.id,
    "campaign_id": lambda of: of.campaign.id,
    "campaign_name": lambda of: of.campaign.name,
    "adgroup_id": lambda of: of.group.id,
    "adgroup_name": lambda of: of.group.name,
    "operation_status": lambda of: "ENABLE" if of.group.switch == "on" else "DISABLE",
    "secondary_status": lambda of: of.status,
    "budget": _budget,
    "budget_mode": _budget_mode,
    "scheduled_budget": lambda _: 0,
    "schedule_type": lambda of: "SCHEDULE_START_END" if of.group.last_day else "SCHEDULE_FROM_NOW",
    "schedule_start_time": lambda of: moment(_start(of)),
    "schedule_end_time": lambda of: moment(_end(of)),
    "dayparting": lambda _: "1" * 336,
    "optimization_goal": lambda of: _GOALS[of.campaign.goal][0],
    "billing_event": lambda of: _GOALS[of.campaign.goal][1],
    "promotion_type": lambda of: _PROMOTIONS[of.campaign.goal],
    "bid_type": lambda _: "BID_TYPE_NO_BID",
    "bid_price": lambda _: 0,
    "conversion_bid_price": lambda _: 0,
    "pacing": lambda _: "PACING_MODE_SMOOTH",
    "placement_type": lambda _: "PLACEMENT_TYPE_NORMAL",
    "placements": lambda _: ["PLACEMENT_TIKTOK"],
    "location_ids": lambda _: ["6252001"],
    "age_groups": lambda _: None,
    "gender": lambda _: "GENDER_UNLIMITED",
    "languages": lambda _: [],
    "audience_ids": lambda _: [],
    "excluded_audience_ids": lambda _: [],
    "creative_material_mode": lambda _: "CUSTOM",
    "split_test_group_id": lambda _: None,
    "is_new_structure": lambda _: True,
    "create_time": lambda of: moment(of.campaign.created),
    "modify_time": lambda of: moment(of.campaign.modified),
}


def entity(of: Placed, names: Iterable[str], *, nulls: bool) -> Mapping[str, object]:
    """The ad group by some of its fields; without `nulls`, only those that are not null."""
    values = {name: FIELDS[name](of) for name in names}
    return {name: value for name, value in values.items() if nulls or value is not None}
