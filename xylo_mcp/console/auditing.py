"""The audit: its end, whether it is whole, and all of it."""

import msgspec

from ..app import App
from ..guarded import Guarded
from ..ledger import Tx, chain
from ..settings import Mode
from .opening import refuse, say, with_gate


def tail(lines: int, mode: Mode | None) -> None:
    """Show the latest records, the last one last."""
    for record in _records(mode)[-lines:]:
        say(f"{record.seq} {record.at} {record.event} {record.principal} {record.body}")


def verify(mode: Mode | None) -> None:
    """Say whether the chain holds; if not, where it breaks."""

    async def work(app: App, guarded: Guarded) -> tuple[chain.Broken | None, int]:
        return await guarded.store.read(lambda tx: (chain.verified(tx.connection, tx.tenant, tx.head), tx.head.seq))

    broken, records = with_gate(work, mode)
    if broken is None:
        say(f"whole: {records} records")
        return
    refuse(f"broken at record {broken.seq}: {broken.why}")


def export(after: int, mode: Mode | None) -> None:
    """Write the records as JSON lines."""
    for record in _records(mode, after):
        say(msgspec.json.encode(record).decode())


def _records(mode: Mode | None, after: int = 0) -> list[chain.Record]:
    def read(tx: Tx) -> list[chain.Record]:
        return list(chain.records(tx.connection, tx.tenant, after))

    async def work(app: App, guarded: Guarded) -> list[chain.Record]:
        return await guarded.store.read(read)

    return with_gate(work, mode)
