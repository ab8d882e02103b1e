"""Whatever lets more be spent counts: enabling, later days, other accounts, and what was admitted under an older cap."""

from datetime import date, timedelta
from decimal import Decimal

import anyio
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, JAPAN, Held, OpenServer, Shop, budget, create, in_a_file, policy, together
from tests.gate.test_refusing import Interrupted
from xylo_mcp.ads.changes import PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Refused
from xylo_mcp.ads.money import Money
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.guard.policy import load
from xylo_mcp.ledger import halts, policies
from xylo_mcp.sandbox.house import House

CAPPED = policy(caps="campaign = 500\naccount = 1000")


def rules(error: AdsError) -> list[str]:
    return [limit.rule for limit in error.limits]


def until(campaign_id: str, last: date, **more: object) -> UpdateCampaign:
    """Another last day."""
    return UpdateCampaign(ACCOUNT, campaign_id, ends=last, **more)  # type: ignore[arg-type]  # as they are


@in_a_file
async def test_enabling_a_campaign_counts_all_its_budget(open_server: OpenServer, shop: Shop) -> None:
    shop.open(700)
    campaign, smaller = shop.open(301, on=False), shop.open(300, on=False)
    async with open_server(CAPPED) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(UpdateCampaign(ACCOUNT, campaign, status="active"))
        await server.submit(UpdateCampaign(ACCOUNT, smaller, status="active"))

    assert rules(refused.value) == ["caps.account"]
    assert shop.committed() == Decimal(1000)


@in_a_file
async def test_a_later_last_day_counts_as_a_raise(open_server: OpenServer, shop: Shop) -> None:
    running = shop.open(lifetime=1000, last_day=date(2026, 3, 27))  # ten days, today included: 100 a day
    async with open_server() as server:
        await server.store.write(lambda tx: halts.halt(tx, "Ann", "all", "freeze_increases", "why"))
        with pytest.raises(Refused) as refused:
            await server.submit(until(running, date(2026, 3, 28)))
        shorter = await server.done(until(running, date(2026, 3, 27)))

    assert rules(refused.value) == ["halt"]
    assert shorter.state == "applied"


@in_a_file
async def test_a_campaign_that_is_over_and_gets_a_later_last_day_counts_as_enabled(
    open_server: OpenServer, shop: Shop
) -> None:
    shop.open(700)
    over = shop.open(301)
    shop.edit(over, state="ended", last_day=date(2026, 3, 10))
    async with open_server(CAPPED) as server:
        await server.submit(budget(shop.open(1, on=False), "300"))
        with pytest.raises(Refused) as refused:
            await server.submit(until(over, date(2026, 4, 10)))

    assert rules(refused.value) == ["caps.account"]
    assert shop.writes() == 1


