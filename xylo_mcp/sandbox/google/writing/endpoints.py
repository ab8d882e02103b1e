"""The paths under which things are changed, and what they answer.

Google Ads API docs, "Mutating resources" and "Partial failures" (v26, read Nov 2026).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from ...world import World
from ..access import customer
from ..bodies import object_in
from ..cast import MANAGER
from ..door import Endpoint, guarded
from ..failures import new_request_id, partial_failure, refused, reply
from .attempts import remember
from .messages import COLLECTIONS, Resource
from .operations import Request, of_all, of_one
from .transaction import Outcome, carried_out

_RESULTS: Final[Mapping[Resource, str]] = {"campaign": "campaignResult", "campaign_budget": "campaignBudgetResult"}
_Read = Callable[[Mapping[str, object]], Request]
_Wrap = Callable[[Request, Sequence[Mapping[str, object]]], Mapping[str, object]]


def mutate_routes(world: World) -> Sequence[Route]:
    """The routes of all services that change something."""
    routes = [_route(world, "googleAds", of_all, _answers_to_all)]
    for resource, collection in COLLECTIONS.items():
        routes.append(_route(world, collection, _of(resource), _answers_to_one))
    return routes


def _of(resource: Resource) -> _Read:
    def read(content: Mapping[str, object]) -> Request:
        return of_one(content, resource)

    return read


def _route(world: World, service: str, read: _Read, wrap: _Wrap) -> Route:
    async def mutate(asked: Asked) -> Response:
        request = read(await object_in(asked))
        plan = customer(world, str(asked.path_params["customer_id"]), asked.headers.get("login-customer-id"))
        if plan is MANAGER:
            code, message = "CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT", "A manager has no campaigns."
            raise refused("requestError", code, message)
        return _answer(request, carried_out(world, plan, request), wrap)

    path = f"/{{version}}/customers/{{customer_id}}/{service}:mutate"
    return Route(path, _remembering(world, service, guarded(world, mutate)), methods=["POST"])


def _remembering(world: World, service: str, endpoint: Endpoint) -> Endpoint:
    async def remembered(asked: Asked) -> Response:
        remember(world, service, str(asked.path_params["customer_id"]), await asked.body())
        return await endpoint(asked)

    return remembered


def _answer(request: Request, outcome: Outcome, wrap: _Wrap) -> Response:
    request_id = new_request_id()
    content: dict[str, object] = {}
    if outcome.refusals:
        content["partialFailureError"] = partial_failure(outcome.refusals, request_id)
    if not request.validate_only:
        content |= wrap(request, outcome.results)
    return reply(content, request_id)


def _answers_to_one(request: Request, results: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """The answer of a service of one kind of resource."""
    return {"results": results}


def _answers_to_all(request: Request, results: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """The answer of the service of all kinds: each result says of which kind it is."""
    return {
        "mutateOperationResponses": [
            {_RESULTS[operation.resource]: result} if result else {}
            for operation, result in zip(request.operations, results, strict=True)
        ]
    }
