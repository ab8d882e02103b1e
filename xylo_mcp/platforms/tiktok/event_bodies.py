"""Conversions as TikTok's Events API 2.0 takes them.

Fields and values: TikTok API for Business docs, v1.3, "Events API 2.0", 2026.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from ...ads.conversions import Event, Item, Outgoing, Traces
from ...ads.people import Masked, Row
from .event_names import SOURCES, name_at
from .people import SENDING

PATH = "event/track/"

_APPLE = ("iphone", "ipad", "ios", "darwin", "cfnetwork")
_encoder = msgspec.json.Encoder(decimal_format="number")


class Part(Masked, frozen=True, omit_defaults=True, gc=False):
    """A part of a request about people: what is empty is left out, and nothing of it is ever shown."""


class Content(Part, frozen=True):
    """One of the things that an event is about."""

    content_id: str
    quantity: int
    price: Decimal | None = None
    content_name: str = ""
    content_category: str = ""


class _Page(Part, frozen=True):
    url: str
    referrer: str = ""


class _User(Part, frozen=True):
    email: str = ""
    phone: str = ""
    external_id: str = ""
    idfa: str = ""
    gaid: str = ""
    ttclid: str = ""
    ttp: str = ""
    ip: str = ""
    user_agent: str = ""


class _Properties(Part, frozen=True):
    currency: str = ""
    value: Decimal | None = None
    order_id: str = ""
    content_type: str = ""
    contents: tuple[Content, ...] = ()


class _Event(Part, frozen=True):
    event: str
    event_time: int
    event_id: str
    user: _User | None = None
    properties: _Properties | None = None
    page: _Page | None = None


class _Body(Part, frozen=True):
    event_source: str
    event_source_id: str
    data: list[_Event]
    test_event_code: str = ""


def body(destination: str, events: Sequence[Outgoing], test: str) -> bytes:
    """The one body that tells `events`, all of the same place."""
    source = SOURCES[events[0].event.place]
    return _encoder.encode(_Body(source, destination, [_event(one) for one in events], test))


def content(item: Item) -> Content:
    """A thing that an event is about."""
    return Content(item.id, item.quantity, item.price, item.name, item.category)


def identifiers(person: Row | None) -> dict[str, str]:
    """What is known of a person, by our words for it."""
    kinds = SENDING.forms.takes
    return dict(zip(kinds, person or ("",) * len(kinds), strict=True))


def _event(outgoing: Outgoing) -> _Event:
    event, traces = outgoing.event, outgoing.event.traces
    user, properties = _user(outgoing), _properties(event)
    return _Event(
        event=name_at(event.place, event.name),
        event_time=int(event.at.timestamp()),
        event_id=event.id,
        user=None if user == _User() else user,
        properties=None if properties == _Properties() else properties,
        page=_Page(traces.url, traces.referrer) if event.place == "website" and traces.url else None,
    )


def _user(outgoing: Outgoing) -> _User:
    known, traces = identifiers(outgoing.person), outgoing.event.traces
    idfa, gaid = _mobile(known["mobile_id"], traces) if outgoing.event.place == "app" else ("", "")
    return _User(
        email=known["email"],
        phone=known["phone"],
        external_id=known["external_id"],
        idfa=idfa,
        gaid=gaid,
        ttclid=traces.ttclid,
        ttp=traces.ttp,
        ip=traces.ip,
        user_agent=traces.user_agent,
    )


def _mobile(mobile_id: str, traces: Traces) -> tuple[str, str]:
    """The id as Apple's (upper-case) or as Android's (lower-case), told by the device's user agent.

    That its name decides is an assumption: the id itself does not show whose it is.
    """
    apple = any(word in traces.user_agent.lower() for word in _APPLE)
    return (mobile_id.upper(), "") if apple else ("", mobile_id)


def _properties(event: Event) -> _Properties:
    return _Properties(
        currency=event.value.currency if event.value else "",
        value=event.value.amount if event.value else None,
        order_id=event.order_id,
        content_type="product" if event.contents else "",
        contents=tuple(map(content, event.contents)),
    )
