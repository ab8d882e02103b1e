"""Takes requests in, and puts answers and refusals into Meta's envelope."""

import base64
import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..world import AccountPlan, World
from .access import Access
from .errors import GraphError, expired_token, no_such_object, server_fault, throttled, unsupported
from .graph import Graph
from .paging import Visit
from .parameters import gathered
from .usage import Usage, exhausted
from .wire import Json, encoded

_VERSION = re.compile(r"v\d+\.\d+")
_NEWEST = "v26.0"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_FORM = "application/x-www-form-urlencoded"
_CREDENTIALS = frozenset({"access_token", "appsecret_proof", "method"})


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request, taken apart."""

    method: str
    version: str
    path: Sequence[str]
    params: Mapping[str, str]

    @property
    def node(self) -> str:
        return self.path[0] if self.path else ""

    @property
    def edge(self) -> str:
        return self.path[1] if len(self.path) > 1 else ""


class Door:
    """The server: the vendor's own faults come first, then the token, then the question."""

    def __init__(
        self, world: World, graph: Graph, access: Access, *, gaps: bool = False, regain_minutes: int = 0
    ) -> None:
        self._world, self._graph, self._access = world, graph, access
        self._gaps, self._regain_minutes = gaps, regain_minutes
        self._usage = Usage(world.clock)
        self._numbers = itertools.count(1)

    def application(self) -> Starlette:
        """What is mounted or served."""
        return Starlette(routes=[Route("/{path:path}", self._receive, methods=_METHODS)])

    async def _receive(self, request: Request) -> Response:
        ask = await _taken_apart(request)
        account = self._graph.account_of(ask.node)
        headers = {**self._usage.count(account, ask.edge), "facebook-api-version": ask.version}
        try:
            body, status = self._answer(request, ask, account), 200
        except GraphError as error:
            body, status = error.envelope(self._trace()), error.status
            headers |= self._headers_of(request, ask, account, error)
        return Response(encoded(body), status, headers, media_type="application/json; charset=UTF-8")

    def _answer(self, request: Request, ask: _Ask, account: AccountPlan | None) -> dict[str, Json]:
        match request.scope.get("fault"):
            case "server_error":
                raise server_fault()
            case "throttle":
                raise throttled(ask.edge, of_account=account is not None)
            case "expire_token":
                raise expired_token(self._world.clock())
            case _:
                token = self._access.admit(ask.params, request.headers.get("authorization", ""))
        if ask.method != "GET":
            raise no_such_object(ask.method, ask.node) if ask.node else unsupported(ask.method)
        place = request.scope.get("root_path", "")  # where the server is mounted: base_url tells the outermost only
        root = f"{request.url.scheme}://{request.url.netloc}{place}/{ask.version}"
        question = {name: value for name, value in ask.params.items() if name not in _CREDENTIALS}
        return self._graph.read(ask.path, question, Visit(root, token, self._gaps))

    def _headers_of(
        self, request: Request, ask: _Ask, account: AccountPlan | None, error: GraphError
    ) -> Mapping[str, str]:
        if request.scope.get("fault") == "throttle":
            return exhausted(account, ask.edge, self._regain_minutes)
        if error.code == 190:
            return {"www-authenticate": f'OAuth "Facebook Platform" "invalid_token" "{error.message}"'}
        return {}

    def _trace(self) -> str:
        digest = hashlib.blake2b(str(next(self._numbers)).encode(), digest_size=16).digest()
        return "A" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def _taken_apart(request: Request) -> _Ask:
    """The request's parts. As at Meta, a POST may say `method=get`, and slashes too many do no harm."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method == "POST" and request.headers.get("content-type", "").startswith(_FORM):
        pairs += parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
    params = gathered(pairs)
    segments = [part for part in str(request.path_params["path"]).split("/") if part]
    version = segments.pop(0) if segments and _VERSION.fullmatch(segments[0]) else _NEWEST
    method = params.get("method", "POST").upper() if request.method == "POST" else request.method
    return _Ask(method, version, segments, params)
