"""For what Meta surely refuses events; and one that it refuses costs all others of a request their delivery.

Meta docs, "Conversions API": using the API, parameters, best practices, "Conversions API for App Events" and "Sending
Offline Events Using the Conversions API" (2026-09).
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import NamedTuple

from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import Invalid
from .people import SENDING
from .server_events import NAMES_THERE, SOURCES, user_data

_PLATFORM = "meta"
_TOO_VAGUE = (
    frozenset({"ct", "country", "st", "zp", "ge", "client_user_agent"}),
    frozenset({"db", "client_user_agent"}),
    frozenset({"fn", "ge"}),
    frozenset({"ln", "ge"}),
)
"""An event is refused, and with it all others, where what it says of its person is within one of these."""

_OF_SHOPS = timedelta(days=62)
AHEAD = timedelta(minutes=1)
"""So far ahead the sender's clock may be: that Meta takes nothing from the future is known from its answers only."""


_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_COOKIE = re.compile(r"fb\.[0-9]+\.[0-9]{13}\.\S+")


class Flaw(NamedTuple):
    """Why Meta surely would not take an event: a short word, what is wrong and what to do, without any value."""

    reason: str
    message: str
    fix: str


def check(event: Event, now: datetime) -> None:
    """Refuse an event that Meta surely would not take.

    Raises:
        Invalid: naming the field, never its value.
    """
    flaw = _flaw(event, now)
    if flaw is not None:
        raise Invalid(flaw.message, flaw.fix, platform=_PLATFORM)


def refused(outgoing: Outgoing, now: datetime) -> Told | None:
    """What is to be said of an event that must not be sent, since it would cost all others their delivery."""
    flaw = _flaw(outgoing.event, now)
    if flaw is not None:
        return Told("rejected", flaw.reason)
    known = user_data(outgoing).keys()
    return Told("rejected", "person_too_vague") if any(known <= vague for vague in _TOO_VAGUE) else None


def _flaw(event: Event, now: datetime) -> Flaw | None:
    return next((flaw for applies, flaw in _FLAWS if applies(event, now)), None)


def _too_old(event: Event, now: datetime) -> bool:
    return now - event.at > (_OF_SHOPS if event.place == "store" else SENDING.oldest)


def _no_address(event: Event, _: datetime) -> bool:
    """Whether there is an IP address that is none: Meta demands proper ones."""
    if not event.traces.ip:
        return False
    try:
        ip_address(event.traces.ip)
    except ValueError:
        return True
    return False


def _no_cookie(event: Event, _: datetime) -> bool:
    """Whether something else than one of Meta's cookies stands for it, such as a bare click id."""
    return any(said and not _COOKIE.fullmatch(said) for said in (event.traces.fbc, event.traces.fbp))


def _no_amount(event: Event, _: datetime) -> bool:
    amounts = [event.value.amount if event.value else None, *(item.price for item in event.contents)]
    return not all(amount is None or (amount.is_finite() and amount >= 0) for amount in amounts)


_FLAWS: Sequence[tuple[Callable[[Event, datetime], bool], Flaw]] = (
    (
        lambda event, _: event.place not in SOURCES,
        Flaw(
            "place_unsupported",
            "place: of events in an app Meta demands details of the device, which cannot be given here.",
            "Let the app itself send them, by Meta's SDK; or send them to another platform.",
        ),
    ),
    (
        lambda event, _: "denied" in (event.consent, event.person.consent),
        Flaw("consent_denied", "consent: the person did not allow it, and Meta cannot be told so.", "Leave it out."),
    ),
    (
        lambda event, _: not event.name.strip() or not event.id.strip(),
        Flaw("nameless", "name, id: an event needs both.", "Give them; the same id whenever it is told again."),
    ),
    (
        _too_old,
        Flaw("too_old", "time: Meta takes events for seven days, of shops for 62 days.", "Leave out what is older."),
    ),
    (
        lambda event, now: event.at - now > AHEAD,
        Flaw("in_future", "time: it has not happened yet.", "Give the moment at which it happened, with its zone."),
    ),
    (
        lambda event, _: event.place == "website" and not _ADDRESS.fullmatch(event.traces.url),
        Flaw("url_missing", "url: an event on a website needs the address of its page.", "Give the page's address."),
    ),
    (
        lambda event, _: event.place == "website" and not event.traces.user_agent,
        Flaw("user_agent_missing", "user_agent: an event on a website needs the browser's.", "Give the browser's."),
    ),
    (
        _no_cookie,
        Flaw(
            "cookie_invalid",
            "fbc, fbp: it is not what Meta's cookies of these names hold.",
            "Give the whole cookie, as fb.1.1772600000000.…, or none.",
        ),
    ),
    (_no_address, Flaw("ip_invalid", "ip: it is no IP address.", "Give the browser's own address, or none.")),
    (
        lambda event, _: NAMES_THERE.get(event.name, event.name) == "Purchase" and event.value is None,
        Flaw("value_missing", "value: a purchase needs its value and currency.", "Give what was paid."),
    ),
    (_no_amount, Flaw("value_invalid", "value: it is no amount.", "Give a number that is not negative.")),
)
"""All reasons for which Meta refuses events, the first that applies first."""
