"""Events come in, each counted once (Conversions API docs, "Deduplicate Pixel and Server Events", 2026-09)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from ...people import Event
from ...world import World
from ..parameters import refuse_others
from ..refusals import missing
from ..wire import Json
from . import checks
from .customers import person
from .shapes import ServerEvent, events

WINDOW = timedelta(hours=48)
"""An event of the same name and id on the same pixel is a repetition for so long.

That this holds between two that both come from servers is inferred.
"""
_PARAMETERS = frozenset(
    {
        *("data", "test_event_code", "partner_agent", "namespace_id", "upload_id", "upload_tag", "upload_source"),
        *("platforms", "progress", "trace"),
    }
)


def receive(world: World, pixel: str, arguments: Mapping[str, str], trace: str) -> dict[str, Json]:
    """Take in the events of one request. A test event code shows them in a tool besides: they count all the same."""
    refuse_others(arguments, _PARAMETERS, where="events")
    if "data" not in arguments:
        raise missing("data")
    test = arguments.get("test_event_code", "")
    came = [_event(world, pixel, test, position, event) for position, event in enumerate(events(arguments))]
    with world.memory.writing():
        world.people.hear([*_told_apart(world, came)])
    return {"events_received": len(came), "messages": [], "fbtrace_id": trace}


def _event(world: World, pixel: str, test: str, position: int, event: ServerEvent) -> Event:
    now = world.clock()
    checks.check(position, event)
    value, currency = checks.money(position, event)
    return Event(
        platform="meta",
        destination=pixel,
        name=event.event_name,
        id=event.event_id,
        at=checks.moment(position, event, now),
        received=now,
        value=value,
        currency=currency,
        person=person(position, event.user_data or {}),
        details={name: text for name, text in _details(event, test).items() if text},
    )


def _details(event: ServerEvent, test: str) -> Mapping[str, str]:
    """What Meta remembers besides, by its own names; `custom_data` without what is told as money, as JSON."""
    beside = {name: raw for name, raw in event.custom_data.items() if name not in {"value", "currency"}}
    return {
        "action_source": event.action_source,
        "event_source_url": event.event_source_url,
        "opt_out": "true" if event.opt_out else "",
        "data_processing_options": ",".join(event.data_processing_options),
        "custom_data": msgspec.json.encode(beside).decode() if beside else "",
        "test_event_code": test,
    }


def _told_apart(world: World, came: Sequence[Event]) -> Iterator[Event]:
    """The same events, repetitions not counted."""
    seen: set[tuple[str, str]] = set()
    for event in came:
        key = (event.name, event.id)
        yield event if key not in seen and not _is_known(world, event) else replace(event, counted=False)
        if event.id:
            seen.add(key)


def _is_known(world: World, event: Event) -> bool:
    if not event.id:
        return False
    earlier = world.people.alike("meta", event.destination, event.name, event.id)
    return bool(earlier) and event.received - earlier[-1].received < WINDOW
