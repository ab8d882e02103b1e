"""Conversions: what people did, told to platforms by a server."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from .errors import VendorWords
from .money import Money
from .people import Consent, Known, Masked, Row

Place = Literal["website", "app", "store", "phone", "chat", "email", "system", "other"]
NAMES = (
    "purchase",
    "lead",
    "complete_registration",
    "add_to_cart",
    "add_to_wishlist",
    "initiate_checkout",
    "add_payment_info",
    "view_content",
    "search",
    "subscribe",
    "start_trial",
    "contact",
    "schedule",
    "submit_application",
    "find_location",
    "customize_product",
    "download",
)
"""The events that platforms have a name of their own for; any other name is the sender's own."""


class Item(msgspec.Struct, frozen=True):
    """One of the things that a conversion is about; `price` of one, in the conversion's currency."""

    id: str
    quantity: int = 1
    price: Decimal | None = None
    name: str = ""
    category: str = ""


class Traces(Masked, frozen=True):
    """What a visit leaves behind: click ids, cookies, address and browser. Never hashed, never written down."""

    fbc: str = ""
    fbp: str = ""
    gclid: str = ""
    gbraid: str = ""
    wbraid: str = ""
    ttclid: str = ""
    ttp: str = ""
    ip: str = ""
    user_agent: str = ""
    url: str = ""
    referrer: str = ""


class Event(Masked, frozen=True):
    """One conversion.

    Attributes:
        name: one of `NAMES`, or the sender's own.
        id: the sender's own, the same whenever this very event is told again.
        at: when it happened.
        place: where it happened.
        value: what it was worth.
        contents: what it was about.
    """

    name: str
    id: str
    at: datetime
    place: Place
    value: Money | None = None
    order_id: str = ""
    contents: tuple[Item, ...] = ()
    traces: Traces = Traces()
    person: Known = Known()
    consent: Consent = "unsaid"


class Outgoing(Masked, frozen=True):
    """An event on its way to one platform, its person in the form which that takes; None: nothing of use is known."""

    event: Event
    person: Row | None


class Told(msgspec.Struct, frozen=True):
    """What a platform said to one event.

    Attributes:
        state: `delivered`: it took it; `already`: it had it before; `rejected`: it will never take it as it is;
            `later`: not yet, it may be told again.
        reason: a short word of ours for a state that is no `delivered`.
        vendor: what the platform said.
    """

    state: Literal["delivered", "already", "rejected", "later"]
    reason: str = ""
    vendor: VendorWords | None = None


Destinations = Mapping[str, str]
"""Where events go: by account, the platform's id of a pixel, data set or conversion action there."""
