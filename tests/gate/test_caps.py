"""Caps hold: against many at once, several servers, and people on the platforms' own pages."""

from datetime import date, timedelta
from decimal import Decimal

import anyio
import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, JAPAN, Held, OpenServer, Shop, budget, create, policy, together
from xylo_mcp.ads.changes import PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Limit, Refused
from xylo_mcp.ads.money import Money
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House

CAPPED = policy(caps="campaign = 500\naccount = 1000")
TWO = f'{ACCOUNT} = "live"\n{JAPAN} = "live"'


def rules(error: AdsError) -> list[str]:
    return [limit.rule for limit in error.limits]


async def test_thirty_raises_at_once_on_two_servers_use_a_cap_up_and_never_exceed_it(
    open_server: OpenServer, shop: Shop
) -> None:
    campaigns = [shop.open(20) for _ in range(30)]
    async with open_server(CAPPED) as one, open_server(CAPPED) as other:
        servers = [one, other] * 15
        came = await together(
            *(lambda s=s, c=c: s.submit(budget(c, "70")) for s, c in zip(servers, campaigns, strict=True))
        )

    applied = [outcome for outcome in came if isinstance(outcome, Outcome)]
    refused = [error for error in came if isinstance(error, Refused)]
    assert shop.committed() == Decimal(600) + 50 * len(applied)
    assert Decimal(950) <= shop.committed() <= Decimal(1000)
    assert len(applied) + len(refused) == len(came) == 30
    assert {tuple(rules(error)) for error in refused} == {("caps.account",)}
    assert shop.writes() == len(applied)


async def test_many_small_campaigns_are_stopped_by_the_cap_of_the_account(open_server: OpenServer, shop: Shop) -> None:
    campaigns = [shop.open(300, on=False) for _ in range(4)]
    async with open_server(CAPPED) as server:
        for campaign in campaigns[:3]:
            await server.submit(UpdateCampaign(ACCOUNT, campaign, status="active"))
        with pytest.raises(Refused) as refused:
            await server.submit(UpdateCampaign(ACCOUNT, campaigns[3], status="active"))

    assert refused.value.limits == [
        Limit("caps.account", "1000.00 USD per day", "900.00 USD per day", "1200.00 USD per day", "100.00 USD per day")
    ]
    assert shop.committed() == Decimal(900)


async def test_a_raise_by_a_person_on_the_platforms_own_page_is_seen(open_server: OpenServer, shop: Shop) -> None:
    mine, theirs = shop.open(100), shop.open(100)
    async with open_server(CAPPED) as server:
        await server.submit(budget(mine, "200"))
        shop.edit(theirs, daily=75_000)

        with pytest.raises(Refused) as refused:
            await server.submit(budget(mine, "251"))
        await server.submit(budget(mine, "250"))

    assert rules(refused.value) == ["caps.account"]
    assert shop.committed() == Decimal(1000)


async def test_an_unsettled_raise_counts_as_done(open_server: OpenServer, shop: Shop, clock: StandingClock) -> None:
    unsettled, other = shop.open(100), shop.open(100)
    shop.house.faults.plan(Fault("meta", "status", path=unsettled, skip=1, status=502))
    async with open_server(CAPPED) as server:
        with pytest.raises(AdsError):
            await server.submit(budget(unsettled, "500"))
        clock.now += timedelta(hours=1)

        with pytest.raises(Refused) as refused:
            await server.submit(budget(other, "500.01"))
        with pytest.raises(Refused) as above:
            await server.submit(UpdateCampaign(ACCOUNT, shop.open(401, on=False), status="active"))
        await server.submit(budget(other, "500"))

    assert (rules(refused.value), rules(above.value)) == (["caps.campaign"], ["caps.account"])


async def test_a_cut_is_free_at_once_where_no_raise_was_before_it(open_server: OpenServer, shop: Shop) -> None:
    cut, other = shop.open(500), shop.open(500)
    async with open_server(policy(caps="campaign = 900\naccount = 1000")) as server:
        with pytest.raises(Refused):
            await server.submit(budget(other, "600"))

        await server.submit(budget(cut, "400"))
        await server.submit(budget(other, "600"))

    assert shop.committed() == Decimal(1000)


