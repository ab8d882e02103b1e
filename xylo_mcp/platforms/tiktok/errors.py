"""What TikTok's verdicts mean: a table from its return codes to our errors."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

import httpx2
import msgspec

from ...ads.errors import (
    AdsError,
    Forbidden,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from ...contract import Clock
from ...transport.redaction import vendor_words
from ..reading import garbled

_PLATFORM = "tiktok"

NO_PERMISSION = "40001"
"""The code for a scope that is lacking, and for an advertiser who is gone or out of reach."""

PARTLY = "20001"
"""The code for what was done in part."""


class TooLarge(Rejected):
    """A report that TikTok does not give at once, or not whole."""


class Verdict(NamedTuple):
    """What one code means: whose turn it is, what went wrong, what to do next."""

    kind: type[AdsError]
    message: str
    fix: str


_TOKEN = Verdict(
    Unauthorized,
    "TikTok does not accept the access token.",
    "Authorise the app again and put the new token into XYLO_TIKTOK_ACCESS_TOKEN.",
)
_APP = Verdict(
    Misconfigured,
    "TikTok does not accept the app's id and secret.",
    "Compare XYLO_TIKTOK_APP_ID and XYLO_TIKTOK_APP_SECRET with the app's page at TikTok; see there, too, "
    "whether the app is blocked.",
)
_PERMISSION = Verdict(
    Forbidden,
    "The access token may not do this, or may not do it for this account.",
    "Give the app the permissions to read the ad account, campaigns and reports, and for people's data those for "
    "audiences and the Events API; have TikTok's terms for these accepted, let the advertiser authorise the app "
    "again, and put the new token into XYLO_TIKTOK_ACCESS_TOKEN.",
)
_COUNTRY = Verdict(
    Forbidden,
    "TikTok does not answer requests from the country that this server runs in.",
    "Run the server where TikTok serves its API.",
)
_MISSING = Verdict(
    NotFound, "TikTok has no such object.", "List the accounts, campaigns or audiences and use an id that stands there."
)
_TOO_FAST = Verdict(Throttled, "TikTok asks for fewer requests.", "Wait, then ask again; ask for less at once.")
_DOWN = Verdict(Unavailable, "TikTok could not answer.", "Ask again in a few minutes.")
_CONFLICT = Verdict(Unavailable, "TikTok is still busy with this object.", "Ask again in a moment.")
_MAINTENANCE = Verdict(Unavailable, "TikTok is under maintenance.", "Ask again later.")
_OUTDATED = Verdict(
    Misconfigured,
    "TikTok no longer offers this part of its interface.",
    "Install a newer version of xylo-mcp; if XYLO_TIKTOK_BASE_URL is set, compare it with TikTok's documentation.",
)
_SANDBOX = Verdict(
    Unsupported, "TikTok's own sandbox does not offer this.", "Use a real account, or another XYLO_TIKTOK_BASE_URL."
)
_REFUSED = Verdict(Rejected, "TikTok refused the request.", "Read what TikTok said and correct the request.")
_TOO_LARGE = Verdict(
    TooLarge,
    "TikTok finds the report too large.",
    "Ask for fewer days, for some campaigns by their ids, or for the account as a whole.",
)
_DAMAGED = Verdict(Unavailable, "The file was damaged on its way to TikTok.", "Ask again in a moment.")
_EXPIRED = Verdict(
    Rejected, "TikTok no longer has a file that was uploaded before.", "Hand the whole list over again, as a new one."
)
_UNHASHED = Verdict(
    Rejected,
    "TikTok does not find people's data hashed as it wants it.",
    "Look for a newer version of xylo-mcp; nothing but hashed data was sent.",
)
_PARTIAL = Verdict(
    Rejected, "TikTok did only a part of what was asked.", "Read what TikTok said; ask for less at once."
)

# Return codes: TikTok API for Business docs, v1.3, "Return codes" (2026-08).
_CODES: Mapping[int, Verdict] = {
    20001: _PARTIAL,
    **dict.fromkeys((40001, 40003, 40106, 40117, 40118, 40119, 40130, 40301), _PERMISSION),
    **dict.fromkeys((40007, 40013, 40300, 40302), _MISSING),
    **dict.fromkeys((40006, 40008, 40010, 40051, 40400, 41001, 41002), _OUTDATED),
    **dict.fromkeys((40009, 40014), _SANDBOX),
    **dict.fromkeys((40016, 40100, 40132, 40133, 61000), _TOO_FAST),
    **dict.fromkeys((40101, 40113), _APP),
    **dict.fromkeys((40102, 40103, 40104, 40105, 40107, 40108, 40110, 40115, 40116, 70001), _TOKEN),
    **dict.fromkeys((40201, 40202, 40901, 40902, 40903, 40913), _CONFLICT),
    # "Your query is too large, please reduce the query size": on no page, but seen (2024-10).
    40067: _TOO_LARGE,
    40062: _UNHASHED,
    40900: _DAMAGED,
    40910: _EXPIRED,
    41000: _COUNTRY,
    60001: _MAINTENANCE,
}
_SERVICE_FAULTS = range(50000, 60000)
_REFUSALS = range(40000, 50000)
"""Codes that say why TikTok did not do it; all others leave open whether it did."""
# A part was done; the same request came before, and may have been done then; still busy with the object; a fault
# of TikTok's own ("internal validation").
_LEAVES_OPEN = frozenset({20001, 40050, 40201, 40202, 40700, 40901, 40902, 40903, 40913})


class _Envelope(msgspec.Struct):
    code: int
    message: str | None = None
    request_id: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")


def fault(response: httpx2.Response, clock: Clock, secrets: Collection[str] = ()) -> AdsError | None:
    """What TikTok said went wrong, None if nothing did; `secrets` are kept out of its words.

    Its envelope decides: nearly all errors come with HTTP status 200 (TikTok API for Business
    docs, v1.3, "Return codes").
    """
    try:
        envelope = msgspec.json.decode(response.content, type=_Envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None if _is_file(response) else _without_envelope(response.status_code)
    if envelope.code != 0:
        return _refusal(envelope, clock(), secrets)
    if not response.is_success:
        return _without_envelope(response.status_code)
    return None if bytes(envelope.data).startswith((b"{", b"[")) else garbled(_PLATFORM)


def _is_file(response: httpx2.Response) -> bool:
    """Whether this is the table of a report, which begins with the names of its columns and has no envelope."""
    names = {name.strip(b'\xef\xbb\xbf" \r') for name in response.content.partition(b"\n")[0].split(b",")}
    return response.is_success and {b"spend", b"impressions"} <= names


def cut_short(response: httpx2.Response) -> AdsError | None:
    """Whether a report lacks rows: TikTok stops at 20,000 ids and says so in a header only."""
    if "x-tt-ads-throttle" not in response.headers:
        return None
    return TooLarge(
        "TikTok leaves rows out of reports on more than 20,000 campaigns, ad groups or ads.",
        "Ask for some campaigns by their ids, or for the account as a whole.",
        platform=_PLATFORM,
    )


def _refusal(envelope: _Envelope, now: datetime, secrets: Collection[str]) -> AdsError:
    verdict = _CODES.get(envelope.code) or (_DOWN if envelope.code in _SERVICE_FAULTS else _REFUSED)
    message = envelope.message or ""
    error = verdict.kind(
        verdict.message,
        verdict.fix,
        platform=_PLATFORM,
        vendor=vendor_words(envelope.code, message, envelope.request_id or "", secrets=secrets),
        retry_at=_calm(message, now) if verdict is _TOO_FAST else None,
    )
    if envelope.code in _LEAVES_OPEN or envelope.code not in _REFUSALS:
        error.nothing_done = False
    return error


def _calm(message: str, now: datetime) -> datetime | None:
    # Code 40100 stands for both limits and there is no Retry-After: only the text tells the limit per
    # second, over within the next one, from the limit per minute, which locks the app out for five minutes.
    if "QPS" in message:
        return now + timedelta(seconds=1)
    return now + timedelta(minutes=5) if "restricted" in message else None


def _without_envelope(status: int) -> AdsError:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(_DOWN.message, _DOWN.fix, platform=_PLATFORM)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(_TOO_FAST.message, _TOO_FAST.fix, platform=_PLATFORM)
    if status == HTTPStatus.NOT_FOUND:
        return Misconfigured(
            "There is no TikTok API at this address.",
            "Correct or remove XYLO_TIKTOK_BASE_URL.",
            platform=_PLATFORM,
        )
    return garbled(_PLATFORM)
