"""The paths of the Data Manager API, and what they answer.

Data Manager API docs, REST reference v1 (read Nov 2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...world import World
from ..cast import CAST
from ..door import Endpoint
from ..failures import new_request_id, reply
from ..shapes import message_of
from .door import guarded
from .events import ingest_events
from .failures import violated
from .members import ingest, remove, remove_all
from .messages import IngestEvents, IngestMembers, RemoveAllMembers, RemoveMembers
from .statuses import status


class _Named(msgspec.Struct, rename="camel"):
    product_destination_id: object = ""


class _Asked(msgspec.Struct, rename="camel"):
    validate_only: object = None
    destinations: Sequence[_Named] = ()


def data_manager_routes(world: World) -> Sequence[Route]:
    """The routes of the services for members, events and requests."""
    service = _Service(world)
    return [
        _changing(world, "/v1/audienceMembers:ingest", service.ingest, "add_members"),
        _changing(world, "/v1/audienceMembers:remove", service.remove, "remove_members"),
        _changing(world, "/v1/audienceMembers:removeAll", service.remove_all, "remove_all_members"),
        _changing(world, "/v1/events:ingest", service.ingest_events, "send_events"),
        Route("/v1/requestStatus:retrieve", guarded(world, service.status), methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True)
class _Service:
    world: World

    async def ingest(self, request: Request) -> Response:
        return _answer(ingest(self.world, await message_of(request, IngestMembers)))

    async def remove(self, request: Request) -> Response:
        return _answer(remove(self.world, await message_of(request, RemoveMembers)))

    async def remove_all(self, request: Request) -> Response:
        return _answer(remove_all(self.world, await message_of(request, RemoveAllMembers)))

    async def ingest_events(self, request: Request) -> Response:
        return _answer(ingest_events(self.world, await message_of(request, IngestEvents)))

    async def status(self, request: Request) -> Response:
        request_id = request.query_params.get("requestId", "")
        if not request_id:
            raise violated("request_id", "REQUIRED_FIELD_MISSING", "Required field is missing.")
        numbers = "enum-encoding=int" in request.query_params.get("$alt", "")
        return reply(status(self.world, request_id, numbers=numbers), new_request_id())


def _answer(request_id: str) -> Response:
    """A request that was only looked at has no id: its status cannot be asked for."""
    return reply({"requestId": request_id} if request_id else {}, new_request_id())


def _changing(world: World, path: str, endpoint: Endpoint, verb: str) -> Route:
    """The route of something that changes people's data; who asked is remembered, whatever comes of it."""
    within = guarded(world, endpoint)

    async def remembered(request: Request) -> Response:
        try:
            asked = msgspec.json.decode(await request.body(), type=_Asked)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            asked = _Asked()
        if asked.validate_only is not True:
            named = next((str(one.product_destination_id) for one in asked.destinations), "")
            world.attempted(CAST.platform, verb, named)
        return await within(request)

    return Route(path, remembered, methods=["POST"])
