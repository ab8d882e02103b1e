"""What a query says, before it is known whether it makes sense."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Operator = Literal[
    "=",
    "!=",
    ">",
    ">=",
    "<",
    "<=",
    "IN",
    "NOT IN",
    "LIKE",
    "NOT LIKE",
    "CONTAINS ANY",
    "CONTAINS ALL",
    "CONTAINS NONE",
    "IS NULL",
    "IS NOT NULL",
    "DURING",
    "BETWEEN",
    "REGEXP_MATCH",
    "NOT REGEXP_MATCH",
]


@dataclass(frozen=True, slots=True)
class Bare:
    """A word without quotes where a value is expected: an enum constant, TRUE, a date range."""

    text: str


Literals: TypeAlias = Decimal | str | Bare


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of WHERE: no value for IS NULL, two for BETWEEN, any number for lists."""

    field: str
    operator: Operator
    values: tuple[Literals, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """One key of ORDER BY."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `limit` 0 means none."""

    select: tuple[str, ...]
    resource: str
    where: tuple[Condition, ...] = ()
    order_by: tuple[Ordering, ...] = ()
    limit: int = 0
    omit_unselected_resource_names: bool = False
