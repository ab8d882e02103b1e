"""Who there is on each platform, and the campaigns they have: drawn from a seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from . import names
from .chance import Draw

Goal = Literal["awareness", "traffic", "engagement", "leads", "app", "purchases"]
Switch = Literal["on", "off", "archived", "deleted"]
State = Literal["delivering", "off", "in_review", "rejected", "limited", "ended", "gone"]
HISTORY_DAYS = 400
_DAY = timedelta(days=1)
_GOALS: tuple[Goal, ...] = ("awareness", "traffic", "engagement", "leads", "app", "purchases", "purchases")
_STATES_WHEN_ON: tuple[State, ...] = (
    "delivering",
    "delivering",
    "delivering",
    "delivering",
    "limited",
    "in_review",
    "rejected",
    "ended",
)
# Rough worth of one US dollar, so that budgets look at home in every currency.
_PER_DOLLAR = {"USD": 1, "EUR": 1, "GBP": 1, "AUD": 2, "BRL": 6, "TWD": 32, "INR": 84, "JPY": 150, "KRW": 1400}
_NO_CENTS = frozenset({"JPY", "KRW", "TWD"})


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account of a cast: `id` as the vendor writes it, `public_id` as our tools write it.

    `longest_run` is for how many days its campaigns run at most, 0 without such a limit.
    """

    id: str
    public_id: str
    name: str
    currency: str
    time_zone: str
    campaigns: int
    disabled: bool = False
    manager: str = ""
    longest_run: int = 0


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on one platform, and what its campaigns may be.

    Attributes:
        first_campaign: the lowest campaign id; later campaigns have higher ones.
        removals: how this platform takes campaigns away.
        fractional: whether conversions come in hundredths.
        emoji: whether names may carry emoji.
        shared_budgets: whether several campaigns may spend from one budget.
        named: campaigns whose name is fixed, by account id: they come first.
        segments: by what its reports can be divided, and into which parts, in our tools' words.
    """

    platform: str
    accounts: tuple[AccountPlan, ...]
    first_campaign: int
    removals: tuple[Switch, ...]
    fractional: bool = False
    emoji: bool = True
    shared_budgets: bool = False
    named: tuple[tuple[str, str], ...] = ()
    segments: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]], hash=False)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign. Amounts are whole minor units of the account's currency; days are the account's own.

    Attributes:
        switch: as configured; `state`: what becomes of it.
        daily, lifetime: its budget, 0 where it has none of that kind.
        budget_id: which budget it spends from; several campaigns of one account may share it.
        first_day, last_day: when it delivers, None: goes on.
        created, modified: moments in UTC.
        details: what its vendor remembers of it beyond that, by names of the vendor's own.
        appetite: what it spends on an average day; `phases`: from which day on it was another (0: none), in order.
    """

    id: str
    account: AccountPlan
    name: str
    goal: Goal
    switch: Switch
    state: State
    daily: int
    lifetime: int
    budget_id: str
    first_day: date
    last_day: date | None
    created: datetime
    modified: datetime
    appetite: int = field(repr=False, default=0)
    phases: tuple[tuple[date, int], ...] = field(repr=False, default=())
    details: Mapping[str, str] = field(repr=False, default_factory=dict[str, str], hash=False)

    def appetite_on(self, day: date) -> int:
        """What it spends on a `day` that brings the average."""
        return next((appetite for begins, appetite in reversed(self.phases) if begins <= day), self.appetite)


@dataclass(frozen=True, slots=True)
class AdGroup:
    """One ad group. Its budget is its own where its campaign has none, else 0 and 0."""

    id: str
    campaign: str
    name: str
    switch: Switch
    daily: int
    lifetime: int
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Ad:
    """One ad. `weight` is what it gets of its ad group's delivery, next to the other ads' weights."""

    id: str
    ad_group: str
    name: str
    weight: int


