"""The store: short transactions, one tenant's writes one after the other, SQLite and PostgreSQL alike."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import anyio
import msgspec
import sqlalchemy as sa
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from ..ads.errors import Unrecorded
from ..contract import Clock
from . import chain, engines
from .statements import Statement, of
from .tables import TENANT

_Result = TypeVar("_Result")
Moment = Literal["before", "after"]
_Kind = Literal["read", "write", "note"]
Around = Callable[[Moment], None]
"""Is told right before and right after each commit of a write."""

_TRIES = 5
_AGAIN = frozenset(
    {"40001", "40P01"}
)  # serialization failure, deadlock: nothing was done (PostgreSQL docs, appendix A)
_NEVER = datetime.min.replace(tzinfo=UTC)

_OURS = TENANT.c.tenant == of("tenant")
_BEGINNING = sa.select(sa.func.clock_timestamp(), TENANT.c.last_at, TENANT.c.audit_seq, TENANT.c.audit_hash).where(
    _OURS
)
_SEEN, _LOCKED = Statement(_BEGINNING), Statement(_BEGINNING.with_for_update())
_FINISHED = Statement(
    sa.update(TENANT).where(_OURS).values(last_at=of("now"), audit_seq=of("seq"), audit_hash=of("hash"))
)


class Tx:
    """One transaction of one tenant.

    `now` is the store's clock, which never goes back, `at` the same as the store keeps it; `head` is the audit's end.
    """

    def __init__(
        self, engine: sa.Engine, raw: PoolProxiedConnection, tenant: str, clock: Clock | None, kind: _Kind
    ) -> None:
        self._engine, self._raw, self.tenant = engine, raw, tenant
        engines.begin(raw, engine.dialect, reading=kind == "read")
        self._cursor = raw.cursor()  # one for all: each statement's rows are taken before the next is run
        ((told, last_at, seq, digest),) = self.rows(_LOCKED if kind == "write" else _SEEN)
        present = clock() if clock is not None else _moment(told)
        self.now = max(present.astimezone(UTC), moment(last_at))
        self.at = text(self.now)
        self.head = chain.Head(seq, digest)

    @property
    def connection(self) -> sa.Connection:
        """The same connection in SQLAlchemy's hands: for what is asked rarely, and costs more there."""
        return sa.Connection(self._engine, connection=self._raw)

    def rows(self, statement: Statement, **values: object) -> Sequence[Any]:
        """What `statement` finds among this tenant's rows, as tuples."""
        self._run(statement, values)
        return self._cursor.fetchall()

    def run(self, statement: Statement, **values: object) -> int:
        """How many of this tenant's rows `statement` has changed."""
        self._run(statement, values)
        return self._cursor.rowcount

    def audit(self, principal: str, event: str, body: Mapping[str, object]) -> None:
        """Write down that something happens; the transaction that does it carries the record of it."""
        record = chain.sealed(self.tenant, self.head, self.at, chain.Entry(principal, event, body))
        self.run(chain.APPEND, **msgspec.structs.asdict(record))
        self.head = chain.Head(record.seq, record.hash)

    def _run(self, statement: Statement, values: dict[str, object]) -> None:
        values["tenant"] = self.tenant
        statement.run(self._cursor, self._engine.dialect, values)

    def finish(self) -> None:
        """Keep the head of the chain, and how late it is."""
        self.run(_FINISHED, now=self.at, seq=self.head.seq, hash=self.head.hash)


