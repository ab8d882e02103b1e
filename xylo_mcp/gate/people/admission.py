"""Lets handovers in, within the one transaction that judges, reserves and writes down, and lets them go on."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from ...ads.accounts import Account
from ...ads.errors import Conflict, InProgress, OutcomeUnknown, Refused
from ...ads.handovers import Handed, Handover, SendConversions, UpdateAudience
from ...ads.operations import Failing, Operation
from ...guard.case import Case, Halt, History
from ...guard.judge import judge
from ...guard.policy import Policy
from ...guard.verdicts import Verdict
from ...ledger import Tx, approvals, halts, handed, history, operations, policies
from ...ledger.store import canonical
from .. import wording
from ..outcomes import Replayed
from . import book
from .book import Held
from .wishes import Handing

_NO_STANDS = timedelta(minutes=10)
"""For so long a person's no answers the same call again."""
_SAME_AUDIENCE = timedelta(days=1)
"""For so long the same people under the same name are the same audience: that of a call whose answer got lost, too."""
_DONE = frozenset({"applied", "partial", "failed", "rejected", "expired"})


class Replay(msgspec.Struct, frozen=True):
    """An operation of an earlier call that is repeated, and how that shows; or one that waits for a person."""

    operation: Operation
    replayed: Replayed = ""


