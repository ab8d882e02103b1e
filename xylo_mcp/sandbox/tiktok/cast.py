"""Who advertises on the sandbox's TikTok, and what opens its door."""

from collections.abc import Mapping
from typing import Final, Literal

from ..world import AccountPlan, Cast

PLATFORM: Final = "tiktok"
LEGACY_CAMPAIGN: Final = "Summer Sale - TikTok"
SOMEONE_ELSES: Final = "7123456789012345690"
"""An advertiser that exists and has granted the sandbox's app nothing."""

CREDENTIALS: Mapping[str, str] = {
    "ACCESS_TOKEN": "sandbox-tiktok-token",
    "APP_ID": "7000000000000000001",
    "APP_SECRET": "sandbox-tiktok-secret",
}

SourceKind = Literal["web", "app", "offline", "crm"]


def event_sources(advertiser_id: str) -> Mapping[SourceKind, str]:
    """Where events of an advertiser go, all of it made of its own id.

    The pixel's code is a C before the id (C7123456789012345678). App, offline event set and CRM event set have the id
    with another first digit: 6, 5 and 4.
    """
    rest = advertiser_id[1:]
    return {"web": f"C{advertiser_id}", "app": f"6{rest}", "offline": f"5{rest}", "crm": f"4{rest}"}


def pixel_id(advertiser_id: str) -> str:
    """What ad groups and audiences know the advertiser's pixel by, which is not its code: the id with a 3 in front."""
    return f"3{advertiser_id[1:]}"


def _plan(
    digits: str, name: str, currency: str, time_zone: str, campaigns: int, *, disabled: bool = False
) -> AccountPlan:
    return AccountPlan(digits, f"tiktok_{digits}", name, currency, time_zone, campaigns, disabled)


CAST = Cast(
    platform=PLATFORM,
    accounts=(
        _plan("7123456789012345678", "Nordlicht Outdoor US", "USD", "America/New_York", 24),
        _plan("7123456789012345679", "Nordlicht Outdoor DE", "EUR", "Europe/Berlin", 18),
        _plan("7123456789012345680", "ノルドリヒト 日本", "JPY", "Asia/Tokyo", 12),
        _plan("7123456789012345681", "Nordlicht UK (closed)", "GBP", "Europe/London", 12, disabled=True),
    ),
    first_campaign=1_790_000_000_000_001,
    removals=("deleted",),
    emoji=False,
    named=(("7123456789012345678", LEGACY_CAMPAIGN),),
    segments={
        "country": ("DE", "GB", "JP", "US", "unknown"),
        "device": ("android", "ios", "unknown"),
        "placement": ("pangle", "tiktok"),
        "age": ("13-17", "18-24", "25-34", "35-44", "45-54", "55+", "unknown"),
        "gender": ("female", "male", "unknown"),
    },
)
