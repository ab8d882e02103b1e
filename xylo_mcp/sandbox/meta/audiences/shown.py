"""Audiences as Meta shows them (Marketing API docs, "Custom Audience", 2026-09)."""

from collections.abc import Callable

import msgspec

from ...people import Audience
from ...world import World
from ..errors import no_such_field
from ..wire import Json
from . import standing

DEFAULT = ("id",)
EDGES = frozenset({"sessions"})


def check(name: str) -> None:
    """Refuse a field that audiences do not have."""
    if not (name in _FIELDS or name in _WITHOUT_VALUE or name in EDGES):
        raise no_such_field(name, "CustomAudience")


def audience_value(world: World, audience: Audience, name: str) -> Json | None:
    """What the field `name` of an audience says; None where it has no value, and then no key."""
    check(name)
    show = _FIELDS.get(name)
    return show(world, audience) if show else None


def _status(code: int, says: str) -> Json:
    return {"code": code, "description": says}


def _operation(world: World, audience: Audience) -> Json:
    code = standing.operation(world, audience)
    return _status(code, standing.operation_says(code))


def _delivery(world: World, audience: Audience) -> Json:
    code = standing.delivery(world, audience)
    return _status(code, standing.delivery_says(code))


def _lookalikes(world: World, audience: Audience) -> Json | None:
    found = world.people.audiences("meta", audience.account)
    return [one.id for one in found if one.details.get("origin_audience_id") == audience.id] or None


def _spec(world: World, audience: Audience) -> Json | None:
    """The specification of a lookalike, with the audience that it is like."""
    if audience.kind != "LOOKALIKE":
        return None
    seed = world.people.audience("meta", audience.details["origin_audience_id"])
    origin: Json = [{"id": seed.id, "name": seed.name, "type": "custom_audience"}] if seed else []
    spec: dict[str, Json] = msgspec.json.decode(audience.details["lookalike_spec"])
    return {**spec, "origin": origin}


def _kept(name: str) -> Callable[[World, Audience], Json | None]:
    return lambda _, audience: audience.details.get(name)


def _decoded(name: str) -> Callable[[World, Audience], Json | None]:
    def show(_: World, audience: Audience) -> Json | None:
        kept = audience.details.get(name)
        found: Json | None = msgspec.json.decode(kept) if kept else None
        return found

    return show


_FIELDS: dict[str, Callable[[World, Audience], Json | None]] = {
    "id": lambda _, audience: audience.id,
    "account_id": lambda _, audience: audience.account,
    "name": lambda _, audience: audience.name,
    "subtype": lambda _, audience: audience.kind,
    "description": _kept("description"),
    "customer_file_source": _kept("customer_file_source"),
    "rule": _kept("rule"),
    "retention_days": _decoded("retention_days"),
    "is_value_based": _decoded("is_value_based"),
    "audience_labels": _decoded("audience_labels"),
    "lookalike_spec": _spec,
    "lookalike_audience_ids": _lookalikes,
    "operation_status": _operation,
    "delivery_status": _delivery,
    "approximate_count_lower_bound": lambda world, audience: standing.bounds(world, audience)[0],
    "approximate_count_upper_bound": lambda world, audience: standing.bounds(world, audience)[1],
    "time_created": lambda _, audience: int(audience.created.timestamp()),
    "time_updated": lambda _, audience: int(audience.details.get("updated") or audience.created.timestamp()),
    "time_content_updated": lambda _, audience: int(audience.changed.timestamp()),
}
_WITHOUT_VALUE = frozenset(
    {
        *("data_source", "data_source_types", "datafile_custom_audience_uploading_status", "delete_time"),
        *("excluded_custom_audiences", "external_event_source", "fields_violating_integrity_policy"),
        *("household_audience", "included_custom_audiences", "is_eligible_for_sac_campaigns", "is_household"),
        *("is_snapshot", "opt_out_link", "owner_business", "page_deletion_marked_delete_time"),
        *("permission_for_actions", "pixel_id", "regulated_audience_spec", "rev_share_policy_id", "rule_aggregation"),
        *("rule_v2", "seed_audience", "sharing_status"),
    }
)
