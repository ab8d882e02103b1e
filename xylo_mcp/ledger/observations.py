"""What accounts committed to when somebody last looked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from .statements import Statement, of
from .store import Tx, text
from .tables import OBSERVATION


class Observed(msgspec.Struct, frozen=True):
    """One look at an account: what each running budget commits to a day, in its currency; None: without bound."""

    account: str
    platform: str
    currency: str
    looked_at: datetime
    budgets: Mapping[str, Decimal | None]


_OURS = OBSERVATION.c.tenant == of("tenant")
_THIS = sa.and_(_OURS, OBSERVATION.c.account == of("this"))
_ALL = Statement(sa.select(OBSERVATION.c.account, OBSERVATION.c.body).where(_OURS))
_LOOKED_AT = Statement(sa.select(OBSERVATION.c.looked_at).where(_THIS))
_ADD = Statement(sa.insert(OBSERVATION))
_FORGET = Statement(sa.delete(OBSERVATION).where(_THIS))


def latest(tx: Tx, accounts: Iterable[str]) -> Mapping[str, Observed]:
    """The last look at each of these accounts that anybody has looked at."""
    wanted = frozenset(accounts)
    return {account: msgspec.json.decode(body, type=Observed) for account, body in tx.rows(_ALL) if account in wanted}


def keep(tx: Tx, principal: str, observed: Observed) -> None:
    """Remember a look, unless a later one is known."""
    looked_at = text(observed.looked_at)
    if any(known >= looked_at for (known,) in tx.rows(_LOOKED_AT, this=observed.account)):
        return
    tx.run(_FORGET, this=observed.account)
    tx.run(
        _ADD,
        account=observed.account,
        looked_at=looked_at,
        body=msgspec.json.encode(observed).decode(),
        principal=principal,
    )
