"""Finds out by reading what became of operations that nobody knows the outcome of."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import anyio
import msgspec

from ..ads.accounts import Account
from ..ads.campaigns import Campaign
from ..ads.changes import Change, CreateCampaign, UpdateCampaign
from ..ads.errors import AdsError, NotFound, OutcomeUnknown, Partial
from ..ads.handovers import CreateAudience, Handed, Handover
from ..ads.operations import ENDED, Failing, Operation, State
from ..contract import AdReader, Found, FoundAudiences
from ..directory import Directory
from ..ledger import Store, Tx, approvals, operations
from .people import book
from .people import settling as people
from .sending import Sender, record, told

_LEASE = timedelta(minutes=2)
_AGAIN = timedelta(seconds=30)


class Settler:
    """Settles operations whose sender died or got no answer. It never sends anything again."""

    def __init__(self, directory: Directory, store: Store, sender: Sender, window: timedelta) -> None:
        self._directory, self._store, self._sender, self._window = directory, store, sender, window

    async def settle_due(self) -> Sequence[Operation]:
        """Look once after every operation that is due, and end what nobody approved in time; gives them as they are."""

        def take(tx: Tx) -> tuple[Sequence[Operation], Sequence[tuple[Operation, int]]]:
            return approvals.expire(tx), operations.lease_due(tx, tx.now + _LEASE)

        expired, leased = await self._store.write(take)
        return [*expired, *[await self._settle(operation, fence) for operation, fence in leased]]

    async def settle(self, operation_id: str) -> Operation:
        """Look after one operation now, whether it is due or not.

        Raises:
            NotFound: there is none of this id.
        """

        def take(tx: Tx) -> tuple[Operation, int]:
            found = operations.by_id(tx, operation_id)
            return found, operations.lease(tx, found.id, tx.now + _LEASE)

        def look(tx: Tx) -> tuple[Operation, bool]:
            return operations.by_id(tx, operation_id), operations.is_free(tx, operation_id)

        operation, free = await self._store.read(look)
        under_way = isinstance(operation.change, Handover) and not free
        if under_way or operation.state not in ("sending", "unknown", "quarantined"):
            return operation
        return await self._settle(*await self._store.write(take))

    async def run(self, every: float) -> None:
        """Settle what is due, again and again, until cancelled; a store that fails is tried again."""
        while True:
            with suppress(AdsError):  # the ledger is away: those who write are told, and here it is tried again
                await self.settle_due()
            await anyio.sleep(every)

    async def _settle(self, operation: Operation, fence: int) -> Operation:
        if isinstance(operation.change, Handover):
            return await self._settle_handover(operation, operation.change, fence)
        try:
            found = await self._find(operation)
        except AdsError:  # the platform cannot be read now; nothing is known, so nothing changes
            found = None

        def write(tx: Tx) -> Operation:
            now = operations.by_id(tx, operation.id)
            if now != operation or now.state in ENDED or not operations.holds_lease(tx, operation.id, fence):
                return now  # what was found is older than what its sender, or a person, knows
            return self._judged(tx, operation, found)

        return await self._store.write(write)

    async def _settle_handover(self, operation: Operation, change: Handover, fence: int) -> Operation:
        try:
            found = await self._find_audiences(operation, change)
        except AdsError:  # as above
            found = None

        def write(tx: Tx) -> Operation:
            now = operations.by_id(tx, operation.id)
            if now != operation or now.state in ENDED or not operations.holds_lease(tx, operation.id, fence):
                return now
            return people.judged(tx, operation, found, self._window)

        return await self._store.write(write)

    async def _find_audiences(self, operation: Operation, change: Handover) -> FoundAudiences | None:
        if not isinstance(change, CreateAudience) or not people.is_searched_for(operation):
            return None
        account = await self._directory.account(operation.account)
        since = (operation.handed or Handed()).since or operation.created_at
        return await self._sender.platform(account).find_audiences(account, change, operation.tag, since)

    async def _find(self, operation: Operation) -> Found:
        async def find(account: Account, reader: AdReader) -> Found:
            platform = self._sender.platform(account)
            since = operation.sent_at or operation.created_at
            return await platform.find(account, operation.campaign_change, operation.tag, since)

        return (await self._directory.ask([operation.account], find)).some().answered[0][1]

    def _judged(self, tx: Tx, operation: Operation, found: Found | None) -> Operation:
        """What follows for `operation` from what was `found` (None: nothing could be read)."""
        if found is not None:
            candidates = _candidates(tx, operation, found.campaigns)
            if len(candidates) == 1 and found.sure:
                return record(tx, _done(operation, candidates[0]))
            if candidates:
                return _to(tx, msgspec.structs.replace(operation, failing=_doubtful(candidates)), "quarantined")
        if tx.now - (operation.sent_at or operation.created_at) > self._window:
            return _to(tx, operation, "quarantined")
        return _to(tx, operation, "unknown" if operation.state != "quarantined" else "quarantined")


def _candidates(tx: Tx, operation: Operation, found: Sequence[Campaign]) -> Sequence[Campaign]:
    """Those of the campaigns `found` that show that the operation was done."""
    if not isinstance(operation.change, CreateCampaign):
        return [
            one for one in found if all(shows(one, step.change) for step in operation.steps if step.state != "planned")
        ]
    taken = operations.made_by_others(tx, operation, [one.id for one in found])
    return [one for one in found if one.id not in taken]


def shows(campaign: Campaign, change: Change) -> bool:
    """Whether `campaign` is as `change` would have it."""
    if not isinstance(change, UpdateCampaign):
        return campaign.status != "active"  # what is new begins paused
    return all(
        wanted is None or wanted == getattr(campaign, field)
        for field, wanted in (
            ("name", change.name or None),
            ("daily_budget", change.daily_budget),
            ("lifetime_budget", change.lifetime_budget),
            ("starts", change.starts),
            ("ends", change.ends),
            ("status", change.status),
        )
    )


def _done(operation: Operation, campaign: Campaign) -> Operation:
    """`operation`, which `campaign` shows to be done as far as it was sent; what was not sent never will be."""
    steps = tuple(
        step if step.state == "planned" else msgspec.structs.replace(step, state="applied") for step in operation.steps
    )
    rest = any(step.state == "planned" for step in steps)
    return msgspec.structs.replace(
        operation,
        state="partial" if rest else "applied",
        steps=steps,
        campaign_id=campaign.id,
        stored=campaign,
        failing=Failing(Partial.code, "The rest was never sent.", "Ask for the rest anew.") if rest else None,
    )


def _doubtful(candidates: Sequence[Campaign]) -> Failing:
    ids = ", ".join(sorted(one.id for one in candidates))
    several = f"Several campaigns may be what this made, and none is taken for it: {ids}."
    alike = f"Campaign {ids} may be what this made, or a person's own of the same name; it is not taken for it."
    return Failing(
        OutcomeUnknown.code,
        several if len(candidates) > 1 else alike,
        "Look at them, and have the operator settle this with `xylo-mcp operations resolve`.",
    )


def _to(tx: Tx, operation: Operation, state: State) -> Operation:
    """Keep `operation` as not settled, and look again later."""
    if state != operation.state:
        tx.audit("settler", state, told(operation))
    return operations.keep(tx, msgspec.structs.replace(operation, state=state), tx.now + _AGAIN)


def resolve(tx: Tx, operation_id: str, *, done: bool, campaign_id: str, who: str, note: str) -> Operation:
    """Write down what a person found out about an operation that could not be settled.

    Raises:
        NotFound: there is no such operation, or its outcome is known.
    """
    operation = operations.by_id(tx, operation_id)
    if operation.state not in ("unknown", "quarantined"):
        raise NotFound(f"Operation {operation.id} is {operation.state}: there is nothing to resolve.", "Leave it.")
    if isinstance(operation.change, Handover):
        settled = people.resolved(operation, done=done, audience_id=campaign_id)
        tx.audit(who, "resolved", {**book.told(settled), "done": done, "note": note})
        return book.ended(tx, msgspec.structs.replace(settled, note=note))
    settled = msgspec.structs.replace(
        operation,
        state="applied" if done else "failed",
        campaign_id=campaign_id or operation.campaign_id,
        note=note,
    )
    tx.audit(who, "resolved", {**told(settled), "done": done, "note": note})
    return record(tx, settled)
