"""Rules: whom an audience of visitors, players or fans takes in (Marketing API docs, "Audience Rules", 2026-09)."""

from collections.abc import Iterable, Mapping

import msgspec

from ...world import AccountPlan
from ..cast import pixel_of
from ..refusals import rejected
from .refusals import bad_rule

_DAY = 86_400
_SOURCES: Mapping[str, frozenset[str]] = {
    "WEBSITE": frozenset({"pixel"}),
    "APP": frozenset({"app"}),
    "ENGAGEMENT": frozenset(
        {"page", "lead", "ig_business", "canvas", "video", "event", "shopping_page", "shopping_ig"}
    ),
}
_LONGEST = {"app": 180, "page": 730, "ig_business": 730, "canvas": 730, "lead": 90}
"""For how many days a source keeps who did something, where it is not a year."""
_YEAR = 365
_JOINED = frozenset({"and", "or"})
_COMPARES = frozenset(
    {
        *("i_contains", "i_not_contains", "contains", "not_contains", "i_starts_with", "starts_with", "regex_match"),
        *("is_any", "is_not_any", "i_is_any", "i_is_not_any", "eq", "neq", "lt", "lte", "gt", "gte"),
        *("=", "!=", "<", "<=", ">", ">="),
    }
)


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str | int
    type: str


class _Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition, or several that are joined."""

    operator: str
    field: str = ""
    value: str | int | float | list[str | int | float] | None = None
    filters: list["_Filter"] = []


class _Aggregation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    operator: str
    value: str | int | float
    method: str = ""


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event_sources: list[_Source]
    retention_seconds: int
    filter: _Filter | None = None
    aggregation: _Aggregation | None = None
    template: str = ""


class _Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    operator: str
    rules: list[_Rule]


class _Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    inclusions: _Rules
    exclusions: _Rules | None = None


def kind_of(text: str) -> str:
    """The kind of an audience with this rule: since 2018 Meta takes it from there, and no subtype is needed."""
    try:
        source = msgspec.json.decode(text, type=_Whole).inclusions.rules[0].event_sources[0].type
    except (msgspec.MsgspecError, UnicodeError, IndexError) as error:
        raise bad_rule() from error
    kind = next((kind for kind, sources in _SOURCES.items() if source in sources), None)
    if kind is None:
        raise bad_rule()
    return kind


def check(text: str, kind: str, account: AccountPlan) -> None:
    """Refuse a rule that cannot be read, does not belong to `kind`, or asks a pixel of somebody else."""
    try:
        whole = msgspec.json.decode(text, type=_Whole)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise bad_rule() from error
    parts = [whole.inclusions, *([whole.exclusions] if whole.exclusions else [])]
    rules = [rule for part in parts for rule in part.rules]
    if not all(part.rules and part.operator in _JOINED for part in parts):
        raise bad_rule()
    if not all(_is_good(rule, kind) for rule in rules):
        raise bad_rule()
    sources = [source for rule in rules for source in rule.event_sources]
    if any(source.type == "pixel" and str(source.id) != pixel_of(account.id) for source in sources):
        raise rejected("An event source of the rule does not belong to the ad account.", "rule")


def _is_good(rule: _Rule, kind: str) -> bool:
    lasts = all(0 < rule.retention_seconds <= _LONGEST.get(source.type, _YEAR) * _DAY for source in rule.event_sources)
    fits = rule.event_sources and all(
        source.type in _SOURCES[kind] and str(source.id).isdecimal() for source in rule.event_sources
    )
    return bool(lasts and fits and _are_good([rule.filter] if rule.filter else []))


def _are_good(filters: Iterable[_Filter]) -> bool:
    return all(
        one.operator in _JOINED and not one.field and _are_good(one.filters)
        if one.filters
        else one.operator in _COMPARES and bool(one.field) and one.value is not None
        for one in filters
    )
