"""TikTok's words for what becomes of a campaign (TikTok API for Business docs, v1.3, "Campaign status")."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from ..world import Campaign

PrimaryStatus = Literal[
    "STATUS_DELIVERY_OK",
    "STATUS_DISABLE",
    "STATUS_NOT_DELIVERY",
    "STATUS_TIME_DONE",
    "STATUS_DELETE",
    "STATUS_ALL",
    "STATUS_NOT_DELETE",
]
_Shown = Literal[
    "CAMPAIGN_STATUS_ENABLE",
    "CAMPAIGN_STATUS_DISABLE",
    "CAMPAIGN_STATUS_AWAITING_RELEASE",
    "CAMPAIGN_STATUS_BUDGET_EXCEED",
    "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
    "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
    "ADVERTISER_CONTRACT_PENDING",
    "ADVERTISER_ACCOUNT_PUNISH",
    "CAMPAIGN_STATUS_DELETE",
]
SecondaryStatus = Literal[_Shown, "CAMPAIGN_STATUS_ALL", "CAMPAIGN_STATUS_NOT_DELETE"]

_EVERY: Final = frozenset[str](get_args(_Shown))
_DELETED: Final = frozenset({"CAMPAIGN_STATUS_DELETE"})

PRIMARY: Final[Mapping[PrimaryStatus, frozenset[str]]] = {
    "STATUS_DELIVERY_OK": frozenset({"CAMPAIGN_STATUS_ENABLE"}),
    "STATUS_DISABLE": frozenset({"CAMPAIGN_STATUS_DISABLE", "CAMPAIGN_STATUS_AWAITING_RELEASE"}),
    "STATUS_NOT_DELIVERY": frozenset(
        {
            "CAMPAIGN_STATUS_BUDGET_EXCEED",
            "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
            "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
            "ADVERTISER_CONTRACT_PENDING",
            "ADVERTISER_ACCOUNT_PUNISH",
        }
    ),
    "STATUS_TIME_DONE": frozenset(),
    "STATUS_DELETE": _DELETED,
    "STATUS_ALL": _EVERY,
    "STATUS_NOT_DELETE": _EVERY - _DELETED,
}
"""Which campaigns a filter by `primary_status` finds, by their secondary status."""

SECONDARY: Final[Mapping[str, frozenset[str]]] = {
    **{status: frozenset({status}) for status in _EVERY},
    "CAMPAIGN_STATUS_ALL": _EVERY,
    "CAMPAIGN_STATUS_NOT_DELETE": _EVERY - _DELETED,
}
"""Likewise for a filter by `secondary_status`."""

# A campaign has no word for "over": where its ad groups have all ended, it is still enabled.
_OF_STATE = {
    "delivering": "CAMPAIGN_STATUS_ENABLE",
    "ended": "CAMPAIGN_STATUS_ENABLE",
    "off": "CAMPAIGN_STATUS_DISABLE",
    "limited": "CAMPAIGN_STATUS_BUDGET_EXCEED",
    "in_review": "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
    "rejected": "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
    "gone": "CAMPAIGN_STATUS_DELETE",
}


def secondary_status(campaign: Campaign) -> str:
    """What TikTok says is becoming of the campaign."""
    return _OF_STATE[campaign.state]
