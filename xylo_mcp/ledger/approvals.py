"""What waits for a person, and what they said."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from ..ads.errors import Conflict, NotFound
from ..ads.operations import Approval, Operation
from . import operations
from .store import Tx, text
from .tables import APPROVAL


def ask(tx: Tx, operation: Operation, valid: timedelta) -> Operation:
    """Let `operation` wait for a person, for as long as `valid`."""
    waiting = msgspec.structs.replace(operation, state="pending_approval", approval=operations.new_id())
    tx.connection.execute(
        sa.insert(APPROVAL).values(
            id=waiting.approval,
            tenant=tx.tenant,
            principal=operation.principal,
            operation_id=operation.id,
            state="waiting",
            created_at=text(tx.now),
            expires_at=text(tx.now + valid),
            digest=operation.digest,
            approver="",
            channel="",
        )
    )
    tx.audit(operation.principal, "approval_asked", _told(waiting))
    return operations.keep(tx, waiting)


def by_id(tx: Tx, approval_id: str) -> Approval:
    """The approval with this id; one that nobody gave in time has expired.

    Raises:
        NotFound: there is none of this tenant's.
    """
    found = _some(tx, APPROVAL.c.id == approval_id)
    if not found:
        raise NotFound("There is no such approval.", "See `xylo-mcp approvals list` for those that wait.")
    return found[0]


def waiting(tx: Tx) -> Sequence[Approval]:
    """Those that a person may still decide on, oldest first."""
    return [one for one in _some(tx, APPROVAL.c.state == "waiting") if one.state == "waiting"]


def decide(tx: Tx, approval: Approval, *, approve: bool, approver: str, channel: str) -> Operation:
    """Write down what a person said.

    Raises:
        Conflict: it was decided on before, has expired, or whoever asked would approve it themselves.
    """
    operation = operations.by_id(tx, approval.operation_id)
    if approval.state != "waiting" or operation.state != "pending_approval":
        raise Conflict(f"This approval is {approval.state} already.", "Have the change asked for again.")
    if approve and approver == operation.principal:
        raise Conflict("Nobody approves their own change.", "Let somebody else approve it.")
    taken = tx.connection.execute(
        sa.update(APPROVAL)
        .where(APPROVAL.c.tenant == tx.tenant, APPROVAL.c.id == approval.id, APPROVAL.c.state == "waiting")
        .values(state="approved" if approve else "rejected", approver=approver, channel=channel)
    )
    if not taken.rowcount:
        raise Conflict(
            "This approval was decided on meanwhile.", "See `xylo-mcp operations show` for what became of it."
        )
    said = {**_told(operation), "approver": approver, "channel": channel}
    tx.audit(approver, "approved" if approve else "rejected", said)
    return operation if approve else operations.keep(tx, msgspec.structs.replace(operation, state="rejected"))


def use(tx: Tx, operation: Operation) -> Approval:
    """Use up the approval of exactly this operation: it can be sent once by it.

    Raises:
        Conflict: it was not approved, was used before, has expired, or was given for something else.
    """
    taken = tx.connection.execute(
        sa.update(APPROVAL)
        .where(
            APPROVAL.c.tenant == tx.tenant,
            APPROVAL.c.id == operation.approval,
            APPROVAL.c.operation_id == operation.id,
            APPROVAL.c.digest == operation.digest,
            APPROVAL.c.state == "approved",
            APPROVAL.c.expires_at > text(tx.now),
        )
        .values(state="used")
    )
    if not taken.rowcount:
        raise Conflict("This operation has no approval that could be used.", "Have the change asked for again.")
    return by_id(tx, operation.approval)


def expire(tx: Tx) -> Sequence[Operation]:
    """End the operations that nobody decided on in time, or that were approved and then not applied in time."""
    late = _some(tx, APPROVAL.c.state.in_(["waiting", "approved"]), APPROVAL.c.expires_at <= text(tx.now))
    ended: list[Operation] = []
    for approval in late:
        tx.connection.execute(sa.update(APPROVAL).where(APPROVAL.c.id == approval.id).values(state="expired"))
        operation = operations.by_id(tx, approval.operation_id)
        if operation.state == "pending_approval":
            tx.audit(operation.principal, "approval_expired", _told(operation))
            ended.append(operations.keep(tx, msgspec.structs.replace(operation, state="expired")))
    return ended


def _some(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Sequence[Approval]:
    rows = tx.connection.execute(
        sa.select(APPROVAL).where(APPROVAL.c.tenant == tx.tenant, *conditions).order_by(APPROVAL.c.created_at)
    )
    found = [msgspec.convert({str(name): value for name, value in row.items()}, Approval) for row in rows.mappings()]
    return [
        msgspec.structs.replace(one, state="expired") if one.state == "waiting" and one.expires_at <= tx.now else one
        for one in found
    ]


def _told(operation: Operation) -> dict[str, object]:
    return {"operation": operation.id, "approval": operation.approval, "digest": operation.digest}
