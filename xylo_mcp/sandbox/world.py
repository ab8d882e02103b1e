"""The truth behind the sandbox: accounts, campaigns and what they delivered, all computed from a seed.

Nothing here knows a vendor's words. Each folder beside this file brings a `Cast` (who its accounts
are) and renders what it finds here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from .cast import HISTORY_DAYS, AccountPlan, Campaign, Cast, Goal, State, Switch, amount, campaigns_of, cents
from .delivery import Facts, day_of, delivers, known, so_far, summed

__all__ = [
    "HISTORY_DAYS",
    "AccountPlan",
    "Campaign",
    "Cast",
    "Facts",
    "Goal",
    "State",
    "Switch",
    "World",
    "amount",
    "cents",
    "summed",
]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Everything that is true, for one seed. The same seed and anchor give the same world for ever.

    Attributes:
        anchor: the day the world was made; the campaigns' history reaches `HISTORY_DAYS` back from it.
        clock: tells the present moment; days that have not begun have no facts.
    """

    seed: int
    anchor: date
    clock: Callable[[], datetime]
    casts: tuple[Cast, ...]

    @cached_property
    def _campaigns(self) -> dict[tuple[str, str], Sequence[Campaign]]:
        return {}

    def cast(self, platform: str) -> Cast:
        """The cast of `platform`."""
        return next(cast for cast in self.casts if cast.platform == platform)

    def account(self, platform: str, account_id: str) -> AccountPlan | None:
        """The account with the vendor's id `account_id`, None if there is none."""
        return next((plan for plan in self.cast(platform).accounts if plan.id == account_id), None)

    def campaigns(self, platform: str, account_id: str) -> Sequence[Campaign]:
        """All campaigns of an account, whatever their state, oldest (lowest id) first."""
        found = self._campaigns.get((platform, account_id))
        if found is None:
            cast = self.cast(platform)
            plan = next(plan for plan in cast.accounts if plan.id == account_id)
            found = self._campaigns[platform, account_id] = tuple(campaigns_of(self.seed, self.anchor, cast, plan))
        return found

    def campaign(self, platform: str, campaign_id: str) -> Campaign | None:
        """The campaign with this id, on any account of `platform`."""
        for plan in self.cast(platform).accounts:
            for campaign in self.campaigns(platform, plan.id):
                if campaign.id == campaign_id:
                    return campaign
        return None

    def today(self, account: AccountPlan) -> date:
        """The present day where the account is."""
        return self.clock().astimezone(ZoneInfo(account.time_zone)).date()

    def facts(self, platform: str, campaign: Campaign, day: date) -> Facts:
        """What `campaign` delivered on `day`. A running day counts its full hours so far."""
        today = self.today(campaign.account)
        if day > today or not delivers(campaign, day):
            return Facts()
        whole = day_of(self.seed, campaign, day)
        if day == today:
            whole = so_far(whole, self.clock(), campaign.account.time_zone)
        return known(whole, (today - day).days, fractional=self.cast(platform).fractional)

    def days(self, platform: str, campaign: Campaign, since: date, until: date) -> Iterator[tuple[date, Facts]]:
        """Each day from `since` to `until`, both included, on which `campaign` delivered anything."""
        day = max(since, campaign.first_day)
        last = min(until, self.today(campaign.account), campaign.last_day or until)
        while day <= last:
            facts = self.facts(platform, campaign, day)
            if not facts.nothing:
                yield day, facts
            day += _DAY

    def total(self, platform: str, campaign: Campaign, since: date, until: date) -> Facts:
        """The sum over the days from `since` to `until`. Reach is not a sum: see `summed`."""
        return summed(facts for _, facts in self.days(platform, campaign, since, until))
