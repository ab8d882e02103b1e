"""Sessions: batches that belong together (Marketing API docs, "Customer File Custom Audiences", 2026-09).

Of a repetition of a session's last batch, Meta says nothing: here it is carried out and counted again (inferred).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from ...people import MATCHED_PERCENT, Audience
from ...world import World
from ..errors import invalid, no_such_field
from ..parameters import decoded
from ..wire import Json
from . import refusals
from .rows import Batch

Verb = Literal["add", "remove", "replace"]
WINDOW = timedelta(minutes=90)
"""A replacement must be complete by then, counted from its first batch."""
FIELDS = (
    *("session_id", "stage", "progress", "start_time", "end_time"),
    *("num_received", "num_matched", "num_invalid_entries"),
)
_FIRST = 990_000_000_000_000
_LARGEST = 2**63 - 1


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    session_id: int | str
    batch_seq: Annotated[int, msgspec.Meta(ge=1)]
    last_batch_flag: bool
    estimated_num_total: Annotated[int, msgspec.Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Which batch of which session a request is."""

    session: str
    number: int
    is_last: bool
    expected: int


class Session(msgspec.Struct, frozen=True):
    """What came in one session so far. `last` is the number of its last batch, `ended` None while more may come."""

    id: str
    account: str
    audience: str
    verb: Verb
    schema: tuple[str, ...]
    begun: datetime
    last: int
    received: int
    invalid: int
    ended: datetime | None

    @property
    def holder(self) -> str:
        """Where its people are kept aside until they all have come."""
        return f"{self.account}/{self.id}"


def piece(arguments: Mapping[str, str]) -> Piece | None:
    """The parameter `session`, None if it is not given."""
    if "session" not in arguments:
        return None
    shape = 'an object with "session_id", "batch_seq" from 1, "last_batch_flag" and "estimated_num_total"'
    asked = decoded(arguments, "session", _Asked, shape)
    number = str(asked.session_id)
    if not (number.isascii() and number.isdecimal() and 0 < int(number) <= _LARGEST):
        raise invalid("Param session[session_id] must be a positive 64-bit integer")
    return Piece(str(int(number)), asked.batch_seq, asked.last_batch_flag, asked.estimated_num_total)


def alone(world: World) -> Piece:
    """A session of Meta's own making, for a request that names none."""
    return Piece(str(world.people.new_number(_FIRST)), 1, is_last=True, expected=0)


def find(world: World, account: str, identity: str) -> Session | None:
    """The session with this number, which is its account's."""
    kept = world.people.noted("meta", "session", f"{account}/{identity}")
    return msgspec.json.decode(kept, type=Session) if kept else None


def of(world: World, audience: Audience) -> Sequence[Session]:
    """All sessions of an audience, the oldest first."""
    found = (msgspec.json.decode(kept, type=Session) for kept in world.people.notes("meta", "session"))
    return [session for session in found if session.audience == audience.id]


def keep(world: World, session: Session) -> None:
    """Remember how far a session is."""
    name = f"{session.account}/{session.id}"
    world.people.note("meta", "session", name, msgspec.json.encode(session).decode())


def advanced(world: World, audience: Audience, verb: Verb, piece: Piece, batch: Batch) -> Session:
    """The session of `piece` with `batch` in it, if it is the next one."""
    found, now = find(world, audience.account, piece.session), world.clock()
    ended = now if piece.is_last else None
    if found is None:
        if piece.number != 1:
            raise refusals.first_batch_missing() if verb == "replace" else refusals.out_of_sequence()
        counts = (piece.number, batch.received, batch.invalid, ended)
        return Session(piece.session, audience.account, audience.id, verb, batch.schema, now, *counts)
    _check(found, audience, verb, now)
    if found.schema != batch.schema:
        raise refusals.schema_changed()
    if piece.number != found.last and (found.ended or piece.number != found.last + 1):
        raise refusals.out_of_sequence()
    return msgspec.structs.replace(
        found,
        last=piece.number,
        received=found.received + batch.received,
        invalid=found.invalid + batch.invalid,
        ended=found.ended or ended,
    )


def is_late(session: Session, now: datetime) -> bool:
    """Whether a replacement has not become complete in time."""
    return session.ended is None and now - session.begun > WINDOW


def value(world: World, session: Session, name: str, *, processed: bool) -> Json | None:
    """What the field `name` of a session says; all are texts. The words of `stage` are inferred."""
    if name not in FIELDS:
        raise no_such_field(name, "CustomAudienceSession")
    late = session.verb == "replace" and is_late(session, world.clock())
    stage = "processing" if session.ended else "timed_out" if late else "uploading"
    done = session.ended is not None and processed
    valid = session.received - session.invalid
    values: dict[str, Json | None] = {
        "session_id": session.id,
        "stage": "success" if done else stage,
        "progress": "100" if done else "0",
        "start_time": str(int(session.begun.timestamp())),
        "end_time": str(int(session.ended.timestamp())) if session.ended else None,
        "num_received": str(session.received),
        "num_matched": str(valid * MATCHED_PERCENT // 100 if done else 0),
        "num_invalid_entries": str(session.invalid),
    }
    return values[name]


def _check(found: Session, audience: Audience, verb: Verb, now: datetime) -> None:
    if (found.audience, found.verb) != (audience.id, verb):
        raise refusals.session_taken()
    if verb == "replace" and found.ended:
        raise refusals.replacement_finished()
    if verb == "replace" and is_late(found, now):
        raise refusals.replacement_timed_out()
