"""Sends what was reserved, step by step and each step once, and writes down what became of it."""

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from functools import partial

import anyio
import msgspec

from ..ads.accounts import Account
from ..ads.changes import Change, UpdateCampaign, changed_fields, only
from ..ads.errors import AdsError, Late, Refused, Unrecorded
from ..ads.operations import ENDED, Failing, Operation, State, Step
from ..ads.standings import Standing
from ..contract import AdPlatform, PlatformSpec, Receipt
from ..ledger import Store, Tx, halts, operations, reservations
from . import wording

SENDING = timedelta(minutes=3)
"""For so long an operation is its sender's; after that somebody else finds out what became of it."""


class _Place(IntEnum):
    """The order of steps: in between, nothing may run for more."""

    PAUSES = 0
    CUTS = 1  # or changes what costs nothing
    RAISES = 2
    ENABLES = 3


def steps(change: Change, spec: PlatformSpec, standing: Standing | None) -> tuple[Step, ...]:
    """The requests that `change` takes, reductions first."""
    if not isinstance(change, UpdateCampaign):
        return (Step(change),)
    fields = frozenset(changed_fields(change))
    groups = [fields & group for group in spec.apart]
    rest = fields.difference(*groups) if groups else fields
    parts = [only(change, group) for group in (rest, *groups) if group]
    return tuple(Step(part) for part in sorted(parts, key=lambda part: _place(part, standing)))


def _place(part: UpdateCampaign, standing: Standing | None) -> _Place:
    if part.status is not None:
        return _Place.PAUSES if part.status == "paused" else _Place.ENABLES
    own = standing.campaign if standing else None
    for wanted, is_now in (
        (part.daily_budget, own and own.daily_budget),
        (part.lifetime_budget, own and own.lifetime_budget),
    ):
        if wanted is not None and (is_now is None or wanted.amount > is_now.amount):
            return _Place.RAISES
    return _Place.CUTS


class Sender:
    """The only one who has a platform write."""

    def __init__(self, store: Store, platforms: Mapping[str, AdPlatform], patience: float) -> None:
        self._store, self._platforms, self._patience = store, platforms, patience

    def platform(self, account: Account) -> AdPlatform:
        """The platform of `account`."""
        return self._platforms[account.platform]

    async def send(self, operation: Operation, account: Account, standing: Standing | None) -> Operation:
        """Carry out an operation whose first step is written down as being sent.

        Whoever asked may go away meanwhile: what was begun is ended and written down all the same.

        Raises:
            OutcomeUnknown: the ledger failed after something was sent; it is found out later what became of it.
        """
        with anyio.CancelScope(shield=True):
            while operation.state == "sending":
                number = _next(operation)
                receipt = await self._apply(operation.steps[number].change, operation, account, standing)
                after = _after(operation, number, receipt)
                try:
                    operation = await self._store.write(partial(_recorded, operation=after, standing=standing))
                except Unrecorded as lost:
                    raise wording.unrecorded(operation) from lost
        return operation

    async def _apply(
        self, change: Change, operation: Operation, account: Account, standing: Standing | None
    ) -> Receipt | AdsError:
        try:
            with anyio.move_on_after(self._patience):
                return await self.platform(account).apply(account, change, operation.tag, standing)
        except AdsError as error:
            return error
        return Late("The platform did not answer in time.", "See get_operation.", platform=account.platform)


def _recorded(tx: Tx, operation: Operation, standing: Standing | None) -> Operation:
    """Like `record`, unless it was settled meanwhile, for its sender may have slept; or halted, for more was to come.

    What was settled stays so. Only a platform that says it did it knows better than who took it for not done.
    """
    kept = operations.by_id(tx, operation.id)
    if kept.state in ENDED and not (kept.state == "failed" and operation.state in ("applied", "partial")):
        return kept
    if operation.state == "sending" and _is_halted(tx, operation, standing):
        operation = _stopped(operation)
    return record(tx, operation)


def _is_halted(tx: Tx, operation: Operation, standing: Standing | None) -> bool:
    """Whether the operator has halted what the next step does since the first one was judged."""
    part = operation.steps[_next(operation)].change
    grows = isinstance(part, UpdateCampaign) and _place(part, standing) >= _Place.RAISES
    over = halts.over(tx, operation.platform, operation.account)
    return any(grows or halt.level == "freeze_all" for halt in over)


def _stopped(operation: Operation) -> Operation:
    """`operation` with its next step, and all later ones, never sent."""
    halted = Refused(
        "The operator has halted changes meanwhile.", "Stop making changes, and tell the person you work for."
    )
    rest = _with(operation, _next(operation), "planned")
    return msgspec.structs.replace(rest, state="partial", failing=failing(halted))


def record(tx: Tx, operation: Operation) -> Operation:
    """Write down what is known of `operation` now, and settle what it holds if it has ended."""
    if operation.state == "sending":
        tx.audit(operation.principal, "sending", {**told(operation), "step": _next(operation)})
        return operations.keep(tx, operation, tx.now + SENDING)
    if operation.state in ("applied", "partial"):
        reservations.settle(tx, operation, done=True)
    elif operation.state == "failed":
        reservations.settle(tx, operation, done=False)
    tx.audit(operation.principal, operation.state, told(operation))
    return operations.keep(tx, operation)


def told(operation: Operation) -> dict[str, object]:
    """What the audit says of an operation: ids, amounts and outcome, no names and no platform's text."""
    return {
        "operation": operation.id,
        "tool": operation.tool,
        "account": operation.account,
        "campaign": operation.campaign_id,
        "digest": operation.digest,
        "policy": operation.policy,
        "currency": operation.currency,
        "daily_before": operation.daily_before,
        "daily_after": operation.daily_after,
        "approval": operation.approval,
        "steps": [step.state for step in operation.steps],
        "error": operation.failing.code if operation.failing else "",
        "platform_code": operation.failing.platform_code if operation.failing else "",
    }


def _next(operation: Operation) -> int:
    return next(number for number, step in enumerate(operation.steps) if step.state == "sending")


def _after(operation: Operation, number: int, receipt: Receipt | AdsError) -> Operation:
    """`operation` after the answer to one of its steps; the next step, if there is one, is about to be sent."""
    if isinstance(receipt, AdsError):
        return _failed(operation, number, receipt)
    done = _with(operation, number, "applied")
    done = msgspec.structs.replace(done, campaign_id=receipt.campaign_id, stored=receipt.stored or done.stored)
    if number + 1 < len(done.steps):
        return _with(done, number + 1, "sending")
    return msgspec.structs.replace(done, state="applied")


def _failed(operation: Operation, number: int, error: AdsError) -> Operation:
    state: State = "unknown"
    if error.nothing_done:
        state = "partial" if number else "failed"
    ended = _with(operation, number, "failed" if error.nothing_done else "unknown")
    return msgspec.structs.replace(ended, state=state, failing=failing(error))


def failing(error: AdsError) -> Failing:
    """`error` as it is kept."""
    said = error.vendor
    return Failing(error.code, error.message, error.fix, said.code if said else "", said.message if said else "")


def _with(operation: Operation, number: int, state: str) -> Operation:
    changed = tuple(
        msgspec.structs.replace(step, state=state) if place == number else step
        for place, step in enumerate(operation.steps)
    )
    return msgspec.structs.replace(operation, steps=changed)
