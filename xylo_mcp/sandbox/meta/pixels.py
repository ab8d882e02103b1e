"""Pixels as Meta shows them: each account has one (Marketing API docs, "Ads Pixel", 2026-09)."""

from ..world import AccountPlan
from .cast import pixel_of
from .errors import no_such_field
from .wire import Json

DEFAULT = ("id",)
_WITHOUT_VALUE = frozenset(
    {
        *("automatic_matching_fields", "can_proxy", "code", "config", "creation_time", "creator", "data_use_setting"),
        *("description", "duplicate_entries", "enable_auto_assign_to_accounts", "enable_automatic_matching"),
        *("event_stats", "event_time_max", "event_time_min", "first_party_cookie_status", "has_1p_pixel_event"),
        *("is_consolidated_container", "is_created_by_business", "is_crm", "is_mta_use", "is_restricted_use"),
        *("last_fired_time", "last_upload_app", "last_upload_app_changed_time", "match_rate_approx"),
        *("matched_entries", "owner_business", "usage", "user_access_expire_time", "valid_entries"),
    }
)


def check(name: str) -> None:
    """Refuse a field that pixels do not have."""
    if name not in _WITHOUT_VALUE and name not in {"id", "name", "is_unavailable", "owner_ad_account"}:
        raise no_such_field(name, "AdsPixel")


def pixel_value(account: AccountPlan, name: str) -> Json | None:
    """What the field `name` of an account's pixel says; None where it has no value, and then no key."""
    check(name)
    values: dict[str, Json] = {
        "id": pixel_of(account.id),
        "name": f"{account.name} Pixel",
        "is_unavailable": False,
        "owner_ad_account": {"id": f"act_{account.id}", "account_id": account.id},
    }
    return values.get(name)
