"""Meta's audiences in our words.

Fields and values: Meta Marketing API docs, "Custom Audience" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from ...ads.accounts import Account
from ...ads.audiences import Audience, AudienceKind, AudiencePage, Readiness
from ..reading import identifier, reading
from .shapes import Edge, next_place

_PLATFORM = "meta"
FIELDS = (
    "id,name,subtype,approximate_count_lower_bound,approximate_count_upper_bound,"
    "operation_status,delivery_status,time_created"
)
TAGGED_FIELDS = "id,description"
OWNED_FIELDS = "id,account_id,subtype"
STATUS_FIELDS = "id,operation_status"

CUSTOMER_LIST = "CUSTOM"
"""The subtype of audiences whose members are told by whoever advertises."""

_KINDS: Mapping[str, AudienceKind] = {
    CUSTOMER_LIST: "customer_list",
    "WEBSITE": "website",
    "APP": "app_activity",
    "ENGAGEMENT": "engagement",
    "VIDEO": "engagement",
    "IG_BUSINESS": "engagement",
    "LOOKALIKE": "lookalike",
}

_USABLE, _SMALL, _UNUSABLE = 200, 300, 400
NORMAL = 200
"""Nothing is being done to the audience."""

# Its members are being replaced; a lookalike is being built again; it is being filled.
UNDER_WAY = frozenset({414, 434, 441})
"""What is being done to an audience while it is not `NORMAL`, in Meta's codes."""

# Building a lookalike failed; its owner is gone; it is flagged; something is to be mended.
_BROKEN = frozenset({432, 433, 470, 471, 500})
_NOTHING_UPLOADED = 410


class _Status(msgspec.Struct):
    code: int | None = None


class _Audience(msgspec.Struct):
    id: str | int
    name: str | None = None
    subtype: str | None = None
    approximate_count_lower_bound: int | None = None
    approximate_count_upper_bound: int | None = None
    operation_status: _Status | None = None
    delivery_status: _Status | None = None
    time_created: Annotated[int, msgspec.Meta(ge=0, lt=1 << 37)] | None = None


class _Tagged(msgspec.Struct):
    id: str | int
    description: str | None = None


class _Owned(msgspec.Struct):
    id: str | int
    account_id: str | int
    subtype: str | None = None


class _State(msgspec.Struct):
    operation_status: _Status


class _Done(msgspec.Struct):
    success: bool


_PAGE = msgspec.json.Decoder(Edge[_Audience])
_TAGGED = msgspec.json.Decoder(Edge[_Tagged])


def audiences(content: bytes, account: Account) -> AudiencePage:
    """The audiences on a page of an account's /customaudiences."""
    with reading(_PLATFORM):
        edge = _PAGE.decode(content)
        return AudiencePage([_audience(row, account) for row in edge.data], next_place(edge.paging))


def tagged(content: bytes, tag: str) -> tuple[Sequence[str], str | None]:
    """The ids of those on a page that bear `tag` in their description, and the place of the next page."""
    with reading(_PLATFORM):
        edge = _TAGGED.decode(content)
        ids = [identifier(row.id) for row in edge.data if tag in (row.description or "").split()]
        return ids, next_place(edge.paging)


def subtype_of(content: bytes, account: Account, audience_id: str) -> str | None:
    """Meta's word for the kind of the audience that an answer consists of, if it belongs to `account`.

    Raises:
        Garbled: it is about another one than that with this id.
    """
    with reading(_PLATFORM):
        row = msgspec.json.decode(content, type=_Owned)
        if identifier(row.id) != audience_id:
            raise ValueError("another audience than the one asked for")
        return (row.subtype or "") if f"act_{identifier(row.account_id)}" == account.id else None


def operation_of(content: bytes) -> int | None:
    """The code of what is being done to the audience that an answer consists of, or was done last."""
    with reading(_PLATFORM):
        return _code(msgspec.json.decode(content, type=_State).operation_status)


def confirm(content: bytes) -> None:
    """Make sure that a change of an audience was carried out, by what was answered.

    Raises:
        Garbled: it does not say so.
    """
    with reading(_PLATFORM):
        if not msgspec.json.decode(content, type=_Done).success:
            raise ValueError("no success")


def _audience(row: _Audience, account: Account) -> Audience:
    readiness = _readiness(_code(row.operation_status), _code(row.delivery_status))
    return Audience(
        id=identifier(row.id),
        account=account.id,
        name=row.name or "",
        kind=_KINDS.get(row.subtype or "", "other"),
        size=_size(row, readiness),
        readiness=readiness,
        raw_kind=row.subtype or "",
        raw_status=_raw_status(row),
        created=None if row.time_created is None else datetime.fromtimestamp(row.time_created, UTC),
    )


def _size(row: _Audience, readiness: Readiness) -> int | None:
    """The lower of Meta's two bounds: what there surely is. -1, and 0 while people are still sought, say nothing."""
    bounds = [row.approximate_count_lower_bound, row.approximate_count_upper_bound]
    told = [bound for bound in bounds if bound is not None]
    if not told or min(told) < 0 or (max(told) == 0 and readiness == "processing"):
        return None
    return min(told)


def _readiness(operation: int | None, delivery: int | None) -> Readiness:
    """By whether ads can use it now; what is being done to it counts where they cannot."""
    if operation in _BROKEN or (delivery is not None and delivery >= _UNUSABLE):
        return "unusable"
    if delivery == _USABLE:
        return "ready"
    if operation in UNDER_WAY:
        return "processing"
    return "too_small" if delivery == _SMALL or operation == _NOTHING_UPLOADED else "unknown"


def _raw_status(row: _Audience) -> str:
    named = {"operation_status": row.operation_status, "delivery_status": row.delivery_status}
    codes = {name: _code(status) for name, status in named.items()}
    return ", ".join(f"{name} {code}" for name, code in codes.items() if code is not None)


def _code(status: _Status | None) -> int | None:
    return status.code if status is not None else None
