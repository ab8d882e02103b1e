"""How much of people's data accounts were told, and by which key it is recognised."""

from datetime import timedelta

import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import Misconfigured
from xylo_mcp.ledger import Store, handed


async def test_rows_are_counted_by_account_and_operation_for_a_day(store: Store, clock: StandingClock) -> None:
    for operation, account, rows in (("one", "act_1", 5), ("two", "act_1", 7), ("three", "act_2", 11)):
        await store.write(lambda tx, told=(operation, account): handed.reserve(tx, *told, "agent", rows))  # noqa: B023  # run at once
    await store.write(lambda tx: handed.reserve(tx, "one", "act_1", "agent", 6))  # it goes on: not counted twice
    now = await store.read(
        lambda tx: [handed.rows_last_day(tx, *of) for of in (("act_1",), ("act_1", "one"), ("act_2",))]
    )
    clock.now += timedelta(days=1) - timedelta(seconds=1)
    soon = await store.read(lambda tx: handed.rows_last_day(tx, "act_1"))
    await store.write(lambda tx: handed.free(tx, "two"))
    freed = await store.read(lambda tx: handed.rows_last_day(tx, "act_1"))
    clock.now += timedelta(seconds=1)
    later = await store.read(lambda tx: handed.rows_last_day(tx, "act_1"))

    assert (now, soon, freed, later) == ([13, 7, 11], 13, 6, 0)


async def test_a_ledger_has_one_key_of_digests_for_good(store: Store) -> None:
    for _ in range(2):
        await store.write(lambda tx: handed.require_key(tx, "first"))
    with pytest.raises(Misconfigured, match="is not the one that this ledger was written with"):
        await store.write(lambda tx: handed.require_key(tx, "second"))
