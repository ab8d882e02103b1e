"""Members of Meta's customer lists on their way in and out, as Meta's requests.

Meta Marketing API docs, "Customer File Custom Audiences", with its sessions and its "Replace users API" (2026-09).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from ...ads.handovers import Action, CreateAudience, MembersChange
from ...ads.people import Kind
from ...contract import Portion
from ..reading import identifier, reading
from .people import AUDIENCES
from .shapes import Edge

_PLATFORM = "meta"
_KEYS: Mapping[Kind, str] = {
    "email": "EMAIL",
    "phone": "PHONE",
    "first_name": "FN",
    "last_name": "LN",
    "city": "CT",
    "region": "ST",
    "postcode": "ZIP",
    "country": "COUNTRY",
    "external_id": "EXTERN_ID",
    "mobile_id": "MADID",
}
# The same in all portions, for it may not change within a session; what nobody has is empty everywhere.
_SCHEMA = [_KEYS[kind] for kind in AUDIENCES.forms.takes]
SESSION_FIELDS = "session_id,num_received"
_LONGEST_REPLACEMENT = timedelta(minutes=90)
_MOMENTS = 32  # bits


class Session(msgspec.Struct, frozen=True):
    """An upload as Meta knows it.

    Attributes:
        number: ours, and Meta's id of it.
        received, invalid: how many rows Meta says to have received so far, and to have found unusable, about.
        since: the portion it began with. Where that is not the first of the handover, it is the upload of what a
            replacement had no time for, and adds.
    """

    number: int
    received: int = 0
    invalid: int = 0
    since: int = 1

    def note(self) -> str:
        """This as a text from which `noted` makes it again."""
        return f"{self.number}/{self.received}/{self.invalid}/{self.since}"


class _Taken(msgspec.Struct):
    session_id: str | int
    num_received: int
    num_invalid_entries: int | None = None
    audience_id: str | int | None = None


class _Session(msgspec.Struct):
    session_id: str | int
    num_received: str | int | None = None


_SESSIONS = msgspec.json.Decoder(Edge[_Session])


def action(change: MembersChange) -> Action:
    """What is done to the members."""
    return "add" if isinstance(change, CreateAudience) else change.action or "add"


def new_session(change: MembersChange, audience_id: str, now: datetime, since: int = 1) -> Session:
    """A session that no other handover has: its number says which it belongs to and when it began."""
    return Session(_mark(change, audience_id) << _MOMENTS | int(now.timestamp()), since=since)


def noted(note: str) -> Session:
    """The session of which this is the note."""
    return Session(*map(int, note.split("/")))


def replaces(change: MembersChange, session: Session) -> bool:
    """Whether what is told in `session` takes the place of the members there are."""
    return action(change) == "replace" and session.since == 1


def edge(change: MembersChange, session: Session) -> str:
    """Where members are told to."""
    return "usersreplace" if replaces(change, session) else "users"


def may_come_twice(change: MembersChange, session: Session, portion: Portion) -> bool:
    """Whether a portion surely has the same effect twice as once.

    The first of a replacement begins it, and Meta asks for it not to be repeated; all others may be duplicates.
    """
    return portion.number > 1 or not replaces(change, session)


def body(change: MembersChange, session: Session, portion: Portion) -> bytes:
    """The request that tells a portion: a removal says so in here, lest people's data come into an address."""
    request = {
        "payload": {"schema": _SCHEMA, "data": portion.rows},
        "session": {
            "session_id": session.number,
            "batch_seq": portion.number - session.since + 1,
            "last_batch_flag": portion.last,
            # Some of all rows are of no use, so that it is what Meta wants: an estimate.
            **({"estimated_num_total": change.rows} if change.rows else {}),
        },
        **({"method": "DELETE"} if action(change) == "remove" else {}),
    }
    return msgspec.json.encode(request)


def taken(content: bytes, audience_id: str, session: Session, portion: Portion) -> Session:
    """The session after a portion, by Meta's answer to it, of whose samples of people nothing is read.

    `num_received` counts the whole session, and a portion that came twice does so twice.

    Raises:
        Garbled: it is about another audience or session, or fewer rows were received than were sent.
    """
    with reading(_PLATFORM):
        told = msgspec.json.decode(content, type=_Taken)
        if identifier(told.session_id) != str(session.number):
            raise ValueError("another session")
        if told.audience_id is not None and identifier(told.audience_id) != audience_id:
            raise ValueError("another audience")
        if told.num_received < len(portion.rows):
            raise ValueError("fewer rows than were sent")
        return Session(session.number, told.num_received, told.num_invalid_entries or 0, session.since)


def begun_before(
    content: bytes, change: MembersChange, audience_id: str, portion: Portion, now: datetime
) -> Session | None:
    """The replacement that this very first portion began when it came before, from the audience's /sessions.

    It is known by its number, has received just this portion, and can still go on.
    """
    mark, since = _mark(change, audience_id), now - _LONGEST_REPLACEMENT
    with reading(_PLATFORM):
        for row in _SESSIONS.decode(content).data:
            number = int(identifier(row.session_id))
            began = number & ((1 << _MOMENTS) - 1)
            received = int(identifier(row.num_received or 0))
            if number >> _MOMENTS == mark and began >= since.timestamp() and received == len(portion.rows):
                return Session(number, received)
    return None


def _mark(change: MembersChange, audience_id: str) -> int:
    """31 bits, the same whenever the same people are told to the same audience for the same purpose."""
    said = "\n".join((audience_id, action(change), str(change.rows), change.content))
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:4]) >> 1
