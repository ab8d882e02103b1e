"""Errors as a model reads them: one shape, what to do next first."""

from typing import NotRequired

from typing_extensions import TypedDict

from ..ads.errors import AdsError
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


class Failed(TypedDict):
    """One error."""

    mode: str
    code: str
    message: str
    fix: str
    retry: Retry
    side_effects: str
    platform: NotRequired[PlatformSaid]


def failed(error: AdsError, mode: str) -> Failed:
    """`error` as data."""
    shown: Failed = {
        "mode": mode,
        "code": error.code,
        "message": error.message,
        "fix": error.fix,
        "retry": {"safe": error.safe_to_retry},
        "side_effects": "none",
    }
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


def failed_text(shown: Failed) -> str:
    """`shown` as text: the fix in the first line."""
    lines = [shown["fix"], f"{shown['code']} ({shown['mode']}): {shown['message']}"]
    if "after" in shown["retry"]:
        lines.append(f"retry after {shown['retry']['after']}")
    platform = shown.get("platform")
    if platform and platform["message"]:
        lines.append(f"{platform['name']} said: {platform['code']} {quoted(platform['message'])}")
    return "\n".join(lines)
