"""Refuses events that TikTok surely would not take, before anything is sent.

TikTok API for Business docs, v1.3, "Events API 2.0", 2026.
"""

import re
from datetime import datetime, timedelta

from ...ads.conversions import NAMES, Event, Item
from ...ads.errors import Invalid, Unsupported
from .event_names import SOURCES
from .people import SENDING
from .shapes import PLATFORM

_CLOCKS_DIFFER = timedelta(minutes=5)
_CURRENCY = re.compile(r"[A-Z]{3}")


def check(destination: str, event: Event, now: datetime, version: str) -> None:
    """Refuse `event`, as version `version` of the Events API takes them.

    Raises:
        Unsupported: TikTok takes no events of this place.
        Invalid: naming the field, never its value.
    """
    if not re.fullmatch(SENDING.destination_id, destination):
        raise _invalid("destination", f"it has to be {SENDING.destination}")
    _check_place(event, version)
    if event.consent == "denied" or event.person.consent == "denied":
        raise _invalid("consent", "what people said no to is not told to TikTok")
    _check_name(event)
    if not event.id.strip() or not event.id.isprintable():
        raise _invalid("id", "each event needs one, so that TikTok can tell one that comes again")
    _check_time(event, now)
    _check_worth(event)


def _check_place(event: Event, version: str) -> None:
    if event.place not in SOURCES:
        raise Unsupported(
            f"TikTok takes no events of the place {event.place}.",
            f"Use one of {', '.join(SOURCES)}.",
            platform=PLATFORM,
        )
    if version == "1" and event.place != "website":
        raise Unsupported(
            "Version 1 of TikTok's Events API takes events of websites alone.",
            "Remove XYLO_TIKTOK_EVENTS_API, so that version 2 is used.",
            platform=PLATFORM,
        )


def _check_name(event: Event) -> None:
    if not event.name.strip() or not event.name.isprintable():
        raise _invalid("name", "each event needs one")
    if event.place == "store" and event.name not in NAMES:
        raise _invalid("name", "of stores, TikTok takes its standard events alone")


def _check_time(event: Event, now: datetime) -> None:
    if event.at.tzinfo is None:
        raise _invalid("time", "it has to have a time zone")
    if event.at > now + _CLOCKS_DIFFER:
        raise _invalid("time", "it lies in the future")
    if event.at < now - SENDING.oldest:
        raise _invalid("time", f"TikTok takes events of the last {SENDING.oldest.days} days")


def _check_worth(event: Event) -> None:
    value = event.value
    if value is not None and not (value.amount.is_finite() and value.amount >= 0):
        raise _invalid("value", "it has to be an amount, not below zero")
    if value is not None and not _CURRENCY.fullmatch(value.currency):
        raise _invalid("value", "its currency has to be a code of three capital letters")
    for item in event.contents:
        _check_item(item)


def _check_item(item: Item) -> None:
    if not item.id:
        raise _invalid("contents", "each thing needs an id")
    if item.quantity < 1:
        raise _invalid("contents", "the quantity of a thing has to be at least one")
    if item.price is not None and not (item.price.is_finite() and item.price >= 0):
        raise _invalid("contents", "the price of a thing has to be an amount, not below zero")


def _invalid(field: str, why: str) -> Invalid:
    return Invalid(f"{field}: {why}.", "Correct the event, or leave it out.", platform=PLATFORM)
