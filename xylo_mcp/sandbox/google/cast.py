"""Who advertises on Google in the sandbox, and what opens its door."""

from typing import Final

from ..world import AccountPlan, Cast

MANAGER: Final = AccountPlan("9998887776", "customers/9998887776", "Talwind Manager", "USD", "America/New_York", 0)
"""Manages three of the accounts; it has no campaigns of its own and is no advertiser, so no part of the cast."""

_DIRECT: Final = AccountPlan("1234567890", "customers/1234567890", "Talwind Reisen US", "USD", "America/New_York", 30)

CAST: Final = Cast(
    platform="google",
    accounts=(
        _DIRECT,
        AccountPlan(
            "1112223334", "customers/1112223334", "Talwind Viajes", "EUR", "Europe/Madrid", 22, manager=MANAGER.id
        ),
        AccountPlan(
            "2223334445", "customers/2223334445", "Talwind Viagens", "BRL", "America/Sao_Paulo", 14, manager=MANAGER.id
        ),
        AccountPlan(
            "3334445556",
            "customers/3334445556",
            "Talwind Line Islands",
            "AUD",
            "Pacific/Kiritimati",
            12,
            manager=MANAGER.id,
        ),
    ),
    first_campaign=20987000001,
    removals=("deleted",),
    fractional=True,
    shared_budgets=True,
    named=((_DIRECT.id, "Search | Brand | Exact"),),
    segments={
        "country": ("AU", "BR", "DE", "ES", "GB", "US"),
        "device": ("connected_tv", "desktop", "mobile", "tablet"),
        "publisher_platform": ("content", "search", "search_partners", "youtube"),
        "age": ("18-24", "25-34", "35-44", "45-54", "55-64", "65+", "unknown"),
        "gender": ("female", "male", "unknown"),
    },
)

CREDENTIALS: Final = {
    "CLIENT_ID": "sandbox-google-client",
    "CLIENT_SECRET": "sandbox-google-secret",
    "REFRESH_TOKEN": "sandbox-google-refresh",
}

ACCESSIBLE: Final = (MANAGER.id, _DIRECT.id)
"""The customers that the sandbox's user is invited to; all others are reached through the manager."""

ALLOWLISTED: Final = frozenset({_DIRECT.id, "3334445556"})
"""Who may still use `offlineUserDataJobs` and `uploadClickConversions`; 1112223334 and 2223334445 may not.

The Data Manager API is open to all of them.
"""

WITHOUT_LEADS: Final = frozenset({"3334445556"})
"""Who has not turned on enhanced conversions for leads: an event there needs the id of a click."""


def conversion_action_id(customer_id: str) -> str:
    """The one conversion action of an account, of the type UPLOAD_CLICKS: the account's id with a 7 in front of it.

    1234567890 has 71234567890.
    """
    return f"7{customer_id}"
