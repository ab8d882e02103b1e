"""Turns a condition on an attribute, a metric or a plain segment into a test of values."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from ..failures import Refusal, query_error
from .fields import Field, Value
from .kinds import Kind
from .syntax import Bare, Condition, Literals

Predicate = Callable[[Value], bool]
_EQUALITY: Final = frozenset({"=", "!=", "IN", "NOT IN"})
_ORDER: Final = frozenset({"<", "<=", ">", ">=", "BETWEEN"})
_TEXT: Final = frozenset({"LIKE", "NOT LIKE", "REGEXP_MATCH", "NOT REGEXP_MATCH"})
_NULL: Final = frozenset({"IS NULL", "IS NOT NULL"})
_LISTS: Final = frozenset({"CONTAINS ANY", "CONTAINS ALL", "CONTAINS NONE"})
_ALLOWED: Final[dict[Kind, frozenset[str]]] = {
    "int64": _EQUALITY | _ORDER,
    "int32": _EQUALITY | _ORDER,
    "double": _EQUALITY | _ORDER,
    "string": _EQUALITY | _TEXT,
    "name": _EQUALITY,
    "bool": frozenset({"=", "!="}),
    "enum": _EQUALITY,
    "enums": _LISTS,
    "texts": _LISTS,
    "numbers": _LISTS,
    "date": frozenset(),
    "time": _ORDER | {"=", "!="},
}
_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_LIKE: Final = re.compile(r"\[([][%_])\]|([][])|(%)|(_)|([^][%_]+)")
# Python knows more than RE2: looking around, back references, atomic groups and conditionals.
_NOT_RE2: Final = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|\\[1-9]|[*+?}]\+")


def predicate(field: Field, condition: Condition) -> Predicate:
    """The test that `condition` makes of the values of `field`; refuses what cannot be tested."""
    nullable = not (field.is_metric or field.is_segment)
    if condition.operator not in _ALLOWED[field.kind] | (_NULL if nullable else frozenset[str]()):
        raise query_error("OPERATOR_FIELD_MISMATCH", f"{condition.operator} does not go with {field.name}.")
    if condition.operator in _TEXT:
        return _matching(field, condition)
    return _TESTS[condition.operator]([_constant(field, literal) for literal in condition.values])


def _less(one: Value, other: Value) -> bool:
    return one is not None and one < other  # type: ignore[operator]  # both are of the field's own kind


def _at_most(one: Value, other: Value) -> bool:
    return one is not None and not _less(other, one)


_TESTS: Final[dict[str, Callable[[Sequence[Value]], Predicate]]] = {
    "IS NULL": lambda _: lambda value: value is None,
    "IS NOT NULL": lambda _: lambda value: value is not None,
    "=": lambda wanted: lambda value: value == wanted[0],
    "!=": lambda wanted: lambda value: value != wanted[0],
    "<": lambda wanted: lambda value: _less(value, wanted[0]),
    "<=": lambda wanted: lambda value: _at_most(value, wanted[0]),
    ">": lambda wanted: lambda value: value is not None and _less(wanted[0], value),
    ">=": lambda wanted: lambda value: value is not None and _at_most(wanted[0], value),
    "BETWEEN": lambda wanted: lambda value: _at_most(value, wanted[1]) and _at_most(wanted[0], value),
    "IN": lambda wanted: frozenset(wanted).__contains__,
    "NOT IN": lambda wanted: lambda value, unwanted=frozenset(wanted): value not in unwanted,
    "CONTAINS ANY": lambda wanted: lambda value: any(one in _members(value) for one in wanted),
    "CONTAINS ALL": lambda wanted: lambda value: all(one in _members(value) for one in wanted),
    "CONTAINS NONE": lambda wanted: lambda value: not any(one in _members(value) for one in wanted),
}


def _members(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _constant(field: Field, literal: Literals) -> Value:
    match field.kind:
        case "int64" | "int32" | "double":
            return _number(field, literal)
        case "bool":
            return _bool(field, literal)
        case "enum" | "enums":
            return _enum(field, literal)
        case "numbers":
            return str(_number(field, literal))
        case "time":
            return _time(field, literal)
        case _:
            if not isinstance(literal, str):
                raise query_error("INVALID_STRING_VALUE", f"{field.name} must be compared with a string.")
            return literal


def _number(field: Field, literal: Literals) -> int | float:
    if not isinstance(literal, Decimal) or (field.kind != "double" and literal % 1):
        raise query_error("BAD_VALUE", f"Invalid value for {field.name}: a number is expected.")
    return float(literal) if field.kind == "double" else int(literal)


def _bool(field: Field, literal: Literals) -> bool:
    text = literal.text.upper() if isinstance(literal, Bare) else ""
    if text not in {"TRUE", "FALSE"}:
        raise query_error("BAD_VALUE", f"Invalid value for {field.name}: TRUE or FALSE is expected.")
    return text == "TRUE"


def _enum(field: Field, literal: Literals) -> str:
    text = literal.text if isinstance(literal, Bare) else str(literal)
    if text not in field.constants:
        raise query_error("BAD_ENUM_CONSTANT", f"Invalid enum value cannot be included in WHERE clause: '{text}'.")
    return text


def _time(field: Field, literal: Literals) -> str:
    if not isinstance(literal, str) or not _DATE_TIME.fullmatch(literal):
        raise query_error("INVALID_DATE_FORMAT", f"Invalid value for {field.name}. Expected 'YYYY-MM-DD HH:MM:SS'.")
    return literal


def _matching(field: Field, condition: Condition) -> Predicate:
    (text,) = condition.values
    if not isinstance(text, str):
        raise query_error("INVALID_STRING_VALUE", f"{field.name} must be compared with a string.")
    like = condition.operator.endswith("LIKE")
    pattern = _like(field, text) if like else _regular(field, text)
    wanted = not condition.operator.startswith("NOT")
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value)) == wanted


def _like(field: Field, text: str) -> re.Pattern[str]:
    """`%` is any text, `_` any character; `[%]`, `[_]`, `[[]` and `[]]` are the characters themselves."""
    parts: list[str] = []
    for match in _LIKE.finditer(text):
        literal, stray, anything, any_one, plain = match.groups()
        if stray:
            code = "INVALID_VALUE_WITH_LIKE_OPERATOR"
            raise query_error(code, f"Invalid pattern for {field.name}: a bracket stands alone.")
        parts.append(".*" if anything else "." if any_one else re.escape(literal or plain))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _regular(field: Field, text: str) -> re.Pattern[str]:
    if _NOT_RE2.search(text):
        raise _bad_expression(field)
    try:
        return re.compile(text)
    except re.error as wrong:
        raise _bad_expression(field) from wrong


def _bad_expression(field: Field) -> Refusal:
    return query_error("BAD_VALUE", f"Invalid regular expression for {field.name}.")
