"""What the operator stopped, and what is only rehearsed, is not sent."""

from decimal import Decimal

import anyio
import httpx2
import pytest

from tests.gate.conftest import (
    ACCOUNT,
    OpenServer,
    Server,
    Shop,
    alter_ledger,
    budget,
    create,
    in_a_file,
    policy,
    together,
)
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Invalid, Limit, NotFound, Refused, Rejected, Unrecorded
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.guard.policy import load
from xylo_mcp.ledger import halts, policies
from xylo_mcp.ledger.halts import Level
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.settings import Settings


async def halt(server: Server, level: Level, scope: str = "all") -> None:
    await server.store.write(lambda tx: halts.halt(tx, "Ann", scope, level, "budget talks"))


async def test_a_server_that_only_reads_changes_nothing(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    changes: list[Change] = [create(), budget(campaign, "10"), PauseCampaign(ACCOUNT, campaign)]
    async with open_server(read_only=True) as server:
        for change in changes:
            with pytest.raises(Refused, match="only reads"):
                await server.submit(change)
        with pytest.raises(Refused, match="only reads"):
            await server.submit(create(), dry_run=True)

    assert shop.writes() == 0


@pytest.mark.parametrize("mode", ["live", "dry_run"])
async def test_a_rehearsal_tells_the_verdict_and_the_difference_and_sends_nothing(
    open_server: OpenServer, shop: Shop, mode: str
) -> None:
    campaign = shop.open(20)
    text = policy("[approvals]\nabove_daily = 50", accounts=f'{ACCOUNT} = "{mode}"')
    async with open_server(text) as server:
        raised = await server.submit(budget(campaign, "40"), dry_run=True)
        asking = await server.submit(budget(campaign, "60"), dry_run=True, key="k1")
        refused = await server.submit(budget(campaign, "1001"), dry_run=True)
        created = await server.submit(create(), dry_run=mode == "live", enable=True)
        paused = await server.submit(PauseCampaign(ACCOUNT, campaign), dry_run=True)
        with pytest.raises(Rejected):
            await server.submit(create(daily="0.10"), dry_run=True)

        assert await server.operations() == []
    verdicts = [one.verdict and one.verdict.decision for one in (raised, asking, refused, created, paused)]
    assert verdicts == ["allowed", "needs_approval", "refused", "allowed", "allowed"]
    assert [one.platform_checked for one in (raised, asking, refused, created, paused)] == [
        True,
        True,
        False,
        True,
        True,
    ]
    assert (raised.operation, raised.daily_before, raised.daily_after) == (None, Decimal("20.00"), Decimal("40.00"))
    assert raised.before is not None
    assert raised.before.campaign.id == campaign
    assert (created.daily_before, created.daily_after, created.then) == (Decimal(0), Decimal("20.00"), None)
    assert shop.writes() == 0


async def test_a_halt_stops_what_grows_and_lets_the_rest_pass(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    async with open_server() as server:
        await halt(server, "freeze_increases", f"account:{ACCOUNT}")
        for change in (budget(campaign, "21"), create()):
            with pytest.raises(Refused) as refused:
                await server.submit(change)
            assert [limit.rule for limit in refused.value.limits] == ["halt"]
        cut = await server.done(budget(campaign, "15"))
        await halt(server, "freeze_increases", "platform:google")
        paused = await server.done(PauseCampaign(ACCOUNT, campaign))
        told = (await server.gate.in_force()).halts

    assert (cut.state, paused.state, shop.writes()) == ("applied", "applied", 2)
    assert [one.rpartition(" since ")[0] for one in told] == [
        f"account:{ACCOUNT} freeze_increases",
        "platform:google freeze_increases",
    ]


async def test_while_everything_is_frozen_nothing_is_changed(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    async with open_server() as server:
        await halt(server, "freeze_all")
        with pytest.raises(Refused):
            await server.submit(PauseCampaign(ACCOUNT, campaign))
        await server.store.write(lambda tx: halts.lift(tx, "Ann", ""))
        await server.submit(PauseCampaign(ACCOUNT, campaign))

    assert shop.writes() == 1


class Interrupted(httpx2.AsyncBaseTransport):
    """A network that holds every look back until `go`."""

    def __init__(self) -> None:
        self._below: httpx2.AsyncBaseTransport | None = None
        self.looking, self.go = anyio.Event(), anyio.Event()

    def around(self, platform: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
        if platform != "meta":
            return network
        self._below = network
        return self

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert self._below is not None
        response = await self._below.handle_async_request(request)
        if "adsets" in request.url.path:
            self.looking.set()
            await self.go.wait()
        return response


async def test_a_halt_between_the_look_and_the_decision_stops_all_that_is_under_way(
    open_server: OpenServer, shop: Shop
) -> None:
    campaigns = [shop.open(20) for _ in range(20)]
    network = Interrupted()
    async with open_server(wrappers=Wrappers(network=network.around)) as server:
        came: list[Outcome | AdsError] = []

        async def submit() -> None:
            came.extend(await together(*(lambda c=c: server.submit(budget(c, "21")) for c in campaigns)))

        async with anyio.create_task_group() as group:
            group.start_soon(submit)
            await network.looking.wait()
            await halt(server, "freeze_increases")
            network.go.set()

    assert [type(one) for one in came] == [Refused] * 20
    assert shop.writes() == 0


async def test_a_server_with_another_policy_than_the_one_in_force_raises_nothing(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(20)
    lowered = policy(caps="campaign = 10\naccount = 10")
    async with open_server() as server:
        await server.submit(budget(campaign, "21"))
        await server.store.write(lambda tx: policies.adopt(tx, "Ann", policies.InForce(load(lowered).digest, lowered)))
        for change in (budget(campaign, "22"), create()):
            with pytest.raises(Refused) as refused:
                await server.submit(change)
            assert [limit.rule for limit in refused.value.limits] == ["policy"]
        cut = await server.done(budget(campaign, "15"))
        in_force = await server.gate.in_force()

    assert (cut.state, in_force.policy, in_force.open_operations) == ("applied", load(lowered).digest, 0)
    assert shop.writes() == 2


@in_a_file
async def test_a_policy_file_that_is_edited_under_a_running_server_changes_nothing_until_it_is_adopted(
    open_server: OpenServer, shop: Shop, settings: Settings
) -> None:
    campaign = shop.open(20)
    raised = policy(caps="campaign = 9000\naccount = 9000")
    async with open_server() as server:
        assert settings.policy is not None
        settings.policy.write_text(raised)
        with pytest.raises(Refused) as capped:
            await server.submit(budget(campaign, "1001"))
        async with open_server(raised) as edited:
            with pytest.raises(Refused) as refused:
                await edited.submit(budget(campaign, "21"))
            await edited.store.write(lambda tx: policies.adopt(tx, "Ann", policies.InForce(load(raised).digest, "")))
            await edited.submit(budget(campaign, "1001"))

    assert [limit.rule for limit in capped.value.limits] == ["caps.campaign"]
    assert [limit.rule for limit in refused.value.limits] == ["policy"]
    assert shop.writes() == 1


@pytest.mark.parametrize("table", ["audit", "reservation", "operation"])
async def test_what_cannot_be_written_down_is_not_sent(
    server: Server, shop: Shop, settings: Settings, table: str
) -> None:
    campaign = shop.open(20)
    alter_ledger(settings.ledger_place, f"ALTER TABLE {table} RENAME TO elsewhere")

    with pytest.raises(Unrecorded):
        await server.submit(budget(campaign, "21"))

    alter_ledger(settings.ledger_place, f"ALTER TABLE elsewhere RENAME TO {table}")
    assert shop.writes() == 0
    assert await server.operations() == []
    assert (await server.done(budget(campaign, "21"))).state == "applied"


async def test_an_account_the_policy_does_not_name_is_not_changed(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    async with open_server(policy(accounts='act_1 = "live"')) as unnamed:
        with pytest.raises(Refused) as refused:
            await unnamed.submit(PauseCampaign(ACCOUNT, campaign))

    assert refused.value.limits == [Limit("accounts", "live or dry_run", "not in the policy", "a change")]
    assert shop.writes() == 0


async def test_what_the_platform_cannot_do_is_refused_before_anything_is_kept(server: Server, shop: Shop) -> None:
    campaign = shop.open(lifetime=100, on=False)

    with pytest.raises(AdsError) as unsupported:
        await server.submit(budget(campaign, "21"))
    with pytest.raises(AdsError) as objective:
        await server.submit(CreateCampaign(ACCOUNT, "X", "conversions", daily_budget=create().daily_budget))
    with pytest.raises(Invalid):
        await server.submit(create(account="nobody"))

    assert (unsupported.value.code, objective.value.code) == ("UNSUPPORTED", "UNSUPPORTED")
    assert shop.writes() == 0
    assert await server.operations() == []


async def test_an_unreadable_account_is_not_changed(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)
    shop.house.faults.plan(Fault("meta", "throttle", path="adsets", times=-1))

    with pytest.raises(AdsError) as error:
        await server.submit(budget(campaign, "21"))

    assert error.value.code == "RATE_LIMITED"
    assert shop.writes() == 0


async def test_a_pause_waits_for_no_look_at_the_account(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)
    shop.house.faults.plan(Fault("meta", "throttle", path="adsets", times=-1))

    paused = await server.done(PauseCampaign(ACCOUNT, campaign))
    with pytest.raises(AdsError) as missing:
        await server.submit(PauseCampaign(ACCOUNT, "404"))

    assert missing.value.code == "NOT_FOUND"
    assert (paused.state, paused.daily_before, paused.daily_after) == ("applied", None, None)
    assert shop.campaign(campaign).switch == "off"
    assert shop.writes() == 1


async def test_the_same_change_again_and_again_is_stopped(open_server: OpenServer, shop: Shop) -> None:
    campaign = shop.open(20)
    async with open_server(policy("[pace]\nidentical_per_10_minutes = 3")) as server:
        for _ in range(3):
            await server.submit(budget(campaign, "21"))
        with pytest.raises(Refused) as refused:
            await server.submit(budget(campaign, "21"))

    assert refused.value.limits == [Limit("pace.identical", "3 per 10 minutes", "3", "4")]
    assert shop.writes() == 3


async def test_a_refusal_is_in_the_audit_without_names(server: Server, shop: Shop) -> None:
    with pytest.raises(Refused):
        await server.submit(create("A secret plan", "5000"))

    (event, body) = await server.store.read(
        lambda tx: tx.connection.exec_driver_sql("SELECT event, body FROM audit ORDER BY seq DESC LIMIT 1").one()
    )
    assert event == "refused"
    assert '"rules":["caps.campaign"]' in body
    assert "secret" not in body


async def test_an_unknown_operation_is_not_found(server: Server) -> None:
    with pytest.raises(NotFound):
        await server.operation("nosuchthing1")


async def test_an_update_that_names_a_status_and_more_is_no_mere_pause(server: Server, shop: Shop) -> None:
    campaign = shop.open(20)

    operation = await server.done(UpdateCampaign(ACCOUNT, campaign, name="Other", status="paused"))

    assert operation.state == "applied"
    assert (shop.campaign(campaign).name, shop.campaign(campaign).switch) == ("Other", "off")
