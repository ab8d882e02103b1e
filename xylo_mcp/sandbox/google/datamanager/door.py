"""The front door of the Data Manager API: faults and the token come before everything else.

Google Cloud docs, "API error model" (read Nov 2026): a bad token is told by an ErrorInfo of the domain
`googleapis.com`.
"""

from starlette.requests import Request
from starlette.responses import Response

from ...world import World
from ..door import Endpoint
from ..failures import Refusal
from ..failures import answer as plain_answer
from ..oauth import check
from .failures import DataManagerRefusal, answer


def guarded(world: World, endpoint: Endpoint) -> Endpoint:
    """`endpoint` behind the front door."""

    async def entered(request: Request) -> Response:
        try:
            _enter(world, request)
            return await endpoint(request)
        except DataManagerRefusal as refusal:
            return answer(refusal)
        except Refusal as refusal:  # the front end is the same for all of Google's interfaces
            return plain_answer([refusal], in_list=False)

    return entered


def _enter(world: World, request: Request) -> None:
    match request.scope.get("fault"):
        case "throttle":
            raise DataManagerRefusal(429, "RESOURCE_EXHAUSTED")
        case "server_error":
            raise DataManagerRefusal(500, "INTERNAL_ERROR")
        case "expire_token":
            raise _token_refused(expired=True)
        case _:
            pass
    refusal = check(world, request.headers.get("authorization", ""))
    if refusal is not None:
        raise _token_refused(expired="EXPIRED" in refusal.error_code["authenticationError"])


def _token_refused(*, expired: bool) -> DataManagerRefusal:
    reason = "ACCESS_TOKEN_EXPIRED" if expired else "ACCESS_TOKEN_TYPE_UNSUPPORTED"
    return DataManagerRefusal(401, reason, domain="googleapis.com")
