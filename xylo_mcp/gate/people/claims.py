"""An operation's hold on the events that it is telling: claimed before they leave, settled once it is known."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import anyio
import msgspec

from ...ads.handovers import Handed
from ...ledger import Tx, events, operations
from ...ledger.events import Claim, Settled, Where
from . import book
from .book import HOLDING, Book, Held

_RENEWED_AFTER = HOLDING.total_seconds() / 3


class Claims:
    """What one operation holds of one destination. `where`: None, if its events are not kept, being only a rehearsal.

    Each write renews the hold on the operation, too. All raise Conflict where that is not ours any more, and
    Unrecorded where the ledger fails.
    """

    def __init__(self, kept: Book, held: Held, where: Where | None) -> None:
        self._book, self.held, self._where = kept, held, where
        self._holding: Sequence[str] = ()
        self._since = anyio.current_time()

    async def take(self, digests: Sequence[str], so_far: Handed, again: timedelta) -> Mapping[str, Claim]:
        """What is to be done with each of these. Those to send count as doubtful from now on: we may die.

        For so long after their first try, what may have come can be sent `again`.
        """
        where = self._where and msgspec.structs.replace(self._where, again=again)
        work = partial(_taken, held=self.held, where=where, digests=digests, so_far=so_far)
        self.held, claims = await self._book.store.write(work)
        self._holding = [digest for digest, claim in claims.items() if claim == "send"]
        self._since = anyio.current_time()
        return claims

    async def keep(self) -> None:
        """Go on holding them while it takes long: nobody else may send them meanwhile."""
        if anyio.current_time() - self._since < _RENEWED_AFTER:
            return
        work = partial(_renewed, held=self.held, where=self._where, digests=self._holding)
        self.held = await self._book.store.write(work)
        self._since = anyio.current_time()

    async def settle(self, became: Settled, so_far: Handed) -> None:
        """Write down what became of them. That is kept even if the operation is not ours any more."""
        work = partial(_settled, held=self.held, where=self._where, became=became, so_far=so_far)
        held = await self._book.store.write(work)
        if held is None:
            raise book.taken_over()
        self.held = held
        self._since = anyio.current_time()


def _taken(
    tx: Tx, held: Held, where: Where | None, digests: Sequence[str], so_far: Handed
) -> tuple[Held, Mapping[str, Claim]]:
    if where is None:
        return book.noted(tx, held, so_far), dict.fromkeys(digests, "send")
    claims = events.claim(tx, where, digests, held.operation.id, held.operation.principal)
    under_way = sum(claim == "send" for claim in claims.values())
    return book.noted(tx, held, msgspec.structs.replace(so_far, doubtful=so_far.doubtful + under_way)), claims


def _renewed(tx: Tx, held: Held, where: Where | None, digests: Sequence[str]) -> Held:
    if where is not None and not events.hold(tx, where, digests, held.operation.id):
        raise book.taken_over()
    return book.noted(tx, held, held.operation.handed or Handed())


def _settled(tx: Tx, held: Held, where: Where | None, became: Settled, so_far: Handed) -> Held | None:
    if where is not None:
        events.settle(tx, where, held.operation.id, became)
    return book.noted(tx, held, so_far) if operations.holds_lease(tx, held.operation.id, held.fence) else None
