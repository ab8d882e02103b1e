"""Events that a server tells of: the Events API 2.0 (TikTok API for Business docs, v1.3, "Report app, web, offline, or
CRM events").
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import UNSET

from ..people import Event
from ..world import World
from .cast import PLATFORM, SourceKind
from .digests import trace
from .envelope import Data
from .event_intake import check_digests, check_source, person, take_in, value_of
from .event_names import STANDARD
from .event_shapes import Properties, Told, given, hashed
from .parameters import Asked
from .refusals import parameter

QPS: Final = 1_000
"""How many calls a second an app may make of this endpoint, on every tier; it has no part in the app's other limit."""

_OLDEST_OFFLINE: Final = timedelta(days=28)
"""Seen of offline events. Nothing is known of the others' age."""

_AHEAD: Final = timedelta(days=1)
"""How far ahead of the present an event may be. Not documented: it keeps milliseconds out."""

# Which sources some of an event's fields are for.
_ONLY: Mapping[str, tuple[SourceKind, ...]] = {
    "page": ("web",),
    "app": ("app",),
    "ad": ("app", "web"),
    "lead": ("crm",),
    "limited_data_use": ("web", "app"),
}


class _Track(msgspec.Struct, frozen=True):
    event_source: SourceKind
    event_source_id: Annotated[str, msgspec.Meta(min_length=1)]
    data: Annotated[tuple[Told, ...], msgspec.Meta(min_length=1, max_length=1_000)]
    test_event_code: Annotated[str, msgspec.Meta(min_length=1)] | None = None


def track(world: World, asked: Asked) -> Data:
    """Events are taken, all of them or none. Repetitions are taken, too, and do not count; nothing is said of it."""
    wanted = asked.read_body_as(_Track)
    check_source(world, wanted.event_source, wanted.event_source_id, "event_source_id")
    now = world.clock()
    events = [_event(told, wanted, f"data[{place}]", now) for place, told in enumerate(wanted.data)]
    take_in(world, events, wanted.test_event_code or "")
    return {}


def _event(told: Told, wanted: _Track, at: str, now: datetime) -> Event:
    for name, kinds in _ONLY.items():
        if getattr(told, name) is not UNSET and wanted.event_source not in kinds:
            raise parameter(f"{at}.{name}", f"Only when event_source is {' or '.join(kinds)}.")
    if wanted.event_source == "offline" and told.event not in STANDARD:
        raise parameter(f"{at}.event", "Only standard events are supported for offline events.")
    known = given(told.user)
    check_digests(hashed(known), f"{at}.user")
    value, currency = value_of(told.properties, Properties, f"{at}.properties")
    return Event(
        platform=PLATFORM,
        destination=wanted.event_source_id,
        name=told.event,
        id=told.event_id,
        at=_moment(told, wanted.event_source, at, now),
        received=now,
        value=value,
        currency=currency,
        person=person(known),
        details=_details(told, wanted.event_source),
    )


def _moment(told: Told, source: SourceKind, at: str, now: datetime) -> datetime:
    latest = int((now + _AHEAD).timestamp())
    if told.event_time > latest:
        raise parameter(f"{at}.event_time", "Must be the Unix time in seconds, and not in the future.")
    when = datetime.fromtimestamp(told.event_time, UTC)
    if source == "offline" and now - when > _OLDEST_OFFLINE:
        raise parameter(f"{at}.event_time", f"Must be within the last {_OLDEST_OFFLINE.days} days.")
    return when


def _details(told: Told, source: SourceKind) -> Mapping[str, str]:
    """What else is remembered; the page only by what is kept of it, since addresses may name people."""
    details: dict[str, str] = {"event_source": source}
    if bytes(told.properties):
        details["properties"] = bytes(told.properties).decode()
    if told.page is not UNSET:
        details["url"] = trace(told.page.url)
        if told.page.referrer is not UNSET:
            details["referrer"] = trace(told.page.referrer)
    for name in ("app", "ad", "lead", "limited_data_use"):
        if getattr(told, name) is not UNSET:
            details[name] = msgspec.json.encode(getattr(told, name)).decode()
    return details
