"""Carries out a request in one transaction: all of it, or what of it is right, or nothing.

Google Ads API docs, "Mutating resources", "Partial failures" and "Validate only" (v26, read Nov 2026).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ...world import AccountPlan, World
from ..cast import CAST
from ..failures import Refusal, Refusals
from ..gaql.fields import FIELDS
from ..records import entities
from ..rows import object_of
from . import budget_changes, changes, creation
from .messages import BIDDING, COLLECTIONS, OUTPUT_ONLY, Resource
from .operations import Operation, Request, Verb
from .work import Work, check_message, checked_mask

_NOT_ANSWERED: Final = frozenset({"primaryStatusReasons"})
_WHOLE: Final[Mapping[tuple[Verb, Resource], Callable[[Work, Operation], str]]] = {
    ("create", "campaign"): creation.create,
    ("create", "campaign_budget"): budget_changes.create,
    ("remove", "campaign"): changes.remove,
    ("remove", "campaign_budget"): budget_changes.remove,
}
_UPDATE: Final[Mapping[Resource, Callable[[Work, Operation, tuple[str, ...]], str]]] = {
    "campaign": changes.update,
    "campaign_budget": budget_changes.update,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each operation, an empty object where it was refused."""

    results: Sequence[Mapping[str, object]]
    refusals: Sequence[Refusal]


class _UndoneError(Exception):
    """Nothing shall have been written."""


def carried_out(world: World, customer: AccountPlan, request: Request) -> Outcome:
    """Do what `request` asks; without partial failure one refusal refuses all of it."""
    results: list[Mapping[str, object]] = []
    refusals: list[Refusal] = []
    with suppress(_UndoneError), world.editing(CAST.platform) as editor:
        work = Work(world, editor, customer)
        for operation in request.operations:
            result: Mapping[str, object] = {}
            try:
                result = _done(work, operation, tells_resource=request.tells_resources)
            except Refusal as refusal:
                refusals.append(refusal)
            except Refusals as several:
                refusals.extend(several.refusals)
            results.append(result)
        _settle(request, refusals)
    return Outcome(results, refusals)


def _settle(request: Request, refusals: Sequence[Refusal]) -> None:
    """Undo what must not stay."""
    if refusals and not request.partial_failure:
        raise Refusals(refusals)
    if request.validate_only:
        raise _UndoneError


def _done(work: Work, operation: Operation, *, tells_resource: bool) -> Mapping[str, object]:
    resource = operation.resource
    temporary = work.temporary(operation) if operation.verb == "create" else None
    mask = checked_mask(operation)
    check_message(operation)
    if operation.verb == "update":
        identity = _UPDATE[resource](work, operation, mask)
    else:
        identity = _WHOLE[operation.verb, resource](work, operation)
    if temporary is not None:
        work.made[resource, temporary] = identity
    result: dict[str, object] = {"resourceName": f"customers/{work.customer.id}/{COLLECTIONS[resource]}/{identity}"}
    if tells_resource and operation.verb != "remove":
        result[_json_name(resource)] = _told(work, resource, identity)
    return result


def _told(work: Work, resource: Resource, identity: str) -> Mapping[str, object]:
    """The fields of one object that can be written, as they are now."""
    found = next(
        entity.attributes
        for entity in entities(work.world, work.customer, resource)
        if entity.attributes[f"{resource}.id"] == int(identity)
    )
    hidden = OUTPUT_ONLY[resource] | _NOT_ANSWERED
    fields = [field for field in FIELDS.values() if field.resource == resource and field.path[1] not in hidden]
    told = object_of(fields, found)[_json_name(resource)]
    strategy = found.get("campaign.bidding_strategy_type")
    for member in (member for member, kind in BIDDING.items() if kind and kind == strategy):
        told.setdefault(member, {})
    return told


def _json_name(resource: Resource) -> str:
    return "campaign" if resource == "campaign" else "campaignBudget"
