"""Both stores keep the same promises about transactions, time and trouble."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa
from anyio import from_thread

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import Misconfigured, Unrecorded
from xylo_mcp.ads.operations import Operation
from xylo_mcp.contract import Clock
from xylo_mcp.ledger import Store, Tx, open_store, operations

Make = Callable[..., Operation]


async def test_what_is_committed_is_there_when_the_ledger_is_opened_again(
    ledger_place: str | Path, clock: Clock, make: Make
) -> None:
    operation = make()
    first = open_store(ledger_place, "ours", clock)
    await first.write(lambda tx: operations.keep(tx, operation))
    await first.close()

    again = open_store(ledger_place, "ours", clock)

    assert await again.read(lambda tx: operations.by_id(tx, operation.id)) == operation
    await again.close()


async def test_an_exception_leaves_nothing_behind(store: Store, make: Make) -> None:
    operation = make()

    def fail(tx: Tx) -> None:
        operations.keep(tx, operation)
        tx.audit("agent", "sending", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)

    assert await store.read(lambda tx: (operations.listed(tx), tx.head.seq)) == ([], 0)


async def test_writes_of_several_processes_wait_for_each_other(
    ledger_place: str | Path, clock: Clock, make: Make
) -> None:
    stores = [open_store(ledger_place, "ours", clock) for _ in range(3)]

    async def write(store: Store) -> None:
        for _ in range(10):
            await store.write(lambda tx: tx.audit("agent", "sending", {"head": tx.head.seq}))

    async with anyio.create_task_group() as group:
        for store in stores:
            group.start_soon(write, store)

    assert await stores[0].read(lambda tx: tx.head.seq) == 30
    for store in stores:
        await store.close()


async def test_the_stores_clock_never_goes_back(ledger_place: str | Path, clock: StandingClock) -> None:
    store = open_store(ledger_place, "ours", clock)
    before = clock.now
    await store.write(lambda tx: None)
    clock.now = before - timedelta(hours=1)

    assert await store.write(lambda tx: tx.now) == before
    clock.now = before + timedelta(hours=1)
    assert await store.write(lambda tx: tx.now) == before + timedelta(hours=1)
    await store.close()


async def test_without_a_clock_of_its_own_a_ledger_tells_the_present(ledger_place: str | Path) -> None:
    store = open_store(ledger_place, "ours")
    before = datetime.now(UTC)

    told = await store.read(lambda tx: tx.now)

    assert before - timedelta(seconds=1) < told < datetime.now(UTC) + timedelta(seconds=1)
    await store.close()


async def test_of_two_servers_whose_clocks_differ_time_goes_by_the_later_and_never_back(
    ledger_place: str | Path, clock: StandingClock
) -> None:
    early = open_store(ledger_place, "ours", clock)
    ahead = open_store(ledger_place, "ours", lambda: clock.now + timedelta(minutes=5))

    told = [await store.write(lambda tx: tx.now - clock.now) for store in (early, ahead, early, ahead)]

    assert told == [timedelta(0), *[timedelta(minutes=5)] * 3]
    await early.close()
    await ahead.close()


async def test_on_postgresql_the_time_is_the_databases_own(postgresql: str) -> None:
    store = open_store(postgresql, "timed")

    def told(tx: Tx) -> tuple[datetime, datetime, datetime]:
        begun, now = tx.connection.execute(sa.text("SELECT transaction_timestamp(), clock_timestamp()")).one()
        return begun, tx.now, now

    begun, told_time, later = await store.read(told)

    assert begun <= told_time <= later
    await store.close()


async def test_a_slow_disk_keeps_nobody_else_waiting(ledger_place: str | Path, clock: Clock) -> None:
    store = open_store(ledger_place, "ours", clock)
    begun, ready = anyio.Event(), threading.Event()
    waited: list[bool] = []

    def slow(tx: Tx) -> None:
        from_thread.run_sync(begun.set)
        waited.append(ready.wait(60))

    async with anyio.create_task_group() as group:
        group.start_soon(store.write, slow)
        await begun.wait()
        ready.set()

    assert waited == [True]
    await store.close()


async def test_tenants_share_a_ledger_and_see_nothing_of_each_other(
    ledger_place: str | Path, clock: Clock, make: Make
) -> None:
    ours, theirs = open_store(ledger_place, "ours", clock), open_store(ledger_place, "theirs", clock)
    operation = make()
    await ours.write(lambda tx: operations.keep(tx, operation))

    assert await theirs.read(operations.listed) == []
    assert [one.id for one in await ours.read(operations.listed)] == [operation.id]
    await ours.close()
    await theirs.close()


async def test_commits_can_be_watched(ledger_place: str | Path, clock: Clock) -> None:
    seen: list[str] = []
    store = open_store(ledger_place, "ours", clock, seen.append)

    await store.write(lambda tx: None)
    await store.read(lambda tx: None)

    assert seen == ["before", "after"]
    await store.close()


async def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    place = tmp_path / "ledger.sqlite3"
    await open_store(place, "ours", clock).close()
    with sqlite3.connect(place) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()

    with pytest.raises(Misconfigured, match="newer version"):
        open_store(place, "ours", clock)


def test_a_ledger_that_cannot_be_opened_says_so_without_its_address(clock: Clock) -> None:
    with pytest.raises(Unrecorded) as raised:
        open_store("postgresql://someone:secret@127.0.0.1:1/nowhere", "ours", clock)

    assert raised.value.nothing_done
    assert "secret" not in raised.value.message + raised.value.fix


def test_a_damaged_file_is_no_ledger(tmp_path: Path, clock: Clock) -> None:
    place = tmp_path / "ledger.sqlite3"
    place.write_bytes(b"no database at all, but long enough to be looked at as one" * 100)

    with pytest.raises(Unrecorded):
        open_store(place, "ours", clock)


async def test_a_file_that_another_process_keeps_locked_is_an_error_and_not_a_hang(
    tmp_path: Path, clock: Clock
) -> None:
    place = tmp_path / "ledger.sqlite3"
    store = open_store(place, "ours", clock)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        connection.rollback()
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unrecorded):
        await store.write(lambda tx: None)

    other.execute("ROLLBACK")
    other.close()
    assert await store.write(lambda tx: "written") == "written"
    await store.close()


def test_a_ledger_that_another_process_keeps_locked_is_not_opened_and_said_to_be_unusable(
    tmp_path: Path, clock: Clock
) -> None:
    place = tmp_path / "ledger.sqlite3"
    open_store(place, "ours", clock).engine.dispose()
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unrecorded) as raised:
        open_store(place, "ours", clock)

    other.close()
    assert raised.value.nothing_done


@pytest.mark.parametrize("code", ["40P01", "40001"])  # deadlock, serialization failure
async def test_what_two_transactions_cannot_do_both_is_done_again(postgresql: str, clock: Clock, code: str) -> None:
    store = open_store(postgresql, f"failing-{code}", clock)
    tried: list[int] = []

    def fail_once(tx: Tx) -> str:
        tried.append(1)
        tx.audit("agent", "sending", {})
        if len(tried) == 1:
            tx.connection.execute(sa.text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"))
        return "done"

    assert await store.write(fail_once) == "done"
    assert (len(tried), await store.read(lambda tx: tx.head.seq)) == (2, 1)
    await store.close()


async def test_several_processes_that_start_at_once_make_one_schema(empty_place: str | Path, clock: Clock) -> None:
    opened: list[Store] = []

    def start() -> None:
        opened.append(open_store(empty_place, "ours", clock))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(anyio.to_thread.run_sync, start)

    assert len(opened) == 4
    for store in opened:
        await store.close()


async def test_connections_that_the_database_closed_are_replaced_unnoticed(postgresql: str, clock: Clock) -> None:
    store = open_store(postgresql, "closed", clock)
    for _ in range(3):
        await store.write(lambda tx: tx.audit("agent", "applied", {}))
        with sa.create_engine(store.engine.url, poolclass=sa.NullPool).connect() as other:
            everybody_else = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            other.execute(sa.text(f"{everybody_else} AND pid <> pg_backend_pid()"))

    assert await store.read(lambda tx: tx.head.seq) == 3
    await store.close()
