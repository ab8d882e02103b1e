"""The reports that platforms are making, by the questions that they answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from . import engines
from .statements import Statement, of
from .store import Tx, text
from .tables import REPORT_JOB

_PRINCIPAL = "server"
_LONGEST = timedelta(days=30)
"""Meta's ids of reports expire then (Marketing API, Insights, Asynchronous Jobs, 2026); others' before."""

_OURS = REPORT_JOB.c.tenant == of("tenant")
_THIS = sa.and_(_OURS, REPORT_JOB.c.world == of("this_world"), REPORT_JOB.c.digest == of("this_digest"))
_FOUND = Statement(sa.select(REPORT_JOB.c.job).where(_THIS, REPORT_JOB.c.kept_at >= of("since")))
_ADD = Statement(sa.insert(REPORT_JOB))
_FORGET = Statement(sa.delete(REPORT_JOB).where(_THIS))
_DROP_OLD = Statement(sa.delete(REPORT_JOB).where(_OURS, REPORT_JOB.c.kept_at < of("since")))


def find(tx: Tx, world: str, digest: str, now: datetime) -> str | None:
    """The report that answers the question with this digest; None: none is being made."""
    found = tx.rows(_FOUND, since=text(now - _LONGEST), **_this(world, digest))
    return found[0][0] if found else None


def keep(tx: Tx, world: str, digest: str, job: str, now: datetime) -> None:
    """Remember that `job` answers it."""
    engines.lock(tx.connection, f"{tx.tenant}/{digest}")
    tx.run(_DROP_OLD, since=text(now - _LONGEST))
    tx.run(_FORGET, **_this(world, digest))
    tx.run(_ADD, world=world, digest=digest, job=job, kept_at=text(now), principal=_PRINCIPAL)


def forget(tx: Tx, world: str, digest: str) -> None:
    """It answers nothing any more."""
    tx.run(_FORGET, **_this(world, digest))


def _this(world: str, digest: str) -> Mapping[str, str]:
    return {"this_world": world, "this_digest": digest}
