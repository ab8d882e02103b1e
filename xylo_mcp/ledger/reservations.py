"""What operations hold: the most that budgets may commit to because of them, until it is seen or surely not done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from ..ads.operations import Operation
from .statements import Statement, of
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


_MINE = sa.and_(RESERVATION.c.tenant == of("tenant"), RESERVATION.c.operation_id == of("operation_id"))
_RESERVE = Statement(sa.insert(RESERVATION))
_DONE = Statement(sa.update(RESERVATION).where(_MINE).values(settled_at=of("now")))
_FREE = Statement(sa.delete(RESERVATION).where(_MINE))
_OURS = sa.select(RESERVATION.c.account, RESERVATION.c.budget_id, RESERVATION.c.daily, RESERVATION.c.settled_at).where(
    RESERVATION.c.tenant == of("tenant")
)
_HELD = Statement(  # two questions, for one of either or would be answered by reading all that was ever held
    sa.union_all(
        _OURS.where(RESERVATION.c.settled_at.is_(None)),
        _OURS.where(RESERVATION.c.settled_at > of("since")),
    )
)


def reserve(tx: Tx, operation: Operation, amounts: Mapping[str, Decimal | None]) -> None:
    """Hold what the budgets may commit to once `operation` is done."""
    for budget_id, daily in amounts.items():
        tx.run(
            _RESERVE,
            operation_id=operation.id,
            budget_id=budget_id,
            principal=operation.principal,
            account=operation.account,
            daily=None if daily is None else str(daily),
            settled_at=None,
        )


def settle(tx: Tx, operation: Operation, *, done: bool) -> None:
    """End what `operation` holds: done, it counts until every look must show it; surely not done, at once."""
    if done:
        tx.run(_DONE, operation_id=operation.id, now=tx.at)
    else:
        tx.run(_FREE, operation_id=operation.id)


def held(tx: Tx, since: datetime) -> Sequence[Hold]:
    """All that is held, and what was settled as done `since` then."""
    return [
        Hold(
            account,
            budget_id,
            None if daily is None else Decimal(daily),
            None if settled_at is None else moment(settled_at),
        )
        for account, budget_id, daily, settled_at in tx.rows(_HELD, since=text(since))
    ]
