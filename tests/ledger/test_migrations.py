"""The schema that migrations make is the one that the program works with, from whichever version they begin."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from xylo_mcp import ledger
from xylo_mcp.ads.operations import Operation
from xylo_mcp.contract import Clock
from xylo_mcp.ledger import engines, open_store, operations
from xylo_mcp.ledger.tables import METADATA

Make = Callable[..., Operation]


def made(place: str | Path, version: str) -> None:
    """Make a ledger of an earlier version."""
    config = Config()
    config.set_main_option("script_location", str(Path(ledger.__file__).parent / "migrations"))
    engine = engines.made(place)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.commit()
    engine.dispose()


def versions() -> list[str]:
    scripts = ScriptDirectory(str(Path(ledger.__file__).parent / "migrations"))
    return [script.revision for script in scripts.walk_revisions()]


def test_the_program_knows_every_version_and_works_with_the_last() -> None:
    assert versions()[0] == engines.VERSION


async def test_migrations_make_the_tables_and_indexes_that_the_program_describes(empty_place: str | Path) -> None:
    store = open_store(empty_place, "ours")

    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []

    await store.close()


@pytest.mark.parametrize("version", versions()[1:])
async def test_a_ledger_of_an_earlier_version_is_brought_up_to_date_with_all_it_holds(
    empty_place: str | Path, clock: Clock, make: Make, version: str
) -> None:
    made(empty_place, version)
    operation = make()
    early = engines.made(empty_place)
    with early.connect() as connection:
        row = {name: getattr(operation, name) for name in ("id", "principal", "tool", "digest", "account", "state")}
        moments = dict.fromkeys(("created_at", "updated_at", "lease_until"), "2026-01-01T00:00:00.000000+00:00")
        body = msgspec.json.encode(operation).decode()
        rest = {"tenant": "ours", "campaign_id": "77", "fence": 0, "body": body}
        connection.execute(sa.insert(METADATA.tables["operation"]).values(**row, **moments, **rest))
        connection.commit()
    early.dispose()

    store = open_store(empty_place, "ours", clock)

    assert await store.read(lambda tx: operations.by_id(tx, operation.id)) == operation
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    await store.close()