class Admission:
    """What happens before the first request."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def verdict(self, tx: Tx, wish: Handing, account: Account, resumed: str = "") -> Verdict:
        """What the guardrails say now; an operation that goes on counts neither as told before nor as a repetition."""
        past = history.past(tx, wish.principal, account.id, "", digest(wish))
        same = digest(wish) if isinstance(wish.change, SendConversions) else ""  # the same events again are no more
        return judge(
            Case(
                change=wish.change,
                account=account,
                before=None,
                policy=self._policy,
                now=tx.now,
                history=History(
                    writes_last_minute=0 if resumed else past.writes_last_minute,
                    identical_last_10_minutes=0 if resumed else past.identical_last_ten_minutes,
                    rows_last_day=handed.rows_last_day(tx, account.id, resumed, same),
                ),
                halts=[Halt(one.scope, one.level, one.reason) for one in halts.in_force(tx)],
                policy_in_force=policies.in_force(tx).digest == self._policy.digest,
            )
        )

    def waiting(self, tx: Tx, *, wish: Handing, account: Account, fingerprint: str) -> Operation | None:
        """The handover that a person has to decide on before it is admitted; None: none is in its way.

        Raises:
            Misconfigured, Mismatch: see `admit`.
        """
        handed.require_key(tx, fingerprint)
        approvals.expire(tx)
        earlier = _earlier(tx, wish)
        if earlier is not None:
            return earlier[0] if _is_undecided(tx, earlier[0]) else None
        verdict = self.verdict(tx, wish, account)
        return self._asked(tx, wish, account, verdict) if verdict.decision == "needs_approval" else None

    def admit(self, tx: Tx, *, wish: Handing, account: Account, fingerprint: str) -> Held | Replay | Verdict:
        """The handover, to be carried out or carried on by the caller; an earlier call's; or why it is refused.

        Raises:
            Misconfigured: the key of digests is another than before.
            Mismatch: its key was given for another. InProgress: it is being carried out.
            OutcomeUnknown: nobody knows whether its audience was made.
        """
        handed.require_key(tx, fingerprint)
        approvals.expire(tx)
        earlier = _earlier(tx, wish)
        if earlier is not None:
            return self._again(tx, wish, account, *earlier)
        _refuse_beside_another(tx, wish)
        verdict = self.verdict(tx, wish, account)
        if verdict.decision == "refused":
            rules = [finding.rule for finding in verdict.findings]
            body = {"tool": wish.tool, "account": account.id, "digest": digest(wish), "rules": rules}
            tx.audit(wish.principal, "refused", {**body, "policy": self._policy.digest})
            return verdict
        if verdict.decision == "needs_approval":
            return Replay(self._asked(tx, wish, account, verdict))
        return _begin(tx, self._new(tx, wish, account, verdict))

    def _asked(self, tx: Tx, wish: Handing, account: Account, verdict: Verdict) -> Operation:
        return approvals.ask(tx, self._new(tx, wish, account, verdict), self._valid)

    @property
    def _valid(self) -> timedelta:
        return timedelta(minutes=self._policy.approvals.valid_minutes)

    def _again(
        self, tx: Tx, wish: Handing, account: Account, operation: Operation, replayed: Replayed
    ) -> Held | Replay | Verdict:
        waits = operation.state == "pending_approval"
        if operation.state in _DONE or _is_undecided(tx, operation):
            return Replay(operation, replayed)
        if isinstance(wish.change, UpdateAudience) and _is_overtaken(tx, operation):
            return Replay(operations.by_id(tx, operation.id), replayed)
        if operation.state == "quarantined":
            raise _for_a_person(operation)
        # Who settles what is unknown only looks; whoever asks again looks, too, and takes it from them.
        if not waits and operation.state != "unknown" and not operations.is_free(tx, operation.id):
            raise _being_done(operation)
        verdict = self.verdict(tx, wish, account, operation.id)
        hard = Verdict([finding for finding in verdict.findings if finding.decision == "refused"])
        if hard.findings:
            return hard
        if waits:
            approval = approvals.use(tx, operation)
            tx.audit(approval.approver, "approval_used", {"operation": operation.id, "approval": approval.id})
            return _begin(tx, operation)
        if verdict.decision == "needs_approval" and not operation.approval:  # the threshold was set meanwhile
            return Replay(approvals.ask(tx, operation, self._valid))
        tx.audit(wish.principal, "resumed", book.told(operation))
        _count(tx, operation)
        return book.hold(tx, msgspec.structs.replace(operation, state="sending"))

    def _new(self, tx: Tx, wish: Handing, account: Account, verdict: Verdict) -> Operation:
        identity = operations.new_id()
        return Operation(
            id=identity,
            principal=wish.principal,
            tool=wish.tool,
            key=wish.key,
            digest=digest(wish),
            change=wish.change,
            account=account.id,
            platform=account.platform,
            currency=account.currency,
            campaign_id=_target(wish.change),
            tag=f"op:{identity}",
            state="sending",
            created_at=tx.now,
            updated_at=tx.now,
            daily_before=None,
            daily_after=None,
            policy=self._policy.digest,
            steps=(),
            reasons=tuple(finding.limit for finding in verdict.findings),
            handed=Handed(),
        )


def _target(change: Handover) -> str:
    """What is changed, where it is there already: by this its history is looked up; no campaign has such an id."""
    return f"audience:{change.audience_id}" if isinstance(change, UpdateAudience) else ""


def digest(wish: Handing) -> str:
    """What is alike has one: the tool, and all that is wished."""
    return hashlib.sha256(canonical([wish.tool, wish.change]).encode()).hexdigest()


def _begin(tx: Tx, operation: Operation) -> Held:
    _count(tx, operation)
    begun = msgspec.structs.replace(operation, state="sending", sent_at=tx.now)
    tx.audit(operation.principal, "sending", book.told(begun))
    return book.hold(tx, begun)


def _count(tx: Tx, operation: Operation) -> None:
    """Count the rows of `operation` as told now."""
    change = operation.change
    if isinstance(change, Handover) and change.rows:
        handed.reserve(tx, operation.id, operation.account, operation.principal, change.rows)


def _refuse_beside_another(tx: Tx, wish: Handing) -> None:
    """Refuse to change an audience while another call does: which of them came last, nobody could tell."""
    if not isinstance(wish.change, UpdateAudience):
        return
    for other in operations.open_on(tx, wish.change.account, _target(wish.change)):
        if other.state == "sending" and not operations.is_free(tx, other.id):
            raise _being_done(other)


def _earlier(tx: Tx, wish: Handing) -> tuple[Operation, Replayed] | None:
    """The operation of an earlier call that this one repeats.

    Events are told apart one by one: of calls with events, only one that waits for a person is repeated.
    """
    alike = digest(wish)
    for operation_id in wish.person.answered:
        asked = operations.by_id(tx, operation_id)
        if asked.digest == alike and asked.principal == wish.principal:
            return asked, ""
    if wish.key:
        found = operations.by_key(tx, wish.principal, wish.key)
        if found is not None:
            if found.digest != alike:
                raise wording.other_handover(found)
            return found, "key"
    for one in _alike(tx, wish, alike):
        if one.key in ("", wish.key):
            return msgspec.structs.replace(one, key=wish.key), "twin"  # whoever goes on by a key finds it by that again
    return None


def _alike(tx: Tx, wish: Handing, alike: str) -> Sequence[Operation]:
    """Those with equal parameters that can go on; and of creates without a key, one of before that is done."""
    rejected = operations.rejected_lately(tx, wish.principal, alike, _NO_STANDS)
    if rejected is not None:
        return [rejected]  # a person's no is not asked for again at once
    unfinished = operations.unfinished(tx, wish.principal, alike)
    if isinstance(wish.change, SendConversions):
        return [one for one in unfinished if one.state == "pending_approval"]
    if isinstance(wish.change, UpdateAudience):
        return [one for one in unfinished if not _is_overtaken(tx, one)]
    if unfinished or wish.key:
        return unfinished
    twin = operations.twin(tx, wish.principal, alike, _SAME_AUDIENCE)
    return [] if twin is None else [twin]


def _is_undecided(tx: Tx, operation: Operation) -> bool:
    """Whether it waits for a person who has not said yes."""
    waits = operation.state == "pending_approval"
    return waits and approvals.by_id(tx, operation.approval).state != "approved"


def _is_overtaken(tx: Tx, operation: Operation) -> bool:
    """Whether the audience was changed by another call since: then it does not go on, but is ended, and begins anew."""
    if operation.state == "pending_approval" or not operations.is_free(tx, operation.id):
        return False
    if not operations.made_later(tx, operation):
        return False
    book.ended(tx, msgspec.structs.replace(operation, state="partial", failing=_overtaken()))
    return True


def _overtaken() -> Failing:
    return Failing(Conflict.code, "The audience was changed by another call before this was done.", "Look at it again.")


def _being_done(operation: Operation) -> InProgress:
    error = InProgress("This very handover is under way.", "Ask get_operation how far it is.")
    error.operation_id = operation.id
    return error


def _for_a_person(operation: Operation) -> OutcomeUnknown:
    error = OutcomeUnknown(
        "Nobody knows whether the platform made this audience, and it is never made twice.",
        "Have the operator look at the account, and settle it with `xylo-mcp operations resolve`.",
        platform=operation.platform,
    )
    error.operation_id = operation.id
    return error


def declined() -> Refused:
    """The error of what a person said no to."""
    return Refused("A person declined this; nothing was sent.", "Do not ask for it again.")
