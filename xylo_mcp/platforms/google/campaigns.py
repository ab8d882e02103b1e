"""Google's campaigns and their budgets, read into our values.

Shapes: Google Ads API reference, v26, `Campaign` and `CampaignBudget` (October 2026).
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import Annotated

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign
from ...ads.money import Money
from ...ads.standings import Budget, Seat, Standing
from ..reading import each, identifier, identifiers
from . import words
from .money import budget_amount

NO_END = date(2037, 12, 30)
"""Stands for "runs indefinitely" (Google Ads API reference, v22, `Campaign.end_date`); newer versions say nothing."""

_Amount = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")


class CampaignFields(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A campaign as a row has it."""

    id: str | int = ""
    name: str = ""
    status: str = ""
    primary_status: str = ""
    primary_status_reasons: Sequence[str] = ()
    advertising_channel_type: str = ""
    bidding_strategy_type: str = ""
    start_date_time: str = ""
    end_date_time: str = ""


class BudgetFields(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The budget that a campaign spends from."""

    id: str | int = ""
    amount_micros: _Amount | None = None
    total_amount_micros: _Amount | None = None
    explicitly_shared: bool = False
    reference_count: _Count | None = None

    @property
    def users(self) -> int:
        """How many campaigns draw on it; where Google doesn't count, one or as good as many."""
        counted = self.reference_count
        return (2 if self.explicitly_shared else 1) if counted is None else counted

    @property
    def seat(self) -> Seat:
        """A budget of the shared library stays one while only one campaign draws on it: another may join."""
        return "shared" if self.explicitly_shared or self.users > 1 else "campaign"


class CampaignRow(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """A campaign and the budget it spends from."""

    campaign: CampaignFields
    campaign_budget: BudgetFields = BudgetFields()

    def in_our_words(self, account: Account) -> Campaign:
        """It as one of `account`'s campaigns."""
        (read,) = in_our_words([self], account)
        return read

    def standing(self, account: Account) -> Standing:
        """It with what it may spend. Each campaign has one budget; of one that is not told nothing bounds it."""
        campaign, budget = self.in_our_words(account), self.campaign_budget
        lifetime = campaign.lifetime_budget
        return Standing(
            campaign,
            [
                Budget(
                    id=f"budget/{identifier(budget.id)}" if budget.id else f"campaign/{campaign.id}",
                    seat=budget.seat,
                    daily=campaign.daily_budget,
                    lifetime=lifetime,
                    starts=campaign.starts if lifetime else None,
                    ends=campaign.ends if lifetime else None,
                )
            ],
        )


def in_our_words(rows: Sequence[CampaignRow], account: Account) -> Sequence[Campaign]:
    """The campaigns of `rows`, put together from columns: lists of campaigns are long."""
    campaigns, budgets = [row.campaign for row in rows], [row.campaign_budget for row in rows]
    statuses = [theirs.status for theirs in campaigns]
    deliveries = [(theirs.primary_status, *theirs.primary_status_reasons) for theirs in campaigns]
    objectives = [(theirs.advertising_channel_type, theirs.bidding_strategy_type) for theirs in campaigns]
    totals = _amounts([budget.total_amount_micros for budget in budgets], account)
    daily = _amounts([budget.amount_micros for budget in budgets], account)
    return list(
        map(
            Campaign,
            identifiers([theirs.id for theirs in campaigns]),
            repeat(account.id),
            [theirs.name for theirs in campaigns],
            each(statuses, words.status),
            each(deliveries, lambda told: words.delivery(told[0], told[1:])),
            each(objectives, lambda told: words.objective(*told)),
            statuses,
            each(deliveries, lambda told: words.joined(*told)),
            each(objectives, lambda told: words.joined(*told)),
            [None if total else amount for total, amount in zip(totals, daily, strict=True)],
            totals,
            [budget.users > 1 for budget in budgets],
            [day(theirs.start_date_time) for theirs in campaigns],
            [last_day(theirs.end_date_time) for theirs in campaigns],
        )
    )


def _amounts(micros: Sequence[int | None], account: Account) -> Sequence[Money | None]:
    return each(micros, lambda told: budget_amount(told, account.currency))


@lru_cache(maxsize=4096)
def day(moment: str) -> date | None:
    """The day of a moment in the account's time zone; None where Google says none.

    Raises:
        ValueError: it is no such moment.
    """
    if not moment:
        return None
    match = _MOMENT.fullmatch(moment)
    if match is None:
        raise ValueError("not a moment")
    return date.fromisoformat(match[1])


def last_day(moment: str) -> date | None:
    """The last day of a campaign; None where it runs indefinitely.

    Raises:
        ValueError: it is no moment.
    """
    found = day(moment)
    return None if found == NO_END else found
