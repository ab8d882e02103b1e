"""Operations in the store."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from ..ads.errors import NotFound
from ..ads.operations import OPEN, Operation, State
from .statements import Statement, of
from .store import Tx, moment, text
from .tables import OPERATION

STOOD = OPEN | frozenset[State]({"applied", "partial"})
"""Of operations in these states it is certain, or at least not excluded, that something was done."""

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, none like another
OURS = OPERATION.c.tenant == of("tenant")
_THIS = sa.and_(OURS, OPERATION.c.id == of("this"))
ON_CAMPAIGN = sa.and_(OURS, OPERATION.c.account == of("account"), OPERATION.c.campaign_id == of("campaign_id"))
_UNSETTLED = OPERATION.c.state.in_(sorted(OPEN))


def _chosen(*conditions: sa.ColumnElement[bool], by: Sequence[sa.ColumnElement[Any]] = ()) -> Statement:
    """The statement that gives `limit` operations of which all `conditions` hold.

    An order that nobody needs is not asked for: SQLite would read all there is in that order, to find a few.
    """
    return Statement(sa.select(OPERATION.c.body).where(*conditions).order_by(*by).limit(of("limit")))


_NEWEST_FIRST = (OPERATION.c.created_at.desc(), OPERATION.c.id)
_BY_ID = _chosen(_THIS)
_BY_KEY = _chosen(OURS, OPERATION.c.principal == of("principal"), OPERATION.c.idempotency_key == of("key"))
_TWIN = _chosen(
    OURS,
    OPERATION.c.principal == of("principal"),
    OPERATION.c.digest == of("digest"),
    OPERATION.c.idempotency_key.is_(None),
    OPERATION.c.created_at > of("since"),
    OPERATION.c.state.in_(sorted(STOOD | {"pending_approval"})),
    by=_NEWEST_FIRST,
)
_REJECTED = _chosen(
    OURS,
    OPERATION.c.principal == of("principal"),
    OPERATION.c.digest == of("digest"),
    OPERATION.c.state == "rejected",
    OPERATION.c.created_at > of("since"),
    by=_NEWEST_FIRST,
)
_UNFINISHED = _chosen(
    OURS,
    OPERATION.c.principal == of("principal"),
    OPERATION.c.digest == of("digest"),
    OPERATION.c.state.in_(sorted(OPEN | {"pending_approval"})),
    by=_NEWEST_FIRST,
)
_LATEST = _chosen(OURS, by=_NEWEST_FIRST)
_LATEST_UNSETTLED = _chosen(OURS, _UNSETTLED, by=_NEWEST_FIRST)
_UNSETTLED_ON_CAMPAIGN = _chosen(ON_CAMPAIGN, _UNSETTLED)
_DUE = _chosen(
    OURS,
    OPERATION.c.state.in_(["sending", "unknown"]),
    OPERATION.c.lease_until <= of("now"),
    by=[OPERATION.c.lease_until],
)
_COUNT_UNSETTLED = Statement(sa.select(sa.func.count()).select_from(OPERATION).where(OURS, _UNSETTLED))
_COUNT_DONE = Statement(
    sa.select(sa.func.count()).select_from(OPERATION).where(ON_CAMPAIGN, OPERATION.c.state.in_(["applied", "partial"]))
)
_OTHERS_ON_CAMPAIGN = Statement(
    sa.select(sa.func.count()).select_from(OPERATION).where(ON_CAMPAIGN, OPERATION.c.id != of("this"))
)
_LATER_ON_CAMPAIGN = Statement(
    sa.select(sa.func.count())
    .select_from(OPERATION)
    .where(ON_CAMPAIGN, OPERATION.c.created_at > of("since"), OPERATION.c.state.in_(sorted(STOOD)))
)
_CHANGING = ("campaign_id", "idempotency_key", "state", "updated_at", "lease_until", "body")
_CHANGE = Statement(sa.update(OPERATION).where(_THIS).values({name: of(f"new_{name}") for name in _CHANGING}))
_ADD = Statement(sa.insert(OPERATION))
_LEASE = Statement(
    sa.update(OPERATION)
    .where(_THIS)
    .values(lease_until=of("until"), fence=OPERATION.c.fence + 1)
    .returning(OPERATION.c.fence)
)
_HOLD_ON = Statement(
    sa.update(OPERATION)
    .where(_THIS, OPERATION.c.fence == of("its_fence"), OPERATION.c.state == "sending")
    .values(lease_until=of("until"))
)
_FREE_FROM = Statement(sa.select(OPERATION.c.lease_until).where(_THIS))
_FENCE = Statement(sa.select(OPERATION.c.fence).where(_THIS))


def new_id() -> str:
    """An id of 12 characters that nobody can guess."""
    return "".join(_ALPHABET[byte % 32] for byte in secrets.token_bytes(12))


def by_id(tx: Tx, operation_id: str) -> Operation:
    """The operation with this id.

    Raises:
        NotFound: there is none of this tenant's.
    """
    found = _one(tx, _BY_ID, this=operation_id)
    if found is None:
        raise NotFound("There is no such operation.", "Use an operation_id from the answer of a write.")
    return found


def by_key(tx: Tx, principal: str, key: str) -> Operation | None:
    """The operation that `principal` gave this idempotency key to."""
    return _one(tx, _BY_KEY, principal=principal, key=key)


def twin(tx: Tx, principal: str, digest: str, within: timedelta) -> Operation | None:
    """The latest operation with equal parameters and no key of its own, unless it surely came to nothing."""
    return _one(tx, _TWIN, principal=principal, digest=digest, since=text(tx.now - within))


def unfinished(tx: Tx, principal: str, digest: str) -> Sequence[Operation]:
    """Operations with equal parameters that wait for a person, or of which there is something left; newest first."""
    return _several(tx, _UNFINISHED, principal=principal, digest=digest)


def rejected_lately(tx: Tx, principal: str, digest: str, within: timedelta) -> Operation | None:
    """The latest operation with equal parameters that a person said no to."""
    return _one(tx, _REJECTED, principal=principal, digest=digest, since=text(tx.now - within))


def listed(tx: Tx, *, unsettled: bool = False, limit: int = 100) -> Sequence[Operation]:
    """The latest operations, all or those that are not settled."""
    return _several(tx, _LATEST_UNSETTLED if unsettled else _LATEST, limit=limit)


def count_unsettled(tx: Tx) -> int:
    """Of how many operations it is not certain what the platform did."""
    ((count,),) = tx.rows(_COUNT_UNSETTLED)
    return count


def open_on(tx: Tx, account: str, campaign_id: str) -> Sequence[Operation]:
    """Operations on a campaign of which it is not certain what the platform did."""
    return _several(tx, _UNSETTLED_ON_CAMPAIGN, account=account, campaign_id=campaign_id)


def done_on(tx: Tx, account: str, campaign_id: str) -> int:
    """How many operations on a campaign are done; it only grows, so the same number means that nothing happened."""
    ((count,),) = tx.rows(_COUNT_DONE, account=account, campaign_id=campaign_id)
    return count


def made_by_others(tx: Tx, operation: Operation, campaign_ids: Iterable[str]) -> frozenset[str]:
    """Which of these campaigns another operation of the account made or changed: they are not this one's."""

    def is_anothers(campaign_id: str) -> bool:
        asked = {"account": operation.account, "campaign_id": campaign_id, "this": operation.id}
        ((others,),) = tx.rows(_OTHERS_ON_CAMPAIGN, **asked)
        return others > 0

    return frozenset(filter(is_anothers, campaign_ids))


