"""Our events as Google's conversions, for each of its two ways; what surely is none is refused here.

Shapes: Google Ads API reference, v26, `ClickConversion`; Data Manager API reference, v1, `Event` (2026). An event's
name is not sent: the conversion action it goes to says what it is. Nor is what it was about: without a Merchant Center
account Google makes nothing of it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from ...ads.accounts import Account
from ...ads.conversions import Event, Outgoing, Place
from ...ads.errors import Invalid
from ...ads.people import Row
from .changes import Json
from .data_manager import timestamp
from .errors import PLATFORM
from .identifiers import consent_for_ads, consent_for_data_manager, for_ads, for_data_manager
from .people import SENDING

_ENVIRONMENTS: Mapping[Place, str] = {"website": "WEB", "app": "APP"}
_SOURCES: Mapping[Place, str] = {
    "website": "WEB",
    "app": "APP",
    "store": "IN_STORE",
    "phone": "PHONE",
    "chat": "MESSAGE",
}
_DESTINATION = re.compile(SENDING.destination_id)
_AHEAD = timedelta(minutes=5)
"""How far the clocks of those who tell of events may be ahead of ours."""

_exact = msgspec.json.Encoder(decimal_format="number")


def check(destination: str, event: Event, now: datetime) -> None:
    """Refuse an event that Google surely would not take.

    Raises:
        Invalid: naming the field, never its value.
    """
    if not _DESTINATION.fullmatch(destination):
        raise _invalid("destination", "is no id of a conversion action", "Take its number from Google Ads.")
    if not key(event):
        raise _invalid("id", "is missing, and an event without one would count twice", "Give each event its own.")
    if "@" in key(event):
        raise _invalid("id", "may be an e-mail address, which Google refuses there", "Use one that names nobody.")
    _check_time(event.at, now)
    if event.value is not None and not (event.value.amount.is_finite() and event.value.amount >= 0):
        raise _invalid("value", "is no amount", "Give zero or more.")
    person = event.person if event.consent != "denied" else None
    if not (_click(event) or (person and (person.email or person.phone))):
        raise _invalid(
            "click ids",
            "are missing, and so is whatever else Google could know the person by",
            "Give a gclid, gbraid or wbraid, or an e-mail address or phone number that may be used.",
        )


def key(event: Event) -> str:
    """What Google knows an event by: of those with the same, a conversion action counts one."""
    return event.order_id or event.id


def usable(told: Outgoing) -> bool:
    """Whether Google could tell by it which click it goes back to."""
    return bool(_click(told.event) or _person(told))


def for_click(account: Account, destination: str, told: Outgoing) -> bytes:
    """An event as a click conversion, in JSON."""
    event = told.event
    person = _person(told)
    environment = _ENVIRONMENTS.get(event.place)
    conversion: Json = {
        **_click(event),
        "conversionAction": f"{account.id}/conversionActions/{destination}",
        "conversionDateTime": event.at.astimezone(UTC).isoformat(sep=" ", timespec="seconds"),
        **(
            {"conversionValue": event.value.amount, "currencyCode": event.value.currency}
            if event.value is not None
            else {}
        ),
        "orderId": key(event),
        **consent_for_ads(event.consent),
        **({"userIdentifiers": for_ads(person)} if person else {}),
        **({"conversionEnvironment": environment} if environment else {}),
    }
    return _exact.encode(conversion)


def for_ingestion(told: Outgoing) -> bytes:
    """An event for the Data Manager API, in JSON."""
    event = told.event
    click, person = _click(event), _person(told)
    ingested: Json = {
        "transactionId": key(event),
        "eventTimestamp": timestamp(event.at),
        **({"adIdentifiers": click} if click else {}),
        **(
            {"conversionValue": event.value.amount, "currency": event.value.currency} if event.value is not None else {}
        ),
        "eventSource": _SOURCES.get(event.place, "OTHER"),
        **consent_for_data_manager(event.consent),
        **({"userData": {"userIdentifiers": for_data_manager(person)}} if person else {}),
    }
    return _exact.encode(ingested)


def _click(event: Event) -> dict[str, str]:
    """One click id: two kinds together are refused, and what gclid tells is the most exact (the order is ours)."""
    traces = event.traces
    ids = {"gclid": traces.gclid, "gbraid": traces.gbraid, "wbraid": traces.wbraid}
    given = [{name: value} for name, value in ids.items() if value]
    return given[0] if given else {}


def _person(told: Outgoing) -> Row | None:
    """Who it was, if that may be said. With a braid, which is for whom tracking is denied, it is not (inferred)."""
    click = _click(told.event)
    said_no = told.event.consent == "denied" or "gbraid" in click or "wbraid" in click
    return None if said_no or told.person is None or not any(told.person) else told.person


def _check_time(at: datetime, now: datetime) -> None:
    if at.tzinfo is None:
        raise _invalid("time", "has no time zone", "Give one.")
    if at > now + _AHEAD:
        raise _invalid("time", "is still to come", "Tell of it once it has happened.")
    if now - at > SENDING.oldest:
        raise _invalid("time", f"is more than {SENDING.oldest.days} days ago", "Google takes no older ones.")


def _invalid(field: str, what: str, fix: str) -> Invalid:
    return Invalid(f"{field}: {what}.", fix, platform=PLATFORM)
