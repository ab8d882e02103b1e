"""What Google's enums mean in our words.

Values: Google Ads API reference, v26, `enums` (October 2026).
"""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.accounts import AccountStatus
from ...ads.campaigns import Delivery, Objective, Status
from ...ads.changes import Switch


class Recipe(msgspec.Struct, frozen=True):
    """What makes a new campaign one of an objective.

    Attributes:
        channel, bidding: from which `objective` derives it again.
        member: the field of a campaign that chooses this bidding; empty of settings.
        networks: where it may be shown, each said: a default may add partners and sites.
    """

    channel: str
    bidding: str
    member: str
    networks: Mapping[str, bool]


ACCOUNT_STATUSES: Mapping[str, AccountStatus] = {
    "ENABLED": "active",
    "SUSPENDED": "disabled",
    "CANCELED": "closed",
    "CLOSED": "closed",
}
STATUSES: Mapping[str, Status] = {"ENABLED": "active", "PAUSED": "paused", "REMOVED": "archived"}
DELIVERIES: Mapping[str, Delivery] = {
    "ELIGIBLE": "delivering",
    "LEARNING": "delivering",
    "LIMITED": "limited",
    "PENDING": "in_review",
    "ENDED": "ended",
    "PAUSED": "paused",
    "REMOVED": "archived",
}
NOT_RUNNING = frozenset({"NOT_ELIGIBLE", "MISCONFIGURED"})
CHANNEL_OBJECTIVES: Mapping[str, Objective] = {
    "MULTI_CHANNEL": "app_promotion",  # app campaigns are the only ones on many channels
    "SHOPPING": "sales",
}
BIDDING_OBJECTIVES: Mapping[str, Objective] = {
    "MAXIMIZE_CONVERSION_VALUE": "sales",
    "TARGET_ROAS": "sales",
    "MAXIMIZE_CONVERSIONS": "conversions",
    "TARGET_CPA": "conversions",
    "MANUAL_CPA": "conversions",
    "TARGET_SPEND": "traffic",  # as many clicks as the budget allows
    "TARGET_IMPRESSION_SHARE": "awareness",
    "TARGET_CPM": "awareness",
    "MANUAL_CPM": "awareness",
    "FIXED_CPM": "awareness",
}
SWITCHES: Mapping[Switch, str] = {"active": "ENABLED", "paused": "PAUSED"}

# The networks of search and display campaigns. The API has two more, YouTube and Google TV, which are for
# other channels (v26, `Campaign.NetworkSettings`).
_NOWHERE = dict.fromkeys(
    ("targetGoogleSearch", "targetSearchNetwork", "targetContentNetwork", "targetPartnerSearchNetwork"),
    False,
)
_ON_SEARCH = {**_NOWHERE, "targetGoogleSearch": True}
_ON_DISPLAY = {**_NOWHERE, "targetContentNetwork": True}
RECIPES: Mapping[Objective, Recipe] = {
    # Target impression share and target CPM would need a bid or a frequency that nobody gave.
    "awareness": Recipe("DISPLAY", "MANUAL_CPM", "manualCpm", _ON_DISPLAY),
    "traffic": Recipe("SEARCH", "TARGET_SPEND", "targetSpend", _ON_SEARCH),
    "conversions": Recipe("SEARCH", "MAXIMIZE_CONVERSIONS", "maximizeConversions", _ON_SEARCH),
    "sales": Recipe("SEARCH", "MAXIMIZE_CONVERSION_VALUE", "maximizeConversionValue", _ON_SEARCH),
}
"""How campaigns are created, for the objectives that need nothing else (app campaigns need an app, shopping a shop)."""

SEGMENTS: Mapping[str, str] = {
    "": "unknown",
    "UNKNOWN": "unknown",
    "UNSPECIFIED": "unknown",
    "UNDETERMINED": "unknown",
    "AGE_RANGE_UNDETERMINED": "unknown",
    "AGE_RANGE_18_24": "18-24",
    "AGE_RANGE_25_34": "25-34",
    "AGE_RANGE_35_44": "35-44",
    "AGE_RANGE_45_54": "45-54",
    "AGE_RANGE_55_64": "55-64",
    "AGE_RANGE_65_UP": "65+",
    **{word: word.lower() for word in ("FEMALE", "MALE", "CONNECTED_TV", "DESKTOP", "MOBILE", "TABLET", "OTHER")},
    **{word: word.lower() for word in ("CONTENT", "SEARCH", "SEARCH_PARTNERS", "YOUTUBE", "MIXED", "GOOGLE_TV")},
    **{word: word.lower() for word in ("GOOGLE_OWNED_CHANNELS", "GMAIL", "DISCOVER", "MAPS")},
}
"""The parts of breakdowns in our words."""

EVENTS: Mapping[str, frozenset[str]] = {
    "purchase": frozenset({"PURCHASE"}),
    "lead": frozenset({"SUBMIT_LEAD_FORM", "PHONE_CALL_LEAD", "MESSAGE_LEAD", "IMPORTED_LEAD"}),
    "app_install": frozenset({"DOWNLOAD"}),
    "sign_up": frozenset({"SIGNUP"}),
    "subscription": frozenset({"SUBSCRIBE_PAID"}),
    "add_to_cart": frozenset({"ADD_TO_CART"}),
    "begin_checkout": frozenset({"BEGIN_CHECKOUT"}),
    "page_view": frozenset({"PAGE_VIEW"}),
}
"""Google's categories of conversion actions by the event that they count."""


def account_status(word: str) -> AccountStatus:
    """Whether an account can advertise."""
    return ACCOUNT_STATUSES.get(word, "unknown")


def status(word: str) -> Status:
    """A campaign's status as configured. A word newer than this table may spend, so it counts as active."""
    return STATUSES.get(word, "active")


def objective(channel: str, bidding: str) -> Objective:
    """What a campaign is for. Google keeps no such thing; where it doesn't follow, `other`."""
    return CHANNEL_OBJECTIVES.get(channel) or BIDDING_OBJECTIVES.get(bidding, "other")


def delivery(primary: str, reasons: Sequence[str]) -> Delivery:
    """What a campaign is really doing.

    `NOT_ELIGIBLE` and `MISCONFIGURED` only say that it does not run; the reasons say why. Where
    those don't blame a review or only what its owner paused, Google itself turned the campaign down.
    """
    if primary not in NOT_RUNNING:
        return DELIVERIES.get(primary, "unknown")
    if any(reason.endswith("_DISAPPROVED") for reason in reasons):
        return "rejected"
    if any(reason.endswith("_UNDER_REVIEW") for reason in reasons):
        return "in_review"
    if reasons and all(reason.endswith("_PAUSED") for reason in reasons):
        return "paused"
    return "rejected"


def joined(*words: str) -> str:
    """Those `words` that are not empty, as one."""
    return "/".join(filter(None, words))
