"""Operations: what became of changes."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from .campaigns import Campaign
from .changes import Change
from .errors import Limit
from .handovers import Act, Handed

State = Literal[
    "pending_approval",  # a person has to say yes first; nothing was sent
    "interrupted",       # some of it is done, and the rest goes on when it is asked for again
    "sending",           # reserved and written down; it is being sent, or the process that sent it died
    "applied",           # the platform did it
    "partial",           # the platform did some of its steps, and surely not the others
    "failed",            # the platform surely did not do it
    "unknown",           # sent, and no answer says whether it was done
    "quarantined",       # cannot be told by reading: a person has to say
    "rejected",          # a person said no
    "expired",           # nobody said yes in time
]  # fmt: skip
StepState = Literal["planned", "sending", "applied", "failed", "unknown"]
OPEN: frozenset[State] = frozenset({"sending", "unknown", "quarantined", "interrupted"})
"""Of these it is not certain what the platform did, so they keep what they reserved."""

ENDED: frozenset[State] = frozenset({"applied", "partial", "failed", "rejected", "expired"})
"""Nothing more becomes of these."""


class Step(msgspec.Struct, frozen=True):
    """One request to the platform, and what came of it."""

    change: Change
    state: StepState = "planned"


class Failing(msgspec.Struct, frozen=True):
    """Why an operation did not go through, in our words and the platform's (third-party text)."""

    code: str
    message: str
    fix: str
    platform_code: str = ""
    platform_message: str = ""


class Operation(msgspec.Struct, frozen=True):
    """The record of one change.

    Attributes:
        id: 12 characters, made up; `tag` marks with it what a create made.
        principal: who asked; `tool`: with which tool; `key`: the idempotency key they gave, if any.
        digest: of the parameters, so that equal ones are recognised.
        campaign_id: of the campaign that is changed, or was created once that is known; of an audience that is changed,
            its id behind `audience:`.
        before: the campaign as it stood when this was decided on, None for a new one.
        daily_before, daily_after: what the campaign commits to a day, in the account's `currency`; None: unbounded.
        policy: digest of the policy it was judged by; `reasons`: what a person was asked for.
        sent_at: when its first request was about to leave, None before that.
        stored: the campaign as the platform says it stored it.
        note: what a person said when they settled it by hand.
        handed: how far a handover of people's data is.
    """

    id: str
    principal: str
    tool: str
    key: str
    digest: str
    change: Act
    account: str
    platform: str
    currency: str
    campaign_id: str
    tag: str
    state: State
    created_at: datetime
    updated_at: datetime
    daily_before: Decimal | None
    daily_after: Decimal | None
    policy: str
    steps: tuple[Step, ...]
    reasons: tuple[Limit, ...] = ()
    approval: str = ""
    sent_at: datetime | None = None
    stored: Campaign | None = None
    failing: Failing | None = None
    before: Campaign | None = None
    note: str = ""
    handed: Handed | None = None

    @property
    def campaign_change(self) -> Change:
        """What is changed, for an operation on a campaign."""
        assert isinstance(self.change, Change)
        return self.change


class Approval(msgspec.Struct, frozen=True):
    """A person's yes or no that an operation waits for, or had."""

    id: str
    operation_id: str
    state: Literal["waiting", "approved", "rejected", "used", "expired"]
    created_at: datetime
    expires_at: datetime
    digest: str
    approver: str = ""
    channel: str = ""
