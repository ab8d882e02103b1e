"""Writes the Google Ads Query Language; the only place where a value becomes part of a query.

Grammar: Google Ads API docs, "Google Ads Query Language grammar" (2026).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

_WORD = re.compile(r"[A-Z_]+")
_NUMBER = re.compile(r"[0-9]{1,19}")
_UNQUOTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEEDS_BACKSLASH = re.compile(r"([\\'])")
_NEEDS_BRACKETS = re.compile(r"([\[\]%_])")


def select(
    fields: Sequence[str], source: str, *, where: Iterable[str] = (), order: str = "", limit: int | None = None
) -> str:
    """The query for `fields` of `source`, where all conditions of `where` hold."""
    conditions = " AND ".join(where)
    clauses = (
        f"SELECT {', '.join(fields)}",
        f"FROM {source}",
        f"WHERE {conditions}" if conditions else "",
        f"ORDER BY {order}" if order else "",
        f"LIMIT {limit}" if limit is not None else "",
    )
    return " ".join(clause for clause in clauses if clause)


def quotable(text: str) -> bool:
    """Whether `text` can stand in a string literal."""
    return not _UNQUOTABLE.search(text)


def quoted(text: str) -> str:
    """`text` as a string literal.

    Raises:
        ValueError: `text` holds a line break or another control character, which no literal can.
    """
    if not quotable(text):
        raise ValueError("no literal can hold a control character")
    return "'" + _NEEDS_BACKSLASH.sub(r"\\\1", text) + "'"


def is_text(field: str, text: str) -> str:
    """The condition that `field` is `text`, letter for letter."""
    return f"{field} = {quoted(text)}"


def like(field: str, pieces: Iterable[str]) -> str:
    """The condition that `field` holds all `pieces` in this order, whatever is around and between them."""
    pattern = "%".join(_NEEDS_BRACKETS.sub(r"[\1]", piece) for piece in pieces)
    return f"{field} LIKE {quoted(f'%{pattern}%')}"


def number_in(field: str, numbers: Iterable[str]) -> str:
    """The condition that `field` is one of `numbers`."""
    return f"{field} IN ({', '.join(sorted(map(_number, numbers), key=int))})"


def number_below(field: str, number: str) -> str:
    """The condition that `field` is less than `number`."""
    return f"{field} < {_number(number)}"


def word_in(field: str, words: Iterable[str]) -> str:
    """The condition that `field`, an enum, is one of `words`."""
    return f"{field} IN ({', '.join(sorted(map(_word, words)))})"


def word_not_in(field: str, words: Iterable[str]) -> str:
    """The condition that `field`, an enum, is none of `words`."""
    return f"{field} NOT IN ({', '.join(sorted(map(_word, words)))})"


def is_false(field: str) -> str:
    """The condition that `field` is false."""
    return f"{field} = FALSE"


def between(field: str, since: date, until: date) -> str:
    """The condition that `field` is a day from `since` to `until`, both included."""
    return f"{field} BETWEEN {quoted(since.isoformat())} AND {quoted(until.isoformat())}"


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a whole number")
    return text


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        raise ValueError("not an enum's word")
    return text
