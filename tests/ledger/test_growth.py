"""A ledger stays as quick as it was, however much has happened in it."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec

from tests.conftest import StandingClock
from xylo_mcp.ads.operations import Operation
from xylo_mcp.gate.sending import record
from xylo_mcp.ledger import Store, Tx, history, open_store, operations, reservations

Make = Callable[..., Operation]
HOUR = timedelta(hours=1)
STEPS = 100  # of SQLite's machine, between two calls of its progress handler


async def fill(store: Store, make: Make, clock: StandingClock, hours: int) -> None:
    """Make one operation an hour, on campaigns in turn, each raised and settled."""
    clock.now += hours * HOUR

    def write(tx: Tx) -> None:
        for hour in range(hours):
            began = tx.now - (hours - hour) * HOUR
            operation = make(key=f"old {hour}", campaign_id=str(hour % 100), created_at=began, digest=f"{hour:064}")
            reservations.reserve(tx, operation, {f"campaign/{operation.campaign_id}": operation.daily_after})
            reservations.settle(tx, operation, done=True)
            record(tx, msgspec.structs.replace(operation, state="applied"))

    await store.write(write)
    clock.now += 8 * 24 * HOUR  # longer ago than any rule looks back


async def work(store: Store, make: Make) -> None:
    """What letting a raise in, recording its outcome, and looking for what is due ask and write."""

    def admit(tx: Tx) -> Operation:
        operation = make(key="new", created_at=tx.now)
        operations.by_key(tx, "agent", "new")
        operations.twin(tx, "agent", operation.digest, HOUR)
        operations.open_on(tx, "act_1", "77")
        operations.count_unsettled(tx)
        reservations.held(tx, tx.now - HOUR)
        history.past(tx, "agent", "act_1", "77", operation.digest)
        reservations.reserve(tx, operation, {"campaign/77": operation.daily_after})
        return record(tx, operation)

    operation = await store.write(admit)
    await store.write(lambda tx: operations.lease_due(tx, tx.now + HOUR))
    await store.write(lambda tx: record(tx, msgspec.structs.replace(operation, state="applied")))


async def steps(place: Path, make: Make, clock: StandingClock, hours: int) -> int:
    """How many hundreds of steps SQLite takes for it, after so many hours of operations."""
    store = open_store(place, "ours", clock)
    await fill(store, make, clock, hours)
    taken: list[None] = []
    with store.engine.connect() as connection:
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    raw.set_progress_handler(lambda: taken.append(None), STEPS)
    await work(store, make)
    raw.set_progress_handler(None, 0)
    await store.close()
    return len(taken)


async def test_a_write_reads_nothing_of_what_happened_long_ago(
    tmp_path: Path, make: Make, clock: StandingClock
) -> None:
    few = await steps(tmp_path / "few.sqlite3", make, clock, hours=100)
    many = await steps(tmp_path / "many.sqlite3", make, clock, hours=5000)

    assert many < few + 20  # 2,000 steps: 5,000 operations read once are more than 20,000
