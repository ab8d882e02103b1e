"""The headers that tell how much of the quotas is used (Marketing API docs, "Rate Limiting", 2026-09)."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from ..world import AccountPlan
from .errors import AUDIENCE_EDGES

_BUSINESS = "1100000000000011"
_TIER = "standard_access"
_CALLS_AN_HOUR = {"ads_management": 100_000, "ads_insights": 190_000, "custom_audience": 190_000}
_ALL = 100


class Usage:
    """Counts the calls of the running hour, for each account and use case."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._hour = ""
        self._calls: Counter[tuple[str, str]] = Counter()

    def count(self, account: AccountPlan | None, edge: str) -> Mapping[str, str]:
        """The headers of an answer, which itself counts."""
        hour = self._clock().isoformat()[:13]
        if hour != self._hour:
            self._hour = hour
            self._calls.clear()
        name, kind = _case(account, edge)
        self._calls[name, kind] += 1
        return _headers(name, kind, min(self._calls[name, kind] * _ALL // _CALLS_AN_HOUR[kind], _ALL - 1))


def exhausted(account: AccountPlan | None, edge: str, minutes: int) -> Mapping[str, str]:
    """The headers of an answer that is refused because a quota is used up."""
    name, kind = _case(account, edge)
    return _headers(name, kind, _ALL, minutes)


def _case(account: AccountPlan | None, edge: str) -> tuple[str, str]:
    kind = "custom_audience" if edge in AUDIENCE_EDGES else "ads_insights" if edge == "insights" else "ads_management"
    return account.id if account else _BUSINESS, kind


def _headers(name: str, kind: str, percent: int, minutes: int = 0) -> dict[str, str]:
    used = {"call_count": percent, "total_cputime": percent, "total_time": percent}
    case = {"type": kind, **used, "estimated_time_to_regain_access": minutes, "ads_api_access_tier": _TIER}
    found: dict[str, object] = {
        "x-app-usage": used,
        "x-ad-account-usage": {
            "acc_id_util_pct": percent,
            "reset_time_duration": minutes * 60,
            "ads_api_access_tier": _TIER,
        },
        "x-business-use-case-usage": {name: [case]},
    }
    if kind == "ads_insights":
        found["x-fb-ads-insights-throttle"] = {
            "app_id_util_pct": percent,
            "acc_id_util_pct": percent,
            "ads_api_access_tier": _TIER,
        }
    return {header: json.dumps(value, separators=(",", ":")) for header, value in found.items()}
