"""SQL that is worked out once: to build a statement anew costs many times what it costs to run it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


def of(name: str) -> sa.BindParameter[Any]:
    """Where the value called `name` comes in."""
    return sa.bindparam(name, required=False)


class _Each(GenericFunction[Any]):
    """The members of a JSON list, as rows: one value for many texts costs a fraction of many values."""

    name = "each_of_list"
    inherit_cache = True


class _OneOf(GenericFunction[bool]):
    """Whether something is among the members of a JSON list, in words by which every store looks into its index.

    PostgreSQL may read a whole table for a list that it joins with, while it does not know yet how large that is.
    """

    name = "is_one_of_list"
    inherit_cache = True
    type = sa.Boolean()


@compiles(_Each, "sqlite")
def _each_in_sqlite(each: _Each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(each.clause_expr, **how)})"


@compiles(_Each, "postgresql")
def _each_in_postgresql(each: _Each, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(each.clause_expr, **how)} AS json))"


@compiles(_OneOf, "sqlite")
def _one_of_in_sqlite(one: _OneOf, compiler: SQLCompiler, **how: Any) -> str:
    what, listed = (compiler.process(clause, **how) for clause in one.clauses)
    return f"{what} IN (SELECT value FROM json_each({listed}))"  # noqa: S608  # both are SQLAlchemy's own words


@compiles(_OneOf, "postgresql")
def _one_of_in_postgresql(one: _OneOf, compiler: SQLCompiler, **how: Any) -> str:
    what, listed = (compiler.process(clause, **how) for clause in one.clauses)
    return f"{what} = ANY (ARRAY(SELECT json_array_elements_text(CAST({listed} AS json))))"


def each(name: str) -> sa.ColumnElement[str]:
    """A column with each text of the JSON list that is the value called `name`."""
    return _Each(of(name)).table_valued("value").c.value


def one_of(column: sa.ColumnElement[str], name: str) -> sa.ColumnElement[bool]:
    """Whether `column` is among the texts of the JSON list that is the value called `name`."""
    return _OneOf(column, of(name))


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
