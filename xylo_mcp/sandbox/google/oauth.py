"""Google's token endpoint, and the access tokens it gives: signed, so that they survive a restart.

OAuth 2.0 docs, "Using OAuth 2.0 for Web Server Applications", refreshing an access token (read Nov 2026).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ..world import World
from .cast import CREDENTIALS
from .failures import Refusal, refused

LIFETIME: Final = 3599
SCOPES: Final = "https://www.googleapis.com/auth/adwords https://www.googleapis.com/auth/datamanager"
"""What the sandbox's user agreed to: the Ads API and the Data Manager API, which has a scope of its own."""
_PREFIX: Final = "ya29.sandbox"
_Standing = Literal["good", "expired", "invalid"]


def issue(world: World) -> str:
    """An access token for the next `LIFETIME` seconds of the world's clock."""
    expires = int(world.clock().timestamp()) + LIFETIME
    return f"{_PREFIX}.{expires}.{_signature(world, expires)}"


def check(world: World, authorization: str) -> Refusal | None:
    """What is wrong with an `Authorization` header, None if nothing is."""
    scheme, _, token = authorization.partition(" ")
    standing = _standing(world, token) if scheme == "Bearer" else "invalid"
    return None if standing == "good" else token_refused(expired=standing == "expired")


def token_refused(*, expired: bool) -> Refusal:
    """The access token is no good (any more)."""
    code = "OAUTH_TOKEN_EXPIRED" if expired else "OAUTH_TOKEN_INVALID"
    text = "expired. Refresh the token." if expired else "not valid."
    return refused("authenticationError", code, f"The OAuth access token in the header is {text}", status=401)


async def token_endpoint(world: World, request: Request) -> Response:
    """Give an access token for the refresh token."""
    match request.scope.get("fault"):
        case "throttle":
            return _error(429, "rate_limit_exceeded", "Too many token requests.")
        case "server_error":
            return _error(500, "internal_failure", "")
        case "expire_token":
            return _error(400, "invalid_grant", "Token has been expired or revoked.")
        case _:
            pass
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return _error(400, "invalid_request", "The request must be a form.")
    try:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return _error(400, "invalid_request", "The form cannot be read.")
    return _grant(world, dict(pairs))


def _grant(world: World, form: Mapping[str, str]) -> Response:
    if form.get("client_id") != CREDENTIALS["CLIENT_ID"]:
        return _error(401, "invalid_client", "The OAuth client was not found.")
    if form.get("client_secret") != CREDENTIALS["CLIENT_SECRET"]:
        return _error(401, "invalid_client", "Unauthorized")
    grant = form.get("grant_type", "")
    if grant != "refresh_token":
        return _error(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")
    if not form.get("refresh_token"):
        return _error(400, "invalid_request", "Missing required parameter: refresh_token")
    if form["refresh_token"] != CREDENTIALS["REFRESH_TOKEN"]:
        return _error(400, "invalid_grant", "Token has been expired or revoked.")
    return _json(
        {
            "access_token": issue(world),
            "expires_in": LIFETIME,
            "scope": SCOPES,
            "token_type": "Bearer",
        }
    )


def _standing(world: World, token: str) -> _Standing:
    prefix, _, rest = token.rpartition(".")
    _, _, expires = prefix.rpartition(".")
    known = re.fullmatch(r"[0-9]{1,12}", expires) and prefix == f"{_PREFIX}.{expires}"
    if not known or not hmac.compare_digest(rest.encode(), _signature(world, int(expires)).encode()):
        return "invalid"
    return "good" if world.clock().timestamp() < int(expires) else "expired"


def _signature(world: World, expires: int) -> str:
    return hmac.new(b"sandbox-google-%d" % world.seed, str(expires).encode(), hashlib.sha256).hexdigest()[:40]


def _error(status: int, error: str, description: str) -> Response:
    return _json({"error": error} | ({"error_description": description} if description else {}), status)


def _json(content: object, status: int = 200) -> Response:
    headers = {"cache-control": "no-cache, no-store, max-age=0, must-revalidate", "pragma": "no-cache"}
    return Response(msgspec.json.encode(content), status, headers=headers, media_type="application/json; charset=utf-8")
