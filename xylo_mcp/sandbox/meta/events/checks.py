"""What an event must be (Conversions API docs, "Server Event Parameters" and "Using the API", 2026-09)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

import msgspec

from .refusals import bad_event, too_old
from .shapes import ServerEvent

ACTION_SOURCES = (
    *("email", "website", "app", "phone_call", "chat", "physical_store", "system_generated"),
    *("business_messaging", "other"),
)
AHEAD = timedelta(minutes=1)
"""How far in the future an event may be; that it may be at all is inferred."""
_OLDEST, _OLDEST_IN_STORES = 7, 62
_CHANNELS = ("messenger", "whatsapp", "instagram")
_DEVICE_FACTS = 16
_HIGHEST = Decimal(10) ** 15
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII).fullmatch
_ADDRESS = re.compile(r"https?://[^\s/]+\S*").fullmatch


def moment(position: int, event: ServerEvent, now: datetime) -> datetime:
    """When an event happened: within the last seven days, or 62 where it was in a physical store."""
    seconds = event.event_time
    if seconds is None:
        raise bad_event(position, "event_time", "is required")
    if seconds > (now + AHEAD).timestamp():
        raise bad_event(position, "event_time", "must be a unix time in seconds that is not in the future")
    days = _OLDEST_IN_STORES if event.action_source == "physical_store" else _OLDEST
    if seconds < (now - timedelta(days=days)).timestamp():
        raise too_old(days)
    return datetime.fromtimestamp(seconds, UTC)


def check(position: int, event: ServerEvent) -> None:
    """Refuse an event without what its source demands.

    In practice Meta has let a website event pass without its user agent (v26.0, 2026-09): here its documents hold.
    """
    if not event.event_name.strip():
        raise bad_event(position, "event_name", "is required")
    if event.action_source not in ACTION_SOURCES:
        raise bad_event(position, "action_source", f"must be one of {{{', '.join(ACTION_SOURCES)}}}")
    if event.user_data is None:
        raise bad_event(position, "user_data", "is required")
    if event.action_source == "website":
        _check_website(position, event)
    if event.action_source == "app" and not _has_device(event):
        raise bad_event(position, "app_data[extinfo]", f"must have {_DEVICE_FACTS} elements for app events")
    if event.action_source == "business_messaging" and event.messaging_channel not in _CHANNELS:
        raise bad_event(position, "messaging_channel", f"must be one of {{{', '.join(_CHANNELS)}}}")  # inferred
    _check_options(position, event)


def money(position: int, event: ServerEvent) -> tuple[str, str]:
    """The value of an event in digits, and its currency, both empty where it has none.

    That a purchase must have both is inferred.
    """
    value, currency = _value(position, event.custom_data), _text(event.custom_data, "currency")
    if event.event_name == "Purchase" and (value is None or not currency):
        raise bad_event(position, "custom_data", "must have value and currency for a purchase")
    if currency and not _CURRENCY(currency):
        raise bad_event(position, "custom_data[currency]", "must be an ISO 4217 currency code")
    return "" if value is None else f"{value:f}", currency.upper()


def _check_website(position: int, event: ServerEvent) -> None:
    if not _ADDRESS(event.event_source_url):
        raise bad_event(position, "event_source_url", "must be an http or https address for website events")
    if not (event.user_data or {}).get("client_user_agent"):
        raise bad_event(position, "user_data[client_user_agent]", "is required for website events")


def _has_device(event: ServerEvent) -> bool:
    raw = (event.app_data or {}).get("extinfo")
    try:
        return raw is not None and len(msgspec.json.decode(raw, type=list[str])) == _DEVICE_FACTS
    except msgspec.MsgspecError:
        return False


def _check_options(position: int, event: ServerEvent) -> None:
    if event.data_processing_options not in ([], ["LDU"]):
        raise bad_event(position, "data_processing_options", 'must be [] or ["LDU"]')
    if event.data_processing_options_country not in (0, 1):
        raise bad_event(position, "data_processing_options_country", "must be 0 or 1")
    if event.data_processing_options_state not in (0, 1000):
        raise bad_event(position, "data_processing_options_state", "must be 0 or 1000")


def _value(position: int, custom_data: Mapping[str, msgspec.Raw]) -> Decimal | None:
    if "value" not in custom_data:
        return None
    text = bytes(custom_data["value"]).decode().strip('"')
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < _HIGHEST:
        raise bad_event(position, "custom_data[value]", "must be a number that is not negative")
    return value


def _text(custom_data: Mapping[str, msgspec.Raw], name: str) -> str:
    raw = bytes(custom_data.get(name, msgspec.Raw(b'""')))
    return msgspec.json.decode(raw, type=str) if raw.startswith(b'"') else raw.decode()
