"""Meta's breakdowns in our words, and back (Meta Marketing API docs, "Insights API Breakdowns", 2026-05)."""

import re
from collections.abc import Mapping

from ...ads.insights import Breakdown

BREAKDOWNS: Mapping[Breakdown, str] = {
    "country": "where people are, as two capital letters",
    "device": "desktop, mobile_app or mobile_web",
    "publisher_platform": "facebook, instagram, messenger, audience_network and others",
    "placement": "platform/position, such as facebook/feed or instagram/stories",
    "age": "years, such as 25-34 or 65+",
    "gender": "female, male or unknown",
}
ASKED: Mapping[Breakdown, str] = {
    "country": "country",
    "device": "device_platform",
    "publisher_platform": "publisher_platform",
    # A position is none without its platform: both apps have a feed.
    "placement": "publisher_platform,platform_position",
    "age": "age",
    "gender": "gender",
}
UNKNOWN = "unknown"
_COUNTRY = re.compile(r"[A-Z]{2}")
_ODD = re.compile(r"[^a-z0-9_+/-]+")
_LONGEST = 60
# Most positions are named after their platform, which we name before them.
_PREFIXES: Mapping[str, str] = {
    "audience_network": "an_",
    "facebook": "facebook_",
    "instagram": "instagram_",
    "messenger": "messenger_",
}


def word(value: str | None) -> str:
    """A value as a word of small letters; one that nobody knows stays what it is, as far as it is fit to be shown."""
    return _ODD.sub("_", (value or "").lower())[:_LONGEST] or UNKNOWN


def country(value: str | None) -> str:
    """A country's two letters, which stay capitals."""
    return value if value and _COUNTRY.fullmatch(value) else word(value)


def placement(platform: str | None, position: str | None) -> str:
    """A position after its platform."""
    where = word(platform)
    return f"{where}/{word((position or '').lower().removeprefix(_PREFIXES.get(where, '')))}"
