"""Operations, what they hold, and what rules ask of the past."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.changes import CreateCampaign
from xylo_mcp.ads.errors import NotFound
from xylo_mcp.ads.operations import Operation
from xylo_mcp.ledger import Store, history, operations, reservations
from xylo_mcp.ledger.history import Past
from xylo_mcp.ledger.reservations import Hold

Make = Callable[..., Operation]
MINUTE = timedelta(minutes=1)


async def test_an_operation_is_found_by_its_key_for_whoever_gave_it_alone(store: Store, make: Make) -> None:
    operation = make(key="k1")
    await store.write(lambda tx: operations.keep(tx, operation))

    assert await store.read(lambda tx: operations.by_key(tx, "agent", "k1")) == operation
    assert await store.read(lambda tx: operations.by_key(tx, "another", "k1")) is None
    assert await store.read(lambda tx: operations.by_key(tx, "agent", "k2")) is None


async def test_two_operations_of_one_key_are_never_kept(store: Store, make: Make) -> None:
    await store.write(lambda tx: operations.keep(tx, make(key="k1")))

    with pytest.raises(Exception, match="ledger cannot be used"):
        await store.write(lambda tx: operations.keep(tx, make(key="k1")))


async def test_what_surely_failed_frees_its_key_and_stays_on_record(store: Store, make: Make) -> None:
    first = make(key="k1")
    await store.write(lambda tx: operations.keep(tx, first))
    await store.write(lambda tx: operations.keep(tx, msgspec.structs.replace(first, state="failed")))
    second = make(key="k1")

    await store.write(lambda tx: operations.keep(tx, second))

    assert await store.read(lambda tx: operations.by_key(tx, "agent", "k1")) == second
    assert (await store.read(lambda tx: operations.by_id(tx, first.id))).state == "failed"


async def test_an_unknown_id_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.read(lambda tx: operations.by_id(tx, "nosuchthing1"))


async def test_a_twin_has_equal_parameters_no_key_is_young_and_did_not_fail(
    store: Store, make: Make, clock: StandingClock
) -> None:
    digest, ten = "a" * 64, 10 * MINUTE
    keyed, failed = make(digest=digest, key="k"), make(digest=digest, state="failed")
    twin = make(digest=digest, state="applied")

    async def found() -> Operation | None:
        return await store.read(lambda tx: operations.twin(tx, "agent", digest, ten))

    for operation in (keyed, failed):
        await store.write(lambda tx, one=operation: operations.keep(tx, one))
    assert await found() is None
    await store.write(lambda tx: operations.keep(tx, twin))
    assert await found() == twin
    assert await store.read(lambda tx: operations.twin(tx, "another", digest, ten)) is None
    clock.now += ten - timedelta(microseconds=1)
    assert await found() == twin
    clock.now += timedelta(microseconds=1)
    assert await found() is None


async def test_what_is_held_counts_until_it_is_settled_and_a_while_after_if_it_was_done(
    store: Store, make: Make, clock: StandingClock
) -> None:
    done, undone = make(), make()
    begun = clock.now

    await store.write(lambda tx: reservations.reserve(tx, done, {"campaign/77": Decimal("25.00")}))
    await store.write(lambda tx: reservations.reserve(tx, undone, {"campaign/78": None}))
    all_held = await store.read(lambda tx: reservations.held(tx, begun))
    clock.now += MINUTE
    await store.write(lambda tx: reservations.settle(tx, done, done=True))
    await store.write(lambda tx: reservations.settle(tx, undone, done=False))

    assert sorted(all_held, key=lambda one: one.budget_id) == [
        Hold("act_1", "campaign/77", Decimal("25.00")),
        Hold("act_1", "campaign/78", None),
    ]
    assert await store.read(lambda tx: reservations.held(tx, begun)) == [
        Hold("act_1", "campaign/77", Decimal("25.00"), begun + MINUTE)
    ]
    assert await store.read(lambda tx: reservations.held(tx, begun + MINUTE)) == []


async def test_only_operations_whose_outcome_is_open_stand_in_the_way(store: Store, make: Make) -> None:
    states = ("sending", "unknown", "quarantined", "applied", "failed", "partial", "pending_approval", "rejected")
    made = {state: make(state=state) for state in states}
    for operation in made.values():
        await store.write(lambda tx, one=operation: operations.keep(tx, one))

    found = await store.read(lambda tx: operations.open_on(tx, "act_1", "77"))

    assert {one.state for one in found} == {"sending", "unknown", "quarantined"}
    assert await store.read(lambda tx: operations.open_on(tx, "act_1", "78")) == []


async def test_what_is_due_is_leased_to_one_worker_and_the_older_lease_is_void(
    store: Store, make: Make, clock: StandingClock
) -> None:
    fresh, due, settled = make(), make(state="unknown"), make(state="applied")
    await store.write(lambda tx: operations.keep(tx, fresh, clock.now + MINUTE))
    await store.write(lambda tx: operations.keep(tx, due))
    await store.write(lambda tx: operations.keep(tx, settled))

    first = await store.write(lambda tx: operations.lease_due(tx, clock.now + MINUTE))
    nothing = await store.write(lambda tx: operations.lease_due(tx, clock.now + MINUTE))
    second = await store.write(lambda tx: operations.lease(tx, due.id, clock.now + MINUTE))

    assert [(one.id, fence) for one, fence in first] == [(due.id, 1)]
    assert nothing == []
    assert second == 2
    assert not await store.read(lambda tx: operations.holds_lease(tx, due.id, 1))
    assert await store.read(lambda tx: operations.holds_lease(tx, due.id, 2))


async def test_a_campaign_that_another_operation_knows_is_no_candidate(store: Store, make: Make) -> None:
    create = CreateCampaign("act_1", "New", "traffic")
    unknown, other = make(change=create, campaign_id=""), make(change=create, campaign_id="90")
    for operation in (unknown, other):
        await store.write(lambda tx, one=operation: operations.keep(tx, one))

    taken = await store.read(lambda tx: operations.made_by_others(tx, unknown, ["90", "91"]))

    assert taken == {"90"}


async def test_the_past_is_measured_from_the_first_value_within_a_day(
    store: Store, make: Make, clock: StandingClock
) -> None:
    start = clock.now
    amounts = [("10.00", "12.00"), ("12.00", "14.00"), ("14.00", "14.00"), ("14.00", "16.00")]
    for hours, (before, after) in enumerate(amounts):
        clock.now = start + timedelta(hours=hours)
        operation = make(
            state="applied", created_at=clock.now, daily_before=Decimal(before), daily_after=Decimal(after)
        )
        await store.write(lambda tx, one=operation: operations.keep(tx, one))

    async def past(campaign: str = "77") -> Past:
        return await store.read(lambda tx: history.past(tx, "agent", "act_1", campaign, "d" * 64))

    assert await past() == Past(
        raised_from=Decimal("10.00"),
        last_change=start + timedelta(hours=3),
        writes_last_minute=1,
        created_last_day=0,
        identical_last_ten_minutes=1,
    )
    clock.now = start + timedelta(hours=24)
    assert (await past()).raised_from == Decimal("12.00")
    clock.now = start + timedelta(hours=27)
    assert await past() == Past(
        raised_from=None,
        last_change=start + timedelta(hours=3),
        writes_last_minute=0,
        created_last_day=0,
        identical_last_ten_minutes=0,
    )
    assert (await past("78")).last_change is None


async def test_a_day_that_began_with_a_first_budget_is_measured_from_that(store: Store, make: Make) -> None:
    first = make(state="applied", daily_before=Decimal("0.00"), daily_after=Decimal("10.00"))
    await store.write(lambda tx: operations.keep(tx, first))

    past = await store.read(lambda tx: history.past(tx, "agent", "act_1", "77", "d" * 64))

    assert past.raised_from == Decimal("10.00")


@pytest.mark.parametrize("tool", ["halt", "resume"])
async def test_what_an_operator_halts_and_resumes_delays_nobody(store: Store, make: Make, tool: str) -> None:
    await store.write(lambda tx: operations.keep(tx, make(state="applied", tool=tool)))

    past = await store.read(lambda tx: history.past(tx, "agent", "act_1", "77", "e" * 64))

    assert (past.last_change, past.writes_last_minute) == (None, 0)


async def test_creates_of_a_day_are_counted_but_not_those_that_failed(
    store: Store, make: Make, clock: StandingClock
) -> None:
    create = CreateCampaign("act_1", "New", "traffic")
    for state in ("applied", "unknown", "failed"):
        operation = make(tool="create_campaign", change=create, campaign_id="", state=state)
        await store.write(lambda tx, one=operation: operations.keep(tx, one))

    past = await store.read(lambda tx: history.past(tx, "agent", "act_1", "", "e" * 64))

    assert (past.created_last_day, past.identical_last_ten_minutes, past.raised_from) == (2, 0, None)


async def test_what_waited_for_a_person_counts_from_when_it_was_done(
    store: Store, make: Make, clock: StandingClock
) -> None:
    create = CreateCampaign("act_1", "New", "traffic")
    waiting = [make(), make(tool="create_campaign", change=create, campaign_id="")]
    clock.now += timedelta(days=3)
    for operation in waiting:
        done = msgspec.structs.replace(operation, state="applied")
        await store.write(lambda tx, one=done: operations.keep(tx, one))
    clock.now += timedelta(hours=23)

    past = await store.read(lambda tx: history.past(tx, "agent", "act_1", "77", "e" * 64))

    assert (past.raised_from, past.created_last_day) == (Decimal("20.00"), 1)
    assert past.last_change == clock.now - timedelta(hours=23)


async def test_the_latest_operations_come_first(store: Store, make: Make, clock: StandingClock) -> None:
    made: list[Operation] = []
    for minutes in range(3):
        made.append(make(created_at=clock.now + minutes * MINUTE, state="applied" if minutes else "unknown"))
        await store.write(lambda tx: operations.keep(tx, made[-1]))

    assert [one.id for one in await store.read(operations.listed)] == [one.id for one in reversed(made)]
    unknown = await store.read(lambda tx: operations.listed(tx, unsettled=True))
    assert [one.id for one in unknown] == [made[0].id]
