"""Operations: listed, shown, and settled."""

from collections.abc import Sequence

import msgspec

from ..ads.operations import Operation
from ..app import App
from ..gate import describing
from ..gate.settling import resolve
from ..guarded import Guarded
from ..ledger import operations
from ..settings import Mode
from .opening import refuse, say, who, with_gate


def list_latest(mode: Mode | None, *, unsettled: bool) -> None:
    """List the latest, newest first."""

    async def work(app: App, guarded: Guarded) -> Sequence[Operation]:
        return await guarded.store.read(lambda tx: operations.listed(tx, unsettled=unsettled))

    for one in with_gate(work, mode):
        say(_line(one))


def show(operation_id: str, mode: Mode | None) -> None:
    """Show all that is known of one, as JSON."""

    async def work(app: App, guarded: Guarded) -> Operation:
        return await guarded.gate.operation(operation_id)

    say(msgspec.json.format(msgspec.json.encode(with_gate(work, mode))).decode())


def reconcile(operation_id: str, mode: Mode | None) -> None:
    """Look after one, or after all that are due."""

    async def work(app: App, guarded: Guarded) -> Sequence[Operation]:
        if operation_id:
            return [await guarded.settler.settle(operation_id)]
        return await guarded.settler.settle_due()

    settled = with_gate(work, mode)
    for one in settled:
        say(_line(one))
    if not settled:
        say("Nothing is due.")


def settle_by_hand(operation_id: str, *, done: bool, campaign: str, note: str, mode: Mode | None) -> None:
    """Write down what a person found out."""
    if not note.strip():
        refuse("--note: say how you know.")

    async def work(app: App, guarded: Guarded) -> Operation:
        return await guarded.store.write(
            lambda tx: resolve(tx, operation_id, done=done, campaign_id=campaign, who=who(), note=note)
        )

    say(_line(with_gate(work, mode)))


def _line(one: Operation) -> str:
    said = describing.described(one.change)
    return f"{one.id} {one.created_at:%Y-%m-%d %H:%M:%S} {one.state} {one.account} {one.campaign_id or '-'} {said}"
