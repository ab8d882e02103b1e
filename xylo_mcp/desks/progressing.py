"""Tells a client how far a long call is, while it goes on."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from mcp.server.session import ServerSession

_Done = TypeVar("_Done")
_WAITING = 16  # so many words wait for the client at most; it need not hear all


async def telling(session: ServerSession, work: Callable[[Callable[[str], None]], Awaitable[_Done]]) -> _Done:
    """What `work` gives; what it tells meanwhile goes to the client as progress, if the client asked for that."""
    words, heard = anyio.create_memory_object_stream[str](_WAITING)

    def tell(word: str) -> None:
        if words.statistics().current_buffer_used < _WAITING:
            words.send_nowait(word)

    async def pass_on() -> None:
        told = 0
        async for word in heard:
            told += 1
            await session.report_progress(told, None, word)

    failure: Exception | None = None
    done: list[_Done] = []
    async with heard, anyio.create_task_group() as group:
        group.start_soon(pass_on)
        try:
            done.append(await work(tell))
        except Exception as error:  # noqa: BLE001  # carried out of the group, which would wrap it
            failure = error
        words.close()
    if failure is not None:
        raise failure
    return done[0]
