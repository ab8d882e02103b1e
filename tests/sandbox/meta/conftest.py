"""One world, Meta's server over it, and ways to ask it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, date, datetime

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import World


class Error(msgspec.Struct):
    message: str
    type: str
    code: int
    fbtrace_id: str
    error_subcode: int = 0


class Refused(msgspec.Struct):
    error: Error


class Cursors(msgspec.Struct):
    before: str
    after: str


class Paging(msgspec.Struct):
    cursors: Cursors
    next: str = ""
    previous: str = ""


class Page(msgspec.Struct):
    data: list[dict[str, object]]
    paging: Paging | None = None


@pytest.fixture(scope="session")
def world() -> World:
    return World(7, date(2026, 11, 22), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC), (CAST,))


@pytest.fixture(scope="session")
def client() -> Callable[..., httpx2.AsyncClient]:
    def make(app: ASGIApp, token: str = CREDENTIALS["ACCESS_TOKEN"]) -> httpx2.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.ASGITransport(app=app)
        return httpx2.AsyncClient(transport=transport, base_url="http://sandbox/v26.0", headers=headers)

    return make


@pytest.fixture(scope="session")
def app(world: World) -> ASGIApp:
    return server(world)


@pytest.fixture
async def graph(app: ASGIApp, client: Callable[..., httpx2.AsyncClient]) -> AsyncGenerator[httpx2.AsyncClient]:
    async with client(app) as http:
        yield http


@pytest.fixture(scope="session")
def fails() -> Callable[[ASGIApp, str], ASGIApp]:
    """A server whose requests all meet one of the vendor's own faults."""

    def make(app: ASGIApp, fault: str) -> ASGIApp:
        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "fault": fault}, receive, send)

        return failing

    return make


@pytest.fixture
def fresh() -> World:
    """A world of a test's own, to be written to."""
    return World(7, date(2026, 11, 22), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC), (CAST,))


@pytest.fixture
async def writes(fresh: World, client: Callable[..., httpx2.AsyncClient]) -> AsyncGenerator[httpx2.AsyncClient]:
    async with client(server(fresh)) as http:
        yield http


@pytest.fixture(scope="session")
def refused() -> Callable[[httpx2.Response], tuple[int, int, int]]:
    """HTTP status, code and subcode of an answer that must be an error."""

    def read(response: httpx2.Response) -> tuple[int, int, int]:
        error = msgspec.json.decode(response.content, type=Refused).error
        return response.status_code, error.code, error.error_subcode

    return read


@pytest.fixture(scope="session")
def refusal() -> Callable[..., Awaitable[tuple[int, int, int]]]:
    """HTTP status, code and subcode of an answer that must be an error."""

    async def ask(http: httpx2.AsyncClient, path: str, **params: str) -> tuple[int, int, int]:
        response = await http.get(path, params=params)
        error = msgspec.json.decode(response.content, type=Refused).error
        return response.status_code, error.code, error.error_subcode

    return ask


@pytest.fixture(scope="session")
def everything() -> Callable[..., Awaitable[list[dict[str, object]]]]:
    """The rows of all pages of an edge."""

    async def ask(http: httpx2.AsyncClient, path: str, **params: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        while True:
            page = msgspec.json.decode((await http.get(path, params=params)).content, type=Page)
            found += page.data
            if page.paging is None or not page.paging.next:
                return found
            params["after"] = page.paging.cursors.after

    return ask
