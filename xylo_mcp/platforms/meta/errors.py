"""What Meta's errors mean: tables from its codes to our errors."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx2
import msgspec

from ...ads.errors import (
    AdsError,
    Forbidden,
    Invalid,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
)
from ...contract import Clock
from ...transport.redaction import vendor_words
from ..reading import garbled
from .limits import regained
from .verdicts import PEOPLE, Verdict

_PLATFORM = "meta"


class TooMuch(Rejected):
    """Meta finds the answer too large: a smaller page may do."""


class TooSlow(Unavailable):
    """Meta takes too long over the answer, or finds it too large for any page: only a report may do."""

    safe_to_retry = False


_TOKEN = Verdict(
    Unauthorized,
    "Meta does not accept the access token.",
    "Create a new access token and put it into XYLO_META_ACCESS_TOKEN.",
)
_CHECKPOINT = Verdict(
    Unauthorized,
    "Meta wants the token's owner to confirm something first.",
    "Let the person whose token it is sign in at facebook.com and follow what is asked there.",
)
_UNCONFIRMED = Verdict(
    Unauthorized,
    "The Facebook account of the token's owner is not confirmed.",
    "Let the person whose token it is confirm their account at facebook.com, then create a new access token.",
)
_PERMISSION = Verdict(
    Forbidden,
    "The access token may not do this, or may not do it for this account.",
    "Give the token's owner access to the ad account and create a token with the permission ads_read.",
)
_CAPABILITY = Verdict(
    Forbidden,
    "The Meta app may not use this part of the API.",
    "See at developers.facebook.com whether the app has access to the Marketing API and to this account.",
)
_BLOCKED = Verdict(
    Forbidden,
    "Meta has blocked this for suspected misuse.",
    "Stop all changes, open Meta's Account Quality page and follow what is asked there.",
)
_MISSING = Verdict(
    NotFound,
    "Meta has no such object, or these credentials do not reach it.",
    "List the accounts, campaigns or audiences and use an id that stands there; data sets are in Meta Events Manager.",
)
_QUOTA = Verdict(Throttled, "Meta's quota is used up.", "Wait, then ask again; ask for less at once.")
_BUDGET_EDITS = Verdict(
    Throttled, "An ad set's budget may be changed four times an hour only.", "Wait an hour before changing it again."
)
_DOWN = Verdict(Unavailable, "Meta could not answer.", "Ask again in a few minutes.")
_TIMEOUT = Verdict(
    TooSlow, "Meta took too long over the figures.", "Ask again; if it stays, ask for fewer days or totals."
)
_TOO_LARGE = Verdict(TooSlow, "Meta finds the report too large.", "Ask for fewer days, or for totals instead of days.")
_TOO_MUCH = Verdict(TooMuch, "Meta finds the answer too large.", "Ask for fewer days, or for totals instead of days.")
_TOO_OLD = Verdict(
    Invalid, "Meta keeps figures for 37 months.", "Ask for days that are not further back than 37 months."
)
_RETIRED = Verdict(
    Misconfigured,
    "Meta has retired this version of its API.",
    "Install a newer version of xylo-mcp; if XYLO_META_BASE_URL names a version, remove it from there.",
)
_ADDRESS = Verdict(
    Misconfigured,
    "There is no such path in Meta's API.",
    "If XYLO_META_BASE_URL is set, correct or remove it; else install a newer version of xylo-mcp.",
)
_SIGNATURE = Verdict(
    Misconfigured,
    "Meta does not accept the signature.",
    "Compare XYLO_META_APP_SECRET with the secret of the app that the access token belongs to.",
)
_REFUSED = Verdict(Rejected, "Meta refused the request.", "Read what Meta said and correct the request.")

# Codes and subcodes: Meta docs, "Graph API error handling", "Marketing API error codes" and
# "Insights API" (2026-09).
_SUBCODES: Mapping[tuple[int, int], Verdict] = {
    (190, 459): _CHECKPOINT,
    (190, 464): _UNCONFIRMED,
    (100, 33): _MISSING,
    (100, 1487534): _TOO_MUCH,
    (100, 1504018): _TIMEOUT,
    (100, 3191001): _PERMISSION,
    (2, 1504038): _TIMEOUT,
    (2, 1504041): _REFUSED,
    (2, 1504042): _REFUSED,
    (-3, 1504045): _TOO_LARGE,
    (613, 1487632): _BUDGET_EDITS,
    **PEOPLE,
}
_CODES: Mapping[int, Verdict] = {
    **dict.fromkeys((1, 2, 960), _DOWN),
    **dict.fromkeys((3, 270, 900), _CAPABILITY),
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80015)), _QUOTA),
    **dict.fromkeys((10, *range(200, 270), *range(271, 300), 1404163), _PERMISSION),
    **dict.fromkeys((102, 190), _TOKEN),
    104: _SIGNATURE,
    **dict.fromkeys((368, 1404078, 2859015), _BLOCKED),
    803: _MISSING,
    2500: _ADDRESS,
    2635: _RETIRED,
    3018: _TOO_OLD,
}
# Known by its text only, which comes with code 1 and HTTP status 500.
_TOO_MUCH_TEXT = "reduce the amount of data"


# "Unknown" and "temporary" errors may come after the fact; what Meta calls transient, or a fault of its own, too.
_LEAVES_OPEN = frozenset({0, 1, 2})


class _Error(msgspec.Struct):
    code: int
    error_subcode: int | None = None
    message: str | None = None
    fbtrace_id: str | None = None
    is_transient: bool | None = None


class _Envelope(msgspec.Struct):
    error: _Error | None = None
    success: bool | None = None


def fault(response: httpx2.Response, clock: Clock, secrets: Collection[str] = ()) -> AdsError | None:
    """What Meta said went wrong, None if nothing did; `secrets` are kept out of its words.

    The `error` in the body decides, at any HTTP status: throttling, for one, comes as 400.
    """
    try:
        envelope = msgspec.json.decode(response.content, type=_Envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _without_error(response.status_code)
    if envelope.error is not None:
        refusal = _refusal(envelope.error, response.headers, clock(), secrets)
        if response.is_server_error:
            refusal.nothing_done = False
        return refusal
    if not response.is_success:
        return _without_error(response.status_code)
    return _made(_REFUSED) if envelope.success is False else None


@contextmanager
def unquoted() -> Generator[None]:
    """Within it, of what Meta said only codes are kept: its words may repeat what it was told about people."""
    try:
        yield
    except AdsError as refusal:
        if refusal.vendor is not None:
            refusal.vendor = msgspec.structs.replace(refusal.vendor, message="")
        raise


def is_of_another_kind(refusal: Rejected) -> bool:
    """Whether Meta refused to read an id as a campaign or audience because it is some other object's.

    It calls the request unsupported then, or a field nonexisting, both with code 100.
    """
    return refusal.vendor is not None and refusal.vendor.code == "100"


def _refusal(error: _Error, headers: Mapping[str, str], now: datetime, secrets: Collection[str]) -> AdsError:
    verdict = _verdict(error)
    refusal = verdict.kind(
        verdict.message,
        verdict.fix,
        platform=_PLATFORM,
        vendor=vendor_words(_code(error), error.message or "", error.fbtrace_id or "", secrets=secrets),
        retry_at=_retry_at(verdict, headers, now),
    )
    if error.code in _LEAVES_OPEN or error.is_transient:
        refusal.nothing_done = False
    return refusal


def _verdict(error: _Error) -> Verdict:
    if error.code == 1 and _TOO_MUCH_TEXT in (error.message or "").casefold():
        return _TOO_MUCH
    known = _SUBCODES.get((error.code, error.error_subcode or 0)) or _CODES.get(error.code)
    return known or (_DOWN if error.is_transient else _REFUSED)


def _retry_at(verdict: Verdict, headers: Mapping[str, str], now: datetime) -> datetime | None:
    if verdict is _BUDGET_EDITS:
        return now + timedelta(hours=1)
    wait = regained(headers) if verdict is _QUOTA else 0.0
    return now + timedelta(seconds=wait) if wait else None


def _code(error: _Error) -> str:
    return f"{error.code}/{error.error_subcode}" if error.error_subcode else str(error.code)


def _without_error(status: int) -> AdsError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _made(_DOWN)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _made(_QUOTA)
    return _made(_ADDRESS) if status == HTTPStatus.NOT_FOUND else garbled(_PLATFORM)


def _made(verdict: Verdict) -> AdsError:
    return verdict.kind(verdict.message, verdict.fix, platform=_PLATFORM)
