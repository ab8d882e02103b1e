"""The rules by which people come into an audience (TikTok API for Business docs, v1.3, "Create an audience by rules";
field by field as in its SDK v1.1.3).
"""

from typing import Annotated, Final, Literal

import msgspec

from .parameters import Id
from .refusals import parameter

RuleType = Literal[
    "APP",
    "PIXEL",
    "ENGAGEMENT",
    "ENGAGEMENT_LIVE_VIDEO",
    "ENGAGEMENT_ORGANIC_VIDEO",
    "LEAD_GENERATION",
    "BUSINESS_ACCOUNT",
    "TIKTOK_SHOP",
    "OFFLINE",
]
WITHOUT_SOURCES: Final = frozenset({"ENGAGEMENT", "LEAD_GENERATION"})
OF_VIDEOS: Final = frozenset({"ENGAGEMENT_LIVE_VIDEO", "ENGAGEMENT_ORGANIC_VIDEO"})
FOLLOWERS: Final = "BUSINESS ACCOUNT PROFILE FOLLOW"
_MOST_VIDEOS: Final = 10
_SHORT: Final = frozenset({7, 14, 30})
_LONGEST: Final = 180
"""How far any rule may look back. That there is a list of allowed numbers is documented, but not the list: inferred."""


class _Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    field: Literal["URL", "CONTENT_TYPE", "PRICE", "VALUE", "CONTENT_ID", "CONTENT_CATEGORY"]
    operator: Literal[
        "CONTAINS",
        "DOES_NOT_CONTAIN",
        "EQ",
        "IS_LESS_THAN",
        "IS_GREATER_THAN",
        "IS_LESS_THAN_OR_EQUAL_TO",
        "IS_GREATER_THAN_OR_EQUAL_TO",
    ]
    values: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=100)], ...],
        msgspec.Meta(min_length=1, max_length=10),
    ]


class _Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    field: Literal["EVENT"]
    operator: Literal["EQ"]
    value: Annotated[str, msgspec.Meta(min_length=1)]
    parameter_filters: tuple[_Parameter, ...] = ()


class _Filters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: Literal["AND", "OR"]
    filters: Annotated[tuple[_Filter, ...], msgspec.Meta(min_length=1, max_length=1)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who did something at one of some sources, within so many days."""

    retention_days: Annotated[int, msgspec.Meta(ge=1, le=_LONGEST)]
    event_source_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)] | None = None
    filter_set: _Filters | None = None


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: Literal["OR"]
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]


class RuleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who is in, and who of them is not."""

    inclusion_rule_set: _Rules
    exclusion_rule_set: _Rules | None = None


def check(spec: RuleSpec, audience_type: RuleType) -> None:
    """Refuse rules that audiences of this type cannot have."""
    for name, rules in (("inclusion", spec.inclusion_rule_set), ("exclusion", spec.exclusion_rule_set)):
        for place, rule in enumerate(rules.rules if rules else ()):
            at = f"rule_spec.{name}_rule_set.rules[{place}]"
            _check_sources(rule, audience_type, at, needed=name == "inclusion")
            _check_days(rule, audience_type, at)
            _check_parameters(rule, audience_type, at)


def _check_sources(rule: Rule, audience_type: RuleType, at: str, *, needed: bool) -> None:
    at = f"{at}.event_source_ids"
    if rule.event_source_ids is None:
        if needed and audience_type not in WITHOUT_SOURCES:
            raise parameter(at, f"Required when audience_type is {audience_type}.")
        return
    if audience_type == "LEAD_GENERATION":
        raise parameter(at, "Not when audience_type is LEAD_GENERATION.")
    if audience_type in OF_VIDEOS and len(rule.event_source_ids) > _MOST_VIDEOS:
        raise parameter(at, f"No more than {_MOST_VIDEOS} when audience_type is {audience_type}.")


def _check_days(rule: Rule, audience_type: RuleType, at: str) -> None:
    follows = rule.filter_set is not None and rule.filter_set.filters[0].value == FOLLOWERS
    short = audience_type in OF_VIDEOS or (audience_type == "BUSINESS_ACCOUNT" and not follows)
    if short and rule.retention_days not in _SHORT:
        raise parameter(f"{at}.retention_days", f"Must be 7, 14 or 30 when audience_type is {audience_type}.")


def _check_parameters(rule: Rule, audience_type: RuleType, at: str) -> None:
    """That only rules of a website have parameters follows from what they are about: what the pixel reports."""
    found = rule.filter_set.filters[0].parameter_filters if rule.filter_set else ()
    at = f"{at}.filter_set.filters[0].parameter_filters"
    if found and audience_type != "PIXEL":
        raise parameter(at, "Only when audience_type is PIXEL.")
    urls = [one for one in found if one.field == "URL"]
    if len(urls) > 1 or len(found) - len(urls) > 10:
        raise parameter(at, "No more than one of the field URL and ten of others.")
    if any(one.operator not in {"CONTAINS", "DOES_NOT_CONTAIN", "EQ"} for one in urls):
        raise parameter(at, "The field URL takes only CONTAINS, DOES_NOT_CONTAIN and EQ.")
