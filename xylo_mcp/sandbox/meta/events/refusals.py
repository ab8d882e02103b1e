"""Meta's refusals of events: one bad event refuses all (Conversions API docs, "Using the API", 2026-09).

A refusal names the event by its position and the parameter, never a value: it may be somebody's.
"""

from ..errors import GraphError
from ..refusals import rejected


def bad_event(position: int, name: str, rule: str) -> GraphError:
    """A parameter of an event that is missing or not as it must be. Meta publishes no subcode for most of these."""
    return rejected(f"data[{position}]: {name} {rule}.", title="Invalid event")


def too_old(days: int) -> GraphError:
    """An event that happened too long ago; the subcode is what callers were given."""
    text = f"Events need to be sent from your server within {days} days of when they occurred."
    return rejected(text, title="Event Timestamp Too Old", subcode=2804003)


def too_little() -> GraphError:
    """An event whose person cannot be made out; the subcode is what callers were given."""
    text = "This event has no customer information parameters, or a combination so broad that it is unlikely to match."
    title = "You Haven't Added Sufficient Customer Information Parameter Data For This Event"
    return rejected(text, title=title, subcode=2804050)
