"""Every platform that is found keeps the promises of a writing platform, held against the sandbox's truth."""

from collections.abc import AsyncGenerator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import httpx2
import msgspec
import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.dates import local_day
from xylo_mcp.ads.errors import AdsError, Invalid, NotFound, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Standing
from xylo_mcp.contract import AdPlatform, Connection, Found, PlatformSpec, Receipt
from xylo_mcp.guard import exposure
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import CampaignTruth, Truth, truth

SPECS = found()
TAG, OTHER_TAG = "op:abcdefghijkm", "op:nopqrstuvwxy"
pytestmark = pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))


@pytest.fixture
async def platform(spec: PlatformSpec, house: House, clock: StandingClock) -> AsyncGenerator[AdPlatform]:
    settings = {part.name: part.default for part in spec.settings} | dict(house.credentials(spec.name))
    network = httpx2.ASGITransport(app=house.app(spec.name))
    async with spec.open(Connection(settings, network, clock, per_second=1000)) as opened:
        yield opened


@pytest.fixture
async def account(platform: AdPlatform, house: House) -> Account:
    """An open account in dollars, with some campaigns."""
    accounts = (await platform.accounts()).accounts
    return next(one for one in accounts if one.currency == "USD" and one.status == "active" and known(house, one))


def known(house: House, account: Account) -> bool:
    plans = house.world.cast(account.platform).accounts
    vendor_id = next(plan.id for plan in plans if plan.public_id == account.id)
    return 0 < len(house.world.campaigns(account.platform, vendor_id)) < 1000


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def wanted(account: Account, **values: object) -> CreateCampaign:
    change = CreateCampaign(account.id, "Herbst: Größe & Öko", "traffic", dollars("75.50"))
    return msgspec.structs.replace(change, **values)


def campaign_in(house: House, account: Account, campaign_id: str) -> CampaignTruth:
    return next(one for one in truth(house.world, account.id).campaigns if one.id == campaign_id)


async def carried_out(platform: AdPlatform, account: Account, change: Change, tag: str = TAG) -> Receipt:
    """`change`, as the gate would do it: looked at, checked, then sent."""
    campaign_id = "" if isinstance(change, CreateCampaign) else change.campaign_id
    standing = (await platform.look(account, campaign_id)).target
    platform.check(account, change, standing)
    return await platform.apply(account, change, tag, standing)


async def test_a_created_campaign_is_paused_and_stored_as_it_was_asked_for(
    platform: AdPlatform, account: Account, house: House
) -> None:
    change = wanted(account)

    receipt = await carried_out(platform, account, change)

    stored = receipt.stored
    assert stored is not None
    assert (stored.id, stored.account, stored.name, stored.status, stored.daily_budget, stored.lifetime_budget) == (
        receipt.campaign_id,
        account.id,
        change.name,
        "paused",
        change.daily_budget,
        None,
    )
    true = campaign_in(house, account, receipt.campaign_id)
    assert (true.name, true.switch, true.daily_budget, true.goal) == (change.name, "off", Decimal("75.5"), "traffic")


async def test_every_objective_that_is_offered_can_be_created_and_no_other(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House
) -> None:
    every = ("awareness", "traffic", "engagement", "leads", "app_promotion", "conversions", "sales")

    for number, objective in enumerate(every):
        change = wanted(account, name=f"Objective {number}", objective=objective)
        if objective in spec.creates:
            assert (await carried_out(platform, account, change, f"op:{number}")).stored is not None
        else:
            with pytest.raises(Unsupported):
                platform.check(account, change, None)

    assert len(truth(house.world, account.id).attempts) == len(spec.creates)


async def test_a_look_finds_all_that_is_committed_wherever_the_budget_sits(
    platform: AdPlatform, house: House, clock: StandingClock
) -> None:
    for account in (await platform.accounts()).accounts:
        if not known(house, account):
            continue
        today = local_day(clock(), account.time_zone)

        look = await platform.look(account)

        told = truth(house.world, account.id)
        running = {one.id: one for one in told.campaigns if one.switch == "on" and not over(one, today)}
        assert {one.campaign.id for one in look.running} == set(running)
        assert look.target is None
        for standing in look.running:
            assert amounts(standing) == true_amounts(running[standing.campaign.id], told), standing


def over(campaign: CampaignTruth, today: date) -> bool:
    return campaign.last_day is not None and campaign.last_day < today and campaign.state == "ended"


def amounts(standing: Standing) -> list[Decimal]:
    kinds = [budget.daily or budget.lifetime for budget in standing.budgets]
    return sorted(money.amount for money in kinds if money is not None)


def true_amounts(campaign: CampaignTruth, told: Truth) -> list[Decimal]:
    own = campaign.daily_budget or campaign.lifetime_budget
    if own is not None:
        return [own]
    groups = [one for one in told.ad_groups if one.campaign_id == campaign.id and one.switch == "on"]
    return sorted(budget for one in groups if (budget := one.daily_budget or one.lifetime_budget) is not None)


