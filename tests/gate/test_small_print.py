"""Deadlines, dry runs and looks hold to the last word of what they promise."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, JAPAN, OpenServer, Server, Shop, budget, create, in_a_file, policy
from tests.gate.test_approvals import ASKING, Person
from xylo_mcp.ads.changes import Change, PauseCampaign
from xylo_mcp.ads.errors import Late, Limit, OutcomeUnknown, Refused
from xylo_mcp.ads.operations import Operation
from xylo_mcp.gate import cases, wording
from xylo_mcp.gate.looking import Seen, Since
from xylo_mcp.gate.settling import resolve
from xylo_mcp.guard.verdicts import Finding, Verdict
from xylo_mcp.ledger import Tx, reservations
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth

PASSED = 0.001  # on the event loop's clock


@in_a_file
async def test_whose_time_is_up_has_nothing_begun_for_them(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    async with open_server(ASKING) as server:
        done = await server.done(budget(campaign, "21"), key="k1")
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        writes = shop.writes()
        change: Change
        for change in (budget(campaign, "22"), PauseCampaign(ACCOUNT, campaign), create()):
            for dry_run in (False, True):
                with pytest.raises(Late):
                    await server.submit(change, until=PASSED, dry_run=dry_run)
        with pytest.raises(Late):
            await server.submit(budget(campaign, "21"), key="k1", until=PASSED)
        with pytest.raises(Late):
            await server.gate.apply_approved(waiting.id, PASSED)

    assert done.state == "applied"
    assert shop.writes() == writes


@in_a_file
async def test_a_person_who_declines_is_told_of_in_these_words(open_server: OpenServer, shop: Shop) -> None:
    async with open_server(ASKING) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(shop.open(40), "60"), person=Person("declined"))

    assert (refused.value.message, refused.value.fix) == (
        "A person declined this change; nothing was sent.",
        "Do not ask for it again.",
    )


def test_who_was_overtaken_is_told_to_ask_again() -> None:
    error = wording.overtaken()

    assert (error.message, error.fix) == (
        "This campaign was changed by another call just now; nothing was sent.",
        "Ask again in a moment.",
    )


def test_a_refusal_says_each_reason_and_each_way_out_once() -> None:
    said = [("One.", "Wait."), ("Two.", "Wait."), ("Three.", "Ask.")]
    limit = Limit("a", "1", "2", "3")

    error = wording.refused(Verdict([Finding("a", "refused", message, fix, limit) for message, fix in said]))

    assert (error.message, error.fix) == ("One. Two. Three.", "Wait. Ask.")


@in_a_file
async def test_a_dry_run_is_judged_as_the_same_agents_same_change(open_server: OpenServer, shop: Shop) -> None:
    paces = "[pace]\nwrites_per_minute = 2\nidentical_per_10_minutes = 2"
    campaign, other = shop.open(20), shop.open(20)
    async with open_server(policy(paces)) as server:
        for _ in range(2):
            await server.submit(budget(campaign, "21"))
        equal = await server.submit(budget(campaign, "21"), dry_run=True)
        mine = await server.submit(budget(other, "21"), dry_run=True)
        theirs = await server.submit(budget(other, "21"), dry_run=True, principal="another")

    rules = [[finding.limit.rule for finding in one.verdict.findings] for one in (equal, mine, theirs) if one.verdict]
    assert rules == [["pace.identical"], ["pace.writes"], []]


@in_a_file
async def test_an_approved_change_is_judged_as_the_agents_who_asked(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    asking = "[approvals]\nabove_daily = 50\nchannels = ['terminal']\n[pace]\nwrites_per_minute = 3"
    campaign, others = shop.open(40), [shop.open(20) for _ in range(3)]
    async with open_server(policy(asking)) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        clock.now += timedelta(minutes=2)
        for other in others:
            await server.submit(budget(other, "21"))
        with pytest.raises(Refused) as refused:
            await server.apply(waiting)

    assert [limit.rule for limit in refused.value.limits] == ["pace.writes"]


@in_a_file
async def test_google_is_told_of_the_budget_that_the_campaign_has_rehearsed_live_and_approved(
    open_server: OpenServer, house: House
) -> None:
    account = "customers/1234567890"
    text = policy(
        "[approvals]\nabove_daily = 50000\nchannels = ['terminal']",
        accounts=f'"{account}" = "live"',
        caps="campaign = 100000\naccount = 900000",
    )
    campaign = next(one for one in truth(house.world, account).campaigns if one.switch == "on" and one.daily_budget)
    amounts: list[Decimal | None] = []

    def kept() -> Decimal | None:
        return next(one.daily_budget for one in truth(house.world, account).campaigns if one.id == campaign.id)

    async with open_server(text) as server:
        rehearsed = await server.submit(budget(campaign.id, "23", account), dry_run=True)
        amounts.append(kept())
        await server.submit(budget(campaign.id, "24", account))
        amounts.append(kept())
        waiting = await server.done(budget(campaign.id, "60000", account))
        await server.approve(waiting)
        await server.apply(waiting)
        amounts.append(kept())

    assert (rehearsed.platform_checked, rehearsed.operation) == (True, None)
    assert amounts == [campaign.daily_budget, Decimal(24), Decimal(60000)]


async def never_arrived(server: Server, shop: Shop, change: Change) -> Operation:
    shop.house.faults.plan(Fault("meta", "status", path=ACCOUNT + "/campaigns", skip=1, status=502))
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(change)
    return await server.operation(error.value.operation_id)


@in_a_file
async def test_what_is_a_persons_stays_so_when_the_platform_shows_nothing_any_more(server: Server, shop: Shop) -> None:
    shop.lose_answer(create())
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(create())
    operation = await server.operation(error.value.operation_id)
    (made,) = shop.campaigns("Spring")
    copy = shop.copy(made.id)
    states = [(await server.settle(operation)).state]
    for one in (made.id, copy):
        shop.edit(one, name="Other", details={})

    states.append((await server.settle(operation)).state)

    assert states == ["quarantined", "quarantined"]


@in_a_file
async def test_a_person_names_the_campaign_that_an_operation_made(server: Server, shop: Shop) -> None:
    operation = await never_arrived(server, shop, create())

    resolved = await server.store.write(
        lambda tx: resolve(tx, operation.id, done=True, campaign_id="77", who="Ann", note="seen")
    )

    assert (resolved.state, resolved.campaign_id, resolved.note) == ("applied", "77", "seen")


@in_a_file
@pytest.mark.parametrize(
    ("account", "done", "stale"),
    [(ACCOUNT, True, True), (ACCOUNT, None, False), (JAPAN, True, False)],
)
async def test_a_refusal_may_be_stale_where_something_of_the_account_was_done_since_the_look(
    server: Server, shop: Shop, clock: StandingClock, *, account: str, done: bool | None, stale: bool
) -> None:
    operation = await server.done(PauseCampaign(ACCOUNT, shop.open(20)))
    seen = Seen(
        await server.app.directory.account(ACCOUNT), Since(clock.now, 0), None, running={}, own=frozenset(), others={}
    )
    clock.now += timedelta(seconds=1)
    held = msgspec.structs.replace(operation, account=account)

    def hold_and_ask(tx: Tx) -> bool:
        reservations.reserve(tx, held, {"campaign/1": Decimal(1)})
        if done:
            reservations.settle(tx, held, done=True)
        return cases.refusal_may_be_stale(tx, seen)

    assert await server.store.write(hold_and_ask) is stale
