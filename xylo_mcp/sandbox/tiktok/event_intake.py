"""What events of every kind have in common: where they go, what they may hold, and which of them count."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from ..people import Event
from ..world import World
from .accounts import writable
from .cast import PLATFORM, SOMEONE_ELSES, SourceKind, event_sources
from .digests import SHA256, trace
from .event_names import CURRENCIES
from .parameters import unreadable
from .refusals import NOT_HASHED, Refusal, parameter

WINDOW: Final = timedelta(hours=48)
"""For so long after an event, what comes to the same source with its name and id is a repetition
(TikTok help centre, "Event deduplication"). That the time of receipt is meant is inferred.
"""

_TRACES: Final = frozenset({"ip", "user_agent"})
Digests = str | tuple[str, ...]


class _Value(msgspec.Struct, frozen=True):
    """What is counted of an event's properties. Others may be the sender's own."""

    value: int | float | None = None
    currency: str = ""


def check_source(world: World, kind: SourceKind, source_id: str, name: str) -> None:
    """Refuse an event source that is not there or not the app's; `name` is its parameter."""
    for plan in world.cast(PLATFORM).accounts:
        if event_sources(plan.id)[kind] == source_id:
            writable(world, plan.id)
            return
    if event_sources(SOMEONE_ELSES)[kind] == source_id:
        writable(world, SOMEONE_ELSES)
    raise parameter(name, f"It is no event source for {kind} events.")


def check_digests(given: Mapping[str, Digests], at: str) -> None:
    """Refuse what is not hashed with SHA-256; by its name alone.

    The code is on the list for the older endpoints; that the newer one has it, too, is inferred.
    """
    for name, value in given.items():
        for one in (value,) if isinstance(value, str) else value:
            if not SHA256.match(one):
                raise Refusal(NOT_HASHED, f"{at}.{name}: Must be hashed with SHA-256, as 64 hexadecimal digits.")


def person(given: Mapping[str, Digests]) -> Mapping[str, str]:
    """Whom an event is about as the world is told it: addresses and browsers only by what is kept of them."""
    return {
        name: trace(value) if name in _TRACES and isinstance(value, str) else _joined(value)
        for name, value in given.items()
    }


def value_of(properties: msgspec.Raw, shape: type[msgspec.Struct], at: str) -> tuple[str, str]:
    """The value, in digits, and currency of an event whose properties keep to `shape`."""
    if not bytes(properties):
        return "", ""
    try:
        msgspec.json.decode(properties, type=shape)
        worth = msgspec.json.decode(properties, type=_Value)
    except msgspec.DecodeError as wrong:
        raise unreadable(at, wrong) from wrong
    if worth.currency and worth.currency not in CURRENCIES:
        raise parameter(f"{at}.currency", "Not a supported currency.")
    # The shortest decimal that is a float is what the sender wrote.
    return "" if worth.value is None else f"{Decimal(str(worth.value)):f}", worth.currency


def take_in(world: World, events: Sequence[Event], test_event_code: str = "") -> None:
    """Keep events, all or none: repetitions, and all of them where it is only a test, as such that do not count."""
    with world.memory.writing():
        world.people.hear(_rehearsed(events, test_event_code) if test_event_code else _judged(world, events))


def _rehearsed(events: Sequence[Event], code: str) -> Sequence[Event]:
    return [replace(one, counted=False, details={**one.details, "test_event_code": code}) for one in events]


def _judged(world: World, events: Sequence[Event]) -> Sequence[Event]:
    judged: list[Event] = []
    just_now: set[tuple[str, str]] = set()
    for one in events:
        key = (one.name, one.id)
        if one.id and (key in just_now or _is_known(world, one)):
            judged.append(replace(one, counted=False, details={**one.details, "repetition": "true"}))
        else:
            judged.append(one)
            just_now.add(key)
    return judged


def _is_known(world: World, event: Event) -> bool:
    earlier = world.people.alike(PLATFORM, event.destination, event.name, event.id)
    return bool(earlier) and event.received - earlier[-1].received < WINDOW


def _joined(value: Digests) -> str:
    return value if isinstance(value, str) else ",".join(value)