async def test_a_shared_budget_has_one_id_however_many_spend_from_it(platform: AdPlatform, house: House) -> None:
    for account in (await platform.accounts()).accounts:
        if not known(house, account):
            continue
        look = await platform.look(account)
        told = {one.id: one.budget_id for one in truth(house.world, account.id).campaigns}
        ids: dict[str, set[str]] = {}
        for standing in look.running:
            for budget in standing.budgets:
                if budget.seat != "ad_group":
                    ids.setdefault(told[standing.campaign.id], set()).add(budget.id)

        assert all(len(names) == 1 for names in ids.values())


async def test_a_budget_a_name_and_the_status_can_be_changed(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House
) -> None:
    made = await carried_out(platform, account, wanted(account))
    changes: Mapping[str, object] = {"name": "Anders", "daily_budget": dollars("80.25"), "status": "active"}

    for field, value in changes.items():
        change = msgspec.structs.replace(UpdateCampaign(account.id, made.campaign_id), **{field: value})
        receipt = await carried_out(platform, account, change)
        assert receipt.stored is not None
        assert getattr(receipt.stored, field) == value

    true = campaign_in(house, account, made.campaign_id)
    assert (true.name, true.daily_budget, true.switch) == ("Anders", Decimal("80.25"), "on")
    look = await platform.look(account, made.campaign_id)
    assert look.target in look.running


async def test_a_paused_campaign_commits_nothing_any_more(
    platform: AdPlatform, account: Account, house: House, clock: StandingClock
) -> None:
    running = (await platform.look(account)).running[0]

    receipt = await carried_out(platform, account, PauseCampaign(account.id, running.campaign.id))

    assert receipt.stored is not None
    assert receipt.stored.status == "paused"
    assert campaign_in(house, account, running.campaign.id).switch == "off"
    look = await platform.look(account, running.campaign.id)
    assert running.campaign.id not in {one.campaign.id for one in look.running}
    assert exposure.before(look.target, local_day(clock(), account.time_zone)) == {}


async def test_pausing_what_is_paused_changes_nothing_and_is_no_error(
    platform: AdPlatform, account: Account, house: House
) -> None:
    made = await carried_out(platform, account, wanted(account))

    again = await carried_out(platform, account, PauseCampaign(account.id, made.campaign_id))

    assert again.campaign_id == made.campaign_id
    assert campaign_in(house, account, made.campaign_id).switch == "off"


async def test_a_pause_that_nobody_looked_for_reaches_the_accounts_own_campaigns_only(
    platform: AdPlatform, account: Account, house: House
) -> None:
    own = (await platform.look(account)).running[0].campaign.id
    others = [one.id for one in (await platform.accounts()).accounts if one.status == "active" and one != account]
    theirs = next(one for other in others for one in truth(house.world, other).campaigns if one.switch == "on")
    made = await carried_out(platform, account, wanted(account))

    await platform.apply(account, PauseCampaign(account.id, own), TAG, None)
    await platform.apply(account, PauseCampaign(account.id, made.campaign_id), TAG, None)
    for missing in (theirs.id, "404"):
        with pytest.raises(AdsError) as raised:
            await platform.apply(account, PauseCampaign(account.id, missing), TAG, None)
        assert (type(raised.value), raised.value.nothing_done) == (NotFound, True)

    assert campaign_in(house, account, own).switch == "off"
    assert theirs in truth(house.world, theirs.account).campaigns


