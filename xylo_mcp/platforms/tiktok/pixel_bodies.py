"""Conversions as version 1 of TikTok's Events API takes them: websites' alone.

Fields and values: TikTok API for Business docs, v1.3, "Report a web event", "Report web events in bulk", 2026.
"""

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal

import msgspec

from ...ads.conversions import Item, Outgoing
from .changes import Request
from .event_bodies import Part, identifiers
from .event_names import old_name

MOST = 50
"""So many events one request tells at most: seen (2026), not documented."""

_ONE, _SEVERAL = "pixel/track/", "pixel/batch/"
_encoder = msgspec.json.Encoder(decimal_format="number")


class _Content(Part, frozen=True):
    content_id: str
    quantity: int
    content_type: str = ""
    price: Decimal | None = None
    content_name: str = ""
    content_category: str = ""


class _User(Part, frozen=True):
    email: str = ""
    phone_number: str = ""
    external_id: str = ""
    ttp: str = ""


class _Ad(Part, frozen=True):
    callback: str


class _Page(Part, frozen=True):
    url: str
    referrer: str = ""


class _Context(Part, frozen=True):
    user: _User | None = None
    ad: _Ad | None = None
    page: _Page | None = None
    ip: str = ""
    user_agent: str = ""


class _Properties(Part, frozen=True):
    currency: str = ""
    value: Decimal | None = None
    contents: tuple[_Content, ...] = ()


class _Event(Part, frozen=True):
    event: str
    event_id: str
    timestamp: str
    context: _Context | None = None
    properties: _Properties | None = None


class _One(_Event, frozen=True, kw_only=True):
    pixel_code: str
    test_event_code: str = ""


class _Several(Part, frozen=True):
    pixel_code: str
    batch: list[_Event]
    test_event_code: str = ""


class _OfSeveral(_Event, frozen=True, tag_field="type", tag="track"):
    pass


def request(destination: str, events: Sequence[Outgoing], test: str) -> Request:
    """The one request that tells `events`, at most `MOST`."""
    if len(events) == 1:
        (event,) = events
        only = _One(*_values(event), pixel_code=destination, test_event_code=test)
        return Request(_ONE, _encoder.encode(only))
    batch: list[_Event] = [_OfSeveral(*_values(one)) for one in events]
    return Request(_SEVERAL, _encoder.encode(_Several(destination, batch, test)))


def _values(outgoing: Outgoing) -> tuple[str, str, str, _Context | None, _Properties | None]:
    event = outgoing.event
    context, properties = _context(outgoing), _properties(outgoing)
    return (
        old_name(event.name),
        event.id,
        f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        None if context == _Context() else context,
        None if properties == _Properties() else properties,
    )


def _context(outgoing: Outgoing) -> _Context:
    known, traces = identifiers(outgoing.person), outgoing.event.traces
    user = _User(known["email"], known["phone"], known["external_id"], traces.ttp)
    return _Context(
        user=None if user == _User() else user,
        ad=_Ad(traces.ttclid) if traces.ttclid else None,
        page=_Page(traces.url, traces.referrer) if traces.url else None,
        ip=traces.ip,
        user_agent=traces.user_agent,
    )


def _properties(outgoing: Outgoing) -> _Properties:
    value = outgoing.event.value
    return _Properties(
        currency=value.currency if value else "",
        value=value.amount if value else None,
        contents=tuple(map(_content, outgoing.event.contents)),
    )


def _content(item: Item) -> _Content:
    return _Content(item.id, item.quantity, "product", item.price, item.name, item.category)
