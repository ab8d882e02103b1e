"""What a campaign bids for, and where it shows.

Google Ads API docs, "Assign a bidding strategy", "Campaign.NetworkSettings" and "CampaignError" (v26, read Nov
2026). Which strategies go with which channel and with shared budgets, and the codes for those that do not, are
inferred.
"""

from collections.abc import Mapping
from typing import Final

from ...world import AccountPlan, Goal
from ..failures import Refusal, wrong
from ..gaql.fields import snake
from .amounts import unit
from .messages import BIDDING
from .operations import Operation
from .work import required

STRATEGIES: Final[Mapping[str, frozenset[str]]] = {
    "SEARCH": frozenset(
        {
            *("MANUAL_CPC", "MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE", "TARGET_CPA", "TARGET_ROAS"),
            *("TARGET_SPEND", "TARGET_IMPRESSION_SHARE"),
        }
    ),
    "DISPLAY": frozenset(
        {
            *("MANUAL_CPC", "MANUAL_CPM", "MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE", "TARGET_CPA"),
            *("TARGET_ROAS", "TARGET_SPEND", "TARGET_CPM"),
        }
    ),
    "SHOPPING": frozenset({"MANUAL_CPC", "TARGET_SPEND", "TARGET_ROAS", "MAXIMIZE_CONVERSION_VALUE"}),
    "PERFORMANCE_MAX": frozenset({"MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE"}),
    "DEMAND_GEN": frozenset(
        {
            *("MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE", "TARGET_CPA", "TARGET_ROAS", "TARGET_SPEND"),
            "TARGET_CPC",
        }
    ),
}
NOT_SHARED: Final = frozenset({"MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE"})
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "TARGET_CPA": ("targetCpa.targetCpaMicros",),
    "TARGET_ROAS": ("targetRoas.targetRoas",),
    "TARGET_IMPRESSION_SHARE": tuple(
        f"targetImpressionShare.{name}" for name in ("location", "locationFractionMicros", "cpcBidCeilingMicros")
    ),
}
_GOALS: Final[Mapping[str, Goal]] = {
    "TARGET_SPEND": "traffic",
    "MANUAL_CPC": "traffic",
    "MAXIMIZE_CONVERSIONS": "leads",
    "TARGET_CPA": "leads",
    "TARGET_IMPRESSION_SHARE": "awareness",
}
_NETWORK: Final = "network_settings.target_"
_BIDS: Final = ("targetCpaMicros", "cpcBidCeilingMicros")


def goal_of(channel: str, strategy: str) -> Goal:
    """What a campaign is for, as the world sees it."""
    if channel == "DISPLAY":
        return "awareness"
    return "engagement" if channel == "DEMAND_GEN" else _GOALS.get(strategy, "purchases")


def member_in(operation: Operation) -> str:
    """The bidding member that an operation brings, empty without one."""
    return next((name for name in BIDDING if name in operation.values), "")


def check_strategy(operation: Operation, member: str, channel: str, *, shared: bool) -> None:
    """Refuse a bidding strategy that does not go with the campaign."""
    strategy = BIDDING[member]
    if not strategy:
        name = operation.text(member)
        message = "There are no portfolio strategies."
        raise wrong(operation.at(member), "mutateError", "RESOURCE_NOT_FOUND", message, trigger=name)
    if strategy not in STRATEGIES.get(channel, {strategy}):
        raise _bidding(operation, member, "CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY")
    if shared and strategy in NOT_SHARED:
        raise _bidding(operation, member, "BIDDING_STRATEGY_TYPE_INCOMPATIBLE_WITH_SHARED_BUDGET")


def check_needed(operation: Operation, strategy: str, details: Mapping[str, str]) -> None:
    """Refuse a strategy without its target."""
    for path in _NEEDED.get(strategy, ()):
        if details.get(snake(path), "0") in {"0", "0.0", "UNSPECIFIED"}:
            raise required(operation, path)


def check_bids(operation: Operation, customer: AccountPlan) -> None:
    """Refuse bids and targets that are none."""
    values = operation.values
    if values.get("manualCpc.enhancedCpcEnabled"):
        message = "Enhanced CPC is no longer available."
        raise wrong(operation.at("manualCpc.enhancedCpcEnabled"), "fieldError", "INVALID_VALUE", message)
    if "targetSpend.targetSpendMicros" in values:
        message = "The field is deprecated and must be unset."
        raise wrong(operation.at("targetSpend.targetSpendMicros"), "fieldError", "VALUE_MUST_BE_UNSET", message)
    for path, value in values.items():
        if path.endswith(_BIDS) and isinstance(value, int):
            if value < 0:
                raise _bidding(operation, path, "BID_TOO_SMALL")
            if value % unit(customer):
                raise _bidding(operation, path, "BID_TOO_MANY_FRACTIONAL_DIGITS")
        if path.endswith(".targetRoas") and isinstance(value, float) and value and not 0.01 <= value <= 1000:
            code = "TOO_LOW" if value < 0.01 else "TOO_HIGH"
            raise wrong(operation.at(path), "rangeError", code, "The target is out of range.", trigger=str(value))


def check_networks(operation: Operation, channel: str, details: Mapping[str, str]) -> None:
    """Refuse networks that do not go together, or with the channel."""
    on = {
        name.removeprefix(_NETWORK) for name, value in details.items() if name.startswith(_NETWORK) and value == "true"
    }
    if channel not in {"SEARCH", "SHOPPING", "DISPLAY"}:
        return  # where these show is not for the settings to say
    if not on:
        raise _network(operation, "", "CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK")
    if "partner_search_network" in on:
        raise _network(operation, "targetPartnerSearchNetwork", "CANNOT_TARGET_PARTNER_SEARCH_NETWORK")
    if channel == "DISPLAY" and on & {"google_search", "search_network"}:
        raise _network(operation, "", "CANNOT_TARGET_SEARCH_NETWORK")
    if "search_network" in on and "google_search" not in on:
        raise _network(operation, "targetSearchNetwork", "CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH")


def _network(operation: Operation, name: str, code: str) -> Refusal:
    place = operation.at(f"networkSettings.{name}" if name else "networkSettings")
    return wrong(place, "campaignError", code, "The campaign's networks do not go together.")


def _bidding(operation: Operation, path: str, code: str) -> Refusal:
    trigger = "" if operation.values[path] is True else str(operation.values[path])
    return wrong(
        operation.at(path), "biddingError", code, "The bidding does not go with the campaign.", trigger=trigger
    )
