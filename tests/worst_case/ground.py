"""The ground truth: what campaigns commit to by the sandbox's own word, and what people do there by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.world import AccountPlan, AdGroup, Campaign, World, amount, cents

Budgets = Mapping[str, Decimal]
Scope = tuple[str, str]
"""What a cap is about: its kind, and which campaign, account or platform; nothing for the total."""


@dataclass(frozen=True)
class Place:
    """An account of the world that is played on, and what its money is worth in dollars."""

    platform: str
    plan: AccountPlan
    rate: Decimal

    @property
    def id(self) -> str:
        """As tools write it."""
        return self.plan.public_id

    def worth(self, amounts: Iterable[Decimal]) -> Decimal:
        """The sum of these amounts, in dollars, rounded up to a cent."""
        return (sum(amounts, Decimal(0)) * self.rate).quantize(Decimal("0.01"), ROUND_CEILING)

    def minor(self, dollars: Decimal) -> int:
        """The most of the world's minor units that are not worth more than that."""
        return int(dollars / self.rate * self._cents)

    def units(self, dollars: Decimal) -> float:
        """The same in units of the currency, as an agent writes it."""
        return self.minor(dollars) / self._cents

    @property
    def _cents(self) -> int:
        return cents(self.plan.currency)


_RATES = {"act_123456789": "1", "act_223456789": "0.0067", "customers/1234567890": "1"}
_RATES["tiktok_7123456789012345678"] = "1"


class Ground:
    """The accounts that are played on. `latest` is the latest time that the ledger has seen: for it, none goes back."""

    def __init__(self, house: House) -> None:
        self.world: World = house.world
        self.latest = datetime.min.replace(tzinfo=UTC)
        self.places = [
            Place(platform, plan, Decimal(_RATES[plan.public_id]))
            for platform in house.platforms
            for plan in self.world.cast(platform).accounts
            if plan.public_id in _RATES
        ]

    def now(self) -> datetime:
        """The time as the ledger has it."""
        return max(self.latest, self.world.clock())

    def campaigns(self, place: Place) -> Mapping[str, Campaign]:
        """All of an account, by id, but for those that were taken away before the play began."""
        everyone = self.world.campaigns(place.platform, place.plan.id)
        return {one.id: one for one in everyone if one.details.get("away") is None}

    def everything(self) -> Mapping[str, Campaign]:
        """All campaigns of all these accounts."""
        return {key: one for place in self.places for key, one in self.campaigns(place).items()}

    def budgets(self, place: Place, campaign: Campaign) -> Budgets:
        """What a campaign commits to a day, by budget, if it runs; nothing if it does not."""
        today = self.now().astimezone(ZoneInfo(place.plan.time_zone)).date()
        over = campaign.last_day is not None and campaign.last_day < today
        if campaign.switch != "on" or over:
            return {}
        if campaign.daily or campaign.lifetime:
            return {campaign.budget_id: _daily(campaign, today, place.plan.currency)}
        groups = self.world.ad_groups(place.platform, campaign)
        return {one.id: _daily(one, today, place.plan.currency) for one in groups if one.switch == "on"}

    def committed(self, opened: Iterable[UpdateCampaign] = ()) -> Mapping[Scope, Decimal]:
        """The sums that caps are about, in dollars, with all of `opened` counted as done."""
        sums: dict[Scope, Decimal] = {}
        changes = list(opened)
        for place in self.places:
            mine = [one for one in changes if one.account == place.id]
            account: dict[str, Decimal] = {}
            for campaign in self.campaigns(place).values():
                budgets = dict(self.budgets(place, campaign))
                for change in mine:
                    if change.campaign_id == campaign.id:
                        _raise(budgets, self.budgets(place, changed(campaign, change)))
                if budgets:
                    sums["campaign", campaign.id] = place.worth(budgets.values())
                    _raise(account, budgets)
            worth = place.worth(account.values())
            sums["account", place.id] = worth
            sums["platform", place.platform] = sums.get(("platform", place.platform), Decimal(0)) + worth
            sums["total", ""] = sums.get(("total", ""), Decimal(0)) + worth
        return sums

    def potential(self, campaign: Campaign) -> Decimal:
        """What a campaign commits to a day while it runs, in dollars."""
        place = self.place_of(campaign.account.public_id)
        return place.worth(self.budgets(place, replace(campaign, switch="on")).values())

    def place_of(self, account: str) -> Place:
        """The account of this id."""
        return next(place for place in self.places if place.id == account)


def changed(campaign: Campaign, change: UpdateCampaign) -> Campaign:
    """`campaign` as it is once `change` is done."""
    minor = cents(campaign.account.currency)
    daily, lifetime = change.daily_budget, change.lifetime_budget
    return replace(
        campaign,
        switch={"active": "on", "paused": "off", None: campaign.switch}[change.status],
        daily=int(daily.amount * minor) if daily else campaign.daily,
        lifetime=int(lifetime.amount * minor) if lifetime else campaign.lifetime,
        first_day=change.starts or campaign.first_day,
        last_day=change.ends or campaign.last_day,
        name=change.name or campaign.name,
    )


def _daily(one: Campaign | AdGroup, today: date, currency: str) -> Decimal:
    if one.daily:
        return amount(one.daily, currency)
    days = 1 if one.last_day is None else max((one.last_day - max(today, one.first_day)).days + 1, 1)
    return amount(one.lifetime, currency) / days


def _raise(budgets: dict[str, Decimal], other: Budgets) -> None:
    for key, daily in other.items():
        budgets[key] = max(budgets.get(key, Decimal(0)), daily)


def furnish(house: House) -> None:
    """Leave on each account a few campaigns that are off, one of each kind of budget, and take the others away.

    Three more have what most are about: a daily budget of their own.
    """
    ground = Ground(house)
    for place in ground.places:
        everyone = house.world.campaigns(place.platform, place.plan.id)
        kept = {one.id: one for one in (*_kinds(house.world, place), *_sharing(everyone))}
        some = place.minor(Decimal(60))
        with house.world.editing(place.platform) as editor:
            for number in range(3):
                editor.create(place.plan, name=f"Made before {number}", goal="traffic", switch="off", daily=some)
            for one in everyone:
                if one.id not in kept:
                    editor.update(one, switch="deleted", details={**one.details, "away": "yes"})
                    continue
                last_day = date(2026, 3, 27) if one.lifetime else None
                budget = {"lifetime": 10 * some} if one.lifetime else {"daily": some} if one.daily else {}
                editor.update(one, switch="off", last_day=last_day, **budget)
                for group in house.world.ad_groups(place.platform, one):
                    editor.update_ad_group(one, group, daily=0 if budget else some // 3, lifetime=0, last_day=last_day)


def _kinds(world: World, place: Place) -> Iterable[Campaign]:
    """A campaign with a daily budget, one with a lifetime budget, and one whose ad groups have theirs."""
    alive = [one for one in world.campaigns(place.platform, place.plan.id) if one.state != "gone"]
    yield from [one for one in alive if one.daily][:1]
    yield from [one for one in alive if one.lifetime][:1]
    yield from [one for one in alive if not one.daily and not one.lifetime][:1]


def _sharing(campaigns: Iterable[Campaign]) -> Iterable[Campaign]:
    """Two campaigns that spend from one budget, where there are such."""
    by_budget: dict[str, list[Campaign]] = {}
    for one in campaigns:
        by_budget.setdefault(one.budget_id, []).append(one)
    return next((some[:2] for some in by_budget.values() if len([one for one in some if one.state != "gone"]) > 1), ())
