"""The words of an event as it is given, in a call or as one line of a file."""

from collections.abc import Mapping

import msgspec

from ..ads.people import Masked

TRACES = (
    "fbc",
    "fbp",
    "gclid",
    "gbraid",
    "wbraid",
    "ttclid",
    "ttp",
    "ip",
    "user_agent",
    "url",
    "referrer",
)


class Given(Masked, frozen=True, forbid_unknown_fields=True):
    """One event as it is given; what is empty was not.

    Attributes:
        time: RFC 3339 with a zone, or whole seconds since 1970.
        value: in `currency`, as it is paid.
        contents: `id`, `quantity`, `price`, `name`, `category` each.
        person: as a row of a customer list.
    """

    name: str
    id: str = ""
    time: str | int = ""
    place: str = "website"
    value: object = None
    currency: str = ""
    order_id: str = ""
    contents: tuple[Mapping[str, object], ...] = ()
    person: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])
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
