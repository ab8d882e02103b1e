"""The fields one may ask for: what they are called, what they hold, and with which resources they go.

Google Ads API docs, "Google Ads query builder" field pages (v26, read Nov 2026); the part that a
reporting client needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from .kinds import Kind
from .people_fields import PEOPLE_CONSTANTS, PEOPLE_KINDS, TRACKING_KINDS

Value: TypeAlias = int | float | str | bool | tuple[str, ...] | None
LISTS: Final[frozenset[Kind]] = frozenset({"enums", "texts", "numbers"})

JOINED: Final[Mapping[str, frozenset[str]]] = {
    "customer": frozenset({"customer"}),
    "customer_client": frozenset({"customer_client", "customer"}),
    "campaign": frozenset({"campaign", "customer", "campaign_budget"}),
    "campaign_budget": frozenset({"campaign_budget", "customer"}),
    "ad_group": frozenset({"ad_group", "campaign", "customer"}),
    "ad_group_ad": frozenset({"ad_group_ad", "ad_group", "campaign", "customer"}),
    "age_range_view": frozenset({"age_range_view", "ad_group_criterion", "ad_group", "campaign", "customer"}),
    "gender_view": frozenset({"gender_view", "ad_group_criterion", "ad_group", "campaign", "customer"}),
    "geographic_view": frozenset({"geographic_view", "ad_group", "campaign", "customer"}),
    "geo_target_constant": frozenset({"geo_target_constant"}),
    **{resource: frozenset({resource, "customer"}) for resource in PEOPLE_KINDS},
}
"""The resources that may stand in FROM, and those whose attributes go with each.

