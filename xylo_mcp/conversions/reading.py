"""Reads events, one by one: nothing is made up, and what cannot be read costs the others nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeAlias, get_args

import msgspec

from ..ads.conversions import Event, Item, Place, Traces
from ..ads.errors import Invalid
from ..ads.money import Money, decimals
from ..identity import known
from ..identity.files import OBJECTS, PeopleFile
from .words import TRACES, Given

Numbered: TypeAlias = tuple[int, Event | str]
"""An event's number, from 1, and the event; or a word of ours why it cannot be read."""

CHUNK = 1_000
_SKEW = timedelta(minutes=5)
"""So far may the clock of whoever tells an event be ahead of ours."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ .:-]{0,49}")
_ID = re.compile(r"[!-?A-~]{1,100}")  # an address, with its @, is no id
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PLACES: frozenset[str] = frozenset(get_args(Place))
_LONGEST = 2_000
_DECODER = msgspec.json.Decoder(Given, float_hook=Decimal)


class Unreadable(Exception):
    """Why something is no event, in one word."""


def from_values(given: Iterable[Given], now: datetime, country: str = "") -> Iterator[Sequence[Numbered]]:
    """Events as a caller gives them, in chunks."""
    return _chunks((number, _or_word(one, now, country)) for number, one in enumerate(given, 1))


def from_file(file: PeopleFile, now: datetime, country: str = "") -> Iterator[Sequence[Numbered]]:
    """Events from a file with one JSON object a line, in chunks. Going on may raise what `PeopleFile.lines` does.

    Raises:
        Invalid: it is no such file.
    """
    if not file.name.lower().endswith(tuple(OBJECTS)):
        raise Invalid("Events are read from files with one JSON object a line.", "Give a .jsonl or .ndjson file.")
    lines = ((number, line) for number, line in enumerate(file.lines(), 1) if not line.isspace())
    return _chunks((number, _from_line(line, now, country)) for number, line in lines)


def event(given: Given, now: datetime, country: str = "") -> Event:
    """What is given, as an event.

    Raises:
        Unreadable: by the field that is wrong or missing, never its value.
    """
    if not _NAME.fullmatch(given.name):
        raise Unreadable("name_invalid")
    if not _ID.fullmatch(given.id):
        raise Unreadable("id_invalid" if given.id else "id_missing")
    if given.place not in _PLACES:
        raise Unreadable("place_invalid")
    person, reasons = known(given.person, country)
    return Event(
        name=given.name,
        id=given.id,
        at=_moment(given.time, now),
        place=given.place,  # type: ignore[arg-type]  # looked up above
        value=_money(given.value, given.currency),
        order_id=_order(given.order_id),
        contents=tuple(_item(one, given.currency) for one in given.contents),
        traces=Traces(**{name: _trace(name, getattr(given, name)) for name in TRACES}),
        person=person,
        consent="denied" if "consent_invalid" in reasons else person.consent,
    )


def _from_line(line: str, now: datetime, country: str) -> Event | str:
    try:
        given = _DECODER.decode(line)
    except (msgspec.MsgspecError, RecursionError, ValueError, ArithmeticError):
        return "row_invalid"
    return _or_word(given, now, country)


def _or_word(given: Given, now: datetime, country: str) -> Event | str:
    try:
        return event(given, now, country)
    except Unreadable as unreadable:
        return str(unreadable)


def _moment(given: str | int, now: datetime) -> datetime:
    """When it happened: RFC 3339 with a zone, or whole seconds since 1970."""
    if given == "":
        raise Unreadable("time_missing")
    try:
        at = datetime.fromtimestamp(given, UTC) if isinstance(given, int) else datetime.fromisoformat(given)
    except (ValueError, OverflowError, OSError):
        raise Unreadable("time_invalid") from None
    if at.tzinfo is None:
        raise Unreadable("time_without_zone")
    if at > now + _SKEW:
        raise Unreadable("time_in_the_future")
    return at


def _money(value: object, currency: str) -> Money | None:
    if value is None:
        return None
    if not currency:
        raise Unreadable("currency_missing")
    if not _CURRENCY.fullmatch(currency):
        raise Unreadable("currency_invalid")
    return Money(_amount("value", value, currency), currency)


def _amount(field: str, value: object, currency: str) -> Decimal:
    """More than nothing, and with no more decimals than the currency has."""
    amount = _number(field, value)
    if amount <= 0:
        raise Unreadable(f"{field}_invalid")
    return _in_full(field, amount, currency)


def _in_full(field: str, amount: Decimal, currency: str) -> Decimal:
    """`amount` with all decimals of its currency, and no more."""
    places = decimals(currency)
    if amount != round(amount, places):
        raise Unreadable(f"{field}_has_too_many_decimals")
    return amount.quantize(Decimal(1).scaleb(-places))


def _number(field: str, value: object) -> Decimal:
    """A number, or the plain digits of one: what else Python reads as a number may have been meant otherwise."""
    match value:
        case bool():
            raise Unreadable(f"{field}_invalid")
        case float():
            number = Decimal(repr(value))
        case int() | Decimal():
            number = Decimal(value)
        case str() if _AMOUNT.fullmatch(value):
            number = Decimal(value)
        case _:
            raise Unreadable(f"{field}_invalid")
    if not number.is_finite() or not 0 <= number < 10**12:
        raise Unreadable(f"{field}_invalid")
    return number


def _item(given: Mapping[str, object], currency: str) -> Item:
    identity, quantity, price = given.get("id"), given.get("quantity", 1), given.get("price")
    if not isinstance(identity, str | int) or isinstance(identity, bool) or not str(identity):
        raise Unreadable("contents_without_id")
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 < quantity < 10**9:
        raise Unreadable("quantity_invalid")
    return Item(
        id=_short("contents", str(identity)),
        quantity=quantity,
        price=None if price is None else _in_full("price", _number("price", price), currency),
        name=_text(given.get("name")),
        category=_text(given.get("category")),
    )


def _text(given: object) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise Unreadable("contents_invalid")
    return _short("contents", given)


def _order(given: str) -> str:
    """It leaves as it is, and an address must not."""
    if "@" in given:
        raise Unreadable("order_id_invalid")
    return _short("order_id", given)


def _trace(name: str, given: str) -> str:
    """As it was given; but of a page's address, what stands behind its `?` is left out where it may name somebody."""
    if name in ("url", "referrer"):
        page, _, query = given.partition("?")
        given = page if "@" in query or "%40" in query else given
    return _short(name, given)


def _short(field: str, text: str) -> str:
    if len(text) > _LONGEST or not text.isprintable():
        raise Unreadable(f"{field}_invalid")
    return text


def _chunks(events: Iterator[Numbered]) -> Iterator[Sequence[Numbered]]:
    while chunk := list(islice(events, CHUNK)):
        yield chunk
