"""Everything that rules look at, put together beforehand: they ask nobody and know no clock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from ..ads.accounts import Account
from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from ..ads.dates import local_day
from ..ads.handovers import Act, Handover, SendConversions
from ..ads.money import Money, with_currency
from ..ads.standings import Standing
from . import exposure
from .exposure import Amount
from .policy import Policy

ScopeKind = Literal["campaign", "account", "platform", "total"]


class Scope(msgspec.Struct, frozen=True):
    """One sum that may be capped, in the policy's currency: what it is now and what it will be."""

    kind: ScopeKind
    name: str
    now: Amount
    then: Amount
    cap: Amount


class History(msgspec.Struct, frozen=True):
    """What the ledger tells of the campaign, of who asks, and of equal questions.

    `raised_from` is what the campaign committed to before the first of its changes within 24 hours, or after it where
    that gave it a first budget; None: no change. `rows_last_day` are the people and events that the account was told of
    within 24 hours.
    """

    raised_from: Money | None = None
    last_change: datetime | None = None
    writes_last_minute: int = 0
    created_last_day: int = 0
    identical_last_10_minutes: int = 0
    rows_last_day: int = 0


class Halt(msgspec.Struct, frozen=True):
    """One halt in force."""

    scope: str
    level: Literal["freeze_increases", "freeze_all"]
    reason: str


class Case(msgspec.Struct, frozen=True):
    """A change and all the facts.

    Attributes:
        before: the campaign as it stands; None for a new one.
        scopes: the sums that caps are about; "campaign" is what it commits to while it runs, even if it is off.
        policy_in_force: whether this policy is the one that the store holds.
        unusable: why sums could not be worked out, empty if they could.
        by_halt: whether no agent asks, but the operator's own halt.
    """

    change: Act
    account: Account
    before: Standing | None
    policy: Policy
    now: datetime
    scopes: Sequence[Scope] = ()
    history: History = History()
    halts: Sequence[Halt] = ()
    policy_in_force: bool = True
    unusable: str = ""
    by_halt: bool = False

    @property
    def today(self) -> date:
        """The day where the account is."""
        return local_day(self.now, self.account.time_zone)

    @property
    def creates(self) -> bool:
        """Whether a campaign is to be made."""
        return isinstance(self.change, CreateCampaign)

    @property
    def pauses(self) -> bool:
        """Whether a campaign is to stop, and no more."""
        return isinstance(self.change, PauseCampaign)

    @property
    def raises(self) -> bool:
        """Whether more may be spent afterwards."""
        return isinstance(self.change, Change) and exposure.raises(self.change, self.before, self.today)

    @property
    def grows(self) -> bool:
        """Whether more may be spent afterwards, now or once a campaign that is off is enabled."""
        return self.creates or self.raises or self._plans_more

    @property
    def _plans_more(self) -> bool:
        if not isinstance(self.change, UpdateCampaign) or self.before is None:
            return False
        has, wants = self.before.campaign, self.change
        return any(
            wanted is not None and (budget is None or wanted.amount > budget.amount)
            for wanted, budget in (
                (wants.daily_budget, has.daily_budget),
                (wants.lifetime_budget, has.lifetime_budget),
            )
        )

    @property
    def rows(self) -> int:
        """How many people or events are to be handed over."""
        return self.change.rows if isinstance(self.change, Handover) else 0

    @property
    def hands_over(self) -> bool:
        """Whether people's data leaves, or a group of people is made."""
        return isinstance(self.change, Handover)

    @property
    def hands_list(self) -> bool:
        """Whether an audience is made or changed."""
        return self.hands_over and not isinstance(self.change, SendConversions)

    def scope(self, kind: ScopeKind) -> Scope | None:
        """The sum of this kind."""
        return next((scope for scope in self.scopes if scope.kind == kind), None)

    def told(self, amount: Amount) -> str:
        """An amount per day in the policy's currency, in words."""
        if amount is None:
            return "without bound"
        return f"{with_currency(amount, self.policy.currency)} per day"