class Store:
    """Runs transactions in worker threads, so that the event loop never waits for a disk."""

    def __init__(self, engine: sa.Engine, tenant: str, clock: Clock | None, around: Around) -> None:
        self.engine = engine
        self._tenant, self._clock, self._around = tenant, clock, around
        self._threads = CapacityLimiter(engines.connections(engine))
        self._driver_error = engines.driver_error(engine)

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

    async def note(self, work: Callable[[Tx], _Result]) -> _Result:
        """What `work` gives, committed; what nobody's money depends on waits for no writer of the tenant.

        Raises:
            Unrecorded: the store cannot be used; nothing is kept.
        """
        return await self._in_thread(partial(self._note, work))

    async def close(self) -> None:
        """Let go of all connections."""
        await to_thread.run_sync(self.engine.dispose)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        for tries in range(_TRIES):
            last = tries == _TRIES - 1
            try:
                return await to_thread.run_sync(work, limiter=self._threads)
            except ConnectionClosed as failure:
                if last:
                    raise unusable(failure) from failure
                self.engine.dispose()  # if one connection was closed at the other end, all may be
            except (DBAPIError, self._driver_error) as failure:
                if _sqlstate(failure) not in _AGAIN or last:
                    raise unusable(failure) from failure
                await anyio.sleep(0.01 * 2**tries)
            except SQLAlchemyError as failure:
                raise unusable(failure) from failure
        raise AssertionError("the last try returns or raises")

    def _write(self, work: Callable[[Tx], _Result]) -> _Result:
        with closing(self.engine.raw_connection()) as raw:  # closed, it goes back to the pool, rolled back
            tx = self._begun(raw, "write")
            result = work(tx)
            tx.finish()
            self._around("before")
            raw.commit()
            self._around("after")
            return result

    def _read(self, work: Callable[[Tx], _Result]) -> _Result:
        with closing(self.engine.raw_connection()) as raw:
            return work(self._begun(raw, "read"))

    def _note(self, work: Callable[[Tx], _Result]) -> _Result:
        with closing(self.engine.raw_connection()) as raw:
            result = work(self._begun(raw, "note"))
            raw.commit()
            return result

    def _begun(self, raw: PoolProxiedConnection, kind: _Kind) -> Tx:
        try:
            return Tx(self.engine, raw, self._tenant, self._clock, kind)
        except self._driver_error as failure:
            if not engines.is_gone(raw, self.engine.dialect, failure):
                raise
            raw.invalidate()
            raise ConnectionClosed from failure


class ConnectionClosed(Exception):
    """The connection that a transaction was to begin on had been closed: another one may do."""


def _unwatched(moment: Moment) -> None:
    """Nobody wants to know of commits."""


def open_store(where: str | Path, tenant: str, clock: Clock | None = None, around: Around = _unwatched) -> Store:
    """The store in the SQLite file or at the PostgreSQL address `where`, with its schema brought up to date.

    `clock` replaces the store's own.

    Raises:
        Unrecorded: it cannot be used.
    """
    try:
        engine = engines.made(where)
    except (SQLAlchemyError, OSError) as failure:
        raise unusable(failure) from failure
    try:
        with engine.connect() as connection:
            _prepare(connection, tenant)
    except BaseException as failure:
        engine.dispose()
        if isinstance(failure, SQLAlchemyError | engines.driver_error(engine)):
            raise unusable(failure) from failure
        raise
    return Store(engine, tenant, clock, around)


def _prepare(connection: sa.Connection, tenant: str) -> None:
    """Bring the schema up to date, and give the tenant its row."""
    engines.begin(connection.connection, connection.dialect)
    engines.migrate(connection)
    if connection.execute(sa.select(TENANT.c.tenant).where(TENANT.c.tenant == tenant)).first() is None:
        first = {"tenant": tenant, "last_at": text(_NEVER), "audit_seq": 0, "audit_hash": chain.BEGINNING}
        connection.execute(sa.insert(TENANT).values(**first, policy_digest="", policy_text=""))
    connection.commit()


def unusable(failure: Exception) -> Unrecorded:
    """What a caller is told of a store that fails; the store's own words may name its address, so they are not said."""
    return Unrecorded(
        f"The ledger cannot be used ({type(failure).__name__}), and without it nothing is changed.",
        "Ask again in a moment; if it stays so, have the operator check the disk or database of the ledger.",
    )


def _sqlstate(failure: Exception) -> str:
    return str(getattr(getattr(failure, "orig", failure), "sqlstate", ""))


def text(at: datetime) -> str:
    """`at` as the store keeps it: texts sort as the moments do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(told: str | datetime) -> datetime:
    """The moment that the store's own clock told: PostgreSQL has a type for it."""
    return told if isinstance(told, datetime) else moment(told)


def moment(kept: str) -> datetime:
    """The moment that `text` made `kept` of."""
    return datetime.fromisoformat(kept)


def canonical(value: object) -> str:
    """`value` as JSON that is the same for equal values: keys in order, amounts as text."""
    return msgspec.json.encode(value, order="sorted").decode()
