"""What is found out, kept and said, to the last word."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, OpenServer, Server, Shop, budget, create, policy
from tests.trails import trail
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.changes import Change, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import (
    AdsError,
    Conflict,
    Late,
    OutcomeUnknown,
    Refused,
    Rejected,
    Throttled,
    VendorWords,
)
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Failing, Operation, Step
from xylo_mcp.gate import describing, wording
from xylo_mcp.gate.outcomes import Wish
from xylo_mcp.gate.sending import failing
from xylo_mcp.gate.settling import shows
from xylo_mcp.ledger import operations
from xylo_mcp.sandbox.faults import Fault

NOW = datetime(2026, 3, 18, tzinfo=UTC)
STORED = Campaign(
    id="77",
    account=ACCOUNT,
    name="Spring",
    status="paused",
    delivery="paused",
    objective="traffic",
    raw_status="PAUSED",
    raw_delivery="PAUSED",
    raw_objective="OUTCOME_TRAFFIC",
    daily_budget=Money(Decimal("20.00"), "USD"),
    lifetime_budget=Money(Decimal("900.00"), "USD"),
    starts=date(2026, 4, 1),
    ends=date(2026, 4, 30),
)
ALL = UpdateCampaign(
    ACCOUNT,
    "77",
    name="Spring",
    daily_budget=STORED.daily_budget,
    lifetime_budget=STORED.lifetime_budget,
    starts=STORED.starts,
    ends=STORED.ends,
    status="paused",
)
OTHER: dict[str, object] = {
    "name": "Autumn",
    "daily_budget": Money(Decimal("20.01"), "USD"),
    "lifetime_budget": Money(Decimal("900.00"), "EUR"),
    "starts": date(2026, 4, 2),
    "ends": date(2026, 5, 1),
    "status": "active",
}
ASKING = policy("[approvals]\nabove_daily = 50\nchannels = ['terminal']")


def made(**values: object) -> Operation:
    operation = Operation(
        id="abc",
        principal="agent",
        tool="create_campaign",
        key="k1",
        digest="d",
        change=create(),
        account=ACCOUNT,
        platform="meta",
        currency="USD",
        campaign_id="77",
        tag="op:abc",
        state="applied",
        created_at=NOW,
        updated_at=NOW,
        daily_before=Decimal(0),
        daily_after=Decimal("20.00"),
        policy="p",
        steps=(Step(create(), "applied"),),
    )
    return msgspec.structs.replace(operation, **values)


def test_a_change_shows_where_every_field_that_it_names_is_as_it_says() -> None:
    assert shows(STORED, ALL)
    assert shows(STORED, UpdateCampaign(ACCOUNT, "77"))
    for field, value in OTHER.items():
        alone = msgspec.structs.replace(UpdateCampaign(ACCOUNT, "77"), **{field: getattr(STORED, field)})
        assert shows(STORED, alone)
        assert not shows(STORED, msgspec.structs.replace(ALL, **{field: value}))
        assert not shows(msgspec.structs.replace(STORED, **{field: value}), alone)


@pytest.mark.parametrize("change", [create(), PauseCampaign(ACCOUNT, "77")])
def test_what_is_new_or_was_to_be_paused_shows_while_it_does_not_run(change: Change) -> None:
    assert shows(STORED, change)
    assert not shows(msgspec.structs.replace(STORED, status="active"), change)


async def never_arrived(server: Server, shop: Shop) -> Operation:
    """A raise of which the platform saw nothing, and nobody knows that."""
    campaign = shop.open(20)
    shop.house.faults.plan(Fault("meta", "status", path=campaign, skip=1, status=502))
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(budget(campaign, "30"))
    return await server.operation(error.value.operation_id)


async def test_what_is_not_found_is_looked_for_every_half_minute_and_told_once(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    operation = await never_arrived(server, shop)
    looks: list[list[str]] = []
    for seconds in (0, 29, 1, 29, 1):
        clock.now += timedelta(seconds=seconds)
        looks.append([one.state for one in await server.guarded.settler.settle_due()])

    events = [(who, event) for who, event, _ in await trail(server.store)]
    assert looks == [["unknown"], [], ["unknown"], [], ["unknown"]]
    assert (operation.state, events) == (
        "unknown",
        [("server", "policy_adopted"), ("agent", "sending"), ("agent", "unknown")],
    )


async def test_what_a_person_has_to_settle_stays_theirs_until_it_shows(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    operation = await never_arrived(server, shop)
    clock.now += timedelta(minutes=31)
    states = [(await server.settle(operation)).state for _ in range(2)]
    shop.edit(operation.campaign_id, daily=3000)
    settled = await server.settle(operation)

    told = [(who, event, body["operation"]) for who, event, body in (await trail(server.store))[3:]]
    assert states == ["quarantined", "quarantined"]
    assert (settled.state, settled.stored and settled.stored.daily_budget) == (
        "applied",
        Money(Decimal("30.00"), "USD"),
    )
    assert told == [("settler", "quarantined", operation.id), ("agent", "applied", operation.id)]


async def test_a_step_that_was_never_sent_need_not_show(server: Server, shop: Shop) -> None:
    operation = await never_arrived(server, shop)
    shop.edit(operation.campaign_id, daily=3000)
    later = Step(UpdateCampaign(ACCOUNT, operation.campaign_id, status="paused"), "planned")
    kept = msgspec.structs.replace(operation, steps=(*operation.steps, later))

    await server.store.write(lambda tx: operations.keep(tx, kept))
    settled = await server.settle(kept)

    assert (settled.state, [step.state for step in settled.steps]) == ("partial", ["applied", "planned"])
    assert settled.failing == Failing("PARTIALLY_DONE", "The rest was never sent.", "Ask for the rest anew.")


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (
            Rejected("It was refused.", "Ask otherwise.", platform="meta", vendor=VendorWords("100/33", "No such")),
            Failing("PLATFORM_ERROR", "It was refused.", "Ask otherwise.", "100/33", "No such"),
        ),
        (Late("Too late.", "Wait."), Failing("TIMEOUT", "Too late.", "Wait.", "", "")),
    ],
)
def test_an_error_is_kept_with_the_platforms_code_and_words(error: AdsError, kept: Failing) -> None:
    assert failing(error) == msgspec.structs.replace(kept, code=error.code)


def test_a_key_given_for_another_change_is_answered_with_what_to_do() -> None:
    error = wording.mismatch(made(), Wish(create("Autumn", "30"), "agent", "create_campaign", 0.0, key="k1"))

    assert (error.message, error.fix, error.operation_id) == (
        "idempotency_key: it was given before, for another change (different: name, daily_budget).",
        "Use a new key for a new change, or repeat the first one exactly.",
        "abc",
    )


def test_a_campaign_that_is_there_and_was_not_enabled_or_not_paused_is_said_to_be_there() -> None:
    met = Throttled("Too fast.", "Wait.", platform="meta", vendor=VendorWords("17", "Slow down"), retry_at=NOW)
    off, on = wording.not_enabled(made(), met), wording.still_on(made(), met)

    assert (off.message, off.fix, off.platform, off.vendor, off.retry_at) == (
        "Campaign 77 was created and stays paused: Too fast.",
        "Do not create it again. To enable it later, use update_campaign. Wait.",
        "meta",
        met.vendor,
        NOW,
    )
    assert (on.message, on.fix, on.platform, on.vendor, on.operation_id) == (
        "Campaign 77 was created, the platform switched it on, and it was not paused: Too fast.",
        "Pause it with pause_campaign now.",
        "meta",
        met.vendor,
        "abc",
    )


def test_an_amount_is_told_in_its_currencys_decimals() -> None:
    assert describing.per_day(Decimal("20.5"), "USD") == "20.50 USD per day (about 623.20 USD per month)"
    assert describing.per_day(Decimal(2000), "JPY") == "2000 JPY per day (about 60800 JPY per month)"
    yen = UpdateCampaign(ACCOUNT, "77", daily_budget=Money(Decimal(2000), "JPY"))
    assert describing.described(yen) == "change campaign 77: daily_budget to 2000 JPY"


async def test_what_was_approved_and_may_not_be_sent_any_more_says_what_to_do(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        drifted, overruled = await server.done(budget(campaign, "60")), await server.done(budget(campaign, "70"))
        with pytest.raises(Refused) as channel:
            await server.gate.decide(drifted.approval, approve=True, approver="Ann", channel="elicitation")
        for one in (drifted, overruled):
            await server.approve(one)
        approver = [who for who, event, _ in await trail(server.store) if event == "approved"]
    async with open_server(ASKING, read_only=True) as reader:
        with pytest.raises(Refused) as reads:
            await reader.apply(drifted)
    async with open_server(policy("[approvals]\nabove_daily = 50", caps="campaign = 65\naccount = 500")) as server:
        shop.edit(campaign, daily=4100)
        with pytest.raises(Conflict) as conflict:
            await server.apply(drifted)

    assert (channel.value.message, channel.value.fix) == (
        "The policy takes no approvals by elicitation.",
        "Name it in approvals.channels, or use another.",
    )
    assert (reads.value.message, reads.value.fix) == (
        "This server sends no changes.",
        "Use one that is live for this account; nothing was sent.",
    )
    assert approver == ["Ann", "Ann"]
    assert conflict.value.fix == "Look at it again and ask for the change anew."
    assert shop.writes() == 0


async def test_the_use_of_an_approval_is_told_by_its_approver(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(40)
    async with open_server(ASKING) as server:
        waiting = await server.done(budget(campaign, "60"))
        await server.approve(waiting)
        await server.apply(waiting)
        told = [(who, event, body) for who, event, body in await trail(server.store) if event == "approval_used"]

    assert told == [("Ann", "approval_used", {"operation": waiting.id, "approval": waiting.approval})]