async def test_a_lifetime_budget_is_one_of_all_its_days(
    spec: PlatformSpec, platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    ends = local_day(clock(), account.time_zone) + timedelta(days=9)
    change = wanted(account, daily_budget=None, lifetime_budget=dollars("1000.00"), ends=ends)
    try:
        platform.check(account, change, None)
    except Unsupported:
        change = msgspec.structs.replace(change, ends=None)

    receipt = await carried_out(platform, account, change)

    assert receipt.stored is not None
    assert (receipt.stored.daily_budget, receipt.stored.lifetime_budget, receipt.stored.ends) == (
        None,
        change.lifetime_budget,
        change.ends,
    )


async def test_what_a_create_made_is_found_by_its_tag(
    platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    change = wanted(account)
    before = await platform.find(account, change, TAG, clock())
    made = await carried_out(platform, account, change)

    assert before.campaigns == []
    assert [one.id for one in (await platform.find(account, change, TAG, clock())).campaigns] == [made.campaign_id]


async def test_what_bears_the_tag_in_its_name_is_surely_what_the_create_made(
    platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    change = wanted(account, name=f"Herbst [{TAG}]")
    made = await carried_out(platform, account, change)

    found_after = await platform.find(account, change, TAG, clock())

    assert ([one.id for one in found_after.campaigns], found_after.sure) == ([made.campaign_id], True)


async def test_what_somebody_else_made_of_the_same_name_is_never_surely_ours(
    platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    change = wanted(account)
    await carried_out(platform, account, change, OTHER_TAG)

    found_after = await platform.find(account, change, TAG, clock())

    assert found_after.campaigns == [] or not found_after.sure


async def test_what_became_of_a_change_is_read_from_its_target(
    platform: AdPlatform, account: Account, clock: StandingClock
) -> None:
    made = await carried_out(platform, account, wanted(account))
    change = UpdateCampaign(account.id, made.campaign_id, daily_budget=dollars("90.00"))

    found_before = await platform.find(account, change, OTHER_TAG, clock())
    await carried_out(platform, account, change)

    assert [one.daily_budget for one in found_before.campaigns] == [dollars("75.50")]
    found_after = await platform.find(account, change, OTHER_TAG, clock())
    assert [one.daily_budget for one in found_after.campaigns] == [dollars("90.00")]
    assert await platform.find(account, PauseCampaign(account.id, "404"), TAG, clock()) == Found([])


DONE = {"lose_answer": 1, "cut": 1, "status": 0, "empty": 0, "html": 0, "server_error": 0}


@pytest.mark.parametrize("kind", DONE)
async def test_an_answer_that_is_none_leaves_open_whether_it_was_done(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House, clock: StandingClock, kind: Kind
) -> None:
    change = wanted(account)
    house.faults.plan(Fault(spec.name, kind, times=1))

    with pytest.raises(AdsError) as raised:
        await platform.apply(account, change, TAG, None)

    house.faults.clear()
    assert not raised.value.nothing_done
    assert len((await platform.find(account, change, TAG, clock())).campaigns) == DONE[kind]


@pytest.mark.parametrize("kind", ["throttle"])
async def test_a_refusal_to_be_hurried_says_that_nothing_was_done(
    spec: PlatformSpec, platform: AdPlatform, account: Account, house: House, kind: Kind
) -> None:
    house.faults.plan(Fault(spec.name, kind, times=1))

    with pytest.raises(AdsError) as raised:
        await platform.apply(account, wanted(account), TAG, None)

    assert raised.value.nothing_done
    assert raised.value.safe_to_retry
    assert not [one for one in truth(house.world, account.id).campaigns if one.name == wanted(account).name]


async def test_a_budget_below_the_platforms_least_is_refused_and_nothing_is_done(
    platform: AdPlatform, account: Account, house: House
) -> None:
    before = truth(house.world, account.id).campaigns

    with pytest.raises(AdsError) as raised:
        await carried_out(platform, account, wanted(account, daily_budget=dollars("0.01")))

    assert raised.value.nothing_done
    assert truth(house.world, account.id).campaigns == before


async def test_checking_a_change_with_the_platform_changes_nothing(
    platform: AdPlatform, account: Account, house: House
) -> None:
    before = truth(house.world, account.id).campaigns

    checked = await platform.validate(account, wanted(account), TAG, None)
    if checked:
        with pytest.raises(AdsError):
            await platform.validate(account, wanted(account, daily_budget=dollars("0.01")), TAG, None)

    told = truth(house.world, account.id)
    assert (told.campaigns, told.attempts) == (before, [])


@pytest.mark.parametrize(
    "budgets",
    [
        {"daily_budget": Money(Decimal(5000), "JPY")},
        {"daily_budget": None, "lifetime_budget": Money(Decimal(5000), "EUR"), "ends": date(2026, 4, 30)},
        {"daily_budget": None},
        {"lifetime_budget": dollars("900.00"), "ends": date(2026, 4, 30)},
        {"daily_budget": dollars("0")},
        {"daily_budget": dollars("-75.50")},
        {"daily_budget": dollars("NaN")},
        {"daily_budget": dollars("75.505")},
    ],
)
async def test_a_budget_that_would_mean_something_else_where_it_arrives_is_refused_beforehand(
    platform: AdPlatform, account: Account, house: House, budgets: Mapping[str, object]
) -> None:
    with pytest.raises((Invalid, Unsupported)) as refused:
        platform.check(account, wanted(account, **budgets), None)

    assert refused.value.nothing_done
    assert truth(house.world, account.id).attempts == []


async def test_a_change_of_nothing_is_refused_beforehand(platform: AdPlatform, account: Account) -> None:
    standing = (await platform.look(account)).running[0]

    with pytest.raises(Invalid):
        platform.check(account, UpdateCampaign(account.id, standing.campaign.id), standing)


async def test_a_budget_that_sits_elsewhere_is_not_changed_through_the_campaign(
    platform: AdPlatform, account: Account
) -> None:
    elsewhere = [
        one for one in (await platform.look(account)).running if one.budgets[:1] and one.budgets[0].seat != "campaign"
    ]

    for standing in elsewhere:
        change = UpdateCampaign(account.id, standing.campaign.id, daily_budget=dollars("99.00"))
        with pytest.raises((Unsupported, Invalid)):
            platform.check(account, change, standing)
