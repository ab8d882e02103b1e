"""The `filtering` parameter: conditions that all must hold (Marketing API docs, "Insights API", 2026-09)."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from .errors import GraphError, invalid, not_one_of
from .parameters import decoded

Kind = Literal["choice", "text", "number"]
Scalar = str | int | float
Test = Callable[[str | Decimal], bool]
OPERATORS = (
    *("EQUAL", "NOT_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL", "LESS_THAN", "LESS_THAN_OR_EQUAL"),
    *("IN_RANGE", "NOT_IN_RANGE", "CONTAIN", "NOT_CONTAIN", "CONTAINS_ANY", "CONTAINS_ALL", "NOT_CONTAINS_ANY"),
    *("STEM_MATCH", "IN", "NOT_IN", "STARTS_WITH", "ENDS_WITH", "ANY", "ALL", "AFTER", "BEFORE"),
    *("ON_OR_AFTER", "ON_OR_BEFORE", "NONE", "TOP"),
)


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition, as it comes over the wire."""

    field: str
    operator: str
    value: Scalar | list[Scalar]

    @property
    def one(self) -> str:
        """The value of an operator that takes one."""
        if isinstance(self.value, list):
            raise self._refusal("a single value")
        return str(self.value)

    @property
    def many(self) -> tuple[str, ...]:
        """The values of an operator that takes a list."""
        if not isinstance(self.value, list) or not self.value:
            raise self._refusal("a list of values")
        return tuple(str(value) for value in self.value)

    @property
    def number(self) -> Decimal:
        """The value of an operator that compares."""
        return self._number(self.one)

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest value of a range."""
        if len(self.many) != 2:
            raise self._refusal("two values")
        return self._number(self.many[0]), self._number(self.many[1])

    def _number(self, text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise self._refusal("numbers") from error
        if not number.is_finite():
            raise self._refusal("numbers")
        return number

    def _refusal(self, wanted: str) -> GraphError:
        return invalid(f"Param filtering: the operator {self.operator} on {self.field} takes {wanted}")


def conditions(arguments: Mapping[str, str]) -> list[Condition]:
    """The parameter `filtering`; empty if it is not given."""
    if not arguments.get("filtering"):
        return []
    shape = 'an array of {"field", "operator", "value"}'
    found = decoded(arguments, "filtering", list[Condition], shape)
    for position, condition in enumerate(found):
        if condition.operator not in OPERATORS:
            raise not_one_of(f"filtering[{position}][operator]", OPERATORS)
    return found


def test(condition: Condition, kind: Kind) -> Test:
    """Whether a value of `kind` keeps `condition`. Upper and lower case differ, since Meta promises nothing else."""
    build = _BY_KIND[kind].get(condition.operator)
    if build is None:
        raise invalid(f"Param filtering: {condition.operator} does not apply to {condition.field}")
    return build(condition)


def _is_in(condition: Condition) -> Test:
    wanted = frozenset(condition.many)
    return lambda value: value in wanted


def _equals(condition: Condition) -> Test:
    wanted = condition.one
    return lambda value: value == wanted


def _contains(condition: Condition) -> Test:
    wanted = condition.one
    return lambda value: wanted in str(value)


def _contains_any(condition: Condition) -> Test:
    wanted = condition.many
    return lambda value: any(part in str(value) for part in wanted)


def _contains_all(condition: Condition) -> Test:
    wanted = condition.many
    return lambda value: all(part in str(value) for part in wanted)


def _starts(condition: Condition) -> Test:
    wanted = condition.one
    return lambda value: str(value).startswith(wanted)


def _ends(condition: Condition) -> Test:
    wanted = condition.one
    return lambda value: str(value).endswith(wanted)


def _compared(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Condition], Test]:
    def build(condition: Condition) -> Test:
        limit = condition.number
        return lambda value: holds(Decimal(value), limit)

    return build


def _within(condition: Condition) -> Test:
    low, high = condition.span
    return lambda value: low <= Decimal(value) <= high


def _not(build: Callable[[Condition], Test]) -> Callable[[Condition], Test]:
    def opposite(condition: Condition) -> Test:
        holds = build(condition)
        return lambda value: not holds(value)

    return opposite


_CHOICE: dict[str, Callable[[Condition], Test]] = {
    "EQUAL": _equals,
    "NOT_EQUAL": _not(_equals),
    "IN": _is_in,
    "NOT_IN": _not(_is_in),
}
_BY_KIND: dict[Kind, dict[str, Callable[[Condition], Test]]] = {
    "choice": _CHOICE,
    "text": {
        **_CHOICE,
        "CONTAIN": _contains,
        "NOT_CONTAIN": _not(_contains),
        "CONTAINS_ANY": _contains_any,
        "CONTAINS_ALL": _contains_all,
        "NOT_CONTAINS_ANY": _not(_contains_any),
        "STARTS_WITH": _starts,
        "ENDS_WITH": _ends,
    },
    "number": {
        "EQUAL": _compared(lambda value, limit: value == limit),
        "NOT_EQUAL": _compared(lambda value, limit: value != limit),
        "GREATER_THAN": _compared(lambda value, limit: value > limit),
        "GREATER_THAN_OR_EQUAL": _compared(lambda value, limit: value >= limit),
        "LESS_THAN": _compared(lambda value, limit: value < limit),
        "LESS_THAN_OR_EQUAL": _compared(lambda value, limit: value <= limit),
        "IN_RANGE": _within,
        "NOT_IN_RANGE": _not(_within),
    },
}
