"""`userLists:mutate`: lists are made, changed and removed, all or nothing unless partial failure is asked for.

Google Ads API docs, "UserListService" and "Partial failures" (v26, read Nov 2026).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...people import Audience
from ...world import AccountPlan, World
from ..asking import advertiser, changing_route
from ..bodies import MOST_OPERATIONS
from ..failures import Place, Refusal, Refusals, new_request_id, partial_failure, refused, reply, wrong
from ..gaql.fields import snake
from ..shapes import both_set, invalid, message_of
from .list_creation import checked_name, create, life_span, list_id
from .list_messages import CONCRETE, MutateUserLists, UserList, UserListOperation
from .lists import user_list

_CHANGEABLE: Final = frozenset({"name", "description", "membership_status", "membership_life_span", "integration_code"})
_FIELDS: Final = frozenset(UserList.__struct_fields__)


class _UndoneError(Exception):
    """Nothing shall have been written."""


class _Named(msgspec.Struct, rename="camel"):
    resource_name: object = ""


class _Loose(msgspec.Struct, rename="camel"):
    create: object = None
    update: _Named | None = None
    remove: object = None


class _Asked(msgspec.Struct, rename="camel"):
    operations: Sequence[_Loose] = ()


def list_routes(world: World) -> Sequence[Route]:
    """The route of the lists."""

    async def mutate(request: Request) -> Response:
        asked = await message_of(request, MutateUserLists)
        plan = advertiser(world, request)
        if not asked.operations:
            raise refused("requestError", "REQUIRED_FIELD_MISSING", "The required field 'operations' was not present.")
        if len(asked.operations) > MOST_OPERATIONS:
            message = f"Too many mutate operations: {len(asked.operations)} of at most {MOST_OPERATIONS}."
            raise refused("requestError", "TOO_MANY_MUTATE_OPERATIONS", message)
        return _answer(world, plan, asked)

    return [changing_route(world, "{customer_id}/userLists:mutate", mutate, _told)]


def _told(request: Request, body: bytes) -> tuple[str, str]:
    customer_id = str(request.path_params["customer_id"])
    try:
        first = msgspec.json.decode(body, type=_Asked).operations[0]
    except (msgspec.MsgspecError, UnicodeDecodeError, IndexError):
        return "change_audience", customer_id
    if first.remove is not None:
        return "remove_audience", str(first.remove).rpartition("/")[2]
    if first.update is not None:
        return "update_audience", str(first.update.resource_name).rpartition("/")[2]
    return "create_audience", customer_id


def _answer(world: World, plan: AccountPlan, asked: MutateUserLists) -> Response:
    results: list[Mapping[str, object]] = []
    refusals: list[Refusal] = []
    touched: set[str] = set()
    with suppress(_UndoneError), world.memory.writing():
        for at, operation in enumerate(asked.operations):
            result: Mapping[str, object] = {}
            try:
                done = _done(world, plan, operation, (("operations", at),), touched)
                result = {"resourceName": f"customers/{plan.id}/userLists/{done.id}"}
            except Refusal as refusal:
                if not refusal.error_code:  # the front end refuses the request itself
                    raise
                refusals.append(refusal)
            results.append(result)
        if refusals and not asked.partial_failure:
            raise Refusals(refusals)
        if asked.validate_only:
            raise _UndoneError
    request_id = new_request_id()
    content: dict[str, object] = {} if asked.validate_only else {"results": results}
    if refusals:
        content["partialFailureError"] = partial_failure(refusals, request_id)
    return reply(content, request_id)


def _done(world: World, plan: AccountPlan, operation: UserListOperation, place: Place, touched: set[str]) -> Audience:
    members = (operation.create, operation.update, operation.remove)
    if sum(1 for member in members if member is not None) > 1:
        raise both_set(place, "operation")
    if operation.create is not None:
        _check_no_mask(operation, place)
        return create(world, plan, operation.create, (*place, ("create", None)))
    if operation.update is not None:
        _check_camel(operation.update_mask, (*place, ("update_mask", None)))
        at: Place = (*place, ("update", None), ("resource_name", None))
        target = _target(world, plan, operation.update.resource_name, at, touched)
        return _updated(world, plan, target, operation, place)
    if operation.remove is not None:
        _check_no_mask(operation, place)
        target = _target(world, plan, operation.remove, (*place, ("remove", None)), touched)
        world.people.drop(target)
        return target
    raise wrong(place, "requestError", "OPERATION_REQUIRED", "The operation is missing.")


def _check_no_mask(operation: UserListOperation, place: Place) -> None:
    if operation.update_mask is not None:
        at: Place = (*place, ("update_mask", None))
        raise wrong(at, "fieldMaskError", "FIELD_MASK_NOT_ALLOWED", "Only updates have a field mask.")


def _target(world: World, plan: AccountPlan, name: str, place: Place, touched: set[str]) -> Audience:
    if not name:
        raise wrong(place, "requestError", "RESOURCE_NAME_MISSING", "The resource name is missing.")
    identity = list_id(name, plan, place)
    found = user_list(world, plan.id, identity)
    if found is None:
        raise wrong(place, "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", trigger=name)
    if identity in touched:
        message = "A resource can be changed only once in a request."
        raise wrong(place, "mutateError", "ID_EXISTS_IN_MULTIPLE_MUTATES", message, trigger=name)
    touched.add(identity)
    return found


def _updated(world: World, plan: AccountPlan, target: Audience, operation: UserListOperation, place: Place) -> Audience:
    new = operation.update
    assert new is not None
    within: Place = (*place, ("update", None))
    paths = _mask(operation, place)
    values: dict[str, str] = {}
    if "membership_life_span" in paths:
        span = life_span(new, within)
        if span is None:
            raise _not_cleared(within, "membership_life_span")
        values["membership_life_span"] = str(span)
    if "membership_status" in paths:
        if new.membership_status == "UNSPECIFIED":
            raise _not_cleared(within, "membership_status")
        values["membership_status"] = new.membership_status
    if "description" in paths:
        values["description"] = new.description or ""
    if "integration_code" in paths:
        values["integration_code"] = new.integration_code or ""
    name = checked_name(world, plan, new.name, within, target.id) if "name" in paths else target.name
    return world.people.keep(target, name=name, details={**target.details, **values})


def _mask(operation: UserListOperation, place: Place) -> frozenset[str]:
    at: Place = (*place, ("update_mask", None))
    if not operation.update_mask:
        raise wrong(at, "fieldMaskError", "FIELD_MASK_MISSING", "The field mask is missing.")
    paths = [snake(path) for path in operation.update_mask.split(",")]
    for path in paths:
        field, _, inner = path.partition(".")
        if field not in _FIELDS:
            message = f"The field mask contained an invalid field: '{path}'."
            raise wrong(at, "fieldMaskError", "FIELD_NOT_FOUND", message, trigger=path)
        if field in CONCRETE and not inner:
            message = f"The field mask updated a field with subfields: '{path}'."
            raise wrong(at, "fieldMaskError", "FIELD_HAS_SUBFIELDS", message, trigger=path)
        if field not in _CHANGEABLE and field != "resource_name":
            where: Place = (*place, ("update", None), *((step, None) for step in path.split(".")))
            raise wrong(where, "fieldError", "IMMUTABLE_FIELD", "The field cannot be changed.")
    return frozenset(paths)


def _check_camel(mask: str | None, place: Place) -> None:
    """The front end reads masks as JSON writes them."""
    if mask and not all(letter.isalnum() or letter in ".," for letter in mask):
        raise invalid(place)


def _not_cleared(place: Place, name: str) -> Refusal:
    return wrong((*place, (name, None)), "fieldError", "FIELD_CANNOT_BE_CLEARED", "The field cannot be cleared.")