def cents(currency: str) -> int:
    """How many of the world's minor units make one unit of `currency`: 100, or 1 (JPY, KRW, TWD)."""
    return 1 if currency in _NO_CENTS else 100


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as an exact amount of `currency`."""
    return Decimal(minor) / cents(currency)


def dollar(currency: str) -> int:
    """Roughly a dollar, in minor units of `currency`."""
    return cents(currency) * _PER_DOLLAR[currency]


def campaigns_of(seed: int, anchor: date, cast: Cast, plan: AccountPlan) -> Iterator[Campaign]:
    """The campaigns of one account of `cast`, lowest id first. The same arguments always give the same."""
    begin = cast.first_campaign + cast.accounts.index(plan) * 100_000
    owner: Campaign | None = None
    for number in range(plan.campaigns):
        draw = Draw(f"{seed}/{cast.platform}/{plan.id}/{number}")
        shares = cast.shared_budgets and draw.below(9) == 0
        campaign = _campaign(draw, anchor, cast, plan, number, begin + 50_000 + number)
        if shares and owner is not None:
            campaign = replace(campaign, budget_id=owner.budget_id, daily=owner.daily, lifetime=owner.lifetime)
        else:
            owner = campaign
        yield campaign


def _campaign(draw: Draw, anchor: date, cast: Cast, plan: AccountPlan, number: int, budget: int) -> Campaign:
    named = [name for account, name in cast.named if account == plan.id]
    plain = number < len(named)
    name = named[number] if plain else names.campaign_name(draw, number, emoji=cast.emoji)
    goal: Goal = "purchases" if plain else draw.one_of(_GOALS)
    switch: Switch = "on" if plain else draw.one_of(("on", "on", "on", "on", "on", "off", "off", *cast.removals))
    state: State = "delivering"
    if switch == "off":
        state = "off"
    elif switch in {"archived", "deleted"}:
        state = "gone"
    elif not plain:
        state = draw.one_of(_STATES_WHEN_ON)
    age = HISTORY_DAYS if plain else draw.between(12, HISTORY_DAYS)
    first_day = anchor - age * _DAY
    last_day = None
    if state in {"off", "gone", "ended"}:
        last_day = first_day + draw.between(5, min(age - 2, plan.longest_run or age)) * _DAY
    elif plan.longest_run:
        last_day = first_day + draw.between(5, plan.longest_run) * _DAY
    if state in {"delivering", "limited"} and last_day is not None and last_day < anchor:
        state = "ended"
    unit = dollar(plan.currency)
    size = 100 if plain else draw.one_of((50, 60, 75, 100, 120, 200, 350, 500))
    kind = "daily" if plain else draw.one_of(("daily", "daily", "daily", "lifetime", "none"))
    if cast.shared_budgets and kind == "none":
        kind = "daily"
    created = datetime.combine(first_day, time(6, draw.below(60), draw.below(60)), UTC) - _DAY
    lifetime_days = ((last_day or anchor + 60 * _DAY) - first_day).days + 1
    return Campaign(
        id=str(cast.first_campaign + cast.accounts.index(plan) * 100_000 + number),
        account=plan,
        name=name,
        goal=goal,
        switch=switch,
        state=state,
        daily=size * unit if kind == "daily" else 0,
        lifetime=size * unit * lifetime_days if kind == "lifetime" else 0,
        budget_id=str(budget),
        first_day=first_day,
        last_day=last_day,
        created=created,
        modified=created + timedelta(hours=draw.between(1, 24 * (age - 1))),
        appetite=size * unit,
    )


def ad_groups_of(seed: int, campaign: Campaign) -> Iterator[AdGroup]:
    """The ad groups of a campaign that was there from the beginning: some of each kind of budget.

    The budgets of those that are on come to what the campaign spends on an average day.
    """
    draw = Draw(f"{seed}/groups/{campaign.id}")
    many = draw.between(1, 3)
    shares = shares_of(many)
    own = not (campaign.daily or campaign.lifetime)
    for number, share in enumerate((*shares, 35)):
        is_last = number == many  # one more, which is off
        budget = campaign.appetite * share // 100
        spread = own and number == 1 and campaign.last_day is not None
        days = ((campaign.last_day or campaign.first_day) - campaign.first_day).days + 1
        yield AdGroup(
            id=f"{campaign.id}{number + 1}",
            campaign=campaign.id,
            name=f"Group {number + 1}",
            switch="off" if is_last else "on",
            daily=budget if own and not spread else 0,
            lifetime=budget * days if spread else 0,
            first_day=campaign.first_day,
            last_day=campaign.last_day,
        )


def shares_of(many: int) -> tuple[int, ...]:
    """What the `many` ad groups that are on get of their campaign's delivery, in percent."""
    return {1: (100,), 2: (60, 40), 3: (50, 30, 20)}[many]


@lru_cache(maxsize=20_000)  # asked for again for each day of each report
def ads_of(seed: int, group_id: str) -> tuple[Ad, ...]:
    """The ads of an ad group that was there from the beginning."""
    draw = Draw(f"{seed}/ads/{group_id}")
    return tuple(
        Ad(f"{group_id}{number + 1}", group_id, f"Ad {number + 1}", draw.between(1, 9))
        for number in range(draw.between(1, 3))
    )