A geographic view knows no ads, and age and gender are told of ad groups alone ("All statistics are aggregated at
the ad group level", v26, `AgeRangeView`).
"""

WITHOUT_METRICS: Final = frozenset({"customer_client", "geo_target_constant", *PEOPLE_KINDS})
CORE_DATES: Final = frozenset(f"segments.{name}" for name in ("date", "week", "month", "quarter", "year"))

_CUSTOMER_STATUS: Final = ("ENABLED", "CANCELED", "SUSPENDED", "CLOSED")
WEEKDAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_KINDS: Final[Mapping[str, Mapping[Kind, str]]] = {
    "customer": {
        "name": "resource_name",
        "int64": "id",
        "string": "descriptive_name currency_code time_zone",
        "bool": "manager test_account auto_tagging_enabled",
        "enum": "status",
    },
    "customer_client": {
        "name": "resource_name client_customer",
        "int64": "id level",
        "string": "descriptive_name currency_code time_zone",
        "bool": "manager test_account hidden",
        "enum": "status",
    },
    "campaign": {
        "name": "resource_name campaign_budget",
        "int64": "id maximize_conversions.target_cpa_micros target_cpa.target_cpa_micros"
        " target_spend.cpc_bid_ceiling_micros target_impression_share.location_fraction_micros"
        " target_impression_share.cpc_bid_ceiling_micros",
        "double": "maximize_conversion_value.target_roas target_roas.target_roas",
        "bool": "manual_cpc.enhanced_cpc_enabled network_settings.target_google_search"
        " network_settings.target_search_network network_settings.target_content_network"
        " network_settings.target_partner_search_network network_settings.target_youtube"
        " network_settings.target_google_tv_network",
        "string": "name",
        "enum": "status serving_status primary_status advertising_channel_type advertising_channel_sub_type"
        " bidding_strategy_type experiment_type contains_eu_political_advertising target_impression_share.location",
        "enums": "primary_status_reasons",
        "time": "start_date_time end_date_time",
    },
    "campaign_budget": {
        "name": "resource_name",
        "int64": "id amount_micros total_amount_micros reference_count",
        "string": "name",
        "bool": "explicitly_shared has_recommended_budget",
        "enum": "status delivery_method period type",
    },
    "ad_group": {"name": "resource_name campaign", "int64": "id", "string": "name", "enum": "status type"},
    "ad_group_ad": {
        "name": "resource_name ad_group ad.resource_name",
        "int64": "ad.id",
        "string": "ad.name",
        "enum": "status",
    },
    "ad_group_criterion": {
        "name": "resource_name ad_group",
        "int64": "criterion_id",
        "enum": "status type age_range.type gender.type",
    },
    "age_range_view": {"name": "resource_name"},
    "gender_view": {"name": "resource_name"},
    "geographic_view": {"name": "resource_name", "int64": "country_criterion_id", "enum": "location_type"},
    "geo_target_constant": {
        "name": "resource_name",
        "int64": "id",
        "string": "name country_code target_type canonical_name",
        "enum": "status",
    },
    "metrics": {
        "int64": "impressions clicks interactions cost_micros video_trueview_views view_through_conversions"
        " unique_users",
        "double": "ctr average_cpc average_cpm average_cost conversions all_conversions conversions_value"
        " all_conversions_value cost_per_conversion cost_per_all_conversions conversions_from_interactions_rate"
        " value_per_conversion conversions_value_per_cost search_impression_share"
        " search_budget_lost_impression_share",
    },
    "segments": {
        "date": "date week month quarter",
        "int32": "year",
        "enum": "day_of_week device ad_network_type conversion_action_category",
    },
    **PEOPLE_KINDS,
}
_CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer.status": _CUSTOMER_STATUS,
    "customer_client.status": _CUSTOMER_STATUS,
    "campaign.status": ("ENABLED", "PAUSED", "REMOVED"),
    "campaign.serving_status": ("SERVING", "NONE", "ENDED", "PENDING", "SUSPENDED"),
    "campaign.primary_status": (
        *("ELIGIBLE", "PAUSED", "REMOVED", "ENDED", "PENDING"),
        *("MISCONFIGURED", "LIMITED", "LEARNING", "NOT_ELIGIBLE"),
    ),
    "campaign.primary_status_reasons": (
        *("CAMPAIGN_REMOVED", "CAMPAIGN_PAUSED", "CAMPAIGN_PENDING", "CAMPAIGN_ENDED", "BUDGET_CONSTRAINED"),
        *("HAS_ADS_LIMITED_BY_POLICY", "HAS_ADS_DISAPPROVED", "MOST_ADS_UNDER_REVIEW", "NO_AD_GROUPS"),
    ),
    "campaign.advertising_channel_type": (
        *("SEARCH", "DISPLAY", "SHOPPING", "HOTEL", "VIDEO", "MULTI_CHANNEL", "LOCAL", "SMART"),
        *("PERFORMANCE_MAX", "LOCAL_SERVICES", "TRAVEL", "DEMAND_GEN"),
    ),
    "campaign.advertising_channel_sub_type": ("APP_CAMPAIGN", "VIDEO_ACTION", "VIDEO_NON_SKIPPABLE"),
    "campaign.bidding_strategy_type": (
        *("COMMISSION", "ENHANCED_CPC", "FIXED_CPM", "MANUAL_CPA", "MANUAL_CPC", "MANUAL_CPM", "MANUAL_CPV"),
        *("MAXIMIZE_CONVERSIONS", "MAXIMIZE_CONVERSION_VALUE", "PERCENT_CPC", "TARGET_CPA", "TARGET_CPC"),
        *("TARGET_CPM", "TARGET_CPV", "TARGET_IMPRESSION_SHARE", "TARGET_ROAS", "TARGET_SPEND"),
    ),
    "campaign.experiment_type": ("BASE", "DRAFT", "EXPERIMENT"),
    "campaign.contains_eu_political_advertising": (
        *("CONTAINS_EU_POLITICAL_ADVERTISING", "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"),
    ),
    "campaign.target_impression_share.location": ("ANYWHERE_ON_PAGE", "TOP_OF_PAGE", "ABSOLUTE_TOP_OF_PAGE"),
    "campaign_budget.status": ("ENABLED", "REMOVED"),
    "campaign_budget.delivery_method": ("STANDARD", "ACCELERATED"),
    "campaign_budget.period": ("DAILY", "CUSTOM_PERIOD"),
    "campaign_budget.type": ("STANDARD", "FIXED_CPA", "SMART_CAMPAIGN", "LOCAL_SERVICES"),
    "ad_group.status": ("ENABLED", "PAUSED", "REMOVED"),
    "ad_group.type": ("SEARCH_STANDARD", "DISPLAY_STANDARD", "SHOPPING_PRODUCT_ADS", "VIDEO_RESPONSIVE"),
    "ad_group_ad.status": ("ENABLED", "PAUSED", "REMOVED"),
    "ad_group_criterion.status": ("ENABLED", "PAUSED", "REMOVED"),
    "ad_group_criterion.type": ("AGE_RANGE", "GENDER", "KEYWORD"),
    "ad_group_criterion.age_range.type": (
        *("AGE_RANGE_18_24", "AGE_RANGE_25_34", "AGE_RANGE_35_44", "AGE_RANGE_45_54", "AGE_RANGE_55_64"),
        *("AGE_RANGE_65_UP", "AGE_RANGE_UNDETERMINED"),
    ),
    "ad_group_criterion.gender.type": ("MALE", "FEMALE", "UNDETERMINED"),
    "geographic_view.location_type": ("AREA_OF_INTEREST", "LOCATION_OF_PRESENCE"),
    "geo_target_constant.status": ("ENABLED", "REMOVAL_PLANNED"),
    "segments.day_of_week": WEEKDAYS,
    "segments.device": ("MOBILE", "TABLET", "DESKTOP", "CONNECTED_TV", "OTHER"),
    "segments.ad_network_type": (
        *("SEARCH", "SEARCH_PARTNERS", "CONTENT", "MIXED", "YOUTUBE", "GOOGLE_TV"),
        *("GOOGLE_OWNED_CHANNELS", "GMAIL", "DISCOVER", "MAPS"),
    ),
    "segments.conversion_action_category": (
        *("DEFAULT", "PAGE_VIEW", "PURCHASE", "SIGNUP", "DOWNLOAD", "ADD_TO_CART", "BEGIN_CHECKOUT"),
        *("SUBSCRIBE_PAID", "PHONE_CALL_LEAD", "IMPORTED_LEAD", "SUBMIT_LEAD_FORM", "BOOK_APPOINTMENT"),
        *("REQUEST_QUOTE", "CONTACT", "QUALIFIED_LEAD", "CONVERTED_LEAD", "MESSAGE_LEAD"),
    ),
    **PEOPLE_CONSTANTS,
}
_ALWAYS: Final = frozenset({"UNSPECIFIED", "UNKNOWN"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` as queries write it, `path` as JSON does."""

    name: str
    kind: Kind
    resource: str
    path: tuple[str, ...]
    constants: frozenset[str] = frozenset()

    @property
    def is_metric(self) -> bool:
        """Whether it counts something."""
        return self.resource == "metrics"

    @property
    def is_segment(self) -> bool:
        """Whether it splits rows."""
        return self.resource == "segments"


def camel(name: str) -> str:
    """A name as JSON writes it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def snake(path: str) -> str:
    """A path of JSON's names as protocol buffers write it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in path)


def _fields() -> Iterator[Field]:
    held = [(resource, *kind) for resource, kinds in _KINDS.items() for kind in kinds.items()]
    for resource, kind, names in (*held, *(("customer", *kind) for kind in TRACKING_KINDS.items())):
        for name in names.split():
            full = f"{resource}.{name}"
            constants = frozenset(_CONSTANTS[full]) | _ALWAYS if kind in {"enum", "enums"} else frozenset[str]()
            yield Field(full, kind, resource, (camel(resource), *map(camel, name.split("."))), constants)


FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in _fields()}
