"""How often and how far in a while: measured by the ledger's own time, for each agent or for all, whoever hurries."""

from datetime import timedelta
from decimal import Decimal

import anyio
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, Held, OpenServer, Shop, budget, create, in_a_file, policy
from xylo_mcp.ads.changes import PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Conflict, Limit, Refused
from xylo_mcp.ads.insights import InsightsQuery, every_row

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def rules(error: AdsError) -> list[str]:
    return [limit.rule for limit in error.limits]


@in_a_file
async def test_ten_raises_of_a_fifth_within_a_day_end_at_the_limit_of_the_day(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(100)
    came: list[str] = []
    async with open_server(policy("[raises]\nsingle_percent = 20\nday_percent = 50")) as server:
        for _ in range(10):
            wanted = (shop.daily(campaign) * Decimal("1.2")).quantize(Decimal("0.01"))
            try:
                came.append((await server.done(budget(campaign, str(wanted)))).state)
            except Refused as refused:
                came.append(refused.limits[0].rule)
            clock.now += 2 * HOUR

    assert came == ["applied", "applied", *["raises.day"] * 8]
    assert shop.daily(campaign) == Decimal(144)


@in_a_file
async def test_what_is_enabled_and_paused_in_turn_stops_after_so_many_times(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(20, on=False)
    enable, pause = UpdateCampaign(ACCOUNT, campaign, status="active"), PauseCampaign(ACCOUNT, campaign)
    async with open_server(policy("[pace]\nidentical_per_10_minutes = 3")) as server:
        for number in range(3):
            await server.submit(enable, key=f"on-{number}")
            await server.submit(pause, key=f"off-{number}")
        with pytest.raises(Refused) as refused:
            await server.submit(enable, key="on-3")
        still = await server.done(pause)

    assert refused.value.limits == [Limit("pace.identical", "3 per 10 minutes", "3", "4")]
    assert still.state == "applied"
    assert (shop.campaign(campaign).switch, shop.writes()) == ("off", 7)


@in_a_file
async def test_ten_times_the_same_change_is_made_as_often_as_the_policy_lets_it(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    refused: list[list[str]] = []
    async with open_server(policy("[pace]\nidentical_per_10_minutes = 3")) as server:
        for _ in range(10):
            try:
                await server.submit(budget(campaign, "21"))
            except Refused as error:
                refused.append(rules(error))
        clock.now += 10 * MINUTE
        await server.submit(budget(campaign, "21"))

    assert refused == [["pace.identical"]] * 7
    assert shop.writes() == 4


async def test_changes_a_minute_are_counted_for_each_agent(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaigns = [shop.open(20) for _ in range(5)]
    async with open_server(policy("[pace]\nwrites_per_minute = 2")) as server:
        for campaign in campaigns[:2]:
            await server.submit(budget(campaign, "21"))
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaigns[2], "21"))
        await server.submit(budget(campaigns[3], "21"), principal="another")
        await server.submit(budget(campaigns[4], "19"))
        await server.submit(PauseCampaign(ACCOUNT, campaigns[4]))
        clock.now += MINUTE
        await server.submit(budget(campaigns[2], "21"))

    assert refused.value.limits == [Limit("pace.writes", "2 per minute", "2", "3")]
    assert shop.writes() == 6


async def test_new_campaigns_a_day_are_counted_for_all_agents_together(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    async with open_server(policy("[pace]\ncampaigns_per_day = 2")) as server:
        await server.submit(create("One"))
        await server.submit(create("Two"), principal="another")
        for principal in ("agent", "another", "a third"):
            with pytest.raises(Refused) as refused:
                await server.submit(create("Three"), principal=principal)
            assert refused.value.limits == [Limit("pace.campaigns", "2 per day", "2", "3")]
        clock.now += 24 * HOUR
        await server.submit(create("Three"))

    assert shop.writes() == 3


@in_a_file
async def test_whoever_waits_as_long_as_a_cooldown_says_is_not_too_early(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    clock.now += timedelta(seconds=30, microseconds=400_000)
    async with open_server(policy("[pace]\ncooldown_minutes = 1")) as server:
        await server.submit(budget(campaign, "21"))
        clock.now += timedelta(seconds=20)
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "22"))
        clock.now += timedelta(seconds=40)
        await server.submit(budget(campaign, "22"))

    assert refused.value.limits == [Limit("pace.cooldown", "1 minute", "20 seconds", "a raise")]
    assert refused.value.fix == "Wait 40 seconds, until 2026-03-18 15:31:31 UTC."


@in_a_file
@pytest.mark.parametrize("back", [HOUR, 24 * HOUR])
async def test_a_clock_that_jumps_back_opens_no_day_or_minute_anew(
    open_server: OpenServer, shop: Shop, clock: StandingClock, back: timedelta
) -> None:
    campaign, other = shop.open(100), shop.open(100)
    text = policy("[raises]\nday_percent = 50\n[pace]\nwrites_per_minute = 2")
    async with open_server(text) as server:
        await server.submit(budget(campaign, "150"))
        clock.now -= back
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "151"))
        await server.submit(budget(other, "110"))
        with pytest.raises(Refused) as hurried:
            await server.submit(budget(other, "111"))

    assert (rules(refused.value), rules(hurried.value)) == (["raises.day"], ["pace.writes"])


@in_a_file
async def test_a_clock_that_jumps_a_day_ahead_and_back_gives_one_new_day_and_not_two(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(100)
    async with open_server(policy("[raises]\nday_percent = 50")) as server:
        await server.submit(budget(campaign, "150"))
        clock.now += 24 * HOUR
        await server.submit(budget(campaign, "225"))
        for jump in (-24 * HOUR, 24 * HOUR):
            clock.now += jump
            with pytest.raises(Refused) as refused:
                await server.submit(budget(campaign, "226"))
            assert rules(refused.value) == ["raises.day"]

    assert shop.daily(campaign) == Decimal(225)


@in_a_file
async def test_an_approval_that_has_expired_is_not_made_good_by_a_clock_that_jumps_back(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(40)
    async with open_server(policy("[approvals]\nabove_daily = 50\nvalid_minutes = 60")) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        clock.now += HOUR
        await server.guarded.settler.settle_due()
        clock.now -= HOUR
        with pytest.raises(Conflict):
            await server.apply(waiting)

    assert shop.writes() == 0


@in_a_file
async def test_a_pause_does_not_wait_for_a_report(open_server: OpenServer, shop: Shop, clock: StandingClock) -> None:
    campaign, network = shop.open(20), Held("GET")
    day = clock.now.date()
    states: list[str] = []
    async with open_server(wrappers=network.wrappers) as server:
        await server.app.directory.accounts()

        async def report() -> None:
            query = InsightsQuery("campaign", day, day)
            await server.app.directory.ask(
                [ACCOUNT], lambda account, reader: every_row(reader.insights(account, query))
            )

        network.armed = True
        async with anyio.create_task_group() as group:
            group.start_soon(report)
            await network.arrived.wait()
            states.append((await server.done(PauseCampaign(ACCOUNT, campaign))).state)
            network.go.set()

    assert states == ["applied"]
    assert shop.campaign(campaign).switch == "off"
