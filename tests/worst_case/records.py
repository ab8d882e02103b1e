"""Reads the ledger of a play past the servers: what it holds, and what its audit tells."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tests.worst_case.story import Story
from xylo_mcp.ads.operations import OPEN, Operation
from xylo_mcp.ledger import chain
from xylo_mcp.ledger.store import moment
from xylo_mcp.ledger.tables import METADATA, OPERATION, RESERVATION, TENANT


class Records:
    """The ledger of one tenant."""

    def __init__(self, engine: sa.Engine, tenant: str) -> None:
        self._engine, self._tenant = engine, tenant
        self.story = Story()

    def catch_up(self) -> datetime:
        """Let the story go on to where the audit is, and tell the ledger's latest time."""
        with self._engine.connect().execution_options(reading=True) as connection:
            self.story.go_on(list(chain.records(connection, self._tenant, self.story.seq)))
            latest = connection.execute(sa.select(TENANT.c.last_at).where(TENANT.c.tenant == self._tenant))
            return moment(latest.scalar_one())

    def operations(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Operation]:
        """The operations of which these hold, oldest first."""
        mine = sa.select(OPERATION.c.body).where(OPERATION.c.tenant == self._tenant, *conditions)
        found = [msgspec.json.decode(body, type=Operation) for body in self._read(mine)]
        return sorted(found, key=lambda one: self.story.order.get(one.id, 0))

    def holding(self) -> frozenset[str]:
        """The operations that hold something and are not settled."""
        mine = sa.select(RESERVATION.c.operation_id).where(RESERVATION.c.tenant == self._tenant)
        return frozenset(self._read(mine.where(RESERVATION.c.settled_at.is_(None))))

    def unsettled(self) -> Sequence[Operation]:
        """The operations of which it is not certain whether they are done."""
        return self.operations(OPERATION.c.state.in_(sorted(OPEN)))

    def everything(self) -> str:
        """All that the ledger holds."""
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = [
                row
                for table in METADATA.sorted_tables
                for row in connection.execute(sa.select(table).where(table.c.tenant == self._tenant))
            ]
        return "\n".join(map(str, rows))

    def broken_chain(self) -> chain.Broken | None:
        """Where the audit does not hold."""
        with self._engine.connect().execution_options(reading=True) as connection:
            row = connection.execute(sa.select(TENANT).where(TENANT.c.tenant == self._tenant)).one()
            return chain.verified(connection, self._tenant, chain.Head(row.audit_seq, row.audit_hash))

    def _read(self, statement: sa.Select[tuple[str]]) -> Sequence[str]:
        with self._engine.connect().execution_options(reading=True) as connection:
            return [str(row[0]) for row in connection.execute(statement)]
