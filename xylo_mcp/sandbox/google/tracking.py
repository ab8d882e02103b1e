"""The conversion action of each account, and how the account tracks conversions.

Google Ads API docs, field pages of "conversion_action" and "customer" (v26, read Nov 2026).
"""

from typing import Final

from ..world import AccountPlan
from .cast import MANAGER, WITHOUT_LEADS, conversion_action_id
from .gaql.fields import Value

WINDOW_DAYS: Final = 90
"""So long after a click a conversion of it counts."""
_TRACKING_ID: Final = 900_000_000


def tracking(plan: AccountPlan) -> dict[str, Value]:
    """An account's settings of conversion tracking: each looks after its own."""
    own = plan is not MANAGER
    leads = None if not own else "OFF" if plan.id in WITHOUT_LEADS else "ON"
    settings: dict[str, Value] = {
        "conversion_tracking_id": _TRACKING_ID + int(plan.id) % 10**8 if own else None,
        "cross_account_conversion_tracking_id": None,
        "accepted_customer_data_terms": own,
        "conversion_tracking_status": "CONVERSION_TRACKING_MANAGED_BY_SELF" if own else "NOT_CONVERSION_TRACKED",
        "google_ads_conversion_customer": f"customers/{plan.id}" if own else None,
        "enablement_setting": leads,
        "effective_enablement_setting": leads,
    }
    return {f"customer.conversion_tracking_setting.{name}": value for name, value in settings.items()}


def action(plan: AccountPlan) -> dict[str, Value]:
    """The one conversion action of an account."""
    home, identity = f"customers/{plan.id}", conversion_action_id(plan.id)
    return {
        "conversion_action.resource_name": f"{home}/conversionActions/{identity}",
        "conversion_action.owner_customer": home,
        "conversion_action.id": int(identity),
        "conversion_action.name": "Offline orders",
        "conversion_action.status": "ENABLED",
        "conversion_action.type": "UPLOAD_CLICKS",
        "conversion_action.category": "PURCHASE",
        "conversion_action.origin": "WEBSITE",
        "conversion_action.counting_type": "MANY_PER_CLICK",
        "conversion_action.primary_for_goal": True,
        "conversion_action.include_in_conversions_metric": True,
        "conversion_action.click_through_lookback_window_days": WINDOW_DAYS,
        "conversion_action.value_settings.default_value": 0.0,
        "conversion_action.value_settings.default_currency_code": plan.currency,
        "conversion_action.value_settings.always_use_default_value": False,
    }
