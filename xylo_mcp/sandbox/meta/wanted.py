"""What a campaign is to be, as a request says it (Marketing API docs, "Ad Campaign Group", 2026-09)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..world import Campaign, Switch
from . import labels
from .campaigns import ODAX, SWITCHES
from .errors import invalid
from .given import Given
from .money import least_cap, minor, subunits
from .refusals import cap_too_low, missing
from .times import written
from .wire import encoded

EXECUTION_OPTIONS = ("validate_only", "include_recommendations")
PARAMETERS = frozenset(
    {
        *("name", "objective", "status", "buying_type", "bid_strategy", "daily_budget", "lifetime_budget", "spend_cap"),
        *("special_ad_categories", "special_ad_category_country", "is_adset_budget_sharing_enabled", "start_time"),
        *("stop_time", "adlabels", "execution_options"),
    }
)
_LEGACY_OBJECTIVES = (
    *("APP_INSTALLS", "BRAND_AWARENESS", "CONVERSIONS", "EVENT_RESPONSES", "LEAD_GENERATION", "LINK_CLICKS"),
    *("LOCAL_AWARENESS", "MESSAGES", "OFFER_CLAIMS", "PAGE_LIKES", "POST_ENGAGEMENT", "PRODUCT_CATALOG_SALES"),
    *("REACH", "STORE_VISITS", "VIDEO_VIEWS"),
)
_BID_STRATEGIES = ("LOWEST_COST_WITHOUT_CAP", "LOWEST_COST_WITH_BID_CAP", "COST_CAP", "LOWEST_COST_WITH_MIN_ROAS")
_CATEGORIES = (
    *("NONE", "EMPLOYMENT", "HOUSING", "CREDIT", "ISSUES_ELECTIONS_POLITICS", "ONLINE_GAMBLING_AND_GAMING"),
    "FINANCIAL_PRODUCTS_SERVICES",
)
_TAKES_THE_CAP_AWAY = 922337203685478


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None where nothing is.

    Attributes:
        daily, lifetime: minor units.
        start, stop: in the account's time zone.
        details: what Meta remembers beyond the world's words, by its own names.
    """

    name: str | None = None
    switch: Switch | None = None
    daily: int | None = None
    lifetime: int | None = None
    start: datetime | None = None
    stop: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict[str, str])


def read(given: Given, campaigns: Iterable[Campaign]) -> Wanted:
    """What `given` asks for, each value by itself; `campaigns` are the account's."""
    names = [name for name in _DETAILS if given.has(name)]
    details = {name: _DETAILS[name](given, name) for name in names}
    if given.has("adlabels"):
        details["adlabels"] = labels.wanted(given.arguments, given.account, campaigns)
    if details.get("special_ad_categories", "[]") != "[]" and "special_ad_category_country" not in details:
        raise missing("special_ad_category_country")  # inferred
    return Wanted(
        name=given.title("name") if given.has("name") else None,
        switch=SWITCHES[given.word("status", SWITCHES)] if given.has("status") else None,
        daily=_budget(given, "daily_budget"),
        lifetime=_budget(given, "lifetime_budget"),
        start=given.moment("start_time") if given.has("start_time") else None,
        stop=given.moment("stop_time") if given.has("stop_time") else None,
        details=details,
    )


def checks_only(given: Given) -> bool:
    """Whether a request only asks if it would succeed."""
    options = given.words("execution_options", EXECUTION_OPTIONS) if given.has("execution_options") else []
    if options == ["include_recommendations"]:
        raise invalid("Param execution_options: include_recommendations cannot be used alone")
    return "validate_only" in options


def _budget(given: Given, name: str) -> int | None:
    return minor(given.whole(name), given.account.currency) if given.has(name) else None


def _objective(given: Given, name: str) -> str:
    objective = given.word(name, (*ODAX, *_LEGACY_OBJECTIVES))
    if objective in _LEGACY_OBJECTIVES:
        raise invalid(f"Objective {objective} is invalid. Use one of: {', '.join(ODAX)}.")
    return objective


def _categories(given: Given, name: str) -> str:
    found = given.words(name, _CATEGORIES)
    if "NONE" in found and len(found) > 1:
        raise invalid(f"Param {name}: NONE does not go with other categories")
    return encoded([one for one in found if one != "NONE"]).decode()


def _cap(given: Given, name: str) -> str:
    asked, currency = given.whole(name), given.account.currency
    if asked == _TAKES_THE_CAP_AWAY:
        return ""
    if minor(asked, currency) < least_cap(currency):
        raise cap_too_low(subunits(least_cap(currency), currency))
    return str(asked)


_DETAILS: Mapping[str, Callable[[Given, str], str]] = {
    "objective": _objective,
    "buying_type": lambda given, name: given.word(name, ("AUCTION", "RESERVED")),
    "bid_strategy": lambda given, name: given.word(name, _BID_STRATEGIES),
    "special_ad_categories": _categories,
    "special_ad_category_country": lambda given, name: given.countries(name),
    "is_adset_budget_sharing_enabled": lambda given, name: given.word(name, ("true", "false")),
    "spend_cap": _cap,
    "start_time": lambda given, name: written(given.moment(name)),
    "stop_time": lambda given, name: written(given.moment(name)),
}
