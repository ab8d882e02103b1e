"""The reports that platforms are making for us, remembered across processes."""

import hashlib
from contextlib import suppress

from ..contract import Clock
from ..ledger import jobs
from .shelf import OutOfUse, Shelf


class StoredJobs:
    """Keeps `contract.Jobs` of one platform in the store; where that fails, none is known."""

    def __init__(self, shelf: Shelf, world: str, platform: str, clock: Clock) -> None:
        self._shelf, self._world, self._platform, self._clock = shelf, world, platform, clock

    async def find(self, question: str) -> str | None:
        """See `Jobs`."""
        digest = self._digest(question)
        with suppress(OutOfUse):
            return await self._shelf.read(lambda tx: jobs.find(tx, self._world, digest, self._clock()))
        return None

    async def keep(self, question: str, job: str) -> None:
        """See `Jobs`."""
        digest = self._digest(question)
        with suppress(OutOfUse):
            await self._shelf.note(lambda tx: jobs.keep(tx, self._world, digest, job, self._clock()))

    async def forget(self, question: str) -> None:
        """See `Jobs`."""
        digest = self._digest(question)
        with suppress(OutOfUse):
            await self._shelf.note(lambda tx: jobs.forget(tx, self._world, digest))

    def _digest(self, question: str) -> str:
        return hashlib.sha256(f"{self._platform}\n{question}".encode()).hexdigest()
