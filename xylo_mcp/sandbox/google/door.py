"""Google's front door: version, faults and token come before everything else."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..world import World
from .failures import VERSION, Refusal, Refusals, answer, refused, throttled, unsupported_version
from .oauth import check, token_refused

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(world: World, endpoint: Endpoint, *, in_list: bool = False) -> Endpoint:
    """`endpoint` behind Google's front door: version, faults and token come first."""

    async def entered(request: Request) -> Response:
        try:
            _enter(world, request)
            return await endpoint(request)
        except Refusal as refusal:
            return answer([refusal], in_list=in_list)
        except Refusals as several:
            return answer(several.refusals, in_list=in_list)

    return entered


def _enter(world: World, request: Request) -> None:
    version = str(request.path_params["version"])
    if version != VERSION:
        raise unsupported_version(version)
    match request.scope.get("fault"):
        case "throttle":
            raise throttled()
        case "server_error":
            raise refused("internalError", "INTERNAL_ERROR", "An internal error has occurred.", status=500)
        case "expire_token":
            raise token_refused(expired=True)
        case _:
            pass
    refusal = check(world, request.headers.get("authorization", ""))
    if refusal:
        raise refusal


async def not_found(request: Request, error: Exception) -> Response:
    """Paths and methods that lead nowhere get a web page, not JSON."""
    page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p>That's an error."
    return HTMLResponse(page, 404)
