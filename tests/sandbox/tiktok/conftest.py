"""A TikTok world of each test's own, whose clock can be moved, and ways to ask it."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
ROOT = "/open_api/v1.3"


class Clock:
    now = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str
    request_id: str
    data: dict[str, object]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def later(clock: Clock) -> Callable[..., None]:
    """Some time goes by: hours=…, days=…"""

    def passed(**time: float) -> None:
        clock.now += timedelta(**time)

    return passed


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=clock.now.date(), clock=clock, casts=(CAST,))


@pytest.fixture
async def http(world: World) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
    transport = httpx2.ASGITransport(app=server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as client:
        yield client


@pytest.fixture
def post(http: httpx2.AsyncClient) -> Callable[..., Awaitable[Answer]]:
    """Code, message and data of the answer to a path with a JSON body."""

    async def posted(path: str, **body: object) -> Answer:
        return _opened(await http.post(f"{ROOT}{path}", json=body))

    return posted


@pytest.fixture
def read(http: httpx2.AsyncClient) -> Callable[..., Awaitable[Answer]]:
    """Likewise with a query, in which everything but words is JSON."""

    async def got(path: str, **query: object) -> Answer:
        params = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        return _opened(await http.get(f"{ROOT}{path}", params=params))

    return got


@pytest.fixture
def upload(http: httpx2.AsyncClient) -> Callable[..., Awaitable[Answer]]:
    """Likewise with a file; what is said of it beside can be said otherwise, and None leaves a part out."""

    async def uploaded(content: bytes, calculate_type: str = "EMAIL_SHA256", **others: str | None) -> Answer:
        others = {
            "advertiser_id": CAST.accounts[0].id,
            "calculate_type": calculate_type,
            "file_signature": md5(content).hexdigest(),
            "file_name": "list.csv",
            **others,
        }
        name = others["file_name"] or ""
        data = {part: value for part, value in others.items() if value is not None}
        files = {"file": (name, content, "text/csv")}
        return _opened(await http.post(f"{ROOT}/dmp/custom_audience/file/upload/", data=data, files=files))

    return uploaded


def _opened(response: httpx2.Response) -> Answer:
    assert response.status_code == 200
    envelope = msgspec.json.decode(response.content, type=Envelope)
    return envelope.code, envelope.message, envelope.data
