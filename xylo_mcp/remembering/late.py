"""The memory and the jobs it keeps before anybody needs them: they bring the database."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ..contract import Clock, Jobs
from ..once import Once
from ..settings import Settings

if TYPE_CHECKING:
    from .memory import Memory


@asynccontextmanager
async def late_memory(settings: Settings, world: str, clock: Clock) -> AsyncGenerator[Memory]:
    """The memory of `world`, for as long as the context lasts."""
    from .memory import open_memory  # noqa: PLC0415  # brings the database

    async with open_memory(settings.memory_place(world), settings.tenant, world, clock) as opened:
        yield opened


class LateJobs:
    """Keeps `Jobs` in the memory, which the first of them opens."""

    def __init__(self, memory: Once[Memory], platform: str) -> None:
        self._memory, self._platform = memory, platform

    async def find(self, question: str) -> str | None:
        """See `Jobs`."""
        return await (await self._jobs()).find(question)

    async def keep(self, question: str, job: str) -> None:
        """See `Jobs`."""
        await (await self._jobs()).keep(question, job)

    async def forget(self, question: str) -> None:
        """See `Jobs`."""
        await (await self._jobs()).forget(question)

    async def _jobs(self) -> Jobs:
        return (await self._memory.get()).jobs(self._platform)
