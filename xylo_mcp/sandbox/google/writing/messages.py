"""The fields of campaigns and budgets that a request may carry, and what each may hold.

Google Ads API docs, "Campaign", "CampaignBudget" and "bidding" messages (v26, read Nov 2026); the part of them
that a client of campaigns needs. Names are as JSON writes them, messages within by their path.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..gaql.fields import FIELDS, Field, camel

Resource = Literal["campaign", "campaign_budget"]
Scalar: TypeAlias = str | int | float | bool
Kind = Literal["text", "int64", "double", "bool", "enum", "message"]

COLLECTIONS: Final[Mapping[Resource, str]] = {"campaign": "campaigns", "campaign_budget": "campaignBudgets"}
BIDDING: Final[Mapping[str, str]] = {
    "biddingStrategy": "",
    **{
        camel(name.lower()): name
        for name in (
            *("COMMISSION", "MANUAL_CPA", "MANUAL_CPC", "MANUAL_CPM", "MANUAL_CPV", "MAXIMIZE_CONVERSIONS"),
            *("MAXIMIZE_CONVERSION_VALUE", "TARGET_CPA", "TARGET_IMPRESSION_SHARE", "TARGET_ROAS", "TARGET_SPEND"),
            *("PERCENT_CPC", "TARGET_CPM", "FIXED_CPM", "TARGET_CPV", "TARGET_CPC"),
        )
    },
}
"""The members of which a campaign has exactly one, and the type of strategy that each stands for."""

_CHANNEL_SUB_TYPE: Final = "advertisingChannelSubType"
OUTPUT_ONLY: Final[Mapping[Resource, frozenset[str]]] = {
    "campaign": frozenset(
        {"id", "servingStatus", "primaryStatus", "biddingStrategyType", "experimentType", "optimizationScore"}
    ),
    "campaign_budget": frozenset({"id", "status", "referenceCount", "hasRecommendedBudget"}),
}
IMMUTABLE: Final[Mapping[Resource, frozenset[str]]] = {
    "campaign": frozenset({"advertisingChannelType", _CHANNEL_SUB_TYPE}),
    "campaign_budget": frozenset({"period", "type"}),
}
_NOT_SENT: Final = frozenset({"primary_status_reasons"})
# Fields that are sent and cannot be queried here.
_BESIDE: Final[Mapping[Resource, Mapping[str, Kind]]] = {
    "campaign": {"optimizationScore": "double", "targetSpend.targetSpendMicros": "int64"},
    "campaign_budget": {},
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a message: an `enum` holds one of `constants`."""

    kind: Kind
    constants: frozenset[str] = frozenset()


def _kind(field: Field) -> Kind:
    match field.kind:
        case "int64" | "double" | "bool" | "enum":
            return field.kind
        case _:
            return "text"


def _slots(resource: Resource) -> Iterator[tuple[str, Slot]]:
    if resource == "campaign":
        for member, strategy in BIDDING.items():
            yield member, Slot("message" if strategy else "text")
        yield "networkSettings", Slot("message")
    for name, field in FIELDS.items():
        if field.resource == resource and name.partition(".")[2] not in _NOT_SENT:
            yield ".".join(field.path[1:]), Slot(_kind(field), field.constants)
    for path, kind in _BESIDE[resource].items():
        yield path, Slot(kind)


SLOTS: Final[Mapping[Resource, Mapping[str, Slot]]] = {
    resource: dict(_slots(resource)) for resource in ("campaign", "campaign_budget")
}


def has_fields(resource: Resource, path: str) -> bool:
    """Whether the message at `path` has fields of its own."""
    return any(other.startswith(f"{path}.") for other in SLOTS[resource])