async def test_lifetime_budgets_count_by_what_is_left_of_their_days(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(10)
    shop.open(lifetime=9000, last_day=date(2026, 3, 27))  # ten days, today included
    async with open_server(CAPPED) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "100.01"))
        await server.submit(budget(campaign, "100"))

    assert refused.value.limits == [
        Limit("caps.account", "1000.00 USD per day", "910.00 USD per day", "1000.01 USD per day", "90.00 USD per day")
    ]


async def test_budgets_of_ad_sets_count(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(10)
    by_sets = next(
        one
        for one in shop.campaigns()
        if not one.daily
        and not one.lifetime
        and one.last_day is None
        and all(group.daily for group in shop.world.ad_groups("meta", one))
    )
    shop.edit(by_sets.id, switch="on")
    counted = sum(group.daily for group in shop.world.ad_groups("meta", by_sets) if group.switch == "on") // 100
    room = 1000 - counted
    async with open_server(policy(caps="campaign = 2000\naccount = 1000")) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, f"{room}.01"))
        await server.submit(budget(campaign, str(room)))

    assert counted > 0
    assert rules(refused.value) == ["caps.account"]


async def test_a_campaign_without_any_budget_is_not_enabled(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(0, on=False)
    async with open_server() as server:
        with pytest.raises(Refused) as refused:
            await server.submit(UpdateCampaign(ACCOUNT, campaign, status="active"))

    assert rules(refused.value) == ["unbounded"]
    assert shop.writes() == 0


RATES = "[rates]\nas_of = 2026-03-01\nmax_age_days = 30\nworth = { JPY = '0.01' }"


@pytest.mark.parametrize("cap", ["platform", "total"])
async def test_other_accounts_count_towards_wider_caps_in_the_policys_currency(
    open_server: OpenServer, house: House, shop: Shop, clock: StandingClock, cap: str
) -> None:
    campaign = shop.open(100)
    japan = Shop(house, JAPAN)
    abroad = japan.open(300)  # 30000 yen are 300 dollars
    text = policy(RATES, caps=f"campaign = 2000\naccount = 2000\n{cap} = 1000", accounts=TWO)
    async with open_server(text) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "700.01"))
        japan.edit(abroad, daily=40_000)
        remembered = await server.submit(budget(campaign, "650"))
        clock.now += timedelta(minutes=16)
        with pytest.raises(Refused) as looked:
            await server.submit(budget(campaign, "651"))
        raised = await together(
            lambda: server.submit(UpdateCampaign(JAPAN, abroad, daily_budget=Money(Decimal(30_000), "JPY"))),
        )
        held = await server.submit(budget(campaign, "600"))

    assert refused.value.limits == [
        Limit(f"caps.{cap}", "1000.00 USD per day", "400.00 USD per day", "1000.01 USD per day", "600.00 USD per day")
    ]
    assert isinstance(remembered, Outcome)
    assert rules(looked.value) == [f"caps.{cap}"]
    assert [type(one) for one in raised] == [Outcome]
    assert isinstance(held, Outcome)


async def test_what_another_account_raised_counts_for_as_long_as_its_last_look_is_older(
    open_server: OpenServer, house: House, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(100)
    abroad = Shop(house, JAPAN).open(300)  # 30000 yen are 300 dollars
    text = policy(RATES, caps="campaign = 2000\naccount = 2000\ntotal = 1000", accounts=TWO)
    async with open_server(text) as server:
        await server.submit(budget(campaign, "110"))  # looks abroad
        await server.submit(UpdateCampaign(JAPAN, abroad, daily_budget=Money(Decimal(80_000), "JPY")))
        clock.now += timedelta(minutes=5)

        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "200.01"))
        await server.submit(budget(campaign, "200"))

    assert rules(refused.value) == ["caps.total"]


