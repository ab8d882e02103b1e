"""Builds a query from its tokens, clause by clause in the one order that GAQL allows.

Google Ads API docs, "Google Ads Query Language Grammar" (v26, read Nov 2026).
"""

import re
from decimal import Decimal
from typing import Final

from ..failures import Refusal, query_error
from .lexer import Token, tokens
from .syntax import Bare, Condition, Literals, Operator, Ordering, Query

_FIELD: Final = re.compile(r"[a-z][a-zA-Z0-9._]*")
_RESOURCE: Final = re.compile(r"[a-z][a-zA-Z_]*")
_SYMBOLS: Final[dict[str, Operator]] = {"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_WORDS: Final[dict[str, Operator]] = {"LIKE": "LIKE", "DURING": "DURING", "REGEXP_MATCH": "REGEXP_MATCH", "IN": "IN"}
_NEGATED: Final[dict[str, Operator]] = {"IN": "NOT IN", "LIKE": "NOT LIKE", "REGEXP_MATCH": "NOT REGEXP_MATCH"}
_CONTAINS: Final[dict[str, Operator]] = {"ANY": "CONTAINS ANY", "ALL": "CONTAINS ALL", "NONE": "CONTAINS NONE"}
_LISTED: Final = frozenset({"IN", "NOT IN", "CONTAINS ANY", "CONTAINS ALL", "CONTAINS NONE"})
_PARAMETERS: Final = frozenset({"include_drafts", "omit_unselected_resource_names"})
_MOST_VALUES: Final = 20_000


def parse(text: str) -> Query:
    """What `text` says; refuses what is no query."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._rest = tokens(text)
        self._next = next(self._rest)

    def query(self) -> Query:
        self._expect("SELECT", "EXPECTED_SELECT")
        select = self._fields()
        if self._ended or self._next.keyword in {"WHERE", "ORDER", "LIMIT", "PARAMETERS"}:
            raise query_error("EXPECTED_FROM", "Error in query: a FROM clause is expected.")
        self._expect("FROM", "UNEXPECTED_INPUT")
        resource = self._name(_RESOURCE, "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE")
        where = self._where() if self._take("WHERE") else ()
        order_by = self._order_by() if self._take("ORDER") else ()
        limit = self._limit() if self._take("LIMIT") else 0
        parameters = self._parameters() if self._take("PARAMETERS") else {}
        if not self._ended:
            raise self._unexpected()
        return Query(select, resource, where, order_by, limit, parameters.get("omit_unselected_resource_names", False))

    def _fields(self) -> tuple[str, ...]:
        fields = [self._name(_FIELD, "BAD_FIELD_NAME")]
        while self._takes_symbol(","):
            fields.append(self._name(_FIELD, "BAD_FIELD_NAME"))
        return tuple(fields)

    def _where(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._take("AND"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        field = self._name(_FIELD, "BAD_FIELD_NAME")
        if self._take("IS"):
            negated = self._take("NOT")
            self._expect("NULL", "BAD_OPERATOR")
            return Condition(field, "IS NOT NULL" if negated else "IS NULL")
        if self._take("BETWEEN"):
            return Condition(field, "BETWEEN", self._bounds())
        operator = self._operator()
        if operator in _LISTED:
            return Condition(field, operator, self._list())
        if self._next == Token("symbol", "("):
            raise query_error("EXPECTED_SINGLE_VALUE", f"Error in query: {operator} takes a single value.")
        return Condition(field, operator, (self._value(),))

    def _operator(self) -> Operator:
        token = self._advance()
        if token.kind == "end":
            raise _end()
        operator = _SYMBOLS.get(token.text) if token.kind == "operator" else _WORDS.get(token.keyword)
        if token.keyword == "NOT":
            operator = _NEGATED.get(self._advance().keyword)
        elif token.keyword == "CONTAINS":
            operator = _CONTAINS.get(self._advance().keyword)
        if operator is None:
            raise query_error("BAD_OPERATOR", f"Error in query: invalid operator at {token.text}.")
        return operator

    def _bounds(self) -> tuple[Literals, Literals]:
        missing = query_error("EXPECTED_VALUE_WITH_BETWEEN_OPERATOR", "Error in query: BETWEEN takes two values.")
        if self._ended or self._next.keyword == "AND":
            raise missing
        low = self._value()
        self._expect("AND", "EXPECTED_AND")
        if self._ended:
            raise missing
        high = self._value()
        if type(low) is not type(high):
            code = "PROHIBITED_VALUE_COMBINATION_WITH_BETWEEN_OPERATOR"
            raise query_error(code, "Error in query: the values of BETWEEN differ in type.")
        return low, high

    def _list(self) -> tuple[Literals, ...]:
        if not self._takes_symbol("("):
            raise query_error("EXPECTED_LIST", "Error in query: the operator takes a list.")
        if self._takes_symbol(")"):
            raise query_error("PROHIBITED_EMPTY_LIST_IN_CONDITION", "Error in query: the list is empty.")
        values = [self._value()]
        while self._takes_symbol(","):
            values.append(self._value())
        if not self._takes_symbol(")"):
            raise self._unexpected()
        if len({type(value) for value in values}) > 1:
            code = "PROHIBITED_VALUE_COMBINATION_IN_LIST"
            raise query_error(code, "Error in query: the values of the list differ in type.")
        if len(values) > _MOST_VALUES:
            raise query_error("FILTER_HAS_TOO_MANY_VALUES", f"A filter may have {_MOST_VALUES} values at most.")
        return tuple(values)

    def _value(self) -> Literals:
        token = self._next
        if token.kind not in {"word", "number", "string"}:
            raise self._unexpected()
        self._advance()
        if token.kind == "string":
            return token.text
        if token.kind == "number":
            return Decimal(token.text)
        if "." in token.text:
            raise query_error("BAD_VALUE", f"Error in query: invalid value {token.text}.")
        return Bare(token.text)

    def _order_by(self) -> tuple[Ordering, ...]:
        self._expect("BY", "EXPECTED_BY")
        orderings = [self._ordering()]
        while self._takes_symbol(","):
            orderings.append(self._ordering())
        return tuple(orderings)

    def _ordering(self) -> Ordering:
        field = self._name(_FIELD, "BAD_FIELD_NAME")
        descending = self._take("DESC")
        if not descending:
            self._take("ASC")
        return Ordering(field, descending)

    def _limit(self) -> int:
        token = self._advance()
        if token.kind == "end":
            raise _end()
        if token.kind != "number" or "." in token.text:
            raise query_error("BAD_LIMIT_VALUE", f"Error in query: invalid limit {token.text}.")
        if int(token.text) < 1:
            raise query_error("LIMIT_VALUE_TOO_LOW", "Error in query: the limit must be positive.")
        return int(token.text)

    def _parameters(self) -> dict[str, bool]:
        found: dict[str, bool] = {}
        while True:
            name = self._advance()
            if name.kind == "end":
                raise _end()
            if name.kind != "word" or name.text not in _PARAMETERS:
                raise query_error("BAD_PARAMETER_NAME", f"Error in query: unknown parameter {name.text}.")
            if self._next != Token("operator", "="):
                raise self._unexpected()
            self._advance()
            value = self._advance()
            if value.text.lower() not in {"true", "false"}:
                raise query_error("BAD_PARAMETER_VALUE", f"Error in query: invalid value of {name.text}.")
            found[name.text] = value.text.lower() == "true"
            if not self._takes_symbol(","):
                return found

    def _name(self, form: re.Pattern[str], code: str) -> str:
        if self._next.kind != "word" or self._next.keyword in {"FROM", "WHERE"}:
            raise self._unexpected()
        text = self._advance().text
        if not form.fullmatch(text):
            raise query_error(code, f"Error in query: invalid name {text}.")
        return text

    @property
    def _ended(self) -> bool:
        return self._next.kind == "end"

    def _advance(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._rest)
        return token

    def _take(self, keyword: str) -> bool:
        if self._next.keyword != keyword:
            return False
        self._advance()
        return True

    def _takes_symbol(self, symbol: str) -> bool:
        if self._next != Token("symbol", symbol):
            return False
        self._advance()
        return True

    def _expect(self, keyword: str, code: str) -> None:
        if not self._take(keyword):
            raise query_error(code, f"Error in query: {keyword} is expected before '{self._next.text}'.")

    def _unexpected(self) -> Refusal:
        if self._ended:
            return _end()
        return query_error("UNEXPECTED_INPUT", f"Error in query: unexpected input {self._next.text}.")


def _end() -> Refusal:
    return query_error("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
