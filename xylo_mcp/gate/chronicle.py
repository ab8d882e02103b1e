"""What has happened, as the audit tells it, for those who want to know of changes whoever made them."""

from collections.abc import Sequence
from functools import partial

import msgspec

from ..ledger import Store, Tx, chain, operations


class Happened(msgspec.Struct, frozen=True):
    """One event of the audit: the operation it is about and the account of that, empty where it is about none."""

    event: str
    operation: str = ""
    account: str = ""


class News(msgspec.Struct, frozen=True):
    """What happened up to number `head` of the audit."""

    head: int
    happened: Sequence[Happened]


class _About(msgspec.Struct, frozen=True):
    """Of what the audit keeps of an event, what it is about."""

    operation: str = ""
    account: str = ""


class Chronicle:
    """The ledger of all servers that share it, as far as others may see it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def head(self) -> int:
        """The number of the latest event."""
        return await self._store.read(lambda tx: tx.head.seq)

    async def since(self, head: int) -> News:
        """What happened after event number `head`; where nothing did, this costs one row."""
        return await self._store.read(partial(_since, head=head))

    async def recent(self) -> Sequence[str]:
        """The ids of the latest hundred operations, newest first."""
        return [operation.id for operation in await self._store.read(operations.listed)]


def _since(tx: Tx, head: int) -> News:
    if tx.head.seq == head:
        return News(head, ())
    told = [
        (record.event, msgspec.json.decode(record.body, type=_About))
        for record in chain.records(tx.connection, tx.tenant, after=head)
    ]
    return News(tx.head.seq, [Happened(event, about.operation, about.account) for event, about in told])
