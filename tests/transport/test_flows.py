"""An answer that flows is read as it comes, keeps its permit to its end, and never ends in silence."""

import gzip
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import Garbled, Throttled, Unavailable
from xylo_mcp.transport import FLOWING, Limits

Wire = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]
MARKED = {"read": True, FLOWING: True}


class Body(httpx2.AsyncByteStream):
    """Parts of a body; what fails, fails after them."""

    def __init__(self, *parts: bytes, failure: Exception | None = None) -> None:
        self._parts, self._failure = parts, failure

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        for part in self._parts:
            yield part
        if self._failure is not None:
            raise self._failure


def answering(status: int, body: Body | bytes, **headers: str) -> httpx2.MockTransport:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if isinstance(body, bytes):
            return httpx2.Response(status, content=body, headers=headers)
        return httpx2.Response(status, stream=body, headers=headers)

    return httpx2.MockTransport(answer)


async def parts_of(client: httpx2.AsyncClient) -> list[bytes]:
    async with client.stream("POST", "/report", extensions=MARKED) as response:
        return [part async for part in response.aiter_raw()]


async def test_the_parts_of_a_good_answer_come_as_they_are_and_decoded(wire: Wire) -> None:
    zipped = gzip.compress(b"one two")
    async with wire(answering(200, Body(b"one", b"two"))) as client:
        plain = await parts_of(client)
    async with wire(answering(200, Body(zipped[:9], zipped[9:]), **{"content-encoding": "gzip"})) as client:
        decoded = b"".join(await parts_of(client))

    assert (plain, decoded) == ([b"one", b"two"], b"one two")


async def test_an_answer_that_is_no_good_one_is_the_platforms_error(wire: Wire) -> None:
    async with wire(answering(429, b"[]")) as client:
        with pytest.raises(Throttled), anyio.fail_after(0.1):
            await parts_of(client)


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        (Body(b"one", failure=httpx2.ReadError("reset")), {}, Unavailable),
        (Body(gzip.compress(b"one two")[:-4]), {"content-encoding": "gzip"}, Garbled),
        (Body(b"no gzip at all"), {"content-encoding": "gzip"}, Garbled),
    ],
)
async def test_an_answer_that_breaks_off_is_an_error(
    wire: Wire, body: Body, headers: dict[str, str], kind: type[Exception]
) -> None:
    async with wire(answering(200, body, **headers)) as client:
        with pytest.raises(kind):
            await parts_of(client)


async def test_an_answer_holds_its_permit_for_as_long_as_it_flows(wire: Wire) -> None:
    async with wire(answering(200, Body(b"one", b"two")), limits=Limits(per_second=0, at_once=1)) as client:
        async with client.stream("POST", "/report", extensions=MARKED) as response:
            parts = response.aiter_raw()
            await anext(parts)
            with anyio.move_on_after(0.01) as waiting:
                await parts_of(client)
        after = await parts_of(client)

    assert (waiting.cancelled_caught, after) == (True, [b"one", b"two"])
