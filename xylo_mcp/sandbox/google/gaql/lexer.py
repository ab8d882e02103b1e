"""Cuts a query into its words, numbers, strings and symbols."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..failures import query_error

Kind = Literal["word", "number", "string", "operator", "symbol", "end"]
_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<number>-?[0-9][A-Za-z0-9_.]*)
      | (?P<string>['"])
      | (?P<operator>[=!<>]+)
      | (?P<symbol>[\x21-\x7e])
      | (?P<end>\Z)
      | (?P<foreign>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ESCAPED = frozenset("\\'\"")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the query; the `text` of a string is what it means, without its quotes."""

    kind: Kind
    text: str

    @property
    def keyword(self) -> str:
        """The word in upper case, empty if this is none."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> Iterator[Token]:
    """The pieces of `query`, an `end` last."""
    match = _match(query, 0)
    while match.lastgroup != "end":
        position, text = match.end(), match[match.lastgroup or 0]
        match match.lastgroup:
            case "string":
                text, position = _string(query, position, text)
                yield Token("string", text)
            case "number":
                if not _NUMBER.fullmatch(text):
                    raise query_error("BAD_NUMBER", f"Error in query: invalid number {text}.")
                yield Token("number", text)
            case "word" | "operator" | "symbol" as kind:
                yield Token(kind, text)
            case _:
                raise query_error("BAD_SYMBOL", f"Error in query: invalid symbol '{text}'.")
        match = _match(query, position)
    yield Token("end", "")


def _match(query: str, position: int) -> re.Match[str]:
    match = _TOKEN.match(query, position)
    assert match is not None  # the last alternative takes anything
    return match


def _string(query: str, begin: int, quote: str) -> tuple[str, int]:
    """The string that begins after its opening `quote`, and where the query goes on."""
    found: list[str] = []
    position = begin
    while position < len(query):
        character = query[position]
        position += 1
        if character == quote:
            return "".join(found), position
        if character in "\r\n":
            raise query_error("PROHIBITED_NEWLINE_IN_STRING", "Error in query: a string contains a newline.")
        if character == "\\":
            character = query[position : position + 1]
            position += 1
            if character not in _ESCAPED:
                raise query_error("BAD_ESCAPE_SEQUENCE", f"Error in query: invalid escape sequence \\{character}.")
        found.append(character)
    raise query_error("STRING_NOT_TERMINATED", "Error in query: a string is not terminated.")
