"""What TikTok can count as conversions, beside each ad group's own optimisation event.

Metric names: TikTok API for Business docs, v1.3, "Basic reports" (page events, in-app events).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Family(NamedTuple):
    """Events of one kind: the metric that counts them, the one that sums their value, and what they are."""

    counting: str
    worth: str
    what: str


# Despite its name, `total_complete_payment_rate` is the whole value of the website's payments (same page).
FAMILIES: Mapping[str, Family] = {
    "purchase": Family("complete_payment", "total_complete_payment_rate", "payments on the website"),
    "app_purchase": Family("total_purchase", "total_purchase_value", "purchases in the app"),
    "lead": Family("form", "total_form_value", "forms sent on the website"),
    "registration": Family("user_registration", "total_user_registration_value", "registrations on the website"),
    "add_to_cart": Family("web_event_add_to_cart", "total_web_event_add_to_cart_value", "website carts filled"),
    "checkout": Family("initiate_checkout", "total_initiate_checkout_value", "checkouts begun on the website"),
    "app_install": Family("app_install", "", "installs of the app"),
}
OPTIMISED = "conversion"
"""The event that each ad group is optimised for: what counts unless something else is chosen."""

_PURCHASES = ("purchase", "app_purchase")


def counts(chosen: Sequence[str]) -> Sequence[str]:
    """The metrics that count the `chosen` events, or the optimisation events where none are."""
    return [FAMILIES[name].counting for name in chosen] or [OPTIMISED]


def values(chosen: Sequence[str]) -> Sequence[str]:
    """The metrics that sum what they were worth; optimisation events are worth what was purchased."""
    return [FAMILIES[name].worth for name in chosen or _PURCHASES if FAMILIES[name].worth]
