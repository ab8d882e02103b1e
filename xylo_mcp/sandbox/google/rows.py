"""Carries out a plan: finds the rows, sums up what was delivered, sorts, and writes JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..world import AccountPlan, World
from .gaql.fields import FIELDS, Field, Value
from .gaql.periods import value
from .gaql.plan import Plan
from .metrics import METRICS, Part, tally
from .records import Attributes
from .subjects import Delivered, Subject, subjects

JsonRow = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: all values that the plan needs, by field name, and the deliveries its metrics sum up."""

    values: Attributes
    parts: Sequence[Part]


def rows(world: World, customer: AccountPlan, plan: Plan) -> Sequence[Row]:
    """All rows that answer `plan`, sorted, whatever its limit."""
    at_once = [test for test in plan.tests if not _counted(test[0])]
    later = [test for test in plan.tests if _counted(test[0])]
    found: list[Row] = []
    delivered = Delivered(world, plan)
    for subject in subjects(world, customer, plan):
        if all(test(subject.attributes[name]) for name, test in at_once):
            candidates = _rows_of(customer, plan, subject, delivered)
            found.extend(row for row in candidates if all(test(row.values[name]) for name, test in later))
    for ordering in reversed(plan.order_by):
        found.sort(key=lambda row, name=ordering.field: _sort_key(row.values[name]), reverse=ordering.descending)
    return found


def written(plan: Plan, found: Iterable[Row]) -> list[JsonRow]:
    """The rows as JSON: whole numbers of 64 bits are strings, what is not set is left out."""
    fields = [*plan.select, *(field for field in plan.implicit if field not in plan.select)]
    return [object_of(fields, row.values) for row in found]


def summary(customer: AccountPlan, plan: Plan, found: Iterable[Row]) -> JsonRow:
    """The selected metrics over all rows."""
    counts = [field for field in plan.select if field.is_metric]
    return object_of(counts, _metrics(customer, plan.counts, [part for row in found for part in row.parts]))


def _counted(name: str) -> bool:
    return FIELDS[name].is_metric or FIELDS[name].is_segment


def _sort_key(of: Value) -> tuple[bool, Value]:
    return of is not None, of


def object_of(fields: Iterable[Field], values: Attributes) -> JsonRow:
    """The values of `fields` as JSON, by resource; messages within a resource are objects within."""
    holders: dict[tuple[str, ...], dict[str, object]] = {}
    for field in fields:
        found = values[field.name]
        if found is not None and found != ():
            *place, leaf = field.path
            _holder(holders, tuple(place))[leaf] = str(found) if field.kind == "int64" else found
    return {place[0]: content for place, content in holders.items() if len(place) == 1}


def _holder(holders: dict[tuple[str, ...], dict[str, object]], place: tuple[str, ...]) -> dict[str, object]:
    if place not in holders:
        holders[place] = {}
        *outer, name = place
        if outer:
            _holder(holders, tuple(outer))[name] = holders[place]
    return holders[place]


def _rows_of(customer: AccountPlan, plan: Plan, subject: Subject, delivered: Delivered) -> Iterator[Row]:
    if not (plan.metrics or plan.segments):
        yield Row(subject.attributes, ())
        return
    found = list(delivered.of(subject))
    if not plan.segments:
        # A place is only known by what was delivered there; everything else is there without.
        if found or plan.resource != "geographic_view":
            parts = [(one.campaign, one.facts) for one in found]
            yield Row({**subject.attributes, **_metrics(customer, plan.metrics, parts)}, parts)
        return
    by_segments: dict[tuple[Value, ...], list[Part]] = {}
    for one in found:
        segments = tuple(one.marks[name] if name in one.marks else value(name, one.day) for name in plan.segments)
        by_segments.setdefault(segments, []).append((one.campaign, one.facts))
    for segments, parts in by_segments.items():
        counted = _metrics(customer, plan.metrics, parts)
        # A segmented row whose selected metrics are all zero does not appear.
        if not plan.counts or any(counted[name] for name in plan.counts):
            yield Row({**subject.attributes, **dict(zip(plan.segments, segments, strict=True)), **counted}, parts)


def _metrics(customer: AccountPlan, names: Iterable[str], parts: Sequence[Part]) -> Attributes:
    counted = tally(parts, customer.currency)
    return {name: METRICS[name](counted) for name in names}
