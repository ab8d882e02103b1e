"""Things that are opened when they are first needed, once, however many need them at the same time."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Generic, TypeVar

import anyio

_Thing = TypeVar("_Thing")


class Once(Generic[_Thing]):
    """One thing that lives from its first use until it is closed; one that could not be opened is tried again."""

    def __init__(self, opening: Callable[[], AbstractAsyncContextManager[_Thing]]) -> None:
        self._opening = opening
        self._lock = anyio.Lock()
        self._stack = AsyncExitStack()
        self._thing: _Thing | None = None
        self._opened = anyio.Event()

    async def get(self) -> _Thing:
        """The thing; raises whatever opening it raises."""
        async with self._lock:
            if self._thing is None:
                self._thing = await self._stack.enter_async_context(self._opening())
                self._opened.set()
            return self._thing

    async def opened(self) -> _Thing:
        """The thing, once somebody has opened it."""
        await self._opened.wait()
        return await self.get()

    async def close(self) -> None:
        """Close it if it was opened."""
        await self._stack.aclose()
