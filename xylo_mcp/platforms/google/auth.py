"""Fetches Google's access tokens with the operator's refresh token."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

import httpx2
import msgspec

from ...ads.errors import AdsError, Misconfigured, Rejected, Throttled, Unauthorized, Unavailable
from ...contract import Connection
from ...transport import FixedToken, RenewingToken, Token, open_client, vendor_words
from ..reading import garbled, reading
from .errors import PLATFORM
from .limits import LIMITS
from .refusals import SERVER_ERROR, Refusal

_CONSENT_AGAIN = Refusal(
    Unauthorized,
    "Google no longer takes the refresh token: it was revoked, or it ended.",
    "Let the Google user consent again and set XYLO_GOOGLE_REFRESH_TOKEN to the new refresh token. While the "
    "OAuth consent screen is in testing, each one ends after seven days: publish it.",
)
_WRONG_CLIENT = Refusal(
    Misconfigured,
    "Google does not know this OAuth client, or its secret is another.",
    "Correct XYLO_GOOGLE_CLIENT_ID and XYLO_GOOGLE_CLIENT_SECRET; the refresh token must be of the same client.",
)
_REFUSED = Refusal(
    Rejected,
    "Google refused to give an access token.",
    "See what Google says, and check the XYLO_GOOGLE_ settings.",
)
_DOWN = Refusal(Unavailable, "Google's token service failed.", "Ask again in a moment.")
_SLOWER = Refusal(Throttled, "Google's token service asks to slow down.", "Ask again in a moment.")
_ADDRESS = Refusal(Misconfigured, "No tokens are given at this address.", "Check XYLO_GOOGLE_TOKEN_URL.")

# RFC 6749, section 5.2; Google: "Using OAuth 2.0 for Web Server Applications", refresh errors (2026).
_BY_CODE: Mapping[str, Refusal] = {
    "invalid_grant": _CONSENT_AGAIN,
    "invalid_client": _WRONG_CLIENT,
    "deleted_client": _WRONG_CLIENT,
    "unauthorized_client": _WRONG_CLIENT,
    "internal_failure": _DOWN,
    "server_error": _DOWN,
    "temporarily_unavailable": _DOWN,
    "rate_limit_exceeded": _SLOWER,
}
_BY_STATUS: Mapping[int, Refusal] = {404: _ADDRESS, 405: _ADDRESS, 408: _DOWN, 429: _SLOWER}
_DAY = 86_400


class _Grant(msgspec.Struct, frozen=True):
    # The pattern is RFC 6750's token, section 2.1.
    access_token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._~+/-]+=*$")]
    expires_in: Annotated[int, msgspec.Meta(ge=1)]


class _Denial(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


@asynccontextmanager
async def open_token(connection: Connection) -> AsyncGenerator[Token]:
    """A token that renews itself, for as long as the context lasts."""
    settings = connection.settings
    form = {
        "grant_type": "refresh_token",
        "client_id": settings["CLIENT_ID"],
        "client_secret": settings["CLIENT_SECRET"],
        "refresh_token": settings["REFRESH_TOKEN"],
    }
    address = settings["TOKEN_URL"]
    async with open_client(
        connection,
        platform=PLATFORM,
        base_url=address,
        token=FixedToken("", refusal=Unauthorized(_REFUSED.message, _REFUSED.fix, platform=PLATFORM)),
        sign=_unsigned,
        fault=partial(_fault, secrets=(form["client_secret"], form["refresh_token"])),
        limits=LIMITS,
    ) as http:

        async def fetch() -> tuple[str, datetime]:
            # Fetching leaves nothing behind, so it may be repeated like a read.
            response = await http.post(address, data=form, extensions={"read": True})
            grant = _granted(response.content)
            return grant.access_token, connection.clock() + timedelta(seconds=min(grant.expires_in, _DAY))

        yield RenewingToken(fetch, connection.clock)


def _unsigned(request: httpx2.Request, token: str) -> None:
    """Who asks for a token has none yet."""


def _granted(body: bytes) -> _Grant:
    with reading(PLATFORM):
        return msgspec.json.decode(body, type=_Grant)


def _fault(response: httpx2.Response, *, secrets: tuple[str, ...]) -> AdsError | None:
    if response.is_success:
        return None if _readable(response.content) else garbled(PLATFORM)
    denial = _denial(response.content)
    refusal = _BY_CODE.get(denial.error) or _by_status(response.status_code)
    words = vendor_words(
        denial.error or response.status_code,
        denial.error_description,
        response.headers.get("request-id", ""),
        secrets=secrets,
    )
    return refusal.kind(refusal.message, refusal.fix, platform=PLATFORM, vendor=words)


def _readable(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=_Grant)
    except (ValueError, RecursionError):
        return False
    return True


def _denial(body: bytes) -> _Denial:
    try:
        return msgspec.json.decode(body, type=_Denial)
    except (ValueError, RecursionError):
        return _Denial()


def _by_status(status: int) -> Refusal:
    return _BY_STATUS.get(status, _DOWN if status >= SERVER_ERROR else _REFUSED)
