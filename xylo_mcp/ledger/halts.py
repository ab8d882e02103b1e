"""Halts: the operator's word that spending, or everything, stops."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from . import operations
from .store import Tx, text
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


def halt(tx: Tx, principal: str, scope: str, level: Level, reason: str) -> Halted:
    """Stop what `scope` covers from now on."""
    halted = Halted(operations.new_id(), scope, level, reason, text(tx.now))
    tx.connection.execute(
        sa.insert(HALT).values(
            id=halted.id,
            tenant=tx.tenant,
            principal=principal,
            scope=scope,
            level=level,
            reason=reason,
            created_at=halted.created_at,
            lifted_at=None,
            paused="[]",
        )
    )
    tx.audit(principal, "halted", {"halt": halted.id, "scope": scope, "level": level, "reason": reason})
    return halted


def remember(tx: Tx, halted: Halted, paused: Sequence[Paused]) -> None:
    """Keep what ran, before it is paused."""
    tx.connection.execute(
        sa.update(HALT).where(HALT.c.id == halted.id).values(paused=msgspec.json.encode(paused).decode())
    )


def in_force(tx: Tx) -> Sequence[Halted]:
    """All halts that nobody lifted, oldest first."""
    rows = tx.connection.execute(
        sa.select(HALT.c.id, HALT.c.scope, HALT.c.level, HALT.c.reason, HALT.c.created_at, HALT.c.paused)
        .where(HALT.c.tenant == tx.tenant, HALT.c.lifted_at.is_(None))
        .order_by(HALT.c.created_at)
    )
    return [
        Halted(
            row.id, row.scope, row.level, row.reason, row.created_at, msgspec.json.decode(row.paused, type=list[Paused])
        )
        for row in rows
    ]


def over(tx: Tx, platform: str, account: str) -> Sequence[Halted]:
    """The halts in force that cover an account of `platform`."""
    here = ("all", f"platform:{platform}", f"account:{account}")
    return [halted for halted in in_force(tx) if halted.scope in here]


def lift(tx: Tx, principal: str, scope: str) -> Sequence[Halted]:
    """End the halts of exactly this scope (empty: of every scope); gives those that ended."""
    ended = [halted for halted in in_force(tx) if scope in ("", halted.scope)]
    for halted in ended:
        tx.connection.execute(sa.update(HALT).where(HALT.c.id == halted.id).values(lifted_at=text(tx.now)))
        tx.audit(principal, "resumed", {"halt": halted.id, "scope": halted.scope})
    return ended