@pytest.mark.virtual_time
async def test_an_account_abroad_that_cannot_be_read_lets_nothing_be_raised(
    open_server: OpenServer, house: House, shop: Shop
) -> None:
    campaign = shop.open(100)
    Shop(house, JAPAN)
    text = policy(RATES, caps="campaign = 2000\naccount = 2000\ntotal = 1000", accounts=TWO)
    house.faults.plan(Fault("meta", "status", path=JAPAN.removeprefix("act_"), times=-1, status=500))
    async with open_server(text) as server:
        with pytest.raises(Refused, match=f"{JAPAN} counts towards a cap and cannot be read") as refused:
            await server.submit(budget(campaign, "110"))
        cut = await server.done(budget(campaign, "90"))

    assert rules(refused.value) == ["facts"]
    assert cut.state == "applied"


@pytest.mark.virtual_time
async def test_a_platform_whose_accounts_cannot_be_listed_lets_nothing_be_raised(
    open_server: OpenServer, house: House, shop: Shop
) -> None:
    campaign = shop.open(100)
    house.faults.plan(Fault("tiktok", "status", times=-1, status=500))
    async with open_server(policy(caps="campaign = 2000\ntotal = 1000")) as server:
        with pytest.raises(Refused, match="Not all accounts that a cap counts can be listed") as refused:
            await server.submit(budget(campaign, "110"))

    assert rules(refused.value) == ["facts"]


async def test_without_a_rate_nothing_is_raised_and_anything_can_be_cut(open_server: OpenServer, house: House) -> None:
    japan = Shop(house, JAPAN)
    campaign = japan.open(300)
    async with open_server(policy(accounts=TWO)) as server:
        with pytest.raises(Refused, match="no rate from JPY to USD") as refused:
            await server.submit(UpdateCampaign(JAPAN, campaign, daily_budget=Money(Decimal(31_000), "JPY")))
        cut = await server.done(UpdateCampaign(JAPAN, campaign, daily_budget=Money(Decimal(20_000), "JPY")))

    assert "facts" in rules(refused.value)
    assert (cut.state, japan.campaign(campaign).daily) == ("applied", 20_000)


async def test_raises_within_a_day_are_measured_from_the_first_value(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(100)
    async with open_server(policy("[raises]\nsingle_percent = 20\nday_percent = 50")) as server:
        for amount in ("120", "144"):
            await server.submit(budget(campaign, amount))
            clock.now += timedelta(hours=1)
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "151"))
        clock.now += timedelta(days=1)
        await server.submit(budget(campaign, "151"))

    assert refused.value.limits == [
        Limit("raises.day", "150.00 USD per day", "144.00 USD per day", "151.00 USD per day")
    ]
    assert shop.daily(campaign) == Decimal(151)


async def test_a_new_campaign_is_paused_and_its_plan_stays_within_the_cap(open_server: OpenServer, shop: Shop) -> None:
    async with open_server(CAPPED) as server:
        await server.submit(create(daily="500"))
        with pytest.raises(Refused) as refused:
            await server.submit(create("Autumn", "500.01"))

    assert [one.switch for one in shop.campaigns("Spring")] == ["off"]
    assert (rules(refused.value), shop.writes()) == (["caps.campaign"], 1)


async def test_what_was_no_raise_when_it_was_looked_at_does_not_undo_a_pause_that_overtook_the_look(
    open_server: OpenServer, shop: Shop
) -> None:
    shop.open(90)
    campaign = shop.open(20)
    held = Held("GET")
    text = policy(caps="campaign = 100\naccount = 100")
    async with open_server(text, wrappers=held.wrappers) as slow, open_server(text) as quick:
        await slow.app.directory.accounts()
        held.armed = True
        change = msgspec.structs.replace(budget(campaign, "20"), status="active")
        came: list[Outcome | AdsError] = []

        async def submit() -> None:
            came.extend(await together(lambda: slow.submit(change)))

        async with anyio.create_task_group() as group:
            group.start_soon(submit)
            await held.arrived.wait()
            await quick.done(PauseCampaign(ACCOUNT, campaign))
            held.go.set()

    (refused,) = came
    assert isinstance(refused, Refused)
    assert [limit.rule for limit in refused.limits] == ["caps.account"]
    assert (shop.campaign(campaign).switch, shop.writes()) == ("off", 1)
