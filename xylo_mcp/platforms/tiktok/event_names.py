"""What TikTok calls the places and events of conversions.

TikTok API for Business docs, v1.3, "Events API 2.0", "Supported standard events", 2026.
"""

from collections.abc import Mapping

from ...ads.conversions import NAMES, Place

SOURCES: Mapping[Place, str] = {"website": "web", "app": "app", "store": "offline"}
"""Where events happen."""

_USUAL: Mapping[str, str] = {name: name.title().replace("_", "") for name in NAMES}
# Apps have names of their own; where they have none, the usual one goes through as a custom event.
_OF_APPS: Mapping[str, str] = {
    "complete_registration": "Registration",
    "initiate_checkout": "Checkout",
    "lead": "GenerateLead",
}
# Before the version 2 of the Events API, these two had other names; that a pixel's events have them still is assumed.
_OF_OLD: Mapping[str, str] = {"purchase": "CompletePayment", "lead": "SubmitForm"}


def name_at(place: Place, name: str) -> str:
    """TikTok's name of the event `name` there; the sender's own go through as they are."""
    if place == "app" and name in _OF_APPS:
        return _OF_APPS[name]
    return _USUAL.get(name, name)


def old_name(name: str) -> str:
    """The name in the version 1 of the Events API, which knows websites alone."""
    return _OF_OLD.get(name) or _USUAL.get(name, name)
