"""How much of people's data accounts were told, and by which key it is recognised again."""

from datetime import timedelta

import sqlalchemy as sa

from ..ads.errors import Misconfigured
from .statements import Statement, of
from .store import Tx, text
from .tables import OPERATION, PEOPLE_KEY, ROWS

_DAY = timedelta(days=1)
_OURS = ROWS.c.tenant == of("tenant")
_ADD = Statement(sa.insert(ROWS))
_FREE = Statement(sa.delete(ROWS).where(_OURS, ROWS.c.operation_id == of("this")))
_ALIKE = OPERATION.c.digest == of("alike")
_TOLD = Statement(
    sa.select(sa.func.coalesce(sa.func.sum(ROWS.c.rows), 0)).where(
        _OURS,
        ROWS.c.account == of("account"),
        ROWS.c.at > of("a_day_ago"),
        ROWS.c.operation_id != of("this"),
        ROWS.c.operation_id.not_in(sa.select(OPERATION.c.id).where(OPERATION.c.tenant == of("tenant"), _ALIKE)),
    )
)
_KEY = Statement(sa.select(PEOPLE_KEY.c.fingerprint).where(PEOPLE_KEY.c.tenant == of("tenant")))
_KEEP_KEY = Statement(sa.insert(PEOPLE_KEY))


def reserve(tx: Tx, operation_id: str, account: str, principal: str, rows: int) -> None:
    """Count what an operation is about to hand over, once, however often it goes on."""
    free(tx, operation_id)
    tx.run(_ADD, operation_id=operation_id, account=account, principal=principal, at=tx.at, rows=rows)


def free(tx: Tx, operation_id: str) -> None:
    """Nothing of it was handed over."""
    tx.run(_FREE, this=operation_id)


def rows_last_day(tx: Tx, account: str, but: str = "", alike: str = "") -> int:
    """How many people and events an account was told of within 24 hours.

    Those of one operation, `but`, are not counted, nor those of operations whose digest is `alike`.
    """
    ((rows,),) = tx.rows(_TOLD, account=account, a_day_ago=text(tx.now - _DAY), this=but, alike=alike)
    return int(rows)


def require_key(tx: Tx, fingerprint: str) -> None:
    """Keep by which key digests are made here, the first time.

    Raises:
        Misconfigured: it was another one: the events of before would be told again.
    """
    kept = tx.rows(_KEY)
    if not kept:
        tx.run(_KEEP_KEY, principal="server", fingerprint=fingerprint)
    elif kept[0][0] != fingerprint:
        raise Misconfigured(
            "The key by which events are recognised is not the one that this ledger was written with.",
            "Give XYLO_PEOPLE_KEY the value it had, the same on all servers of this ledger, or bring back people.key.",
        )
