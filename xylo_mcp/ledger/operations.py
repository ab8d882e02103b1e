"""Operations and what they hold, in the store."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from ..ads.errors import NotFound
from ..ads.operations import OPEN, Operation, State
from .store import Tx, moment, text
from .tables import OPERATION

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_CREATE = "create_campaign"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_STOOD = OPEN | frozenset[State]({"applied", "partial"})


class Past(msgspec.Struct, frozen=True):
    """What the ledger knows that rules ask for.

    Attributes:
        raised_from: what the campaign committed to a day before the first of its changes within 24 hours;
            `touched`: whether there was one.
        last_change: when the campaign was last changed through here.
        writes_last_minute, created_last_day, identical_last_ten_minutes: so many operations.
    """

    touched: bool
    raised_from: Decimal | None
    last_change: datetime | None
    writes_last_minute: int
    created_last_day: int
    identical_last_ten_minutes: int


def new_id() -> str:
    """An id of 12 characters that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


def by_id(tx: Tx, operation_id: str) -> Operation:
    """The operation with this id.

    Raises:
        NotFound: there is none of this tenant's.
    """
    found = _one(tx, OPERATION.c.id == operation_id)
    if found is None:
        raise NotFound("There is no such operation.", "Use an operation_id from the answer of a write.")
    return found


def by_key(tx: Tx, principal: str, key: str) -> Operation | None:
    """The operation that `principal` gave this idempotency key to."""
    return _one(tx, OPERATION.c.principal == principal, OPERATION.c.idempotency_key == key)


def twin(tx: Tx, principal: str, digest: str, within: timedelta) -> Operation | None:
    """The latest operation with equal parameters and no key of its own, unless it surely came to nothing."""
    return _one(
        tx,
        OPERATION.c.principal == principal,
        OPERATION.c.digest == digest,
        OPERATION.c.idempotency_key.is_(None),
        OPERATION.c.created_at > text(tx.now - within),
        OPERATION.c.state.in_(sorted(_STOOD | {"pending_approval"})),
    )


def listed(tx: Tx, states: Iterable[State] = (), limit: int = 100) -> Sequence[Operation]:
    """The latest operations, of these states or of all."""
    conditions = [OPERATION.c.state.in_(sorted(states))] if states else []
    return _many(tx, *conditions, limit=limit)


def open_on(tx: Tx, account: str, campaign_id: str) -> Sequence[Operation]:
    """Operations on a campaign of which it is not certain what the platform did."""
    return _many(
        tx,
        OPERATION.c.account == account,
        OPERATION.c.campaign_id == campaign_id,
        OPERATION.c.state.in_(sorted(OPEN)),
    )


def done_on(tx: Tx, account: str, campaign_id: str) -> int:
    """How many operations on a campaign are done; it only grows, so the same number means that nothing happened."""
    return _count(
        tx,
        OPERATION.c.account == account,
        OPERATION.c.campaign_id == campaign_id,
        OPERATION.c.state.in_(["applied", "partial"]),
    )


def made_by_others(tx: Tx, operation: Operation, campaign_ids: Iterable[str]) -> frozenset[str]:
    """Which of these campaigns another operation of the account made or changed: they are not this one's."""
    rows = tx.connection.execute(
        sa.select(OPERATION.c.campaign_id).where(
            OPERATION.c.tenant == tx.tenant,
            OPERATION.c.account == operation.account,
            OPERATION.c.campaign_id.in_(sorted(campaign_ids)),
            OPERATION.c.id != operation.id,
        )
    )
    return frozenset(campaign_id for (campaign_id,) in rows)


def keep(tx: Tx, operation: Operation, lease_until: datetime | None = None) -> Operation:
    """Write `operation` down, new or as it is now. Until `lease_until` it is somebody's who works on it."""
    kept = msgspec.structs.replace(operation, updated_at=tx.now)
    values = {
        "campaign_id": kept.campaign_id,
        # What surely was not done leaves its key free: corrected, the change may come again with it.
        "idempotency_key": kept.key or None if kept.state != "failed" else None,
        "state": kept.state,
        "updated_at": text(tx.now),
        "lease_until": text(lease_until or tx.now),
        "body": msgspec.json.encode(kept).decode(),
    }
    changed = tx.connection.execute(sa.update(OPERATION).where(_own(tx), OPERATION.c.id == kept.id).values(**values))
    if not changed.rowcount:
        tx.connection.execute(
            sa.insert(OPERATION).values(
                id=kept.id,
                tenant=tx.tenant,
                principal=kept.principal,
                tool=kept.tool,
                digest=kept.digest,
                account=kept.account,
                created_at=text(kept.created_at),
                fence=0,
                **values,
            )
        )
    return kept


