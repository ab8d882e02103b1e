"""What a resource is: a text, or one for each value of its variables, at a place that can be written down."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal
from urllib.parse import unquote

import msgspec

from ..app import Caller

Audience = Literal["assistant", "user"]
Values = Mapping[str, str]
_VARIABLE = re.compile(r"\{(\+?)(\w+)\}")
_STEP, _STEPS = r"[^/?#\s]+", r"[^?#\s]+"
_LONGEST = 200  # characters of one variable


class Resource(msgspec.Struct, frozen=True):
    """One resource of the catalog.

    Attributes:
        uri: where it is. It may be a template of RFC 6570: `{name}` stands for one step of the path, `{+name}` for
            some with their slashes.
        read: its text, given the values of the template's variables as they came; raises `AdsError`.
        priority: how much an agent needs it, from 0 to 1.
        fresh: for how long a client may keep what it read.
        values: of the template's only variable, those that are listed one by one; others may be read, too.
        audience: who it is written for.
        meta: what hosts are told of it beside.
    """

    uri: str
    name: str
    title: str
    description: str
    mime_type: str
    priority: float
    read: Callable[[Values, Caller], Awaitable[str]]
    fresh: timedelta = timedelta(0)
    values: Sequence[str] = ()
    audience: Sequence[Audience] = ("assistant", "user")
    meta: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])

    @property
    def variables(self) -> Sequence[str]:
        """The names of the template's variables, none where it is no template."""
        return [name for _, name in _VARIABLE.findall(self.uri)]

    def match(self, uri: str) -> Values | None:
        """The values of the variables that make this template `uri`, percent-decoded; None: it does not fit."""
        found = re.fullmatch(_pattern(self.uri), uri)
        if found is None or any(len(value) > _LONGEST for value in found.groups()):
            return None
        return {name: unquote(value) for name, value in found.groupdict().items()}

    def at(self, value: str) -> str:
        """Where it is for one value of the template's only variable."""
        return _VARIABLE.sub(lambda _: value, self.uri)


def _pattern(template: str) -> str:
    """A regular expression for what `template` can become."""
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(template):
        steps = _STEPS if found[1] else _STEP
        parts += [re.escape(template[end : found.start()]), f"(?P<{found[2]}>{steps})"]
        end = found.end()
    return "".join([*parts, re.escape(template[end:])])
