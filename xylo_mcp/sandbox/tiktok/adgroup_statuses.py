"""TikTok's words for what becomes of an ad group (TikTok API for Business docs, v1.3, "Ad group status")."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, get_args

from ..world import AdGroup, Campaign
from .statuses import PrimaryStatus

_Shown = Literal[
    "ADGROUP_STATUS_DELIVERY_OK",
    "ADGROUP_STATUS_CAMPAIGN_DISABLE",
    "ADGROUP_STATUS_DISABLE",
    "ADGROUP_STATUS_CREATE",
    "ADGROUP_STATUS_AUDIT",
    "ADGROUP_STATUS_REAUDIT",
    "ADGROUP_STATUS_AUDIT_DENY",
    "ADGROUP_STATUS_NOT_START",
    "ADGROUP_STATUS_BUDGET_EXCEED",
    "ADGROUP_STATUS_CAMPAIGN_EXCEED",
    "ADGROUP_STATUS_BALANCE_EXCEED",
    "ADGROUP_STATUS_FROZEN",
    "ADGROUP_STATUS_TIME_DONE",
    "ADGROUP_STATUS_DELETE",
    "ADGROUP_STATUS_CAMPAIGN_DELETE",
]
AdGroupStatus = Literal[_Shown, "ADGROUP_STATUS_ALL", "ADGROUP_STATUS_NOT_DELETE"]

_EVERY: Final = frozenset[str](get_args(_Shown))
_DELETED: Final = frozenset({"ADGROUP_STATUS_DELETE", "ADGROUP_STATUS_CAMPAIGN_DELETE"})
_DELIVERING: Final = frozenset({"ADGROUP_STATUS_DELIVERY_OK"})
_OFF: Final = frozenset({"ADGROUP_STATUS_CAMPAIGN_DISABLE", "ADGROUP_STATUS_DISABLE"})
_OVER: Final = frozenset({"ADGROUP_STATUS_TIME_DONE"})

PRIMARY: Final[Mapping[PrimaryStatus, frozenset[str]]] = {
    "STATUS_DELIVERY_OK": _DELIVERING,
    "STATUS_DISABLE": _OFF,
    "STATUS_NOT_DELIVERY": _EVERY - _DELIVERING - _OFF - _OVER - _DELETED,
    "STATUS_TIME_DONE": _OVER,
    "STATUS_DELETE": _DELETED,
    "STATUS_ALL": _EVERY,
    "STATUS_NOT_DELETE": _EVERY - _DELETED,
}
"""Which ad groups a filter by `primary_status` finds, by their secondary status."""

SECONDARY: Final[Mapping[str, frozenset[str]]] = {
    **{status: frozenset({status}) for status in _EVERY},
    "ADGROUP_STATUS_ALL": _EVERY,
    "ADGROUP_STATUS_NOT_DELETE": _EVERY - _DELETED,
}
"""Likewise for a filter by `secondary_status`."""

_OF_STATE = {
    "in_review": "ADGROUP_STATUS_AUDIT",
    "rejected": "ADGROUP_STATUS_AUDIT_DENY",
    "ended": "ADGROUP_STATUS_TIME_DONE",
}


def ad_group_status(group: AdGroup, campaign: Campaign, today: date) -> str:
    """What TikTok says is becoming of an ad group of `campaign`, `today` where its advertiser is.

    A campaign that is off or gone speaks for its ad groups, whatever their own switch; that it does so
    before the switch of an ad group that is off itself is not documented.
    """
    if campaign.switch != "on":
        return "ADGROUP_STATUS_CAMPAIGN_DELETE" if campaign.switch == "deleted" else "ADGROUP_STATUS_CAMPAIGN_DISABLE"
    if group.switch != "on":
        return "ADGROUP_STATUS_DELETE" if group.switch == "deleted" else "ADGROUP_STATUS_DISABLE"
    if campaign.state in _OF_STATE:
        return _OF_STATE[campaign.state]
    if campaign.state == "limited":
        own = group.daily or group.lifetime
        return "ADGROUP_STATUS_BUDGET_EXCEED" if own else "ADGROUP_STATUS_CAMPAIGN_EXCEED"
    if today < group.first_day:
        return "ADGROUP_STATUS_NOT_START"
    over = group.last_day is not None and group.last_day < today
    return "ADGROUP_STATUS_TIME_DONE" if over else "ADGROUP_STATUS_DELIVERY_OK"
