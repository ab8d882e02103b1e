"""When two conversions are one: told twice with one order id, or of one click at one moment.

Google Ads API docs, "Upload click conversions" (v26), Data Manager API docs, "Event" (read Nov 2026): an order id and
a transaction id are the same thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ...people import Event
from ...world import World
from ..cast import CAST

NAME: Final = "conversion"
"""Google's conversions have no name but that of their action."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion, by whichever service it came; `person` holds the digests and ids it came with."""

    action: str
    at: datetime
    order_id: str
    click: str
    value: str
    currency: str
    person: Mapping[str, str]
    details: Mapping[str, str]

    @property
    def key(self) -> str:
        """What tells repetitions: its order id, else its click and moment; empty where there is neither."""
        if self.order_id:
            return f"order {self.order_id}"
        return f"click {self.click} {self.at.astimezone(UTC).isoformat()}" if self.click else ""


def is_known(world: World, one: Conversion) -> bool:
    """Whether it was told before."""
    return bool(one.key) and bool(world.people.alike(CAST.platform, one.action, NAME, one.key))


def event(world: World, one: Conversion, *, counted: bool) -> Event:
    """What is kept of it."""
    return Event(
        platform=CAST.platform,
        destination=one.action,
        name=NAME,
        id=one.key,
        at=one.at,
        received=world.clock(),
        value=one.value,
        currency=one.currency,
        person=one.person,
        details=one.details,
        counted=counted,
    )
