"""What Meta takes of people: lists and conversions (Marketing API docs, "Custom Audiences", "Conversions API")."""

from datetime import timedelta

from ...ads.people import Forms, Kind
from ...contract import AudienceRules, ConversionRules

_OF_PEOPLE: tuple[Kind, ...] = (
    "email",
    "phone",
    "first_name",
    "last_name",
    "city",
    "region",
    "postcode",
    "country",
    "external_id",
    "mobile_id",
)
_ENOUGH: tuple[frozenset[Kind], ...] = (
    frozenset({"email"}),
    frozenset({"phone"}),
    frozenset({"external_id"}),
    frozenset({"mobile_id"}),
    frozenset({"first_name", "last_name", "postcode"}),
    frozenset({"first_name", "last_name", "city"}),
)

AUDIENCES = AudienceRules(
    kinds=frozenset({"customer_list", "website", "app_activity", "engagement", "lookalike"}),
    actions=frozenset({"add", "remove", "replace"}),
    forms=Forms(_OF_PEOPLE, _ENOUGH, plain=frozenset({"external_id", "mobile_id"}), phone="digits"),
    portion=10_000,
    smallest=100,
    makes_first=True,
    processing=timedelta(hours=24),
)

SENDING = ConversionRules(
    forms=Forms((*_OF_PEOPLE, "birth_date", "gender"), _ENOUGH, plain=frozenset({"mobile_id"}), phone="digits"),
    portion=1_000,
    oldest=timedelta(days=7),
    dedupes=timedelta(hours=48),
    destination="a pixel or data set",
    destination_id="[0-9]{1,20}",
    all_or_nothing=True,
    test="Meta shows the events in its test view and counts them all the same",
    test_counts=True,
)
