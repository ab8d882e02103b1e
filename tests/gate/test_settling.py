"""What nobody knows the outcome of is found out by reading, never by sending again."""

from datetime import timedelta
from decimal import Decimal

import anyio
import pytest
from anyio import from_thread

from tests.conftest import StandingClock
from tests.gate.conftest import ACCOUNT, Held, OpenServer, Server, Shop, alter_ledger, budget, create, together
from xylo_mcp.ads.changes import Change, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, InProgress, NotFound, OutcomeUnknown, Unrecorded
from xylo_mcp.ads.operations import Failing, Operation
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.gate.settling import resolve
from xylo_mcp.ledger import chain, operations
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.settings import Settings

MINUTE = timedelta(minutes=1)
WINDOW = 30 * MINUTE


async def unknown(server: Server, shop: Shop, change: Change, key: str = "") -> Operation:
    """The operation of `change`, which the platform carried out and gave no answer to."""
    shop.lose_answer(change)
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(change, key=key)
    return await server.operation(error.value.operation_id)


async def never_arrived(server: Server, shop: Shop, change: Change, key: str = "") -> Operation:
    """The operation of `change`, of which the platform saw nothing, and nobody knows that."""
    path = "123456789/campaigns" if not isinstance(change, UpdateCampaign) else change.campaign_id
    shop.house.faults.plan(Fault("meta", "status", path=path, skip=1, status=502))
    with pytest.raises(OutcomeUnknown) as error:
        await server.submit(change, key=key)
    return await server.operation(error.value.operation_id)


