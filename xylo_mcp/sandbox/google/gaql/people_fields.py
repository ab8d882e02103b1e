"""Fields of what people's data goes through: user lists, their jobs, conversion actions and conversion tracking.

Google Ads API docs, "Google Ads query builder" field pages (v26, read Nov 2026).
"""

from collections.abc import Mapping
from typing import Final

from .kinds import Kind

_SIZES: Final = (
    *("LESS_THAN_FIVE_HUNDRED", "LESS_THAN_ONE_THOUSAND", "ONE_THOUSAND_TO_TEN_THOUSAND"),
    *("TEN_THOUSAND_TO_FIFTY_THOUSAND", "FIFTY_THOUSAND_TO_ONE_HUNDRED_THOUSAND"),
    *("ONE_HUNDRED_THOUSAND_TO_THREE_HUNDRED_THOUSAND", "THREE_HUNDRED_THOUSAND_TO_FIVE_HUNDRED_THOUSAND"),
    *("FIVE_HUNDRED_THOUSAND_TO_ONE_MILLION", "ONE_MILLION_TO_TWO_MILLION", "TWO_MILLION_TO_THREE_MILLION"),
    *("THREE_MILLION_TO_FIVE_MILLION", "FIVE_MILLION_TO_TEN_MILLION", "TEN_MILLION_TO_TWENTY_MILLION"),
    *("TWENTY_MILLION_TO_THIRTY_MILLION", "THIRTY_MILLION_TO_FIFTY_MILLION", "OVER_FIFTY_MILLION"),
)
_LEADS: Final = ("OFF", "ON")
_SETTING: Final = "conversion_tracking_setting"

PEOPLE_KINDS: Final[Mapping[str, Mapping[Kind, str]]] = {
    "user_list": {
        "name": "resource_name",
        "int64": "id membership_life_span size_for_display size_for_search",
        "int32": "match_rate_percentage",
        "string": "name description integration_code crm_based_user_list.app_id",
        "bool": "read_only eligible_for_search eligible_for_display",
        "enum": "type membership_status access_reason account_user_list_status closing_reason"
        " size_range_for_display size_range_for_search crm_based_user_list.upload_key_type"
        " crm_based_user_list.data_source_type lookalike_user_list.expansion_level",
        "numbers": "lookalike_user_list.seed_user_list_ids",
        "texts": "lookalike_user_list.country_codes",
    },
    "offline_user_data_job": {
        "name": "resource_name customer_match_user_list_metadata.user_list",
        "int64": "id external_id",
        "enum": "type status failure_reason operation_metadata.match_rate_range",
    },
    "conversion_action": {
        "name": "resource_name owner_customer",
        "int64": "id click_through_lookback_window_days",
        "string": "name value_settings.default_currency_code",
        "double": "value_settings.default_value",
        "bool": "primary_for_goal include_in_conversions_metric value_settings.always_use_default_value",
        "enum": "status type category origin counting_type",
    },
}
TRACKING_KINDS: Final[Mapping[Kind, str]] = {
    "int64": f"{_SETTING}.conversion_tracking_id {_SETTING}.cross_account_conversion_tracking_id",
    "bool": f"{_SETTING}.accepted_customer_data_terms",
    "name": f"{_SETTING}.google_ads_conversion_customer",
    "enum": f"{_SETTING}.conversion_tracking_status {_SETTING}.enablement_setting"
    f" {_SETTING}.effective_enablement_setting",
}
"""What a customer has beside its other fields."""

PEOPLE_CONSTANTS: Final[Mapping[str, tuple[str, ...]]] = {
    f"customer.{_SETTING}.conversion_tracking_status": (
        *("NOT_CONVERSION_TRACKED", "CONVERSION_TRACKING_MANAGED_BY_SELF"),
        *("CONVERSION_TRACKING_MANAGED_BY_THIS_MANAGER", "CONVERSION_TRACKING_MANAGED_BY_ANOTHER_MANAGER"),
    ),
    f"customer.{_SETTING}.enablement_setting": _LEADS,
    f"customer.{_SETTING}.effective_enablement_setting": _LEADS,
    "user_list.type": (
        *("REMARKETING", "LOGICAL", "EXTERNAL_REMARKETING", "RULE_BASED", "SIMILAR", "CRM_BASED", "LOOKALIKE"),
    ),
    "user_list.membership_status": ("OPEN", "CLOSED"),
    "user_list.access_reason": ("OWNED", "SHARED", "LICENSED", "SUBSCRIBED", "AFFILIATED"),
    "user_list.account_user_list_status": ("ENABLED", "DISABLED"),
    "user_list.closing_reason": ("UNUSED",),
    "user_list.size_range_for_display": _SIZES,
    "user_list.size_range_for_search": _SIZES,
    "user_list.crm_based_user_list.upload_key_type": ("CONTACT_INFO", "CRM_ID", "MOBILE_ADVERTISING_ID"),
    "user_list.crm_based_user_list.data_source_type": (
        *("FIRST_PARTY", "THIRD_PARTY_CREDIT_BUREAU", "THIRD_PARTY_VOTER_FILE", "THIRD_PARTY_PARTNER_DATA"),
    ),
    "user_list.lookalike_user_list.expansion_level": ("NARROW", "BALANCED", "BROAD"),
    "offline_user_data_job.type": (
        *("STORE_SALES_UPLOAD_FIRST_PARTY", "STORE_SALES_UPLOAD_THIRD_PARTY"),
        *("CUSTOMER_MATCH_USER_LIST", "CUSTOMER_MATCH_WITH_ATTRIBUTES"),
    ),
    "offline_user_data_job.status": ("PENDING", "RUNNING", "SUCCESS", "FAILED"),
    "offline_user_data_job.failure_reason": (
        *("INSUFFICIENT_MATCHED_TRANSACTIONS", "INSUFFICIENT_TRANSACTIONS", "HIGH_AVERAGE_TRANSACTION_VALUE"),
        *("LOW_AVERAGE_TRANSACTION_VALUE", "NEWLY_OBSERVED_CURRENCY_CODE"),
    ),
    "offline_user_data_job.operation_metadata.match_rate_range": (
        *("MATCH_RANGE_LESS_THAN_20", "MATCH_RANGE_20_TO_30", "MATCH_RANGE_31_TO_40", "MATCH_RANGE_41_TO_50"),
        *("MATCH_RANGE_51_TO_60", "MATCH_RANGE_61_TO_70", "MATCH_RANGE_71_TO_80", "MATCH_RANGE_81_TO_90"),
        "MATCH_RANGE_91_TO_100",
    ),
    "conversion_action.status": ("ENABLED", "REMOVED", "HIDDEN"),
    "conversion_action.type": ("UPLOAD_CALLS", "UPLOAD_CLICKS", "WEBPAGE", "WEBSITE_CALL", "STORE_SALES"),
    "conversion_action.category": (
        "DEFAULT",
        "PURCHASE",
        "SIGNUP",
        "IMPORTED_LEAD",
        "QUALIFIED_LEAD",
        "CONVERTED_LEAD",
    ),
    "conversion_action.origin": ("WEBSITE", "GOOGLE_HOSTED", "APP", "CALL_FROM_ADS", "STORE", "YOUTUBE_HOSTED"),
    "conversion_action.counting_type": ("ONE_PER_CLICK", "MANY_PER_CLICK"),
}