def lease_due(tx: Tx, until: datetime, limit: int = 20) -> Sequence[tuple[Operation, int]]:
    """Operations that are not settled and nobody works on, leased to the caller `until` then, each with its fence."""
    due = _many(
        tx,
        OPERATION.c.state.in_(["sending", "unknown"]),
        OPERATION.c.lease_until <= text(tx.now),
        limit=limit,
        oldest_first=True,
    )
    return [(operation, lease(tx, operation.id, until)) for operation in due]


def lease(tx: Tx, operation_id: str, until: datetime) -> int:
    """Take an operation to work on it; who leased it before can no longer record anything. Gives the fence."""
    row = tx.connection.execute(
        sa.update(OPERATION)
        .where(_own(tx), OPERATION.c.id == operation_id)
        .values(lease_until=text(until), fence=OPERATION.c.fence + 1)
        .returning(OPERATION.c.fence)
    ).one()
    fence: int = row.fence
    return fence


def holds_lease(tx: Tx, operation_id: str, fence: int) -> bool:
    """Whether nobody leased the operation since the one who was given this fence."""
    found = tx.connection.execute(
        sa.select(OPERATION.c.fence).where(_own(tx), OPERATION.c.id == operation_id)
    ).scalar_one_or_none()
    return found == fence


def past(tx: Tx, principal: str, account: str, campaign_id: str, digest: str) -> Past:
    """What the ledger knows of a campaign (empty: none yet), of who asks, and of equal questions."""
    day = _many(
        tx,
        OPERATION.c.account == account,
        OPERATION.c.campaign_id == campaign_id,
        OPERATION.c.tool != _CREATE,
        OPERATION.c.created_at > text(tx.now - _DAY),
        OPERATION.c.state.in_(sorted(_STOOD)),
        limit=1000,
        oldest_first=True,
    )
    moving = [one for one in day if one.daily_before != one.daily_after] if campaign_id else []
    return Past(
        touched=bool(moving),
        raised_from=moving[0].daily_before if moving else None,
        last_change=_last_change(tx, account, campaign_id) if campaign_id else None,
        writes_last_minute=_count(
            tx, OPERATION.c.principal == principal, OPERATION.c.created_at > text(tx.now - _MINUTE)
        ),
        created_last_day=_count(
            tx,
            OPERATION.c.tool == _CREATE,
            OPERATION.c.created_at > text(tx.now - _DAY),
            OPERATION.c.state.in_(sorted(_STOOD)),
        ),
        identical_last_ten_minutes=_count(
            tx,
            OPERATION.c.principal == principal,
            OPERATION.c.digest == digest,
            OPERATION.c.created_at > text(tx.now - 10 * _MINUTE),
        ),
    )


def _last_change(tx: Tx, account: str, campaign_id: str) -> datetime | None:
    latest = tx.connection.execute(
        sa.select(sa.func.max(OPERATION.c.updated_at)).where(
            _own(tx),
            OPERATION.c.account == account,
            OPERATION.c.campaign_id == campaign_id,
            OPERATION.c.tool != _CREATE,
            OPERATION.c.state.in_(sorted(_STOOD)),
        )
    ).scalar_one_or_none()
    return None if latest is None else moment(latest)


def _own(tx: Tx) -> sa.ColumnElement[bool]:
    return OPERATION.c.tenant == tx.tenant


def _one(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Operation | None:
    return next(iter(_many(tx, *conditions, limit=1)), None)


def _many(
    tx: Tx, *conditions: sa.ColumnElement[bool], limit: int = 100, oldest_first: bool = False
) -> Sequence[Operation]:
    order = OPERATION.c.created_at.asc() if oldest_first else OPERATION.c.created_at.desc()
    rows = tx.connection.execute(
        sa.select(OPERATION.c.body).where(_own(tx), *conditions).order_by(order, OPERATION.c.id).limit(limit)
    )
    return [msgspec.json.decode(body, type=Operation) for (body,) in rows]


def _count(tx: Tx, *conditions: sa.ColumnElement[bool]) -> int:
    return tx.connection.execute(
        sa.select(sa.func.count()).select_from(OPERATION).where(_own(tx), *conditions)
    ).scalar_one()
