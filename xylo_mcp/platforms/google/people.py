"""What Google takes of people: lists and conversions (Google Ads API v26 and Data Manager API docs, 2026)."""

from datetime import timedelta

from ...ads.people import Forms, Kind
from ...contract import AudienceRules, ConversionRules

_OF_PEOPLE: tuple[Kind, ...] = ("email", "phone", "first_name", "last_name", "country", "postcode")
_ENOUGH: tuple[frozenset[Kind], ...] = (
    frozenset({"email"}),
    frozenset({"phone"}),
    frozenset({"first_name", "last_name", "country", "postcode"}),
)
_FORMS = Forms(_OF_PEOPLE, _ENOUGH, plain=frozenset({"country", "postcode"}), email="gmail")
# Uploaded conversions are matched by these alone (Google Ads API reference, v26, `ClickConversion.user_identifiers`).
_OF_EVENTS = Forms(("email", "phone"), (frozenset({"email"}), frozenset({"phone"})), email="gmail")

AUDIENCES = AudienceRules(
    kinds=frozenset({"customer_list", "website", "lookalike"}),
    actions=frozenset({"add", "remove", "replace"}),
    forms=_FORMS,
    portion=5_000,  # at most 10,000 identifiers a request are advised, and a row may have two and an address
    smallest=100,
    makes_first=True,
    processing=timedelta(hours=48),
    closes=True,
)

SENDING = ConversionRules(
    forms=_OF_EVENTS,
    portion=2_000,
    oldest=timedelta(days=90),
    dedupes=timedelta(days=90),  # what has an order or transaction id is taken once, without a window being stated
    destination="a conversion action",
    destination_id="[0-9]{1,20}",
    all_or_nothing=False,
    test="Google checks the events and keeps nothing",
    test_counts=False,
)
