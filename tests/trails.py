"""What the audit says happened."""

import msgspec

from xylo_mcp.ledger import Store, chain

Entry = tuple[str, str, dict[str, object]]


async def trail(store: Store) -> list[Entry]:
    """Who, what happened, and what about it, from the beginning."""
    records = await store.read(lambda tx: list(chain.records(tx.connection, tx.tenant)))
    return [(one.principal, one.event, msgspec.json.decode(one.body, type=dict[str, object])) for one in records]
