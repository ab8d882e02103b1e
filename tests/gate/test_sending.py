"""What is sent is sent step by step, each step once, whatever becomes of who asked."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal

import anyio
import httpx2
import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, Held, OpenServer, Shop, budget, create, together
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.changes import Change, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import OutcomeUnknown, Partial
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Failing, Operation, Step
from xylo_mcp.ads.standings import Standing
from xylo_mcp.app import Wrappers
from xylo_mcp.contract import Connection
from xylo_mcp.directory import Backend, Directory
from xylo_mcp.gate.outcomes import Wish
from xylo_mcp.gate.sending import steps
from xylo_mcp.guarded import Clocks, Guarded, guarded
from xylo_mcp.ledger import halts, operations, reservations
from xylo_mcp.platforms import found
from xylo_mcp.rulebook import rules_of
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings

SPEC = found()["meta"]
BUDGETS = frozenset({"daily_budget", "lifetime_budget"})
APART = msgspec.structs.replace(SPEC, apart=(frozenset({"status"}), BUDGETS))
STANDING = Standing(
    Campaign(
        "77", ACCOUNT, "Old", "active", "delivering", "traffic", "", "", "", daily_budget=Money(Decimal(20), "USD")
    )
)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def update(**values: object) -> UpdateCampaign:
    return msgspec.structs.replace(UpdateCampaign(ACCOUNT, "77"), **values)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (
            update(name="New", daily_budget=usd("30"), status="active"),
            [update(name="New"), update(daily_budget=usd("30")), update(status="active")],
        ),
        (
            update(name="New", daily_budget=usd("30"), status="paused"),
            [update(status="paused"), update(name="New"), update(daily_budget=usd("30"))],
        ),
        (
            update(daily_budget=usd("10"), ends=date(2026, 4, 1), status="active"),
            [update(ends=date(2026, 4, 1)), update(daily_budget=usd("10")), update(status="active")],
        ),
        (update(lifetime_budget=usd("30"), name="New"), [update(name="New"), update(lifetime_budget=usd("30"))]),
        (update(name="New"), [update(name="New")]),
        (update(status="active"), [update(status="active")]),
        (create(), [create()]),
        (PauseCampaign(ACCOUNT, "77"), [PauseCampaign(ACCOUNT, "77")]),
    ],
)
def test_steps_go_from_pausing_over_cuts_and_raises_to_enabling(change: Change, parts: list[Change]) -> None:
    assert steps(change, APART, STANDING) == tuple(Step(part) for part in parts)


def test_what_goes_in_one_request_is_one_step() -> None:
    change = update(name="New", daily_budget=usd("30"), status="active")

    assert steps(change, SPEC, STANDING) == (Step(change),)


def test_of_what_is_not_known_any_budget_is_a_raise() -> None:
    change = update(name="New", daily_budget=usd("1"))

    assert steps(change, APART, None) == (Step(update(name="New")), Step(update(daily_budget=usd("1"))))


@asynccontextmanager
async def step_by_step(
    settings: Settings, house: House, clock: StandingClock, wrappers: Wrappers | None = None
) -> AsyncGenerator[Guarded]:
    """The gate over Meta, as if Meta took budget, status and the rest in requests of their own."""
    given = {part.name: part.default for part in SPEC.settings} | dict(house.credentials("meta"))
    network = (wrappers or Wrappers()).network("meta", httpx2.ASGITransport(app=house.app("meta")))
    text = (
        f'version = 1\ncurrency = "USD"\naccounts = {{ {ACCOUNT} = "live" }}\ncaps = {{ campaign = 99, account = 99 }}'
    )
    assert settings.policy is not None
    settings.policy.write_text(text)
    settings.policy.chmod(0o600)
    async with APART.open(Connection(given, network, clock, 1000)) as platform:
        directory = Directory({"meta": Backend(APART, platform)}, clock, 30)
        rules = rules_of(settings)
        clocks = Clocks(clock, clock)
        async with guarded(settings, rules, directory, {"meta": platform}, clocks, lambda moment: None) as opened:
            yield opened


async def test_every_step_is_sent_and_written_down(
    settings: Settings, house: House, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20, on=False)
    change = UpdateCampaign(ACCOUNT, campaign, name="New", daily_budget=usd("30"), status="active")
    async with step_by_step(settings, house, clock) as opened:
        outcome = await opened.gate.submit(Wish(change, "agent", "update_campaign", anyio.current_time() + 30))

    operation = outcome.operation
    assert operation is not None
    assert operation.state == "applied"
    assert [step.state for step in operation.steps] == ["applied", "applied", "applied"]
    assert operation.stored is not None
    assert (operation.stored.name, operation.stored.status, operation.stored.daily_budget) == (
        "New",
        "active",
        usd("30.00"),
    )
    assert shop.writes() == 3


async def stopped(opened: Guarded, shop: Shop, campaign: str, fault: Fault) -> Operation:
    """What becomes of three steps whose second one meets `fault`."""
    shop.house.faults.plan(fault)
    change = UpdateCampaign(ACCOUNT, campaign, name="New", daily_budget=usd("30.00"), status="active")
    with pytest.raises((Partial, OutcomeUnknown)) as error:
        await opened.gate.submit(Wish(change, "agent", "update_campaign", anyio.current_time() + 30))
    return await opened.gate.operation(error.value.operation_id)


async def test_a_step_that_surely_failed_leaves_the_change_done_in_part(
    settings: Settings, house: House, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    async with step_by_step(settings, house, clock) as opened:
        operation = await stopped(opened, shop, campaign, Fault("meta", "throttle", path=campaign, skip=2))
        clock.now += timedelta(microseconds=1)
        held = await opened.store.read(lambda tx: reservations.held(tx, tx.now))

    assert operation.state == "partial"
    assert [one.state for one in operation.steps] == ["applied", "failed", "planned"]
    assert held == []
    assert (shop.campaign(campaign).name, shop.daily(campaign)) == ("New", Decimal(20))


async def test_a_step_whose_answer_was_lost_is_settled_and_the_rest_is_never_sent(
    settings: Settings, house: House, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    async with step_by_step(settings, house, clock) as opened:
        operation = await stopped(opened, shop, campaign, Fault("meta", "lose_answer", path=campaign, skip=2))
        held = await opened.store.read(lambda tx: reservations.held(tx, tx.now))
        clock.now += timedelta(minutes=1)
        (settled,) = await opened.settler.settle_due()

    assert operation.state == "unknown"
    assert [one.state for one in operation.steps] == ["applied", "unknown", "planned"]
    assert [one.daily for one in held] == [Decimal("30.00")]
    assert settled.state == "partial"
    assert [one.state for one in settled.steps] == ["applied", "applied", "planned"]
    assert settled.failing == Failing("PARTIALLY_DONE", "The rest was never sent.", "Ask for the rest anew.")
    assert (shop.campaign(campaign).name, shop.daily(campaign), shop.writes()) == ("New", Decimal(30), 2)


@pytest.mark.parametrize(
    ("scope", "level", "daily", "states"),
    [
        ("all", "freeze_increases", "30", ["applied", "planned", "planned"]),
        ("all", "freeze_increases", "10", ["applied", "applied", "planned"]),
        (f"account:{ACCOUNT}", "freeze_all", "10", ["applied", "planned", "planned"]),
        ("platform:google", "freeze_all", "30", ["applied", "applied", "applied"]),
        ("platform:meta", "freeze_all", "30", ["applied", "planned", "planned"]),
    ],
)
async def test_a_halt_stops_the_steps_that_are_yet_to_be_sent(
    settings: Settings,
    house: House,
    shop: Shop,
    clock: StandingClock,
    *,
    scope: str,
    level: halts.Level,
    daily: str,
    states: list[str],
) -> None:
    change = UpdateCampaign(
        ACCOUNT, shop.open(20, on=False), name="New", daily_budget=usd(f"{daily}.00"), status="active"
    )
    held = Held("POST", armed=True)
    async with step_by_step(settings, house, clock, held.wrappers) as opened:

        async def send() -> None:
            wish = Wish(change, "agent", "update_campaign", anyio.current_time() + 30)
            await together(lambda: opened.gate.submit(wish))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await held.arrived.wait()
            await opened.store.write(lambda tx: halts.halt(tx, "Ann", scope, level, "enough"))
            held.go.set()
        (operation,) = await opened.store.read(operations.listed)

    sent = states.count("applied")
    assert [step.state for step in operation.steps] == states
    assert operation.state == ("applied" if sent == len(states) else "partial")
    assert operation.failing == (
        None
        if sent == len(states)
        else Failing(
            "REFUSED",
            "The operator has halted changes meanwhile.",
            "Stop making changes, and tell the person you work for.",
        )
    )
    assert shop.writes() == sent


async def test_who_goes_away_does_not_stop_what_was_begun(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    network = Held("POST", armed=True)
    async with open_server(wrappers=network.wrappers) as server:
        async with anyio.create_task_group() as group:
            group.start_soon(server.submit, budget(campaign, "21"))
            await network.arrived.wait()
            group.cancel_scope.cancel()
            network.go.set()
        (operation,) = await server.operations()

    assert operation.state == "applied"
    assert shop.daily(campaign) == Decimal(21)


@pytest.mark.virtual_time
async def test_a_platform_that_does_not_answer_in_time_leaves_the_outcome_unknown(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(20)
    shop.house.faults.plan(Fault("meta", "hang", path=campaign, skip=1))
    async with open_server(deadline=1.0) as server:
        with pytest.raises(OutcomeUnknown) as error:
            await server.submit(budget(campaign, "21"))
        operation = await server.operation(error.value.operation_id)

    assert operation.state == "unknown"
    assert operation.failing == Failing(
        "DEADLINE_EXCEEDED", "The platform did not answer in time.", "See get_operation.", "", ""
    )
