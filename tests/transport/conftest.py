"""A wire to test, servers that misbehave, and time that need not be waited for."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.errors import AdsError, Garbled, Throttled, TokenExpired, Unauthorized, Unavailable
from xylo_mcp.contract import Clock, Connection
from xylo_mcp.transport import FixedToken, Limits, Token, open_client

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_UNPACED = Limits(per_second=0)
_EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _now() -> datetime:
    return _EPOCH + timedelta(seconds=anyio.current_time())


def _sign(request: httpx2.Request, token: str) -> None:
    request.headers["Access-Token"] = token


def _fault(response: httpx2.Response) -> AdsError | None:
    match response.status_code:
        case 401:
            return TokenExpired("The token ran out.", "Sign in again.")
        case 403:
            return Unauthorized("The token was revoked.", "Sign in again.")
        case 429:
            return Throttled("Too many requests.", "Wait.")
        case status if status >= 500:
            return Unavailable("The platform failed.", "Wait.")
        case _:
            pass
    try:
        msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Garbled("Not JSON.", "Wait.")
    return None


@pytest.fixture(scope="session")
def clock() -> Clock:
    return _now


@pytest.fixture(scope="session")
def fault() -> Callable[[httpx2.Response], AdsError | None]:
    """401 expired, 403 revoked, 429 throttled, 5xx failed, not JSON garbled, else good."""
    return _fault


@pytest.fixture(scope="session")
def wire() -> Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]:
    """Opens a client of the platform `tiktok` over the network given."""

    def opened(
        network: httpx2.AsyncBaseTransport,
        *,
        base_url: str = "http://platform.test/api",
        token: Token | None = None,
        limits: Limits = _UNPACED,
    ) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
        refusal = Unauthorized("The token ended.", "Give another one.")
        return open_client(
            Connection(settings={}, network=network, clock=_now),
            platform="tiktok",
            base_url=base_url,
            token=token or FixedToken("a-token", refusal=refusal),
            sign=_sign,
            fault=_fault,
            limits=limits,
        )

    return opened


@pytest.fixture
async def network() -> AsyncGenerator[httpx2.AsyncBaseTransport]:
    """The real network; without TLS, whose setting up is slow."""
    async with httpx2.AsyncHTTPTransport(verify=False) as transport:
        yield transport


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def serving() -> Callable[[Script], AbstractAsyncContextManager[str]]:
    """A real server on a free port of this machine that treats each connection as the script says."""

    @asynccontextmanager
    async def serve(script: Script) -> AsyncGenerator[str]:
        meetings: set[asyncio.Task[None]] = set()

        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            meetings.add(task)
            try:
                with suppress(OSError, EOFError, asyncio.CancelledError):
                    await script(reader, writer)
                    writer.close()
                    await writer.wait_closed()
            finally:
                writer.transport.abort()  # what is still to be sent has nobody to read it

        async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            server.close()
            await _turns()  # for connections that were just accepted: they must begin to be ended
            for meeting in meetings:
                meeting.cancel()
            await asyncio.gather(*meetings, return_exceptions=True)
            await _turns()  # for sockets: they are closed in one of the loop's next turns

    return serve
