"""What is particular about each store: how it is opened, locked, asked for the time, and brought up to date."""

import hashlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.pool import PoolProxiedConnection, StaticPool
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from ..ads.errors import Misconfigured

VERSION = "0004"
_KNOWN = ("0001", "0002", "0003", "0004")
_CONNECTIONS = 8
_PATIENCE = 5  # seconds to wait for another process that writes
_MIGRATION_LOCK = 7_310_420_117


def made(where: str | Path) -> sa.Engine:
    """An engine for the SQLite file (a path) or the PostgreSQL database (an address) `where`."""
    return _sqlite(where) if isinstance(where, Path) else _postgresql(where)


def connections(engine: sa.Engine) -> int:
    """How many transactions may be under way in this process."""
    return 1 if engine.dialect.name == "sqlite" else _CONNECTIONS


def driver_error(engine: sa.Engine) -> type[DBAPIModule.Error]:
    """What the store's driver raises."""
    return engine.dialect.loaded_dbapi.Error


def begin(connection: PoolProxiedConnection, dialect: sa.Dialect, *, reading: bool = False) -> None:
    """Begin a transaction; PostgreSQL's driver does so by itself.

    One of SQLite's that turns from reading to writing can fail at once, whatever the patience: so writers say it.
    """
    if dialect.name == "sqlite":
        connection.cursor().execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def lock(connection: sa.Connection, name: str) -> None:
    """Wait for whoever else writes what is called `name`, to the end of the transaction; SQLite has but one writer."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def is_gone(connection: PoolProxiedConnection, dialect: sa.Dialect, failure: DBAPIModule.Error) -> bool:
    """Whether `failure` says that the database at the other end has closed `connection`."""
    return dialect.is_disconnect(failure, connection, None)


def migrate(connection: sa.Connection) -> None:
    """Bring the schema up to date; of several processes that start at once, one does it.

    Raises:
        Misconfigured: a newer version of the program has written here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    found = _version(connection)
    if found is not None and found not in _KNOWN:
        raise Misconfigured(
            "The ledger was written by a newer version of xylo-mcp.", "Install that version; the ledger stays as it is."
        )
    if found != VERSION:
        _upgrade(connection)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  # needed once in a ledger's life
    from alembic.config import Config  # noqa: PLC0415  # likewise

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)


def _sqlite(path: Path) -> sa.Engine:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": _PATIENCE},
    )

    def connected(raw: sqlite3.Connection, record: object) -> None:
        raw.isolation_level = None  # transactions begin above, not where the driver thinks they should
        _write_ahead(raw)
        raw.execute("PRAGMA synchronous=FULL")
        raw.create_function("clock_timestamp", 0, lambda: datetime.now(UTC).isoformat())  # as PostgreSQL has it

    event.listen(engine, "connect", connected)
    return engine


@retry(
    retry=retry_if_exception_type(sqlite3.OperationalError),
    wait=wait_random(0, 0.05),
    stop=stop_after_delay(_PATIENCE),
    reraise=True,
)
def _write_ahead(raw: sqlite3.Connection) -> None:
    """Let readers read while another process writes.

    Where another process is just now doing the same to a new file, SQLite does not wait but fails at once.
    """
    raw.execute("PRAGMA journal_mode=WAL")


def _postgresql(address: str) -> sa.Engine:
    return sa.create_engine(
        sa.make_url(address).set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _PATIENCE},
        pool_size=_CONNECTIONS,
        max_overflow=0,
    )
