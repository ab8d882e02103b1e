"""Which fields may stand together in one query.

Google Ads API docs, "Segmentation" and the field pages of each resource (v21 to v26, read Nov 2026). Where the pages
are silent, what is refused here is inferred, and stricter rather than kinder.
"""

from collections.abc import Mapping
from typing import Final

from ..failures import Refusal, query_error
from .fields import CORE_DATES, FIELDS, JOINED, LISTS, WITHOUT_METRICS
from .syntax import Query

_CAMPAIGN_ONLY: Final = frozenset({"campaign"})
_SEARCHED: Final = frozenset({"customer", "campaign", "campaign_budget", "ad_group"})
# People are only counted of campaigns: a number that "cannot be aggregated" (v26, `Metrics.unique_users`).
_AT_HOME: Final[Mapping[str, frozenset[str]]] = {
    "metrics.unique_users": _CAMPAIGN_ONLY,
    "metrics.search_impression_share": _SEARCHED,
    "metrics.search_budget_lost_impression_share": _SEARCHED - {"ad_group"},
}
_OF_CONVERSIONS: Final = frozenset(
    f"metrics.{name}"
    for name in ("conversions", "conversions_value", "all_conversions", "all_conversions_value", "value_per_conversion")
)
"""The only metrics that a segment of conversions divides: what went before has no conversion action yet."""


def check_company(query: Query) -> None:
    """Refuse a query whose fields do not go with its resource, or with each other."""
    clauses = [("SELECT", name) for name in query.select] + [("WHERE", condition.field) for condition in query.where]
    for clause, name in clauses:
        kind = _out_of_place(query.resource, name, clause)
        if kind:
            raise query_error(f"PROHIBITED_{kind}", f"'{name}' does not go with '{query.resource}' in FROM.")
    for ordering in query.order_by:
        if FIELDS[ordering.field].kind in LISTS:
            raise query_error("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", f"'{ordering.field}' is not sortable.")
    names = {name for _, name in clauses}
    for metric in sorted(name for name in names if FIELDS[name].is_metric):
        for segment in sorted(name for name in names if FIELDS[name].is_segment):
            if not together(metric, segment):
                raise _apart(metric, segment)


def at_home(resource: str, name: str) -> bool:
    """Whether a field can be asked of `resource` in FROM."""
    field = FIELDS[name]
    if field.is_metric:
        return resource not in WITHOUT_METRICS and resource in _AT_HOME.get(name, JOINED)
    return field.resource in JOINED[resource] if not field.is_segment else resource not in WITHOUT_METRICS


def together(metric: str, segment: str) -> bool:
    """Whether `segment` divides `metric`."""
    if metric == "metrics.unique_users":
        return segment in CORE_DATES
    return segment != "segments.conversion_action_category" or metric in _OF_CONVERSIONS


def _out_of_place(resource: str, name: str, clause: str) -> str:
    if at_home(resource, name):
        return ""
    field = FIELDS[name]
    if field.is_metric or field.is_segment:
        return f"{'METRIC' if field.is_metric else 'SEGMENT'}_IN_SELECT_OR_WHERE_CLAUSE"
    return f"RESOURCE_TYPE_IN_{clause}_CLAUSE"


def _apart(metric: str, segment: str) -> Refusal:
    return query_error(
        "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        f"Cannot select or filter on the following segments: '{segment}', since segments are incompatible with the"
        f" metric '{metric}'.",
    )
