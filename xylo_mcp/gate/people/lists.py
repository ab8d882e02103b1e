"""The gate for audiences: one list goes to several accounts at once, to each exactly once."""

from collections.abc import Sequence

import anyio
import msgspec

from ...ads.accounts import Account
from ...ads.errors import AdsError, Unsupported
from ...ads.handovers import CreateAudience, Handed, Handover, MembersChange, UpdateAudience
from ...ads.people import Consent
from ...contract import AdPlatform, PlatformSpec
from ...digests import Digests
from ...guard.verdicts import Verdict
from ...identity import Person
from .admission import Replay
from .carrier import Carrier, Task
from .counting import Counting
from .means import Means
from .relay import Source, relay
from .settling import has_people
from .telling import ended_badly
from .wishes import Delivery, Handing, Progress


class _Going(msgspec.Struct, frozen=True):
    """A handover that is under way; with a verdict, a rehearsal of one."""

    account: Account
    carrier: Carrier | Counting
    verdict: Verdict | None = None


class ListDoor:
    """Where audiences are decided on."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def submit(
        self, wishes: Sequence[Handing], people: Source[Person], digests: Digests, progress: Progress
    ) -> Sequence[Delivery]:
        """What becomes of `wishes`, in their order; all of them are about the same people.

        Raises:
            AdsError: an account's id is none, or a rehearsal cannot read the source.
            AskFirst: a person has to be asked, and the client makes the same call again with the answer.
        """
        accounts = [await self._means.reached(wish) for wish in wishes]
        reached = [(wish, one) for wish, one in zip(wishes, accounts, strict=True) if isinstance(one, Account)]
        await self._means.asking.have_decided(reached, digests)
        begun: list[Delivery | _Going] = []
        async with self._means.book.holding(lambda: [carrier.held for carrier in _carried(begun)]):
            try:
                for wish, account in zip(wishes, accounts, strict=True):
                    known = isinstance(account, Account)
                    begun.append(await self._begun(wish, account, digests) if known else account)
                await self._handed_over(begun, people, progress)
            finally:
                with anyio.CancelScope(shield=True):
                    for carrier in _carried(begun):
                        await carrier.interrupt()
        return [_outcome(one) for one in begun]

    async def _begun(self, wish: Handing, account: Account, digests: Digests) -> Delivery | _Going:
        change = wish.change
        assert isinstance(change, CreateAudience | UpdateAudience)
        try:
            platform = self._means.asking.platform(account)
            _require(self._means.directory.spec(account), change)
            platform.check_audience(account, change)
            if wish.dry_run or self._means.asking.rehearses(account):
                return await self._rehearsal(wish, account, change)
            admitted = await self._means.asking.admitted(wish, account, digests)
        except AdsError as error:
            return Delivery(account, change, error=error)
        if isinstance(admitted, Replay):
            return _replayed(account, admitted)
        return _Going(account, Carrier(self._task(wish, account, platform), admitted))

    def _task(self, wish: Handing, account: Account, platform: AdPlatform) -> Task:
        rules = self._means.directory.spec(account).audiences
        drops = self._dropped(wish.change)
        return Task(
            platform, account, rules, self._means.book, drops, self._means.clock, wish.until, self._means.patience
        )

    def _dropped(self, change: Handover) -> frozenset[Consent]:
        """Whose rows are left out, by what they said; whoever is to be taken out of a list is, whatever they said."""
        removes = isinstance(change, UpdateAudience) and change.action == "remove"
        return frozenset() if removes else self._means.drops

    async def _rehearsal(self, wish: Handing, account: Account, change: MembersChange) -> Delivery | _Going:
        verdict = await self._means.asking.verdict(wish, account)
        if verdict.decision == "refused" or not has_people(change):
            return Delivery(account, change, verdict=verdict)
        rules = self._means.directory.spec(account).audiences
        return _Going(account, Counting(change, rules.forms, self._dropped(change)), verdict)

    async def _handed_over(
        self, begun: Sequence[Delivery | _Going], people: Source[Person], progress: Progress
    ) -> None:
        carriers = [one.carrier for one in begun if isinstance(one, _Going)]
        for carrier in carriers:
            if isinstance(carrier, Carrier) and not has_people(carrier.change):
                await carrier.make()
        with_people = [carrier for carrier in carriers if has_people(carrier.change)]
        if not with_people:
            return
        try:
            await relay(people, with_people, progress)
        except AdsError as failure:  # what was handed over stays so, and each says how far it is
            handing = [carrier for carrier in with_people if isinstance(carrier, Carrier)]
            if not handing:
                raise
            for carrier in handing:
                carrier.blame(failure)


def _require(spec: PlatformSpec, change: MembersChange) -> None:
    """Refuse what the platform has no such thing of.

    Raises:
        Unsupported: naming what it has instead.
    """
    rules = spec.audiences
    if isinstance(change, CreateAudience):
        asked, known, what = change.kind, rules.kinds, "type"
    elif change.action is not None:
        asked, known, what = change.action, rules.actions, "action"
    else:
        return
    if asked not in known:
        raise Unsupported(
            f"{what}: {spec.title} has no {asked} audiences here."
            if what == "type"
            else f"{what}: {spec.title} cannot {asked}.",
            f"Use one of {', '.join(sorted(known))}.",
            platform=spec.name,
        )


def _carried(begun: Sequence[Delivery | _Going]) -> Sequence[Carrier]:
    """Those that are really on their way."""
    going = [one.carrier for one in begun if isinstance(one, _Going)]
    return [carrier for carrier in going if isinstance(carrier, Carrier)]


def _replayed(account: Account, replay: Replay) -> Delivery:
    operation = replay.operation
    so_far = operation.handed or Handed()
    assert isinstance(operation.change, Handover)
    error = ended_badly(operation)
    return Delivery(account, operation.change, operation, so_far, replay.replayed, error=error)


def _outcome(one: Delivery | _Going) -> Delivery:
    if isinstance(one, Delivery):
        return one
    carrier = one.carrier
    if isinstance(carrier, Counting):
        return Delivery(one.account, carrier.change, handed=carrier.handed, verdict=one.verdict)
    operation = carrier.held.operation
    return Delivery(one.account, carrier.change, operation, operation.handed or Handed(), error=carrier.error)
