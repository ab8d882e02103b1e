"""The kinds of events that may count as conversions, in our words."""

from collections.abc import Mapping

DEFAULT = ("purchase", "lead", "app_install")
"""What counts where nobody chose."""
EVENTS: Mapping[str, str] = {
    "purchase": "purchases, on websites, in apps and shops",
    "lead": "leads, from forms and websites",
    "app_install": "installs of an app",
    "complete_registration": "completed registrations",
    "add_to_cart": "products put into a cart",
    "initiate_checkout": "checkouts that were begun",
    "landing_page_view": "landing pages that loaded after a click",
    "conversation": "message conversations that were started",
}
