"""SQL that is worked out once: to build a statement anew costs many times what it costs to run it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler


def of(name: str) -> sa.BindParameter[Any]:
    """Where the value called `name` comes in."""
    return sa.bindparam(name, required=False)


class Statement:
    """One statement in SQLAlchemy's words, put into each store's own once, and run by its driver.

    One of its values is always the tenant: no statement reaches the rows of others.
    """

    def __init__(self, words: sa.ClauseElement) -> None:
        self._words = words
        self._said: dict[str, _Said] = {}

    def run(self, connection: sa.Connection, values: Mapping[str, object]) -> DBAPICursor:
        """The driver's cursor after the statement was run with `values`; raises the driver's own errors."""
        dialect = connection.dialect.name
        said = self._said.get(dialect) or self._said.setdefault(dialect, _said(self._words, connection.dialect))
        given = {**said.fixed, **values}
        cursor = connection.connection.cursor()
        cursor.execute(said.text, given if said.order is None else [given[name] for name in said.order])
        return cursor


class _Said(NamedTuple):
    """A statement in one store's words: its text, the values that never change, and the order where that counts."""

    text: str
    fixed: Mapping[str, object]
    order: Sequence[str] | None


def _said(words: sa.ClauseElement, dialect: sa.Dialect) -> _Said:
    compiled = words.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    order = compiled.positiontup if compiled.positional else None
    assert "tenant" in compiled.params, compiled.string
    return _Said(compiled.string, fixed, order)
