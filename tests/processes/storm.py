"""A network in bad weather: by chance of a seed, requests and answers are lost, cut, slow, or refused on the way."""

from collections.abc import AsyncIterator, Mapping, Sequence
from random import Random

import anyio
import httpx2
import msgspec

from xylo_mcp.app import Wrappers

CALM = 0.75
"""The part of all requests that meets nothing."""

_PAUSE = 0.1  # seconds
_KINDS: Mapping[str, int] = {
    "lost": 6,  # carried out, and the connection breaks before the answer
    "late": 3,  # carried out, and a gateway says 504 meanwhile
    "cut": 3,  # carried out, and the answer breaks off in the middle
    "slow": 5,  # carried out, and the answer comes bit by bit
    "reset": 4,  # the connection breaks before anything is carried out
    "down": 4,  # a gateway says 503 and passes nothing on
    "unreachable": 2,  # there is no connection at all
    "busy": 2,  # a gateway says 429: the vendors' own words for that can mean minutes of silence
    "server_error": 2,  # the vendor's own words for an error of its own
}
_AFTERWARDS = frozenset({"lost", "late", "cut", "slow"})
_REFUSALS = {"down": 503, "busy": 429}


class Storm(httpx2.AsyncBaseTransport):
    """The network to one platform of the sandbox. The vendors' own errors are asked of the sandbox itself."""

    def __init__(self, platform: str, below: httpx2.AsyncBaseTransport, sandbox: str, chance: Random) -> None:
        self._platform, self._below, self._sandbox, self._chance = platform, below, sandbox, chance

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        calm = self._chance.random() < CALM
        kind = "" if calm else self._chance.choices([*_KINDS], [*_KINDS.values()])[0]
        if kind == "server_error":
            await self._plan(kind)
        if kind == "unreachable":
            raise httpx2.ConnectError("nobody is there")
        if kind == "reset":
            raise httpx2.ReadError("the connection broke")
        if kind in _REFUSALS:
            return httpx2.Response(_REFUSALS[kind], text="not now")
        response = await self._below.handle_async_request(request)
        return await _on_the_way_back(kind, response) if kind in _AFTERWARDS else response

    async def aclose(self) -> None:
        await self._below.aclose()

    async def _plan(self, kind: str) -> None:
        """Have the next request to the platform, which will be this one or one beside it, meet its vendor's error."""
        faults = msgspec.json.encode([{"platform": self._platform, "kind": kind}])
        answer = await self._below.handle_async_request(
            httpx2.Request("POST", f"{self._sandbox}/_faults", content=faults)
        )
        await answer.aread()


class _Trickle(httpx2.AsyncByteStream):
    """A body that comes in two halves, or breaks off after the first."""

    def __init__(self, body: bytes, *, whole: bool) -> None:
        middle = len(body) // 2
        self._halves, self._whole = (body[:middle], body[middle:]), whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        first, second = self._halves
        yield first
        await anyio.sleep(_PAUSE)
        if not self._whole:
            raise httpx2.ReadError("the connection broke")
        yield second


async def _on_the_way_back(kind: str, response: httpx2.Response) -> httpx2.Response:
    """What is left of the answer to a request that was carried out."""
    await response.aread()
    if kind == "lost":
        raise httpx2.ReadError("the connection broke")
    if kind == "late":
        return httpx2.Response(504, text="upstream request timeout")
    body = _Trickle(response.content, whole=kind == "slow")
    return httpx2.Response(response.status_code, headers=_of_content(response), stream=body)


def _of_content(response: httpx2.Response) -> Sequence[tuple[str, str]]:
    """The headers, without those about a coding that is undone by now."""
    gone = {"content-encoding", "content-length", "transfer-encoding"}
    return [(name, value) for name, value in response.headers.items() if name.lower() not in gone]


def stormy(sandbox: str, seed: str) -> Wrappers:
    """What puts each platform's network into bad weather."""
    return Wrappers(network=lambda platform, below: Storm(platform, below, sandbox, Random(f"{seed}/{platform}")))
