"""The audit: rows that only ever grow, each sealed with the hash of the one before."""

import hashlib
from collections.abc import Iterator, Mapping

import msgspec
import sqlalchemy as sa

from .statements import Statement
from .tables import AUDIT

BEGINNING = "0" * 64


class Head(msgspec.Struct, frozen=True):
    """The last row of a tenant's chain."""

    seq: int
    hash: str


class Entry(msgspec.Struct, frozen=True):
    """What happened: who had it done, what, and everything that describes it."""

    principal: str
    event: str
    body: Mapping[str, object]


class Record(msgspec.Struct, frozen=True):
    """An entry as it is kept; `hash` covers all the other fields and, by `previous_hash`, all earlier records."""

    tenant: str
    seq: int
    at: str
    principal: str
    event: str
    body: str
    previous_hash: str
    hash: str


class Broken(msgspec.Struct, frozen=True):
    """Where a chain does not hold, and how that shows."""

    seq: int
    why: str


APPEND = Statement(sa.insert(AUDIT))


def sealed(tenant: str, head: Head, at: str, entry: Entry) -> Record:
    """The record of `entry` that follows on `head`."""
    record = Record(
        tenant=tenant,
        seq=head.seq + 1,
        at=at,
        principal=entry.principal,
        event=entry.event,
        body=msgspec.json.encode(entry.body, order="sorted").decode(),
        previous_hash=head.hash,
        hash="",
    )
    return msgspec.structs.replace(record, hash=_hash(record))


def records(connection: sa.Connection, tenant: str, after: int = 0) -> Iterator[Record]:
    """The records that follow on number `after`, in order."""
    chosen = sa.select(AUDIT).where(AUDIT.c.tenant == tenant, AUDIT.c.seq > after).order_by(AUDIT.c.seq)
    for row in connection.execute(chosen).mappings():
        yield msgspec.convert({str(name): value for name, value in row.items()}, Record)


def verified(connection: sa.Connection, tenant: str, head: Head) -> Broken | None:
    """The first place where the chain up to `head` was tampered with; None: it is whole."""
    last = Head(0, BEGINNING)
    for record in records(connection, tenant):
        if record.seq != last.seq + 1:
            return Broken(last.seq + 1, "this record is missing")
        if record.previous_hash != last.hash:
            return Broken(record.seq, "it does not follow on the record before it")
        if record.hash != _hash(record):
            return Broken(record.seq, "it is not what was written")
        last = Head(record.seq, record.hash)
    if last.seq < head.seq:
        return Broken(last.seq + 1, "this record and all later ones are missing")
    return None if last == head else Broken(last.seq, "the end of the chain is not the one that was kept")


def _hash(record: Record) -> str:
    sealed = {name: value for name, value in msgspec.structs.asdict(record).items() if name != "hash"}
    return hashlib.sha256(msgspec.json.encode(sealed, order="sorted")).hexdigest()
