"""The sandbox's file: what must survive a restart and be seen by every process that shares it."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS origin (seed INTEGER PRIMARY KEY, anchor TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, platform TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
    skip INTEGER NOT NULL, times INTEGER NOT NULL, seconds REAL NOT NULL, status INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS edit (
    revision INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, platform TEXT NOT NULL, account TEXT NOT NULL,
    id TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (platform, kind, id) ON CONFLICT REPLACE
) STRICT;
CREATE INDEX IF NOT EXISTS edit_by_account ON edit (platform, kind, account, revision);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, platform TEXT NOT NULL, verb TEXT NOT NULL, target TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS number (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
CREATE TABLE IF NOT EXISTS audience (
    platform TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (platform, id)
) STRICT;
CREATE TABLE IF NOT EXISTS member (
    platform TEXT NOT NULL, audience TEXT NOT NULL, person TEXT NOT NULL,
    matched INTEGER NOT NULL, times INTEGER NOT NULL, added TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (platform, audience, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aside (
    platform TEXT NOT NULL, holder TEXT NOT NULL, verb TEXT NOT NULL, person TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS aside_by_holder ON aside (platform, holder);
CREATE TABLE IF NOT EXISTS note (
    platform TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (platform, kind, name)
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    platform TEXT NOT NULL, destination TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL,
    received TEXT NOT NULL, counted INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_by_id ON event (platform, destination, name, id);
"""


class Memory:
    """One SQLite file (or, without a path, memory of this process alone)."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=10, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def anchor(self, seed: int, today: date) -> date:
        """The day on which this file's world was made: `today` the first time, the same ever after."""
        self._db.execute("INSERT OR IGNORE INTO origin VALUES (?, ?)", (seed, today.isoformat()))
        (text,) = self._db.execute("SELECT anchor FROM origin WHERE seed = ?", (seed,)).fetchone()
        return date.fromisoformat(text)

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """A transaction that no other process writes beside; what is written within another is part of that."""
        if self._db.in_transaction:
            yield self._db
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def read(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a SELECT."""
        return self._db.execute(statement, values).fetchall()
