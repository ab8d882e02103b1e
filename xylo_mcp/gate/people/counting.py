"""Rehearses a handover of a list: counts what would go, and sends nothing."""

from collections import Counter
from collections.abc import Sequence

from anyio import to_thread

from ...ads.handovers import Handed, MembersChange
from ...ads.people import Consent, Forms
from ...identity import Person
from .sieve import Full, Sieve

_AT_ONCE = 1_000


class Counting:
    """A carrier that carries nothing. `handed` is how far the real one would get."""

    def __init__(self, change: MembersChange, forms: Forms, drops: frozenset[Consent]) -> None:
        self.change = change
        self.handed = Handed()
        self.over = False
        self._sieve = Sieve(forms, drops, change.consent, _AT_ONCE)

    async def take(self, chunk: Sequence[Person]) -> None:
        """Some more rows of the source."""
        for full in await to_thread.run_sync(self._sieve.full, chunk):
            self._count(full)

    async def finish(self) -> None:
        """The source has no more rows."""
        self._count(self._sieve.rest())
        self.over = True

    async def interrupt(self) -> None:
        """Nothing was begun."""

    def _count(self, full: Full) -> None:
        so_far = self.handed
        self.handed = Handed(
            taken=full.taken,
            sent=so_far.sent + len(full.rows),
            unusable=dict(Counter(so_far.unusable) + full.left_out),
        )
