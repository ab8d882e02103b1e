"""When a campaign's budget, its bidding and its time go together, whether it is new or changed."""

from dataclasses import dataclass
from datetime import datetime

from ..world import AccountPlan
from .money import least_daily, subunits
from .refusals import budget_too_low, end_is_past, rejected
from .times import last_day

BID_STRATEGY = "LOWEST_COST_WITH_BID_CAP"  # what Meta takes where none is said; then each ad set must say its bid


@dataclass(frozen=True, slots=True)
class Terms:
    """What a campaign would have: budgets in minor units, None where it has none; `stop` None: goes on."""

    account: AccountPlan
    daily: int | None
    lifetime: int | None
    start: datetime
    stop: datetime | None

    @property
    def has_budget(self) -> bool:
        """Whether the campaign itself has a budget."""
        return self.daily is not None or self.lifetime is not None


def check(terms: Terms) -> None:
    """Refuse budgets that are too low, of both kinds, or without the end they need."""
    least, currency = least_daily(terms.account.currency), terms.account.currency
    if terms.daily is not None and terms.lifetime is not None:
        raise rejected("Only one of the two budgets can be set.", "daily_budget", "lifetime_budget")
    if terms.daily is not None and terms.daily < least:
        raise budget_too_low("daily_budget", subunits(least, currency))
    if terms.stop is not None and terms.stop <= terms.start:
        raise rejected("The end must come after the start.", "stop_time")
    if terms.lifetime is None:
        return
    if terms.stop is None:
        raise rejected("A lifetime budget needs an end.", "stop_time")
    least *= (last_day(terms.stop) - terms.start.date()).days + 1
    if terms.lifetime < least:
        raise budget_too_low("lifetime_budget", subunits(least, currency))


def check_end(stop: datetime | None, now: datetime) -> None:
    """Refuse to set an end that is over."""
    if stop is not None and stop <= now:
        raise end_is_past()


def check_bidding(terms: Terms, *, said: bool) -> None:
    """Refuse a bid strategy where the budgets, and so the bidding, are the ad sets'."""
    if said and not terms.has_budget:
        raise rejected("A bid strategy goes with a campaign budget only.", "bid_strategy")
