"""What accounts committed to when somebody last looked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from .store import Tx, moment, text
from .tables import OBSERVATION


class Observed(msgspec.Struct, frozen=True):
    """One look at an account: what each running budget commits to a day, in its currency; None: without bound."""

    account: str
    platform: str
    currency: str
    looked_at: datetime
    budgets: Mapping[str, Decimal | None]


def latest(tx: Tx, accounts: Iterable[str]) -> Mapping[str, Observed]:
    """The last look at each of these accounts that anybody has looked at."""
    rows = tx.connection.execute(
        sa.select(OBSERVATION.c.body).where(
            OBSERVATION.c.tenant == tx.tenant, OBSERVATION.c.account.in_(sorted(accounts))
        )
    )
    found = [msgspec.json.decode(body, type=Observed) for (body,) in rows]
    return {one.account: one for one in found}


def keep(tx: Tx, principal: str, observed: Observed) -> None:
    """Remember a look, unless a later one is known."""
    key = (OBSERVATION.c.tenant == tx.tenant, OBSERVATION.c.account == observed.account)
    known = tx.connection.execute(sa.select(OBSERVATION.c.looked_at).where(*key)).scalar_one_or_none()
    values = {
        "looked_at": text(observed.looked_at),
        "body": msgspec.json.encode(observed).decode(),
        "principal": principal,
    }
    if known is None:
        tx.connection.execute(sa.insert(OBSERVATION).values(tenant=tx.tenant, account=observed.account, **values))
    elif moment(known) < observed.looked_at:
        tx.connection.execute(sa.update(OBSERVATION).where(*key).values(**values))
