"""Errors as a model reads them: one shape, what to do next first."""

from collections.abc import Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from ..ads.errors import AdsError, Limit
from ..ads.text import clean, quoted


class Retry(TypedDict):
    """Whether asking again is safe, and from when on it makes sense (RFC 3339)."""

    safe: bool
    after: NotRequired[str]


class PlatformSaid(TypedDict):
    """What the platform said: third-party text."""

    name: str
    code: str
    message: str
    request_id: str


class LimitShown(TypedDict):
    """A guardrail in the way, in words."""

    rule: str
    limit: str
    current: str
    proposed: str
    remaining: str


class Failed(TypedDict):
    """One error."""

    mode: str
    code: str
    message: str
    fix: str
    retry: Retry
    side_effects: str
    operation_id: NotRequired[str]
    limits: NotRequired[list[LimitShown]]
    platform: NotRequired[PlatformSaid]


def failed(error: AdsError, mode: str) -> Failed:
    """`error` as data."""
    shown: Failed = {
        "mode": mode,
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
        "retry": {"safe": error.safe_to_retry},
        "side_effects": error.side_effects,
    }
    if error.operation_id:
        shown["operation_id"] = error.operation_id
    if error.limits:
        shown["limits"] = limits_shown(error.limits)
    if error.retry_at is not None:
        shown["retry"]["after"] = error.retry_at.isoformat(timespec="seconds")
    if error.platform:
        said = error.vendor
        shown["platform"] = {
            "name": error.platform,
            "code": clean(said.code) if said else "",
            "message": clean(said.message) if said else "",
            "request_id": clean(said.request_id) if said else "",
        }
    return shown


def limits_shown(limits: Sequence[Limit]) -> list[LimitShown]:
    """`limits` as data."""
    return [
        {
            "rule": one.rule,
            "limit": one.limit,
            "current": one.current,
            "proposed": one.proposed,
            "remaining": one.remaining,
        }
        for one in limits
    ]


def failed_text(shown: Failed) -> str:
    """`shown` as text: the fix in the first line."""
    lines = [shown["fix"], f"{shown['code']} ({shown['mode']}): {shown['message']}"]
    if "operation_id" in shown:
        lines.append(f"operation {shown['operation_id']}, side effects: {shown['side_effects']}")
    if "after" in shown["retry"]:
        lines.append(f"retry after {shown['retry']['after']}")
    platform = shown.get("platform")
    if platform and platform["message"]:
        lines.append(f"{platform['name']} said: {platform['code']} {quoted(platform['message'])}")
    return "\n".join(lines)
