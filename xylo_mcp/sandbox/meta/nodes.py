"""Nodes, and lists of them, as they are shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import no_such_field, not_one_of
from .fields import Field, asked, unique
from .paging import Listing, Visit, page
from .wire import Json

_SUMMARIES = frozenset({"", "true", "1", "total_count", '["total_count"]'})
_Item = TypeVar("_Item")
Edge = Callable[[Mapping[str, str], Visit], dict[str, Json]]


@dataclass(frozen=True, slots=True)
class Node:
    """One object: what its fields say, where its edges lead, and which fields are lists of objects with fields."""

    default: tuple[str, ...]
    value: Callable[[str], Json | None]
    edges: Mapping[str, Edge]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def shown(self, fields: Sequence[Field], visit: Visit) -> dict[str, Json]:
        """The object with the fields that are asked for, and always its id. What has no value has no key."""
        found: dict[str, Json] = {}
        for one in unique(fields, self.default):
            value = self._value(one, visit)
            if value is not None:
                found[one.name] = value
        return {**found, "id": self.value("id") or ""}

    def _value(self, wanted: Field, visit: Visit) -> Json | None:
        edge = self.edges.get(wanted.name)
        if edge is None and wanted.name in self.parts and not wanted.arguments:
            return _picked(self.value(wanted.name), wanted, self.parts[wanted.name])
        if edge is None:
            return self.value(wanted.alone())
        inner = {"fields": wanted.inner_text} if wanted.inner else {}
        answer = edge({**wanted.arguments, **inner}, visit)
        return answer if answer["data"] or "paging" in answer else None


def _picked(value: Json | None, wanted: Field, known: tuple[str, ...]) -> Json | None:
    """Of each object in a list, the fields that are asked for, and always its id."""
    names = [one.alone() for one in unique(wanted.inner, known)]
    for name in names:
        if name not in known:
            raise no_such_field(name, wanted.name)
    parts = value if isinstance(value, list) else []
    return [{name: part[name] for name in (*names, "id")} for part in parts if isinstance(part, dict)] or None


def listed(listing: Listing, items: Sequence[_Item], node: Callable[[_Item], Node], visit: Visit) -> dict[str, Json]:
    """A page of nodes."""
    fields = asked(listing.arguments)
    return counted(listing, page(listing, items, lambda item: node(item).shown(fields, visit), visit), len(items))


def counted(listing: Listing, answer: dict[str, Json], number: int) -> dict[str, Json]:
    """`answer` with the number of all that could be listed, if it is asked for."""
    summary = listing.arguments.get("summary", "")
    if summary in {"false", "0"}:
        return answer
    if summary not in _SUMMARIES:
        raise not_one_of("summary", ("true", "total_count"))
    return {**answer, "summary": {"total_count": number}} if summary else answer
