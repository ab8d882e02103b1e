"""A person's word: bound to one change, used once, and not for ever."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import Conflict, NotFound
from xylo_mcp.ads.operations import Operation
from xylo_mcp.ledger import Store, approvals, operations

Make = Callable[..., Operation]
HOUR = timedelta(hours=1)


async def waiting(store: Store, make: Make) -> Operation:
    return await store.write(lambda tx: approvals.ask(tx, make(), HOUR))


async def decide(store: Store, operation: Operation, *, approve: bool = True, approver: str = "person") -> Operation:
    return await store.write(
        lambda tx: approvals.decide(
            tx, approvals.by_id(tx, operation.approval), approve=approve, approver=approver, channel="terminal"
        )
    )


async def test_an_operation_that_waits_is_listed_until_somebody_decides(store: Store, make: Make) -> None:
    operation = await waiting(store, make)

    listed = await store.read(approvals.waiting)
    await decide(store, operation)

    assert operation.state == "pending_approval"
    assert [(one.id, one.operation_id, one.state) for one in listed] == [(operation.approval, operation.id, "waiting")]
    assert await store.read(approvals.waiting) == []


async def test_an_approval_is_used_once(store: Store, make: Make) -> None:
    operation = await waiting(store, make)
    await decide(store, operation)

    used = await store.write(lambda tx: approvals.use(tx, operation))

    assert (used.state, used.approver, used.channel) == ("used", "person", "terminal")
    with pytest.raises(Conflict):
        await store.write(lambda tx: approvals.use(tx, operation))


async def test_an_approval_serves_nothing_but_what_was_approved(store: Store, make: Make) -> None:
    operation = await waiting(store, make)
    await decide(store, operation)

    for other in (
        msgspec.structs.replace(operation, digest="e" * 64),
        msgspec.structs.replace(operation, id="another"),
        msgspec.structs.replace(operation, approval="another"),
    ):
        with pytest.raises(Conflict):
            await store.write(lambda tx, one=other: approvals.use(tx, one))


async def test_what_nobody_approved_cannot_be_used(store: Store, make: Make) -> None:
    operation = await waiting(store, make)

    with pytest.raises(Conflict):
        await store.write(lambda tx: approvals.use(tx, operation))


async def test_who_asked_does_not_approve(store: Store, make: Make) -> None:
    operation = await waiting(store, make)

    with pytest.raises(Conflict, match="own change"):
        await decide(store, operation, approver=operation.principal)

    assert (await store.read(lambda tx: approvals.by_id(tx, operation.approval))).state == "waiting"


async def test_a_decision_stands(store: Store, make: Make) -> None:
    operation = await waiting(store, make)
    rejected = await decide(store, operation, approve=False)

    with pytest.raises(Conflict):
        await decide(store, operation)

    assert rejected.state == "rejected"


async def test_an_approval_expires_before_and_after_it_is_given(store: Store, make: Make, clock: StandingClock) -> None:
    undecided, approved = await waiting(store, make), await waiting(store, make)
    await decide(store, approved)
    clock.now += HOUR

    assert await store.read(approvals.waiting) == []
    with pytest.raises(Conflict, match="expired"):
        await decide(store, undecided)
    with pytest.raises(Conflict):
        await store.write(lambda tx: approvals.use(tx, approved))
    ended = await store.write(approvals.expire)
    assert {(one.id, one.state) for one in ended} == {(undecided.id, "expired"), (approved.id, "expired")}
    assert await store.write(approvals.expire) == []


async def test_the_audit_names_who_decided(store: Store, make: Make) -> None:
    operation = await waiting(store, make)
    await decide(store, operation)

    from xylo_mcp.ledger import chain

    records = await store.read(lambda tx: list(chain.records(tx.connection, tx.tenant)))
    assert [(one.event, one.principal) for one in records] == [("approval_asked", "agent"), ("approved", "person")]


async def test_an_unknown_approval_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda tx: approvals.by_id(tx, "nosuchthing1"))


async def test_an_operation_that_ended_otherwise_is_not_decided_on(store: Store, make: Make) -> None:
    operation = await waiting(store, make)
    await store.write(lambda tx: operations.keep(tx, msgspec.structs.replace(operation, state="failed")))

    with pytest.raises(Conflict):
        await decide(store, operation)
