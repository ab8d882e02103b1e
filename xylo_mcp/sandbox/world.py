"""The truth behind the sandbox: accounts, campaigns and what they delivered.

All of it is computed from a seed, but for what was written since: that is kept in the sandbox's file.
Nothing here knows a vendor's words. Each folder beside this file brings a `Cast` (who its accounts
are) and renders what it finds here.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import msgspec

from .cast import (
    HISTORY_DAYS,
    AccountPlan,
    Ad,
    AdGroup,
    Campaign,
    Cast,
    Goal,
    State,
    Switch,
    ad_groups_of,
    ads_of,
    amount,
    campaigns_of,
    cents,
)
from .delivery import Facts, day_of, delivers, known, so_far, summed
from .edits import Editor, Edits
from .memory import Memory
from .parts import by_ad, by_segment
from .people import People

__all__ = [
    "HISTORY_DAYS",
    "AccountPlan",
    "Ad",
    "AdGroup",
    "Campaign",
    "Cast",
    "Editor",
    "Facts",
    "Goal",
    "Part",
    "State",
    "Switch",
    "World",
    "amount",
    "cents",
    "summed",
]
_DAY = timedelta(days=1)


class Part(msgspec.Struct, frozen=True):
    """What one ad, or one segment of the people who saw it, had of a day; `segment` is empty where none was asked."""

    ad: Ad
    segment: str
    day: date
    facts: Facts


@dataclass(frozen=True)
class World:
    """Everything that is true, for one seed. The same seed and anchor give the same world until it is written to.

    Attributes:
        anchor: the day the world was made; the campaigns' history reaches `HISTORY_DAYS` back from it.
        clock: tells the present moment; days that have not begun have no facts.
        memory: keeps what was written.
    """

    seed: int
    anchor: date
    clock: Callable[[], datetime]
    casts: tuple[Cast, ...]
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def people(self) -> People:
        """Whom the platforms were told of."""
        return People(self.memory)

    @cached_property
    def _edits(self) -> Edits:
        return Edits(self.memory, self._seeded)

    def cast(self, platform: str) -> Cast:
        """The cast of `platform`."""
        return next(cast for cast in self.casts if cast.platform == platform)

    def account(self, platform: str, account_id: str) -> AccountPlan | None:
        """The account with the vendor's id `account_id`, None if there is none."""
        return next((plan for plan in self.cast(platform).accounts if plan.id == account_id), None)

    def campaigns(self, platform: str, account_id: str) -> Sequence[Campaign]:
        """All campaigns of an account, whatever their state, oldest (lowest id) first."""
        return self._edits.campaigns(platform, self._plan(platform, account_id))

    def campaign(self, platform: str, campaign_id: str) -> Campaign | None:
        """The campaign with this id, on any account of `platform`."""
        for plan in self.cast(platform).accounts:
            found = self._edits.campaign(platform, plan, campaign_id)
            if found is not None:
                return found
        return None

    def ad_groups(self, platform: str, campaign: Campaign) -> Sequence[AdGroup]:
        """The ad groups of a campaign; one that was made here has none."""
        if not campaign.appetite:
            return []
        seeded = _groups(self.seed, campaign)
        edited = self._edits.ad_groups(platform, campaign)
        return [edited.get(group.id, group) for group in seeded]

    def ads(self, group: AdGroup) -> Sequence[Ad]:
        """The ads of an ad group."""
        return ads_of(self.seed, group.id)

    @contextmanager
    def editing(self, platform: str) -> Generator[Editor]:
        """Write to `platform` within one transaction: what is checked in it still holds when it is written."""
        try:
            with self.memory.writing() as db:
                yield Editor(db, self._edits, self.cast(platform), self.clock)
        except BaseException:
            self._edits.forget()  # what was read of it in between was never true
            raise

    def attempted(self, platform: str, verb: str, target: str) -> None:
        """Remember that somebody asked `platform` to change something, whatever comes of it."""
        with self.memory.writing() as db:
            db.execute(
                "INSERT INTO attempt (at, platform, verb, target) VALUES (?, ?, ?, ?)",
                (self.clock().isoformat(), platform, verb, target),
            )

    def attempts(self) -> Sequence[tuple[object, ...]]:
        """All of these: when, on which platform, what was asked, and of what."""
        return self.memory.read("SELECT at, platform, verb, target FROM attempt ORDER BY id")

    def today(self, account: AccountPlan) -> date:
        """The present day where the account is."""
        return self.clock().astimezone(ZoneInfo(account.time_zone)).date()

    def facts(self, platform: str, campaign: Campaign, day: date) -> Facts:
        """What `campaign` delivered on `day`. A running day counts its full hours so far."""
        return self._facts(campaign, day, self.today(campaign.account), fractional=self.cast(platform).fractional)

    def days(self, platform: str, campaign: Campaign, since: date, until: date) -> Iterator[tuple[date, Facts]]:
        """Each day from `since` to `until`, both included, on which `campaign` delivered anything."""
        today, fractional = self.today(campaign.account), self.cast(platform).fractional
        day = max(since, campaign.first_day)
        last = min(until, today, campaign.last_day or until)
        while day <= last:
            facts = self._facts(campaign, day, today, fractional=fractional)
            if not facts.nothing:
                yield day, facts
            day += _DAY

    def parts(self, platform: str, campaign: Campaign, since: date, until: date, breakdown: str = "") -> Iterator[Part]:
        """What `days` tells, divided among the campaign's ads, and by `breakdown` (of the cast's `segments`).

        The parts of a day come to the whole again, in every column but reach: a sum of people is none.
        """
        cast, groups = self.cast(platform), self.ad_groups(platform, campaign)
        for day, whole in self.days(platform, campaign, since, until):
            for ad, facts in by_ad(self.seed, groups, whole, fractional=cast.fractional):
                if not breakdown:
                    yield Part(ad, "", day, facts)
                    continue
                segments = cast.segments[breakdown]
                for segment, part in by_segment(self.seed, ad.id, segments, facts, fractional=cast.fractional):
                    yield Part(ad, segment, day, part)

    def total(self, platform: str, campaign: Campaign, since: date, until: date) -> Facts:
        """The sum over the days from `since` to `until`. Reach is not a sum: see `summed`."""
        return summed(facts for _, facts in self.days(platform, campaign, since, until))

    def _facts(self, campaign: Campaign, day: date, today: date, *, fractional: bool) -> Facts:
        if day > today or not delivers(campaign, day):
            return Facts()
        whole = day_of(self.seed, campaign, day)
        if day == today:
            whole = so_far(whole, self.clock(), campaign.account.time_zone)
        return known(whole, (today - day).days, fractional=fractional)

    def _plan(self, platform: str, account_id: str) -> AccountPlan:
        return next(plan for plan in self.cast(platform).accounts if plan.id == account_id)

    def _seeded(self, platform: str, plan: AccountPlan) -> Sequence[Campaign]:
        return _campaigns(self.seed, self.anchor, self.cast(platform), plan)


# What is drawn is always the same, so nobody needs to draw it twice: whoever opens the world again has it at once.
@lru_cache(maxsize=64)
def _campaigns(seed: int, anchor: date, cast: Cast, plan: AccountPlan) -> Sequence[Campaign]:
    return tuple(campaigns_of(seed, anchor, cast, plan))


@lru_cache(maxsize=8192)
def _groups(seed: int, campaign: Campaign) -> Sequence[AdGroup]:
    return tuple(ad_groups_of(seed, campaign))
