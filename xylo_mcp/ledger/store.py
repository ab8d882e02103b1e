"""The store: short transactions, one tenant's writes one after the other, SQLite and PostgreSQL alike."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import anyio
import msgspec
import sqlalchemy as sa
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..ads.errors import Misconfigured, Unrecorded
from ..contract import Clock
from . import chain, engines
from .tables import TENANT

_Result = TypeVar("_Result")
Moment = Literal["before", "after"]
Around = Callable[[Moment], None]
"""Is told right before and right after each commit of a write."""

_TRIES = 5
_AGAIN = frozenset(
    {"40001", "40P01"}
)  # serialization failure, deadlock: nothing was done (PostgreSQL docs, appendix A)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Tx:
    """One transaction of one tenant. `now` is the store's clock, which never goes back; `head` is the audit's end."""

    def __init__(self, connection: sa.Connection, tenant: str, now: datetime, head: chain.Head) -> None:
        self.connection, self.tenant, self.now = connection, tenant, now
        self.head = head

    def audit(self, principal: str, event: str, body: Mapping[str, object]) -> None:
        """Write down that something happens; the transaction that does it carries the record of it."""
        self.head = chain.append(self.connection, self.tenant, self.head, self.now, chain.Entry(principal, event, body))

    def finish(self) -> None:
        """Keep the head of the chain, and how late it is."""
        head = self.head
        self.connection.execute(
            sa.update(TENANT)
            .where(TENANT.c.tenant == self.tenant)
            .values(last_at=text(self.now), audit_seq=head.seq, audit_hash=head.hash)
        )


class Store:
    """Runs transactions in worker threads, so that the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, tenant: str, clock: Clock | None, around: Around) -> None:
        self.engine = engine
        self._tenant, self._clock, self._around = tenant, clock, around
        self._threads = CapacityLimiter(engines.connections(engine))

    async def write(self, work: Callable[[Tx], _Result]) -> _Result:
        """What `work` gives, committed with all it did; its exceptions roll everything back.

        Raises:
            Unrecorded: the store cannot be used; nothing is kept.
        """
        return await self._in_thread(partial(self._write, work))

    async def read(self, work: Callable[[Tx], _Result]) -> _Result:
        """What `work` gives from one consistent view of the store.

        Raises:
            Unrecorded: the store cannot be used.
        """
        return await self._in_thread(partial(self._read, work))

    async def close(self) -> None:
        """Let go of all connections."""
        await to_thread.run_sync(self.engine.dispose)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        for tries in range(_TRIES):
            try:
                return await to_thread.run_sync(work, limiter=self._threads)
            except DBAPIError as failure:
                if getattr(failure.orig, "sqlstate", "") not in _AGAIN or tries == _TRIES - 1:
                    raise unusable(failure) from failure
                await anyio.sleep(0.01 * 2**tries)
            except SQLAlchemyError as failure:
                raise unusable(failure) from failure
        raise AssertionError("the last try returns or raises")

    def _write(self, work: Callable[[Tx], _Result]) -> _Result:
        with self.engine.connect() as connection:
            tx = self._begun(connection, sa.select(TENANT).with_for_update())
            result = work(tx)
            tx.finish()
            self._around("before")
            connection.commit()
            self._around("after")
            return result

    def _read(self, work: Callable[[Tx], _Result]) -> _Result:
        with self.engine.connect().execution_options(reading=True) as connection:
            return work(self._begun(connection, sa.select(TENANT)))

    def _begun(self, connection: sa.Connection, tenants: sa.Select[tuple[str, str, int, str, str, str]]) -> Tx:
        row = connection.execute(tenants.where(TENANT.c.tenant == self._tenant)).one()
        clock = self._clock() if self._clock is not None else engines.now(connection)
        now = max(clock.astimezone(UTC), moment(row.last_at))
        return Tx(connection, self._tenant, now, chain.Head(row.audit_seq, row.audit_hash))


def _unwatched(moment: Moment) -> None:
    """Nobody wants to know of commits."""


def open_store(where: str | Path, tenant: str, clock: Clock | None = None, around: Around = _unwatched) -> Store:
    """The store in the SQLite file or at the PostgreSQL address `where`, with its schema brought up to date.

    `clock` replaces the store's own.

    Raises:
        Unrecorded: it cannot be used.
    """
    engine: sa.Engine | None = None
    try:
        engine = engines.made(where)
        with engine.connect() as connection:
            engines.migrate(connection)
            if connection.execute(sa.select(TENANT.c.tenant).where(TENANT.c.tenant == tenant)).first() is None:
                first = {"tenant": tenant, "last_at": text(_BEGINNING), "audit_seq": 0, "audit_hash": chain.BEGINNING}
                connection.execute(sa.insert(TENANT).values(**first, policy_digest="", policy_text=""))
            connection.commit()
    except (SQLAlchemyError, OSError, Misconfigured) as failure:
        if engine is not None:
            engine.dispose()
        raise failure if isinstance(failure, Misconfigured) else unusable(failure) from failure
    return Store(engine, tenant, clock, around)


def unusable(failure: Exception) -> Unrecorded:
    """What a caller is told of a store that fails; the store's own words may name its address, so they are not said."""
    return Unrecorded(
        f"The ledger cannot be used ({type(failure).__name__}), and without it nothing is changed.",
        "Ask again in a moment; if it stays so, have the operator check the disk or database of the ledger.",
    )


def text(at: datetime) -> str:
    """`at` as the store keeps it: texts sort as the moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def moment(kept: str) -> datetime:
    """The moment that `text` made `kept` of."""
    return datetime.fromisoformat(kept)


def canonical(value: object) -> str:
    """`value` as JSON that is the same for equal values: keys in order, amounts as text."""
    return msgspec.json.encode(value, order="sorted").decode()
