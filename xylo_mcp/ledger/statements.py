"""SQL that is worked out once: to build a statement anew costs many times what it costs to run it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler


def of(name: str) -> sa.BindParameter[Any]:
    """Where the value called `name` comes in."""
    return sa.bindparam(name, required=False)


class Said(NamedTuple):
    """A statement in one driver's words: its text, the values that never change, and the order where that counts."""

    text: str
    fixed: Mapping[str, object]
    order: Sequence[str] | None

    def given(self, values: Mapping[str, object]) -> Mapping[str, object] | Sequence[object]:
        """All values, as the driver takes them."""
        named = {**self.fixed, **values} if self.fixed else values
        return named if self.order is None else [named[name] for name in self.order]


class Statement:
    """One statement in SQLAlchemy's words, put into each driver's own once, and run by it.

    One of its values is always the tenant: no statement reaches the rows of others.
    """

    def __init__(self, words: sa.ClauseElement) -> None:
        self._words = words
        self._said: dict[str, Said] = {}

    def said(self, dialect: sa.Dialect) -> Said:
        """The statement in the words of this dialect's driver."""
        known = self._said.get(dialect.driver)
        if known is None:
            known = self._said[dialect.driver] = _said(self._words, dialect)
        return known

    def run(self, cursor: DBAPICursor, dialect: sa.Dialect, values: Mapping[str, object]) -> None:
        """Run it with `values`; raises the driver's own errors."""
        said = self.said(dialect)
        cursor.execute(said.text, said.given(values))


def _said(words: sa.ClauseElement, dialect: sa.Dialect) -> Said:
    compiled = words.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)
    assert "tenant" in compiled.params, compiled.string
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    return Said(compiled.string, fixed, compiled.positiontup if compiled.positional else None)
