"""Whole answers to exactly one question each, for as long as they are of use."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec
import sqlalchemy as sa

from ..ads.tables import Table
from . import engines
from .statements import Statement, of
from .store import Tx, moment, text
from .tables import ANSWER

_PRINCIPAL = "server"
_UNREAD = timedelta(days=30)
_ROOM = 200_000_000
"""Bytes of all answers together."""


class Answer(msgspec.Struct, frozen=True):
    """What was answered, when the platform was asked, and whether none of its days moved any more."""

    rows: Table
    read_at: datetime
    settled: bool
    keep_until: date = date.max


_OURS = ANSWER.c.tenant == of("tenant")
_THIS = sa.and_(_OURS, ANSWER.c.world == of("this_world"), ANSWER.c.digest == of("this_digest"))
_FOUND = Statement(sa.select(ANSWER.c.rows, ANSWER.c.read_at, ANSWER.c.settled, ANSWER.c.keep_until).where(_THIS))
_ADD = Statement(sa.insert(ANSWER))
_FORGET = Statement(sa.delete(ANSWER).where(_THIS))
_OF_USE = Statement(sa.update(ANSWER).where(_THIS, ANSWER.c.keep_until < of("until")).values(keep_until=of("until")))
_DROP_UNREAD = Statement(sa.delete(ANSWER).where(_OURS, ANSWER.c.keep_until < of("today")))
_ALL = Statement(sa.select(sa.func.sum(ANSWER.c.size)).where(_OURS))
_BY_AGE = Statement(
    sa.select(ANSWER.c.world, ANSWER.c.digest, ANSWER.c.size)
    .where(_OURS)
    .order_by(ANSWER.c.keep_until.desc(), ANSWER.c.read_at.desc(), ANSWER.c.digest)
)


def find(tx: Tx, world: str, digest: str) -> Answer | None:
    """The last answer to the question with this digest.

    Raises:
        ValueError: what is kept is damaged.
    """
    found = tx.rows(_FOUND, **_this(world, digest))
    if not found:
        return None
    ((rows, read_at, settled, keep_until),) = found
    return Answer(Table.from_bytes(rows), moment(read_at), bool(settled), date.fromisoformat(keep_until))


def keep(tx: Tx, world: str, digest: str, answer: Answer, today: date, room: int = _ROOM) -> None:
    """Remember `answer`, and forget what nobody has read for long, and the oldest of what takes too much room."""
    data = answer.rows.to_bytes()
    values = {"world": world, "digest": digest, "principal": _PRINCIPAL, "size": len(data), "rows": data}
    engines.lock(tx.connection, f"{tx.tenant}/{digest}")
    tx.run(_DROP_UNREAD, today=today.isoformat())
    tx.run(_FORGET, **_this(world, digest))
    keep_until = (today + _UNREAD).isoformat()
    tx.run(_ADD, read_at=text(answer.read_at), settled=int(answer.settled), keep_until=keep_until, **values)
    ((size,),) = tx.rows(_ALL)
    if size > room:
        _make_room(tx, room)


def is_forgotten_soon(answer: Answer, today: date) -> bool:
    """Whether it should be said that it was of use; not at each time, since that is a write."""
    return answer.keep_until < today + _UNREAD - timedelta(days=1)


def forget(tx: Tx, world: str, digest: str) -> None:
    """The answer is of no use any more."""
    tx.run(_FORGET, **_this(world, digest))


def was_read(tx: Tx, world: str, digest: str, today: date) -> None:
    """Keep an answer for longer, since it was of use."""
    tx.run(_OF_USE, until=(today + _UNREAD).isoformat(), **_this(world, digest))


def _make_room(tx: Tx, room: int) -> None:
    taken = 0
    for world, digest, size in tx.rows(_BY_AGE):
        taken += size
        if taken > room:
            tx.run(_FORGET, **_this(world, digest))


def _this(world: str, digest: str) -> Mapping[str, str]:
    return {"this_world": world, "this_digest": digest}
