"""The frame of every answer: who may ask, how often, and `code`, `message`, `request_id`, `data` around the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from ..world import World
from . import refusals
from .cast import CREDENTIALS, PLATFORM
from .parameters import Asked
from .refusals import Refusal

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer with headers of its own."""

    data: Data
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Partly:
    """The answer to a request that was carried out in part."""

    data: Data


@dataclass(frozen=True, slots=True)
class File:
    """An answer that has no frame."""

    content: bytes


Endpoint = Callable[[World, Asked], Data | Marked | Partly | File]


@dataclass(frozen=True, slots=True)
class Write:
    """An endpoint that is asked with a POST.

    Attributes:
        verb: what is changed, as the world remembers attempts; empty where nothing of it is.
        target: the field of the body that says to what.
        qps: how many a second, where it has a limit of its own; it does not count against the app's then.
    """

    verb: str
    target: str
    answer: Endpoint
    qps: int = 0


_NOTHING: Data = {}
_NO_HEADERS: Mapping[str, str] = {}
_encoder = msgspec.json.Encoder(decimal_format="number")


class Gateway:
    """TikTok's front door.

    Whatever reaches an endpoint is answered under HTTP 200, refusals included: their `code` is not 0
    (TikTok API for Business docs, v1.3, "Return codes"). Only a path that does not exist is an HTTP 404,
    and a path without its last slash does not exist, nor one that is asked with another method than its own.
    """

    def __init__(self, world: World, reads: Mapping[str, Endpoint], writes: Mapping[str, Write], qps: int = 0) -> None:
        self._world, self._reads, self._writes = world, reads, writes
        self._pace = _Pace(qps, world.clock)
        self._own_paces = {
            write.answer: _Pace(write.qps if qps else 0, world.clock) for write in writes.values() if write.qps
        }
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        asked = Asked(request.query_params.multi_items(), await request.body(), request.headers.get("content-type", ""))
        endpoint = self._endpoint(request.method, scope["path"].removeprefix(scope.get("root_path", "")), asked)
        if endpoint is None:
            response: Response = PlainTextResponse("404 page not found", status_code=404)
        else:
            response = self._answer(endpoint, asked, request.headers.get("access-token", ""), scope.get("fault", ""))
        await response(scope, receive, send)

    def _endpoint(self, method: str, path: str, asked: Asked) -> Endpoint | None:
        """Who answers. Whoever asks for a change is remembered, whatever comes of it."""
        if method == "GET":
            return self._reads.get(path)
        write = self._writes.get(path) if method == "POST" else None
        if write is None:
            return None
        if write.verb:
            self._world.attempted(PLATFORM, write.verb, asked.glimpse(write.target))
        return write.answer

    def _answer(self, endpoint: Endpoint, asked: Asked, token: str, fault: str) -> Response:
        headers: Mapping[str, str] = _NO_HEADERS
        try:
            self._admit(token, fault, endpoint)
            found = endpoint(self._world, asked)
            if isinstance(found, File):
                return Response(found.content, media_type="text/csv")
            code, message, data, headers = _opened(found)
        except Refusal as refusal:
            code, message, data = refusal.code, refusal.message, _NOTHING
        request_id = f"{self._world.clock().astimezone(UTC):%Y%m%d%H%M%S}{next(self._numbers):020X}"
        body: Data = {"code": code, "message": message, "request_id": request_id, "data": data}
        return Response(
            _encoder.encode(body),
            media_type="application/json",
            headers={"X-TT-LOGID": request_id, "x-tt-trace-id": request_id[-16:], **headers},
        )

    def _admit(self, token: str, fault: str, endpoint: Endpoint) -> None:
        if not token:
            raise Refusal(
                refusals.TOKEN_MISSING,
                "Access token is null, you should set it in http header with key Access-Token.",
            )
        if token != CREDENTIALS["ACCESS_TOKEN"]:
            raise Refusal(refusals.TOKEN_INVALID, "Access token is incorrect or has been revoked.")
        if fault == "expire_token":
            raise Refusal(refusals.TOKEN_EXPIRED, "Access token has expired.")
        if fault == "throttle":
            raise Refusal(
                refusals.TOO_FREQUENT,
                "Due to too many requests, requests from App are temporarily restricted.",
            )
        self._own_paces.get(endpoint, self._pace).count()
        if fault == "server_error":
            raise Refusal(refusals.SYSTEM_ERROR, "System error, please try again later.")


def _opened(found: Data | Marked | Partly) -> tuple[int, str, Data, Mapping[str, str]]:
    """Code, message, data and headers of what an endpoint answered."""
    if isinstance(found, Marked):
        return 0, "OK", found.data, found.headers
    if isinstance(found, Partly):
        return refusals.PARTLY_OK, "Partial success", found.data, _NO_HEADERS
    return 0, "OK", found, _NO_HEADERS


class _Pace:
    """How many requests the app may start in one second of the world's clock, all endpoints together.

    The limit per minute is sixty times as high on every tier, so this one is always met first.
    """

    def __init__(self, qps: int, clock: Callable[[], datetime]) -> None:
        self._qps, self._clock = qps, clock
        self._second, self._started = 0, 0

    def count(self) -> None:
        """One more request; refused when the second has had its share."""
        if not self._qps:
            return
        second = int(self._clock().timestamp())
        self._started = self._started + 1 if second == self._second else 1
        self._second = second
        if self._started > self._qps:
            raise Refusal(refusals.TOO_FREQUENT, f"App reaches the QPS limit {self._qps}")


def page_of(items: Sequence[object], page: int, size: int) -> tuple[slice, Data]:
    """Which of `items` stand on a page, and the `page_info` that goes with it. Pages after the last are empty."""
    info = {
        "page": page,
        "page_size": size,
        "total_number": len(items),
        "total_page": -(-len(items) // size),
    }
    return slice((page - 1) * size, page * size), info
