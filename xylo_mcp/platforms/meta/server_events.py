"""Conversions as Meta's server events.

Meta docs, "Conversions API": using the API, server event, customer information and custom data parameters (2026-09).
"""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.conversions import NAMES, Event, Item, Outgoing, Place
from ...ads.people import Kind
from ..reading import reading
from .people import SENDING

_PLATFORM = "meta"
NAMES_THERE: Mapping[str, str] = {name: "".join(map(str.capitalize, name.split("_"))) for name in NAMES}
"""Meta's standard events have the names that we have, written in its way; `Download` it takes as one of the sender's
own, as any name."""

SOURCES: Mapping[Place, str] = {
    "website": "website",
    "store": "physical_store",
    "phone": "phone_call",
    "chat": "chat",
    "email": "email",
    "system": "system_generated",
    "other": "other",
}
_KEYS: Mapping[Kind, str] = {
    "email": "em",
    "phone": "ph",
    "first_name": "fn",
    "last_name": "ln",
    "city": "ct",
    "region": "st",
    "postcode": "zp",
    "country": "country",
    "external_id": "external_id",
    "mobile_id": "madid",
    "birth_date": "db",
    "gender": "ge",
}


class _Content(msgspec.Struct, omit_defaults=True):
    id: str
    quantity: int | None = None
    item_price: object = None
    title: str = ""
    category: str = ""


class _Custom(msgspec.Struct, omit_defaults=True):
    currency: str = ""
    value: object = None
    order_id: str = ""
    content_type: str = ""
    contents: Sequence[_Content] = ()


class _ServerEvent(msgspec.Struct, omit_defaults=True):
    event_name: str
    event_time: int
    event_id: str
    action_source: str
    user_data: Mapping[str, str | Sequence[str]]
    event_source_url: str = ""
    referrer_url: str = ""
    custom_data: _Custom | None = None


class _Received(msgspec.Struct):
    events_received: int


_NOTHING = _Custom()
_json = msgspec.json.Encoder(decimal_format="number")


def body(events: Sequence[Outgoing], test: str) -> bytes:
    """The request that tells `events`, each once and in order."""
    request: dict[str, object] = {"data": [_server_event(one) for one in events]}
    return _json.encode({**request, "test_event_code": test} if test else request)


def confirm(content: bytes, sent: int) -> None:
    """Make sure that all of so many events were received, by Meta's answer to them. It does not say if they matched.

    Raises:
        Garbled: it says another number.
    """
    with reading(_PLATFORM):
        if msgspec.json.decode(content, type=_Received).events_received != sent:
            raise ValueError("not as many events as were sent")


def user_data(outgoing: Outgoing) -> Mapping[str, str | Sequence[str]]:
    """What Meta may recognise the person of an event by; what is hashed stands in lists, as its SDK sends it."""
    forms, row = SENDING.forms, outgoing.person or ()
    told = zip(forms.takes, row, strict=bool(row))
    traces = outgoing.event.traces
    left = {
        "client_ip_address": traces.ip,
        "client_user_agent": traces.user_agent,
        "fbc": traces.fbc,
        "fbp": traces.fbp,
    }
    return {
        **{_KEYS[kind]: value if kind in forms.plain else [value] for kind, value in told if value},
        **{key: value for key, value in left.items() if value},
    }


def _server_event(outgoing: Outgoing) -> _ServerEvent:
    event = outgoing.event
    custom = _custom(event)
    return _ServerEvent(
        event_name=NAMES_THERE.get(event.name, event.name),
        event_time=int(event.at.timestamp()),
        event_id=event.id,
        action_source=SOURCES[event.place],
        user_data=user_data(outgoing),
        event_source_url=event.traces.url,
        referrer_url=event.traces.referrer,
        custom_data=None if custom == _NOTHING else custom,
    )


def _custom(event: Event) -> _Custom:
    return _Custom(
        currency=event.value.currency if event.value else "",
        value=event.value.amount if event.value else None,
        order_id=event.order_id,
        content_type="product" if event.contents else "",
        contents=tuple(map(_content, event.contents)),
    )


def _content(item: Item) -> _Content:
    return _Content(item.id, item.quantity, item.price, item.name, item.category)
