"""A person's yes or no, in a terminal."""

import sys
from decimal import Decimal, InvalidOperation

from ..ads.handovers import Handover
from ..ads.operations import Approval, Operation
from ..app import App
from ..gate import describing
from ..gate.outcomes import Outcome
from ..guarded import Guarded
from ..ledger import Tx, operations
from ..ledger import approvals as kept
from ..settings import Mode
from .opening import refuse, say, who, with_gate


def list_waiting(mode: Mode | None) -> None:
    """List what waits."""

    async def work(app: App, guarded: Guarded) -> list[tuple[Approval, Operation]]:
        return await guarded.store.read(_waiting)

    for approval, operation in with_gate(work, mode):
        at_stake = describing.at_stake(operation)
        say(f"{approval.id} {at_stake} {operation.account} until {approval.expires_at:%Y-%m-%d %H:%M} UTC")


def show(approval_id: str, mode: Mode | None) -> None:
    """Show what it is about."""
    for line in with_gate(_question(approval_id), mode).splitlines():
        say(line)


def approve(approval_id: str, mode: Mode | None) -> None:
    """Ask for the amount once more, allow it, and send it; of people's data, ask for the rows, and only allow it."""
    if not sys.stdin.isatty():
        refuse("Approving needs a person at a terminal; this is not one.")
    show(approval_id, mode)
    operation = with_gate(_operation(approval_id), mode)
    if isinstance(operation.change, Handover):
        _allow(operation, operation.change.rows, mode)
        return
    if not _is_amount(input("Type the amount per day to allow it: "), operation.daily_after):
        refuse("That is not the amount; nothing was allowed.")

    async def work(app: App, guarded: Guarded) -> Outcome:
        await guarded.gate.decide(approval_id, approve=True, approver=who(), channel="terminal")
        return await guarded.gate.apply_approved(operation.id, app.directory.until())

    done = with_gate(work, mode).operation
    assert done is not None
    say(f"{done.state}: campaign {done.campaign_id} (operation {done.id})")


def _allow(operation: Operation, rows: int, mode: Mode | None) -> None:
    """Allow people's data to go: whose it is was kept nowhere, so that whoever asked has to send it again."""
    typed = input("Type the number of rows to allow it: ").strip().replace(",", "")
    if typed != str(rows):
        refuse("That is not the number of rows; nothing was allowed.")

    async def work(app: App, guarded: Guarded) -> Operation:
        return await guarded.gate.decide(operation.approval, approve=True, approver=who(), channel="terminal")

    with_gate(work, mode)
    say(f"allowed: it is sent once the very same call is made again (operation {operation.id})")


def reject(approval_id: str, mode: Mode | None) -> None:
    """Forbid it."""

    async def work(app: App, guarded: Guarded) -> Operation:
        return await guarded.gate.decide(approval_id, approve=False, approver=who(), channel="terminal")

    say(f"rejected (operation {with_gate(work, mode).id})")


def _waiting(tx: Tx) -> list[tuple[Approval, Operation]]:
    return [(one, operations.by_id(tx, one.operation_id)) for one in kept.waiting(tx)]


def _operation(approval_id: str):  # noqa: ANN202  # a piece of work for `with_gate`
    async def work(app: App, guarded: Guarded) -> Operation:
        return await guarded.store.read(lambda tx: operations.by_id(tx, kept.by_id(tx, approval_id).operation_id))

    return work


def _question(approval_id: str):  # noqa: ANN202  # likewise
    async def work(app: App, guarded: Guarded) -> str:
        operation = await _operation(approval_id)(app, guarded)
        account = await app.directory.account(operation.account)
        return describing.question(operation, account)

    return work


def _is_amount(typed: str, daily: Decimal | None) -> bool:
    try:
        return daily is not None and Decimal(typed.strip()) == daily
    except InvalidOperation:
        return False
