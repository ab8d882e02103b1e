"""The gate for conversions: events go to several destinations at once, to each exactly once."""

from collections.abc import Sequence

import anyio
import msgspec

from ...ads.accounts import Account
from ...ads.errors import AdsError, NotFound
from ...ads.handovers import Handed, SendConversions
from ...conversions import Numbered
from ...digests import Digests
from ...guard.verdicts import Verdict
from .admission import Replay
from .book import Held
from .means import Means
from .relay import Source, relay
from .teller import Destination, Teller
from .telling import ended_badly
from .wishes import Delivery, Handing, Progress


class _Going(msgspec.Struct, frozen=True):
    account: Account
    teller: Teller
    verdict: Verdict | None = None


class EventDoor:
    """Where conversions are decided on."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def submit(
        self, wishes: Sequence[Handing], events: Source[Numbered], digests: Digests, progress: Progress
    ) -> Sequence[Delivery]:
        """What becomes of `wishes`, in their order; all of them are about the same events.

        Raises:
            AdsError: an account is none, or the source cannot be read.
            AskFirst: a person has to be asked, and the client makes the same call again with the answer.
        """
        accounts = [await self._means.reached(wish) for wish in wishes]
        for one in accounts:
            if isinstance(one, Delivery) and isinstance(one.error, NotFound):
                raise one.error  # a slip of whoever asked, not a platform's failure
        pairs = list(zip(wishes, accounts, strict=True))
        reached = [(wish, one) for wish, one in pairs if isinstance(one, Account)]
        await self._means.asking.have_decided(reached, digests)
        begun = await self._all_begun(pairs, digests)
        tellers = [one.teller for one in begun if not isinstance(one, Delivery)]
        if tellers:
            await relay(events, tellers, progress)
        return [one if isinstance(one, Delivery) else _outcome(one) for one in begun]

    async def _all_begun(
        self, wishes: Sequence[tuple[Handing, Account | Delivery]], digests: Digests
    ) -> Sequence[Delivery | _Going]:
        """All of them, or none: what was begun before one that cannot be is ended at once."""
        begun: list[Delivery | _Going] = []
        try:
            for wish, account in wishes:
                known = isinstance(account, Account)
                begun.append(await self._begun(wish, account, digests) if known else account)
        except BaseException:
            with anyio.CancelScope(shield=True):
                for one in begun:
                    if isinstance(one, _Going):
                        await one.teller.interrupt()
            raise
        return begun

    async def _begun(self, wish: Handing, account: Account, digests: Digests) -> Delivery | _Going:
        change = wish.change
        assert isinstance(change, SendConversions)
        try:
            there = self._destination(wish, account, digests)
            if wish.dry_run or self._means.asking.rehearses(account):
                verdict = await self._means.asking.verdict(wish, account)
                if verdict.decision == "refused":
                    return Delivery(account, change, verdict=verdict)
                return _Going(account, Teller(there, change, None), verdict)
            admitted = await self._means.asking.admitted(wish, account, digests)
        except AdsError as error:
            return Delivery(account, change, error=error)
        if isinstance(admitted, Held):
            return _Going(account, Teller(there, change, admitted))
        return _replayed(account, change, admitted)

    def _destination(self, wish: Handing, account: Account, digests: Digests) -> Destination:
        return Destination(
            platform=self._means.asking.platform(account),
            account=account,
            rules=self._means.directory.spec(account).sending,
            book=self._means.book,
            digests=digests,
            drops=self._means.drops,
            clock=self._means.clock,
            until=wish.until,
            patience=self._means.patience,
        )


def _replayed(account: Account, change: SendConversions, replay: Replay) -> Delivery:
    operation = replay.operation
    so_far = operation.handed or Handed()
    return Delivery(account, change, operation, so_far, replay.replayed, error=ended_badly(operation))


def _outcome(one: _Going) -> Delivery:
    teller = one.teller
    return Delivery(
        one.account,
        teller.change,
        teller.held.operation if teller.held else None,
        teller.tally.handed,
        verdict=one.verdict,
        error=teller.error,
        left_out=tuple(teller.tally.left_out),
        note=teller.note,
    )
