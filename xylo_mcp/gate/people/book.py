"""Writes down how far handovers are, each by whoever holds its lease."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import anyio
import msgspec

from ...ads.errors import AdsError, Conflict, Refused
from ...ads.handovers import Handed, SendConversions
from ...ads.operations import Operation, State
from ...ledger import Store, Tx, halts, handed, operations
from ..sending import failing

HOLDING = timedelta(seconds=90)
"""For so long after it last wrote something down, a handover is its sender's; then somebody else may go on."""
_BEAT = HOLDING.total_seconds() / 3


class Held(msgspec.Struct, frozen=True):
    """A handover, and the fence that says it is still ours."""

    operation: Operation
    fence: int


class Book:
    """The ledger of handovers."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def note(self, held: Held, so_far: Handed) -> Held:
        """Write down that it is `so_far`, and go on holding it.

        Raises:
            Conflict: somebody else goes on with it.
            Unrecorded: the ledger failed.
        """
        return await self.store.write(partial(noted, held=held, so_far=so_far))

    async def require_running(self, held: Held) -> None:
        """Refuse to send more of it once the operator has frozen everything there.

        Raises:
            Refused: it is so.
        """
        operation = held.operation
        over = await self.store.read(lambda tx: halts.over(tx, operation.platform, operation.account))
        if any(halt.level == "freeze_all" for halt in over):
            raise Refused(
                "The operator has halted changes meanwhile.", "Stop making changes, and tell the person you work for."
            )

    async def end(self, held: Held, state: State, error: AdsError | None = None) -> Held:
        """Write down how it ended, or that it can go on later; what was not begun is counted no more."""
        return await self.store.write(partial(_ended, held=held, state=state, error=error))

    @asynccontextmanager
    async def holding(self, held: Callable[[], Sequence[Held]]) -> AsyncGenerator[None]:
        """Go on holding what is `held` by then, however long a platform or a person takes, until the context ends."""
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._hold_on, held)
            try:
                yield
            except Exception as raised:  # noqa: BLE001  # raised below, not wrapped in a group
                failure = raised
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _hold_on(self, held: Callable[[], Sequence[Held]]) -> None:
        while True:
            await anyio.sleep(_BEAT)
            with suppress(AdsError):  # a ledger that is away is told of by whoever writes something down
                await self.store.write(partial(_held_on, held=held()))


def hold(tx: Tx, operation: Operation) -> Held:
    """Take `operation` to carry it on; who held it before can write nothing down any more."""
    kept = operations.keep(tx, operation, tx.now + HOLDING)
    return Held(kept, operations.lease(tx, kept.id, tx.now + HOLDING))


def told(operation: Operation) -> dict[str, object]:
    """What the audit says of a handover: ids and counts, no names and nothing of anybody."""
    so_far = operation.handed or Handed()
    return {
        "operation": operation.id,
        "tool": operation.tool,
        "account": operation.account,
        "digest": operation.digest,
        "policy": operation.policy,
        "approval": operation.approval,
        "audience": so_far.audience_id,
        "taken": so_far.taken,
        "sent": so_far.sent,
        "error": operation.failing.code if operation.failing else "",
        "platform_code": operation.failing.platform_code if operation.failing else "",
    }


def ended(tx: Tx, operation: Operation) -> Operation:
    """Keep `operation` as it ended, and count only what was sent: of a list, all of it, for it can go on."""
    so_far = operation.handed or Handed()
    told_of = so_far.sent + so_far.doubtful
    if operation.state == "failed":
        handed.free(tx, operation.id)
    elif isinstance(operation.change, SendConversions):
        handed.reserve(tx, operation.id, operation.account, operation.principal, told_of)
    tx.audit(operation.principal, operation.state, told(operation))
    return operations.keep(tx, operation)


def noted(tx: Tx, held: Held, so_far: Handed) -> Held:
    """Within a transaction, what `Book.note` does."""
    _require(tx, held)
    noted = msgspec.structs.replace(held.operation, handed=so_far, failing=None)
    return Held(operations.keep(tx, noted, tx.now + HOLDING), held.fence)


def _held_on(tx: Tx, held: Sequence[Held]) -> None:
    for one in held:
        operations.hold_on(tx, one.operation.id, one.fence, tx.now + HOLDING)


def _ended(tx: Tx, held: Held, state: State, error: AdsError | None) -> Held:
    _require(tx, held)
    kept = failing(error) if error is not None else None
    return Held(ended(tx, msgspec.structs.replace(held.operation, state=state, failing=kept)), held.fence)


def _require(tx: Tx, held: Held) -> None:
    if not operations.holds_lease(tx, held.operation.id, held.fence):
        raise taken_over()


def taken_over() -> Conflict:
    """The error of whoever held a handover for too long."""
    return Conflict("Another call goes on with this by now.", "Ask get_operation how far it is.")
