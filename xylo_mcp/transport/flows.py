"""Answers too large to be held whole: their parts, as they come.

A request asks for one by `extensions={FLOWING: True}`; an answer that is no good one comes whole all the same. It is
signed, paced and repeated like any other until it begins, and never afterwards: its reader drops what it has.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import httpx2

FLOWING = "flowing"


class Flow(httpx2.AsyncByteStream):
    """The decoded `parts` of an answer that `source` brings; whoever asked for it closes it."""

    def __init__(self, parts: AsyncGenerator[bytes], source: httpx2.AsyncByteStream) -> None:
        self._parts, self._source = parts, source
        self._ends = AsyncExitStack()

    def until_closed(self, permit: AsyncExitStack) -> None:
        """Keep `permit` for as long as this is open."""
        self._ends.push_async_callback(permit.aclose)

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        """The parts."""
        async for part in self._parts:
            yield part

    async def aclose(self) -> None:
        """Let go of the connection and of the permit."""
        async with self._ends:
            await self._parts.aclose()
            await self._source.aclose()
