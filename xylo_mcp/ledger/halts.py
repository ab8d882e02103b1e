"""Halts: the operator's word that spending, or everything, stops."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from . import operations
from .statements import Statement, of
from .store import Tx
from .tables import HALT

Level = Literal["freeze_increases", "freeze_all"]


class Paused(msgspec.Struct, frozen=True):
    """A campaign that ran until a halt paused it."""

    account: str
    campaign_id: str


class Halted(msgspec.Struct, frozen=True):
    """One halt: of `all`, of `platform:<name>` or of `account:<id>`; `paused` is what it stopped."""

    id: str
    scope: str
    level: Level
    reason: str
    created_at: str
    paused: Sequence[Paused] = ()


_OURS = HALT.c.tenant == of("tenant")
_THIS = sa.and_(_OURS, HALT.c.id == of("this"))
_ADD = Statement(sa.insert(HALT))
_REMEMBER = Statement(sa.update(HALT).where(_THIS).values(paused=of("what")))
_LIFT = Statement(sa.update(HALT).where(_THIS).values(lifted_at=of("now")))


def _chosen(*conditions: sa.ColumnElement[bool]) -> Statement:
    columns = (HALT.c.id, HALT.c.scope, HALT.c.level, HALT.c.reason, HALT.c.created_at, HALT.c.paused)
    return Statement(sa.select(*columns).where(_OURS, *conditions).order_by(HALT.c.created_at))


_IN_FORCE = _chosen(HALT.c.lifted_at.is_(None))
_ENDED = _chosen(HALT.c.lifted_at.is_not(None), HALT.c.paused != "[]")


def halt(tx: Tx, principal: str, scope: str, level: Level, reason: str) -> Halted:
    """Stop what `scope` covers from now on."""
    halted = Halted(operations.new_id(), scope, level, reason, tx.at)
    tx.run(
        _ADD,
        id=halted.id,
        principal=principal,
        scope=scope,
        level=level,
        reason=reason,
        created_at=halted.created_at,
        lifted_at=None,
        paused="[]",
    )
    tx.audit(principal, "halted", {"halt": halted.id, "scope": scope, "level": level, "reason": reason})
    return halted


def remember(tx: Tx, halted: Halted, paused: Sequence[Paused]) -> None:
    """Keep what ran, before it is paused."""
    tx.run(_REMEMBER, this=halted.id, what=msgspec.json.encode(paused).decode())


def in_force(tx: Tx) -> Sequence[Halted]:
    """All halts that nobody lifted, oldest first."""
    return _several(tx, _IN_FORCE)


def over(tx: Tx, platform: str, account: str) -> Sequence[Halted]:
    """The halts in force that cover an account of `platform`."""
    here = ("all", f"platform:{platform}", f"account:{account}")
    return [halted for halted in in_force(tx) if halted.scope in here]


def lift(tx: Tx, principal: str, scope: str, *, restart: bool = False) -> Sequence[Halted]:
    """End the halts of exactly this scope (empty: of every scope); gives those that ended.

    What they had paused is forgotten, unless it is to be started again: then it stays until it was `started`.
    """
    ended = [halted for halted in in_force(tx) if scope in ("", halted.scope)]
    for halted in ended:
        tx.run(_LIFT, this=halted.id, now=tx.at)
        tx.audit(principal, "resumed", {"halt": halted.id, "scope": halted.scope, "paused": halted.paused})
        if not restart:
            remember(tx, halted, ())
    return ended


def unstarted(tx: Tx, scope: str) -> Mapping[Paused, str]:
    """What ended halts of this scope (empty: of every) had paused and is yet to be started, each with its halt's id."""
    ended = [halted for halted in _several(tx, _ENDED) if scope in ("", halted.scope)]
    return {campaign: halted.id for halted in reversed(ended) for campaign in halted.paused}


def started(tx: Tx, campaign: Paused) -> None:
    """Forget that `campaign` is yet to be started again, whichever halts had paused it."""
    for halted in _several(tx, _ENDED):
        if campaign in halted.paused:
            remember(tx, halted, [one for one in halted.paused if one != campaign])


def _several(tx: Tx, statement: Statement) -> Sequence[Halted]:
    return [
        Halted(*named, paused=msgspec.json.decode(paused, type=list[Paused])) for *named, paused in tx.rows(statement)
    ]