async def test_a_create_whose_answer_was_lost_is_found_by_its_tag_and_never_made_again(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    operation = await unknown(server, shop, create(), "k1")
    with pytest.raises(OutcomeUnknown) as again:
        await server.submit(create(), key="k1")

    clock.now += MINUTE
    (settled,) = await server.guarded.settler.settle_due()
    replayed = await server.submit(create(), key="k1")

    (made,) = shop.campaigns("Spring")
    assert operation.state == "unknown"
    assert again.value.operation_id == operation.id
    assert (settled.id, settled.state, settled.campaign_id, settled.failing) == (
        operation.id,
        "applied",
        made.id,
        None,
    )
    assert [step.state for step in settled.steps] == ["applied"]
    assert (replayed.operation, replayed.replayed) == (settled, "key")
    assert shop.writes() == 1
    assert await server.guarded.settler.settle_due() == []


async def test_a_raise_whose_answer_was_lost_holds_its_amount_until_it_is_settled_once(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)

    operation = await unknown(server, shop, budget(campaign, "50"))
    held = await server.held()
    settled = await server.settle(operation)
    again = await server.settle(operation)
    clock.now += timedelta(microseconds=1)

    assert list(held.values()) == [Decimal("50.00")]
    assert (settled.state, again) == ("applied", settled)
    assert await server.held() == {}
    assert shop.committed() == Decimal(50)
    events = await server.store.read(
        lambda tx: tx.connection.exec_driver_sql("SELECT event FROM audit ORDER BY seq").scalars().all()
    )
    assert list(events) == ["policy_adopted", "sending", "unknown", "applied"]


@pytest.mark.parametrize("status", ["paused", "active"])
async def test_a_change_of_status_is_settled_by_what_the_platform_shows(
    server: Server, shop: Shop, status: str
) -> None:
    campaign = shop.open(20, on=status == "paused")
    change = (
        PauseCampaign(ACCOUNT, campaign)
        if status == "paused"
        else UpdateCampaign(ACCOUNT, campaign, name="Other", status="active")
    )

    operation = await unknown(server, shop, change)

    assert (await server.settle(operation)).state == "applied"


async def test_what_is_not_found_stays_unknown_and_is_a_persons_after_the_window(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    operation = await never_arrived(server, shop, create(), "k1")
    begun = clock.now
    states: list[str] = []

    while clock.now < begun + WINDOW + 2 * MINUTE:
        clock.now += MINUTE
        states += [one.state for one in await server.guarded.settler.settle_due()]

    assert states == ["unknown"] * 30 + ["quarantined"]
    assert shop.writes() == 0
    assert shop.campaigns("Spring") == []
    with pytest.raises(OutcomeUnknown) as repeated:
        await server.submit(create(), key="k1")
    assert repeated.value.operation_id == operation.id


async def test_what_shows_late_is_still_found_by_a_person_who_asks(
    server: Server, shop: Shop, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    operation = await never_arrived(server, shop, budget(campaign, "50"))
    clock.now += WINDOW + MINUTE
    quarantined = await server.settle(operation)
    still = await server.settle(operation)

    shop.edit(campaign, daily=5000)
    found = await server.settle(operation)

    assert (quarantined.state, still.state, found.state) == ("quarantined", "quarantined", "applied")


async def test_an_unreadable_platform_settles_nothing(server: Server, shop: Shop, clock: StandingClock) -> None:
    campaign = shop.open(20)
    operation = await unknown(server, shop, budget(campaign, "50"))
    shop.house.faults.plan(Fault("meta", "throttle", path=campaign, times=-1))

    settled = await server.settle(operation)

    assert settled.state == "unknown"
    assert list((await server.held()).values()) == [Decimal("50.00")]


async def test_of_two_campaigns_that_may_be_it_none_is_taken_and_both_are_named(server: Server, shop: Shop) -> None:
    operation = await unknown(server, shop, create())
    (made,) = shop.campaigns("Spring")
    copy = shop.copy(made.id)

    settled = await server.settle(operation)

    assert (settled.state, settled.campaign_id) == ("quarantined", "")
    assert settled.failing == Failing(
        "OUTCOME_UNKNOWN",
        f"Several campaigns may be what this made, and none is taken for it: {made.id}, {copy}.",
        "Look at them, and have the operator settle this with `xylo-mcp operations resolve`.",
    )


async def test_a_campaign_that_another_operation_changed_is_not_taken_for_a_new_one(server: Server, shop: Shop) -> None:
    operation = await unknown(server, shop, create())
    (made,) = shop.campaigns("Spring")
    copy = shop.copy(made.id)
    await server.submit(budget(copy, "30"))

    settled = await server.settle(operation)

    assert (settled.state, settled.campaign_id) == ("applied", made.id)


async def test_a_campaign_with_an_unsettled_operation_takes_a_pause_and_nothing_else(
    server: Server, shop: Shop
) -> None:
    campaign = shop.open(20)
    operation = await unknown(server, shop, budget(campaign, "50"))

    with pytest.raises(InProgress) as refused:
        await server.submit(budget(campaign, "30"))
    paused = await server.done(PauseCampaign(ACCOUNT, campaign))

    assert refused.value.operation_id == operation.id
    assert paused.state == "applied"
    assert shop.campaign(campaign).switch == "off"
    assert shop.daily(campaign) == Decimal(50)


async def test_two_servers_share_the_looking_after_what_is_due(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    async with open_server() as one, open_server() as other:
        for number in range(4):
            await unknown(one, shop, create(f"Spring {number}"))
        clock.now += MINUTE
        settled: list[Operation] = []

        async def settle(server: Server) -> None:
            settled.extend(await server.guarded.settler.settle_due())

        async with anyio.create_task_group() as group:
            for server in (one, other, one, other):
                group.start_soon(settle, server)

    assert sorted((one.tag, one.state) for one in settled) == sorted({(one.tag, "applied") for one in settled})
    assert len(settled) == shop.writes() == 4


async def test_who_lost_the_lease_records_nothing(open_server: OpenServer, shop: Shop, clock: StandingClock) -> None:
    held = Held("GET")
    async with open_server(wrappers=held.wrappers) as server:
        operation = await never_arrived(server, shop, create())
        clock.now += WINDOW + MINUTE

        held.armed = True
        async with anyio.create_task_group() as group:
            group.start_soon(server.settle, operation)
            await held.arrived.wait()
            await server.store.write(lambda tx: operations.lease(tx, operation.id, clock.now))
            held.go.set()

        assert (await server.operation(operation.id)).state == "unknown"


async def test_a_settler_that_died_is_replaced_when_its_lease_has_run_out(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    network = Held("GET")
    async with open_server(wrappers=network.wrappers) as doomed, open_server() as heir:
        operation = await unknown(heir, shop, create())
        clock.now += MINUTE
        await doomed.app.directory.accounts()
        network.armed = True
        async with anyio.create_task_group() as group:
            group.start_soon(doomed.guarded.settler.settle_due)
            await network.arrived.wait()
            group.cancel_scope.cancel()
        early = await heir.guarded.settler.settle_due()
        clock.now += 2 * MINUTE
        settled = await heir.guarded.settler.settle_due()

    assert early == []
    assert [(one.id, one.state) for one in settled] == [(operation.id, "applied")]
    assert shop.writes() == 1


async def test_a_sender_that_slept_does_not_undo_what_was_settled_meanwhile(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(20)
    held = Held("POST", armed=True, lose=True)
    async with open_server(wrappers=held.wrappers) as server:
        came: list[Outcome | AdsError] = []
        sending: list[Operation] = []
        settled: list[Operation] = []

        async def send() -> None:
            came.extend(await together(lambda: server.submit(budget(campaign, "50"))))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await held.arrived.wait()
            sending += await server.operations()
            settled += [await server.settle(one) for one in sending]
            held.go.set()

        assert [one.state for one in (*sending, *settled)] == ["sending", "applied"]
        assert [one.operation for one in came if isinstance(one, Outcome)] == settled
        assert await server.operations() == settled


@pytest.mark.parametrize("kind", [None, "throttle"])
async def test_a_sender_that_slept_ends_its_operation_no_second_time_whatever_it_is_told(
    open_server: OpenServer, shop: Shop, kind: Kind | None
) -> None:
    campaign = shop.open(20)
    if kind is not None:
        shop.house.faults.plan(Fault("meta", kind, path=campaign, skip=1))
    held = Held("POST", armed=True)
    settled: list[Operation] = []
    async with open_server(wrappers=held.wrappers) as server:

        async def send() -> None:
            await together(lambda: server.submit(budget(campaign, "50")))

        settled: list[Operation] = []
        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await held.arrived.wait()
            shop.edit(campaign, daily=5000)
            settled += [await server.settle(one) for one in await server.operations()]
            held.go.set()

        assert [one.state for one in settled] == ["applied"]
        assert await server.operations() == settled
        told = await server.store.read(lambda tx: list(chain.records(tx.connection, tx.tenant)))
        assert [one.event for one in told] == ["policy_adopted", "sending", "applied"]


async def test_what_a_platform_says_it_did_is_done_though_a_person_took_it_for_not_done(
    open_server: OpenServer, shop: Shop
) -> None:
    campaign = shop.open(20)
    held = Held("POST", armed=True)
    async with open_server(wrappers=held.wrappers) as server:

        async def send() -> None:
            await together(lambda: server.submit(budget(campaign, "50")))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await held.arrived.wait()
            (sending,) = await server.operations()
            shop.edit(campaign, daily=2000)
            await server.settle(sending)
            await server.store.write(
                lambda tx: resolve(tx, sending.id, done=False, campaign_id="", who="Ann", note="not there")
            )
            held.go.set()

        assert [one.state for one in await server.operations()] == ["applied"]


@pytest.mark.parametrize(("kind", "recorded"), [(None, "applied"), ("throttle", "failed")])
async def test_a_look_from_before_the_answer_does_not_undo_what_the_sender_recorded(
    open_server: OpenServer, shop: Shop, kind: Kind | None, recorded: str
) -> None:
    campaign = shop.open(20)
    if kind is not None:
        shop.house.faults.plan(Fault("meta", kind, path=campaign, skip=1))
    sends, looks = Held("POST", armed=True), Held("GET")
    async with open_server(wrappers=sends.wrappers) as sender, open_server(wrappers=looks.wrappers) as other:
        await other.app.directory.accounts()
        answered, settled = anyio.Event(), list[Operation]()

        async def send() -> None:
            await together(lambda: sender.submit(budget(campaign, "50")))
            answered.set()

        async def settle(operation: Operation) -> None:
            settled.append(await other.settle(operation))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            await sends.arrived.wait()
            (sending,) = await other.operations()
            shop.edit(campaign, daily=2000)  # as it was when the look began
            looks.armed = True
            group.start_soon(settle, sending)
            await looks.arrived.wait()
            sends.go.set()
            await answered.wait()
            looks.go.set()

        assert [one.state for one in settled] == [recorded]
        assert await other.operations() == settled


async def test_a_look_does_not_undo_what_a_person_found_out_meanwhile(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    held = Held("GET")
    async with open_server(wrappers=held.wrappers) as server:
        operation = await never_arrived(server, shop, create(), "k1")
        clock.now += MINUTE
        held.armed = True
        async with anyio.create_task_group() as group:
            group.start_soon(server.guarded.settler.settle_due)
            await held.arrived.wait()
            await server.store.write(
                lambda tx: resolve(tx, operation.id, done=False, campaign_id="", who="Ann", note="not there")
            )
            held.go.set()

        assert (await server.operation(operation.id)).state == "failed"


async def test_a_settler_goes_on_when_the_ledger_was_away(
    open_server: OpenServer, shop: Shop, clock: StandingClock, settings: Settings
) -> None:
    commits = anyio.Semaphore(0)

    def committed(moment: str) -> None:
        if moment == "after":
            from_thread.run_sync(commits.release)

    async with open_server(wrappers=Wrappers(commit=committed)) as server:
        operation = await unknown(server, shop, create())
        clock.now += MINUTE
        alter_ledger(settings.ledger_place, "ALTER TABLE operation RENAME TO elsewhere")
        before = commits.value

        with anyio.fail_after(30):
            async with anyio.create_task_group() as group:
                group.start_soon(server.guarded.settler.run, 0.01)
                for _ in range(3):
                    with pytest.raises(Unrecorded):
                        await server.guarded.settler.settle_due()
                alter_ledger(settings.ledger_place, "ALTER TABLE elsewhere RENAME TO operation")
                for _ in range(before + 2):  # it is leased, and it is recorded
                    await commits.acquire()
                group.cancel_scope.cancel()

        assert (await server.operation(operation.id)).state == "applied"
        assert shop.writes() == 1


@pytest.mark.parametrize(("done", "state"), [(True, "applied"), (False, "failed")])
async def test_a_person_settles_what_cannot_be_found_out(
    server: Server, shop: Shop, clock: StandingClock, *, done: bool, state: str
) -> None:
    campaign = shop.open(20)
    operation = await never_arrived(server, shop, budget(campaign, "50"))
    clock.now += WINDOW + MINUTE
    await server.settle(operation)

    settled = await server.store.write(
        lambda tx: resolve(tx, operation.id, done=done, campaign_id="", who="Ann", note="seen in the history")
    )
    clock.now += timedelta(microseconds=1)

    assert (settled.state, settled.campaign_id, settled.note) == (state, campaign, "seen in the history")
    assert await server.held() == {}
    with pytest.raises(NotFound, match="nothing to resolve"):
        await server.store.write(
            lambda tx: resolve(tx, operation.id, done=done, campaign_id="", who="Ann", note="again")
        )
