"""What is asked of the gate for people's data, and what it answers."""

from collections.abc import Callable, Sequence

import msgspec

from ...ads.accounts import Account
from ...ads.errors import AdsError
from ...ads.handovers import Handed, Handover
from ...ads.operations import Operation
from ...guard.verdicts import Verdict
from ...questions import Asked, Nobody
from ..outcomes import Replayed

Progress = Callable[[str], None]


class Handing(msgspec.Struct, frozen=True):
    """A handover, who wishes for it, and how.

    Attributes:
        tool: with which tool; `key`: the idempotency key they gave.
        dry_run: judge it, count what is of use, and send nothing.
        until: when the answer is wanted, on the event loop's clock; what is not done then can go on later.
        person: who can be asked meanwhile.
    """

    change: Handover
    principal: str
    tool: str
    until: float
    key: str = ""
    dry_run: bool = False
    person: Asked = Nobody()


class LeftOut(msgspec.Struct, frozen=True):
    """An event that was not delivered: its number in the call or file, and why, in a short word of ours."""

    number: int
    state: str
    reason: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """What became of a handover.

    Attributes:
        operation: its record; None for a dry run, of which there is none.
        handed: how far it is; for a dry run, how far it would get.
        replayed: whether this is the outcome of an earlier call, because of its key or its equal parameters.
        verdict: what the guardrails say, for a dry run.
        error: why it is not, or not wholly, done.
        left_out: the first of the events that were not delivered.
        note: what is to be said of it besides.
    """

    account: Account
    change: Handover
    operation: Operation | None = None
    handed: Handed = Handed()
    replayed: Replayed = ""
    verdict: Verdict | None = None
    error: AdsError | None = None
    left_out: Sequence[LeftOut] = ()
    note: str = ""
