"""Takes requests in, and puts answers and refusals into Meta's envelope."""

import base64
import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..world import AccountPlan, World
from .access import Access
from .bodies import parameters
from .errors import GraphError, expired_token, server_fault, throttled
from .graph import Graph
from .paging import Visit
from .parameters import gathered
from .usage import Usage, exhausted
from .wire import Json, encoded
from .writing import Writing

_VERSION = re.compile(r"v\d+\.\d+")
_NEWEST = "v26.0"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_CREDENTIALS = frozenset({"access_token", "appsecret_proof", "method"})


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request, taken apart."""

    method: str
    version: str
    path: Sequence[str]
    params: Mapping[str, str]
    unread: GraphError | None

    @property
    def node(self) -> str:
        return self.path[0] if self.path else ""

    @property
    def edge(self) -> str:
        return self.path[1] if len(self.path) > 1 else ""

    @property
    def question(self) -> Mapping[str, str]:
        return {name: value for name, value in self.params.items() if name not in _CREDENTIALS}


class Door:
    """The server: the vendor's own faults come first, then the token, then what is asked."""

    def __init__(
        self,
        world: World,
        graph: Graph,
        writing: Writing,
        access: Access,
        *,
        gaps: bool = False,
        regain_minutes: int = 0,
    ) -> None:
        self._world, self._graph, self._writing, self._access = world, graph, writing, access
        self._gaps, self._regain_minutes = gaps, regain_minutes
        self._usage = Usage(world.clock)
        self._numbers = itertools.count(1)

    def application(self) -> Starlette:
        """What is mounted or served."""
        return Starlette(routes=[Route("/{path:path}", self._receive, methods=_METHODS)])

    async def _receive(self, request: Request) -> Response:
        ask = await _taken_apart(request)
        account, trace = self._graph.account_of(ask.node), self._trace()
        headers = {**self._usage.count(account, ask.edge), "facebook-api-version": ask.version}
        try:
            body, status = self._answer(request, ask, account, trace), 200
        except GraphError as error:
            body, status = error.envelope(trace), error.status
            headers |= self._headers_of(request, ask, account, error)
        return Response(encoded(body), status, headers, media_type="application/json; charset=UTF-8")

    def _answer(self, request: Request, ask: _Ask, account: AccountPlan | None, trace: str) -> dict[str, Json]:
        if ask.method != "GET":
            self._writing.remember(ask.method, ask.path, ask.question)
        # Meta's own failure is met by a report while it is made: its job is taken, and fails.
        breaks = request.scope.get("fault") == "server_error" and (ask.method, ask.edge) == ("POST", "insights")
        match request.scope.get("fault"):
            case "server_error" if not breaks:
                raise server_fault()
            case "throttle":
                raise throttled(ask.edge, of_account=account is not None)
            case "expire_token":
                raise expired_token(self._world.clock())
            case _:
                token = self._access.admit(ask.params, request.headers.get("authorization", ""))
        if ask.unread:
            raise ask.unread
        place = request.scope.get("root_path", "")  # where the server is mounted: base_url tells the outermost only
        root = f"{request.url.scheme}://{request.url.netloc}{place}/{ask.version}"
        visit = Visit(root, token, self._gaps, breaks, trace)
        if ask.method == "GET":
            return self._graph.read(ask.path, ask.question, visit)
        return self._writing.answer(ask.method, ask.path, ask.question, visit)

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
    pairs, unread = await parameters(request)
    params = gathered(pairs)
    segments = [part for part in str(request.path_params["path"]).split("/") if part]
    version = segments.pop(0) if segments and _VERSION.fullmatch(segments[0]) else _NEWEST
    method = params.get("method", "POST").upper() if request.method == "POST" else request.method
    return _Ask(method, version, segments, params, unread)
