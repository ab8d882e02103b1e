"""The jobs of a platform before anybody has opened the memory that keeps them: it brings the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..contract import Jobs
from ..once import Once

if TYPE_CHECKING:
    from .memory import Memory


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
