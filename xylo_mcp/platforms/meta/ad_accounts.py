"""Meta's ad accounts in our words.

Fields and values: Meta Marketing API docs, "Ad account" (2026-09).
"""

from collections.abc import Mapping, Sequence
from functools import partial

import msgspec

from ...ads.accounts import Account, AccountStatus
from ..reading import currency, identifier, reading, time_zone
from ..rosters import Entry, entry
from .shapes import Edge, next_place

_PLATFORM = "meta"
_PREFIX = "act_"

_ACCOUNT_STATUSES: Mapping[int, tuple[str, AccountStatus]] = {
    1: ("ACTIVE", "active"),
    2: ("DISABLED", "disabled"),
    3: ("UNSETTLED", "disabled"),
    7: ("PENDING_RISK_REVIEW", "disabled"),
    8: ("PENDING_SETTLEMENT", "active"),
    9: ("IN_GRACE_PERIOD", "active"),
    100: ("PENDING_CLOSURE", "closed"),
    101: ("CLOSED", "closed"),
    201: ("ANY_ACTIVE", "active"),
    202: ("ANY_CLOSED", "closed"),
}
FIELDS = "id,name,currency,timezone_name,account_status"


class _Named(msgspec.Struct):
    id: str | int


class _AdAccount(msgspec.Struct):
    id: str
    currency: str
    timezone_name: str
    name: str | None = None
    account_status: int | None = None


def accounts(content: bytes, pattern: str) -> tuple[Sequence[Entry], str | None]:
    """The accounts on a page of /me/adaccounts, and the place of the next page."""
    with reading(_PLATFORM):
        edge = msgspec.json.decode(content, type=Edge[msgspec.Raw])
        named = [(str(msgspec.json.decode(row, type=_Named).id), row) for row in edge.data]
        following = next_place(edge.paging)
    return [entry(_PLATFORM, name, pattern, partial(_account, row)) for name, row in named], following


def _account(raw: msgspec.Raw) -> Account:
    row = msgspec.json.decode(raw, type=_AdAccount)
    number = row.account_status
    raw_status, status = _ACCOUNT_STATUSES.get(number or 0, ("" if number is None else str(number), "unknown"))
    if not row.id.startswith(_PREFIX):
        raise ValueError("an account without its id")
    return Account(
        id=_PREFIX + identifier(row.id.removeprefix(_PREFIX)),
        platform=_PLATFORM,
        name=row.name or "",
        currency=currency(row.currency),
        time_zone=time_zone(row.timezone_name),
        status=status,
        raw_status=raw_status,
    )
