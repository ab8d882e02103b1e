"""How Alembic reaches the store: over the connection that it is handed, within that connection's transaction."""

from alembic import context

from xylo_mcp.ledger.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
