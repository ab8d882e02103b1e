"""What operations hold: the most that budgets may commit to because of them, until it is seen or surely not done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from ..ads.operations import Operation
from .store import Tx, moment, text
from .tables import RESERVATION


class Hold(msgspec.Struct, frozen=True):
    """What a budget of an account may commit to a day because of an operation; None: without bound.

    `settled_at` is when the operation was known to be done, None while that is not known.
    """

    account: str
    budget_id: str
    daily: Decimal | None
    settled_at: datetime | None = None


def reserve(tx: Tx, operation: Operation, amounts: Mapping[str, Decimal | None]) -> None:
    """Hold what the budgets may commit to once `operation` is done."""
    for budget_id, daily in amounts.items():
        tx.connection.execute(
            sa.insert(RESERVATION).values(
                operation_id=operation.id,
                budget_id=budget_id,
                tenant=tx.tenant,
                principal=operation.principal,
                account=operation.account,
                daily=None if daily is None else str(daily),
            )
        )


def settle(tx: Tx, operation: Operation, *, done: bool) -> None:
    """End what `operation` holds: done, it counts until every look must show it; surely not done, at once."""
    mine = (RESERVATION.c.tenant == tx.tenant, RESERVATION.c.operation_id == operation.id)
    if done:
        tx.connection.execute(sa.update(RESERVATION).where(*mine).values(settled_at=text(tx.now)))
    else:
        tx.connection.execute(sa.delete(RESERVATION).where(*mine))


def held(tx: Tx, since: datetime) -> Sequence[Hold]:
    """All that is held, and what was settled as done `since` then."""
    rows = tx.connection.execute(
        sa.select(RESERVATION.c.account, RESERVATION.c.budget_id, RESERVATION.c.daily, RESERVATION.c.settled_at).where(
            RESERVATION.c.tenant == tx.tenant,
            sa.or_(RESERVATION.c.settled_at.is_(None), RESERVATION.c.settled_at > text(since)),
        )
    )
    return [
        Hold(
            row.account,
            row.budget_id,
            None if row.daily is None else Decimal(row.daily),
            None if row.settled_at is None else moment(row.settled_at),
        )
        for row in rows
    ]
