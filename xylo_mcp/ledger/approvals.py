"""What waits for a person, and what they said."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from ..ads.errors import Conflict, NotFound
from ..ads.operations import Approval, Operation
from . import operations
from .statements import Statement, of
from .store import Tx, text
from .tables import APPROVAL

_OURS = APPROVAL.c.tenant == of("tenant")
_THIS = sa.and_(_OURS, APPROVAL.c.id == of("this"))
_ADD = Statement(sa.insert(APPROVAL))
_DECIDE = Statement(
    sa.update(APPROVAL)
    .where(_THIS, APPROVAL.c.state == of("before"))
    .values(state=of("now"), approver=of("who"), channel=of("by"))
)
_USE = Statement(
    sa.update(APPROVAL)
    .where(
        _THIS,
        APPROVAL.c.operation_id == of("operation"),
        APPROVAL.c.digest == of("its_digest"),
        APPROVAL.c.state == "approved",
        APPROVAL.c.expires_at > of("now"),
    )
    .values(state="used")
)
_EXPIRE = Statement(sa.update(APPROVAL).where(_THIS).values(state="expired"))


def _chosen(*conditions: sa.ColumnElement[bool]) -> Statement:
    return Statement(sa.select(*_COLUMNS).where(_OURS, *conditions).order_by(APPROVAL.c.created_at))


_COLUMNS = tuple(APPROVAL.c[name] for name in Approval.__struct_fields__)
_BY_ID = _chosen(APPROVAL.c.id == of("this"))
_WAITING = _chosen(APPROVAL.c.state == "waiting")
_LATE = _chosen(APPROVAL.c.state.in_(["waiting", "approved"]), APPROVAL.c.expires_at <= of("now"))


def ask(tx: Tx, operation: Operation, valid: timedelta) -> Operation:
    """Let `operation` wait for a person, for as long as `valid`."""
    waiting = msgspec.structs.replace(operation, state="pending_approval", approval=operations.new_id())
    tx.run(
        _ADD,
        id=waiting.approval,
        principal=operation.principal,
        operation_id=operation.id,
        state="waiting",
        created_at=tx.at,
        expires_at=text(tx.now + valid),
        digest=operation.digest,
        approver="",
        channel="",
    )
    tx.audit(operation.principal, "approval_asked", _told(waiting))
    return operations.keep(tx, waiting)


def by_id(tx: Tx, approval_id: str) -> Approval:
    """The approval with this id; one that nobody gave in time has expired.

    Raises:
        NotFound: there is none of this tenant's.
    """
    found = _several(tx, _BY_ID, this=approval_id)
    if not found:
        raise NotFound("There is no such approval.", "See `xylo-mcp approvals list` for those that wait.")
    return found[0]


def waiting(tx: Tx) -> Sequence[Approval]:
    """Those that a person may still decide on, oldest first."""
    return [one for one in _several(tx, _WAITING) if one.state == "waiting"]


def decide(tx: Tx, approval: Approval, *, approve: bool, approver: str, channel: str) -> Operation:
    """Write down what a person said; to say yes again changes nothing, and a yes may be taken back until it is used.

    Raises:
        Conflict: it was decided on before, has expired, or whoever asked would approve it themselves.
    """
    operation = operations.by_id(tx, approval.operation_id)
    is_open = approval.state == "waiting" or (approval.state == "approved" and tx.now < approval.expires_at)
    if operation.state != "pending_approval" or not is_open:
        raise Conflict(f"This approval is {approval.state} already.", "Have the change asked for again.")
    if approve and approval.state == "approved":
        return operation  # a yes stands, and what kept it from being sent may have passed
    if approve and approver == operation.principal:
        raise Conflict("Nobody approves their own change.", "Let somebody else approve it.")
    decided = "approved" if approve else "rejected"
    if not tx.run(_DECIDE, this=approval.id, before=approval.state, now=decided, who=approver, by=channel):
        raise Conflict(
            "This approval was decided on meanwhile.", "See `xylo-mcp operations show` for what became of it."
        )
    said = {**_told(operation), "approver": approver, "channel": channel}
    tx.audit(approver, decided, said)
    return operation if approve else operations.keep(tx, msgspec.structs.replace(operation, state="rejected"))


def use(tx: Tx, operation: Operation) -> Approval:
    """Use up the approval of exactly this operation: it can be sent once by it.

    Raises:
        Conflict: it was not approved, was used before, has expired, or was given for something else.
    """
    given_for = {"operation": operation.id, "its_digest": operation.digest}
    if not tx.run(_USE, this=operation.approval, **given_for, now=tx.at):
        raise Conflict("This operation has no approval that could be used.", "Have the change asked for again.")
    return by_id(tx, operation.approval)


def expire(tx: Tx) -> Sequence[Operation]:
    """End the operations that nobody decided on in time, or that were approved and then not applied in time."""
    late = _several(tx, _LATE, now=tx.at)
    ended: list[Operation] = []
    for approval in late:
        tx.run(_EXPIRE, this=approval.id)
        operation = operations.by_id(tx, approval.operation_id)
        if operation.state == "pending_approval":
            tx.audit(operation.principal, "approval_expired", _told(operation))
            ended.append(operations.keep(tx, msgspec.structs.replace(operation, state="expired")))
    return ended


def _several(tx: Tx, statement: Statement, **values: object) -> Sequence[Approval]:
    rows = tx.rows(statement, **values)
    found = [msgspec.convert(dict(zip(Approval.__struct_fields__, row, strict=True)), Approval) for row in rows]
    return [
        msgspec.structs.replace(one, state="expired") if one.state == "waiting" and one.expires_at <= tx.now else one
        for one in found
    ]


def _told(operation: Operation) -> dict[str, object]:
    return {"operation": operation.id, "approval": operation.approval, "digest": operation.digest}
