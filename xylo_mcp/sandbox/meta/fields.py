"""Reads field expressions such as `id,campaigns.limit(5){name,insights.date_preset(last_7d){spend}}`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .errors import GraphError, invalid, syntax
from .parameters import strings

_DEEPEST = 8
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field that is asked for; `inner` and `inner_text` are what is asked of the objects behind it."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    inner: tuple["Field", ...] = ()
    inner_text: str = ""

    def alone(self) -> str:
        """The name of a field that has nothing behind it."""
        if self.inner or self.arguments:
            raise invalid(f"Subfields are not supported by {self.name}")
        return self.name


def asked(arguments: Mapping[str, str]) -> tuple[Field, ...]:
    """The parameter `fields`, in either of the forms that Meta takes; empty if it is not given."""
    text = arguments.get("fields", "").strip()
    if text.startswith("["):
        text = ",".join(strings(arguments, "fields"))
    return parse(text) if text else ()


def unique(fields: Iterable[Field], default: Sequence[str]) -> tuple[Field, ...]:
    """Each field once, in the order of asking; `default` where nothing is asked for."""
    once = {one.name: one for one in fields}
    return tuple(once.values()) or tuple(Field(name) for name in default)


def parse(text: str) -> tuple[Field, ...]:
    """What `text` asks for."""
    reader = _Reader(text)
    found = reader.fields(0)
    if reader.here():
        raise reader.error(f"Expected end of string instead of {reader.here()!r}.")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def here(self) -> str:
        """The next character that is no blank; empty at the end."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def error(self, message: str) -> GraphError:
        return syntax(message, self._at, self._text)

    def fields(self, depth: int) -> tuple[Field, ...]:
        if depth > _DEEPEST:
            raise self.error("Too many levels.")
        found = [self._field(depth)]
        while self.here() == ",":
            self._at += 1
            found.append(self._field(depth))
        return tuple(found)

    def _field(self, depth: int) -> Field:
        name = self._name()
        arguments: dict[str, str] = {}
        while self.here() == ".":
            self._at += 1
            modifier = self._name()
            arguments[modifier] = self._argument()
        if self.here() != "{":
            return Field(name, arguments)
        self._at += 1
        start = self._at
        inner = self.fields(depth + 1)
        if self.here() != "}":
            raise self.error("Expected '}'.")
        self._at += 1
        return Field(name, arguments, inner, self._text[start : self._at - 1])

    def _name(self) -> str:
        start = self._at if self.here() else len(self._text)
        while self._text[self._at : self._at + 1].isalnum() or self._text[self._at : self._at + 1] == "_":
            self._at += 1
        if start == self._at:
            raise self.error("Expected name.")
        return self._text[start : self._at]

    def _argument(self) -> str:
        """The text between parentheses, which may hold JSON with brackets of its own."""
        if self.here() != "(":
            raise self.error("Expected '('.")
        start, awaited, quoted = self._at + 1, list[str](), False
        while self._at < len(self._text):
            mark = self._text[self._at]
            if mark == "\\" and quoted:
                self._at += 1
            elif mark == '"':
                quoted = not quoted
            elif not quoted and mark in _CLOSING:
                awaited.append(_CLOSING[mark])
            elif not quoted and mark == awaited[-1]:
                awaited.pop()
            self._at += 1
            if not awaited:
                return self._text[start : self._at - 1].strip()
        raise self.error("Expected ')'.")