def made_later(tx: Tx, operation: Operation) -> bool:
    """Whether another operation, asked for later, has changed the same thing or may have."""
    there = {"account": operation.account, "campaign_id": operation.campaign_id}
    ((later,),) = tx.rows(_LATER_ON_CAMPAIGN, **there, since=text(operation.created_at))
    return later > 0


def keep(tx: Tx, operation: Operation, lease_until: datetime | None = None) -> Operation:
    """Write `operation` down, new or as it is now. Until `lease_until` it is somebody's who works on it."""
    kept = msgspec.structs.replace(operation, updated_at=tx.now)
    values = {
        "campaign_id": kept.campaign_id,
        # What surely was not done leaves its key free: corrected, the change may come again with it.
        "idempotency_key": kept.key or None if kept.state != "failed" else None,
        "state": kept.state,
        "updated_at": tx.at,
        "lease_until": text(lease_until) if lease_until else tx.at,
        "body": msgspec.json.encode(kept).decode(),
    }
    if not tx.run(_CHANGE, this=kept.id, **{f"new_{name}": value for name, value in values.items()}):
        tx.run(
            _ADD,
            id=kept.id,
            principal=kept.principal,
            tool=kept.tool,
            digest=kept.digest,
            account=kept.account,
            created_at=text(kept.created_at),
            fence=0,
            **values,
        )
    return kept


def lease_due(tx: Tx, until: datetime, limit: int = 20) -> Sequence[tuple[Operation, int]]:
    """Operations that are not settled and nobody works on, leased to the caller `until` then, each with its fence."""
    due = _several(tx, _DUE, now=tx.at, limit=limit)
    return [(operation, lease(tx, operation.id, until)) for operation in due]


def lease(tx: Tx, operation_id: str, until: datetime) -> int:
    """Take an operation to work on it; who leased it before can no longer record anything. Gives the fence."""
    ((fence,),) = tx.rows(_LEASE, this=operation_id, until=text(until))
    return fence


def hold_on(tx: Tx, operation_id: str, fence: int, until: datetime) -> None:
    """Work on an operation for longer, if it is still leased to the one who was given this fence."""
    tx.run(_HOLD_ON, this=operation_id, its_fence=fence, until=text(until))


def is_free(tx: Tx, operation_id: str) -> bool:
    """Whether nobody works on the operation now."""
    ((lease_until,),) = tx.rows(_FREE_FROM, this=operation_id)
    return moment(lease_until) <= tx.now


def holds_lease(tx: Tx, operation_id: str, fence: int) -> bool:
    """Whether nobody leased the operation since the one who was given this fence."""
    return list(tx.rows(_FENCE, this=operation_id)) == [(fence,)]


def _several(tx: Tx, statement: Statement, *, limit: int = 100, **values: object) -> Sequence[Operation]:
    return [msgspec.json.decode(body, type=Operation) for (body,) in tx.rows(statement, limit=limit, **values)]


def _one(tx: Tx, statement: Statement, **values: object) -> Operation | None:
    return next(iter(_several(tx, statement, limit=1, **values)), None)
