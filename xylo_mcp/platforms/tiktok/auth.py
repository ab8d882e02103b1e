"""Where TikTok is, and how it is told who asks."""

import re
from collections.abc import Mapping

import httpx2

from ...ads.errors import Unauthorized
from ...transport import FixedToken

_VERSIONED = re.compile(r"/open_api/v[0-9]+(\.[0-9]+)?$")


def base_url(setting: str, version: str) -> str:
    """The address that all paths begin with, whether or not `setting` already has the version."""
    address = setting.rstrip("/")
    return address if _VERSIONED.search(address) else f"{address}/open_api/{version}"


def token(settings: Mapping[str, str]) -> FixedToken:
    """The operator's access token. TikTok's do not expire and cannot be renewed, only granted again.

    TikTok API for Business docs, v1.3, "Authentication".
    """
    return FixedToken(
        settings["ACCESS_TOKEN"],
        refusal=Unauthorized(
            "TikTok no longer accepts the access token.",
            "Authorise the app again and put the new token into XYLO_TIKTOK_ACCESS_TOKEN.",
            platform="tiktok",
        ),
    )


def sign(request: httpx2.Request, access_token: str) -> None:
    """Put the token where TikTok wants it."""
    request.headers["Access-Token"] = access_token
