"""Page tokens: opaque to the client, signed, and bound to the customer, the query and its settings.

Google Ads API docs, "Paging through results" (v26, read Nov 2026).
"""

import base64
import hashlib
import hmac
from typing import Final

import msgspec

from ..world import World
from .bodies import SearchBody
from .failures import Refusal, refused

_LIFETIME: Final = 2 * 3600
_SIGNATURE: Final = 16


class _Page(msgspec.Struct, array_like=True, frozen=True):
    customer: str
    query: bytes
    offset: int
    issued: int
    summary: bool
    count: bool


def next_token(world: World, customer_id: str, body: SearchBody, offset: int) -> str:
    """The token of the page that begins at row `offset`."""
    settings = body.search_settings
    issued = int(world.clock().timestamp())
    page = _Page(
        customer_id,
        _digest(body.query),
        offset,
        issued,
        settings.return_summary_row,
        settings.return_total_results_count,
    )
    content = msgspec.msgpack.encode(page)
    return base64.urlsafe_b64encode(_signature(world, content) + content).decode().rstrip("=")


def offset_of(world: World, customer_id: str, body: SearchBody) -> int:
    """The row at which the wanted page begins; refuses tokens of other questions, and old ones."""
    if not body.page_token:
        return 0
    page = _read(world, body.page_token)
    if (page.customer, page.query) != (customer_id, _digest(body.query)):
        raise _invalid()
    if world.clock().timestamp() >= page.issued + _LIFETIME:
        raise refused("requestError", "EXPIRED_PAGE_TOKEN", "Page token expired.")
    if body.search_settings.return_summary_row != page.summary:
        code = "INCONSISTENT_RETURN_SUMMARY_ROW_VALUE"
        raise refused("requestError", code, "return_summary_row must not change between pages.")
    if body.search_settings.return_total_results_count and not page.count:
        code = "TOTAL_RESULTS_COUNT_NOT_ORIGINALLY_REQUESTED"
        raise refused("requestError", code, "The total results count was not requested with the first page.")
    return page.offset


def _read(world: World, token: str) -> _Page:
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as wrong:
        raise _invalid() from wrong
    signature, content = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(world, content)):
        raise _invalid()
    return msgspec.msgpack.decode(content, type=_Page)


def _invalid() -> Refusal:
    return refused("requestError", "INVALID_PAGE_TOKEN", "Page token is invalid.")


def _digest(query: str) -> bytes:
    return hashlib.blake2b(query.encode(), digest_size=12).digest()


def _signature(world: World, content: bytes) -> bytes:
    return hmac.new(b"sandbox-google-page-%d" % world.seed, content, hashlib.sha256).digest()[:_SIGNATURE]
