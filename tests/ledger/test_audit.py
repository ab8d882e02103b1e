"""The audit only grows, and shows it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import anyio
import msgspec
import pytest
import sqlalchemy as sa

from xylo_mcp.ads.errors import Unrecorded
from xylo_mcp.contract import Clock
from xylo_mcp.ledger import Store, Tx, chain, halts, open_store, policies
from xylo_mcp.ledger.chain import Broken
from xylo_mcp.ledger.policies import InForce

TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_is_not_rewritten", "DROP TRIGGER audit_is_not_shortened"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER ALL",),
}
SWAPPED = """
    UPDATE audit SET (event, body, previous_hash, hash) =
    (SELECT event, body, previous_hash, hash FROM audit AS other WHERE other.seq = 5 - audit.seq) WHERE seq IN (2, 3)
"""


async def filled(store: Store) -> None:
    for number in range(4):
        await store.write(lambda tx, n=number: tx.audit("agent", "applied", {"operation": n}))


async def verdict(store: Store) -> Broken | None:
    return await store.read(lambda tx: chain.verified(tx.connection, tx.tenant, tx.head))


def tampered(statement: str) -> Callable[[Tx], None]:
    def tamper(tx: Tx) -> None:
        for trigger in TRIGGERS[tx.connection.dialect.name]:
            tx.connection.execute(sa.text(trigger))
        tx.connection.execute(sa.text(statement))

    return tamper


async def test_an_untouched_chain_is_whole(store: Store) -> None:
    assert await verdict(store) is None
    await filled(store)

    assert await verdict(store) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET body = '{}' WHERE seq = 2", Broken(2, "it is not what was written")),
        ("UPDATE audit SET principal = 'somebody' WHERE seq = 3", Broken(3, "it is not what was written")),
        (
            "UPDATE audit SET previous_hash = hash WHERE seq = 2",
            Broken(2, "it does not follow on the record before it"),
        ),
        ("DELETE FROM audit WHERE seq = 2", Broken(2, "this record is missing")),
        ("DELETE FROM audit WHERE seq = 1", Broken(1, "this record is missing")),
        ("DELETE FROM audit WHERE seq = 4", Broken(4, "this record and all later ones are missing")),
        ("DELETE FROM audit", Broken(1, "this record and all later ones are missing")),
        ("UPDATE audit SET seq = 5 WHERE seq = 4", Broken(4, "this record is missing")),
        (
            "INSERT INTO audit SELECT tenant, 5, principal, at, event, body, hash, hash FROM audit WHERE seq = 4",
            Broken(5, "it is not what was written"),
        ),
        (SWAPPED, Broken(2, "it does not follow on the record before it")),
        (
            "UPDATE tenant SET audit_hash = (SELECT hash FROM audit WHERE seq = 3)",
            Broken(4, "the end of the chain is not the one that was kept"),
        ),
        (
            "UPDATE tenant SET audit_seq = 3",
            Broken(4, "the end of the chain is not the one that was kept"),
        ),
    ],
)
async def test_whatever_is_done_to_a_record_the_first_bad_one_is_named(
    store: Store, statement: str, broken: Broken
) -> None:
    await filled(store)

    def tamper(connection: sa.Connection) -> None:
        for trigger in TRIGGERS[connection.dialect.name]:
            connection.execute(sa.text(trigger))
        connection.execute(sa.text(statement))
        connection.commit()

    with store.engine.connect() as connection:
        tamper(connection)

    assert await verdict(store) == broken


@pytest.mark.parametrize("statement", ["UPDATE audit SET body = ''", "DELETE FROM audit"])
async def test_the_store_itself_refuses_to_rewrite_or_shorten_the_audit(store: Store, statement: str) -> None:
    await filled(store)

    with pytest.raises(Unrecorded):
        await store.write(lambda tx: tx.connection.execute(sa.text(statement)))

    assert await verdict(store) is None


async def test_records_can_be_taken_from_any_number_on(store: Store) -> None:
    await filled(store)

    records = await store.read(lambda tx: list(chain.records(tx.connection, tx.tenant, 2)))

    assert [(one.seq, one.body) for one in records] == [(3, '{"operation":2}'), (4, '{"operation":3}')]


async def test_two_servers_that_write_at_once_make_one_chain_for_each_tenant(
    ledger_place: str | Path, clock: Clock
) -> None:
    stores = [open_store(ledger_place, tenant, clock) for tenant in ("ours", "ours", "theirs")]

    async def write(store: Store) -> None:
        for _ in range(10):
            await store.write(lambda tx: tx.audit("agent", "applied", {}))

    async with anyio.create_task_group() as group:
        for store in stores:
            group.start_soon(write, store)

    assert [await store.read(lambda tx: tx.head.seq) for store in stores] == [20, 20, 10]
    assert [await verdict(store) for store in stores] == [None, None, None]
    for store in stores:
        await store.close()


async def test_what_is_exported_carries_the_chain_so_that_others_can_check_it(store: Store) -> None:
    await filled(store)

    exported = [
        msgspec.json.decode(line)
        for line in await store.read(
            lambda tx: [msgspec.json.encode(one) for one in chain.records(tx.connection, tx.tenant)]
        )
    ]

    previous = "0" * 64
    for record in exported:
        sealed = {name: value for name, value in record.items() if name != "hash"}
        text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (record["previous_hash"], record["hash"]) == (previous, hashlib.sha256(text.encode()).hexdigest())
        previous = record["hash"]
    assert previous == await store.read(lambda tx: tx.head.hash)


async def test_halts_are_in_force_until_they_are_lifted(store: Store) -> None:
    everything = await store.write(lambda tx: halts.halt(tx, "person", "all", "freeze_all", "why"))
    meta = await store.write(lambda tx: halts.halt(tx, "person", "platform:meta", "freeze_increases", "why"))
    paused = [halts.Paused("act_1", "77")]
    await store.write(lambda tx: halts.remember(tx, meta, paused))

    in_force = await store.read(halts.in_force)
    lifted = await store.write(lambda tx: halts.lift(tx, "person", "platform:meta", restart=True))
    unstarted = [await store.read(lambda tx, s=scope: halts.unstarted(tx, s)) for scope in ("", "all")]
    await store.write(lambda tx: halts.started(tx, paused[0]))

    assert unstarted == [{paused[0]: meta.id}, {}]
    assert await store.read(lambda tx: halts.unstarted(tx, "")) == {}
    assert [(one.scope, one.level) for one in in_force] == [
        ("all", "freeze_all"),
        ("platform:meta", "freeze_increases"),
    ]
    assert [list(one.paused) for one in lifted] == [paused]
    assert [one.id for one in await store.read(halts.in_force)] == [everything.id]
    assert await store.write(lambda tx: halts.lift(tx, "person", "account:act_1")) == []
    assert len(await store.write(lambda tx: halts.lift(tx, "person", ""))) == 1
    assert await store.read(halts.in_force) == []


async def test_one_policy_is_in_force_and_its_adoption_is_on_record_once(store: Store) -> None:
    assert await store.read(policies.in_force) == InForce("", "")

    for _ in range(2):
        await store.write(lambda tx: policies.adopt(tx, "person", InForce("d1", "text")))

    assert await store.read(policies.in_force) == InForce("d1", "text")
    assert await store.read(lambda tx: tx.head.seq) == 1
