"""How fast Meta may be asked, as its usage headers tell.

Meta docs, "Graph API rate limiting" and "Marketing API rate limiting" (2026-09): shares are in
percent, requests are refused at 100; `reset_time_duration` is in seconds,
`estimated_time_to_regain_access` in minutes.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from ...transport import Limits

_Usage = TypeVar("_Usage")

_FULL = 100.0
_NEARLY = 95.0
_MOMENT = 2.0
# Meta does not say when an app's own quota, that of a sliding hour, frees up: it is tried again each minute.
_BLOCKED = 60.0
_LONGEST = 86400.0


class _Share(msgspec.Struct):
    """How much of one quota is used, when it frees up (seconds, 0: not said), and whether all accounts share it."""

    percent: float
    frees_up: float = 0.0
    everyone: bool = False


class _App(msgspec.Struct):
    call_count: float = 0
    total_time: float = 0
    total_cputime: float = 0


class _UseCase(_App):
    estimated_time_to_regain_access: float = 0


class _Account(msgspec.Struct):
    acc_id_util_pct: float = 0
    reset_time_duration: float = 0


class _Insights(msgspec.Struct):
    app_id_util_pct: float = 0
    acc_id_util_pct: float = 0


def pressure(headers: Mapping[str, str]) -> float:
    """For how many seconds to hold all further requests."""
    return max(map(_hold, _shares(headers)), default=0.0)


def regained(headers: Mapping[str, str]) -> float:
    """In how many seconds the quota that is used up frees up, 0 if Meta does not say."""
    return max((share.frees_up for share in _shares(headers) if share.percent >= _FULL), default=0.0)


LIMITS = Limits(per_second=50, at_once=16, pressure=pressure)
"""Our own pace: Meta publishes no rate for reads, only shares of hourly quotas."""


def _hold(share: _Share) -> float:
    if share.percent < _NEARLY:
        return 0.0
    # One account's quota must not hold the others up: once it is used up, its own requests are refused.
    if share.percent < _FULL or not share.everyone:
        return _MOMENT
    return _BLOCKED


def _shares(headers: Mapping[str, str]) -> Iterator[_Share]:
    if (app := _read(headers, "x-app-usage", _App)) is not None:
        yield _Share(_most(app), everyone=True)
    if (account := _read(headers, "x-ad-account-usage", _Account)) is not None:
        yield _Share(account.acc_id_util_pct, _seconds(account.reset_time_duration))
    if (insights := _read(headers, "x-fb-ads-insights-throttle", _Insights)) is not None:
        yield _Share(insights.app_id_util_pct, everyone=True)
        yield _Share(insights.acc_id_util_pct)
    for uses in (_read(headers, "x-business-use-case-usage", dict[str, list[_UseCase]]) or {}).values():
        for use in uses:
            wait = _seconds(use.estimated_time_to_regain_access * 60)
            yield _Share(_FULL if wait else _most(use), wait)


def _read(headers: Mapping[str, str], name: str, kind: type[_Usage]) -> _Usage | None:
    """The header's value; None where it is absent or unreadable, since usage is advice only."""
    try:
        return msgspec.json.decode(headers.get(name, ""), type=kind)
    except msgspec.MsgspecError:
        return None


def _most(usage: _App) -> float:
    return max(usage.call_count, usage.total_time, usage.total_cputime)


def _seconds(said: float) -> float:
    return min(max(said, 0.0), _LONGEST)
