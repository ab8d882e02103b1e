"""Events of websites as the Events API 1.0 takes them, one or up to fifty (TikTok API for Business docs, v1.3,
"Report a web event"; field by field as in its SDK v1.1.3).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from ..people import Event
from ..world import World
from .cast import PLATFORM
from .digests import trace
from .envelope import Data, Partly
from .event_intake import Digests, check_digests, check_source, person, take_in, value_of
from .event_names import STANDARD
from .event_shapes import Page
from .parameters import Asked, unreadable
from .refusals import INVALID_BATCH_SIZE, Refusal, parameter

_MOST: Final = 50
_HASHED = ("email", "phone_number", "external_id")
_Text = str | UnsetType


class _User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: _Text = UNSET
    phone_number: _Text = UNSET
    external_id: _Text = UNSET
    ttp: _Text = UNSET


class _Ad(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    callback: _Text = UNSET


class _Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ip: _Text = UNSET
    user_agent: _Text = UNSET
    user: _User = _User()
    ad: _Ad = _Ad()
    page: Page | UnsetType = UNSET


class _Content(msgspec.Struct, frozen=True):
    content_id: _Text = UNSET
    content_type: Literal["product", "product_group"] | UnsetType = UNSET
    content_name: _Text = UNSET
    content_category: _Text = UNSET
    quantity: int | UnsetType = UNSET
    price: int | float | UnsetType = UNSET
    status: _Text = UNSET


class _Properties(msgspec.Struct, frozen=True):
    contents: tuple[_Content, ...] = ()
    currency: _Text = UNSET
    value: int | float | UnsetType = UNSET
    query: _Text = UNSET
    description: _Text = UNSET


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    event: str
    event_id: str = ""
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)] | UnsetType = UNSET
    context: _Context = _Context()
    properties: msgspec.Raw = msgspec.Raw()


class _Track(_Told, frozen=True, kw_only=True):
    pixel_code: str
    test_event_code: str = ""
    partner_name: str = ""


class _OfBatch(_Told, frozen=True, kw_only=True, forbid_unknown_fields=True):
    type: Literal["track"]


class _Batch(msgspec.Struct, frozen=True):
    pixel_code: str
    batch: tuple[msgspec.Raw, ...]
    test_event_code: str = ""
    partner_name: str = ""


def track(world: World, asked: Asked) -> Data:
    """One event is taken."""
    wanted = asked.read_body_as(_Track)
    check_source(world, "web", wanted.pixel_code, "pixel_code")
    take_in(world, [_event(wanted, wanted.pixel_code, "", world.clock())], wanted.test_event_code)
    return {}


def batch(world: World, asked: Asked) -> Data | Partly:
    """Each event is taken or not for itself. How TikTok names those it did not take is not documented: inferred."""
    wanted = asked.read_body_as(_Batch)
    check_source(world, "web", wanted.pixel_code, "pixel_code")
    if not 1 <= len(wanted.batch) <= _MOST:
        raise Refusal(INVALID_BATCH_SIZE, f"batch: Must have 1 to {_MOST} events.")
    events, failed = _judged(wanted, world.clock())
    take_in(world, events, wanted.test_event_code)
    if not failed:
        return {}
    return Partly(
        {
            "failed_events": [
                {"order_in_batch": place, "code": why.code, "message": why.message} for place, why in failed
            ]
        }
    )


def _judged(wanted: _Batch, now: datetime) -> tuple[Sequence[Event], Sequence[tuple[int, Refusal]]]:
    """The events that can be taken, and by place why others cannot; if none can, the first is refused for all."""
    events: list[Event] = []
    failed: list[tuple[int, Refusal]] = []
    for place, raw in enumerate(wanted.batch):
        at = f"batch[{place}]"
        try:
            events.append(_event(_read(raw, at), wanted.pixel_code, f"{at}.", now))
        except Refusal as why:
            failed.append((place, why))
    if not events:
        raise failed[0][1]
    return events, failed


def _read(raw: msgspec.Raw, at: str) -> _OfBatch:
    try:
        return msgspec.json.decode(raw, type=_OfBatch)
    except msgspec.DecodeError as wrong:
        raise unreadable(at, wrong) from wrong


def _event(told: _Told, pixel_code: str, at: str, now: datetime) -> Event:
    if told.event not in STANDARD:
        raise parameter(f"{at}event", "Not a supported web event.")
    known = _given(told.context)
    check_digests({name: known[name] for name in _HASHED if name in known}, f"{at}context.user")
    value, currency = value_of(told.properties, _Properties, f"{at}properties")
    details = {"event_source": "web"}
    if bytes(told.properties):
        details["properties"] = bytes(told.properties).decode()
    if told.context.page is not UNSET:
        details["url"] = trace(told.context.page.url)
    return Event(
        platform=PLATFORM,
        destination=pixel_code,
        name=told.event,
        id=told.event_id,
        at=now if told.timestamp is UNSET else told.timestamp,
        received=now,
        value=value,
        currency=currency,
        person=person(known),
        details=details,
    )


def _given(context: _Context) -> Mapping[str, Digests]:
    everything = {
        **{name: getattr(context.user, name) for name in context.user.__struct_fields__},
        "callback": context.ad.callback,
        "ip": context.ip,
        "user_agent": context.user_agent,
    }
    return {name: value for name, value in everything.items() if value is not UNSET}
