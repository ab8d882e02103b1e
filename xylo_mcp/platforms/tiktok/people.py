"""What TikTok takes of people: lists and conversions (API for Business docs, v1.3, "Audience", "Events API 2.0")."""

from datetime import timedelta

from ...ads.people import Forms
from ...contract import AudienceRules, ConversionRules

AUDIENCES = AudienceRules(
    kinds=frozenset({"customer_list", "website", "app_activity", "engagement", "lookalike"}),
    actions=frozenset({"add", "remove", "replace"}),
    forms=Forms(
        ("email", "phone", "mobile_id"),
        (frozenset({"email"}), frozenset({"phone"}), frozenset({"mobile_id"})),
        plain=frozenset({"mobile_id"}),
    ),
    portion=50_000,  # a file of at most 9 MB; an audience is made of up to 500 files, fewer than 50 are advised
    smallest=1_000,
    makes_first=False,
    processing=timedelta(hours=48),
)

SENDING = ConversionRules(
    forms=Forms(
        ("email", "phone", "external_id", "mobile_id"),
        (frozenset({"email"}), frozenset({"phone"}), frozenset({"external_id"}), frozenset({"mobile_id"})),
        plain=frozenset({"mobile_id"}),
    ),
    portion=1_000,
    oldest=timedelta(days=28),  # stated for offline events; for others nothing is
    dedupes=timedelta(hours=48),
    dedupes_at=frozenset({"website"}),  # TikTok's help centre speaks of its pixel and the Events API for the web
    destination="a pixel code, app id or event set id",
    destination_id="[A-Z0-9]{5,40}",
    all_or_nothing=True,
    test="TikTok shows the events in its test tab; that they do not count is not promised",
    test_counts=True,
)
