"""One pass over a source of people, for all who carry them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import anyio
from anyio import to_thread
from anyio.streams.memory import MemoryObjectSendStream

from ...identity import Chunk
from .wishes import Progress


class Carries(Protocol):
    """Whoever takes the rows of a source."""

    @property
    def over(self) -> bool:
        """Whether no more rows are wanted."""
        ...

    async def take(self, chunk: Chunk) -> None:
        """Some more rows; it raises nothing of a platform's making."""
        ...

    async def finish(self) -> None:
        """There are no more."""
        ...

    async def interrupt(self) -> None:
        """No more will come, though there are."""
        ...


async def relay(
    chunks: Callable[[], Iterator[Chunk]], total: int, carriers: Sequence[Carries], progress: Progress
) -> None:
    """Give every chunk to every carrier, the next one being read meanwhile; only these are in memory.

    Raises:
        AdsError: the source cannot be read to its end; what was handed over stays so, and can go on later.
    """
    try:
        await _passed_on(chunks, total, carriers, progress)
        for carrier in carriers:
            await carrier.finish()
    finally:
        with anyio.CancelScope(shield=True):
            for carrier in carriers:
                await carrier.interrupt()


async def _passed_on(
    chunks: Callable[[], Iterator[Chunk]], total: int, carriers: Sequence[Carries], progress: Progress
) -> None:
    send, receive = anyio.create_memory_object_stream[Chunk | Exception](1)
    async with receive, anyio.create_task_group() as group:
        group.start_soon(_read, chunks, send)
        done = 0
        async for chunk in receive:
            if isinstance(chunk, Exception):
                group.cancel_scope.cancel()
                raise chunk
            async with anyio.create_task_group() as each:
                for carrier in carriers:
                    each.start_soon(carrier.take, chunk)
            done += len(chunk)
            progress(f"{done:,} of {total:,} rows")
            if all(carrier.over for carrier in carriers):
                group.cancel_scope.cancel()


async def _read(chunks: Callable[[], Iterator[Chunk]], send: MemoryObjectSendStream[Chunk | Exception]) -> None:
    async with send:
        try:
            reading = iter(chunks())
            while (chunk := await to_thread.run_sync(next, reading, None)) is not None:
                await send.send(chunk)
        except Exception as failure:  # noqa: BLE001  # raised where the carriers are, not wrapped in a group
            await send.send(failure)
