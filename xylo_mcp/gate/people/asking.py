"""Has handovers admitted, by the rules and by people."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from ...ads.accounts import Account
from ...ads.errors import AdsError
from ...ads.operations import Operation
from ...contract import AdPlatform
from ...digests import Digests
from ...guard.policy import Policy
from ...guard.verdicts import Verdict
from ...ledger import Store
from ...questions import Question, Reply
from .. import describing, wording
from ..gate import Gate
from .admission import Admission, Replay, declined
from .book import Held
from .wishes import Handing


class Asking:
    """Before people's data leaves: who may, and who says so. Only this and the gate beside it have a platform write."""

    def __init__(self, gate: Gate, store: Store, policy: Policy, platforms: Mapping[str, AdPlatform]) -> None:
        self._gate, self._store, self._policy, self._platforms = gate, store, policy, platforms
        self._admission = Admission(policy)

    def platform(self, account: Account) -> AdPlatform:
        """The platform of `account`."""
        return self._platforms[account.platform]

    def rehearses(self, account: Account) -> bool:
        """Whether everything is a dry run here."""
        return self._gate.rehearses(account.id)

    async def verdict(self, wish: Handing, account: Account) -> Verdict:
        """What the guardrails say, for a rehearsal."""
        return await self._store.read(lambda tx: self._admission.verdict(tx, wish, account))

    async def have_decided(self, wishes: Sequence[tuple[Handing, Account]], digests: Digests) -> None:
        """Have a person decide on all that need it before any is begun.

        A question may end the call, which comes again with the answer: what was begun by then would have to be undone.
        Whose errors are about one of them alone, `admitted` tells.

        Raises:
            AskFirst: see `admitted`.
        """
        for wish, account in wishes if len(wishes) > 1 else ():
            if wish.dry_run or self.rehearses(account) or not self._takes_the_word_of(wish):
                continue
            waiting = partial(self._admission.waiting, wish=wish, account=account, fingerprint=digests.fingerprint)
            with suppress(AdsError):
                self._gate.require_writing()
                operation = await self._store.write(waiting)
                if operation is not None:
                    await self._decided(wish, account, operation)

    def _takes_the_word_of(self, wish: Handing) -> bool:
        return "elicitation" in self._policy.approvals.channels and wish.person.can_be_asked

    async def admitted(self, wish: Handing, account: Account, digests: Digests) -> Held | Replay:
        """The handover, to be carried out now; or an earlier one, or one that waits for a person.

        Raises:
            Refused: the guardrails, a person, or the server's mode do not allow it.
            Misconfigured, Mismatch, InProgress, OutcomeUnknown: see `Admission.admit`.
            AskFirst: a person has to be asked, and the client makes the same call again.
        """
        self._gate.require_writing()
        admitted = await self._admit(wish, account, digests)
        if isinstance(admitted, Replay) and admitted.operation.state == "pending_approval":
            return await self._have_decided(wish, account, digests, admitted.operation)
        return admitted

    async def _admit(self, wish: Handing, account: Account, digests: Digests) -> Held | Replay:
        admit = partial(self._admission.admit, wish=wish, account=account, fingerprint=digests.fingerprint)
        admitted = await self._store.write(admit)
        if isinstance(admitted, Verdict):
            raise wording.refused(admitted)
        return admitted

    async def _have_decided(
        self, wish: Handing, account: Account, digests: Digests, operation: Operation
    ) -> Held | Replay:
        """Ask the person behind the call, if the policy takes their word; else the operation waits for another."""
        if not self._takes_the_word_of(wish):
            return Replay(operation)
        reply = await self._decided(wish, account, operation)
        if reply == "cancelled":
            return Replay(operation)
        if reply == "declined":
            raise declined()
        return await self._admit(wish, account, digests)

    async def _decided(self, wish: Handing, account: Account, operation: Operation) -> Reply:
        """Ask the person, and write down what they say."""
        reply = await wish.person.ask(Question(operation.id, describing.question(operation, account)))
        if reply != "cancelled":
            approver = f"client of {wish.principal}"
            await self._gate.decide(
                operation.approval, approve=reply == "approved", approver=approver, channel="elicitation"
            )
        return reply
