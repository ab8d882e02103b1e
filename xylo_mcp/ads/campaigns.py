"""Campaigns, and which of them are wanted."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from .money import Money

Status = Literal["active", "paused", "archived"]
Delivery = Literal["delivering", "paused", "in_review", "rejected", "limited", "ended", "archived", "unknown"]
Objective = Literal["awareness", "traffic", "engagement", "leads", "app_promotion", "conversions", "sales", "other"]


class Campaign(msgspec.Struct, frozen=True, gc=False):
    """One campaign, as it is configured and as it is delivering.

    Attributes:
        id: the platform's own id, digits as text.
        account: id of the account it belongs to.
        name: third-party text, as the platform sent it.
        status: as configured; deleted and removed campaigns are `archived`.
        delivery: what the platform is really doing with it.
        objective: `other` where the platform's word has no counterpart.
        raw_status, raw_delivery, raw_objective: the platform's own words, empty if it said none.
        daily_budget, lifetime_budget: set on the campaign itself; None when the budget sits
            elsewhere or there is none. Never both.
        shared_budget: whether other campaigns spend from the same budget.
        starts, ends: first and last day on which it may deliver, in the account's time zone; None: not set
            on the campaign itself.
    """

    id: str
    account: str
    name: str
    status: Status
    delivery: Delivery
    objective: Objective
    raw_status: str
    raw_delivery: str
    raw_objective: str
    daily_budget: Money | None = None
    lifetime_budget: Money | None = None
    shared_budget: bool = False
    starts: date | None = None
    ends: date | None = None


class CampaignFilter(msgspec.Struct, frozen=True):
    """Which campaigns are wanted; what is empty does not restrict.

    Attributes:
        statuses: configured statuses; by default all but the archived ones.
        objectives: any of these.
        name_contains: a part of the name, upper and lower case alike.
        ids: only these campaigns (and of them only what the rest admits).
    """

    statuses: frozenset[Status] = frozenset({"active", "paused"})
    objectives: frozenset[Objective] = frozenset()
    name_contains: str = ""
    ids: frozenset[str] = frozenset()

    def admits(self, campaign: Campaign) -> bool:
        """Whether `campaign` is wanted. Holds for every platform, whatever it filtered itself."""
        return (
            campaign.status in self.statuses
            and (not self.objectives or campaign.objective in self.objectives)
            and self.name_contains.casefold() in campaign.name.casefold()
            and (not self.ids or campaign.id in self.ids)
        )


class CampaignPage(msgspec.Struct, frozen=True):
    """A part of an account's campaigns in the platform's own stable order (newest first).

    `next` is the platform's place to go on from, None at the end. A page may be empty and
    still have a next one.
    """

    campaigns: Sequence[Campaign]
    next: str | None