@in_a_file
async def test_fewer_days_for_a_lifetime_budget_count_as_more_a_day(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(lifetime=4000, last_day=date(2026, 3, 27))  # 400 a day
    async with open_server(CAPPED) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(until(campaign, date(2026, 3, 24)))  # seven days: 571.43 a day
        await server.submit(until(campaign, date(2026, 3, 25)))  # eight: 500

    assert rules(refused.value) == ["caps.campaign"]
    assert shop.writes() == 1


async def test_a_cap_that_is_lowered_while_twenty_raises_are_under_way_admits_none_above_it(
    open_server: OpenServer, shop: Shop
) -> None:
    campaigns = [shop.open(20) for _ in range(20)]
    network = Interrupted()
    lowered = policy(caps="campaign = 500\naccount = 410")
    async with open_server(CAPPED, wrappers=Wrappers(network=network.around)) as server:
        came: list[Outcome | AdsError] = []

        async def submit() -> None:
            came.extend(await together(*(lambda c=c: server.submit(budget(c, "30")) for c in campaigns)))

        async with anyio.create_task_group() as group:
            group.start_soon(submit)
            await network.looking.wait()
            in_force = policies.InForce(load(lowered).digest, lowered)
            await server.store.write(lambda tx: policies.adopt(tx, "Ann", in_force))
            network.go.set()

    assert [(type(one), rules(one)) for one in came if isinstance(one, AdsError)] == [(Refused, ["policy"])] * 20
    assert shop.writes() == 0


async def test_what_was_admitted_under_an_older_cap_and_is_on_its_way_counts_under_the_lowered_one(
    open_server: OpenServer, shop: Shop
) -> None:
    early, late = shop.open(100), shop.open(100)
    network = Held("POST", armed=True)
    lowered = policy(caps="campaign = 500\naccount = 600")
    async with open_server(CAPPED, wrappers=network.wrappers) as server:
        came: list[Outcome | AdsError] = []

        async def submit() -> None:
            came.extend(await together(lambda: server.submit(budget(early, "480"))))

        async with anyio.create_task_group() as group:
            group.start_soon(submit)
            await network.arrived.wait()
            async with open_server(lowered) as other:
                in_force = policies.InForce(other.guarded.policy.digest, lowered)
                await other.store.write(lambda tx: policies.adopt(tx, "Ann", in_force))
                came += await together(
                    lambda: other.submit(budget(late, "120.01")),
                )
                await other.submit(budget(late, "120"))
            network.go.set()

    assert [rules(one) if isinstance(one, AdsError) else [] for one in came] == [["caps.account"], []]
    assert shop.committed() == Decimal(600)


async def test_fifty_changes_that_wait_when_everything_is_frozen_send_nothing(
    open_server: OpenServer, shop: Shop
) -> None:
    campaigns = [shop.open(20) for _ in range(50)]
    network = Interrupted()
    async with open_server(wrappers=Wrappers(network=network.around)) as server:
        came: list[Outcome | AdsError] = []

        async def submit() -> None:
            raises = [lambda c=c: server.submit(budget(c, "21")) for c in campaigns[:25]]
            cuts = [lambda c=c: server.submit(budget(c, "19")) for c in campaigns[25:40]]
            pauses = [lambda c=c: server.submit(PauseCampaign(ACCOUNT, c)) for c in campaigns[40:]]
            came.extend(await together(*raises, *cuts, *pauses))

        async with anyio.create_task_group() as group:
            group.start_soon(submit)
            await network.looking.wait()
            await server.store.write(lambda tx: halts.halt(tx, "Ann", "all", "freeze_all", "why"))
            network.go.set()

    assert [(type(one), rules(one)) for one in came if isinstance(one, AdsError)] == [(Refused, ["halt"])] * 50
    assert shop.writes() == 0


RATES = "[rates]\nas_of = {as_of}\nmax_age_days = 30\nworth = {{ JPY = '0.0067', TWD = '0.0313' }}"
TAIWAN = "act_323456789"
THREE = f'{ACCOUNT} = "live"\n{JAPAN} = "live"\n{TAIWAN} = "live"'


def rated(as_of: date, total: str) -> str:
    return policy(RATES.format(as_of=as_of), caps=f"campaign = 2000\naccount = 2000\ntotal = '{total}'", accounts=THREE)


@in_a_file
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
async def test_three_currencies_add_up_to_the_cent_each_rounded_up_in_whatever_order_they_came(
    open_server: OpenServer, house: House, shop: Shop, order: tuple[int, ...]
) -> None:
    # 100.00 dollars; 33301 yen: 223.1167, so 223.12; 7701 of Taiwan's: 241.0413, so 241.05
    shops, amounts = (shop, Shop(house, JAPAN), Shop(house, TAIWAN)), (10_000, 33_301, 7_701)
    ids = ["", "", ""]
    for place in order:
        ids[place] = shops[place].open()
        shops[place].edit(ids[place], daily=amounts[place])

    async with open_server(rated(date(2026, 3, 1), "564.17")) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(ids[0], "100.01"))
    async with open_server(rated(date(2026, 3, 1), "564.18"), tenant="more") as server:
        await server.submit(budget(ids[0], "100.01"))

    assert [(limit.rule, limit.current, limit.proposed) for limit in refused.value.limits] == [
        ("caps.total", "564.17 USD per day", "564.18 USD per day")
    ]


@in_a_file
@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        (date(2026, 2, 15), "are older than 30 days"),
        (date(2026, 3, 25), "which is yet to come"),
    ],
)
async def test_with_rates_that_are_stale_or_of_another_day_nothing_is_raised_and_anything_can_be_cut(
    open_server: OpenServer, house: House, shop: Shop, as_of: date, why: str
) -> None:
    japan, campaign = Shop(house, JAPAN), shop.open(100)
    abroad = japan.open(300)

    def yen(amount: int) -> UpdateCampaign:
        return UpdateCampaign(JAPAN, abroad, daily_budget=Money(Decimal(amount), "JPY"))

    async with open_server(rated(as_of, "1000")) as server:
        for change in (yen(31_000), budget(campaign, "110"), create()):
            with pytest.raises(Refused, match=why) as refused:
                await server.submit(change)
            assert "facts" in rules(refused.value)
        assert (await server.done(yen(20_000))).state == "applied"
        assert (await server.done(budget(campaign, "90"))).state == "applied"
        assert (await server.done(PauseCampaign(JAPAN, abroad))).state == "applied"

    assert shop.writes() == 3


@in_a_file
async def test_rates_run_out_at_midnight_where_the_account_is(
    open_server: OpenServer, house: House, shop: Shop, clock: StandingClock
) -> None:
    Shop(house, JAPAN)
    campaign = Shop(house, TAIWAN).open(77)  # where it is 23:30 of the thirtieth day

    def raised(amount: int) -> UpdateCampaign:
        return UpdateCampaign(TAIWAN, campaign, daily_budget=Money(Decimal(amount), "TWD"))

    async with open_server(rated(date(2026, 2, 16), "1000")) as server:
        await server.submit(raised(7_800))
        clock.now += timedelta(minutes=30)
        with pytest.raises(Refused, match="are older than 30 days"):
            await server.submit(raised(7_900))
