"""Which events were sent where, by keyed digests: whatever comes again is told once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from .statements import Statement, each, of, one_of
from .store import Tx, text
from .tables import EVENT

State = Literal[
    "sending",    # for the first time
    "again",      # once more: an earlier try may have come
    "delivered",
    "unknown",    # it was sent, nobody knows whether it came, and nobody sends it now
]  # fmt: skip
Claim = Literal[
    "send",      # it is this operation's to send
    "already",   # it was delivered before
    "busy",      # another call is sending it just now
    "doubtful",  # it was sent, nobody knows whether it came, and it may not be sent again
]  # fmt: skip

_THERE = (
    EVENT.c.tenant == of("tenant"),
    EVENT.c.platform == of("platform"),
    EVENT.c.destination == of("destination"),
)
_THESE = (*_THERE, one_of(EVENT.c.digest, "digests"))
_OWN = (*_THESE, EVENT.c.operation_id == of("operation"))
_KNOWN = Statement(
    sa.select(EVENT.c.digest, EVENT.c.state, EVENT.c.first_at, EVENT.c.at, EVENT.c.operation_id).where(*_THESE)
)
_GIVEN = {
    "tenant": of("tenant"),
    "principal": of("principal"),
    "platform": of("platform"),
    "destination": of("destination"),
    "digest": each("digests"),
    "state": sa.literal("sending"),
    "first_at": of("now"),
    "at": of("now"),
    "operation_id": of("operation"),
}
_ADD = Statement(sa.insert(EVENT).from_select(list(_GIVEN), sa.select(*_GIVEN.values())))
_TAKE = Statement(sa.update(EVENT).where(*_THESE).values(state="again", at=of("now"), operation_id=of("operation")))
_HOLD = Statement(sa.update(EVENT).where(*_OWN).values(at=of("now")))
_GIVE_UP = Statement(sa.update(EVENT).where(*_THESE).values(state="unknown", at=of("now")))
_CAME = Statement(sa.update(EVENT).where(*_THESE).values(state="delivered", at=of("now")))
_LOST = Statement(
    sa.update(EVENT).where(*_OWN, EVENT.c.state.in_(["sending", "again"])).values(state="unknown", at=of("now"))
)
_FREE = Statement(sa.delete(EVENT).where(*_OWN, EVENT.c.state == "sending"))
_AS_BEFORE = Statement(sa.update(EVENT).where(*_OWN, EVENT.c.state == "again").values(state="unknown", at=of("now")))
_COUNT = Statement(sa.select(sa.func.count()).select_from(EVENT).where(*_THERE, EVENT.c.state == of("state")))


class Where(msgspec.Struct, frozen=True):
    """A platform's destination.

    Attributes:
        again: for so long after the first try, what may have come can be sent again: the platform takes it once.
        busy: for so long a try is its sender's.
    """

    platform: str
    destination: str
    again: timedelta
    busy: timedelta


class Settled(msgspec.Struct, frozen=True):
    """Digests of events: those that came; those that may have; and those that surely were not taken this time."""

    came: Sequence[str] = ()
    lost: Sequence[str] = ()
    gone: Sequence[str] = ()


class _Kept(msgspec.Struct, frozen=True, gc=False):
    state: State
    first_at: str
    at: str
    operation_id: str


def claim(tx: Tx, where: Where, digests: Sequence[str], operation_id: str, principal: str) -> Mapping[str, Claim]:
    """What is to be done with each of these events; those to send are this operation's from now on."""
    there = _of(where, operation_id)
    known = {digest: _Kept(*kept) for digest, *kept in tx.rows(_KNOWN, **there, digests=_list(digests))}
    recent, still = text(tx.now - where.busy), text(tx.now - where.again)
    claims: dict[str, Claim] = {digest: _claimed(known.get(digest), operation_id, recent, still) for digest in digests}
    new = [digest for digest in claims if digest not in known]
    again = [digest for digest, what in claims.items() if what == "send" and digest in known]
    late = [digest for digest, what in claims.items() if what == "doubtful" and known[digest].state != "unknown"]
    if new:
        tx.run(_ADD, **there, principal=principal, now=tx.at, digests=_list(new))
    if again:
        tx.run(_TAKE, **there, now=tx.at, digests=_list(again))
    if late:
        tx.run(_GIVE_UP, **there, now=tx.at, digests=_list(late))
    return claims


def hold(tx: Tx, where: Where, digests: Sequence[str], operation_id: str) -> bool:
    """Go on holding what this operation claimed; whether it holds all of them still."""
    return tx.run(_HOLD, **_of(where, operation_id), now=tx.at, digests=_list(digests)) == len(digests)


def settle(tx: Tx, where: Where, operation_id: str, became: Settled) -> None:
    """Write down what became of events.

    What came, came, whoever has it by now. The rest says something only of what this operation still holds: an event
    that was not taken this time is forgotten, unless an earlier try may have come.
    """
    there = {**_of(where, operation_id), "now": tx.at}
    if became.came:
        tx.run(_CAME, **there, digests=_list(became.came))
    if became.lost:
        tx.run(_LOST, **there, digests=_list(became.lost))
    if became.gone:
        tx.run(_FREE, **there, digests=_list(became.gone))
        tx.run(_AS_BEFORE, **there, digests=_list(became.gone))


def count(tx: Tx, where: Where, state: State) -> int:
    """How many events of a destination are in this state."""
    ((number,),) = tx.rows(_COUNT, platform=where.platform, destination=where.destination, state=state)
    return int(number)


def _claimed(kept: _Kept | None, operation_id: str, recent: str, still: str) -> Claim:
    if kept is None:
        return "send"
    if kept.state == "delivered":
        return "already"
    if kept.state != "unknown" and kept.operation_id != operation_id and kept.at > recent:
        return "busy"
    return "send" if kept.first_at > still else "doubtful"


def _of(where: Where, operation_id: str) -> dict[str, str]:
    return {"platform": where.platform, "destination": where.destination, "operation": operation_id}


def _list(digests: Sequence[str]) -> str:
    return msgspec.json.encode(digests).decode()
