"""Lets changes in, within the one transaction that looks at what others hold, judges, reserves and writes down."""

from datetime import timedelta

import msgspec

from ..ads.changes import Change, CreateCampaign, PauseCampaign, target
from ..ads.dates import local_day
from ..ads.errors import InProgress
from ..ads.operations import Operation
from ..directory import Directory
from ..guard import exposure
from ..guard.judge import judge
from ..guard.policy import Policy
from ..guard.verdicts import Verdict
from ..ledger import Tx, approvals, operations, reservations
from . import wording
from .cases import Asker, case, is_overtaken, potential, refusal_may_be_stale
from .drift import drift
from .looking import Seen
from .outcomes import Replayed, Wish
from .sending import record, steps

_TWINS = timedelta(minutes=10)
Earlier = tuple[Operation, Replayed]
"""The operation of an earlier call that is repeated, and how that shows."""


class Admission:
    """What happens between the look and the first request."""

    def __init__(self, directory: Directory, policy: Policy) -> None:
        self._directory, self._policy = directory, policy

    def admit(self, tx: Tx, *, wish: Wish, seen: Seen, digest: str, last: bool) -> Operation | Verdict | Earlier | None:
        """Within the transaction that reserves: the operation, the refusal, an earlier one, or None: look again."""
        earlier = earlier_call(tx, wish=wish, digest=digest)
        if earlier is not None:
            return earlier
        self._refuse_while_open(tx, wish.change, seen)
        if is_overtaken(tx, wish.change, seen):
            if not last:
                return None
            raise wording.overtaken()
        verdict = judge(case(tx, self._policy, seen, wish.change, Asker(wish.principal, wish.tool, digest)))
        if verdict.decision == "refused":
            if not last and refusal_may_be_stale(tx, seen):
                return None
            tx.audit(wish.principal, "refused", _refusal(wish, seen, digest, self._policy, verdict))
            return verdict
        operation = self._operation(tx, wish, seen, digest, verdict)
        if verdict.decision == "needs_approval":
            return approvals.ask(tx, operation, timedelta(minutes=self._policy.approvals.valid_minutes))
        return self._begun(tx, operation, seen)

    def use(self, tx: Tx, *, operation: Operation, seen: Seen) -> Operation | Verdict:
        """Within one transaction: use the approval up, judge again, reserve."""
        now = operations.by_id(tx, operation.id)
        self._refuse_while_open(tx, now.campaign_change, seen)
        if is_overtaken(tx, now.campaign_change, seen):
            raise wording.overtaken()
        approval = approvals.use(tx, now)
        before, _ = potential(now.campaign_change, seen.standing, local_day(tx.now, seen.account.time_zone))
        drifted = drift(now, seen.standing, exposure.total(before.values()))
        if drifted is not None:
            return record(tx, msgspec.structs.replace(now, state="failed", failing=drifted))
        verdict = judge(case(tx, self._policy, seen, now.campaign_change, Asker(now.principal, now.tool, now.digest)))
        hard = Verdict([finding for finding in verdict.findings if finding.decision == "refused"])
        if hard.findings:
            record(tx, msgspec.structs.replace(now, state="failed", failing=wording.overruled()))
            return hard
        tx.audit(approval.approver, "approval_used", {"operation": now.id, "approval": approval.id})
        return self._begun(tx, now, seen)

    @staticmethod
    def _refuse_while_open(tx: Tx, change: Change, seen: Seen) -> None:
        if isinstance(change, PauseCampaign | CreateCampaign):
            return
        for other in operations.open_on(tx, seen.account.id, target(change)):
            error = InProgress(
                f"Operation {other.id} on this campaign is {other.state}; until it is settled, only a pause is taken.",
                "Ask get_operation for it, and make the change when it is settled.",
            )
            error.operation_id = other.id
            raise error

    def _operation(self, tx: Tx, wish: Wish, seen: Seen, digest: str, verdict: Verdict) -> Operation:
        today = local_day(tx.now, seen.account.time_zone)
        before, after = potential(wish.change, seen.standing, today)
        identity = operations.new_id()
        tag = f"op:{identity}"
        change = wording.marked(wish.change, tag) if self._policy.names.visible_tag else wish.change
        platform = self._directory.spec(seen.account)
        return Operation(
            id=identity,
            principal=wish.principal,
            tool=wish.tool,
            key=wish.key,
            digest=digest,
            change=change,
            account=seen.account.id,
            platform=seen.account.platform,
            currency=seen.account.currency,
            campaign_id=target(wish.change),
            tag=tag,
            state="sending",
            created_at=tx.now,
            updated_at=tx.now,
            before=seen.standing.campaign if seen.standing else None,
            daily_before=exposure.total(before.values()),
            daily_after=exposure.total(after.values()),
            policy=self._policy.digest,
            steps=steps(change, platform, seen.standing),
            reasons=tuple(finding.limit for finding in verdict.findings),
        )

    def _begun(self, tx: Tx, operation: Operation, seen: Seen) -> Operation:
        """Reserve what `operation` may come to, and write down that its first request is about to leave."""
        first, *later = operation.steps
        begun = msgspec.structs.replace(
            operation, state="sending", sent_at=tx.now, steps=(msgspec.structs.replace(first, state="sending"), *later)
        )
        today = local_day(tx.now, seen.account.time_zone)
        if exposure.raises(begun.campaign_change, seen.standing, today):
            reservations.reserve(tx, begun, exposure.after(begun.campaign_change, seen.standing, today))
        return record(tx, begun)


def earlier_call(tx: Tx, *, wish: Wish, digest: str) -> Earlier | None:
    """The operation of an earlier call that this one repeats.

    Raises:
        Mismatch: its key was given for another change.
    """
    for operation_id in wish.person.answered:
        asked = operations.by_id(tx, operation_id)
        if asked.digest == digest and asked.principal == wish.principal:
            return asked, ""
    if not wish.key:
        twin = operations.twin(tx, wish.principal, digest, _TWINS) if isinstance(wish.change, CreateCampaign) else None
        return None if twin is None else (twin, "twin")
    found = operations.by_key(tx, wish.principal, wish.key)
    if found is None:
        return None
    if found.digest != digest:
        raise wording.mismatch(found, wish)
    return found, "key"


def _refusal(wish: Wish, seen: Seen, digest: str, policy: Policy, verdict: Verdict) -> dict[str, object]:
    return {
        "tool": wish.tool,
        "account": seen.account.id,
        "campaign": target(wish.change),
        "digest": digest,
        "policy": policy.digest,
        "rules": [finding.rule for finding in verdict.findings],
    }
