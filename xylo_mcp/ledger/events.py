"""Which events were sent where, by keyed digests: whatever comes again is told once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from .store import Tx, moment
from .tables import EVENT

State = Literal["sending", "delivered", "unknown"]
Claim = Literal[
    "send",      # it is this operation's to send
    "already",   # it was delivered before
    "busy",      # another call is sending it just now
    "doubtful",  # it was sent, nobody knows whether it came, and it may not be sent again
]  # fmt: skip
_AT_ONCE = 500
"""So many digests fit into one statement of any store."""


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


class _Kept(msgspec.Struct, frozen=True):
    state: State
    first_at: datetime
    at: datetime
    operation_id: str


def claim(tx: Tx, where: Where, digests: Sequence[str], operation_id: str, principal: str) -> Mapping[str, Claim]:
    """What is to be done with each of these events; those to send are this operation's from now on."""
    known = _known(tx, where, digests)
    claims: dict[str, Claim] = {digest: _claimed(tx, where, known.get(digest), operation_id) for digest in digests}
    new = [digest for digest in claims if digest not in known]
    again = [digest for digest, what in claims.items() if what == "send" and digest in known]
    lost = [digest for digest, what in claims.items() if what == "doubtful" and known[digest].state == "sending"]
    if new:
        row = {"tenant": tx.tenant, "principal": principal, "platform": where.platform}
        row |= {"destination": where.destination, "state": "sending", "operation_id": operation_id}
        row |= {"first_at": tx.at, "at": tx.at}
        tx.connection.execute(sa.insert(EVENT), [{**row, "digest": digest} for digest in new])
    _change(tx, where, again, {"state": "sending", "at": tx.at, "operation_id": operation_id})
    _change(tx, where, lost, {"state": "unknown", "at": tx.at})
    return claims


def settle(tx: Tx, where: Where, digests: Sequence[str], state: Literal["delivered", "unknown"]) -> None:
    """Events were delivered, or nobody knows."""
    _change(tx, where, digests, {"state": state, "at": tx.at})


def free(tx: Tx, where: Where, digests: Sequence[str]) -> None:
    """Events surely were not taken: they may come again as if for the first time."""
    for some in _parts(digests):
        tx.connection.execute(sa.delete(EVENT).where(*_these(tx, where, some)))


def count(tx: Tx, where: Where, state: State) -> int:
    """How many events of a destination are in this state."""
    of_state = (EVENT.c.tenant == tx.tenant, *_there(where), EVENT.c.state == state)
    return int(tx.connection.execute(sa.select(sa.func.count()).select_from(EVENT).where(*of_state)).scalar_one())


def _claimed(tx: Tx, where: Where, kept: _Kept | None, operation_id: str) -> Claim:
    if kept is None:
        return "send"
    if kept.state == "delivered":
        return "already"
    if kept.state == "sending" and kept.operation_id != operation_id and tx.now - kept.at < where.busy:
        return "busy"
    return "send" if tx.now - kept.first_at < where.again else "doubtful"


def _known(tx: Tx, where: Where, digests: Sequence[str]) -> Mapping[str, _Kept]:
    known: dict[str, _Kept] = {}
    columns = (EVENT.c.digest, EVENT.c.state, EVENT.c.first_at, EVENT.c.at, EVENT.c.operation_id)
    for some in _parts(digests):
        found = tx.connection.execute(sa.select(*columns).where(*_these(tx, where, some)))
        for digest, state, first_at, at, operation_id in found:
            known[digest] = _Kept(state, moment(first_at), moment(at), operation_id)
    return known


def _change(tx: Tx, where: Where, digests: Sequence[str], values: Mapping[str, str]) -> None:
    for some in _parts(digests):
        tx.connection.execute(sa.update(EVENT).where(*_these(tx, where, some)).values(values))


def _these(tx: Tx, where: Where, digests: Sequence[str]) -> Sequence[sa.ColumnElement[Any]]:
    return (EVENT.c.tenant == tx.tenant, *_there(where), EVENT.c.digest.in_(digests))


def _there(where: Where) -> Sequence[sa.ColumnElement[Any]]:
    return (EVENT.c.platform == where.platform, EVENT.c.destination == where.destination)


def _parts(digests: Sequence[str]) -> Sequence[Sequence[str]]:
    return [digests[start : start + _AT_ONCE] for start in range(0, len(digests), _AT_ONCE)]
