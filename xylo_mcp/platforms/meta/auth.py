"""Where Meta is, and how it is told who asks."""

import hashlib
import hmac
import re
from collections.abc import Callable

import httpx2

from ...ads.errors import Unauthorized
from ...transport import FixedToken

_VERSIONED = re.compile(r"/v[0-9]+(\.[0-9]+)?$")


def base_url(setting: str, version: str) -> str:
    """The address that all paths begin with, whether or not `setting` already has a version."""
    address = setting.rstrip("/")
    return address if _VERSIONED.search(address) else f"{address}/{version}"


def token(access_token: str) -> FixedToken:
    """The operator's access token. Once expired it cannot be exchanged any more: a person has to sign in.

    Meta docs, "Long-lived access tokens" (2026-09).
    """
    return FixedToken(
        access_token,
        refusal=Unauthorized(
            "Meta no longer accepts the access token.",
            "Create a new access token and put it into XYLO_META_ACCESS_TOKEN.",
            platform="meta",
        ),
    )


def signer(app_secret: str) -> Callable[[httpx2.Request, str], None]:
    """Signs requests: with the token in a header, so that it is in no URL, and with the app's proof if we can.

    Meta docs, "Secure Graph API calls": the proof belongs to one token.
    """

    def sign(request: httpx2.Request, access_token: str) -> None:
        request.headers["Authorization"] = f"Bearer {access_token}"
        if app_secret:
            proof = hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
            # Put behind what was asked: to take a query apart and together again costs more than all the rest.
            asked = request.extensions.setdefault("unsigned_query", request.url.query)
            parts = [part for part in (asked, f"appsecret_proof={proof}".encode()) if part]
            request.url = request.url.copy_with(query=b"&".join(parts))

    return sign
