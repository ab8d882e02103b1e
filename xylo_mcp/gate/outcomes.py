"""What is asked of the gate, and what it answers."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ..ads.accounts import Account
from ..ads.changes import Change
from ..ads.operations import Operation
from ..ads.standings import Standing
from ..guard.verdicts import Verdict
from ..questions import Asked, Nobody

Replayed = Literal["", "key", "twin"]


class Wish(msgspec.Struct, frozen=True):
    """A change, who wishes for it, and how.

    Attributes:
        tool: with which tool; `key`: the idempotency key they gave.
        dry_run: judge it, have the platform check it, and change nothing.
        until: when the answer is wanted, on the event loop's clock.
        person: who can be asked meanwhile.
        enable: let a created campaign run, by a second change that is judged by itself.
    """

    change: Change
    principal: str
    tool: str
    until: float
    key: str = ""
    dry_run: bool = False
    person: Asked = Nobody()
    enable: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What became of a wish.

    Attributes:
        operation: its record; None for a dry run, of which there is none.
        replayed: whether this is the outcome of an earlier call, because of its key or its equal parameters.
        verdict: what the guardrails say, for a dry run.
        daily_before, daily_after: what the campaign commits to a day while it runs.
        platform_checked: for a dry run, whether the platform checked it, too.
        then: what became of enabling a campaign that was created to run.
    """

    account: Account
    change: Change
    operation: Operation | None
    before: Standing | None
    daily_before: Decimal | None
    daily_after: Decimal | None
    replayed: Replayed = ""
    verdict: Verdict | None = None
    platform_checked: bool = False
    notes: Sequence[str] = ()
    then: "Outcome | None" = None


class InForce(msgspec.Struct, frozen=True):
    """What the operator has put in force: the policy's digest, the halts, and how much is not settled."""

    now: datetime
    policy: str
    halts: Sequence[str]
    open_operations: int
