"""One pass over a source of people or events, for all who carry them."""

import gc
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

import anyio
import msgspec
from anyio import to_thread
from anyio.streams.memory import MemoryObjectSendStream

from .wishes import Progress

_Row = TypeVar("_Row")
_Taken_contra = TypeVar("_Taken_contra", contravariant=True)


class Source(msgspec.Struct, Generic[_Row], frozen=True):
    """Rows: how many there are at most, and all of them in chunks, whenever they are asked for."""

    total: int
    chunks: Callable[[], Iterable[Sequence[_Row]]]


class Carries(Protocol[_Taken_contra]):
    """Whoever takes the rows of a source."""

    @property
    def over(self) -> bool:
        """Whether no more rows are wanted."""
        ...

    async def take(self, chunk: Sequence[_Taken_contra]) -> None:
        """Some more rows; it raises nothing of a platform's making."""
        ...

    async def finish(self) -> None:
        """There are no more."""
        ...

    async def interrupt(self) -> None:
        """No more will come, though there are."""
        ...


async def relay(source: Source[_Row], carriers: Sequence[Carries[_Row]], progress: Progress) -> None:
    """Give every chunk to every carrier, the next one being read meanwhile; only these are in memory.

    Raises:
        AdsError: the source cannot be read to its end; what was handed over stays so, and can go on later.
    """
    gc.freeze()  # what lives by now is not looked at again and again while so many rows come and go
    try:
        await _passed_on(source, carriers, progress)
        async with anyio.create_task_group() as each:
            for carrier in carriers:
                each.start_soon(carrier.finish)
    finally:
        gc.unfreeze()
        with anyio.CancelScope(shield=True):
            for carrier in carriers:
                await carrier.interrupt()


async def _passed_on(source: Source[_Row], carriers: Sequence[Carries[_Row]], progress: Progress) -> None:
    failure: Exception | None = None
    send, receive = anyio.create_memory_object_stream[Sequence[_Row] | Exception](1)
    async with receive, anyio.create_task_group() as group:
        group.start_soon(_read, source, send)
        done = 0
        async for chunk in receive:
            if isinstance(chunk, Exception):
                failure = chunk
                group.cancel_scope.cancel()
                break
            async with anyio.create_task_group() as each:
                for carrier in carriers:
                    each.start_soon(carrier.take, chunk)
            done += len(chunk)
            progress(f"{done:,} of {source.total:,} rows")
            if all(carrier.over for carrier in carriers):
                group.cancel_scope.cancel()
    if failure is not None:
        raise failure  # out here, so that no group is around it


async def _read(source: Source[_Row], send: MemoryObjectSendStream[Sequence[_Row] | Exception]) -> None:
    async with send:
        try:
            reading = iter(source.chunks())
            while (chunk := await to_thread.run_sync(next, reading, None)) is not None:
                await send.send(chunk)
        except Exception as failure:  # noqa: BLE001  # raised where the carriers are, not wrapped in a group
            await send.send(failure)
