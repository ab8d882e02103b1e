"""Which resources are no longer what they were, after something happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import RESOURCES

if TYPE_CHECKING:
    from ..gate.chronicle import Happened

_AT = {resource.name: resource for resource in RESOURCES}
_NOTHING_DONE = frozenset({"refused"})
_DONE = frozenset({"applied", "partial", "unknown", "resolved"})  # unknown: it may have been done


def by(happened: Happened) -> Iterator[str]:
    """The places of what `happened` touched."""
    if happened.event in _NOTHING_DONE:
        return
    yield _AT["guardrails"].uri
    if happened.operation:
        yield _AT["operation"].at(happened.operation)
    if happened.account and happened.event in _DONE:
        yield _AT["campaigns"].at(happened.account)


def by_a_new_day() -> Iterator[str]:
    """The places of what is told of other days now."""
    summary = _AT["summary"]
    yield from (summary.at(preset) for preset in summary.values)


def of_days(uri: str) -> bool:
    """Whether a new day touches what is at `uri`."""
    return _AT["summary"].match(uri) is not None
