"""What is true in a world, as JSON for whoever wants to compare."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from .world import AccountPlan, AdGroup, Campaign, Facts, World, amount

_Day = tuple[str, str, date, Decimal, int, int, Decimal, Decimal, int, int, int]
"""A `DayTruth` as its fields, in their order."""


class AccountTruth(msgspec.Struct, frozen=True):
    """An account: `id` as our tools write it, `vendor_id` as its vendor does."""

    id: str
    vendor_id: str
    platform: str
    name: str
    currency: str
    time_zone: str
    disabled: bool
    today: date


class CampaignTruth(msgspec.Struct, frozen=True):
    """A campaign; amounts in the account's currency, None where it has no such budget."""

    id: str
    account: str
    name: str
    goal: str
    switch: str
    state: str
    daily_budget: Decimal | None
    lifetime_budget: Decimal | None
    budget_id: str
    first_day: date
    last_day: date | None
    details: dict[str, str]


class AdGroupTruth(msgspec.Struct, frozen=True):
    """An ad group; its budget is its own where its campaign has none."""

    id: str
    campaign_id: str
    name: str
    switch: str
    daily_budget: Decimal | None
    lifetime_budget: Decimal | None
    first_day: date
    last_day: date | None


class Attempt(msgspec.Struct, frozen=True):
    """A request that asked to change something, whatever came of it."""

    at: str
    platform: str
    verb: str
    target: str


class AdTruth(msgspec.Struct, frozen=True):
    """An ad."""

    id: str
    ad_group_id: str
    campaign_id: str
    name: str


class DayTruth(msgspec.Struct, frozen=True):
    """What one campaign delivered on one day of its account, as far as it is known now."""

    account: str
    campaign_id: str
    date: date
    spend: Decimal
    impressions: int
    clicks: int
    conversions: Decimal
    conversion_value: Decimal
    reach: int
    link_clicks: int
    video_views: int


class PartTruth(DayTruth, frozen=True):
    """What one ad delivered on one day, in all or to one segment of the people."""

    ad_group_id: str
    ad_id: str
    segment: str


class AudienceTruth(msgspec.Struct, frozen=True):
    """An audience: how many are in it, and how many of them its platform knows."""

    id: str
    platform: str
    account: str
    name: str
    kind: str
    members: int
    matched: int


class EventsTruth(msgspec.Struct, frozen=True):
    """How many events came to a destination, and how many counted: neither as a repetition nor as a rehearsal."""

    platform: str
    destination: str
    received: int
    counted: int


class Truth(msgspec.Struct, frozen=True):
    """The world, or a part of it; days without any delivery are left out of `days`.

    Of people it has counts alone. `events` are those of the accounts' platforms: a destination says not whose it is.
    """

    seed: int
    anchor: date
    now: str
    since: date
    until: date
    accounts: list[AccountTruth]
    campaigns: list[CampaignTruth]
    ad_groups: list[AdGroupTruth]
    ads: list[AdTruth]
    attempts: list[Attempt]
    days: list[DayTruth]
    audiences: list[AudienceTruth]
    events: list[EventsTruth]


def truth(world: World, account: str = "", since: date | None = None, until: date | None = None) -> Truth:
    """The truth about `account` (as our tools write it; empty: all) from `since` to `until`.

    Without days it tells the last week up to and with today (in UTC).
    """
    now = world.clock()
    until = until or now.date() + timedelta(days=1)
    since = since or until - timedelta(days=8)
    plans = [(cast.platform, plan) for cast in world.casts for plan in cast.accounts if account in ("", plan.public_id)]
    campaigns = [(platform, found) for platform, plan in plans for found in world.campaigns(platform, plan.id)]
    groups = [(group, found) for platform, found in campaigns for group in world.ad_groups(platform, found)]
    return Truth(
        seed=world.seed,
        anchor=world.anchor,
        now=now.isoformat(),
        since=since,
        until=until,
        accounts=[_account(world, platform, plan) for platform, plan in plans],
        campaigns=[_campaign(found) for _, found in campaigns],
        ad_groups=[_ad_group(group, found) for group, found in groups],
        ads=[AdTruth(ad.id, ad.ad_group, found.id, ad.name) for group, found in groups for ad in world.ads(group)],
        attempts=msgspec.convert(
            [dict(zip(Attempt.__struct_fields__, row, strict=True)) for row in world.attempts()], list[Attempt]
        ),
        days=[day for platform, found in campaigns for day in _days(world, platform, found, since, until)],
        audiences=[one for platform, plan in plans for one in _audiences(world, platform, plan)],
        events=[
            EventsTruth(platform, *heard)
            for platform in dict.fromkeys(platform for platform, _ in plans)
            for heard in world.people.heard(platform)
        ],
    )


def parts(world: World, account: str, since: date, until: date, breakdown: str = "") -> Iterator[PartTruth]:
    """What each ad of `account` delivered on each day, and to whom, where `breakdown` divides it."""
    platform, plan = next(
        (cast.platform, plan) for cast in world.casts for plan in cast.accounts if plan.public_id == account
    )
    for campaign in world.campaigns(platform, plan.id):
        for part in world.parts(platform, campaign, since, until, breakdown):
            yield PartTruth(*_day(campaign, part.day, part.facts), part.ad.ad_group, part.ad.id, part.segment)


def _account(world: World, platform: str, plan: AccountPlan) -> AccountTruth:
    return AccountTruth(
        id=plan.public_id,
        vendor_id=plan.id,
        platform=platform,
        name=plan.name,
        currency=plan.currency,
        time_zone=plan.time_zone,
        disabled=plan.disabled,
        today=world.today(plan),
    )


def _audiences(world: World, platform: str, plan: AccountPlan) -> Iterator[AudienceTruth]:
    people = world.people
    for one in people.audiences(platform, plan.id):
        sizes = people.size(one), people.matched(one)
        yield AudienceTruth(one.id, platform, plan.public_id, one.name, one.kind, *sizes)


def _campaign(campaign: Campaign) -> CampaignTruth:
    currency = campaign.account.currency
    return CampaignTruth(
        id=campaign.id,
        account=campaign.account.public_id,
        name=campaign.name,
        goal=campaign.goal,
        switch=campaign.switch,
        state=campaign.state,
        daily_budget=amount(campaign.daily, currency) if campaign.daily else None,
        lifetime_budget=amount(campaign.lifetime, currency) if campaign.lifetime else None,
        budget_id=campaign.budget_id,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        details=dict(campaign.details),
    )


def _ad_group(group: AdGroup, campaign: Campaign) -> AdGroupTruth:
    currency = campaign.account.currency
    return AdGroupTruth(
        id=group.id,
        campaign_id=campaign.id,
        name=group.name,
        switch=group.switch,
        daily_budget=amount(group.daily, currency) if group.daily else None,
        lifetime_budget=amount(group.lifetime, currency) if group.lifetime else None,
        first_day=group.first_day,
        last_day=group.last_day,
    )


def _days(world: World, platform: str, campaign: Campaign, since: date, until: date) -> Iterator[DayTruth]:
    for day, facts in world.days(platform, campaign, since, until):
        yield DayTruth(*_day(campaign, day, facts))


def _day(campaign: Campaign, day: date, facts: Facts) -> _Day:
    currency = campaign.account.currency
    return (
        campaign.account.public_id,
        campaign.id,
        day,
        amount(facts.spend, currency),
        facts.impressions,
        facts.clicks,
        Decimal(facts.conversions) / 100,
        amount(facts.value, currency),
        facts.reach,
        facts.link_clicks,
        facts.video_plays,
    )
