"""The one door that every change passes: claim, look, judge, reserve, apply, record."""

import hashlib
from functools import partial

import msgspec

from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign, plain
from ..ads.dates import local_day
from ..ads.errors import AdsError, Refused
from ..ads.handovers import Handover
from ..ads.operations import Operation
from ..directory import Directory
from ..guard import exposure
from ..guard.judge import judge
from ..guard.policy import Policy
from ..guard.verdicts import Verdict
from ..ledger import Store, Tx, approvals, halts, operations, policies
from ..ledger.store import canonical
from ..questions import Question
from . import describing, wording
from .admitting import Admission, Earlier, earlier_call
from .cases import Asker, case, potential
from .looking import Looker, Seen, Since, since
from .outcomes import InForce, Outcome, Wish
from .sending import Sender

_LOOKS = 4


class Gate:
    """Where changes are decided on. No other object has a platform write.

    `rehearsing` holds for whole servers in dry-run mode; `read_only` beats everything else.
    """

    def __init__(
        self,
        directory: Directory,
        store: Store,
        policy: Policy,
        sender: Sender,
        *,
        rehearsing: bool = False,
        read_only: bool = False,
    ) -> None:
        self._directory, self._store, self._policy, self._sender = directory, store, policy, sender
        self._looker = Looker(directory, store, policy)
        self._admission = Admission(directory, policy)
        self._rehearsing, self._read_only = rehearsing, read_only

    async def submit(self, wish: Wish) -> Outcome:
        """What becomes of `wish`; a key that was given before, or equal creates within ten minutes, send nothing.

        Raises:
            Refused: the guardrails do not allow it. Mismatch: the key belongs to another change.
            InProgress, OutcomeUnknown, Partial: see there.
            AdsError: the platform refused it, or could not be read.
        """
        outcome = await self._submit(msgspec.structs.replace(wish, change=plain(wish.change)))
        made = outcome.operation
        if made is None or made.state != "applied" or not isinstance(made.change, CreateCampaign):
            return outcome
        if made.stored is not None and made.stored.status == "active":
            outcome = await self._switched_off(outcome, made, wish)
        if not wish.enable:
            return outcome
        enabling = msgspec.structs.replace(
            wish,
            change=UpdateCampaign(made.account, made.campaign_id, status="active"),
            key=f"{made.id}/enable",
            enable=False,
        )
        try:
            return msgspec.structs.replace(outcome, then=await self._submit(enabling))
        except AdsError as error:
            raise wording.not_enabled(made, error) from error

    async def _switched_off(self, outcome: Outcome, made: Operation, wish: Wish) -> Outcome:
        """`outcome` of a create that the platform switched on though it was asked not to: paused at once."""
        pause = PauseCampaign(made.account, made.campaign_id)
        try:
            paused = await self._submit(
                msgspec.structs.replace(wish, change=pause, key=f"{made.id}/pause", enable=False)
            )
        except AdsError as error:
            raise wording.still_on(made, error) from error
        assert paused.operation is not None
        return msgspec.structs.replace(outcome, operation=msgspec.structs.replace(made, stored=paused.operation.stored))

    async def apply_approved(self, operation_id: str, until: float) -> Outcome:
        """Send an operation that a person has approved, if nothing has changed meanwhile.

        Raises:
            Conflict: the campaign or its commitments are not what was approved.
            Refused: this server only reads or rehearses; AdsError: as in `submit`.
        """
        operation, began = await self._store.read(partial(_approved, operation_id=operation_id))
        if self._read_only or self.rehearses(operation.account):
            raise Refused("This server sends no changes.", "Use one that is live for this account; nothing was sent.")
        seen = self._checked(operation.campaign_change, await self._looker.see(operation.campaign_change, began, until))
        admitted = await self._store.write(partial(self._admission.use, operation=operation, seen=seen))
        if isinstance(admitted, Verdict):
            raise wording.refused(admitted)
        if admitted.state != "sending":
            raise wording.conflict(admitted)
        sent = await self._sender.send(admitted, seen.account, seen.standing)
        return wording.outcome(self._outcome(seen, sent))

    async def operation(self, operation_id: str) -> Operation:
        """The record of one change.

        Raises:
            NotFound: there is none of this id.
        """
        return await self._store.read(lambda tx: operations.by_id(tx, operation_id))

    async def in_force(self) -> InForce:
        """What the operator has put in force."""
        return await self._store.read(_in_force)

    async def _submit(self, wish: Wish) -> Outcome:
        self.require_writing()
        digest = _digest(wish)
        earlier, began = await self._store.read(partial(_begun, wish=wish, digest=digest))
        if earlier is not None:
            return await self._again(earlier, wish)
        if wish.dry_run or self.rehearses(wish.change.account):
            return await self._rehearse(wish, began, digest)
        seen = await self._see(wish, began)
        admit = partial(self._admission.admit, wish=wish, digest=digest)
        for _ in range(_LOOKS):
            admitted = await self._store.write(partial(admit, seen=seen, last=False))
            if admitted is not None:
                break
            seen = await self._see(wish, await self._store.read(partial(since, change=wish.change)))
        else:
            admitted = await self._store.write(partial(admit, seen=seen, last=True))
        assert admitted is not None
        if isinstance(admitted, tuple):
            return await self._again(admitted, wish)
        if isinstance(admitted, Verdict):
            raise wording.refused(admitted)
        if admitted.state == "pending_approval":
            return await self._have_decided(self._outcome(seen, admitted), wish)
        sent = await self._sender.send(admitted, seen.account, seen.standing)
        return wording.outcome(self._outcome(seen, sent))

    def require_writing(self) -> None:
        """Refuse whatever would change something, on a server that only reads."""
        if self._read_only:
            raise Refused("This server only reads.", "Have the operator start it without --read-only.")

    def rehearses(self, account_id: str) -> bool:
        """Whether everything is a dry run on this account."""
        return self._rehearsing or self._policy.mode(account_id) == "dry_run"

    async def _see(self, wish: Wish, began: Since) -> Seen:
        pauses = isinstance(wish.change, PauseCampaign)
        look = self._looker.recognise if pauses else self._looker.see
        return self._checked(wish.change, await look(wish.change, began, wish.until))

    def _checked(self, change: Change, seen: Seen) -> Seen:
        self._sender.platform(seen.account).check(seen.account, change, seen.standing)
        return seen

    async def _rehearse(self, wish: Wish, began: Since, digest: str) -> Outcome:
        change, asker = wish.change, Asker(wish.principal, wish.tool, digest)
        seen = self._checked(change, await self._looker.see(change, began, wish.until))
        verdict = judge(await self._store.read(lambda tx: case(tx, self._policy, seen, change, asker)))
        checked = False
        if verdict.decision != "refused":
            platform = self._sender.platform(seen.account)
            checked = await platform.validate(seen.account, wish.change, operations.new_id(), seen.standing)
        outcome = self._outcome(seen, None, wish)
        return msgspec.structs.replace(outcome, verdict=verdict, platform_checked=checked)

    async def _again(self, earlier: Earlier, wish: Wish) -> Outcome:
        """The outcome of an earlier call, asking the person again who has not decided yet."""
        operation, replayed = earlier
        outcome = Outcome(
            account=await self._directory.account(operation.account, wish.until),
            change=operation.campaign_change,
            operation=operation,
            before=None,
            daily_before=operation.daily_before,
            daily_after=operation.daily_after,
            replayed=replayed,
        )
        if operation.state == "pending_approval":
            return await self._have_decided(outcome, wish)
        return wording.outcome(outcome)

    async def _have_decided(self, outcome: Outcome, wish: Wish) -> Outcome:
        """Ask the person behind the call, if the policy takes their word; else the operation waits for another."""
        operation = outcome.operation
        assert operation is not None
        if "elicitation" not in self._policy.approvals.channels or not wish.person.can_be_asked:
            return outcome
        reply = await wish.person.ask(Question(operation.id, describing.question(operation, outcome.account)))
        if reply == "cancelled":
            return outcome
        await self.decide(
            operation.approval,
            approve=reply == "approved",
            approver=f"client of {wish.principal}",
            channel="elicitation",
        )
        if reply == "declined":
            raise Refused("A person declined this change; nothing was sent.", "Do not ask for it again.")
        return await self.apply_approved(operation.id, self._directory.until())  # people take their time

    async def decide(self, approval_id: str, *, approve: bool, approver: str, channel: str) -> Operation:
        """Write down what a person said of a waiting operation; it is not sent by this.

        Raises:
            NotFound, Conflict: there is nothing to decide.
            Refused: the policy does not take this channel's word.
        """
        if approve and channel not in self._policy.approvals.channels:
            raise Refused(
                f"The policy takes no approvals by {channel}.", "Name it in approvals.channels, or use another."
            )

        def write(tx: Tx) -> Operation:
            approval = approvals.by_id(tx, approval_id)
            return approvals.decide(tx, approval, approve=approve, approver=approver, channel=channel)

        return await self._store.write(write)

    def _outcome(self, seen: Seen, operation: Operation | None, wish: Wish | None = None) -> Outcome:
        change = operation.campaign_change if operation else wish.change if wish else None
        assert change is not None
        before, after = potential(change, seen.standing, local_day(seen.since.began, seen.account.time_zone))
        return Outcome(
            account=seen.account,
            change=change,
            operation=operation,
            before=seen.standing,
            daily_before=exposure.total(before.values()),
            daily_after=exposure.total(after.values()),
        )


def _digest(wish: Wish) -> str:
    return hashlib.sha256(canonical([wish.tool, wish.change, wish.enable]).encode()).hexdigest()


def _begun(tx: Tx, *, wish: Wish, digest: str) -> tuple[Earlier | None, Since]:
    """The earlier call that `wish` repeats, if there is one, and how things stand for a look."""
    earlier = None if wish.dry_run else earlier_call(tx, wish=wish, digest=digest)
    return earlier, since(tx, wish.change)


def _approved(tx: Tx, *, operation_id: str) -> tuple[Operation, Since]:
    operation = operations.by_id(tx, operation_id)
    if isinstance(operation.change, Handover):
        raise Refused("Whose data it is was kept nowhere.", "Have the same call made again: now it is let through.")
    return operation, since(tx, operation.campaign_change)


def _in_force(tx: Tx) -> InForce:
    told = [f"{one.scope} {one.level} since {one.created_at[:16]}" for one in halts.in_force(tx)]
    return InForce(tx.now, policies.in_force(tx).digest, told, operations.count_unsettled(tx))
