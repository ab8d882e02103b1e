"""Ad accounts as Meta shows them (Marketing API docs, "Ad Account", 2026-09)."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from ..world import AccountPlan, World
from .errors import no_such_field
from .money import least_daily, subunits
from .wire import Json

DEFAULT = ("id", "account_id")
_ACTIVE, _DISABLED = 1, 2
_NO_REASON, _RISK_PAYMENT = 0, 3
_SAME_FOR_ALL: dict[str, Json] = {
    "balance": "0",
    "spend_cap": "0",
    "business": {"id": "1100000000000011", "name": "Bergquell"},
    "business_name": "Bergquell",
    "is_prepay_account": False,
    "is_personal": 0,
    "user_tasks": ["ADVERTISE", "ANALYZE"],
}


def account_value(world: World, plan: AccountPlan, name: str) -> Json | None:
    """What the field `name` of an account says; None where it has no value, and then no key."""
    check(name)
    show = _FIELDS.get(name)
    return show(world, plan) if show else _SAME_FOR_ALL.get(name)


def check(name: str) -> None:
    """Refuse a field that accounts do not have."""
    if not (name in _FIELDS or name in _SAME_FOR_ALL or name in _WITHOUT_VALUE):
        raise no_such_field(name, "AdAccount")


def _hours_from_utc(world: World, plan: AccountPlan) -> Json:
    offset = world.clock().astimezone(ZoneInfo(plan.time_zone)).utcoffset()
    return offset.total_seconds() / 3600 if offset else 0.0


_FIELDS: dict[str, Callable[[World, AccountPlan], Json]] = {
    "id": lambda _, plan: f"act_{plan.id}",
    "account_id": lambda _, plan: plan.id,
    "name": lambda _, plan: plan.name,
    "currency": lambda _, plan: plan.currency,
    "timezone_name": lambda _, plan: plan.time_zone,
    "timezone_offset_hours_utc": _hours_from_utc,
    "account_status": lambda _, plan: _DISABLED if plan.disabled else _ACTIVE,
    "disable_reason": lambda _, plan: _RISK_PAYMENT if plan.disabled else _NO_REASON,
    "min_daily_budget": lambda _, plan: int(subunits(least_daily(plan.currency), plan.currency)),
}
_WITHOUT_VALUE = frozenset(
    {
        *("age", "agency_client_declaration", "amount_spent", "attribution_spec", "business_city", "capabilities"),
        *("business_country_code", "business_state", "business_street", "business_street2", "business_zip"),
        *("created_time", "default_dsa_beneficiary", "default_dsa_payor", "end_advertiser", "end_advertiser_name"),
        *("existing_customers", "failed_delivery_checks", "fb_entity", "funding_source", "funding_source_details"),
        *("io_number", "is_notifications_enabled", "line_numbers", "media_agency", "min_campaign_group_spend_cap"),
        *("owner", "owner_business", "partner", "tax_id", "tax_id_status", "tax_id_type", "timezone_id"),
        *("tos_accepted", "user_tos_accepted", "viewable_business"),
    }
)
