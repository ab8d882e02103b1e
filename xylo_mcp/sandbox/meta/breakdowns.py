"""What insights can be divided by, in Meta's words (Marketing API docs, "Insights API Breakdowns", 2026-05).

Meta only answers the combinations that it lists. A position is none without its platform.
"""

from collections.abc import Mapping

from .errors import bad_breakdowns, invalid, not_one_of
from .parameters import words
from .wire import Json

_AT_META = (
    *("age", "gender", "country", "region", "dma", "publisher_platform", "platform_position", "device_platform"),
    *("impression_device", "product_id", "frequency_value", "hourly_stats_aggregated_by_advertiser_time_zone"),
    "hourly_stats_aggregated_by_audience_time_zone",
)
_POSITION = "platform_position"
_NEVER_ALONE = frozenset({_POSITION, "impression_device"})
_OFFERED: Mapping[frozenset[str], str] = {
    frozenset({"age"}): "age",
    frozenset({"gender"}): "gender",
    frozenset({"country"}): "country",
    frozenset({"device_platform"}): "device",
    frozenset({"publisher_platform"}): "publisher_platform",
    frozenset({"publisher_platform", _POSITION}): "placement",
}
_COLUMNS: Mapping[str, str] = {
    "age": "age",
    "gender": "gender",
    "country": "country",
    "device": "device_platform",
    "publisher_platform": "publisher_platform",
}
_POSITIONS: Mapping[str, tuple[str, str]] = {
    "audience_network/classic": ("audience_network", "an_classic"),
    "facebook/feed": ("facebook", "feed"),
    "facebook/marketplace": ("facebook", "marketplace"),
    "instagram/stories": ("instagram", "instagram_stories"),
}


def asked_breakdown(arguments: Mapping[str, str]) -> str:
    """The world's word for what `breakdowns` asks for; empty for nothing."""
    if not arguments.get("breakdowns"):
        return ""
    asked = _asked(arguments)
    if len(asked) == 1 and asked <= _NEVER_ALONE:
        raise invalid(f"Current combination of data breakdown columns ({min(asked)}) is invalid")
    offered = _OFFERED.get(asked)
    if offered is None and len(asked) > 1:
        raise bad_breakdowns(sorted(asked))
    if offered is None:
        raise invalid(f"Param breakdowns: the sandbox does not divide insights by {min(asked)}")
    return offered


def columns(breakdown: str, segment: str) -> Mapping[str, Json]:
    """What a row says about its segment."""
    if not breakdown:
        return {}
    if breakdown == "placement":
        platform, position = _POSITIONS[segment]
        return {"publisher_platform": platform, _POSITION: position}
    return {_COLUMNS[breakdown]: segment}


def _asked(arguments: Mapping[str, str]) -> frozenset[str]:
    """Both of the forms that Meta takes: a JSON list, or words between commas."""
    text = arguments["breakdowns"].strip()
    if text.startswith("["):
        return words(arguments, "breakdowns", _AT_META)
    found = frozenset(part.strip() for part in text.split(","))
    for one in sorted(found):
        if one not in _AT_META:
            raise not_one_of("breakdowns", _AT_META)
    return found
